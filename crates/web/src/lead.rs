//! Becoming the worker that leads, and answering.

use crate::{
    channel::Channel,
    errand,
    shell::{Tries, WebShell},
};
use js_sys::Promise;
use palier_bridge::{
    CommandError,
    page::{LEAD, ToPages, ToWorker},
    view::Language,
};
use palier_client::{Client, ClientConfig, vault::CookieVault};
use palier_domain::AttachmentId;
use std::{cell::RefCell, io, rc::Rc, sync::Arc};
use tracing::Level;
use uuid::Uuid;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, File};

/// Where everything is, in the origin's private file system and within it.
const FOLDER: &str = "palier";
const DATA: &str = "/data";

#[wasm_bindgen]
extern "C" {
    /// `navigator.locks`, which every browser has that this runs in.
    #[wasm_bindgen(js_namespace = ["self", "navigator", "locks"], js_name = request, catch)]
    fn request_lock(name: &str, held: &JsValue) -> Result<Promise, JsValue>;
}

/// Waits for its turn to lead, and leads until its page is gone.
pub fn begin() {
    console_error_panic_hook::set_once();
    let mut logged = wasm_tracing::WasmLayerConfig::new();
    logged.set_max_level(Level::INFO);
    // Without a log everything else works.
    let _ = wasm_tracing::set_as_global_default_with_config(logged);
    spawn_local(async {
        if let Err(error) = wait_and_lead().await {
            tracing::error!(?error, "the application cannot begin");
            // Heard by the page, which starts another worker.
            wasm_bindgen::throw_val(error);
        }
    });
}

async fn wait_and_lead() -> Result<(), JsValue> {
    let locked = hold_lock().await;
    let worker: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let channel = Channel::join()?;
    let tries = Arc::new(Tries::default());
    let name = worker.name();
    let (page, build) = name.split_once(' ').unwrap_or((&name, ""));
    let shell = WebShell::new(channel.clone(), page.to_owned(), tries.clone());
    let client = match locked {
        Ok(()) => open(&worker, shell).await?,
        Err(error) => {
            tracing::error!(?error, "the browser has no locks for this page");
            Err(CommandError::NoStorage)
        }
    };
    let leader = Rc::new(Leader {
        // Where nothing is kept, several may lead: they all say the same.
        term: match client {
            Ok(_) => Uuid::new_v4().to_string(),
            Err(_) => "without storage".to_owned(),
        },
        build: build.to_owned(),
        channel: channel.clone(),
        tries,
        client,
    });
    let listening = leader.clone();
    channel.hear(move |message, files| {
        let leader = listening.clone();
        spawn_local(async move { leader.answer(message, files).await });
    });
    leader.says_it_leads();
    Ok(())
}

/// Opens what is kept here. Where the worker that led before has not quite let go of its files, this one breaks down:
/// its page starts another, which finds them free.
///
/// # Errors
/// The files are still held.
async fn open(
    worker: &DedicatedWorkerGlobalScope,
    shell: WebShell,
) -> Result<Result<Client, CommandError>, JsValue> {
    match palier_disk::web::open(FOLDER).await {
        Ok(()) => {
            errand::clear();
            Ok(Ok(start(worker, shell).await))
        }
        Err(error) if error.kind() == io::ErrorKind::ResourceBusy => {
            let why = js_sys::Error::new("the files are still held by the worker before");
            Err(why.into())
        }
        Err(error) => {
            tracing::error!(%error, "the browser keeps nothing for this page");
            Ok(Err(CommandError::NoStorage))
        }
    }
}

/// Waits for the lock; it is let go when this worker ends.
///
/// # Errors
/// The browser has none for this page: not at an address without TLS, and not where a person denies storage.
async fn hold_lock() -> Result<(), JsValue> {
    let resolve = Rc::new(RefCell::new(None::<js_sys::Function>));
    let refused = Rc::new(RefCell::new(None::<js_sys::Function>));
    let (keep, keep_refused) = (resolve.clone(), refused.clone());
    let got = Promise::new(&mut |resolve, reject| {
        keep.replace(Some(resolve));
        keep_refused.replace(Some(reject));
    });
    let held = Closure::once_into_js(move |_: JsValue| {
        if let Some(resolve) = resolve.take() {
            let _ = resolve.call0(&JsValue::NULL);
        }
        // Held for as long as this is not answered, and it never is.
        Promise::new(&mut |_, _| {})
    });
    // It is answered when the lock is let go: never, as long as this lives; or refused at once.
    let held = request_lock(LEAD, &held)?;
    spawn_local(async move {
        if let Err(error) = JsFuture::from(held).await
            && let Some(refused) = refused.take()
        {
            let _ = refused.call1(&JsValue::NULL, &error);
        }
    });
    JsFuture::from(got).await.map(drop)
}

