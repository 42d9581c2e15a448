//! Hearing what changed.

use crate::context::use_backend;
use palier_bridge::AppEvent;
use yew::prelude::*;

/// Calls `listener` at every event for as long as the component lives. It is always the newest
/// `listener` that is called.
#[hook]
pub fn use_app_event(listener: impl Fn(AppEvent) + 'static) {
    let backend = use_backend();
    let latest = use_mut_ref(Callback::noop);
    *latest.borrow_mut() = Callback::from(listener);
    use_effect_with(backend, move |backend| {
        let subscription = backend.subscribe(Callback::from(move |event| {
            let listener = latest.borrow().clone();
            listener.emit(event);
        }));
        move || drop(subscription)
    });
}
