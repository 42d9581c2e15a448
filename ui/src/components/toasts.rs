//! The corner of the window in which announcements appear.

use super::IncidentTicketToast;
use crate::{
    context::{Announcement, use_i18n},
    routes::Route,
};
use palier_domain::{IncidentId, Role};
use std::rc::Rc;
use yew::prelude::*;
use yew_router::prelude::*;

/// Properties of [`Toasts`].
#[derive(PartialEq, Properties)]
pub struct ToastsProps {
    /// Whose incidents: decides the addresses.
    pub role: Role,
    /// What is told, each with a key of its own.
    pub announcements: Rc<Vec<(u64, Announcement)>>,
    /// One has been there long enough.
    pub dismiss: Callback<u64>,
}

/// Announcements, the newest last, read out by screen readers as they come.
#[component]
pub fn Toasts(props: &ToastsProps) -> Html {
    let i18n = use_i18n();
    let navigator = use_navigator();
    let role = props.role;
    let open = use_callback(navigator, move |id: IncidentId, navigator| {
        if let Some(navigator) = navigator {
            navigator.push(&Route::incident(role, id));
        }
    });
    html! {
        <div class="toasts" role="status" aria-live="polite" aria-label={i18n.text("toast-region")}>
            { for props.announcements.iter().map(|(key, announcement)| {
                let key = *key;
                html! {
                    <IncidentTicketToast
                        {key}
                        announcement={announcement.clone()}
                        open={open.clone()}
                        dismiss={props.dismiss.reform(move |()| key)}
                    />
                }
            }) }
        </div>
    }
}
