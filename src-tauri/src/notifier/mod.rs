//! Native notifications: one per incident, updated as more comes, withdrawn once read.
//!
//! On Linux [`freedesktop`] speaks to the desktop itself, because Tauri's plugin can neither
//! update a notification nor mark one as urgent there. Elsewhere the [`plugin`] does what there is.

#[cfg(target_os = "linux")]
mod freedesktop;
#[cfg_attr(
    target_os = "linux",
    expect(dead_code, reason = "built here too, so that it is checked here")
)]
mod plugin;

use async_trait::async_trait;
use palier_bridge::view::NotificationTest;
use palier_client::{Notification, NotificationAct};
use palier_domain::{IncidentId, TicketId};
use tauri::AppHandle;

/// Shows and withdraws notifications.
#[async_trait]
pub trait Notifier: Send + Sync {
    /// Shows a notification, in the place of an older one about the same incident.
    async fn show(&self, notification: Notification);
    /// Shows one to see whether that works, and says what became of it.
    async fn try_out(&self, notification: Notification) -> NotificationTest;
    /// Takes the notification of an incident away, if it still stands.
    async fn withdraw(&self, incident_id: IncidentId);
}

/// What a notification is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// The incident; none for a summary.
    pub incident_id: Option<IncidentId>,
    /// The ticket in it.
    pub ticket_id: Option<TicketId>,
}

impl Target {
    fn of(notification: &Notification) -> Self {
        Self {
            incident_id: notification.incident_id,
            ticket_id: notification.ticket_id,
        }
    }
}

/// The notifications of the desktop that this program runs on. What the person does about one is told
/// to `on_act`.
pub fn of_this_desktop(
    app: &AppHandle,
    on_act: impl Fn(Target, NotificationAct) + Send + Sync + 'static,
) -> Box<dyn Notifier> {
    #[cfg(target_os = "linux")]
    {
        let _ = app;
        Box::new(freedesktop::Freedesktop::new(on_act))
    }
    #[cfg(not(target_os = "linux"))]
    {
        Box::new(plugin::Plugin::new(app.clone(), on_act))
    }
}
