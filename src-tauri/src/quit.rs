//! Ending on a person's wish: the window goes at once, then what was typed last is saved, then the
//! program ends.

use crate::window::MAIN;
use palier_client::Client;
use tauri::{AppHandle, Manager};

/// Ends the program.
pub fn quit(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN)
        && let Err(error) = window.hide()
    {
        tracing::debug!(%error, "the window could not be hidden");
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if let Some(client) = app.try_state::<Client>() {
            client.take_leave().await;
        }
        app.exit(0);
    });
}
