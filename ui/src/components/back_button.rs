//! The way from a thread back to the list, where only one of them has room.

use super::Glyph;
use crate::context::use_i18n;
use icondata_lu::LuArrowLeft;
use yew::prelude::*;

/// Properties of [`BackButton`].
#[derive(PartialEq, Properties)]
pub struct BackButtonProps {
    /// Back to the list.
    pub onclick: Callback<()>,
}

/// An arrow; the style sheet hides it where the list is beside the thread.
#[component]
pub fn BackButton(props: &BackButtonProps) -> Html {
    let label = use_i18n().text("back");
    html! {
        <button type="button" class="icon-button back" aria-label={label} onclick={props.onclick.reform(|_: MouseEvent| ())}>
            <Glyph icon={LuArrowLeft} size={20} />
        </button>
    }
}
