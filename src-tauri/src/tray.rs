//! The icon beside the clock: how much is unread, and a way back to the window.

use crate::{
    attention, crash, tray_icon,
    tray_menu::{chosen, menu},
    words::Words,
};
use palier_i18n::Localizer;
#[cfg(target_os = "linux")]
use std::time::Duration;
use std::{panic::AssertUnwindSafe, path::Path, sync::Arc};
use tauri::{
    AppHandle, Manager,
    tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent},
};
#[cfg(target_os = "linux")]
use tokio::time::timeout;

const TRAY: &str = "tray";

/// A bus that does not answer must not keep the window open.
#[cfg(target_os = "linux")]
const PANEL_LIMIT: Duration = Duration::from_secs(2);

/// Puts the icon there. A desktop without a place for it is no reason not to start.
pub fn put(app: &AppHandle, words: &Localizer, folder: &Path) {
    // On Linux a library is loaded by name, and its absence is a panic in there.
    match crash::expected(AssertUnwindSafe(|| build(app, words, folder))) {
        Some(Ok(_)) => {}
        Some(Err(error)) => tracing::warn!(%error, "there is no tray"),
        None => tracing::warn!("there is no tray: the library of its icons is not installed"),
    }
}

/// Whether the icon is where a person sees it, so that it leads back to a hidden window.
pub async fn leads_back(app: &AppHandle) -> bool {
    app.tray_by_id(TRAY).is_some() && panel_is_there().await
}

/// The panel that shows icons, if the desktop has one: some show none without an extension.
#[cfg(target_os = "linux")]
async fn panel_is_there() -> bool {
    use zbus::{Connection, fdo::DBusProxy, names::BusName};
    let asked = async {
        let panel = BusName::from_static_str("org.kde.StatusNotifierWatcher")?;
        let bus = Connection::session().await?;
        zbus::Result::Ok(DBusProxy::new(&bus).await?.name_has_owner(panel).await?)
    };
    match timeout(PANEL_LIMIT, asked).await {
        Ok(Ok(there)) => there,
        Ok(Err(error)) => {
            tracing::info!(%error, "nobody says whether there is a panel");
            false
        }
        Err(_) => false,
    }
}

#[cfg(not(target_os = "linux"))]
async fn panel_is_there() -> bool {
    true
}

/// Shows how much is unread.
pub fn show_count(app: &AppHandle, words: &Localizer, unread: u64) -> tauri::Result<()> {
    let Some(tray) = app.tray_by_id(TRAY) else {
        return Ok(());
    };
    tray.set_icon(Some(tray_icon::with_count(unread)))?;
    tray.set_tooltip(Some(tooltip(words, unread)))
}

/// Makes the menu anew: in another language, or with other entries.
pub fn say_again(app: &AppHandle) {
    let handle = app.clone();
    let said = app.run_on_main_thread(move || {
        let words = handle.state::<Arc<Words>>().present();
        if let Err(error) = renew_menu(&handle, &words) {
            tracing::warn!(%error, "the tray keeps its old menu");
        }
    });
    if let Err(error) = said {
        tracing::debug!(%error, "the window is gone");
    }
}

fn renew_menu(app: &AppHandle, words: &Localizer) -> tauri::Result<()> {
    let Some(tray) = app.tray_by_id(TRAY) else {
        return Ok(());
    };
    tray.set_menu(Some(menu(app, words)?))
}

fn build(app: &AppHandle, words: &Localizer, folder: &Path) -> tauri::Result<TrayIcon> {
    TrayIconBuilder::with_id(TRAY)
        // Linux reads the picture from a file; the usual place is shared by all programs.
        .temp_dir_path(folder.join("tray"))
        .icon(tray_icon::with_count(0))
        .tooltip(tooltip(words, 0))
        .menu(&menu(app, words)?)
        // A click opens the window, where the system tells clicks apart; Linux shows the menu.
        .show_menu_on_left_click(false)
        .on_menu_event(chosen)
        .on_tray_icon_event(|tray, event| {
            if let TrayIconEvent::Click {
                button: MouseButton::Left,
                button_state: MouseButtonState::Up,
                ..
            } = event
            {
                attention::raise(tray.app_handle());
            }
        })
        .build(app)
}

fn tooltip(words: &Localizer, unread: u64) -> String {
    words.format("tray-tooltip", &[("count", unread.into())])
}
