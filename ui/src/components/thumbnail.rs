//! The small picture of a file.

use super::{Glyph, ticket_attachments::file_icon};
use crate::{context::use_backend, hooks::use_app_event};
use palier_bridge::{AppEvent, view::AttachmentView};
use yew::prelude::*;

/// Properties of [`Thumbnail`].
#[derive(PartialEq, Properties)]
pub struct ThumbnailProps {
    /// The file.
    pub file: AttachmentView,
}

/// A small picture; its icon where there is none or it is not on this device yet.
#[component]
pub fn Thumbnail(props: &ThumbnailProps) -> Html {
    let backend = use_backend();
    let file = &props.file;
    let missing = use_state_eq(|| false);
    {
        // Whatever was missing may have come.
        let missing = missing.setter();
        use_app_event(move |event| {
            if matches!(
                event,
                AppEvent::ThreadChanged { .. } | AppEvent::SyncChanged
            ) {
                missing.set(false);
            }
        });
    }
    if *missing || !file.has_thumbnail {
        return html! {
            <span class="thumb-missing"><Glyph icon={file_icon(file.media_type)} size={22} /></span>
        };
    }
    let onerror = {
        let missing = missing.setter();
        Callback::from(move |_: Event| missing.set(true))
    };
    html! {
        <img
            src={backend.thumbnail_url(file.id)} alt="" loading="lazy" draggable="false" {onerror}
        />
    }
}
