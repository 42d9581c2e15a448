//! What closing the window does: end, or go on beside the tray. And what coming back does.

use crate::{put_away::put_away, quit::quit, shell::emit, window::MAIN, words::Words};
use palier_bridge::{
    AppEvent,
    request::{GetAppState, UpdateSettings},
    view::SettingChange,
};
use palier_client::Client;
use std::sync::Arc;
use tauri::{AppHandle, DragDropEvent, Manager, Window, WindowEvent};
use tauri_plugin_dialog::{DialogExt, MessageDialogButtons, MessageDialogResult};
use tokio::sync::oneshot;

/// What the person wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Keep,
    Quit,
    Neither,
}

/// Keeps the window from being destroyed, and does what the person wants instead. Coming to the
/// front is a good moment to try what waits.
pub fn handle(window: &Window, event: &WindowEvent) {
    let app = window.app_handle().clone();
    match event {
        WindowEvent::CloseRequested { api, .. } => {
            api.prevent_close();
            tauri::async_runtime::spawn(async move { close(&app).await });
        }
        WindowEvent::Focused(true) => {
            tauri::async_runtime::spawn(async move { app.state::<Client>().nudge().await });
        }
        WindowEvent::DragDrop(drag) => dragged(&app, drag),
        _ => {}
    }
}

/// Files over the window, or dropped on it.
fn dragged(app: &AppHandle, drag: &DragDropEvent) {
    let over = matches!(
        drag,
        DragDropEvent::Enter { .. } | DragDropEvent::Over { .. }
    );
    if !matches!(drag, DragDropEvent::Over { .. }) {
        emit(app, &AppEvent::FilesOver { over });
    }
    if let DragDropEvent::Drop { paths, .. } = drag {
        app.state::<Client>().files_dropped(paths.clone());
    }
}

async fn close(app: &AppHandle) {
    match wish(app).await {
        Wish::Neither => {}
        Wish::Quit => quit(app),
        Wish::Keep => put_away(app).await,
    }
}

async fn wish(app: &AppHandle) -> Wish {
    let client = app.state::<Client>();
    let settings = match client.get_app_state(GetAppState {}).await {
        Ok(state) => state.settings,
        // Who cannot be asked for a wish is let go.
        Err(_) => return Wish::Quit,
    };
    if let Some(keep) = settings.close_to_tray {
        return if keep { Wish::Keep } else { Wish::Quit };
    }
    let wish = ask(app).await;
    if wish != Wish::Neither {
        let change = SettingChange::CloseToTray(Some(wish == Wish::Keep));
        if let Err(error) = client.update_settings(UpdateSettings { change }).await {
            tracing::warn!(%error, "the answer could not be kept and will be asked for again");
        }
    }
    wish
}

/// Asks once; the answer can be changed in the settings.
async fn ask(app: &AppHandle) -> Wish {
    let words = app.state::<Arc<Words>>().present();
    let (keep, quit) = (
        words.text("close-to-tray-keep"),
        words.text("close-to-tray-quit"),
    );
    let mut dialog = app
        .dialog()
        .message(words.text("close-to-tray-question"))
        .title(words.text("close-to-tray-title"))
        .buttons(MessageDialogButtons::YesNoCancelCustom(
            keep.clone(),
            quit.clone(),
            words.text("cancel"),
        ));
    if let Some(window) = app.get_webview_window(MAIN) {
        dialog = dialog.parent(&window);
    }
    let (say, answer) = oneshot::channel();
    dialog.show_with_result(move |result| {
        let _ = say.send(result);
    });
    match answer.await {
        Ok(MessageDialogResult::Custom(label)) if label == keep => Wish::Keep,
        Ok(MessageDialogResult::Custom(label)) if label == quit => Wish::Quit,
        _ => Wish::Neither,
    }
}
