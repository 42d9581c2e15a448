//! The next part of a file on its way to the server.

use super::Source;
use reqwest::Body;
use std::io;

/// Largest part that is sent at once, in bytes.
#[cfg(not(target_family = "wasm"))]
pub(super) const LARGEST: u64 = palier_wire::upload::CHUNK_BYTES;

/// Largest part that is sent at once, in bytes. A browser does not say how much of a request has left, so
/// that parts have to be small enough to arrive before silence counts as a cut line.
#[cfg(target_family = "wasm")]
pub(super) const LARGEST: u64 = 256 * 1024;

/// `length` bytes of the file from `offset` on, telling how many were taken so far.
#[cfg(not(target_family = "wasm"))]
pub(super) async fn body(
    source: &Source,
    offset: u64,
    length: u64,
    taken: impl Fn(u64) + Send + Sync + 'static,
) -> io::Result<Body> {
    use bytes::Bytes;
    use futures_util::stream;
    use tokio::{
        fs::File,
        io::{AsyncReadExt, AsyncSeekExt},
    };

    /// How much is read from the disk at once; also how finely progress is seen.
    const PIECE: usize = 64 * 1024;

    let mut file = File::open(&source.path).await?;
    file.seek(io::SeekFrom::Start(offset)).await?;
    let start = (file, 0_u64, taken);
    Ok(Body::wrap_stream(stream::try_unfold(
        start,
        move |(mut file, sent, taken)| async move {
            if sent >= length {
                return Ok::<_, io::Error>(None);
            }
            let want = PIECE.min(usize::try_from(length - sent).unwrap_or(PIECE));
            let mut piece = vec![0; want];
            let read = file.read(&mut piece).await?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            piece.truncate(read);
            let sent = sent + read as u64;
            taken(sent);
            Ok(Some((Bytes::from(piece), (file, sent, taken))))
        },
    )))
}

/// `length` bytes of the file from `offset` on. When they have left is not known before the reply.
#[cfg(target_family = "wasm")]
pub(super) async fn body(
    source: &Source,
    offset: u64,
    length: u64,
    _: impl Fn(u64) + 'static,
) -> io::Result<Body> {
    let bytes = palier_disk::fs::read(&source.path)?;
    let at = |place: u64| usize::try_from(place).unwrap_or(usize::MAX);
    let part = bytes.get(at(offset)..at(offset + length));
    let part = part.ok_or(io::ErrorKind::UnexpectedEof)?;
    Ok(Body::from(part.to_vec()))
}
