//! The archive: a ZIP file that is written while it is sent, and remembers what it holds.

use crate::error::{Error, Result};
use bytes::Bytes;
use palier_domain::Sha256;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256 as Hasher};
use std::io::{self, BufWriter, Write};
use tokio::sync::mpsc;
use zip::{CompressionMethod, DateTime as ZipTime, ZipWriter, write::SimpleFileOptions};

/// Most bytes that are sent as one piece.
const PIECE: usize = 64 * 1024;

/// The sending end of the archive.
pub struct Pieces(pub mpsc::Sender<io::Result<Bytes>>);

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = Bytes::copy_from_slice(bytes);
        let sent = self.0.blocking_send(Ok(piece));
        sent.map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An archive that remembers what it holds.
pub struct Archive {
    zip: ZipWriter<zip::write::StreamWriter<BufWriter<Pieces>>>,
    manifest: Vec<Value>,
}

impl Archive {
    /// An empty one, whose bytes go to `out`.
    pub fn new(out: Pieces) -> Self {
        Self {
            zip: ZipWriter::new_stream(BufWriter::with_capacity(PIECE, out)),
            manifest: Vec::new(),
        }
    }

    /// Begins a file; [`Archive::end`] must follow. Pictures are packed already.
    pub fn open(&mut self, path: &str, packed: bool) -> Result<Open> {
        let method = match packed {
            true => CompressionMethod::Stored,
            false => CompressionMethod::Deflated,
        };
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(ZipTime::default())
            .unix_permissions(0o600);
        self.zip.start_file(path, options).map_err(broken)?;
        Ok(Open {
            path: path.to_owned(),
            hasher: Hasher::new(),
            size: 0,
        })
    }

    /// Goes on with a file.
    pub fn write(&mut self, open: &mut Open, bytes: &[u8]) -> Result<()> {
        self.zip
            .write_all(bytes)
            .map_err(Error::io("send an export"))?;
        open.hasher.update(bytes);
        open.size += bytes.len() as u64;
        Ok(())
    }

    /// Ends a file, and notes it in the manifest.
    pub fn end(&mut self, open: Open) {
        let sha256 = Sha256(open.hasher.finalize().into());
        self.manifest
            .push(json!({"path": open.path, "size": open.size, "sha256": sha256}));
    }

    /// A file at once.
    pub fn whole(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        let mut open = self.open(path, false)?;
        self.write(&mut open, bytes)?;
        self.end(open);
        Ok(())
    }

    /// A line of JSON.
    pub fn line(&mut self, open: &mut Open, value: &Value) -> Result<()> {
        let mut line = serde_json::to_vec(value)?;
        line.push(b'\n');
        self.write(open, &line)
    }

    /// Ends the archive by a manifest: what is in it, and what is `said` of it.
    pub fn finish(mut self, mut said: Map<String, Value>) -> Result<()> {
        said.insert("files".into(), std::mem::take(&mut self.manifest).into());
        let manifest = serde_json::to_vec_pretty(&said)?;
        self.whole("manifest.json", &manifest)?;
        let mut out = self.zip.finish().map_err(broken)?.into_inner();
        out.flush().map_err(Error::io("send an export"))
    }
}

/// A file of the archive that is being written.
pub struct Open {
    path: String,
    hasher: Hasher,
    size: u64,
}

fn broken(error: zip::result::ZipError) -> Error {
    Error::io("write an archive")(io::Error::other(error))
}
