//! Files and their rows, both ways; with [`Wanted::files`] also their bytes.

use super::{Report, Wanted};
use crate::{
    App,
    db::{codec::digest as stored, query_as},
    error::{Error, Result},
    ops::backup,
};
use palier_domain::Sha256;
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

/// A file gets its row in the same breath; one that is younger may belong to an upload under way.
const YOUNG: Duration = Duration::from_secs(3600);

#[derive(Default)]
struct Found {
    missing: Vec<Sha256>,
    damaged: Vec<Sha256>,
    strays: Vec<PathBuf>,
}

pub(super) async fn check(app: &App, wanted: Wanted, report: &mut Report) -> Result<()> {
    let folder = app.config().data_dir.join(backup::BLOBS);
    // Listed before the rows are read, so that each file that was listed has its row by then.
    let listing = folder.clone();
    let mut files = tokio::task::spawn_blocking(move || list(&listing)).await??;
    let mut conn = app.db().read().await?;
    let rows: Vec<(Vec<u8>, i64)> = query_as("select sha256, size from blobs order by sha256")
        .fetch_all(&mut conn)
        .await?;
    drop(conn);
    report.looked_at("files", rows.len());
    let mut named = Vec::with_capacity(rows.len());
    for (sha256, size) in rows {
        let sha256 = stored(&sha256)?;
        files.remove(&sha256.to_string());
        named.push((sha256, size.unsigned_abs()));
    }
    let found = tokio::task::spawn_blocking(move || {
        let mut found = Found {
            strays: old(files),
            ..Found::default()
        };
        for (sha256, size) in named {
            look(&folder, sha256, size, wanted.files, &mut found)?;
        }
        if wanted.repair {
            for stray in &found.strays {
                fs::remove_file(stray).map_err(Error::io("delete a file without a row"))?;
            }
        }
        Ok::<_, Error>(found)
    })
    .await??;
    report.found(
        "file-missing",
        "files that rows name and the folder does not have: look into a backup",
        &found.missing,
        false,
    );
    report.found(
        "file-damaged",
        "files whose bytes are not those of their name: look into a backup",
        &found.damaged,
        false,
    );
    let names: Vec<_> = found.strays.iter().map(|path| path.display()).collect();
    report.found(
        "file-stray",
        "files that no row names",
        &names,
        wanted.repair,
    );
    Ok(())
}

fn look(folder: &Path, sha256: Sha256, size: u64, whole: bool, found: &mut Found) -> Result<()> {
    let name = sha256.to_string();
    let path = folder.join(&name[..2]).join(&name);
    let length = match fs::metadata(&path) {
        Ok(file) => file.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            found.missing.push(sha256);
            return Ok(());
        }
        Err(error) => return Err(Error::io("look at a file")(error)),
    };
    let sound = length == size
        && (!whole || backup::digest_of(&path).map_err(Error::io("read a file"))? == sha256);
    if !sound {
        found.damaged.push(sha256);
    }
    Ok(())
}

/// Every named file below the folder, by its name.
fn list(folder: &Path) -> Result<BTreeMap<String, PathBuf>> {
    let mut files = BTreeMap::new();
    let wrong = || Error::io("list files");
    if !folder.is_dir() {
        return Ok(files);
    }
    for part in fs::read_dir(folder).map_err(wrong())? {
        let part = part.map_err(wrong())?.path();
        if !part.is_dir() {
            continue;
        }
        for file in fs::read_dir(part).map_err(wrong())? {
            let file = file.map_err(wrong())?;
            let name = file.file_name().to_string_lossy().into_owned();
            files.insert(name, file.path());
        }
    }
    Ok(files)
}

fn old(files: BTreeMap<String, PathBuf>) -> Vec<PathBuf> {
    let now = SystemTime::now();
    let is_old = |path: &PathBuf| {
        let changed = fs::metadata(path).and_then(|file| file.modified());
        changed.is_ok_and(|at| now.duration_since(at).is_ok_and(|age| age > YOUNG))
    };
    files.into_values().filter(is_old).collect()
}
