//! The desktop's notifications: this test is the daemon that shows them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use zbus::{Connection, connection, interface, object_server::SignalEmitter, zvariant::OwnedValue};

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// What was shown to the person.
#[derive(Clone)]
pub struct Notifications {
    shown: Arc<Mutex<Vec<Shown>>>,
    bus: Connection,
}

/// A notification as the program sent it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Its number; the same for one and its update.
    pub number: u32,
    /// The program's name.
    pub program: String,
    /// Its first line.
    pub title: String,
    /// Its words.
    pub body: String,
    /// What can be done with it.
    pub actions: Vec<String>,
    /// It passes "do not disturb".
    pub urgent: bool,
    /// It stood in the place of an older one.
    pub updated: bool,
    /// It was taken away by the program.
    pub withdrawn: bool,
}

struct Daemon {
    shown: Arc<Mutex<Vec<Shown>>>,
    last: u32,
}

#[interface(name = "org.freedesktop.Notifications")]
impl Daemon {
    #[allow(clippy::too_many_arguments, reason = "the specification's")]
    fn notify(
        &mut self,
        app_name: String,
        replaces_id: u32,
        _app_icon: String,
        summary: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedValue>,
        _expire_timeout: i32,
    ) -> u32 {
        let number = if replaces_id > 0 {
            replaces_id
        } else {
            self.last += 1;
            self.last
        };
        let urgency = hints
            .get("urgency")
            .and_then(|value| u8::try_from(value).ok());
        self.shown.lock().unwrap().push(Shown {
            number,
            program: app_name,
            title: summary,
            body,
            actions,
            urgent: urgency == Some(2),
            updated: replaces_id > 0,
            withdrawn: false,
        });
        number
    }

    fn close_notification(&self, id: u32) {
        let mut shown = self.shown.lock().unwrap();
        for notification in shown.iter_mut().filter(|shown| shown.number == id) {
            notification.withdrawn = true;
        }
    }

    fn get_capabilities(&self) -> Vec<&str> {
        vec!["actions", "body", "body-markup"]
    }

    fn get_server_information(&self) -> (&str, &str, &str, &str) {
        ("test", "palier", "1", "1.2")
    }

    #[zbus(signal)]
    async fn action_invoked(
        emitter: &SignalEmitter<'_>,
        id: u32,
        action_key: &str,
    ) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn notification_closed(
        emitter: &SignalEmitter<'_>,
        id: u32,
        reason: u32,
    ) -> zbus::Result<()>;
}

impl Notifications {
    /// Becomes the daemon of the bus at `address`.
    pub async fn start(address: &str) -> Self {
        let shown = Arc::default();
        let daemon = Daemon {
            shown: Arc::clone(&shown),
            last: 0,
        };
        let bus = connection::Builder::address(address)
            .and_then(|builder| builder.serve_at(PATH, daemon))
            .and_then(|builder| builder.name(NAME))
            .unwrap()
            .build()
            .await
            .unwrap();
        Self { shown, bus }
    }

    /// The connection that everything on the bus sees.
    pub fn bus(&self) -> &Connection {
        &self.bus
    }

    /// The daemon goes, and another one comes.
    pub async fn restarts(&self) {
        self.bus.release_name(NAME).await.unwrap();
        self.bus.request_name(NAME).await.unwrap();
    }

    /// Everything that was ever shown, oldest first.
    pub fn all(&self) -> Vec<Shown> {
        self.shown.lock().unwrap().clone()
    }

    /// Those whose words contain `words`.
    pub fn with(&self, words: &str) -> Vec<Shown> {
        let mut all = self.all();
        all.retain(|shown| shown.body.contains(words));
        all
    }

    /// The person clicks on a notification, which closes it, as daemons do.
    pub async fn click(&self, shown: &Shown) {
        assert!(
            shown.actions.iter().any(|action| action == "default"),
            "a click is reported only when it was offered: {shown:?}"
        );
        let emitter = SignalEmitter::new(&self.bus, PATH).unwrap();
        Daemon::action_invoked(&emitter, shown.number, "default")
            .await
            .unwrap();
        Daemon::notification_closed(&emitter, shown.number, 2)
            .await
            .unwrap();
    }

    /// The person presses a button on a notification.
    pub async fn press(&self, shown: &Shown, action: &str) {
        assert!(
            shown.actions.iter().any(|offered| offered == action),
            "there is no such button: {shown:?}"
        );
        let emitter = SignalEmitter::new(&self.bus, PATH).unwrap();
        Daemon::action_invoked(&emitter, shown.number, action)
            .await
            .unwrap();
    }
}
