//! Putting the window away while the program goes on, so that it comes back where it was.

use crate::{
    tray,
    window::{MAIN, REMEMBERED},
};
use tauri::{AppHandle, Manager};
use tauri_plugin_window_state::AppHandleExt;

/// Hides the window where the tray leads back to it; elsewhere it is minimised, and the desktop's own list of
/// windows leads back.
pub async fn put_away(app: &AppHandle) {
    let hides = tray::leads_back(app).await;
    on_main_thread(app, move |app| {
        remember_place(app);
        let Some(window) = app.get_webview_window(MAIN) else {
            return;
        };
        let put = if hides {
            window.hide()
        } else {
            window.minimize()
        };
        if let Err(error) = put {
            tracing::warn!(%error, "the window could not be put away");
        }
    });
}

/// Hides the window of a program that ends.
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
    if let Err(error) = app.save_window_state(REMEMBERED) {
        tracing::warn!(%error, "the window's place is not kept");
    }
}

fn on_main_thread(app: &AppHandle, work: impl FnOnce(&AppHandle) + Send + 'static) {
    let handle = app.clone();
    if let Err(error) = app.run_on_main_thread(move || work(&handle)) {
        tracing::debug!(%error, "the program is about to end");
    }
}
