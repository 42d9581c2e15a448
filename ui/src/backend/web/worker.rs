//! This page's worker, as long as the page stands.

use super::{keeping::server_answers, port::Port};
use gloo::{
    events::EventListener,
    timers::callback::Timeout,
    utils::{document, window},
};
use palier_bridge::{CommandError, page::ToWorker};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{ErrorEvent, PageTransitionEvent, Worker, WorkerOptions, WorkerType};

/// So many workers that break down one after the other are enough for what waits to be told.
const ENOUGH: u32 = 5;
/// How long until another one is tried, in milliseconds; longer each time.
const REST_MS: u32 = 500;
const LONGEST_REST_MS: u32 = 60_000;

/// The page's worker, as long as it has one.
#[derive(Default)]
pub struct Kept {
    worker: RefCell<Option<Worker>>,
    broken: Cell<u32>,
}

impl Kept {
    /// Ends it.
    pub fn end(&self) {
        if let Some(worker) = self.worker.take() {
            worker.terminate();
        }
    }

    /// Some worker leads: what broke before does not count.
    pub fn is_well(&self) {
        self.broken.set(0);
    }
}

/// Starts this page's worker, and another one should it break down.
pub fn keep(port: &Rc<Port>, kept: &Rc<Kept>) -> Result<(), JsValue> {
    let file = port.build();
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    options.set_name(&format!("{} {file}", port.page()));
    let worker = Worker::new_with_options(file, &options)?;
    let (port, again) = (port.clone(), kept.clone());
    let on_error = Closure::once_into_js(move |event: JsValue| {
        // Whoever led leads no more, and what it held is free.
        again.end();
        let broken = again.broken.get() + 1;
        again.broken.set(broken);
        if broken >= ENOUGH {
            spawn_local(say_why(event, port.clone()));
        }
        let rest = REST_MS.saturating_mul(1 << broken.min(10));
        Timeout::new(rest.min(LONGEST_REST_MS), move || {
            if let Err(error) = keep(&port, &again) {
                web_sys::console::error_1(&error);
            }
        })
        .forget();
    });
    worker.set_onerror(Some(on_error.unchecked_ref()));
    kept.worker.replace(Some(worker));
    Ok(())
}

/// Answers what waits: there may never be a worker that does.
async fn say_why(event: JsValue, port: Rc<Port>) {
    let said = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message);
    let error = if said.is_some_and(|said| said.contains("held")) {
        CommandError::NoStorage
    } else if server_answers().await {
        CommandError::Internal {
            reference: "worker".to_owned(),
        }
    } else {
        // It could not be fetched.
        CommandError::Offline
    };
    port.refuse_all(&error);
}

/// Has the browser fetch what is large of the worker, beside the worker's own small files. Not earlier: the screens are
/// there sooner when they have the line to themselves.
pub fn fetch_ahead() -> Result<(), JsValue> {
    let document = document();
    let named = document.query_selector("meta[name=palier-worker-wasm]")?;
    let file = named.and_then(|it| it.get_attribute("content"));
    let (Some(file), Some(head)) = (file, document.head()) else {
        return Ok(());
    };
    let link = document.create_element("link")?;
    for (name, value) in [
        ("rel", "preload"),
        ("as", "fetch"),
        ("type", "application/wasm"),
        ("crossorigin", ""),
        ("href", &file),
    ] {
        link.set_attribute(name, value)?;
    }
    head.append_child(&link)?;
    Ok(())
}

/// Ends the worker while the page still stands. Ended together with it, in the middle of its work, it takes the whole tab
/// along in Chromium 156. A page that comes back from the browser's memory gets another one.
pub fn end_before_the_page(port: &Rc<Port>, kept: &Rc<Kept>) {
    let ending = kept.clone();
    EventListener::new(&window(), "pagehide", move |_| ending.end()).forget();
    let (port, kept) = (port.clone(), kept.clone());
    EventListener::new(&window(), "pageshow", move |event| {
        let event: &PageTransitionEvent = event.unchecked_ref();
        if event.persisted() && kept.worker.borrow().is_none() {
            match keep(&port, &kept) {
                Ok(()) => port.say(&ToWorker::Hello, &[]),
                Err(error) => web_sys::console::error_1(&error),
            }
        }
    })
    .forget();
}
