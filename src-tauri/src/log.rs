//! What is written down for whoever looks for a mistake.
//!
//! To standard error, and to `palier.log` in the data folder: started from a menu, a program has
//! no other place. `PALIER_LOG` says how much, for instance `palier_client=debug,info`.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, IsTerminal},
    path::Path,
    sync::Mutex,
};
use tracing_subscriber::{EnvFilter, Layer, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// Above this size, a start begins a new file and keeps one old one.
const MAX_BYTES: u64 = 5 * 1024 * 1024;

/// Starts writing. A folder that cannot be written is reported by the start of the application.
pub fn start(folder: &Path) {
    let filter = || {
        EnvFilter::try_from_env("PALIER_LOG")
            .unwrap_or_else(|_| EnvFilter::new("info,zbus=warn,tracing=warn"))
    };
    let screen = fmt::layer()
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        .with_filter(filter());
    let file = open(folder).ok().map(|file| {
        fmt::layer()
            .with_ansi(false)
            .with_writer(Mutex::new(file))
            .with_filter(filter())
    });
    // Only a second call could fail, and then the first one's lines are written.
    let _ = tracing_subscriber::registry()
        .with(screen)
        .with(file)
        .try_init();
}

fn open(folder: &Path) -> io::Result<File> {
    make_private(folder)?;
    let path = folder.join("palier.log");
    if fs::metadata(&path).is_ok_and(|file| file.len() > MAX_BYTES) {
        fs::rename(&path, folder.join("palier.old.log"))?;
    }
    OpenOptions::new().create(true).append(true).open(path)
}

#[cfg(unix)]
fn make_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

#[cfg(not(unix))]
fn make_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_large_log_makes_room_for_a_new_one() {
        let folder = tempfile::tempdir().unwrap();
        open(folder.path()).unwrap().set_len(MAX_BYTES + 1).unwrap();
        open(folder.path()).unwrap().write_all(b"new").unwrap();
        let new = fs::read_to_string(folder.path().join("palier.log")).unwrap();
        assert_eq!(new, "new");
        assert!(folder.path().join("palier.old.log").exists());
    }
}
