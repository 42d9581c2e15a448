//! Passing events on to whoever listens.

use palier_bridge::AppEvent;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use yew::Callback;

type Listeners = Rc<RefCell<Vec<(u64, Callback<AppEvent>)>>>;

/// Everybody who listens to events.
#[derive(Clone, Default)]
pub struct EventHub {
    listeners: Listeners,
    next: Rc<Cell<u64>>,
}

impl EventHub {
    /// Listens until the subscription is dropped.
    pub fn subscribe(&self, listener: Callback<AppEvent>) -> Subscription {
        let key = self.next.get();
        self.next.set(key + 1);
        self.listeners.borrow_mut().push((key, listener));
        Subscription {
            key,
            listeners: self.listeners.clone(),
        }
    }

    /// Tells everybody.
    pub fn emit(&self, event: &AppEvent) {
        // A copy: a listener may subscribe or leave while it is told.
        let listeners = self.listeners.borrow().clone();
        for (_, listener) in listeners {
            listener.emit(event.clone());
        }
    }
}

/// Listening; ends when dropped.
#[must_use = "dropping it ends the subscription"]
pub struct Subscription {
    key: u64,
    listeners: Listeners,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.listeners
            .borrow_mut()
            .retain(|(key, _)| *key != self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_subscription_hears_nothing_more() {
        let hub = EventHub::default();
        let heard = Rc::new(Cell::new(0));
        let counting = {
            let heard = heard.clone();
            Callback::from(move |_| heard.set(heard.get() + 1))
        };
        let first = hub.subscribe(counting.clone());
        let _second = hub.subscribe(counting);
        hub.emit(&AppEvent::SyncChanged);
        drop(first);
        hub.emit(&AppEvent::SyncChanged);
        assert_eq!(heard.get(), 3);
    }

    #[test]
    fn a_listener_may_leave_while_it_is_told() {
        let hub = EventHub::default();
        let own: Rc<RefCell<Option<Subscription>>> = Rc::default();
        let leaving = {
            let own = own.clone();
            Callback::from(move |_| drop(own.borrow_mut().take()))
        };
        *own.borrow_mut() = Some(hub.subscribe(leaving));
        hub.emit(&AppEvent::SyncChanged);
        assert!(hub.listeners.borrow().is_empty());
    }
}
