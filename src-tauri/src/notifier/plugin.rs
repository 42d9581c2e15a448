//! Notifications by Tauri's plugin: Windows and macOS.
//!
//! It tells of clicks, and neither updates nor withdraws there; a newer notification about the
//! same incident stands beside the older one, and both open it.

use super::{Notifier, Target};
use async_trait::async_trait;
use palier_bridge::view::NotificationTest;
use palier_client::{Notification, NotificationAct};
use palier_domain::IncidentId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tauri::AppHandle;
use tauri_plugin_notification::{NotificationExt, PermissionState};

/// The plugin's word for a click on the notification itself.
const CLICK: &str = "tap";

/// The plugin's notifications.
pub struct Plugin {
    app: AppHandle,
    shown: Arc<Mutex<Shown>>,
}

/// What was shown, by the number that the plugin knows it under.
#[derive(Default)]
struct Shown {
    last: i32,
    targets: HashMap<i32, Target>,
}

impl Plugin {
    /// Calls `on_act` for what is clicked.
    pub fn new(
        app: AppHandle,
        on_act: impl Fn(Target, NotificationAct) + Send + Sync + 'static,
    ) -> Self {
        let shown: Arc<Mutex<Shown>> = Arc::default();
        let known = shown.clone();
        let heard = app.notification().on_action(move |action| {
            if action.action_id() != CLICK {
                return;
            }
            let number = action.notification().map(|notification| notification.id());
            let target = number.and_then(|number| lock(&known).targets.get(&number).copied());
            if let Some(target) = target {
                on_act(target, NotificationAct::Open);
            }
        });
        if let Err(error) = heard {
            tracing::warn!(%error, "clicks on notifications are not heard");
        }
        Self { app, shown }
    }

    fn send(&self, notification: Notification) -> tauri_plugin_notification::Result<()> {
        let number = {
            let mut shown = lock(&self.shown);
            shown.last = shown.last.wrapping_add(1);
            let number = shown.last;
            shown.targets.insert(number, Target::of(&notification));
            number
        };
        let mut builder = self
            .app
            .notification()
            .builder()
            .id(number)
            .title(notification.title)
            .body(notification.body);
        if notification.sound {
            builder = builder.sound("Default");
        }
        builder.show()
    }
}

#[async_trait]
impl Notifier for Plugin {
    async fn show(&self, notification: Notification) {
        if let Err(error) = self.send(notification) {
            tracing::warn!(%error, "a notification could not be shown");
        }
    }

    async fn try_out(&self, notification: Notification) -> NotificationTest {
        let allowed = self.app.notification().permission_state();
        if let Ok(PermissionState::Denied) = allowed {
            return NotificationTest::NotAllowed;
        }
        match self.send(notification) {
            Ok(()) => NotificationTest::Shown { by: None },
            Err(error) => NotificationTest::Failed {
                reason: error.to_string(),
            },
        }
    }

    async fn withdraw(&self, incident_id: IncidentId) {
        let numbers: Vec<i32> = {
            let mut shown = lock(&self.shown);
            let of_incident = |target: &Target| target.incident_id == Some(incident_id);
            let gone = shown.targets.extract_if(|_, target| of_incident(target));
            gone.map(|(number, _)| number).collect()
        };
        if let Err(error) = self.app.notification().remove_active(numbers) {
            tracing::debug!(%error, "a notification could not be withdrawn");
        }
    }
}

fn lock(shown: &Mutex<Shown>) -> std::sync::MutexGuard<'_, Shown> {
    shown.lock().unwrap_or_else(PoisonError::into_inner)
}
