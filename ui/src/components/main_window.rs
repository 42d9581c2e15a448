//! The window of somebody who is signed in.

use super::{
    CrashNotice, Elsewhere, GuidePage, IncidentTicketingDashboard, KeysSheet, NotifyOffer,
    OutboxList, PropertiesPage, Rail, RescueNotice, SettingsPage, SignInAgain, Toasts,
    list_filters::find_is_in_sight,
};
use crate::{
    backend::Place,
    context::{Announcement, FirstSync, use_account, use_backend, use_i18n},
    hooks::{
        FocusReport, HELP, use_app_event, use_focus_report, use_hotkey, use_last_incident,
        use_links,
    },
    logic::{announcements::Announcements, unsaved_drafts::UnsavedDrafts},
    pages::{OwnerIncidents, TenantIncidents},
    routes::{AtTicket, Beginning, Finding, Route},
};
use palier_bridge::{
    AppEvent,
    view::{AppState, CrashView, OtherAccount, RescuedView, SyncView},
};
use palier_domain::Role;
use std::rc::Rc;
use yew::prelude::*;
use yew_router::prelude::*;

/// Properties of [`MainWindow`].
#[derive(PartialEq, Properties)]
pub struct MainWindowProps {
    /// The connection.
    pub sync: SyncView,
    /// Unread messages over all incidents.
    pub unread_total: u64,
    /// Version of the application.
    pub version: AttrValue,
    /// Who else is signed in on this device.
    pub others: Vec<OtherAccount>,
    /// The server's address to start from when an account is added.
    pub server: AttrValue,
    /// The journal was damaged, and the person does not know yet.
    pub rescued: Option<RescuedView>,
    /// An earlier run crashed, and the person does not know yet.
    pub crashed: Option<CrashView>,
    /// A newer state came as the reply to something.
    pub state_changed: Callback<Rc<AppState>>,
}

