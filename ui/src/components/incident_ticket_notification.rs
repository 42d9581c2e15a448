//! The badge: how many messages are unread.

use crate::{context::use_i18n, logic::display::badge};
use yew::prelude::*;

/// Properties of [`IncidentTicketNotification`].
#[derive(PartialEq, Properties)]
pub struct IncidentTicketNotificationProps {
    /// How many messages are unread; none shows nothing.
    pub unread: u64,
}

/// A badge with the number of unread messages. What comes while the window is in front is told by
/// [`IncidentTicketToast`](super::IncidentTicketToast), outside of it by the system.
///
/// ```no_run
/// use palier_ui::components::IncidentTicketNotification;
/// use yew::prelude::*;
///
/// #[component]
/// fn Inbox() -> Html {
///     html! { <p>{ "Incidents " }<IncidentTicketNotification unread={3} /></p> }
/// }
/// ```
#[component]
pub fn IncidentTicketNotification(props: &IncidentTicketNotificationProps) -> Html {
    let i18n = use_i18n();
    if props.unread == 0 {
        return Html::default();
    }
    html! {
        <span class="badge" data-testid="unread-badge" data-unread={props.unread.to_string()}>
            <span aria-hidden="true">{ badge(props.unread) }</span>
            <span class="sr-only">
                { i18n.format("list-unread", &[("count", props.unread.into())]) }
            </span>
        </span>
    }
}
