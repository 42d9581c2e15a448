//! What can be set about a server, and the usual values.
//!
//! **A setting is one field here**, nothing else: its documentation is the help text, its name the
//! flag (`--read-stall`), the environment variable (`PALIER_READ_STALL`) and the key of the
//! configuration file (`read_stall`), its `default_value` the usual value everywhere, tests
//! included ([`Config::new`]). `server/src/cli/layers.rs` puts flag, environment, file and default
//! together.
//!
//! A secret has `hide_env_values = true`: it may also come from a file that
//! `PALIER_…_FILE` or a systemd credential names, and is never printed. With `hide = true` as well
//! it is refused as a flag, because everybody on the machine sees those.
//!
//! What no single value can tell (two settings that need each other) is in [`Config::check`].

mod secret;

pub use secret::Secret;

use crate::{clock::Clock, mail::Relay};
use bytesize::ByteSize;
use clap::{Args, Command, FromArgMatches, builder::Resettable};
use ipnet::IpNet;
use lettre::message::Mailbox;
use semver::Version;
use std::{
    ffi::OsString,
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
    path::PathBuf,
    time::Duration,
};
use url::Url;

/// Settings that say where the data is: the only ones that the help of maintenance commands shows.
pub const DATA: &str = "Data";
const NETWORK: &str = "Network";
const MAIL: &str = "Mail";
const LIMITS: &str = "Limits";

