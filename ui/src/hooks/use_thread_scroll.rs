//! Where a thread is scrolled to: it opens where reading stopped, follows its end while the person
//! is there, and does not jump when older pages come in above.

use crate::logic::thread_state::ThreadState;
use gloo::events::EventListener;
use palier_domain::{TicketId, TicketKind};
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, MutationObserver, MutationObserverInit};
use yew::prelude::*;

/// So many pixels from the end still count as the end.
const NEAR_END: i32 = 48;

/// So many pixels from the top, older pages are asked for.
const NEAR_TOP: i32 = 600;

/// The scrolling of a thread.
#[derive(Clone)]
pub struct ThreadScroll {
    /// The last ticket is in the viewport.
    pub at_end: bool,
    /// Messages of others that came below what is seen.
    pub below: u64,
    /// Goes on the scrolling element.
    pub onscroll: Callback<Event>,
    /// Goes to the end.
    pub to_end: Callback<()>,
}

/// What must be remembered between two renderings.
#[derive(Default)]
struct Memory {
    opened: bool,
    follows: bool,
    /// The smallest number that is on screen, and that of the newest rendering.
    first: Option<u64>,
    coming_first: Option<u64>,
    newest: Option<TicketId>,
    from_end: i32,
    jumped_to: Option<TicketId>,
}

type Shared = Rc<RefCell<Memory>>;

fn from_end(element: &Element) -> i32 {
    element.scroll_height() - element.scroll_top() - element.client_height()
}

fn to_end(element: &Element) {
    element.set_scroll_top(element.scroll_height());
}

/// Follows `viewport`, the scrolling element around the tickets of `thread`. Opens at `ticket`
/// where one is named.
#[hook]
pub fn use_thread_scroll(
    viewport: NodeRef,
    thread: Option<Rc<ThreadState>>,
    ticket: Option<TicketId>,
    load_older: Callback<()>,
) -> ThreadScroll {
    let memory: Shared = use_mut_ref(Memory::default);
    memory.borrow_mut().coming_first = thread.as_ref().and_then(|thread| thread.oldest_n());
    let at_end = use_state_eq(|| false);
    // The largest number that was there when the end was last seen; none before the thread is open.
    let seen_n = use_state_eq(|| None::<u64>);
    let last_loaded = thread
        .as_ref()
        .and_then(|thread| thread.entries.iter().rev().find_map(|entry| entry.n))
        .unwrap_or_default();

    // Looking where the viewport stands now.
    let look = {
        let (viewport, memory) = (viewport.clone(), memory.clone());
        let (at_end, seen_n) = (at_end.setter(), seen_n.setter());
        let load_older = load_older.clone();
        Callback::from(move |()| {
            let Some(element) = viewport.cast::<Element>() else {
                return;
            };
            let distance = from_end(&element);
            let near = distance <= NEAR_END;
            {
                let mut memory = memory.borrow_mut();
                memory.from_end = distance;
                memory.follows = near;
                if !memory.opened {
                    return;
                }
            }
            at_end.set(near);
            if near {
                seen_n.set(Some(last_loaded));
            }
            if element.scroll_top() < NEAR_TOP {
                load_older.emit(());
            }
        })
    };

    // After every change of the tickets: stay, follow, or open.
    {
        let (viewport, memory, look) = (viewport.clone(), memory.clone(), look.clone());
        use_effect_with((thread.clone(), ticket), move |(thread, ticket)| {
            if let (Some(thread), Some(element)) = (thread, viewport.cast::<Element>()) {
                settle(&element, thread, *ticket, &memory);
                look.emit(());
            }
        });
    }

    // The composer grows, the window changes: whoever was at the end stays there.
    {
        let (viewport, memory) = (viewport.clone(), memory);
        use_effect_with(thread.is_some(), move |_| {
            let follow = {
                let viewport = viewport.clone();
                move || {
                    if let Some(element) = viewport.cast::<Element>() {
                        keep(&element, &memory);
                    }
                }
            };
            let observing = viewport
                .cast::<Element>()
                .and_then(|element| observe(&element, follow.clone()));
            let resizing = EventListener::new(&gloo::utils::window(), "resize", move |_| follow());
            move || drop((observing, resizing))
        });
    }

    let below = thread.as_ref().map_or(0, |thread| {
        let seen = seen_n.unwrap_or(thread.divider_n).max(thread.read_n);
        let newer = thread.entries.iter().filter(|entry| {
            !entry.is_mine && entry.kind == TicketKind::Message && entry.n.is_some_and(|n| n > seen)
        });
        newer.count() as u64
    });
    ThreadScroll {
        at_end: *at_end,
        below,
        onscroll: look.reform(|_| ()),
        to_end: Callback::from(move |()| {
            if let Some(element) = viewport.cast::<Element>() {
                to_end(&element);
                look.emit(());
            }
        }),
    }
}

