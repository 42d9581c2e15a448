//! The browser: the application works in a worker, whose leader answers all pages of this origin.
//!
//! - `port`: the broadcast channel, requests and their replies;
//! - `files`: picking, dropping, pasting, saving and opening;
//! - `notify`: notifications and the service worker.

mod files;
mod notify;
mod port;

use super::{Asked, Backend, EventHub, Place, RawReply, Subscription};
use files::Brought;
use gloo::{events::EventListener, utils::window};
use palier_bridge::{
    AppEvent, CommandError, Request,
    page::{Given, ToPages, ToWorker},
    request::{AttachDropped, OpenIncident, PasteImage, PickAttachments, SendTicket, SignOut},
    view::AppState,
};
use palier_domain::AttachmentId;
use port::Port;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    File, NotificationPermission, PageTransitionEvent, Worker, WorkerOptions, WorkerType,
};
use yew::{AttrValue, Callback};

/// Names the worker's file in the pages that a server serves.
const WORKER: &str = "palier-worker";

/// The server's address at which the browser is told to forget, and led back to the first page.
const FORGET: &str = "/signed-out";
/// By then another page has been there.
const FORGOTTEN_MS: u32 = 2_000;

/// The application in a worker of the browser.
pub struct Web {
    _worker: Kept,
    port: Rc<Port>,
    hub: EventHub,
    brought: Rc<Brought>,
    /// Something was written here: there will be answers.
    wrote: Rc<Cell<bool>>,
}

impl Web {
    /// The browser, when a server serves this page.
    pub fn find() -> Option<Self> {
        let document = web_sys::window()?.document()?;
        let named = document.query_selector(&format!("meta[name={WORKER}]"));
        let worker = named.ok()??.get_attribute("content")?;
        let hub = EventHub::default();
        match Self::begin(&worker, &hub) {
            Ok(web) => Some(web),
            Err(error) => {
                web_sys::console::error_2(&"the application cannot begin:".into(), &error);
                None
            }
        }
    }

    fn begin(worker: &str, hub: &EventHub) -> Result<Self, JsValue> {
        let port = Port::open(worker)?;
        let brought = Rc::new(Brought::watch(hub));
        let kept = Kept::default();
        {
            let (hub, page, heard_at) = (hub.clone(), port.page().to_owned(), port.clone());
            let kept = kept.clone();
            port.hear(move |message| hear(&message, &hub, &page, &heard_at, &kept));
        }
        keep_a_worker(worker, port.page(), &kept)?;
        end_before_the_page(worker, &port, &kept);
        notify::begin(hub, &port);
        port.say(&ToWorker::Hello, &[]);
        Ok(Self {
            _worker: kept,
            port,
            hub: hub.clone(),
            brought,
            wrote: Rc::default(),
        })
    }
}

/// The page's worker, as long as it has one.
type Kept = Rc<RefCell<Option<Worker>>>;

/// Starts this page's worker, and another one should it break down.
fn keep_a_worker(file: &str, page: &str, kept: &Kept) -> Result<(), JsValue> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    options.set_name(&format!("{page} {file}"));
    let worker = Worker::new_with_options(file, &options)?;
    let (again, name) = (file.to_owned(), page.to_owned());
    let (broken, place) = (worker.clone(), kept.clone());
    let on_error = wasm_bindgen::closure::Closure::once_into_js(move |_: JsValue| {
        // Whoever led leads no more, and what it held is free.
        broken.terminate();
        gloo::timers::callback::Timeout::new(1000, move || {
            if let Err(error) = keep_a_worker(&again, &name, &place) {
                web_sys::console::error_1(&error);
            }
        })
        .forget();
    });
    worker.set_onerror(Some(on_error.unchecked_ref()));
    kept.replace(Some(worker));
    Ok(())
}

/// Ends the worker while the page still stands. Ended together with it, in the middle of its work, it takes the whole tab
/// along in Chromium 156. A page that comes back from the browser's memory gets another one.
fn end_before_the_page(file: &str, port: &Rc<Port>, kept: &Kept) {
    let ending = kept.clone();
    EventListener::new(&window(), "pagehide", move |_| {
        if let Some(worker) = ending.take() {
            worker.terminate();
        }
    })
    .forget();
    let (file, port, kept) = (file.to_owned(), port.clone(), kept.clone());
    EventListener::new(&window(), "pageshow", move |event| {
        let event: &PageTransitionEvent = event.unchecked_ref();
        if event.persisted() && kept.borrow().is_none() {
            match keep_a_worker(&file, port.page(), &kept) {
                Ok(()) => port.say(&ToWorker::Hello, &[]),
                Err(error) => web_sys::console::error_1(&error),
            }
        }
    })
    .forget();
}

