//! Ctrl and +, -, 0: everything larger, smaller, as usual.

use super::use_hotkey;
use crate::backend::BackendHandle;
use palier_bridge::{request::UpdateSettings, view::Settings};
use web_sys::KeyboardEvent;
use yew::{platform::spawn_local, prelude::*};

/// Changes the zoom by keys, once the settings are known. The window itself follows the settings.
#[hook]
pub fn use_zoom(backend: BackendHandle, settings: Option<Settings>) {
    use_hotkey(move |event| {
        let (Some(settings), Some(zoom_percent)) = (
            &settings,
            settings
                .as_ref()
                .and_then(|settings| wanted(event, settings)),
        ) else {
            return false;
        };
        let settings = Settings {
            zoom_percent,
            ..settings.clone()
        };
        let backend = backend.clone();
        spawn_local(async move {
            // Where the disk refuses, the window stays as it is: that is to be seen.
            let _ = backend.call(UpdateSettings { settings }).await;
        });
        true
    });
}

/// The zoom that a key asks for. By its place for 0: it is a shifted key on a French keyboard.
fn wanted(event: &KeyboardEvent, settings: &Settings) -> Option<u32> {
    if !event.ctrl_key() && !event.meta_key() {
        return None;
    }
    match (event.key().as_str(), event.code().as_str()) {
        ("+" | "=", _) => Some(settings.larger()),
        ("-" | "_", _) => Some(settings.smaller()),
        ("0", _) | (_, "Digit0" | "Numpad0") => Some(Settings::USUAL_ZOOM),
        _ => None,
    }
}
