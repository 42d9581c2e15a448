//! Notifications by the Desktop Notifications Specification, over D-Bus.
//!
//! One connection sends them and hears of the clicks: some desktops tell only the sender, and some
//! take a notification away with the connection that sent it. Hearing begins before the first is
//! sent, and a click waits until the number it names is known, so none is missed.

use super::{Notifier, Target};
use async_trait::async_trait;
use futures_util::StreamExt;
use palier_bridge::view::NotificationTest;
use palier_client::{Notification, NotificationAct, NotificationAction};
use palier_domain::IncidentId;
use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Weak},
    time::Duration,
};
use tokio::{sync::Mutex, task::JoinSet, time::timeout};
use zbus::{Message, proxy, zvariant::Value};

/// A notification daemon that does not answer must not hold anything up.
const LIMIT: Duration = Duration::from_secs(10);

/// What a person can do, as it is called on the bus. A click on the notification itself is reported only
/// when `default` is offered.
const ACTS: [(NotificationAct, &str); 3] = [
    (NotificationAct::Open, "default"),
    (NotificationAct::Reply, "reply"),
    (NotificationAct::MarkRead, "mark-read"),
];

fn name_of(act: NotificationAct) -> &'static str {
    let found = ACTS.iter().find(|(known, _)| *known == act);
    found.map_or(ACTS[0].1, |(_, name)| name)
}

fn act_of(name: &str) -> Option<NotificationAct> {
    let found = ACTS.iter().find(|(_, known)| *known == name);
    found.map(|(act, _)| *act)
}

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
    /// Name, vendor, version, version of the specification.
    fn get_server_information(&self) -> zbus::Result<(String, String, String, String)>;
    /// It was told not to disturb (KDE's addition to the specification).
    #[zbus(property)]
    fn inhibited(&self) -> zbus::Result<bool>;
}

#[proxy(
    interface = "org.dunstproject.cmd0",
    default_service = "org.freedesktop.Notifications",
    default_path = "/org/freedesktop/Notifications"
)]
trait Dunst {
    /// It was told not to disturb.
    #[zbus(property, name = "paused")]
    fn paused(&self) -> zbus::Result<bool>;
}

/// The desktop's notifications.
pub struct Freedesktop(Arc<Inner>);

struct Inner {
    on_act: Box<dyn Fn(Target, NotificationAct) + Send + Sync>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    daemon: Option<Daemon>,
    /// What hears of its signals and of its end; dropped, it hears no more.
    hearing: JoinSet<()>,
    /// What stands, by incident (none: the summary).
    shown: HashMap<Option<IncidentId>, Shown>,
}

impl State {
    /// Another daemon, or none: it may be able to do other things, and its numbers are others.
    fn forget(&mut self) {
        *self = Self::default();
    }
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
    /// It shows buttons, or at least reports clicks.
    has_actions: bool,
}

impl Freedesktop {
    /// Calls `on_act` for what the person does about one. Connects with the first notification.
    pub fn new(on_act: impl Fn(Target, NotificationAct) + Send + Sync + 'static) -> Self {
        Self(Arc::new(Inner {
            on_act: Box::new(on_act),
            state: Mutex::default(),
        }))
    }
}

#[async_trait]
impl Notifier for Freedesktop {
    async fn show(&self, notification: Notification) {
        within_limit("shown", self.0.show(&notification)).await;
    }

