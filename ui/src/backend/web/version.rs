//! Versions: the one of this page, and the one that the server has now.

use super::notify::{container, registration};
use gloo::{
    events::EventListener,
    timers::callback::Timeout,
    utils::{document, window},
};
use js_sys::Date;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Response, VisibilityState};

/// The server's page, past what the service worker keeps.
const PAGE: &str = "/?version";
/// Where the page names the worker that belongs to it, as `cargo xtask build-ui` writes it.
const NAMED: &str = "name=\"palier-worker\" content=\"";
/// When this tab was last loaded anew for a newer version.
const RELOADED: &str = "palier.reloaded";
/// No sooner than after so long again, in milliseconds: who is sent the old page time and again goes on with it.
const PATIENCE_MS: f64 = 60_000.0;
/// How often a page that stays open asks for a newer version, in milliseconds.
const ASKED_EVERY_MS: f64 = 3_600_000.0;
/// What is being written is saved within it, in milliseconds.
const SAVED_MS: u32 = 1_500;

/// The build that the server has now; none where it does not answer.
pub async fn of_the_server() -> Option<String> {
    let asked = JsFuture::from(window().fetch_with_str(PAGE)).await.ok()?;
    let reply: Response = asked.dyn_into().ok()?;
    let text = JsFuture::from(reply.text().ok()?).await.ok()?.as_string()?;
    let (_, named) = text.split_once(NAMED)?;
    named.split_once('"').map(|(build, _)| build.to_owned())
}

/// Whether this tab was not loaded anew a moment ago.
pub fn may_reload() -> bool {
    let Some(storage) = window().session_storage().ok().flatten() else {
        return false;
    };
    let last = storage.get_item(RELOADED).ok().flatten();
    let last = last.and_then(|last| last.parse::<f64>().ok());
    last.is_none_or(|last| Date::now() - last > PATIENCE_MS)
}

/// Loads the page anew. What was typed is saved.
pub fn reload() {
    if let Some(storage) = window().session_storage().ok().flatten() {
        let _ = storage.set_item(RELOADED, &Date::now().to_string());
    }
    let _ = window().location().reload();
}

/// Asks for a newer version now and then; once one is there, the page is loaded anew while nobody looks at it and
/// no dialog is open.
pub fn follow_updates() {
    let Some(container) = container() else {
        return;
    };
    // The first one takes a page over that had none, and is of its version.
    let had_one = Rc::new(Cell::new(container.controller().is_some()));
    let newer = Rc::new(Cell::new(false));
    {
        let newer = newer.clone();
        EventListener::new(&container, "controllerchange", move |_| {
            newer.set(had_one.replace(true));
        })
        .forget();
    }
    let asked_at = Cell::new(Date::now());
    let waits = Rc::new(RefCell::new(None::<Timeout>));
    EventListener::new(&document(), "visibilitychange", move |_| {
        if document().visibility_state() == VisibilityState::Visible {
            waits.take();
            if Date::now() - asked_at.get() > ASKED_EVERY_MS {
                asked_at.set(Date::now());
                spawn_local(ask());
            }
        } else if newer.get() {
            waits.replace(Some(Timeout::new(SAVED_MS, || {
                if matches!(document().query_selector("dialog[open]"), Ok(None)) {
                    reload();
                }
            })));
        }
    })
    .forget();
}

async fn ask() {
    if let Some(registration) = registration().await
        && let Ok(asked) = registration.update()
    {
        // Without a network there is none.
        let _ = JsFuture::from(asked).await;
    }
}
