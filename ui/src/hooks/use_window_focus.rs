//! Whether the person is looking.

use gloo::{
    events::EventListener,
    utils::{document, window},
};
use web_sys::VisibilityState;
use yew::prelude::*;

fn is_focused() -> bool {
    let document = document();
    document.has_focus().unwrap_or(false) && document.visibility_state() == VisibilityState::Visible
}

/// Whether the window has the keyboard and is visible.
#[hook]
pub fn use_window_focus() -> bool {
    let focused = use_state_eq(is_focused);
    {
        let setter = focused.setter();
        use_effect_with((), move |()| {
            let look = {
                let setter = setter.clone();
                move |_: &web_sys::Event| setter.set(is_focused())
            };
            let listeners = [
                EventListener::new(&window(), "focus", look.clone()),
                EventListener::new(&window(), "blur", look.clone()),
                EventListener::new(&document(), "visibilitychange", look),
            ];
            // Between the first rendering and here, an event may have passed unheard: a click on a
            // notification opens a thread and focuses the window at once.
            setter.set(is_focused());
            move || drop(listeners)
        });
    }
    *focused
}
