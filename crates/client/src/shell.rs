//! The desktop as the application sees it.
//!
//! Everything a person sees outside the page goes through this trait, so that a test can ask
//! "what would the person have seen?" without a window.

use async_trait::async_trait;
use palier_bridge::{AppEvent, view::NotificationTest};
use palier_domain::{IncidentId, TicketId};
use std::path::{Path, PathBuf};

/// The desktop: notifications, badge, pickers, the page.
#[async_trait]
pub trait Shell: Send + Sync + 'static {
    /// Raises a native notification, or updates the one of the same incident.
    async fn notify(&self, notification: Notification);
    /// Raises one to see whether they work, and says what became of it as far as it can be known.
    async fn try_notification(&self, notification: Notification) -> NotificationTest;
    /// Takes the notification of an incident away, if there is one.
    async fn withdraw(&self, incident_id: IncidentId);
    /// Shows the count of unread tickets in tray, window title and badge.
    fn set_badge(&self, unread: u64);
    /// Lets the person pick files; empty when cancelled.
    async fn pick_files(&self, dialog: PickFiles) -> Vec<PathBuf>;
    /// Lets the person say where to save; none when cancelled.
    async fn pick_save_path(&self, title: String, suggested_name: String) -> Option<PathBuf>;
    /// The picture that is in the clipboard, as PNG; none when there is none.
    async fn clipboard_image(&self) -> Option<Vec<u8>>;
    /// Opens a file in the system's application.
    ///
    /// # Errors
    /// When the desktop has no application for it or refuses.
    async fn open_file(&self, path: &Path) -> Result<(), ShellError>;
    /// Whether the application starts with the computer.
    ///
    /// # Errors
    /// The desktop does not say.
    fn autostart(&self) -> Result<bool, ShellError>;
    /// Makes the application start with the computer, or no longer.
    ///
    /// # Errors
    /// The desktop refuses.
    fn set_autostart(&self, on: bool) -> Result<(), ShellError>;
    /// Tells the page that something changed.
    fn emit(&self, event: AppEvent);
}

/// A native notification, in the person's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// On which incident; none for a summary.
    pub incident_id: Option<IncidentId>,
    /// The ticket that a click opens.
    pub ticket_id: Option<TicketId>,
    /// Author and unit.
    pub title: String,
    /// First words.
    pub body: String,
    /// It is about an emergency.
    pub urgent: bool,
    /// The desktop may make its sound.
    pub sound: bool,
    /// What can be done right there, where the desktop has buttons.
    pub actions: Vec<NotificationAction>,
}

/// A button on a notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationAction {
    /// What it does.
    pub act: NotificationAct,
    /// What is written on it, in the person's language.
    pub label: String,
}

/// What a person can do about a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotificationAct {
    /// See the ticket: a click on the notification itself.
    Open,
    /// See it with the keyboard where the answer is written.
    Reply,
    /// Mark everything as read, up to the ticket.
    MarkRead,
}

/// An incident with unread messages, as the tray offers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadIncident {
    /// Which.
    pub incident_id: IncidentId,
    /// What it is called.
    pub title: String,
    /// The unit's label.
    pub unit: Option<String>,
    /// How many messages.
    pub unread: u64,
}

/// A picker for several files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PickFiles {
    /// The dialog's title, in the person's language.
    pub title: String,
    /// What the filter is called, in the person's language.
    pub filter_name: String,
    /// Extensions without the dot.
    pub extensions: Vec<String>,
}

/// The desktop refused.
#[derive(Debug, thiserror::Error)]
#[error("the desktop refused: {0}")]
pub struct ShellError(pub String);
