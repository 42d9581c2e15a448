//! The dashboard: `IncidentTicketingDashboard`.

use super::{EmptyState, Glyph, IncidentRowView};
use crate::{
    clock::local,
    context::use_i18n,
    hooks::{UseStored, use_query, use_stored},
    logic::find_in_list::{ListFilters, StatusChoice},
    routes::Route,
};
use chrono::{DateTime, Utc};
use icondata_core::Icon;
use icondata_lu::{LuCircleDot, LuCornerUpLeft, LuHourglass, LuMail, LuOctagonAlert, LuRotateCcw};
use palier_bridge::{
    AppEvent,
    request::{GetStatistics, ListIncidents},
    view::IncidentFilter,
};
use palier_domain::{IncidentId, Role};
use yew::prelude::*;
use yew_router::prelude::*;

/// Properties of [`IncidentTicketingDashboard`].
#[derive(PartialEq, Properties)]
pub struct IncidentTicketingDashboardProps {
    /// Whose incidents: decides the addresses.
    pub role: Role,
    /// When everything was last known to be up to date.
    #[prop_or_default]
    pub up_to_date_at: Option<DateTime<Utc>>,
}

/// How many incidents stand under “recent activity”.
const RECENT: usize = 6;

/// Counters from what is on this device, and what happened last.
///
/// ```no_run
/// use palier_domain::Role;
/// use palier_ui::components::IncidentTicketingDashboard;
/// use yew::prelude::*;
///
/// #[component]
/// fn Page() -> Html {
///     html! { <IncidentTicketingDashboard role={Role::Owner} /> }
/// }
/// ```
#[component]
pub fn IncidentTicketingDashboard(props: &IncidentTicketingDashboardProps) -> Html {
    let i18n = use_i18n();
    let navigator = use_navigator();
    let role = props.role;
    let UseStored {
        set: set_filters, ..
    } = use_stored::<ListFilters>("incident-filters");
    let statistics = use_query(GetStatistics {}, |_, event| {
        *event == AppEvent::IncidentsChanged
    });
    let recent = use_query(
        ListIncidents {
            filter: IncidentFilter::default(),
        },
        |_, event| *event == AppEvent::IncidentsChanged,
    );
    let go = use_callback(navigator, |route: Route, navigator| {
        if let Some(navigator) = navigator {
            navigator.push(&route);
        }
    });
    let figure = |icon: Icon, key: &str, count: u64, filters: ListFilters, tone: &'static str| {
        let (go, set_filters) = (go.clone(), set_filters.clone());
        let onclick = Callback::from(move |_: MouseEvent| {
            set_filters.emit(filters.clone());
            go.emit(Route::incidents(role));
        });
        html! {
            <button type="button" class="figure" data-tone={tone} {onclick}>
                <span class="figure-label"><Glyph {icon} size={16} />{ i18n.text(&format!("dashboard-{key}")) }</span>
                <span class="figure-count">{ count }</span>
                <span class="quiet">{ i18n.text(&format!("dashboard-{key}-hint")) }</span>
            </button>
        }
    };
    let active = ListFilters::default;
    let all = || ListFilters {
        status: StatusChoice::All,
        unread_only: false,
    };
    let unread = || ListFilters {
        status: StatusChoice::All,
        unread_only: true,
    };
    let figures = match (&statistics.data, &statistics.error) {
        (Some(counted), _) => html! {
            <div class="figures">
                { figure(LuCircleDot, "open", counted.open, active(), "") }
                { figure(LuMail, "unread", counted.unread, unread(), if counted.unread > 0 { "accent" } else { "" }) }
                { figure(LuCornerUpLeft, "waiting-me", counted.waiting_for_me, active(), if counted.waiting_for_me > 0 { "waiting" } else { "" }) }
                { figure(LuHourglass, "waiting-them", counted.waiting_for_them, active(), "") }
                { figure(LuRotateCcw, "reopened", counted.reopened, all(), "") }
            </div>
        },
        (None, Some(error)) => html! {
            <EmptyState icon={LuOctagonAlert} title={i18n.text("list-failed-title")} body={i18n.error(error)} />
        },
        (None, None) => html! {
            <div class="figures" aria-busy="true">{ for (0..5).map(|index| html! { <span key={index} class="figure bone" /> }) }</div>
        },
    };
    let share = statistics.data.as_ref().and_then(|counted| {
        let total = counted.waiting_for_me + counted.waiting_for_them;
        (total > 0).then(|| {
            let percent = counted.waiting_for_me as f64 * 100.0 / total as f64;
            let args = [("waiting", counted.waiting_for_me.into()), ("total", total.into())];
            html! {
                <section class="card">
                    <h2>{ i18n.text("dashboard-share") }</h2>
                    <div class="share" role="img" aria-label={i18n.format("dashboard-share-label", &args)}>
                        <span style={format!("flex-basis: {percent}%")} data-tone="waiting" />
                        <span data-tone="them" />
                    </div>
                    <p class="share-words">
                        <span data-tone="waiting">{ i18n.text("dashboard-waiting-me") }{ " " }<strong>{ counted.waiting_for_me }</strong></span>
                        <span data-tone="them">{ i18n.text("dashboard-waiting-them") }{ " " }<strong>{ counted.waiting_for_them }</strong></span>
                    </p>
                </section>
            }
        })
    });
    let onopen = go.reform(move |id: IncidentId| Route::incident(role, id));
    let rows = recent
        .data
        .as_deref()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let shown = rows.len().min(RECENT);
    let known = props.up_to_date_at.map(|at| {
        let date = i18n.exact(local(at));
        i18n.format("sync-up-to-date-at", &[("date", date.into())])
    });
    let see = {
        let go = go.clone();
        Callback::from(move |_: MouseEvent| go.emit(Route::incidents(role)))
    };
    html! {
        <main class="plain-page" id="content" data-testid="dashboard">
            <header class="page-head">
                <h1>{ i18n.text("dashboard-title") }</h1>
                <p class="quiet">{ i18n.text("dashboard-subtitle") }{ " " }{ known }</p>
            </header>
            { figures }
            { share.unwrap_or_default() }
            <section class="card">
                <header class="card-head">
                    <h2>{ i18n.text("dashboard-recent") }</h2>
                    <button type="button" class="link" onclick={see}>{ i18n.text("dashboard-see") }</button>
                </header>
                <ul class="incident-rows">
                    { for rows.iter().take(RECENT).enumerate().map(|(index, row)| html! {
                        <IncidentRowView
                            key={row.id.to_string()} row={row.clone()} href={Route::incident(role, row.id).to_path()}
                            current=false position={index + 1} count={shown} onopen={onopen.clone()}
                        />
                    }) }
                </ul>
            </section>
        </main>
    }
}