    async fn try_out(&self, notification: Notification) -> NotificationTest {
        match timeout(LIMIT, self.0.try_out(&notification)).await {
            Ok(Ok(test)) => test,
            Ok(Err(error)) => trouble(error),
            Err(_) => NotificationTest::NoService,
        }
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

/// What is wrong, as far as the bus tells.
fn trouble(error: zbus::Error) -> NotificationTest {
    let name = match &error {
        zbus::Error::MethodError(name, _, _) => name.to_string(),
        zbus::Error::FDO(fdo) => format!("{}", zbus::DBusError::name(fdo.as_ref())),
        zbus::Error::Address(_) | zbus::Error::InputOutput(_) => return NotificationTest::NoBus,
        _ => String::new(),
    };
    match name.rsplit('.').next() {
        Some("ServiceUnknown" | "NameHasNoOwner" | "NoServer") => NotificationTest::NoService,
        Some("AccessDenied") => NotificationTest::NotAllowed,
        _ => NotificationTest::Failed {
            reason: error.to_string(),
        },
    }
}

impl Inner {
    async fn try_out(
        self: &Arc<Self>,
        notification: &Notification,
    ) -> zbus::Result<NotificationTest> {
        self.show(notification).await?;
        let state = self.state.lock().await;
        let Some(daemon) = &state.daemon else {
            return Ok(NotificationTest::NoService);
        };
        let said = daemon.proxy.get_server_information().await;
        let by = said.ok().map(|(name, ..)| name).filter(|it| !it.is_empty());
        Ok(if daemon.is_paused().await {
            NotificationTest::Paused { by }
        } else {
            NotificationTest::Shown { by }
        })
    }

    async fn show(self: &Arc<Self>, notification: &Notification) -> zbus::Result<()> {
        let known = self.state.lock().await.daemon.is_some();
        match self.show_once(notification).await {
            // The bus or the daemon may have gone since the last one.
            Err(error) if known => {
                tracing::info!(%error, "the notification daemon is looked for again");
                self.state.lock().await.forget();
                self.show_once(notification).await
            }
            shown => shown,
        }
    }

    async fn show_once(self: &Arc<Self>, notification: &Notification) -> zbus::Result<()> {
        let mut state = self.state.lock().await;
        let daemon = match &state.daemon {
            Some(daemon) => daemon.clone(),
            None => {
                let daemon = Daemon::find().await?;
                state.hearing = self.hear(&daemon).await?;
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

    /// Hears of clicks and closings, and of another daemon, until the notifier is dropped.
    // One stream for both: a click is followed by its closing, and must be handled before it.
    async fn hear(self: &Arc<Self>, daemon: &Daemon) -> zbus::Result<JoinSet<()>> {
        let mut signals = daemon.proxy.inner().receive_all_signals().await?;
        let mut owners = daemon.proxy.inner().receive_owner_changed().await?;
        let mut hearing = JoinSet::new();
        let inner: Weak<Self> = Arc::downgrade(self);
        hearing.spawn(async move {
            while let Some(signal) = signals.next().await {
                let Some(inner) = inner.upgrade() else {
                    return;
                };
                inner.heard(&signal).await;
            }
        });
        let inner: Weak<Self> = Arc::downgrade(self);
        hearing.spawn(async move {
            if owners.next().await.is_some()
                && let Some(inner) = inner.upgrade()
            {
                inner.state.lock().await.forget();
            }
        });
        Ok(hearing)
    }

    async fn heard(&self, signal: &Message) {
        let header = signal.header();
        match header.member().map(|member| member.as_str()) {
            Some("ActionInvoked") => {
                if let Ok((number, action)) = signal.body().deserialize::<(u32, String)>()
                    && let Some(act) = act_of(&action)
                {
                    self.acted(number, act).await;
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

    async fn acted(&self, number: u32, act: NotificationAct) {
        let state = self.state.lock().await;
        let meant = state.shown.values().find(|shown| shown.number == number);
        if let Some(shown) = meant {
            (self.on_act)(shown.target, act);
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
            has_actions: able.iter().any(|word| word == "actions"),
        })
    }

    /// Whether it keeps everything back. Those that cannot be asked are thought not to.
    async fn is_paused(&self) -> bool {
        if self.proxy.inhibited().await.unwrap_or(false) {
            return true;
        }
        match DunstProxy::new(self.proxy.inner().connection()).await {
            Ok(dunst) => dunst.paused().await.unwrap_or(false),
            Err(_) => false,
        }
    }

    /// Pairs of names and labels; one that shows no buttons is not asked to.
    fn actions<'a>(&self, actions: &'a [NotificationAction]) -> Vec<&'a str> {
        let mut pairs = vec![name_of(NotificationAct::Open), ""];
        if self.has_actions {
            for action in actions {
                pairs.extend([name_of(action.act), action.label.as_str()]);
            }
        }
        pairs
    }

    /// Sends a notification in the place of number `older` (0: none); answers its number.
    async fn send(&self, notification: &Notification, older: u32) -> zbus::Result<u32> {
        // 1 normal, 2 critical: stays until the person answers, and passes "do not disturb".
        let urgency: u8 = if notification.urgent { 2 } else { 1 };
        let mut hints = HashMap::from([
            ("urgency", Value::from(urgency)),
            ("category", Value::from("im.received")),
            ("desktop-entry", Value::from("palier")),
        ]);
        if notification.sound {
            hints.insert("sound-name", Value::from("message-new-instant"));
        } else {
            hints.insert("suppress-sound", Value::from(true));
        }
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
                &self.actions(&notification.actions),
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
