//! The window itself: how large everything is, and whether it is there when the computer starts.

use super::{Choice, ChoiceSelect};
use crate::{
    context::{Announcement, use_announce, use_backend, use_i18n, use_settings},
    hooks::use_send,
};
use palier_bridge::{
    request::{GetAutostart, SetAutostart, UpdateSettings},
    view::{SettingChange, Settings},
};
use web_sys::HtmlInputElement;
use yew::{platform::spawn_local, prelude::*};

/// Zoom, and starting with the computer.
#[component]
pub fn WindowSection() -> Html {
    let i18n = use_i18n();
    let settings = use_settings();
    let update = use_send::<UpdateSettings>();
    let on_zoom = update.reform(|percent: String| UpdateSettings {
        change: SettingChange::ZoomPercent(percent.parse().unwrap_or(Settings::USUAL_ZOOM)),
    });
    let percent = |zoom: u32| i18n.format("settings-zoom-value", &[("percent", zoom.into())]);
    let zooms: Vec<_> = Settings::ZOOMS
        .iter()
        .map(|zoom| Choice::new(zoom.to_string(), percent(*zoom)))
        .collect();
    html! {
        <section class="card settings" data-testid="window-settings">
            <h2>{ i18n.text("settings-window") }</h2>
            <div class="setting">
                <span>{ i18n.text("settings-zoom") }<small>{ i18n.text("settings-zoom-hint") }</small></span>
                <ChoiceSelect
                    testid="zoom-select" label={i18n.text("settings-zoom")} value={settings.zoom_percent.to_string()}
                    choices={zooms} onchange={on_zoom}
                />
            </div>
            <AutostartSwitch />
        </section>
    }
}

/// Asks the desktop how it stands, because it can be changed there too.
#[component]
fn AutostartSwitch() -> Html {
    let i18n = use_i18n();
    let backend = use_backend();
    let announce = use_announce();
    let on = use_state_eq(|| None::<bool>);
    use_effect_with((), {
        let (backend, on) = (backend.clone(), on.setter());
        move |()| {
            spawn_local(async move {
                // Where the desktop cannot say, there is no switch.
                on.set(backend.call(GetAutostart {}).await.ok());
            });
        }
    });
    let Some(checked) = *on else {
        return html! {};
    };
    let onchange = {
        let on = on.setter();
        Callback::from(move |event: Event| {
            let wanted = event.target_unchecked_into::<HtmlInputElement>().checked();
            let (backend, announce, on) = (backend.clone(), announce.clone(), on.clone());
            spawn_local(async move {
                match backend.call(SetAutostart { on: wanted }).await {
                    Ok(now) => on.set(Some(now)),
                    Err(error) => announce.emit(Announcement::Error(error)),
                }
            });
        })
    };
    html! {
        <label class="setting">
            <span>{ i18n.text("settings-autostart") }<small>{ i18n.text("settings-autostart-hint") }</small></span>
            <input type="checkbox" class="switch" role="switch" data-testid="autostart" {checked} {onchange} />
        </label>
    }
}
