//! What answers behind the screens.
//!
//! There is one trait, [`Backend`], and what implements it is decided once, by [`find`]:
//!
//! - [`desktop`]: commands and events of the window's core. The only module that knows `invoke`.
//! - [`web`]: the same application in a worker of a browser, behind pages that the server serves.
//!
//! Components hold a [`BackendHandle`] and [`call`](BackendHandle::call) typed requests.

pub mod desktop;
mod hub;
pub mod web;

pub use hub::{EventHub, Subscription};

use palier_bridge::{AppEvent, CommandError, Request};
use palier_domain::AttachmentId;
use std::{future::Future, pin::Pin, rc::Rc};
use yew::{AttrValue, Callback};

/// A reply on its way, as JSON.
pub type RawReply = Pin<Box<dyn Future<Output = Result<String, CommandError>>>>;

/// The person is being asked.
pub type Asked = Pin<Box<dyn Future<Output = ()>>>;

/// Where the screens are: what there is not is not offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the desktop application's window.
    Window,
    /// In a browser, served by the one server that they speak to.
    Browser,
}

impl Place {
    /// What is there in a window, or in a browser.
    pub fn either<T>(self, window: T, browser: T) -> T {
        match self {
            Self::Window => window,
            Self::Browser => browser,
        }
    }
}

/// What answers requests, tells what changed, and knows where files are read.
///
/// Requests and replies pass as JSON, so that this can be a trait object; the types are put around
/// it by [`BackendHandle::call`].
pub trait Backend {
    /// Where the screens are.
    fn place(&self) -> Place {
        Place::Window
    }

    /// The server to sign in at, where it is certain enough before the application has answered that nobody is signed in:
    /// the form need not wait for it then. A window's application answers at once, and is waited for.
    fn nobody_was_here(&self) -> Option<AttrValue> {
        None
    }

    /// Keeps for the next start whether somebody is signed in.
    fn note_somebody(&self, _signed_in: bool) {}

    /// Whether it makes sense to ask the person now whether she wants notifications; a window never asks.
    fn may_offer_notifications(&self) -> bool {
        false
    }

    /// Has the browser ask the person, who has just clicked; done when she has said.
    fn ask_for_notifications(&self) -> Asked {
        Box::pin(std::future::ready(()))
    }

    /// Sends one request.
    fn call_raw(&self, command: &'static str, request: String) -> RawReply;

    /// Hears every event until the subscription is dropped.
    fn subscribe(&self, listener: Callback<AppEvent>) -> Subscription;

    /// Where the page reads a whole file.
    fn attachment_url(&self, id: AttachmentId) -> AttrValue;

    /// Where the page reads the small picture of a file.
    fn thumbnail_url(&self, id: AttachmentId) -> AttrValue;
}

/// The backend, shared by every component.
#[derive(Clone)]
pub struct BackendHandle(Rc<dyn Backend>);

impl BackendHandle {
    /// Shares a backend.
    pub fn new(backend: impl Backend + 'static) -> Self {
        Self(Rc::new(backend))
    }

    /// Where the screens are.
    pub fn place(&self) -> Place {
        self.0.place()
    }

    /// The server to sign in at, where nobody ever signed in and the application has not answered yet.
    pub fn nobody_was_here(&self) -> Option<AttrValue> {
        self.0.nobody_was_here()
    }

    /// Keeps for the next start whether somebody is signed in.
    pub fn note_somebody(&self, signed_in: bool) {
        self.0.note_somebody(signed_in);
    }

    /// Whether it makes sense to ask the person now whether she wants notifications.
    pub fn may_offer_notifications(&self) -> bool {
        self.0.may_offer_notifications()
    }

    /// Has the browser ask the person, who has just clicked; done when she has said.
    pub fn ask_for_notifications(&self) -> Asked {
        self.0.ask_for_notifications()
    }

    /// Sends one request and reads its reply.
    ///
    /// # Errors
    /// Why the backend refused; `internal` when request or reply do not read as they should.
    pub async fn call<R: Request>(&self, request: R) -> Result<R::Reply, CommandError> {
        let text = serde_json::to_string(&request).map_err(|_| broken::<R>())?;
        let reply = self.0.call_raw(R::COMMAND, text).await?;
        serde_json::from_str(&reply).map_err(|_| broken::<R>())
    }

    /// Hears every event until the subscription is dropped.
    pub fn subscribe(&self, listener: Callback<AppEvent>) -> Subscription {
        self.0.subscribe(listener)
    }

    /// Where the page reads a whole file.
    pub fn attachment_url(&self, id: AttachmentId) -> AttrValue {
        self.0.attachment_url(id)
    }

    /// Where the page reads the small picture of a file.
    pub fn thumbnail_url(&self, id: AttachmentId) -> AttrValue {
        self.0.thumbnail_url(id)
    }
}

impl PartialEq for BackendHandle {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// Screens and application are of different versions.
fn broken<R: Request>() -> CommandError {
    CommandError::Internal {
        reference: format!("wire/{}", R::COMMAND),
    }
}

/// The backend of this page; none when it was opened outside the application.
pub fn find() -> Option<BackendHandle> {
    desktop::Desktop::find()
        .map(BackendHandle::new)
        .or_else(|| web::Web::find().map(BackendHandle::new))
}

#[cfg(test)]
mod tests {
    use super::*;
    use palier_bridge::request::SyncNow;
    use std::{
        future::ready,
        task::{Context, Poll, Waker},
    };

    struct Says(&'static str);

    impl Backend for Says {
        fn call_raw(&self, _: &'static str, _: String) -> RawReply {
            Box::pin(ready(Ok(self.0.to_owned())))
        }
        fn subscribe(&self, _: Callback<AppEvent>) -> Subscription {
            EventHub::default().subscribe(Callback::noop())
        }
        fn attachment_url(&self, _: AttachmentId) -> AttrValue {
            AttrValue::default()
        }
        fn thumbnail_url(&self, _: AttachmentId) -> AttrValue {
            AttrValue::default()
        }
    }

    fn ask(reply: &'static str) -> Result<(), CommandError> {
        let backend = BackendHandle::new(Says(reply));
        let mut call = Box::pin(backend.call(SyncNow {}));
        match call.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(reply) => reply,
            Poll::Pending => panic!("nothing to wait for"),
        }
    }

    #[test]
    fn a_reply_that_does_not_read_is_an_error_with_a_reference() {
        assert_eq!(ask("null"), Ok(()));
        let reference = "wire/sync_now".to_owned();
        assert_eq!(ask("{oops"), Err(CommandError::Internal { reference }));
    }
}
