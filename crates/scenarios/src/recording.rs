//! A desktop that remembers what the person would have seen.

use async_trait::async_trait;
use palier_bridge::{AppEvent, view::NotificationTest};
use palier_client::{Notification, PickFiles, Shell, ShellError};
use palier_domain::IncidentId;
use std::{
    collections::VecDeque,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Remembers what the person would have seen, and picks the files that a story lays out.
#[derive(Debug, Default)]
pub struct RecordingShell(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    notifications: Vec<Notification>,
    withdrawn: Vec<IncidentId>,
    badge: u64,
    events: Vec<AppEvent>,
    picks: VecDeque<Vec<PathBuf>>,
    save_to: VecDeque<PathBuf>,
    clipboard: Option<Vec<u8>>,
    opened: Vec<PathBuf>,
    opens_nothing: bool,
    autostart: bool,
}

impl RecordingShell {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every native notification so far.
    pub fn notifications(&self) -> Vec<Notification> {
        self.seen().notifications.clone()
    }

    /// Incidents whose notification was taken away.
    pub fn withdrawn(&self) -> Vec<IncidentId> {
        self.seen().withdrawn.clone()
    }

    /// The number on tray and title.
    pub fn badge(&self) -> u64 {
        self.seen().badge
    }

    /// A fresh program: tray and title say nothing yet. What the person has seen, she has seen.
    pub(crate) fn begins_anew(&self) {
        self.seen().badge = 0;
    }

    /// The person copied a picture somewhere.
    pub fn copies_picture(&self, picture: Vec<u8>) {
        self.seen().clipboard = Some(picture);
    }

    /// What the page was told.
    pub fn events(&self) -> Vec<AppEvent> {
        self.seen().events.clone()
    }

    /// Files that were opened in other applications.
    pub fn opened(&self) -> Vec<PathBuf> {
        self.seen().opened.clone()
    }

    /// What the person picks the next time she is asked.
    pub fn will_pick(&self, files: &[PathBuf]) {
        self.seen().picks.push_back(files.to_vec());
    }

    /// Where the person saves the next time she is asked.
    pub fn will_save_to(&self, path: PathBuf) {
        self.seen().save_to.push_back(path);
    }

    /// From now on no application opens anything.
    pub fn opens_nothing(&self) {
        self.seen().opens_nothing = true;
    }
}

#[async_trait]
impl Shell for RecordingShell {
    async fn notify(&self, notification: Notification) {
        self.seen().notifications.push(notification);
    }

    async fn try_notification(&self, notification: Notification) -> NotificationTest {
        self.notify(notification).await;
        NotificationTest::Shown { by: None }
    }

    async fn withdraw(&self, incident_id: IncidentId) {
        self.seen().withdrawn.push(incident_id);
    }

    fn set_badge(&self, unread: u64) {
        self.seen().badge = unread;
    }

    async fn pick_files(&self, _: PickFiles) -> Vec<PathBuf> {
        self.seen().picks.pop_front().unwrap_or_default()
    }

    async fn pick_save_path(&self, _: String, _: String) -> Option<PathBuf> {
        self.seen().save_to.pop_front()
    }

    async fn clipboard_image(&self) -> Option<Vec<u8>> {
        self.seen().clipboard.clone()
    }

    async fn open_file(&self, path: &Path) -> Result<(), ShellError> {
        let mut seen = self.seen();
        if seen.opens_nothing {
            return Err(ShellError("no application is set".to_owned()));
        }
        seen.opened.push(path.to_owned());
        Ok(())
    }

    fn autostart(&self) -> Result<bool, ShellError> {
        Ok(self.seen().autostart)
    }

    fn set_autostart(&self, on: bool) -> Result<(), ShellError> {
        self.seen().autostart = on;
        Ok(())
    }

    fn emit(&self, event: AppEvent) {
        self.seen().events.push(event);
    }
}
