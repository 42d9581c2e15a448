//! The incident that was open last, opened again at the next start.

use super::{UseStored, use_account_stored};
use crate::{
    backend::Place,
    context::use_backend,
    routes::{Beginning, Finding, Route},
};
use gloo::utils::window;
use palier_bridge::request::GetThread;
use palier_domain::{IncidentId, Role};
use yew::{platform::spawn_local, prelude::*};
use yew_router::prelude::*;

/// From this width on, list and thread are beside each other: the two columns of ui/styles/incident_list.css.
const TWO_COLUMNS: f64 = 721.0;

/// Remembers which incident was open last. The callback opens it again: in a window with room for list and thread,
/// if nothing else was gone to meanwhile, and the incident is still there. A browser's address does the same by itself.
#[hook]
pub fn use_last_incident(role: Role) -> Callback<()> {
    let backend = use_backend();
    let navigator = use_navigator();
    let UseStored { value: last, set } = use_account_stored::<Option<IncidentId>>("last-incident");
    let (page, location) = (use_route::<Route>(), use_location());
    let open = page.and_then(Route::incident_id);
    // Kept only where it is opened again.
    let kept = open.filter(|_| backend.place() == Place::Window);
    use_effect_with(kept, move |kept| {
        if kept.is_some() {
            set.emit(*kept);
        }
    });
    let nowhere_yet = location.is_some_and(|location| {
        let asks = location.query::<Beginning>().is_ok_and(|it| it.new)
            || location.query::<Finding>().is_ok_and(|it| it.find);
        !asks && (page == Some(Route::Home) || page == Some(Route::incidents(role)))
    });
    let latest = use_mut_ref(|| false);
    latest.replace(nowhere_yet);
    Callback::from(move |()| {
        let (backend, navigator, latest) = (backend.clone(), navigator.clone(), latest.clone());
        let (Some(incident_id), true) = (*last, is_wide()) else {
            return;
        };
        spawn_local(async move {
            let is_there = backend.call(GetThread {
                incident_id,
                before_n: None,
                limit: 1,
            });
            if let (Ok(_), true, Some(navigator)) = (is_there.await, *latest.borrow(), navigator) {
                navigator.push(&Route::incident(role, incident_id));
            }
        });
    })
}

fn is_wide() -> bool {
    let width = window().inner_width().ok();
    width.and_then(|width| width.as_f64()) >= Some(TWO_COLUMNS)
}
