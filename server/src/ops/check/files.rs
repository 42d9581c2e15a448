//! Files and their rows, both ways; with [`Wanted::files`] also their bytes.

use super::{Report, Wanted};
use crate::{
    App,
    db::{codec::digest as stored, query_as},
    error::{Error, Result},
    files::{
        quota,
        store::{Store, Stored, is_stale},
    },
};
use futures_util::{FutureExt, TryStreamExt};
use palier_domain::Sha256;
use sha2::Digest;
use std::collections::BTreeMap;

pub(super) async fn check(app: &App, wanted: Wanted, report: &mut Report) -> Result<()> {
    let store = app.files().store();
    // Listed before the rows are read, so that each file that was listed has its row by then.
    let mut files: BTreeMap<Sha256, Stored> = store
        .list()
        .map_ok(|file| (file.sha256, file))
        .try_collect()
        .await?;
    let mut conn = app.db().read().await?;
    let miscounted = quota::wrong(&mut conn).await?;
    let rows: Vec<(Vec<u8>, i64)> = query_as("select sha256, size from blobs order by sha256")
        .fetch_all(&mut conn)
        .await?;
    drop(conn);
    report.looked_at("files", rows.len());
    let (mut missing, mut damaged) = (Vec::new(), Vec::new());
    for (sha256, size) in rows {
        let sha256 = stored(&sha256)?;
        let Some(file) = files.remove(&sha256) else {
            missing.push(sha256);
            continue;
        };
        let same_size = file.size == size.unsigned_abs();
        if !same_size || (wanted.files && !is_sound(store, sha256).await?) {
            damaged.push(sha256);
        }
    }
    // One that is younger may belong to an upload under way: it gets its row in the same breath.
    files.retain(|_, file| is_stale(file.written_at));
    let strays: Vec<Sha256> = files.into_keys().collect();
    if wanted.repair {
        for stray in &strays {
            store.remove(*stray).await?;
        }
    }
    if wanted.repair && !miscounted.is_empty() {
        app.db().write(|tx| quota::recount(tx).boxed()).await?;
    }
    report.found(
        "quota-wrong",
        "portfolios whose files were counted wrong",
        &miscounted,
        wanted.repair,
    );
    report.found(
        "file-missing",
        "files that rows name and the store does not have: look into a backup",
        &missing,
        false,
    );
    report.found(
        "file-damaged",
        "files whose bytes are not those of their name: look into a backup",
        &damaged,
        false,
    );
    report.found(
        "file-stray",
        "files that no row names",
        &strays,
        wanted.repair,
    );
    Ok(())
}

/// Whether a file's bytes are those of its name.
async fn is_sound(store: &Store, sha256: Sha256) -> Result<bool> {
    let mut content = store.open(sha256, None).await?;
    let mut hash = sha2::Sha256::new();
    let wrong = |error| Error::Files(Box::new(error));
    while let Some(bytes) = content.try_next().await.map_err(wrong)? {
        hash.update(&bytes);
    }
    Ok(Sha256(hash.finalize().into()) == sha256)
}
