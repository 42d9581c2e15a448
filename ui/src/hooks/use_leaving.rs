//! Saying when everything typed is saved.

use super::{SerialQueue, use_app_event};
use crate::context::use_backend;
use gloo::timers::callback::Timeout;
use palier_bridge::{AppEvent, request::ReadyToLeave};

/// Answers the application when it is about to end and `saving` has nothing left to do.
#[yew::hook]
pub fn use_leaving(saving: SerialQueue) {
    let backend = use_backend();
    use_app_event(move |event| {
        if event != AppEvent::Leaving {
            return;
        }
        let (saving, backend) = (saving.clone(), backend.clone());
        // After every other listener of this event has put what it saves into the queue.
        Timeout::new(0, move || {
            saving.push(async move {
                // Whoever is no longer heard needs no answer.
                let _ = backend.call(ReadyToLeave {}).await;
            });
        })
        .forget();
    });
}
