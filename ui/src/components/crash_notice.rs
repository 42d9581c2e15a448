//! An earlier run crashed: that it did, what was kept, and where the report is.

use super::Glyph;
use crate::{clock::local, context::use_i18n, hooks::use_send};
use icondata_lu::LuBug;
use palier_bridge::{
    request::{ForgetCrash, OpenLogFolder},
    view::CrashView,
};
use yew::prelude::*;

/// Properties of [`CrashNotice`].
#[derive(PartialEq, Properties)]
pub struct CrashNoticeProps {
    /// When, and the report.
    pub crashed: CrashView,
    /// Messages and changes that wait to be sent: they were kept.
    pub waiting: u32,
}

/// A banner that stays, over restarts too, until the person has said that she knows.
#[component]
pub fn CrashNotice(props: &CrashNoticeProps) -> Html {
    let i18n = use_i18n();
    let understood = use_send::<ForgetCrash>().reform(|_: MouseEvent| ForgetCrash {});
    let open = use_send::<OpenLogFolder>().reform(|_: MouseEvent| OpenLogFolder {});
    let at = i18n.exact(local(props.crashed.at));
    html! {
        <div class="banner" role="alert" data-testid="crash-notice">
            <Glyph icon={LuBug} />
            <div>
                <p>
                    { i18n.format("crash-what", &[("at", at.into())]) }{ " " }
                    { i18n.format("crash-kept", &[("waiting", props.waiting.into())]) }
                </p>
                <p class="quiet">{ i18n.format("crash-report", &[("file", props.crashed.file.as_str().into())]) }</p>
            </div>
            <button type="button" class="button" data-testid="crash-folder" onclick={open}>{ i18n.text("crash-folder") }</button>
            <button type="button" class="button" data-testid="crash-understood" onclick={understood}>{ i18n.text("rescue-understood") }</button>
        </div>
    }
}
