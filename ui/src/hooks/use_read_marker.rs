//! Noticing what was read.

use crate::{clock, logic::read_progress::ReadProgress, logic::thread_state::ThreadState};
use gloo::timers::callback::Interval;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

/// How often the viewport is looked at while there is something to read.
const LOOK_EVERY_MS: u32 = 250;

/// Looks at the tickets in `viewport` (elements with `data-n`) while something is unread and the
/// window has the keyboard, and tells how far was read.
#[hook]
pub fn use_read_marker(
    viewport: NodeRef,
    thread: Option<Rc<ThreadState>>,
    focused: bool,
    mark_read: Callback<u64>,
) {
    let progress = use_mut_ref(ReadProgress::default);
    let known = thread.as_ref().map(|thread| (thread.read_n, thread.last_n));
    use_effect_with((known, focused, thread), move |(known, focused, thread)| {
        let mut looking = None;
        if let (Some((read_n, last_n)), Some(thread)) = (*known, thread) {
            progress.borrow_mut().known(read_n);
            let own = thread.own_numbers();
            if *focused && read_n < last_n {
                looking = Some(Interval::new(LOOK_EVERY_MS, move || {
                    let visible = visible_numbers(&viewport);
                    let now = clock::monotonic_ms();
                    let marker = progress.borrow_mut().look(now, true, &visible, &own);
                    if let Some(up_to_n) = marker {
                        mark_read.emit(up_to_n);
                    }
                }));
            } else {
                progress.borrow_mut().look(0.0, false, &[], &own);
            }
        }
        move || drop(looking)
    });
}

/// Numbers of the tickets whose end is in the viewport: that of a long one comes last.
fn visible_numbers(viewport: &NodeRef) -> Vec<u64> {
    let Some(viewport) = viewport.cast::<Element>() else {
        return Vec::new();
    };
    let frame = viewport.get_bounding_client_rect();
    let Ok(tickets) = viewport.query_selector_all("[data-n]") else {
        return Vec::new();
    };
    (0..tickets.length())
        .filter_map(|index| tickets.get(index)?.dyn_into::<Element>().ok())
        .filter(|ticket| {
            let bottom = ticket.get_bounding_client_rect().bottom();
            bottom > frame.top() && bottom <= frame.bottom() + 8.0
        })
        .filter_map(|ticket| ticket.get_attribute("data-n")?.parse().ok())
        .collect()
}
