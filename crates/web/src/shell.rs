//! The browser as the application sees it.

use crate::{channel::Channel, errand};
use async_trait::async_trait;
use palier_bridge::{
    AppEvent,
    page::{PageNotification, ToPages},
    view::NotificationTest,
};
use palier_client::{Notification, PickFiles, Shell, ShellError};
use palier_domain::IncidentId;
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::{mpsc, oneshot};
use wasm_bindgen_futures::spawn_local;

/// Pages, and what they show outside of themselves.
pub struct WebShell {
    /// The page that started this worker: it is there as long as the worker is.
    page: String,
    out: mpsc::UnboundedSender<ToPages>,
    tries: Arc<Tries>,
}

/// Attempts at notifications whose outcome a page has not told yet.
#[derive(Default)]
pub struct Tries(Mutex<(u32, HashMap<u32, oneshot::Sender<NotificationTest>>)>);

impl Tries {
    fn lock(&self) -> MutexGuard<'_, (u32, HashMap<u32, oneshot::Sender<NotificationTest>>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self) -> (u32, oneshot::Receiver<NotificationTest>) {
        let (say, answer) = oneshot::channel();
        let mut tries = self.lock();
        tries.0 += 1;
        let ask = tries.0;
        tries.1.insert(ask, say);
        (ask, answer)
    }

    /// A page tells what became of one.
    pub fn end(&self, ask: u32, outcome: NotificationTest) {
        if let Some(say) = self.lock().1.remove(&ask) {
            // Who asked may have gone.
            let _ = say.send(outcome);
        }
    }
}

impl WebShell {
    /// Speaks through `channel`; `page` shows notifications.
    pub fn new(channel: Channel, page: String, tries: Arc<Tries>) -> Self {
        let (out, mut said) = mpsc::unbounded_channel();
        spawn_local(async move {
            while let Some(message) = said.recv().await {
                channel.say(&message, None);
            }
        });
        Self { page, out, tries }
    }

    fn say(&self, message: ToPages) {
        // Its other end lives as long as the worker.
        let _ = self.out.send(message);
    }
}

fn for_a_page(notification: Notification) -> PageNotification {
    PageNotification {
        incident_id: notification.incident_id,
        ticket_id: notification.ticket_id,
        title: notification.title,
        body: notification.body,
        urgent: notification.urgent,
        sound: notification.sound,
    }
}

/// A browser starts nothing with the computer.
fn not_here() -> ShellError {
    ShellError("a browser has no such thing".into())
}

#[async_trait]
impl Shell for WebShell {
    async fn notify(&self, notification: Notification) {
        let notification = for_a_page(notification);
        let page = self.page.clone();
        self.say(ToPages::Notify { page, notification });
    }

    async fn try_notification(&self, notification: Notification) -> NotificationTest {
        let (ask, answer) = self.tries.begin();
        self.say(ToPages::TryNotification {
            page: self.page.clone(),
            ask,
            notification: for_a_page(notification),
        });
        answer.await.unwrap_or(NotificationTest::NoService)
    }

    async fn withdraw(&self, incident_id: IncidentId) {
        let page = self.page.clone();
        self.say(ToPages::Withdraw { page, incident_id });
    }

    fn set_badge(&self, unread: u64) {
        self.say(ToPages::Badge { unread });
    }

    async fn pick_files(&self, _: PickFiles) -> Vec<PathBuf> {
        // The page has asked already: only there a picker may open.
        errand::picked()
    }

    async fn pick_save_path(&self, _: String, suggested_name: String) -> Option<PathBuf> {
        // The browser asks the person, if it asks at all.
        errand::save_as(&suggested_name)
    }

    async fn clipboard_image(&self) -> Option<Vec<u8>> {
        let picture = errand::picked().into_iter().next()?;
        palier_disk::fs::read(picture).ok()
    }

    async fn open_file(&self, path: &Path) -> Result<(), ShellError> {
        errand::open(path).then_some(()).ok_or_else(not_here)
    }

    fn autostart(&self) -> Result<bool, ShellError> {
        Err(not_here())
    }

    fn set_autostart(&self, _: bool) -> Result<(), ShellError> {
        Err(not_here())
    }

    fn emit(&self, event: AppEvent) {
        self.say(ToPages::Event { event });
    }
}
