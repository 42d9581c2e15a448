//! The places of the application; a bar at the bottom of a narrow window.

use super::{Avatar, Glyph, IncidentTicketNotification, SyncPill, sign_in::Brand};
use crate::{
    context::{use_account, use_i18n},
    routes::Route,
};
use icondata_core::Icon;
use icondata_lu::{LuBuilding2, LuChartPie, LuInbox, LuSettings};
use palier_bridge::view::SyncView;
use palier_domain::Role;
use yew::prelude::*;
use yew_router::prelude::*;

/// Properties of [`Rail`].
#[derive(PartialEq, Properties)]
pub struct RailProps {
    /// Whose incidents: decides the addresses.
    pub role: Role,
    /// The connection.
    pub sync: SyncView,
    /// Unread messages over all incidents.
    pub unread_total: u64,
    /// Unread messages of the accounts behind the one that is shown.
    pub unread_behind: u64,
    /// The sync pill was pressed.
    pub on_sync: Callback<()>,
}

/// Navigation, connection, and who is signed in.
#[component]
pub fn Rail(props: &RailProps) -> Html {
    let i18n = use_i18n();
    let account = use_account();
    let navigator = use_navigator();
    let here = use_route::<Route>();
    let incidents = Route::incidents(props.role);
    let in_incidents = here.is_some_and(|here| here == incidents || here.incident_id().is_some());

    let goes_to = |to: Route| {
        let navigator = navigator.clone();
        Callback::from(move |event: MouseEvent| {
            event.prevent_default();
            if let Some(navigator) = &navigator {
                navigator.push(&to);
            }
        })
    };
    let place = |to: Route, icon: Icon, key: &str, testid: &'static str, unread: u64| {
        let current = here == Some(to) || (to == incidents && in_incidents);
        let onclick = goes_to(to);
        html! {
            <a
                class="rail-place" href={to.to_path()} data-testid={testid} {onclick}
                aria-current={current.then_some("page")}
            >
                <span class="rail-icon">
                    <Glyph icon={icon} size={20} />
                </span>
                <span class="rail-word">{ i18n.text(key) }</span>
                <IncidentTicketNotification {unread} />
            </a>
        }
    };
    html! {
        <header class="rail">
            <div class="rail-brand">
                <Brand />
                <span>{ i18n.text("app-name") }</span>
            </div>
            <nav aria-label={i18n.text("nav-main")}>
                { place(incidents, LuInbox, "nav-incidents", "nav-incidents", props.unread_total) }
                // What is let, and how it goes, is for those who let it.
                if props.role == Role::Owner {
                    { place(Route::Dashboard, LuChartPie, "nav-dashboard", "nav-dashboard", 0) }
                    { place(Route::Properties, LuBuilding2, "nav-properties", "nav-properties", 0) }
                }
                { place(Route::Settings, LuSettings, "nav-settings", "nav-settings", 0) }
            </nav>
            <div class="rail-foot">
                <SyncPill sync={props.sync.clone()} onclick={props.on_sync.clone()} />
                if let Some(account) = account {
                    <a
                        class="rail-account" href={Route::Settings.to_path()} onclick={goes_to(Route::Settings)}
                        title={account.email.clone()} data-testid="rail-account"
                    >
                        <Avatar name={account.name.clone()} />
                        <span class="rail-word">{ &account.name }</span>
                        <IncidentTicketNotification unread={props.unread_behind} />
                    </a>
                }
            </div>
        </header>
    }
}