// No documentation on the struct itself: clap would take it for the command's.
#[allow(missing_docs)]
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// The folder that holds database, files and uploads; made when absent.
    #[arg(
        long,
        // Not PALIER_DATA_DIR: that is the desktop's, and both may run on one machine.
        env = "PALIER_SERVER_DATA_DIR",
        value_name = "DIR",
        help_heading = DATA
    )]
    pub data_dir: PathBuf,

    /// The database server that several nodes share, as postgres://USER:PASSWORD@HOST/DATABASE.
    /// Without it the database is the file server.sqlite in the data folder.
    #[arg(
        long,
        env = "PALIER_DATABASE_URL",
        hide_env_values = true,
        value_name = "URL",
        help_heading = DATA
    )]
    pub database_url: Option<Secret>,
    /// Most connections to the database server, half of them for writing.
    #[arg(
        long,
        env = "PALIER_DATABASE_CONNECTIONS",
        default_value = "20",
        value_name = "N",
        value_parser = one_or_more,
        help_heading = DATA
    )]
    pub database_connections: usize,

    /// The bucket of files that several nodes share, as s3://BUCKET/PREFIX. Where it is and who we are say
    /// AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment. Without
    /// it files are in the folder blobs of the data folder.
    #[arg(
        long,
        env = "PALIER_BLOBS",
        value_name = "URL",
        value_parser = bucket,
        help_heading = DATA
    )]
    pub blobs: Option<Url>,

    /// Where to listen; port 0 takes a free one.
    #[arg(
        long,
        env = "PALIER_LISTEN",
        default_value = "127.0.0.1:8080",
        value_name = "ADDR",
        help_heading = NETWORK
    )]
    pub listen: SocketAddr,
    /// A certificate chain, PEM: the server then speaks HTTPS. Read again on SIGHUP and when it
    /// changes.
    #[arg(
        long,
        env = "PALIER_TLS_CERT",
        value_name = "FILE",
        help_heading = NETWORK
    )]
    pub tls_cert: Option<PathBuf>,
    /// The certificate's private key, PEM.
    #[arg(
        long,
        env = "PALIER_TLS_KEY",
        value_name = "FILE",
        help_heading = NETWORK
    )]
    pub tls_key: Option<PathBuf>,
    /// Where Prometheus reads figures, at /metrics: an address that the public does not reach.
    /// Nothing is counted without it.
    #[arg(
        long,
        env = "PALIER_METRICS",
        value_name = "ADDR",
        help_heading = NETWORK
    )]
    pub metrics: Option<SocketAddr>,
    /// Proxies (addresses or networks, with commas between) whose X-Forwarded-For is believed.
    #[arg(
        long,
        env = "PALIER_TRUSTED_PROXY",
        value_name = "NET",
        value_delimiter = ',',
        value_parser = network,
        help_heading = NETWORK
    )]
    pub trusted_proxy: Vec<IpNet>,
    /// Silence on a live stream after which a heartbeat is written; then it is also asked again
    /// whether the session still stands.
    #[arg(
        long,
        env = "PALIER_HEARTBEAT",
        default_value = "25s",
        value_name = "TIME",
        value_parser = a_second_or_more,
        help_heading = NETWORK
    )]
    pub heartbeat: Duration,
    /// How often nodes that share a database compare how far it is with what they were told: what a
    /// lost word costs at most.
    #[arg(
        long,
        env = "PALIER_HEAD_CHECK",
        default_value = "5s",
        value_name = "TIME",
        value_parser = humantime::parse_duration,
        help_heading = NETWORK
    )]
    pub head_check: Duration,
    /// How long a stopping server waits for requests that are under way.
    #[arg(
        long,
        env = "PALIER_FAREWELL",
        default_value = "10s",
        value_name = "TIME",
        value_parser = humantime::parse_duration,
        help_heading = NETWORK
    )]
    pub farewell: Duration,

    /// Where people reach this server, as links in mails and invitations say it:
    /// `https://palier.example.org`.
    #[arg(
        long,
        env = "PALIER_PUBLIC_URL",
        value_name = "URL",
        value_parser = web_address,
        help_heading = NETWORK
    )]
    pub public_url: Option<Url>,

    /// The newest version of the desktop application that people can have, for instance 1.4.0: an older one
    /// tells them so.
    #[arg(
        long,
        env = "PALIER_NEWEST_CLIENT",
        value_name = "VERSION",
        help_heading = NETWORK
    )]
    pub newest_client: Option<Version>,

    /// The mail server to send through: `smtp://user:password@host` (port 587, STARTTLS) or
    /// `smtps://…` (port 465, TLS at once). `smtp://localhost:25` speaks without TLS, and only a
    /// loopback address may. A password is written as in a URL (`%40` for `@`).
    #[arg(
        long,
        env = "PALIER_SMTP_URL",
        value_name = "URL",
        hide = true,
        hide_env_values = true,
        help_heading = MAIL
    )]
    pub smtp_url: Option<Relay>,
    /// Certificates, PEM, that the mail server's may be signed by, besides those that the system
    /// trusts. With it, TLS is wanted on a loopback address too.
    #[arg(
        long,
        env = "PALIER_SMTP_CA",
        value_name = "FILE",
        help_heading = MAIL
    )]
    pub smtp_ca: Option<PathBuf>,
    /// How long the mail server may take for one answer.
    #[arg(
        long,
        env = "PALIER_SMTP_TIMEOUT",
        default_value = "60s",
        value_name = "TIME",
        value_parser = a_second_or_more,
        help_heading = MAIL
    )]
    pub smtp_timeout: Duration,
    /// The sender of mails: `Palier <palier@example.org>`.
    #[arg(
        long,
        env = "PALIER_MAIL_FROM",
        value_name = "MAILBOX",
        help_heading = MAIL
    )]
    pub mail_from: Option<Mailbox>,
    /// Who gets the answers to mails, where that is not the sender.
    #[arg(
        long,
        env = "PALIER_MAIL_REPLY_TO",
        value_name = "MAILBOX",
        help_heading = MAIL
    )]
    pub mail_reply_to: Option<Mailbox>,

    /// A new connection that does not finish TLS, or the head of its first request, in so long is
    /// closed.
    #[arg(
        long,
        env = "PALIER_HEAD_TIME",
        default_value = "15s",
        value_name = "TIME",
        value_parser = a_second_or_more,
        help_heading = LIMITS
    )]
    pub head_time: Duration,
    /// A connection that waits so long for its next request is closed. Longer than a proxy's own
    /// limit, or requests meet a connection that is just closing.
    #[arg(
        long,
        env = "PALIER_IDLE_TIME",
        default_value = "75s",
        value_name = "TIME",
        value_parser = a_second_or_more,
        help_heading = LIMITS
    )]
    pub idle_time: Duration,
    /// A connection whose peer takes no byte for so long is closed.
    #[arg(
        long,
        env = "PALIER_WRITE_STALL",
        default_value = "30s",
        value_name = "TIME",
        value_parser = a_second_or_more,
        help_heading = LIMITS
    )]
    pub write_stall: Duration,
    /// A request whose body brings no byte for so long is refused, and one that brings less than
    /// 1 KiB a second on the whole, after as long.
    #[arg(
        long,
        env = "PALIER_READ_STALL",
        default_value = "30s",
        value_name = "TIME",
        value_parser = a_second_or_more,
        help_heading = LIMITS
    )]
    pub read_stall: Duration,
    /// How long a file may wait for its ticket.
    #[arg(
        long,
        env = "PALIER_UPLOAD_EXPIRY",
        default_value = "24h",
        value_name = "TIME",
        value_parser = a_second_or_more,
        help_heading = LIMITS
    )]
    pub upload_expiry: Duration,
    /// Most bytes of files that the tickets of one portfolio have.
    #[arg(
        long,
        env = "PALIER_QUOTA_PER_PORTFOLIO",
        default_value = "20GiB",
        value_name = "SIZE",
        help_heading = LIMITS
    )]
    pub quota_per_portfolio: ByteSize,
    /// How many password hashes are computed at once: each takes 19 MiB and a core.
    #[arg(
        long,
        env = "PALIER_ARGON_PARALLELISM",
        default_value_t = cores(),
        value_name = "N",
        value_parser = one_or_more,
        help_heading = LIMITS
    )]
    pub argon_parallelism: usize,
    /// Sign-ins per minute and mail address.
    #[arg(
        long,
        env = "PALIER_SIGN_INS_PER_ACCOUNT",
        default_value = "10",
        value_name = "N",
        help_heading = LIMITS
    )]
    pub sign_ins_per_account: NonZeroU32,
    /// Sign-ins per minute and network address.
    #[arg(
        long,
        env = "PALIER_SIGN_INS_PER_ADDRESS",
        default_value = "100",
        value_name = "N",
        help_heading = LIMITS
    )]
    pub sign_ins_per_address: NonZeroU32,
    /// How often somebody may fetch all of his data, an hour.
    #[arg(
        long,
        env = "PALIER_EXPORTS_PER_HOUR",
        default_value = "6",
        value_name = "N",
        help_heading = LIMITS
    )]
    pub exports_per_hour: NonZeroU32,
    /// How many request bodies are read at once.
    #[arg(
        long,
        env = "PALIER_BODIES",
        default_value = "256",
        value_name = "N",
        value_parser = one_or_more,
        help_heading = LIMITS
    )]
    pub bodies: usize,
    /// How many chunks of uploads are received at once.
    #[arg(
        long,
        env = "PALIER_CHUNKS",
        default_value = "32",
        value_name = "N",
        value_parser = one_or_more,
        help_heading = LIMITS
    )]
    pub chunks: usize,
    /// How many received files are looked into at once, each by a process of its own that may take
    /// 512 MiB.
    #[arg(
        long,
        env = "PALIER_JUDGES",
        default_value = "2",
        value_name = "N",
        value_parser = one_or_more,
        help_heading = LIMITS
    )]
    pub judges: usize,

    /// How long the audit log keeps its lines.
    #[arg(
        long,
        env = "PALIER_AUDIT_RETENTION",
        default_value = "400d",
        value_name = "TIME",
        value_parser = a_second_or_more,
        help_heading = LIMITS
    )]
    pub audit_retention: Duration,
    /// How many lines of each kind of refusal (denied, failed sign-in, password reset asked for) the
    /// audit log keeps; the oldest go first.
    #[arg(
        long,
        env = "PALIER_AUDIT_REFUSALS",
        default_value = "1000000",
        value_name = "N",
        help_heading = LIMITS
    )]
    pub audit_refusals: u32,

    /// The program that is started to look into files; the server's own when not set. For tests,
    /// whose own program is another.
    #[arg(skip)]
    pub judge: Option<PathBuf>,
    /// What time it is.
    #[arg(skip)]
    pub clock: Clock,
}

