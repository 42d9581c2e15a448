//! The files of a message.

use super::{Glyph, Thumbnail};
use crate::{
    context::use_i18n,
    hooks::{use_app_event, use_send},
};
use icondata_core::Icon;
use icondata_lu::{LuDownload, LuFileSpreadsheet, LuFileText, LuFileVideo, LuImage};
use palier_bridge::{
    AppEvent,
    request::{OpenAttachment, SaveAttachment},
    view::AttachmentView,
};
use palier_domain::{AttachmentId, MediaType};
use palier_i18n::size::format_bytes;
use std::collections::HashMap;
use yew::prelude::*;

/// Properties of [`TicketAttachments`].
#[derive(PartialEq, Properties)]
pub struct TicketAttachmentsProps {
    /// The files.
    pub files: Vec<AttachmentView>,
    /// A picture should be shown large.
    pub on_view: Callback<AttachmentId>,
}

/// The icon of a type of file.
pub(crate) fn file_icon(media_type: MediaType) -> Icon {
    match media_type {
        MediaType::Jpeg | MediaType::Png | MediaType::Webp | MediaType::Heic => LuImage,
        MediaType::Pdf | MediaType::Txt | MediaType::Docx | MediaType::Odt => LuFileText,
        MediaType::Xlsx => LuFileSpreadsheet,
        MediaType::Mp4 => LuFileVideo,
    }
}

/// Pictures side by side, other files as cards that open in the system's application.
#[component]
pub fn TicketAttachments(props: &TicketAttachmentsProps) -> Html {
    let i18n = use_i18n();
    let open = use_send::<OpenAttachment>();
    let save = use_send::<SaveAttachment>();
    let shown = |file: &AttachmentView| file.media_type.is_image() && file.has_thumbnail;
    let (pictures, others): (Vec<_>, Vec<_>) = props.files.iter().partition(|file| shown(file));
    let coming = use_state_eq(HashMap::<AttachmentId, u8>::new);
    {
        let (coming, ours) = (coming.clone(), props.files.clone());
        use_app_event(move |event| {
            if let AppEvent::FileProgress {
                attachment_id,
                percent,
            } = event
                && ours.iter().any(|file| file.id == attachment_id)
            {
                let mut now = (*coming).clone();
                match percent {
                    Some(percent) => now.insert(attachment_id, percent),
                    None => now.remove(&attachment_id),
                };
                coming.set(now);
            }
        });
    }
    let named =
        |key: &str, file: &AttachmentView| i18n.format(key, &[("name", file.name.as_str().into())]);
    let picture = |file: &AttachmentView| {
        let id = file.id;
        html! {
            <button
                key={id.to_string()} type="button" class="thumb" data-testid="ticket-attachment"
                data-attachment-id={id.to_string()}
                aria-label={named("file-open", file)} title={file.name.clone()}
                onclick={props.on_view.reform(move |_: MouseEvent| id)}
            >
                <Thumbnail file={file.clone()} />
            </button>
        }
    };
    let card = |file: &AttachmentView| {
        let attachment_id = file.id;
        let size = format_bytes(i18n.language(), file.size);
        let about = match coming.get(&attachment_id) {
            Some(percent) => i18n.format("file-coming", &[("percent", (*percent).into())]),
            None => format!("{} · {size}", i18n.media_type(file.media_type)),
        };
        html! {
            <div
                key={attachment_id.to_string()} class="file" data-testid="ticket-attachment"
                data-attachment-id={attachment_id.to_string()}
            >
                <button
                    type="button" class="file-open" title={named("file-open", file)}
                    onclick={open.reform(move |_: MouseEvent| OpenAttachment { attachment_id })}
                >
                    <Glyph icon={file_icon(file.media_type)} size={22} />
                    <span>
                        <span class="file-name">{ &file.name }</span>
                        <span class="quiet">{ about }</span>
                        if let Some(percent) = coming.get(&attachment_id) {
                            <progress max="100" value={percent.to_string()} aria-hidden="true"></progress>
                        }
                    </span>
                </button>
                <button
                    type="button" class="icon-button" aria-label={named("file-save", file)} title={i18n.text("file-save-short")}
                    onclick={save.reform(move |_: MouseEvent| SaveAttachment { attachment_id })}
                >
                    <Glyph icon={LuDownload} size={16} />
                </button>
            </div>
        }
    };
    html! {
        <div class="files">
            if !pictures.is_empty() {
                <div class="thumbs" data-count={pictures.len().to_string()}>{ for pictures.into_iter().map(picture) }</div>
            }
            { for others.into_iter().map(card) }
        </div>
    }
}
