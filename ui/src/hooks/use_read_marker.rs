//! Noticing what was read.

use crate::{
    clock,
    logic::{read_progress::ReadProgress, thread_state::ToRead},
};
use gloo::timers::callback::Interval;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

/// How often the viewport is looked at while there is something to read.
const LOOK_EVERY_MS: u32 = 250;

/// Looks at the elements in `viewport` that carry a number in `attribute` while one of them is unread and
/// the window has the keyboard, and tells how far was read.
#[hook]
pub fn use_read_marker(
    viewport: NodeRef,
    attribute: &'static str,
    to_read: Option<ToRead>,
    focused: bool,
    mark_read: Callback<u64>,
) {
    let progress = use_mut_ref(ReadProgress::default);
    use_effect_with((to_read, focused), move |(to_read, focused)| {
        let mut looking = None;
        if let Some(ToRead { read, last, own }) = to_read.clone() {
            progress.borrow_mut().known(read);
            if *focused && read < last {
                looking = Some(Interval::new(LOOK_EVERY_MS, move || {
                    let visible = visible_numbers(&viewport, attribute);
                    let now = clock::monotonic_ms();
                    let marker = progress.borrow_mut().look(now, true, &visible, &own);
                    if let Some(up_to) = marker {
                        mark_read.emit(up_to);
                    }
                }));
            } else {
                progress.borrow_mut().look(0.0, false, &[], &own);
            }
        }
        move || drop(looking)
    });
}

/// Numbers of the elements whose end is in the viewport: that of a long one comes last.
fn visible_numbers(viewport: &NodeRef, attribute: &str) -> Vec<u64> {
    let Some(viewport) = viewport.cast::<Element>() else {
        return Vec::new();
    };
    let frame = viewport.get_bounding_client_rect();
    let Ok(numbered) = viewport.query_selector_all(&format!("[{attribute}]")) else {
        return Vec::new();
    };
    (0..numbered.length())
        .filter_map(|index| numbered.get(index)?.dyn_into::<Element>().ok())
        .filter(|element| {
            let bottom = element.get_bounding_client_rect().bottom();
            bottom > frame.top() && bottom <= frame.bottom() + 8.0
        })
        .filter_map(|element| element.get_attribute(attribute)?.parse().ok())
        .collect()
}
