//! Files that a person brings into the page, and those that she gets out of it.

use crate::backend::EventHub;
use gloo::{
    events::{EventListener, EventListenerOptions, EventListenerPhase},
    timers::callback::Timeout,
    utils::{document, window},
};
use js_sys::{Promise, Reflect};
use palier_bridge::{AppEvent, page::Given};
use std::{cell::RefCell, future::Future, rc::Rc};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    ClipboardEvent, DragEvent, Event, File, FileList, HtmlAnchorElement, HtmlInputElement, Url,
};

/// What a picker offers: by kinds for phones, which then offer their camera, and by endings for those whose
/// kinds browsers do not know.
const OFFERED: &str =
    "image/*,video/mp4,application/pdf,text/plain,.heic,.heif,.doc,.docx,.xls,.xlsx,.odt,.ods,.txt";

/// An address of a file is good for so long, in milliseconds: longer than a browser takes to begin with it.
const GIVEN_MS: u32 = 60_000;

/// Lets the person pick files; none when she thought better of it.
pub fn pick() -> impl Future<Output = Vec<File>> {
    let opened = open_picker();
    async move {
        match opened {
            Ok((input, done)) => {
                let _ = JsFuture::from(done).await;
                let files = input.files().map(|files| to_vec(&files));
                input.remove();
                files.unwrap_or_default()
            }
            Err(error) => {
                web_sys::console::error_2(&"no picker:".into(), &error);
                Vec::new()
            }
        }
    }
}

fn open_picker() -> Result<(HtmlInputElement, Promise), JsValue> {
    let input: HtmlInputElement = document().create_element("input")?.unchecked_into();
    input.set_type("file");
    input.set_multiple(true);
    input.set_accept(OFFERED);
    input.set_hidden(true);
    input.set_attribute("data-testid", "file-picker")?;
    // Safari tells only those that are part of the page.
    if let Some(body) = document().body() {
        body.append_child(&input)?;
    }
    let done = Promise::new(&mut |resolve, _| {
        for name in ["change", "cancel"] {
            let resolve = resolve.clone();
            EventListener::once(&input, name, move |_| {
                let _ = resolve.call0(&JsValue::NULL);
            })
            .forget();
        }
    });
    input.click();
    Ok((input, done))
}

fn to_vec(files: &FileList) -> Vec<File> {
    (0..files.length()).filter_map(|at| files.get(at)).collect()
}

/// Hands a file to the person.
pub fn give(file: &File, given: Given) -> Result<(), JsValue> {
    let url = Url::create_object_url_with_blob(file)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&url);
    let shown = file.type_() == "application/pdf" || file.type_().starts_with("image/");
    // Long after the click, a browser takes a new tab for an advertisement and opens none.
    if given == Given::Open && shown && click_is_fresh() {
        link.set_target("_blank");
        link.set_rel("noopener");
    } else {
        link.set_download(&file.name());
    }
    link.click();
    Timeout::new(GIVEN_MS, move || {
        let _ = Url::revoke_object_url(&url);
    })
    .forget();
    Ok(())
}

/// Whether the person's last click still counts; where the browser does not say, it does.
fn click_is_fresh() -> bool {
    let navigator = window().navigator();
    let of = |on: &JsValue, name: &str| Reflect::get(on, &name.into()).ok();
    let activation = of(&navigator, "userActivation").filter(JsValue::is_object);
    let active = activation.and_then(|it| of(&it, "isActive"));
    active.and_then(|it| it.as_bool()).unwrap_or(true)
}

/// Files that were dropped on the page, or pasted into it, and that no draft has taken yet.
#[derive(Default)]
pub struct Brought {
    dropped: Rc<RefCell<Vec<File>>>,
    pasted: Rc<RefCell<Vec<File>>>,
}

impl Brought {
    /// Watches the page for as long as it lives.
    pub fn watch(hub: &EventHub) -> Self {
        let brought = Self::default();
        brought.watch_drops(hub);
        brought.watch_pastes();
        brought
    }

    /// What was dropped last.
    pub fn take_dropped(&self) -> Vec<File> {
        self.dropped.take()
    }

    /// The picture that was pasted last.
    pub fn take_pasted(&self) -> Vec<File> {
        self.pasted.take()
    }

    fn watch_drops(&self, hub: &EventHub) {
        let over = {
            let hub = hub.clone();
            move |over| hub.emit(&AppEvent::FilesOver { over })
        };
        let entered = over.clone();
        listen("dragenter", move |event: &DragEvent| {
            if !files_of(event).is_empty() || brings_files(event) {
                entered(true);
            }
        });
        let left = over.clone();
        listen("dragleave", move |event: &DragEvent| {
            // It is left for something within it, too.
            if event.related_target().is_none() {
                left(false);
            }
        });
        let (dropped, hub) = (self.dropped.clone(), hub.clone());
        listen("drop", move |event: &DragEvent| {
            over(false);
            let files = files_of(event);
            if !files.is_empty() {
                dropped.replace(files);
                hub.emit(&AppEvent::FilesDropped);
            }
        });
    }

    fn watch_pastes(&self) {
        let pasted = self.pasted.clone();
        listen("paste", move |event: &ClipboardEvent| {
            let files = event.clipboard_data().and_then(|it| it.files());
            let files = files.map(|files| to_vec(&files)).unwrap_or_default();
            let pictures = files
                .into_iter()
                .filter(|file| file.type_().starts_with("image/"));
            pasted.replace(pictures.collect());
        });
    }
}

/// Hears an event of the page before anybody else.
fn listen<E: JsCast>(name: &'static str, heard: impl Fn(&E) + 'static) {
    let options = EventListenerOptions {
        phase: EventListenerPhase::Capture,
        passive: true,
    };
    EventListener::new_with_options(&window(), name, options, move |event: &Event| {
        heard(event.unchecked_ref());
    })
    .forget();
}

fn brings_files(event: &DragEvent) -> bool {
    let types = event.data_transfer().map(|it| it.types());
    types.is_some_and(|types| types.includes(&"Files".into(), 0))
}

fn files_of(event: &DragEvent) -> Vec<File> {
    let files = event.data_transfer().and_then(|it| it.files());
    files.map(|files| to_vec(&files)).unwrap_or_default()
}
