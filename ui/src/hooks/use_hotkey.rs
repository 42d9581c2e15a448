//! Keys that work anywhere in the window.

use gloo::{
    events::{EventListener, EventListenerOptions},
    utils::{document, window},
};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};
use yew::prelude::*;

/// The key for help, which writes nothing anywhere.
pub const HELP: &str = "F1";

/// Whether the keyboard is writing into a field, where letters are letters.
pub fn is_typing() -> bool {
    let Some(element) = document().active_element() else {
        return false;
    };
    let editable = element
        .dyn_ref::<HtmlElement>()
        .is_some_and(HtmlElement::is_content_editable);
    editable || matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
}

fn dialog_is_open() -> bool {
    document()
        .query_selector("dialog[open]")
        .ok()
        .flatten()
        .is_some()
}

/// Calls `press` at every key that nobody is writing with and no dialog takes. `press` answers
/// whether the key was meant for it.
#[hook]
pub fn use_hotkey(press: impl Fn(&KeyboardEvent) -> bool + 'static) {
    let latest = use_mut_ref(|| None::<Rc<dyn Fn(&KeyboardEvent) -> bool>>);
    *latest.borrow_mut() = Some(Rc::new(press));
    use_effect_with((), move |()| {
        let options = EventListenerOptions::enable_prevent_default();
        let listener =
            EventListener::new_with_options(&window(), "keydown", options, move |event| {
                let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
                    return;
                };
                let letter =
                    event.key().chars().count() == 1 && !event.ctrl_key() && !event.meta_key();
                let writing = is_typing()
                    && event.key() != HELP
                    && (letter || event.key() != "Escape" && !event.ctrl_key());
                if event.alt_key() || event.default_prevented() || writing || dialog_is_open() {
                    return;
                }
                // A copy: pressing may draw this component again.
                let press = latest.borrow().clone();
                if press.is_some_and(|press| press(event)) {
                    event.prevent_default();
                }
            });
        move || drop(listener)
    });
}
