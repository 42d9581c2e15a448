//! A second start raises the window of the first, hands its link over, and ends.
//!
//! Where the name can be chosen, each folder has its own: a demo beside one's own data is not a
//! second start. (Elsewhere the folder's lock keeps two programs apart.)

use crate::{Cli, attention};
use clap::Parser;
use palier_client::Client;
use tauri::{Manager, Wry, plugin::TauriPlugin};

/// Recognises a second start. It ends in there.
pub fn plugin(cli: &Cli) -> TauriPlugin<Wry> {
    let name = cli.bus_name();
    #[cfg(target_os = "linux")]
    bus::let_the_dead_go(&name);
    tauri_plugin_single_instance::Builder::new()
        .callback(|app, arguments, _folder| {
            attention::raise(app);
            let second = Cli::try_parse_from(arguments).ok();
            if let (Some(link), Some(client)) = (
                second.as_ref().and_then(Cli::link),
                app.try_state::<Client>(),
            ) {
                client.follow_link(link);
            }
        })
        .dbus_id(name)
        .build()
}

#[cfg(target_os = "linux")]
mod bus {
    use std::{
        thread::sleep,
        time::{Duration, Instant},
    };
    use zbus::blocking::{connection::Builder, fdo::DBusProxy};

    /// How long a killed program may take to leave the bus.
    const LIMIT: Duration = Duration::from_secs(3);
    const AGAIN: Duration = Duration::from_millis(20);

    /// Waits while the bus still knows a program that does not answer any more: one that was killed
    /// a moment ago. The plugin would take it for a running one, and refuse to start.
    pub fn let_the_dead_go(name: &str) {
        let end = Instant::now() + LIMIT;
        while let Ok(true) = is_dying(&format!("{name}.SingleInstance"))
            && Instant::now() < end
        {
            sleep(AGAIN);
        }
    }

    fn is_dying(name: &str) -> zbus::Result<bool> {
        let bus = Builder::session()?.method_timeout(LIMIT).build()?;
        if !DBusProxy::new(&bus)?.name_has_owner(name.try_into()?)? {
            return Ok(false);
        }
        let ping = bus.call_method(
            Some(name),
            "/",
            Some("org.freedesktop.DBus.Peer"),
            "Ping",
            &(),
        );
        Ok(ping.is_err())
    }
}
