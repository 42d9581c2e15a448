//! The dashboard: `IncidentTicketingDashboard`.

use super::{
    DashboardCharts, DashboardChoiceBar, DashboardFigures, EmptyState, FiguresSkeleton,
    IncidentRowView,
};
use crate::{
    clock::local,
    context::{Announcement, use_announce, use_backend, use_i18n},
    hooks::{UseStored, use_go_to_list, use_now, use_query, use_stored},
    logic::dashboard::DashboardChoice,
    routes::Route,
};
use chrono::{DateTime, Utc};
use icondata_lu::{LuBuilding2, LuOctagonAlert};
use palier_bridge::{
    AppEvent,
    request::{GetDashboard, ListIncidents, SaveDashboard},
    view::IncidentFilter,
};
use palier_domain::{IncidentId, Role};
use yew::{platform::spawn_local, prelude::*};
use yew_router::prelude::*;

/// Properties of [`IncidentTicketingDashboard`].
#[derive(PartialEq, Properties)]
pub struct IncidentTicketingDashboardProps {
    /// Whose incidents: decides the addresses.
    pub role: Role,
    /// When everything was last known to be up to date.
    #[prop_or_default]
    pub up_to_date_at: Option<DateTime<Utc>>,
    /// Incidents are still being fetched for the first time.
    #[prop_or_default]
    pub incomplete: bool,
}

/// How many incidents stand under “recent activity”.
const RECENT: usize = 6;

/// Figures and charts from what is on this device, and what happened last. Every figure leads to the
/// list behind it.
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
    let role = props.role;
    let go = use_go();
    let UseStored {
        value: choice,
        set: onchoice,
    } = use_stored::<DashboardChoice>("dashboard");
    let choice = *choice;
    let query = use_query(
        GetDashboard {
            period: choice.period,
            property_id: choice.property,
        },
        |_, event| matches!(event, AppEvent::IncidentsChanged | AppEvent::SessionChanged),
    );
    {
        // At midnight the present week is another one.
        let reload = query.reload.clone();
        let first = use_mut_ref(|| true);
        let now = use_now();
        let today = local(now).date();
        use_effect_with(today, move |_| {
            if !first.replace(false) {
                reload.emit(());
            }
        });
    }
    let view = query.data.clone();
    let property = view.as_ref().and_then(|view| {
        let mut known = view.properties.iter();
        known.find(|it| Some(it.id) == choice.property).cloned()
    });
    {
        // Kept by another account, or gone since.
        let onchoice = onchoice.clone();
        let gone = view.is_some() && choice.property.is_some() && property.is_none();
        use_effect_with(gone, move |gone| {
            if *gone {
                onchoice.emit(DashboardChoice {
                    property: None,
                    ..choice
                });
            }
        });
    }
    let (onexport, saved) = use_export(choice);
    let ongo = use_go_to_list(role);
    let known = props.up_to_date_at.map(|at| {
        let date = i18n.exact(local(at));
        i18n.format("sync-up-to-date-at", &[("date", date.into())])
    });
    let lets = view.as_ref().is_none_or(|view| view.runs_a_portfolio);
    let figures = match (view, &query.error) {
        (Some(view), _) if !lets => {
            let onclick = go.reform(|_: MouseEvent| Route::Properties);
            html! {
                <EmptyState icon={LuBuilding2} title={i18n.text("dashboard-empty-title")} body={i18n.text("dashboard-empty-body")}>
                    if !props.incomplete && view.properties.is_empty() {
                        <button type="button" class="button" {onclick}>{ i18n.text("dashboard-empty-action") }</button>
                    }
                </EmptyState>
            }
        }
        (Some(view), _) => html! {
            <>
                <DashboardFigures view={view.clone()} property={property.clone()} ongo={ongo.clone()} />
                <DashboardCharts {view} {property} {ongo} />
            </>
        },
        (None, Some(error)) => {
            let onclick = query.reload.reform(|_: MouseEvent| ());
            html! {
                <EmptyState icon={LuOctagonAlert} title={i18n.text("list-failed-title")} body={i18n.error(error)}>
                    <button type="button" class="button" {onclick}>{ i18n.text("retry") }</button>
                </EmptyState>
            }
        }
        (None, None) => html! {
            <div role="status" aria-label={i18n.text("loading")}>
                <FiguresSkeleton count={4} />
                <span class="card bone chart-bone" />
            </div>
        },
    };
    let refused = query.data.as_ref().and(query.error.clone());
    html! {
        <main class="plain-page dashboard" id="content" data-testid="dashboard">
            <header class="page-head">
                <h1>{ i18n.text("dashboard-title") }</h1>
                <p class="quiet">{ i18n.text("dashboard-subtitle") }{ " " }{ known }</p>
            </header>
            if props.incomplete {
                <p class="notice" role="status">{ i18n.text("dashboard-incomplete") }</p>
            }
            if lets {
                <DashboardChoiceBar {choice} shown={query.data.clone()} {onchoice} {onexport} error={refused} />
            }
            <p class="saved" role="status" data-testid="dashboard-saved">
                if let Some(name) = saved {
                    { i18n.format("dashboard-saved", &[("name", name.into())]) }
                }
            </p>
            { figures }
            <RecentActivity {role} {go} />
        </main>
    }
}

/// Leads to a page.
#[hook]
fn use_go() -> Callback<Route> {
    let navigator = use_navigator();
    use_callback(navigator, |route: Route, navigator| {
        if let Some(navigator) = navigator {
            navigator.push(&route);
        }
    })
}

/// Saves the figures of `choice` when asked to, and what the file is then called.
#[hook]
fn use_export(choice: DashboardChoice) -> (Callback<()>, Option<String>) {
    let backend = use_backend();
    let announce = use_announce();
    let saved = use_state_eq(|| None::<String>);
    let setter = saved.setter();
    let export = Callback::from(move |()| {
        let (backend, announce, saved) = (backend.clone(), announce.clone(), setter.clone());
        saved.set(None);
        spawn_local(async move {
            let save = SaveDashboard {
                period: choice.period,
                property_id: choice.property,
            };
            match backend.call(save).await {
                Ok(name) => saved.set(name),
                Err(error) => announce.emit(Announcement::Error(error)),
            }
        });
    });
    (export, (*saved).clone())
}

/// Properties of [`RecentActivity`].
#[derive(PartialEq, Properties)]
struct RecentActivityProps {
    role: Role,
    go: Callback<Route>,
}

/// The incidents in which something happened last.
#[component]
fn RecentActivity(props: &RecentActivityProps) -> Html {
    let i18n = use_i18n();
    let role = props.role;
    let recent = use_query(
        ListIncidents {
            filter: IncidentFilter::default(),
            limit: u32::try_from(RECENT).ok(),
        },
        |_, event| matches!(event, AppEvent::IncidentsChanged | AppEvent::SessionChanged),
    );
    let rows = recent
        .data
        .as_deref()
        .map(Vec::as_slice)
        .unwrap_or_default();
    if rows.is_empty() {
        return html! {};
    }
    let shown = rows.len().min(RECENT);
    let onopen = props
        .go
        .reform(move |id: IncidentId| Route::incident(role, id));
    let see = props.go.reform(move |_: MouseEvent| Route::incidents(role));
    html! {
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
    }
}
