//! Putting the window away while the program goes on, so that it comes back where it was.

use crate::window::MAIN;
use tauri::{AppHandle, Manager};
use tauri_plugin_window_state::{AppHandleExt, StateFlags};

/// Hides the window.
pub fn hide(app: &AppHandle) {
    on_main_thread(app, |app| {
        remember_place(app);
        if let Some(window) = app.get_webview_window(MAIN)
            && let Err(error) = window.hide()
        {
            tracing::debug!(%error, "the window could not be hidden");
        }
    });
}

/// Keeps size and place now: nobody knows how the program will end.
// On the main thread only: the plugin holds a lock while it asks that thread for the size.
fn remember_place(app: &AppHandle) {
    let what = StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED;
    if let Err(error) = app.save_window_state(what) {
        tracing::warn!(%error, "the window's place is not kept");
    }
}

fn on_main_thread(app: &AppHandle, work: impl FnOnce(&AppHandle) + Send + 'static) {
    let handle = app.clone();
    if let Err(error) = app.run_on_main_thread(move || work(&handle)) {
        tracing::debug!(%error, "the program is about to end");
    }
}