impl Config {
    /// The usual settings, with the data in `data_dir`. The environment is not asked.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        let command = Self::augment_args(Command::new("palier-server").no_binary_name(true))
            .mut_args(|arg| arg.env(Resettable::Reset));
        let data_dir = data_dir.into().into_os_string();
        let mut matches = command.get_matches_from([OsString::from("--data-dir"), data_dir]);
        // A test reads every default, so this cannot fail where the tests pass.
        Self::from_arg_matches_mut(&mut matches).unwrap_or_else(|error| error.exit())
    }

    /// Whether the settings go together.
    ///
    /// # Errors
    /// The sentence to show, which names the settings.
    pub fn check(&self) -> Result<(), String> {
        if self.heartbeat > Duration::from_secs(60) {
            return Err(
                "heartbeat is longer than 60 s: clients take a stream for dead by then".into(),
            );
        }
        if let Some(url) = &self.database_url
            && !["postgres://", "postgresql://"]
                .iter()
                .any(|scheme| url.reveal().starts_with(scheme))
        {
            return Err("database_url does not begin with postgres://".into());
        }
        if self.database_connections < 2 {
            return Err("database_connections is less than 2: one reads, one writes".into());
        }
        if self.tls_cert.is_some() != self.tls_key.is_some() {
            return Err("tls_cert and tls_key need each other".into());
        }
        if self.metrics == Some(self.listen) && self.listen.port() != 0 {
            return Err("metrics and listen are the same address: figures are not for all".into());
        }
        if self.smtp_url.is_some() && (self.mail_from.is_none() || self.public_url.is_none()) {
            return Err("smtp_url needs mail_from and public_url".into());
        }
        Ok(())
    }

    /// The address of a page or route of this server, `path` beginning with `/`; none where
    /// nobody said where people reach it.
    pub fn public_link(&self, path: &str) -> Option<String> {
        let base = self.public_url.as_ref()?.as_str();
        Some(format!("{}{path}", base.trim_end_matches('/')))
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from)
}

