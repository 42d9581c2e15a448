//! Doing something and saying when it was refused.

use crate::context::{Announcement, use_announce, use_backend};
use palier_bridge::Request;
use yew::{platform::spawn_local, prelude::*};

/// A callback that sends a request, and announces the error where there is one.
#[hook]
pub fn use_send<R: Request>() -> Callback<R> {
    use_send_or(Callback::noop())
}

/// As [`use_send`], and calls `refused` after an error: what was shown ahead must be put right.
#[hook]
pub fn use_send_or<R: Request>(refused: Callback<()>) -> Callback<R> {
    let backend = use_backend();
    let announce = use_announce();
    Callback::from(move |request: R| {
        let (backend, announce) = (backend.clone(), announce.clone());
        let refused = refused.clone();
        spawn_local(async move {
            if let Err(error) = backend.call(request).await {
                announce.emit(Announcement::Error(error));
                refused.emit(());
            }
        });
    })
}
