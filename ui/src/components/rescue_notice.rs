//! The journal was damaged: what was saved, and where the damaged file is.

use super::Glyph;
use crate::{context::use_i18n, hooks::use_send};
use icondata_lu::LuLifeBuoy;
use palier_bridge::{request::ForgetRescue, view::RescuedView};
use yew::prelude::*;

/// Properties of [`RescueNotice`].
#[derive(PartialEq, Properties)]
pub struct RescueNoticeProps {
    /// What was saved.
    pub rescued: RescuedView,
}

/// A banner that stays, over restarts too, until the person has said that she knows.
#[component]
pub fn RescueNotice(props: &RescueNoticeProps) -> Html {
    let i18n = use_i18n();
    let onclick = use_send::<ForgetRescue>().reform(|_: MouseEvent| ForgetRescue {});
    let RescuedView {
        unsent,
        drafts,
        incomplete,
        kept,
    } = &props.rescued;
    let counts = [("unsent", (*unsent).into()), ("drafts", (*drafts).into())];
    html! {
        <div class="banner" role="alert" data-testid="rescue-notice">
            <Glyph icon={LuLifeBuoy} />
            <div>
                <p>
                    { i18n.text("rescue-what") }{ " " }{ i18n.format("rescue-saved", &counts) }{ " " }
                    if *incomplete { { i18n.text("rescue-incomplete") } }
                </p>
                <p class="quiet">{ i18n.format("rescue-kept", &[("file", kept.as_str().into())]) }</p>
            </div>
            <button type="button" class="button" {onclick}>{ i18n.text("rescue-understood") }</button>
        </div>
    }
}