fn a_second_or_more(text: &str) -> Result<Duration, String> {
    let duration = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    if duration < Duration::from_secs(1) {
        return Err("one second is the least".into());
    }
    Ok(duration)
}

fn bucket(text: &str) -> Result<Url, String> {
    let url: Url = text.parse().map_err(|error| format!("{error}"))?;
    let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if url.scheme() != "s3" || !url.has_host() || !plain {
        return Err("no bucket such as s3://palier/files".into());
    }
    Ok(url)
}

fn web_address(text: &str) -> Result<Url, String> {
    let url: Url = text.parse().map_err(|error| format!("{error}"))?;
    let plain = url.query().is_none() && url.fragment().is_none();
    if !matches!(url.scheme(), "https" | "http") || !url.has_host() || !plain {
        return Err("no address such as https://palier.example.org".into());
    }
    Ok(url)
}

fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let address = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse()
        .or_else(|_| address())
        .map_err(|_| "neither an address nor a network such as 10.0.0.0/8".into())
}

fn one_or_more(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("one is the least".into()),
        Ok(count) => Ok(count),
        Err(error) => Err(format!("{error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use palier_wire::{HEARTBEAT_SECONDS, upload::EXPIRY_HOURS};

    #[test]
    fn every_default_can_be_read_and_is_what_the_protocol_says() {
        let config = Config::new("data");
        assert_eq!(config.data_dir, PathBuf::from("data"));
        assert_eq!(config.heartbeat.as_secs(), HEARTBEAT_SECONDS);
        let hours = config.upload_expiry.as_secs() / 3600;
        assert_eq!(hours, EXPIRY_HOURS.unsigned_abs());
        assert_eq!(config.check(), Ok(()));
    }

    #[test]
    fn links_begin_with_the_public_address() {
        let mut config = Config::new("data");
        assert_eq!(config.public_link("/x"), None);
        for base in ["https://a.example/palier", "https://a.example/palier/"] {
            config.public_url = Some(web_address(base).unwrap());
            let link = config.public_link("/tenant");
            assert_eq!(link.as_deref(), Some("https://a.example/palier/tenant"));
        }
        for wrong in ["a.example", "ftp://a.example", "https://a.example/?q=1"] {
            assert!(web_address(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn mail_needs_a_sender_and_an_address_for_links() {
        let mut config = Config::new("data");
        config.smtp_url = Some("smtp://localhost".parse().unwrap());
        assert!(config.check().is_err());
        config.mail_from = Some("Palier <palier@a.example>".parse().unwrap());
        config.public_url = Some(web_address("https://a.example").unwrap());
        assert_eq!(config.check(), Ok(()));
    }

    #[test]
    fn flag_variable_and_key_have_the_same_name() {
        let command = Config::augment_args(Command::new("palier-server"));
        for arg in command.get_arguments() {
            let id = arg.get_id().as_str();
            assert_eq!(arg.get_long(), Some(id.replace('_', "-").as_str()));
            let variable = arg.get_env().and_then(|name| name.to_str());
            let usual = format!("PALIER_{}", id.to_uppercase());
            let other = (id == "data_dir").then_some("PALIER_SERVER_DATA_DIR");
            assert_eq!(variable, Some(other.unwrap_or(&usual)), "{id}");
            assert!(arg.get_help_heading().is_some(), "{id} has no heading");
            assert!(arg.get_help().is_some(), "{id} has no help");
        }
    }
}
