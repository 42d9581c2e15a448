//! What answers behind the screens of the gallery.

use crate::{fixtures::pictures, replies::Replies};
use palier_bridge::AppEvent;
use palier_domain::AttachmentId;
use palier_ui::backend::{Backend, EventHub, Place, RawReply, Subscription};
use yew::{AttrValue, Callback};

/// Answers every request from a table, and tells what a scene wants told.
pub struct FixtureBackend {
    replies: Replies,
    hub: EventHub,
    place: Place,
    offers_notifications: bool,
}

impl FixtureBackend {
    /// Answers from `replies`; what `hub` emits is heard by the screens.
    pub fn new(replies: Replies, hub: EventHub) -> Self {
        Self {
            replies,
            hub,
            place: Place::Window,
            offers_notifications: false,
        }
    }

    /// The same there.
    #[must_use]
    pub fn at(self, place: Place, offers_notifications: bool) -> Self {
        Self {
            place,
            offers_notifications,
            ..self
        }
    }
}

impl Backend for FixtureBackend {
    fn place(&self) -> Place {
        self.place
    }

    fn may_offer_notifications(&self) -> bool {
        self.offers_notifications
    }

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
