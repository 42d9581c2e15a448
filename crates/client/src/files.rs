//! Files of tickets: where they are, fetching those that are not here, opening and saving copies.

use crate::{
    account::Account,
    api::{Download, Reply},
    error::{ClientError, from_intake},
};
use palier_bridge::CommandError;
use palier_disk::aio;
use palier_domain::{AttachmentId, FileName};
use palier_engine::Outcome;
use palier_store::{Store, view::AttachmentRow};
use palier_wire::Epoch;
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError},
};
use tokio::sync::Mutex;

/// Below the account's folder: copies under their real names, for other applications to open.
const OPENED: &str = "opened";

/// From this size on, in bytes, a download says how far it has come.
const SHOWS_PROGRESS: u64 = 256 * 1024;

/// One fetch at a time per file: the page asks for the same picture several times at once.
#[derive(Default)]
pub(crate) struct Fetches(std::sync::Mutex<HashMap<AttachmentId, Arc<Mutex<()>>>>);

impl Fetches {
    fn turn(&self, id: AttachmentId) -> Arc<Mutex<()>> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        turns.entry(id).or_default().clone()
    }
}

/// The attachment, if there is one that the person may see.
pub(crate) async fn find(
    account: &Account,
    id: AttachmentId,
) -> Result<AttachmentRow, ClientError> {
    let row = account.store.attachment(id).await?;
    Ok(row.ok_or(CommandError::FileNotHere)?)
}

/// Where the file is, after fetching it if need be.
pub(crate) async fn local(
    account: &Account,
    fetches: &Fetches,
    row: &AttachmentRow,
) -> Result<PathBuf, ClientError> {
    let turn = fetches.turn(row.file.id);
    let _turn = turn.lock().await;
    match here(&account.store, row) {
        Some(path) => {
            account.store.blobs().used(&path);
            Ok(path)
        }
        None => {
            let fetched = fetch(account, row).await;
            account.file_progress(row.file.id, None);
            let path = fetched?;
            make_room(account).await;
            Ok(path)
        }
    }
}

/// Where the file's small picture is, after fetching it if need be.
pub(crate) async fn thumbnail(
    account: &Account,
    fetches: &Fetches,
    row: &AttachmentRow,
) -> Result<PathBuf, ClientError> {
    let small = || {
        let blobs = account.store.blobs();
        [row.served_sha256, row.file.sha256]
            .into_iter()
            .find_map(|digest| blobs.thumbnail(digest))
            .map(|(path, _)| path)
    };
    {
        let turn = fetches.turn(row.file.id);
        let _turn = turn.lock().await;
        if let Some(path) = small() {
            return Ok(path);
        }
        // Twenty photos of a thread are a megabyte this way, and a hundred as they were taken.
        if row.file.has_thumbnail && here(&account.store, row).is_none() {
            return fetch_thumbnail(account, row).await;
        }
    }
    let whole = local(account, fetches, row).await?;
    match small() {
        Some(path) => Ok(path),
        // A picture that is too small or too odd to be made smaller is its own.
        None if row.file.media_type.is_image() => Ok(whole),
        None => Err(CommandError::FileNotHere.into()),
    }
}

fn here(store: &Store, row: &AttachmentRow) -> Option<PathBuf> {
    let blobs = store.blobs();
    blobs
        .path(row.file.sha256)
        .or_else(|| blobs.path(row.served_sha256))
}

async fn fetch(account: &Account, row: &AttachmentRow) -> Result<PathBuf, ClientError> {
    let epoch = account.shared.epoch();
    let reply = account
        .api
        .download(epoch, row.file.id, row.served_size)
        .await;
    let mut download = ours(reply, epoch)?;
    let mut writer = account.store.blobs().receive().await?;
    let mut said = None;
    while let Some(bytes) = download.next().await.map_err(|_| not_here())? {
        writer.write(&bytes).await?;
        // Small files are here before anybody could read a number.
        let percent = writer.size() * 100 / row.served_size.max(1);
        let percent = u8::try_from(percent.min(100)).ok();
        if row.served_size > SHOWS_PROGRESS && percent != said {
            account.file_progress(row.file.id, percent);
            said = percent;
        }
    }
    account
        .store
        .keep_download(row.file.id, writer)
        .await
        .map_err(|error| from_intake(error, &row.file.name).into())
}

/// Lets the oldest downloads go where there are too many. Done or not, the file is here.
async fn make_room(account: &Account) {
    let limit = account.installation.config.downloads_bytes;
    match account.store.evict_downloads(limit).await {
        Ok(0) => {}
        Ok(files) => tracing::info!(files, "files that were not used for long were let go"),
        Err(error) => {
            tracing::warn!(error = %crate::error::chain(&error), "no room was made among files");
        }
    }
}

async fn fetch_thumbnail(account: &Account, row: &AttachmentRow) -> Result<PathBuf, ClientError> {
    let epoch = account.shared.epoch();
    let reply = account.api.download_thumbnail(epoch, row.file.id).await;
    let download = ours(reply, epoch)?;
    let bytes = download.whole().await.map_err(|_| not_here())?;
    account
        .store
        .keep_thumbnail(row.file.id, bytes)
        .await
        .map_err(|error| from_intake(error, &row.file.name).into())
}

/// What our server sends in the life of its data that the rows here belong to.
fn ours(reply: Reply<Download>, epoch: Option<Epoch>) -> Result<Download, ClientError> {
    match (reply.epoch, reply.outcome) {
        (seen, Outcome::Reply(download)) if seen == epoch => Ok(download),
        _ => Err(not_here()),
    }
}

fn not_here() -> ClientError {
    CommandError::FileNotHere.into()
}

/// A copy under the file's real name, so that other applications know what it is. What they change
/// in it stays in the copy.
pub(crate) async fn copy_to_open(
    store: &Store,
    row: &AttachmentRow,
    from: &Path,
) -> Result<PathBuf, ClientError> {
    let folder = store.folder().join(OPENED).join(row.file.id.to_string());
    let name = FileName::parse(&row.file.name)?;
    let copy = folder.join(name.as_str());
    let failed = |source| ClientError::Io {
        doing: "copy a file to open it",
        source,
    };
    aio::create_dir_all(&folder).await.map_err(failed)?;
    copy_file(from, &copy).await.map_err(failed)?;
    Ok(copy)
}

/// Copies beside the target first: what stood there stays whole if the copy fails.
pub(crate) async fn copy_file(from: &Path, to: &Path) -> std::io::Result<()> {
    put(to, async |beside| aio::copy(from, beside).await.map(drop)).await
}

/// Writes a file whole or not at all, over what was there.
pub(crate) async fn write_file(to: &Path, bytes: &[u8]) -> std::io::Result<()> {
    put(to, async |beside| aio::write(beside, bytes).await).await
}

async fn put(
    to: &Path,
    fill: impl AsyncFnOnce(&Path) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let mut beside = to.as_os_str().to_owned();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    let filled = match fill(&beside).await {
        Ok(()) => aio::rename(&beside, to).await,
        failed => failed,
    };
    if filled.is_err() {
        let _ = aio::remove_file(&beside).await;
    }
    filled
}

/// Deletes the copies that other applications opened.
pub(crate) async fn forget_opened(store: &Store) {
    let folder = store.folder().join(OPENED);
    match aio::remove_dir_all(&folder).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            tracing::warn!(%error, "copies of opened files stay on the disk");
        }
        _ => {}
    }
}
