//! What is shown when not even the first state could be read.

use super::EmptyState;
use crate::context::use_i18n;
use icondata_lu::LuOctagonAlert;
use palier_bridge::CommandError;
use yew::prelude::*;

/// Properties of [`StartFailed`].
#[derive(PartialEq, Properties)]
pub struct StartFailedProps {
    /// Why.
    pub error: CommandError,
    /// Tries again.
    pub retry: Callback<()>,
}

/// Says why the application could not start, and offers to try again.
#[component]
pub fn StartFailed(props: &StartFailedProps) -> Html {
    let i18n = use_i18n();
    let onclick = props.retry.reform(|_| ());
    html! {
        <main class="whole-page" data-testid="start-failed">
            <div class="whole-alert" role="alert">
                <EmptyState
                    whole=true
                    icon={LuOctagonAlert}
                    title={i18n.text("start-failed-title")}
                    body={i18n.error(&props.error)}
                >
                    <button type="button" class="button primary" {onclick}>{ i18n.text("retry") }</button>
                </EmptyState>
            </div>
        </main>
    }
}