/// Keeps the viewport in its place while tickets are drawn and sizes change.
// Effects run after the browser has painted; without this, a page that comes in above would be
// seen to jump for a frame.
fn keep(element: &Element, memory: &Shared) {
    let memory = memory.borrow();
    if !memory.opened {
        return;
    }
    if memory.follows {
        to_end(element);
    } else if memory.first.is_some() && memory.coming_first < memory.first {
        keep_distance(element, memory.from_end);
    }
}

fn keep_distance(element: &Element, from_end: i32) {
    element.set_scroll_top(element.scroll_height() - element.client_height() - from_end);
}

/// Puts the viewport where it belongs after the tickets changed.
fn settle(element: &Element, thread: &ThreadState, ticket: Option<TicketId>, memory: &Shared) {
    let mut memory = memory.borrow_mut();
    let first = thread.oldest_n();
    let newest = thread.entries.last().map(|entry| entry.id);
    let wanted = ticket.filter(|ticket| memory.jumped_to != Some(*ticket));
    let mine_is_new = memory.newest != newest
        && thread
            .entries
            .last()
            .is_some_and(|entry| entry.is_mine && entry.n.is_none());
    let found = wanted.and_then(|ticket| {
        let selector = format!("[data-ticket-id=\"{ticket}\"]");
        element.query_selector(&selector).ok().flatten()
    });
    if let Some(found) = found {
        memory.jumped_to = wanted;
        memory.opened = true;
        center(element, &found);
        let _ = found.class_list().add_1("is-pointed-at");
    } else if !memory.opened {
        memory.opened = true;
        match element
            .query_selector("[data-unread-divider]")
            .ok()
            .flatten()
        {
            Some(divider) => {
                let top = divider.get_bounding_client_rect().top();
                let frame = element.get_bounding_client_rect().top();
                element.set_scroll_top(element.scroll_top() + (top - frame) as i32 - 72);
            }
            None => to_end(element),
        }
    } else if memory.follows || mine_is_new {
        to_end(element);
    } else if memory.first.is_some() && first < memory.first {
        // Older ones came in above: keep the distance to the end.
        keep_distance(element, memory.from_end);
    }
    memory.first = first;
    memory.newest = newest;
    // Until here the style sheet hides the tickets: nobody sees them in the wrong place.
    let _ = element.set_attribute("data-settled", "");
}

fn center(viewport: &Element, ticket: &Element) {
    let (frame, at) = (
        viewport.get_bounding_client_rect(),
        ticket.get_bounding_client_rect(),
    );
    let offset = at.top() - frame.top() - (frame.height() - at.height()).max(0.0) / 2.0;
    viewport.set_scroll_top(viewport.scroll_top() + offset as i32);
}

/// Watching the size of an element and what is drawn in it; ends when dropped.
struct Observing {
    size: web_sys::ResizeObserver,
    content: MutationObserver,
    _changed: Closure<dyn FnMut()>,
}

impl Drop for Observing {
    fn drop(&mut self) {
        self.size.disconnect();
        self.content.disconnect();
    }
}

fn observe(element: &Element, changed: impl Fn() + 'static) -> Option<Observing> {
    let changed = Closure::<dyn FnMut()>::new(changed);
    let call = changed.as_ref().unchecked_ref();
    let size = web_sys::ResizeObserver::new(call).ok()?;
    size.observe(element);
    let content = MutationObserver::new(call).ok()?;
    let what = MutationObserverInit::new();
    what.set_child_list(true);
    what.set_subtree(true);
    content.observe_with_options(element, &what).ok()?;
    Some(Observing {
        size,
        content,
        _changed: changed,
    })
}