/// Rail, page, announcements, and what opens over all of them.
#[component]
pub fn MainWindow(props: &MainWindowProps) -> Html {
    let i18n = use_i18n();
    let account = use_account();
    let role = use_role(props.sync.up_to_date_at.is_some());
    let navigator = use_navigator();
    let focus = use_focus_report();
    let outbox = use_state_eq(|| false);
    let keys = use_state_eq(|| false);
    let announced = use_mut_ref(Announcements::default);
    let announcements = use_state(|| Rc::new(Vec::<(u64, Announcement)>::new()));

    let announce = {
        let (announced, shown) = (announced.clone(), announcements.setter());
        use_callback((), move |announcement: Announcement, ()| {
            let mut all = announced.borrow_mut();
            all.tell(announcement);
            shown.set(Rc::new(all.shown().to_vec()));
        })
    };
    let dismiss = {
        let (announced, shown) = (announced, announcements.setter());
        use_callback((), move |key: u64, ()| {
            let mut all = announced.borrow_mut();
            all.dismiss(key);
            shown.set(Rc::new(all.shown().to_vec()));
        })
    };
    {
        let (announce, navigator) = (announce.clone(), navigator.clone());
        use_app_event(move |event| match event {
            AppEvent::OpenIncident {
                incident_id,
                ticket_id,
                reply,
            } => {
                if let Some(navigator) = &navigator {
                    let at = AtTicket {
                        ticket: ticket_id,
                        n: None,
                        reply,
                    };
                    let _ = navigator.push_with_query(&Route::incident(role, incident_id), &at);
                }
            }
            AppEvent::BeginIncident => {
                if let Some(navigator) = &navigator {
                    let beginning = Beginning { new: true };
                    let _ = navigator.push_with_query(&Route::incidents(role), &beginning);
                }
            }
            AppEvent::MessageArrived {
                incident_id,
                title,
                body,
            } => {
                announce.emit(Announcement::Message {
                    incident_id,
                    title,
                    body,
                });
            }
            _ => {}
        });
    }
    let open_last = use_last_incident(role);
    use_links(role, announce.clone(), open_last);
    {
        let navigator = navigator.clone();
        use_hotkey(move |event| {
            let asked = (event.ctrl_key() || event.meta_key()) && event.key() == "k";
            // Where the field is in sight, it takes the key itself.
            let elsewhere = asked && !find_is_in_sight();
            if let (true, Some(navigator)) = (elsewhere, &navigator) {
                let finding = Finding { find: true };
                let _ = navigator.push_with_query(&Route::incidents(role), &finding);
            }
            elsewhere
        });
    }
    {
        let navigator = navigator.clone();
        use_hotkey(move |event| {
            let asked = event.key() == HELP;
            if let (true, Some(navigator)) = (asked, &navigator) {
                navigator.push(&Route::Guide);
            }
            asked
        });
    }
    {
        let keys = keys.setter();
        use_hotkey(move |event| {
            let asked = event.key() == "?";
            if asked {
                keys.set(true);
            }
            asked
        });
    }
    let unsaved = use_memo((), |()| UnsavedDrafts::default());
    let show_outbox = use_callback(outbox.setter(), |(), outbox| outbox.set(true));
    let close_outbox = use_callback(outbox.setter(), |(), outbox| outbox.set(false));
    let show_keys = use_callback(keys.setter(), |(), keys| keys.set(true));
    let close_keys = use_callback(keys.setter(), |(), keys| keys.set(false));

    let page = {
        let (show_keys, version) = (show_keys, props.version.clone());
        let state_changed = props.state_changed.clone();
        let sync = props.sync.clone();
        let (others, server) = (props.others.clone(), props.server.clone());
        move |route: Route| match route {
            // An address of the other role, from a link or from before anything was known.
            Route::OwnerIncidents | Route::TenantIncidents | Route::Home | Route::NotFound
                if route != Route::incidents(role) =>
            {
                html! { <Elsewhere to={Route::incidents(role)} /> }
            }
            Route::OwnerIncident { id } | Route::TenantIncident { id }
                if route != Route::incident(role, id) =>
            {
                html! { <Elsewhere to={Route::incident(role, id)} /> }
            }
            Route::OwnerIncidents => html! { <OwnerIncidents /> },
            Route::OwnerIncident { id } => html! { <OwnerIncidents incident_id={id} /> },
            Route::TenantIncidents => html! { <TenantIncidents /> },
            Route::TenantIncident { id } => html! { <TenantIncidents incident_id={id} /> },
            Route::Dashboard => html! {
                <IncidentTicketingDashboard
                    role={role} up_to_date_at={sync.up_to_date_at}
                    incomplete={sync.first_sync_rows.is_some()}
                />
            },
            Route::Properties => html! { <PropertiesPage link={sync.link} /> },
            Route::Settings => html! {
                <SettingsPage
                    version={version.clone()}
                    link={sync.link}
                    others={others.clone()}
                    server={server.clone()}
                    show_keys={show_keys.clone()}
                    state_changed={state_changed.clone()}
                />
            },
            Route::Guide => html! { <GuidePage /> },
            Route::Home | Route::NotFound => {
                html! { <Elsewhere to={Route::incidents(role)} /> }
            }
        }
    };
    let needs_sign_in = account.clone().filter(|account| account.needs_sign_in);
    html! {
        <ContextProvider<Callback<Announcement>> context={announce}>
            <ContextProvider<FocusReport> context={focus}>
                <div class="window">
                    <a class="skip" href="#content">{ i18n.text("nav-skip") }</a>
                    <Rail
                        role={role}
                        sync={props.sync.clone()}
                        unread_total={props.unread_total}
                        unread_behind={props.others.iter().map(|other| other.unread).sum::<u64>()}
                        on_sync={show_outbox}
                    />
                    <div class="page">
                        if let Some(account) = needs_sign_in {
                            <SignInAgain {account} signed_in={props.state_changed.clone()} />
                        }
                        <NotifyOffer />
                        if let Some(rescued) = &props.rescued {
                            <RescueNotice rescued={rescued.clone()} />
                        }
                        if let Some(crashed) = &props.crashed {
                            <CrashNotice crashed={crashed.clone()} waiting={props.sync.waiting} />
                        }
                        <ContextProvider<FirstSync> context={FirstSync(props.sync.first_sync_rows)}>
                            <ContextProvider<UnsavedDrafts> context={(*unsaved).clone()}>
                                <Switch<Route> render={page} />
                            </ContextProvider<UnsavedDrafts>>
                        </ContextProvider<FirstSync>>
                    </div>
                    <Toasts role={role} announcements={(*announcements).clone()} {dismiss} />
                    if *outbox {
                        <OutboxList role={role} sync={props.sync.clone()} onclose={close_outbox} />
                    }
                    if *keys { <KeysSheet onclose={close_keys} /> }
                </div>
            </ContextProvider<FocusReport>>
        </ContextProvider<Callback<Announcement>>>
    }
}

/// As what the person uses the application. While nothing is known of it yet, a window is an owner's and a browser
/// a tenant's; who turns out to have neither homes nor a lease is about to let some.
#[hook]
fn use_role(all_known: bool) -> Role {
    let place = use_backend().place();
    let known = use_account().and_then(|account| account.role);
    known.unwrap_or(match place {
        Place::Browser if !all_known => Role::Tenant,
        Place::Browser | Place::Window => Role::Owner,
    })
}
