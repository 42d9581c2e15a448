//! The screens, in the window and in a browser.
//!
//! Components render and forward, hooks hold state, [`logic`] holds the plain functions that both
//! ask, and rules are in `palier-domain`. What the screens know comes from one
//! [`backend::Backend`], chosen once in [`start`]; the screens never see a `JsValue`, SQL or HTTP.
//!
//! The names a reader may look for: the thread is
//! [`IncidentTicketing`](components::IncidentTicketing), its state
//! [`use_incident_ticketing`](hooks::use_incident_ticketing), the list
//! [`IncidentListWithTickets`](components::IncidentListWithTickets), the dashboard
//! [`IncidentTicketingDashboard`](components::IncidentTicketingDashboard), badge and toast
//! [`IncidentTicketNotification`](components::IncidentTicketNotification).
//!
//! Start at [`app`].

pub mod app;
pub mod backend;
pub mod charts;
pub mod clock;
pub mod components;
pub mod context;
pub mod hooks;
pub mod logic;
pub mod pages;
pub mod routes;

/// Draws the screens into the page, with whatever answers behind them.
pub fn start() {
    let props = yew::props!(app::AppProps {
        backend: backend::find(),
    });
    yew::Renderer::<app::App>::with_props(props).render();
}
