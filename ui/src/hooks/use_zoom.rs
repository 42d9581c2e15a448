//! Ctrl and +, -, 0: everything larger, smaller, as usual.

use super::use_hotkey;
use crate::backend::BackendHandle;
use palier_bridge::{
    request::UpdateSettings,
    view::{SettingChange, Settings},
};
use web_sys::KeyboardEvent;
use yew::{platform::spawn_local, prelude::*};

/// Changes the zoom by keys, once the settings are known. The window itself follows the settings.
#[hook]
pub fn use_zoom(backend: BackendHandle, settings: Option<Settings>) {
    use_hotkey(move |event| {
        let (Some(_), Some(change)) = (&settings, wanted(event)) else {
            return false;
        };
        let backend = backend.clone();
        spawn_local(async move {
            // Where the disk refuses, the window stays as it is: that is to be seen.
            let _ = backend.call(UpdateSettings { change }).await;
        });
        true
    });
}

/// The zoom that a key asks for. By its place for 0: it is a shifted key on a French keyboard.
fn wanted(event: &KeyboardEvent) -> Option<SettingChange> {
    if !event.ctrl_key() && !event.meta_key() {
        return None;
    }
    match (event.key().as_str(), event.code().as_str()) {
        ("+" | "=", _) => Some(SettingChange::ZoomLarger),
        ("-" | "_", _) => Some(SettingChange::ZoomSmaller),
        ("0", _) | (_, "Digit0" | "Numpad0") => {
            Some(SettingChange::ZoomPercent(Settings::USUAL_ZOOM))
        }
        _ => None,
    }
}
