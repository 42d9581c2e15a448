//! The desktop as the application sees it.

use crate::{
    attention,
    autostart::Autostart,
    badge, clipboard,
    notifier::{self, Notifier, Target},
    tray, tray_menu, window,
    window::MAIN,
    words::Words,
};
use async_trait::async_trait;
use palier_bridge::{AppEvent, request::GetAppState, view::NotificationTest};
use palier_client::{Client, Notification, NotificationAct, PickFiles, Shell, ShellError};
use palier_domain::{IncidentId, TicketId};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use tauri::{AppHandle, Emitter, Manager};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};
use tauri_plugin_opener::OpenerExt;
use tokio::{sync::oneshot, task::spawn_blocking};

/// Notifications, badge, pickers and page of the desktop that this program runs on.
pub struct DesktopShell {
    app: AppHandle,
    notifier: Box<dyn Notifier>,
    autostart: Autostart,
}

impl DesktopShell {
    /// The desktop of `app`, and what it starts with the computer.
    pub fn new(app: AppHandle, autostart: Autostart) -> Self {
        let clicked = app.clone();
        let notifier = notifier::of_this_desktop(&app, move |target, act| {
            if act != NotificationAct::MarkRead {
                attention::raise(&clicked);
            }
            let app = clicked.clone();
            tauri::async_runtime::spawn(async move { act_on(&app, target, act).await });
        });
        Self {
            app,
            notifier,
            autostart,
        }
    }

    /// A picker that stands before the window.
    fn picker(&self, title: String) -> FileDialogBuilder<tauri::Wry> {
        let mut dialog = self.app.dialog().file().set_title(title);
        if let Some(window) = self.app.get_webview_window(MAIN) {
            dialog = dialog.set_parent(&window);
        }
        dialog
    }
}

#[async_trait]
impl Shell for DesktopShell {
    async fn notify(&self, notification: Notification) {
        tracing::debug!(incident_id = ?notification.incident_id, "the person is told");
        self.notifier.show(notification).await;
    }

    async fn try_notification(&self, notification: Notification) -> NotificationTest {
        self.notifier.try_out(notification).await
    }

    async fn withdraw(&self, incident_id: IncidentId) {
        self.notifier.withdraw(incident_id).await;
    }

    fn set_badge(&self, unread: u64) {
        badge::show(&self.app, unread);
        tray_menu::refresh(&self.app);
    }

    async fn pick_files(&self, dialog: PickFiles) -> Vec<PathBuf> {
        let extensions: Vec<&str> = dialog.extensions.iter().map(String::as_str).collect();
        let (say, answer) = oneshot::channel();
        self.picker(dialog.title)
            .add_filter(dialog.filter_name, &extensions)
            .pick_files(move |files| {
                let _ = say.send(files);
            });
        let picked = answer.await.ok().flatten().unwrap_or_default();
        picked.into_iter().filter_map(to_path).collect()
    }

    async fn pick_save_path(&self, title: String, suggested_name: String) -> Option<PathBuf> {
        let (say, answer) = oneshot::channel();
        self.picker(title)
            .set_file_name(suggested_name)
            .save_file(move |file| {
                let _ = say.send(file);
            });
        answer.await.ok().flatten().and_then(to_path)
    }

    async fn clipboard_image(&self) -> Option<Vec<u8>> {
        match spawn_blocking(clipboard::picture).await {
            Ok(Ok(picture)) => picture,
            Ok(Err(error)) => {
                tracing::warn!(%error, "the clipboard cannot be read");
                None
            }
            Err(error) => {
                tracing::warn!(%error, "the clipboard cannot be read");
                None
            }
        }
    }

    async fn open_file(&self, path: &Path) -> Result<(), ShellError> {
        let path = path
            .to_str()
            .ok_or_else(|| ShellError("its path is no text".into()))?
            .to_owned();
        let app = self.app.clone();
        // It starts a program and may wait for it to say that it started.
        let opened = spawn_blocking(move || app.opener().open_path(path, None::<&str>)).await;
        match opened {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(ShellError(error.to_string())),
            Err(error) => Err(ShellError(error.to_string())),
        }
    }

    fn autostart(&self) -> Result<bool, ShellError> {
        let on = self.autostart.is_on();
        on.map_err(|error| ShellError(error.to_string()))
    }

    fn set_autostart(&self, on: bool) -> Result<(), ShellError> {
        let set = self.autostart.set(on);
        set.map_err(|error| ShellError(error.to_string()))
    }

    fn emit(&self, event: AppEvent) {
        emit(&self.app, &event);
        if event == AppEvent::IncidentsChanged {
            tray_menu::refresh(&self.app);
        }
        if event == AppEvent::SettingsChanged {
            let app = self.app.clone();
            tauri::async_runtime::spawn(async move { follow_settings(&app).await });
        }
    }
}

/// Does what the person asked for on a notification.
async fn act_on(app: &AppHandle, target: Target, act: NotificationAct) {
    let Some(incident_id) = target.incident_id else {
        return;
    };
    if act == NotificationAct::MarkRead {
        mark_read(app, incident_id, target.ticket_id).await;
        return;
    }
    let event = AppEvent::OpenIncident {
        incident_id,
        ticket_id: target.ticket_id,
        reply: act == NotificationAct::Reply,
    };
    open(app, incident_id, &event).await;
}

async fn mark_read(app: &AppHandle, incident_id: IncidentId, ticket_id: Option<TicketId>) {
    if let (Some(client), Some(ticket_id)) = (app.try_state::<Client>(), ticket_id)
        && let Err(error) = client.mark_announced_read(incident_id, ticket_id).await
    {
        tracing::warn!(%error, "what was announced is not marked as read");
    }
}

/// Opens an incident, in whichever account it is.
pub async fn open(app: &AppHandle, incident_id: IncidentId, event: &AppEvent) {
    if let Some(client) = app.try_state::<Client>()
        && let Err(error) = client.show_incident_of_any_account(incident_id).await
    {
        tracing::warn!(%error, "the account of an incident cannot be shown");
    }
    emit(app, event);
}

/// Tells the page.
pub fn emit(app: &AppHandle, event: &AppEvent) {
    tracing::debug!(event = event.name(), "the page is told");
    if let Err(error) = app.emit(AppEvent::CHANNEL, event) {
        tracing::warn!(%error, "the page was not told");
    }
}

fn to_path(picked: FilePath) -> Option<PathBuf> {
    match picked.into_path() {
        Ok(path) => Some(path),
        Err(error) => {
            tracing::warn!(%error, "what was picked is not a file");
            None
        }
    }
}

/// Says tray and colours as the settings now want them.
pub async fn follow_settings(app: &AppHandle) {
    let Some(client) = app.try_state::<Client>() else {
        return;
    };
    let Ok(state) = client.get_app_state(GetAppState {}).await else {
        return;
    };
    window::follow_theme(app, &state.settings);
    window::follow_zoom(app, &state.settings);
    let words = app.state::<Arc<Words>>();
    let other_words = words.follow(&state.settings);
    if tray_menu::follow(app, &state.settings) || other_words {
        tray::say_again(app);
    }
    if other_words {
        badge::refresh(app);
    }
}
