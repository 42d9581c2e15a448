//! The browser: the application works in a worker, whose leader answers all pages of this origin.
//!
//! - `port`: the broadcast channel, requests and their replies;
//! - `files`: picking, dropping, pasting, saving and opening;
//! - `keeping`: what the browser keeps, and forgets after the last sign-out;
//! - `notify`: notifications and the service worker;
//! - `version`: which pages and which leader belong together, and when to load anew;
//! - `worker`: this page's worker, as long as the page stands.

mod files;
mod keeping;
mod notify;
mod port;
mod version;
mod worker;

use super::{Asked, Backend, EventHub, Place, RawReply, Subscription};
use files::Brought;
use palier_bridge::{
    AppEvent, CommandError, Request,
    page::{Given, ToPages, ToWorker},
    request::{AttachDropped, OpenIncident, PasteImage, PickAttachments, SendTicket, SignOut},
    view::AppState,
};
use palier_domain::AttachmentId;
use port::Port;
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::JsValue;
use web_sys::{File, NotificationPermission};
use worker::Kept;
use yew::{AttrValue, Callback};

/// Names the worker's file in the pages that a server serves.
const WORKER: &str = "palier-worker";

/// The application in a worker of the browser.
pub struct Web {
    _worker: Rc<Kept>,
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
        let kept = Rc::new(Kept::default());
        {
            let (hub, page, heard_at) = (hub.clone(), port.page().to_owned(), port.clone());
            let kept = kept.clone();
            port.hear(move |message| hear(&message, &hub, &page, &heard_at, &kept));
        }
        worker::fetch_ahead()?;
        worker::keep(&port, &kept)?;
        worker::end_before_the_page(&port, &kept);
        notify::begin(hub, &port);
        keeping::make_up();
        version::follow_updates();
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

/// What the worker says to this page beside its replies.
fn hear(message: &ToPages, hub: &EventHub, page: &str, port: &Rc<Port>, kept: &Kept) {
    match message {
        ToPages::Clear { page: by } => {
            kept.end();
            keeping::leave(by == page);
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
        ToPages::Leading { .. } => {
            kept.is_well();
            if !port.leader_changed() {
                return;
            }
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

    fn nobody_was_here(&self) -> Option<AttrValue> {
        (!keeping::somebody_was_here()).then(keeping::own_address)
    }

    fn note_somebody(&self, signed_in: bool) {
        keeping::note_somebody(signed_in);
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
            let writes = [SendTicket::COMMAND, OpenIncident::COMMAND].contains(&command);
            if writes && !wrote.replace(true) {
                keeping::ask_to_keep();
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

fn give(file: &File, given: Given) {
    if let Err(error) = files::give(file, given) {
        web_sys::console::error_2(&"a file was not given:".into(), &error);
    }
}

/// The leader went away with a request: what became of it is not known.
fn interrupted() -> CommandError {
    CommandError::Interrupted
}