async fn start(worker: &DedicatedWorkerGlobalScope, shell: WebShell) -> Client {
    let mut config = ClientConfig::new(DATA, worker.location().origin());
    let navigator = worker.navigator();
    config.device_name = device_name(&navigator.user_agent().unwrap_or_default());
    config.system_language = match navigator.language().unwrap_or_default() {
        language if language.starts_with("fr") => Language::Fr,
        _ => Language::En,
    };
    Client::start(config, Arc::new(shell), Arc::new(CookieVault)).await
}

/// What the list of devices calls a browser, by what it says of itself.
fn device_name(agent: &str) -> String {
    let first = |names: &[(&str, &'static str)]| {
        let named = names.iter().find(|(sign, _)| agent.contains(sign));
        named.map(|(_, name)| *name)
    };
    let browser = first(&[
        ("Edg/", "Edge"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("CriOS/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} ({system})"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "Web".to_owned(),
    }
}

struct Leader {
    term: String,
    build: String,
    channel: Channel,
    tries: Arc<Tries>,
    client: Result<Client, CommandError>,
}

impl Leader {
    fn says_it_leads(&self) {
        let (term, build) = (self.term.clone(), self.build.clone());
        self.channel.say(&ToPages::Leading { term, build }, None);
    }

    async fn answer(&self, message: ToWorker, files: Vec<File>) {
        match message {
            ToWorker::Hello => self.says_it_leads(),
            ToWorker::Call {
                page,
                call,
                command,
                request,
            } => {
                let (result, given) = self.carry_out(&command, &request, &files).await;
                let (file, given) = given.unzip();
                let reply = ToPages::Reply {
                    page,
                    call,
                    result,
                    given,
                };
                self.channel.say(&reply, file.as_ref());
            }
            ToWorker::Tried { ask, outcome } => self.tries.end(ask, outcome),
            ToWorker::MarkAnnouncedRead {
                incident_id,
                ticket_id,
            } => {
                if let Ok(client) = &self.client
                    && let Err(error) = client.mark_announced_read(incident_id, ticket_id).await
                {
                    tracing::warn!(%error, "what was announced is not marked as read");
                }
            }
            ToWorker::StepDown => self.end().await,
            ToWorker::Clear { page } => {
                // The pages end this worker; what it holds is free then.
                if let Ok(client) = &self.client {
                    client.shutdown().await;
                }
                self.channel.say(&ToPages::Clear { page }, None);
            }
            ToWorker::Nudge => {
                if let Ok(client) = &self.client {
                    client.nudge().await;
                }
            }
            ToWorker::File { ask, id, thumbnail } => {
                let file = self.file(id, thumbnail).await;
                self.channel.say(&ToPages::File { ask }, file.as_ref());
            }
        }
    }

    async fn end(&self) {
        if let Ok(client) = &self.client {
            client.shutdown().await;
        }
        js_sys::global()
            .unchecked_into::<DedicatedWorkerGlobalScope>()
            .close();
    }

    async fn carry_out(
        &self,
        command: &str,
        request: &str,
        files: &[File],
    ) -> (
        Result<String, CommandError>,
        Option<(File, palier_bridge::page::Given)>,
    ) {
        match &self.client {
            Ok(client) => {
                let outcome = errand::run(client, command, request, files).await;
                (outcome.result, outcome.given)
            }
            Err(error) => (Err(error.clone()), None),
        }
    }

    async fn file(&self, id: AttachmentId, thumbnail: bool) -> Option<File> {
        let client = self.client.as_ref().ok()?;
        let path = match thumbnail {
            true => client.thumbnail_file(id).await,
            false => client.attachment_file(id).await,
        };
        errand::read(&path.ok()?)
    }
}
