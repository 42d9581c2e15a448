//! Copies the link to an incident.

use super::Glyph;
use crate::{
    backend::Place,
    context::{use_backend, use_i18n},
};
use gloo::timers::callback::Timeout;
use icondata_lu::{LuCheck, LuLink};
use palier_domain::{IncidentId, incident_link};
use yew::{platform::spawn_local, prelude::*};

/// How long it says that it has copied.
const SAYS_MS: u32 = 3_000;

/// Properties of [`CopyLinkButton`].
#[derive(PartialEq, Properties)]
pub struct CopyLinkButtonProps {
    /// To which incident.
    pub incident_id: IncidentId,
}

/// A button that copies, and says for a moment that it has.
#[component]
pub fn CopyLinkButton(props: &CopyLinkButtonProps) -> Html {
    let i18n = use_i18n();
    let copied = use_state_eq(|| false);
    use_effect_with(*copied, {
        let copied = copied.setter();
        move |is_copied| {
            let timeout = is_copied.then(|| Timeout::new(SAYS_MS, move || copied.set(false)));
            move || drop(timeout)
        }
    });
    let incident_id = props.incident_id;
    let place = use_backend().place();
    let onclick = use_callback(copied.setter(), move |_: MouseEvent, copied| {
        let clipboard = gloo::utils::window().navigator().clipboard();
        let written = clipboard.write_text(&link(place, incident_id));
        let copied = copied.clone();
        spawn_local(async move {
            copied.set(wasm_bindgen_futures::JsFuture::from(written).await.is_ok());
        });
    });
    let label = i18n.text(if *copied {
        "thread-link-copied"
    } else {
        "thread-copy-link"
    });
    html! {
        <>
        <button
            type="button" class="icon-button" title={label.clone()} aria-label={i18n.text("thread-copy-link")}
            data-testid="copy-incident-link" data-copied={copied.to_string()} {onclick}
        >
            <Glyph icon={if *copied { LuCheck } else { LuLink }} />
        </button>
        <span class="sr-only" role="status">{ copied.then_some(label) }</span>
        </>
    }
}

/// In a browser the address of its page, which stands in the bar; the desktop application has addresses of its own.
fn link(place: Place, incident_id: IncidentId) -> String {
    let location = gloo::utils::window().location();
    match (place, location.origin(), location.pathname()) {
        (Place::Browser, Ok(origin), Ok(path)) => format!("{origin}{path}"),
        _ => incident_link(incident_id),
    }
}
