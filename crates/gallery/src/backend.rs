//! What answers behind the screens of the gallery.

use crate::{fixtures::pictures, replies::Replies};
use palier_bridge::AppEvent;
use palier_domain::AttachmentId;
use palier_ui::backend::{Backend, EventHub, RawReply, Subscription};
use yew::{AttrValue, Callback};

/// Answers every request from a table, and tells what a scene wants told.
pub struct FixtureBackend {
    replies: Replies,
    hub: EventHub,
}

impl FixtureBackend {
    /// Answers from `replies`; what `hub` emits is heard by the screens.
    pub fn new(replies: Replies, hub: EventHub) -> Self {
        Self { replies, hub }
    }
}

impl Backend for FixtureBackend {
    fn call_raw(&self, command: &'static str, request: String) -> RawReply {
        self.replies.to(command, &request)
    }

    fn subscribe(&self, listener: Callback<AppEvent>) -> Subscription {
        self.hub.subscribe(listener)
    }

    fn attachment_url(&self, id: AttachmentId) -> AttrValue {
        pictures::url(id)
    }

    fn thumbnail_url(&self, id: AttachmentId) -> AttrValue {
        pictures::url(id)
    }
}
