//! Quiet for a while, from the settings.

use super::Glyph;
use crate::{
    clock::{local, now},
    context::{use_i18n, use_settings},
    hooks::{keyboard_is_lost, use_send},
};
use icondata_lu::{LuBell, LuBellOff};
use palier_bridge::request::PauseNotifications;
use palier_domain::PauseLength;
use web_sys::HtmlElement;
use yew::prelude::*;

/// Begins a pause, or says until when it lasts and takes it back.
#[component]
pub fn PauseRow() -> Html {
    let i18n = use_i18n();
    let settings = use_settings();
    let pause = settings.pause.filter(|_| settings.notifications);
    let send = use_send::<PauseNotifications>();
    let first = use_node_ref();
    let begun = use_mut_ref(|| false);
    // The button that had the keyboard may be gone with the state that it changed.
    use_effect_with(pause.is_some(), {
        let first = first.clone();
        move |_| {
            if begun.replace(true)
                && keyboard_is_lost()
                && let Some(button) = first.cast::<HtmlElement>()
            {
                let _ = button.focus();
            }
        }
    });
    let ask = |length: Option<PauseLength>| {
        send.reform(move |_: MouseEvent| PauseNotifications { length })
    };
    let until = pause.map(|pause| i18n.until(local(pause.until), local(now())));
    html! {
        <div class="setting wrap" role="group" aria-labelledby="settings-pause" data-testid="pause" data-paused={pause.is_some().to_string()}>
            <span>
                <span id="settings-pause">{ i18n.text("settings-pause") }</span>
                <small role="status">
                    { match &until {
                        Some(until) => i18n.format("settings-paused", &[("until", until.clone().into())]),
                        None => i18n.text("settings-pause-hint"),
                    } }
                </small>
            </span>
            <span class="acts">
                if pause.is_some() {
                    <button ref={first} key="resume" type="button" class="button" data-testid="pause-resume" onclick={ask(None)}>
                        <Glyph icon={LuBell} size={16} />{ i18n.text("settings-pause-resume") }
                    </button>
                } else {
                    <button
                        ref={first} key="hour" type="button" class="button" data-testid="pause-hour"
                        disabled={!settings.notifications} onclick={ask(Some(PauseLength::Hour))}
                    >
                        <Glyph icon={LuBellOff} size={16} />{ i18n.text("settings-pause-hour") }
                    </button>
                    <button
                        key="morning" type="button" class="button" data-testid="pause-morning"
                        disabled={!settings.notifications} onclick={ask(Some(PauseLength::UntilMorning))}
                    >
                        { i18n.text("settings-pause-morning") }
                    </button>
                }
            </span>
        </div>
    }
}