/// What the worker says to this page beside its replies.
fn hear(message: &ToPages, hub: &EventHub, page: &str, port: &Rc<Port>, kept: &Kept) {
    match message {
        ToPages::Clear { page: by } => {
            if let Some(worker) = kept.take() {
                worker.terminate();
            }
            leave(by == page);
        }
        ToPages::Event { event } => hub.emit(event),
        ToPages::Notify {
            page: to,
            notification,
        } if to == page => notify::show(notification.clone()),
        ToPages::TryNotification {
            page: to,
            ask,
            notification,
        } if to == page => notify::try_out(port.clone(), *ask, notification.clone()),
        ToPages::Withdraw {
            page: to,
            incident_id,
        } if to == page => notify::withdraw(*incident_id),
        ToPages::Badge { unread } => notify::badge(*unread),
        ToPages::Leading { .. } if port.leader_changed() => {
            for event in [
                AppEvent::SessionChanged,
                AppEvent::SyncChanged,
                AppEvent::IncidentsChanged,
            ] {
                hub.emit(&event);
            }
        }
        _ => {}
    }
}

impl Backend for Web {
    fn place(&self) -> Place {
        Place::Browser
    }

    fn may_offer_notifications(&self) -> bool {
        self.wrote.get() && notify::permission() == Some(NotificationPermission::Default)
    }

    fn ask_for_notifications(&self) -> Asked {
        Box::pin(async {
            notify::ask().await;
        })
    }

    fn call_raw(&self, command: &'static str, request: String) -> RawReply {
        let (port, brought) = (self.port.clone(), self.brought.clone());
        let wrote = self.wrote.clone();
        // Before anything else: a picker opens only while the person's click is fresh.
        let picking = (command == PickAttachments::COMMAND).then(files::pick);
        Box::pin(async move {
            let files = match (picking, command) {
                (Some(picking), _) => picking.await,
                (None, AttachDropped::COMMAND) => brought.take_dropped(),
                (None, PasteImage::COMMAND) => brought.take_pasted(),
                _ => Vec::new(),
            };
            let reply = port.call(command, request, files).await?;
            if let Some((file, given)) = &reply.given {
                give(file, *given);
            }
            if [SendTicket::COMMAND, OpenIncident::COMMAND].contains(&command) {
                wrote.set(true);
            }
            if command == SignOut::COMMAND && nobody_is_left(&reply.text) {
                let page = port.page().to_owned();
                port.say(&ToWorker::Clear { page }, &[]);
            }
            Ok(reply.text)
        })
    }

    fn subscribe(&self, listener: Callback<AppEvent>) -> Subscription {
        self.hub.subscribe(listener)
    }

    fn attachment_url(&self, id: AttachmentId) -> AttrValue {
        format!("/files/{id}").into()
    }

    fn thumbnail_url(&self, id: AttachmentId) -> AttrValue {
        format!("/files/{id}/thumbnail").into()
    }
}

/// Whether the last account of this browser was signed out.
fn nobody_is_left(state: &str) -> bool {
    serde_json::from_str::<AppState>(state)
        .is_ok_and(|state| state.account.is_none() && state.others.is_empty())
}

/// Lets the browser forget everything of this origin, or waits until another page has done so; and begins anew.
fn leave(asks: bool) {
    let location = window().location();
    if asks {
        let _ = location.replace(FORGET);
        return;
    }
    gloo::timers::callback::Timeout::new(FORGOTTEN_MS, move || {
        let _ = location.replace("/");
    })
    .forget();
}

fn give(file: &File, given: Given) {
    if let Err(error) = files::give(file, given) {
        web_sys::console::error_2(&"a file was not given:".into(), &error);
    }
}

/// The leader went away with a request: what became of it is not known.
fn interrupted() -> CommandError {
    CommandError::Interrupted
}
