//! What is shown when the page was opened outside the application.

use super::EmptyState;
use crate::context::use_i18n;
use icondata_lu::LuDoorOpen;
use yew::prelude::*;

/// Says that this page belongs in the application.
#[component]
pub fn NoBackend() -> Html {
    let i18n = use_i18n();
    html! {
        <main class="whole-page" data-testid="no-backend">
            <EmptyState
                whole=true
                icon={LuDoorOpen}
                title={i18n.text("no-backend-title")}
                body={i18n.text("no-backend-body")}
            />
        </main>
    }
}
