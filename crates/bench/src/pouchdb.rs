//! PouchDB as a peer of the first sync: the same rows as documents, from its own server to a fresh database.

use crate::device::portfolio::Made;
use anyhow::{Context, Result, ensure};
use palier_wire::Change;
use serde_json::{Value, json};
use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::Path,
    process::Command,
};
use tempfile::TempDir;

const SCRIPT: &str = include_str!("../pouchdb/first_sync.cjs");

/// Rows a second. `modules` is the folder in which npm installed PouchDB.
///
/// # Errors
/// Node.js is not there, or PouchDB did not take all of them over.
pub fn first_sync(modules: &Path, made: &Made) -> Result<f64> {
    let folder = TempDir::new()?;
    let script = folder.path().join("first_sync.cjs");
    fs::write(&script, SCRIPT)?;
    let documents = folder.path().join("documents");
    let wanted = write(&documents, made)?;
    let room = folder.path().join("room");
    fs::create_dir_all(room.join("server"))?;
    let output = Command::new("node")
        .arg(script)
        .args([modules, &documents, &room])
        .output()
        .context("Node.js is needed for this peer")?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let (count, seconds) = said.trim().split_once(' ').with_context(|| {
        let trouble = String::from_utf8_lossy(&output.stderr);
        format!("PouchDB did not come to an end: {said}{trouble}")
    })?;
    ensure!(count.parse() == Ok(wanted), "{count} of {wanted} documents");
    Ok(wanted as f64 / seconds.parse::<f64>()?)
}

/// Writes every row as a document, one a line; answers how many.
fn write(path: &Path, made: &Made) -> Result<usize> {
    let mut out = BufWriter::new(File::create(path)?);
    let mut count = 0;
    for change in made.rows() {
        serde_json::to_writer(&mut out, &document(change))?;
        out.write_all(b"\n")?;
        count += 1;
    }
    out.flush()?;
    Ok(count)
}

fn document(change: &Change) -> Value {
    json!({
        "_id": format!("{:?}-{}", change.kind, change.id),
        "rev_of_ours": change.rev,
        "data": change.data,
    })
}
