//! Notifications by the Desktop Notifications Specification, over D-Bus.
//!
//! One connection sends them and hears of the clicks: some desktops tell only the sender, and some
//! take a notification away with the connection that sent it. Hearing begins before the first is
//! sent, and a click waits until the number it names is known, so none is missed.

use super::{Notifier, Target};
use async_trait::async_trait;
use futures_util::StreamExt;
use palier_client::Notification;
use palier_domain::IncidentId;
use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Weak},
    time::Duration,
};
use tokio::{sync::Mutex, time::timeout};
use zbus::{Message, proxy, zvariant::Value};

/// A notification daemon that does not answer must not hold anything up.
const LIMIT: Duration = Duration::from_secs(10);

/// The action that a click on the notification itself stands for; reported only when offered.
const CLICK: &str = "default";

#[proxy(
    interface = "org.freedesktop.Notifications",
    default_service = "org.freedesktop.Notifications",
    default_path = "/org/freedesktop/Notifications"
)]
trait Notifications {
    #[expect(clippy::too_many_arguments, reason = "the specification's")]
    fn notify(
        &self,
        app_name: &str,
        replaces_id: u32,
        app_icon: &str,
        summary: &str,
        body: &str,
        actions: &[&str],
        hints: HashMap<&str, Value<'_>>,
        expire_timeout: i32,
    ) -> zbus::Result<u32>;
    fn close_notification(&self, id: u32) -> zbus::Result<()>;
    fn get_capabilities(&self) -> zbus::Result<Vec<String>>;
}

/// The desktop's notifications.
pub struct Freedesktop(Arc<Inner>);

struct Inner {
    on_click: Box<dyn Fn(Target) + Send + Sync>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    daemon: Option<Daemon>,
    /// What stands, by incident (none: the summary).
    shown: HashMap<Option<IncidentId>, Shown>,
}

struct Shown {
    number: u32,
    target: Target,
}

#[derive(Clone)]
struct Daemon {
    proxy: NotificationsProxy<'static>,
    /// It reads `<b>` and `&amp;` in bodies.
    reads_markup: bool,
}

impl Freedesktop {
    /// Calls `on_click` for what is clicked. Connects with the first notification.
    pub fn new(on_click: impl Fn(Target) + Send + Sync + 'static) -> Self {
        Self(Arc::new(Inner {
            on_click: Box::new(on_click),
            state: Mutex::default(),
        }))
    }
}

#[async_trait]
impl Notifier for Freedesktop {
    async fn show(&self, notification: Notification) {
        within_limit("shown", self.0.show(&notification)).await;
    }

    async fn withdraw(&self, incident_id: IncidentId) {
        within_limit("withdrawn", self.0.withdraw(incident_id)).await;
    }
}

async fn within_limit(what: &str, work: impl Future<Output = zbus::Result<()>>) {
    match timeout(LIMIT, work).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "a notification could not be {what}"),
        Err(_) => tracing::warn!("a notification could not be {what}: no answer"),
    }
}

impl Inner {
    async fn show(self: &Arc<Self>, notification: &Notification) -> zbus::Result<()> {
        let mut state = self.state.lock().await;
        let daemon = match &state.daemon {
            Some(daemon) => daemon.clone(),
            None => {
                let daemon = Daemon::find().await?;
                self.hear(&daemon).await?;
                state.daemon.insert(daemon).clone()
            }
        };
        let older = state
            .shown
            .get(&notification.incident_id)
            .map_or(0, |shown| shown.number);
        let number = daemon.send(notification, older).await?;
        let target = Target::of(notification);
        state
            .shown
            .insert(notification.incident_id, Shown { number, target });
        Ok(())
    }

    async fn withdraw(&self, incident_id: IncidentId) -> zbus::Result<()> {
        let mut state = self.state.lock().await;
        if let Some(shown) = state.shown.remove(&Some(incident_id))
            && let Some(daemon) = &state.daemon
        {
            daemon.proxy.close_notification(shown.number).await?;
        }
        Ok(())
    }

    /// Hears of clicks and closings until the notifier is dropped.
    // One stream for both: a click is followed by its closing, and must be handled before it.
    async fn hear(self: &Arc<Self>, daemon: &Daemon) -> zbus::Result<()> {
        let mut signals = daemon.proxy.inner().receive_all_signals().await?;
        let inner: Weak<Self> = Arc::downgrade(self);
        tokio::spawn(async move {
            while let Some(signal) = signals.next().await {
                let Some(inner) = inner.upgrade() else {
                    return;
                };
                inner.heard(&signal).await;
            }
        });
        Ok(())
    }

    async fn heard(&self, signal: &Message) {
        let header = signal.header();
        match header.member().map(|member| member.as_str()) {
            Some("ActionInvoked") => {
                if let Ok((number, action)) = signal.body().deserialize::<(u32, String)>()
                    && action == CLICK
                {
                    self.clicked(number).await;
                }
            }
            Some("NotificationClosed") => {
                if let Ok((number, _reason)) = signal.body().deserialize::<(u32, u32)>() {
                    self.closed(number).await;
                }
            }
            _ => {}
        }
    }

    async fn clicked(&self, number: u32) {
        let state = self.state.lock().await;
        let clicked = state.shown.values().find(|shown| shown.number == number);
        if let Some(shown) = clicked {
            (self.on_click)(shown.target);
        }
    }

    async fn closed(&self, number: u32) {
        let mut state = self.state.lock().await;
        state.shown.retain(|_, shown| shown.number != number);
    }
}

impl Daemon {
    async fn find() -> zbus::Result<Self> {
        let bus = zbus::Connection::session().await?;
        let proxy = NotificationsProxy::new(&bus).await?;
        let able = proxy.get_capabilities().await?;
        Ok(Self {
            proxy,
            reads_markup: able.iter().any(|word| word == "body-markup"),
        })
    }

    /// Sends a notification in the place of number `older` (0: none); answers its number.
    async fn send(&self, notification: &Notification, older: u32) -> zbus::Result<u32> {
        // 1 normal, 2 critical: stays until the person answers, and passes "do not disturb".
        let urgency: u8 = if notification.urgent { 2 } else { 1 };
        let hints = HashMap::from([
            ("urgency", Value::from(urgency)),
            ("category", Value::from("im.received")),
            ("desktop-entry", Value::from("palier")),
        ]);
        let body = if self.reads_markup {
            escape(&notification.body)
        } else {
            notification.body.clone()
        };
        self.proxy
            .notify(
                "Palier",
                older,
                "palier",
                &notification.title,
                &body,
                &[CLICK, ""],
                hints,
                -1,
            )
            .await
    }
}

/// People's words are no markup.
fn escape(words: &str) -> String {
    words
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_shown_as_they_were_written() {
        assert_eq!(
            escape("a < b && <b>c</b>"),
            "a &lt; b &amp;&amp; &lt;b&gt;c&lt;/b&gt;"
        );
    }
}
