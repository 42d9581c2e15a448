//! Bringing the window to the front.

use crate::window::MAIN;
use tauri::{AppHandle, Manager};

/// Shows the window in front of the others, wherever it was.
pub fn raise(app: &AppHandle) {
    // Not there yet: it will show itself when it is.
    let Some(window) = app.get_webview_window(MAIN) else {
        return;
    };
    let raised = window
        .show()
        .and_then(|()| window.unminimize())
        .and_then(|()| window.set_focus());
    if let Err(error) = raised {
        tracing::warn!(%error, "the window could not be raised");
    }
}
