//! Where the keyboard goes when what had it is gone.

use gloo::utils::document;
use std::rc::Rc;
use web_sys::{HtmlElement, Node};
use yew::prelude::*;

/// What had the keyboard was taken out of the page: whoever presses a key now does it nowhere.
pub fn keyboard_is_lost() -> bool {
    document().active_element() == document().body().map(Into::into)
}

/// Brings the keyboard to `next`, or to `within` itself where there is no such element, when a new `content`
/// has taken away what had it: a button may be gone with the state that offered it.
#[hook]
pub fn use_kept_keyboard<T: PartialEq + 'static>(
    within: NodeRef,
    next: NodeRef,
    content: Option<Rc<T>>,
) {
    // While this is drawn, the page still is as it was.
    let had = has_the_keyboard(&within);
    use_effect_with(content, move |_| {
        let refuge = next
            .cast::<HtmlElement>()
            .or_else(|| within.cast::<HtmlElement>());
        if let (true, Some(refuge)) = (had && keyboard_is_lost(), refuge) {
            let _ = refuge.focus();
        }
    });
}

/// Whether what has the keyboard is `within`, or is it itself.
pub fn has_the_keyboard(within: &NodeRef) -> bool {
    let active = document().active_element();
    let within = within.get();
    within.is_some_and(|within| within.contains(active.as_deref().map(AsRef::<Node>::as_ref)))
}
