//! Every code in words.

use palier_ui::{
    context::use_i18n,
    logic::refusals::{every_error, every_failure},
};
use yew::prelude::*;

/// What commands and the server can refuse.
#[component]
pub fn Sentences() -> Html {
    let i18n = use_i18n();
    html! {
        <>
            <h2>{ "CommandError" }</h2>
            <ul class="board-list">{ for every_error().iter().map(|error| html! { <li>{ i18n.error(error) }</li> }) }</ul>
            <h2>{ "FailureReason" }</h2>
            <ul class="board-list">{ for every_failure().iter().map(|reason| html! { <li>{ i18n.failure(reason) }</li> }) }</ul>
        </>
    }
}
