//! The count of unread messages, outside the page: window title, tray, dock or task bar.

use crate::{tray, window::MAIN, words::Words};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use tauri::{AppHandle, Manager};

/// The last count shown, for parts that come later or change their language.
#[derive(Default)]
pub struct Badge(AtomicU64);

/// Shows a count everywhere.
pub fn show(app: &AppHandle, unread: u64) {
    app.state::<Badge>().0.store(unread, Ordering::Relaxed);
    refresh(app);
}

/// Shows the last count again.
pub fn refresh(app: &AppHandle) {
    let handle = app.clone();
    // Posted, not waited for: the main thread may itself be waiting for the client to end.
    let posted = app.run_on_main_thread(move || {
        let unread = handle.state::<Badge>().0.load(Ordering::Relaxed);
        if let Err(error) = show_here(&handle, unread) {
            tracing::warn!(%error, "the count of unread messages could not be shown");
        }
    });
    if let Err(error) = posted {
        tracing::debug!(%error, "the window is gone");
    }
}

fn show_here(app: &AppHandle, unread: u64) -> tauri::Result<()> {
    if let Some(window) = app.get_webview_window(MAIN) {
        window.set_title(&title(unread))?;
        #[cfg(not(target_os = "windows"))]
        window.set_badge_count(i64::try_from(unread).ok().filter(|&count| count > 0))?;
        // Windows has no counts in the task bar; a small picture over the icon instead.
        #[cfg(target_os = "windows")]
        window.set_overlay_icon((unread > 0).then(|| crate::tray_icon::mark(unread)))?;
    }
    tray::show_count(app, &app.state::<Arc<Words>>().present(), unread)
}

fn title(unread: u64) -> String {
    match unread {
        0 => "Palier".to_owned(),
        _ => format!("({unread}) Palier"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_counts_only_when_there_is_something() {
        assert_eq!(title(0), "Palier");
        assert_eq!(title(12), "(12) Palier");
    }
}
