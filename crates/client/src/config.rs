//! What the application is told when it starts.

use chrono::{DateTime, Local};
use palier_bridge::view::Language;
use std::{path::PathBuf, time::Duration};

/// What the application is told when it starts.
#[derive(Debug, Clone)]
pub struct ClientConfig {
    /// Where profile, journal, cache and files live.
    pub data_dir: PathBuf,
    /// The server to offer in the sign-in form.
    pub default_server: String,
    /// What the list of devices calls this one.
    pub device_name: String,
    /// The language of the desktop, while the person has chosen none.
    pub system_language: Language,
    /// Version of the application, as screens show it.
    pub version: String,
    /// Most bytes of files of others that are kept on this device; the rest is fetched again when
    /// it is asked for.
    pub downloads_bytes: u64,
    /// Limits of the sync engine.
    pub engine: palier_engine::Config,
    /// Time limits of network and keyring.
    pub limits: Limits,
    /// The clock on the wall where the person is: quiet hours and mornings are by it.
    pub clock: fn() -> DateTime<Local>,
}

impl ClientConfig {
    /// A configuration with the usual limits.
    pub fn new(data_dir: impl Into<PathBuf>, default_server: impl Into<String>) -> Self {
        Self {
            data_dir: data_dir.into(),
            default_server: default_server.into(),
            device_name: String::new(),
            system_language: Language::Fr,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            downloads_bytes: 1024 * 1024 * 1024,
            engine: palier_engine::Config::default(),
            limits: Limits::default(),
            clock: Local::now,
        }
    }
}

/// Time limits. Tests shorten them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// To establish a connection.
    pub connect: Duration,
    /// Without a byte of a reply, or of an upload.
    pub silence: Duration,
    /// Without a byte of the live stream, heartbeats included.
    pub stream_silence: Duration,
    /// For the keyring to answer. A locked one asks the person for its password first.
    pub keyring: Duration,
    /// Without a word of a request that is under way (neither its end nor a byte of an upload), after
    /// which it is taken for lost and everything begins as at a start. Longer than any other limit.
    pub stall: Duration,
    /// For commands under way to end before an account is opened anew.
    pub commands: Duration,
    /// Between two looks at the clock while quiet hours hold something, or a pause lasts. Looked at again
    /// and again, because a clock can be set and a computer sleeps.
    pub quiet_look: Duration,
    /// Between two attempts at something local that failed, such as a write to a full disk.
    pub local_retry: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            silence: Duration::from_secs(30),
            stream_silence: Duration::from_secs(palier_wire::STREAM_SILENCE_SECONDS),
            keyring: Duration::from_secs(60),
            stall: Duration::from_secs(120),
            commands: Duration::from_secs(2),
            quiet_look: Duration::from_secs(60),
            local_retry: Duration::from_secs(5),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn downloads_take_a_gigabyte_and_no_more() {
        let config = ClientConfig::new("data", "https://palier.example");
        assert_eq!(config.downloads_bytes, 1 << 30);
    }
}
