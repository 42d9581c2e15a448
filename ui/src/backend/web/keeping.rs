//! What the browser keeps: for longer than it would by itself, and no longer than until the last account was signed
//! out.

use gloo::{events::EventListener, timers::callback::Timeout, utils::window};
use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Response, Storage};
use yew::AttrValue;

/// The server's address at which the browser is told to forget, and led on.
const FORGET: &str = "/signed-out";
/// The same for who still has an invitation's link in the address.
const FORGET_FOR_INVITATION: &str = "/signed-out?then=invitation";
/// Answers whenever there is a server.
const HEALTH: &str = "/healthz";
/// By then another page has been there.
const FORGOTTEN_MS: u32 = 2_000;
/// Says that a browser without a network has still to be told to forget, and to end its session.
const OWED: &str = "palier.signed-out";
/// Says that somebody was signed in when this was last shown.
const SOMEBODY: &str = "palier.somebody";

/// Lets the browser forget everything of this origin, or waits until another page has done so; and begins anew.
/// Without a network it is made up for as soon as there is one.
pub fn leave(asks: bool) {
    if !asks {
        Timeout::new(FORGOTTEN_MS, || go("/")).forget();
        return;
    }
    spawn_local(async {
        if server_answers().await {
            forget();
        } else {
            owe();
            go("/");
        }
    });
}

/// Makes up for a sign-out without a network, now or when there is one.
pub fn make_up() {
    if !is_owed() {
        return;
    }
    let try_now = || {
        spawn_local(async {
            if is_owed() && server_answers().await {
                forget();
            }
        });
    };
    try_now();
    EventListener::new(&window(), "online", move |_| try_now()).forget();
}

/// Asks the browser not to throw away what is kept here when it wants room: there is something of the person's own
/// in it now. It may ask her, or decide by itself.
pub fn ask_to_keep() {
    let navigator = window().navigator();
    let storage = Reflect::get(&navigator, &"storage".into()).ok();
    let persist = storage
        .as_ref()
        .and_then(|it| Reflect::get(it, &"persist".into()).ok())
        .and_then(|it| it.dyn_into::<Function>().ok());
    if let (Some(storage), Some(persist)) = (storage, persist) {
        // Whatever it answers, what waits is sent as soon as it can be.
        let _ = persist.call0(&storage);
    }
}

/// Whether somebody was signed in when this was last shown.
pub fn somebody_was_here() -> bool {
    is_noted(SOMEBODY)
}

/// Notes whether somebody is signed in.
pub fn note_somebody(signed_in: bool) {
    let Some(storage) = storage() else {
        return;
    };
    // Full or forbidden, the next start waits for the application with an empty page, or shows a form for a moment.
    let _ = if signed_in {
        storage.set_item(SOMEBODY, "1")
    } else {
        storage.remove_item(SOMEBODY)
    };
}

/// The address of the server that the page comes from.
pub fn own_address() -> AttrValue {
    window().location().origin().unwrap_or_default().into()
}

fn forget() {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(OWED);
    }
    let location = window().location();
    let at = location.pathname().unwrap_or_default();
    if at == "/invitation" {
        // The browser carries what stands behind the `#` over to where it is led.
        let secret = location.hash().unwrap_or_default();
        go(&format!("{FORGET_FOR_INVITATION}{secret}"));
    } else {
        go(FORGET);
    }
}

fn go(to: &str) {
    let _ = window().location().replace(to);
}

fn owe() {
    if let Some(storage) = storage() {
        let _ = storage.set_item(OWED, "1");
    }
}

fn is_owed() -> bool {
    is_noted(OWED)
}

fn is_noted(what: &str) -> bool {
    storage().is_some_and(|storage| storage.get_item(what).ok().flatten().is_some())
}

/// None where the browser denies it.
fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// Whether there is a server at the other end.
pub async fn server_answers() -> bool {
    let asked: Result<JsValue, JsValue> = JsFuture::from(window().fetch_with_str(HEALTH)).await;
    asked
        .ok()
        .and_then(|reply| reply.dyn_into::<Response>().ok())
        .is_some_and(|reply| reply.ok())
}
