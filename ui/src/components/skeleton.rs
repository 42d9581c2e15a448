//! What is drawn while something is read for the first time.

use crate::context::use_i18n;
use yew::prelude::*;

/// Rows of a list that is being read.
#[component]
pub fn ListSkeleton() -> Html {
    let label = use_i18n().text("loading");
    html! {
        <div class="skeleton-list" role="status" aria-label={label}>
            { for (0..7).map(|index| html! {
                <div key={index} class="skeleton-row">
                    <span class="bone bone-square" />
                    <span class="bone bone-title" />
                    <span class="bone bone-words" />
                    <span class="bone bone-chip" />
                </div>
            }) }
        </div>
    }
}

/// Messages of a thread that is being read.
#[component]
pub fn ThreadSkeleton() -> Html {
    let label = use_i18n().text("loading");
    html! {
        <div class="skeleton-thread" role="status" aria-label={label}>
            <span class="bone bone-bubble" />
            <span class="bone bone-bubble bone-short" />
            <span class="bone bone-bubble bone-mine" />
            <span class="bone bone-bubble" />
            <span class="bone bone-bubble bone-mine bone-short" />
        </div>
    }
}
