//! The window's core, through Tauri: the only place that knows `invoke`.
//!
//! Every command gets one argument, `request`. Events come under one name,
//! [`AppEvent::CHANNEL`]. Files are read from a scheme of their own, so that the page's
//! content security policy can name it.

use super::{Backend, EventHub, RawReply, Subscription};
use gloo::storage::{LocalStorage, Storage};
use js_sys::{JSON, Object, Promise, Reflect};
use palier_bridge::{
    AppEvent, CommandError, Request,
    request::{GetAppState, ListIncidents, SignOut},
};
use palier_domain::AttachmentId;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use yew::{AttrValue, Callback};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = ["window", "__TAURI_INTERNALS__"])]
    fn invoke(command: &str, args: &JsValue) -> Result<Promise, JsValue>;

    /// Makes a function known to the core, and gives its number.
    #[wasm_bindgen(catch, js_namespace = ["window", "__TAURI_INTERNALS__"], js_name = transformCallback)]
    fn transform_callback(function: &Closure<dyn FnMut(JsValue)>) -> Result<JsValue, JsValue>;
}

/// What the first list of the last start was asked with.
const FIRST_LIST: &str = "first-list";

/// The window's core.
pub struct Desktop {
    hub: EventHub,
    files: &'static str,
    ahead: Ahead,
    /// The list that this start will be remembered by is asked for.
    listed: Cell<bool>,
    _heard: Subscription,
}

/// What a start asks first, asked before there is anything to show it in: by then the replies are here.
#[derive(Clone, Default)]
struct Ahead(Rc<RefCell<Vec<Asked>>>);

struct Asked {
    command: &'static str,
    request: String,
    reply: Promise,
}

impl Ahead {
    fn ask(&self, command: &'static str, request: String) {
        // What is refused is asked again when its time comes, and said then.
        if let Ok(reply) = ask(command, &request) {
            let asked = Asked {
                command,
                request,
                reply,
            };
            self.0.borrow_mut().push(asked);
        }
    }

    fn take(&self, command: &str, request: &str) -> Option<Promise> {
        let mut asked = self.0.borrow_mut();
        let found = asked
            .iter()
            .position(|it| it.command == command && it.request == request)?;
        Some(asked.swap_remove(found).reply)
    }

    /// Nobody takes a reply from before something changed.
    fn forget(&self) {
        self.0.borrow_mut().clear();
    }
}

impl Desktop {
    /// The core, when this page is in its window.
    pub fn find() -> Option<Self> {
        let window = web_sys::window()?;
        Reflect::get(&window, &"__TAURI_INTERNALS__".into())
            .ok()
            .filter(JsValue::is_object)?;
        let hub = EventHub::default();
        hear(&hub);
        let ahead = Ahead::default();
        let heard = {
            let ahead = ahead.clone();
            hub.subscribe(Callback::from(move |event| {
                if matches!(event, AppEvent::IncidentsChanged | AppEvent::SessionChanged) {
                    ahead.forget();
                }
            }))
        };
        ahead.ask(GetAppState::COMMAND, "{}".to_owned());
        if let Ok(list) = LocalStorage::get(FIRST_LIST) {
            ahead.ask(ListIncidents::COMMAND, list);
        }
        // WebView2 knows own schemes only below http.
        let windows = window
            .navigator()
            .user_agent()
            .is_ok_and(|agent| agent.contains("Windows"));
        let files = if windows {
            "http://palier-file.localhost"
        } else {
            "palier-file://localhost"
        };
        Some(Self {
            hub,
            files,
            ahead,
            listed: Cell::default(),
            _heard: heard,
        })
    }
}

impl Backend for Desktop {
    fn call_raw(&self, command: &'static str, request: String) -> RawReply {
        let ahead = self.ahead.take(command, &request);
        if command == ListIncidents::COMMAND && !self.listed.replace(true) && ahead.is_none() {
            // Without it the next start asks a moment later.
            let _ = LocalStorage::set(FIRST_LIST, &request);
        }
        if command == SignOut::COMMAND {
            LocalStorage::delete(FIRST_LIST);
        }
        Box::pin(async move {
            let called = async {
                if let Some(reply) = ahead
                    && let Ok(reply) = JsFuture::from(reply).await
                {
                    return Ok(reply);
                }
                JsFuture::from(ask(command, &request)?).await
            };
            match called.await {
                Ok(reply) => Ok(to_json(&reply).unwrap_or_else(|| "null".to_owned())),
                Err(error) => Err(refusal(command, &error)),
            }
        })
    }

    fn subscribe(&self, listener: Callback<AppEvent>) -> Subscription {
        self.hub.subscribe(listener)
    }

    fn attachment_url(&self, id: AttachmentId) -> AttrValue {
        format!("{}/{id}", self.files).into()
    }

    fn thumbnail_url(&self, id: AttachmentId) -> AttrValue {
        format!("{}/{id}/thumbnail", self.files).into()
    }
}

/// Asks the core.
fn ask(command: &str, request: &str) -> Result<Promise, JsValue> {
    let args = Object::new();
    Reflect::set(&args, &"request".into(), &JSON::parse(request)?)?;
    invoke(command, &args)
}

/// Passes the core's events on for as long as the page lives.
fn hear(hub: &EventHub) {
    let hub = hub.clone();
    let handler = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
        let payload = Reflect::get(&event, &"payload".into()).ok();
        let text = payload.as_ref().and_then(to_json);
        // An event of a newer core is not for us: what it names is read again with the next one.
        if let Some(event) = text.and_then(|text| serde_json::from_str(&text).ok()) {
            hub.emit(&event);
        }
    });
    if let Err(error) = listen(&handler) {
        web_sys::console::error_2(&"no events from the core:".into(), &error);
    }
    handler.forget();
}

/// Asks the core for its events, as Tauri's own library does; all of that library is more than the page needs.
fn listen(handler: &Closure<dyn FnMut(JsValue)>) -> Result<Promise, JsValue> {
    let target = Object::new();
    Reflect::set(&target, &"kind".into(), &"Any".into())?;
    let args = Object::new();
    Reflect::set(&args, &"event".into(), &AppEvent::CHANNEL.into())?;
    Reflect::set(&args, &"target".into(), &target)?;
    Reflect::set(&args, &"handler".into(), &transform_callback(handler)?)?;
    invoke("plugin:event|listen", &args)
}

/// What the core threw, as an error that screens can say.
fn refusal(command: &str, error: &JsValue) -> CommandError {
    to_json(error)
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_else(|| {
            // Not ours: a missing command or permission. The developer tools show it whole.
            web_sys::console::error_2(&format!("{command} failed:").into(), error);
            CommandError::Internal {
                reference: format!("ipc/{command}"),
            }
        })
}

/// `undefined` has no JSON.
fn to_json(value: &JsValue) -> Option<String> {
    JSON::stringify(value)
        .ok()
        .and_then(|text| text.as_string())
}
