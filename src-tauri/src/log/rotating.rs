//! A log that makes room for itself: `palier.log`, and the ones before it as `palier.1.log`, `palier.2.log`, …
//!
//! By size, so that a part that says the same all day cannot fill a disk; and by age, so that nothing is kept
//! for ever. (Of the crates for it, `tracing-appender` knows no sizes, and `file-rotate` panics when its
//! folder goes away.)

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

/// Bytes after which the next file begins.
const MAX_BYTES: u64 = 2 * 1024 * 1024;
/// Files besides the one that is written.
const KEPT: u32 = 3;
/// An older one is deleted at a start.
const MAX_AGE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The log that is written. Every line reaches the file at once: a crash takes none along.
pub struct Rotating {
    folder: PathBuf,
    file: File,
    written: u64,
}

impl Rotating {
    /// Goes on with the log in `folder`.
    pub fn open(folder: &Path) -> io::Result<Self> {
        make_private(folder)?;
        forget_old(folder);
        let file = open(folder)?;
        let written = file.metadata()?.len();
        Ok(Self {
            folder: folder.to_owned(),
            file,
            written,
        })
    }

    fn make_room(&mut self) -> io::Result<()> {
        for number in (0..KEPT).rev() {
            let from = path(&self.folder, number);
            if from.exists() {
                fs::rename(from, path(&self.folder, number + 1))?;
            }
        }
        self.file = open(&self.folder)?;
        self.written = 0;
        Ok(())
    }
}

impl Write for Rotating {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.written > 0 && self.written + line.len() as u64 > MAX_BYTES {
            // Where there is no room to be made, a long log is better than none.
            let _ = self.make_room();
        }
        let count = self.file.write(line)?;
        self.written += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// 0 is the one that is written.
fn path(folder: &Path, number: u32) -> PathBuf {
    match number {
        0 => folder.join("palier.log"),
        _ => folder.join(format!("palier.{number}.log")),
    }
}

fn open(folder: &Path) -> io::Result<File> {
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(path(folder, 0))
}

fn forget_old(folder: &Path) {
    for number in 1..=KEPT {
        let path = path(folder, number);
        let age = fs::metadata(&path)
            .and_then(|file| file.modified())
            .ok()
            .and_then(|at| SystemTime::now().duration_since(at).ok());
        if age.is_some_and(|age| age > MAX_AGE) {
            let _ = fs::remove_file(path);
        }
    }
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

    fn write(log: &mut Rotating, byte: u8, bytes: u64) {
        log.write_all(&vec![byte; bytes as usize]).unwrap();
    }

    fn first_bytes(folder: &Path) -> Vec<Option<u8>> {
        (0..=KEPT + 1)
            .map(|number| fs::read(path(folder, number)).ok()?.first().copied())
            .collect()
    }

    #[test]
    fn a_few_files_are_kept_however_much_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = Rotating::open(folder.path()).unwrap();
        for byte in b'a'..=b'g' {
            write(&mut log, byte, MAX_BYTES - 10);
        }
        let kept = [b'g', b'f', b'e', b'd'].map(Some);
        assert_eq!(first_bytes(folder.path()), [&kept[..], &[None]].concat());
        write(&mut log, b'h', 10);
        assert_eq!(
            first_bytes(folder.path())[0],
            Some(b'g'),
            "it has room left"
        );
    }

    #[test]
    fn a_start_goes_on_with_the_log_of_the_last_run() {
        let folder = tempfile::tempdir().unwrap();
        write(&mut Rotating::open(folder.path()).unwrap(), b'a', MAX_BYTES);
        let mut log = Rotating::open(folder.path()).unwrap();
        write(&mut log, b'b', 1);
        assert_eq!(first_bytes(folder.path())[..2], [Some(b'b'), Some(b'a')]);
    }

    #[test]
    fn an_old_log_is_deleted_at_a_start() {
        let folder = tempfile::tempdir().unwrap();
        for number in 1..=2 {
            let file = File::create(path(folder.path(), number)).unwrap();
            if number == 2 {
                let long_ago = SystemTime::now() - 2 * MAX_AGE;
                file.set_modified(long_ago).unwrap();
            }
        }
        Rotating::open(folder.path()).unwrap();
        assert!(path(folder.path(), 1).exists());
        assert!(!path(folder.path(), 2).exists());
    }

    #[test]
    fn a_folder_that_goes_away_stops_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let logs = folder.path().join("logs");
        let mut log = Rotating::open(&logs).unwrap();
        fs::remove_dir_all(&logs).unwrap();
        write(&mut log, b'a', MAX_BYTES);
        write(&mut log, b'b', MAX_BYTES);
    }
}
