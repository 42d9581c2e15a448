//! The files of a draft.

use super::{Glyph, Thumbnail};
use crate::context::use_i18n;
use icondata_lu::LuX;
use palier_bridge::view::AttachmentView;
use palier_domain::AttachmentId;
use palier_i18n::size::format_bytes;
use std::rc::Rc;
use yew::prelude::*;

/// Properties of [`ComposerFiles`].
#[derive(PartialEq, Properties)]
pub struct ComposerFilesProps {
    /// The files.
    pub files: Rc<Vec<AttachmentView>>,
    /// One should be taken out.
    pub onremove: Callback<AttachmentId>,
}

/// Thumbnails and names of what will be sent along, each with a way to take it out.
#[component]
pub fn ComposerFiles(props: &ComposerFilesProps) -> Html {
    let i18n = use_i18n();
    if props.files.is_empty() {
        return Html::default();
    }
    html! {
        <ul class="composer-files" aria-label={i18n.text("composer-files")}>
            { for props.files.iter().map(|file| {
                let id = file.id;
                let remove = i18n.format("composer-remove", &[("name", file.name.as_str().into())]);
                html! {
                    <li key={id.to_string()} class="composer-file" data-testid="draft-attachment" data-attachment-id={id.to_string()} title={file.name.clone()}>
                        <Thumbnail file={file.clone()} />
                        <span class="composer-file-words">
                            <span class="file-name">{ &file.name }</span>
                            <span class="quiet">{ format_bytes(i18n.language(), file.size) }</span>
                        </span>
                        <button
                            type="button" class="icon-button small" data-testid="remove-attachment"
                            aria-label={remove.clone()} title={remove} onclick={props.onremove.reform(move |_: MouseEvent| id)}
                        >
                            <Glyph icon={LuX} size={14} />
                        </button>
                    </li>
                }
            }) }
        </ul>
    }
}
