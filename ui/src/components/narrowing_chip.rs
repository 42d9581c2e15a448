//! The figure of the dashboard that narrows the list, to be taken away.

use super::Glyph;
use crate::{
    clock::{local, now},
    context::use_i18n,
    logic::dashboard::behind_words,
};
use icondata_lu::LuX;
use palier_bridge::view::Behind;
use yew::prelude::*;

/// Properties of [`NarrowingChip`].
#[derive(PartialEq, Properties)]
pub struct NarrowingChipProps {
    /// What the figure counts.
    pub behind: Behind,
    /// It shall be gone.
    pub onremove: Callback<()>,
}

/// A chip with the figure's words; pressed, it is gone.
#[component]
pub fn NarrowingChip(props: &NarrowingChipProps) -> Html {
    let i18n = use_i18n();
    let words = behind_words(&i18n, props.behind, local(now()).date());
    let label = i18n.format("list-filter-remove", &[("filter", words.clone().into())]);
    let onclick = props.onremove.reform(|_: MouseEvent| ());
    html! {
        <div class="narrowings">
            <button
                type="button" class="narrowing" data-testid="narrowing" title={label.clone()}
                aria-label={label} {onclick}
            >
                <span>{ words }</span><Glyph icon={LuX} size={13} />
            </button>
        </div>
    }
}
