//! A request with its files: what the person picked for it goes in, what she asked for comes out.

use js_sys::{Array, Uint8Array};
use palier_bridge::{CommandError, Request, page::Given, request::AttachDropped};
use palier_client::Client;
use palier_disk::fs;
use palier_domain::MAX_ATTACHMENT_BYTES;
use std::{
    cell::RefCell,
    path::{Path, PathBuf},
    rc::Rc,
};
use uuid::Uuid;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, FilePropertyBag};

/// Below it is what belongs to one request each, and goes with it.
const FOLDER: &str = "/errands";

tokio::task_local! {
    static PRESENT: Rc<Errand>;
}

/// What belongs to the present request beside its words.
pub struct Errand {
    folder: PathBuf,
    files: RefCell<Vec<PathBuf>>,
    given: RefCell<Option<(PathBuf, Given)>>,
}

/// Puts away what an earlier worker left.
pub fn clear() {
    // Mostly there is nothing.
    let _ = fs::remove_dir_all(FOLDER);
}

/// The files that the person picked for the present request.
pub fn picked() -> Vec<PathBuf> {
    PRESENT
        .try_with(|errand| errand.files.take())
        .unwrap_or_default()
}

/// Where something is saved that the present request is for; the page gets it from there.
pub fn save_as(name: &str) -> Option<PathBuf> {
    let chosen = |errand: &Rc<Errand>| {
        let path = errand.folder.join("saved").join(name);
        errand.given.replace(Some((path.clone(), Given::Save)));
        path
    };
    PRESENT.try_with(chosen).ok()
}

/// Lets the page show a file; false outside of a request.
pub fn open(path: &Path) -> bool {
    let path = path.to_owned();
    let opened = |errand: &Rc<Errand>| errand.given.replace(Some((path, Given::Open)));
    PRESENT.try_with(opened).is_ok()
}

/// What a request came to.
pub struct Outcome {
    /// The reply as JSON, or why not.
    pub result: Result<String, CommandError>,
    /// The file that it was for.
    pub given: Option<(File, Given)>,
}

/// Carries out a request.
pub async fn run(client: &Client, command: &str, request: &str, files: &[File]) -> Outcome {
    let folder = Path::new(FOLDER).join(Uuid::new_v4().to_string());
    let errand = Rc::new(Errand {
        files: RefCell::new(keep(&folder, files).await),
        given: RefCell::default(),
        folder,
    });
    let work = carry_out(client, command, request);
    let result = PRESENT.scope(errand.clone(), work).await;
    let given = errand.given.take().filter(|_| result.is_ok());
    // None where the person was to save something that there is not.
    let given = given.and_then(|(path, given)| Some((read(&path)?, given)));
    let _ = fs::remove_dir_all(&errand.folder);
    Outcome { result, given }
}

async fn carry_out(client: &Client, command: &str, request: &str) -> Result<String, CommandError> {
    if command == AttachDropped::COMMAND {
        // The page brought what was dropped along; nothing of it waits here.
        let reference = || format!("wire/{command}");
        let internal = || CommandError::Internal {
            reference: reference(),
        };
        let asked: AttachDropped = serde_json::from_str(request).map_err(|_| internal())?;
        let draft = client.attach_files(asked.incident_id, picked()).await?;
        return serde_json::to_string(&draft).map_err(|_| internal());
    }
    client.call(command, request).await
}

/// Keeps picked files where the application reads them, under their own names.
async fn keep(folder: &Path, files: &[File]) -> Vec<PathBuf> {
    let mut kept = Vec::new();
    for (at, file) in files.iter().enumerate() {
        let path = folder.join(at.to_string()).join(file.name());
        match bytes(file).await.map(|bytes| fs::write(&path, bytes)) {
            Ok(Ok(())) => {}
            // It is not there then, and the person is told so about this very file.
            Ok(Err(error)) => tracing::warn!(%error, "a picked file is not kept"),
            Err(error) => tracing::warn!(?error, "a picked file cannot be read"),
        }
        kept.push(path);
    }
    kept
}

/// Its bytes; of one that is too large only so many that this is seen.
async fn bytes(file: &Blob) -> Result<Vec<u8>, JsValue> {
    #[allow(clippy::cast_precision_loss)]
    let most = (MAX_ATTACHMENT_BYTES + 1) as f64;
    let part = file.slice_with_f64_and_f64(0.0, file.size().min(most))?;
    let buffer = JsFuture::from(part.array_buffer()).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// A file of ours for a page, under its name and with the type that its content shows.
pub fn read(path: &Path) -> Option<File> {
    let bytes = fs::read(path)
        .inspect_err(|error| tracing::warn!(%error, "a file that should be here cannot be read"))
        .ok()?;
    let name = path.file_name()?.to_str()?;
    let about = FilePropertyBag::new();
    about.set_type(shown_as(&bytes));
    let parts = Array::of1(&Uint8Array::from(bytes.as_slice()));
    File::new_with_u8_array_sequence_and_options(&parts, name, &about).ok()
}

/// What a browser may show; nothing of it can run.
fn shown_as(bytes: &[u8]) -> &'static str {
    match image::guess_format(bytes) {
        Ok(format) => format.to_mime_type(),
        Err(_) if bytes.starts_with(b"%PDF-") => "application/pdf",
        Err(_) => "application/octet-stream",
    }
}
