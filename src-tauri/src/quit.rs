//! Ending on a person's wish: the window goes at once, then what was typed last is saved, then the
//! program ends.

use crate::put_away::hide;
use palier_client::Client;
use tauri::{AppHandle, Manager};
#[cfg(unix)]
use tokio::signal::unix::{SignalKind, signal};

/// Ends the program when the system says so: at the end of the desktop's session, or by `kill`.
pub fn when_told(app: &AppHandle) {
    #[cfg(unix)]
    {
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            match signal(SignalKind::terminate()) {
                Ok(mut told) => {
                    told.recv().await;
                    tracing::info!("the system ends the program");
                    quit(&app);
                }
                Err(error) => tracing::warn!(%error, "the system's wish to end will not be heard"),
            }
        });
    }
    #[cfg(not(unix))]
    let _ = app;
}

/// Ends the program.
pub fn quit(app: &AppHandle) {
    hide(app);
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if let Some(client) = app.try_state::<Client>() {
            client.take_leave().await;
        }
        app.exit(0);
    });
}
