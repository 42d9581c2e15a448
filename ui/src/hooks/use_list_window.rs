//! Drawing only the rows of a long list that are seen.

use crate::logic::visible_rows::{scroll_to_row, visible_rows};
use gloo::{events::EventListener, utils::window};
use std::ops::Range;
use web_sys::Element;
use yew::prelude::*;

/// The seen part of a list.
pub struct ListWindow {
    /// Rows to draw.
    pub rows: Range<usize>,
    /// Goes on the scrolling element.
    pub onscroll: Callback<Event>,
    /// Scrolls until a row is seen whole.
    pub show: Callback<usize>,
}

/// Follows the scrolling of `node`, a list of `count` rows of `row_height` pixels each.
#[hook]
pub fn use_list_window(node: NodeRef, count: usize, row_height: f64) -> ListWindow {
    let seen = use_state_eq(|| (0.0, 900.0));
    let measure = {
        let setter = seen.setter();
        use_callback(node.clone(), move |(), node| {
            if let Some(element) = node.cast::<Element>() {
                setter.set((
                    f64::from(element.scroll_top()),
                    f64::from(element.client_height()),
                ));
            }
        })
    };
    {
        let measure = measure.clone();
        use_effect_with(count, move |_| {
            measure.emit(());
            let listener = EventListener::new(&window(), "resize", move |_| measure.emit(()));
            move || drop(listener)
        });
    }
    let show = use_callback(node, move |row: usize, node| {
        let Some(element) = node.cast::<Element>() else {
            return;
        };
        let (top, height) = (
            f64::from(element.scroll_top()),
            f64::from(element.client_height()),
        );
        if let Some(to) = scroll_to_row(row, top, height, row_height) {
            element.set_scroll_top(to.round() as i32);
        }
    });
    ListWindow {
        rows: visible_rows(seen.0, seen.1, row_height, count),
        onscroll: measure.reform(|_| ()),
        show,
    }
}
