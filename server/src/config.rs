//! What can be set about a server. Every limit is here, so tests and operators can move it.

use crate::clock::Clock;
use palier_wire::{HEARTBEAT_SECONDS, upload::EXPIRY_HOURS};
use std::{num::NonZeroU32, path::PathBuf, time::Duration};

/// The settings of an [`App`](crate::App).
#[derive(Debug, Clone)]
pub struct Config {
    /// The folder that holds database, files and uploads; made when absent.
    pub data_dir: PathBuf,
    /// Silence on a live stream after which a heartbeat is written; then it is also asked again
    /// whether the session still stands.
    pub heartbeat: Duration,
    /// A connection whose peer takes no byte for so long is closed.
    pub write_stall: Duration,
    /// A request whose body brings no byte for so long is refused.
    pub read_stall: Duration,
    /// How long a file may wait for its ticket.
    pub upload_expiry: Duration,
    /// How many password hashes are computed at once: each takes 19 MiB and a core.
    pub argon_parallelism: usize,
    /// Sign-ins per minute and mail address.
    pub sign_ins_per_account: NonZeroU32,
    /// Sign-ins per minute and network address.
    pub sign_ins_per_address: NonZeroU32,
    /// How many request bodies are read at once.
    pub bodies: usize,
    /// How many chunks of uploads are received at once.
    pub chunks: usize,
    /// How long a stopping server waits for requests that are under way.
    pub farewell: Duration,
    /// What time it is.
    pub clock: Clock,
}

impl Config {
    /// The usual settings, with the data in `data_dir`.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            data_dir: data_dir.into(),
            heartbeat: Duration::from_secs(HEARTBEAT_SECONDS),
            write_stall: Duration::from_secs(30),
            read_stall: Duration::from_secs(30),
            upload_expiry: Duration::from_secs(EXPIRY_HOURS.unsigned_abs() * 3600),
            argon_parallelism: cores,
            sign_ins_per_account: NonZeroU32::MIN.saturating_add(9),
            sign_ins_per_address: NonZeroU32::MIN.saturating_add(99),
            bodies: 256,
            chunks: 32,
            farewell: Duration::from_secs(10),
            clock: Clock::default(),
        }
    }
}
