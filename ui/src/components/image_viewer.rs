//! Pictures, large.

use super::Glyph;
use crate::{
    context::{use_backend, use_i18n},
    hooks::{use_modal, use_send},
};
use icondata_lu::{LuChevronLeft, LuChevronRight, LuDownload, LuX, LuZoomIn, LuZoomOut};
use palier_bridge::{request::SaveAttachment, view::AttachmentView};
use palier_domain::AttachmentId;
use std::rc::Rc;
use web_sys::Element;
use yew::prelude::*;

/// Properties of [`ImageViewer`].
#[derive(PartialEq, Properties)]
pub struct ImageViewerProps {
    /// Every picture of the thread, in order.
    pub images: Rc<Vec<AttachmentView>>,
    /// The one to begin with.
    pub first: AttachmentId,
    /// Closes it.
    pub onclose: Callback<()>,
}

/// A dialog that fills the window with one picture; arrows leaf, a click zooms, Esc closes.
#[component]
pub fn ImageViewer(props: &ImageViewerProps) -> Html {
    let i18n = use_i18n();
    let backend = use_backend();
    let save = use_send::<SaveAttachment>();
    let node = use_node_ref();
    let begin = props
        .images
        .iter()
        .position(|image| image.id == props.first)
        .unwrap_or_default();
    let index = use_state_eq(move || begin);
    let zoomed = use_state_eq(|| false);
    let broken = use_state_eq(|| None::<AttachmentId>);
    use_modal(node.clone());
    let count = props.images.len();
    let leaf = {
        let (index, zoomed) = (index.clone(), zoomed.setter());
        Callback::from(move |forwards: bool| {
            let next = if forwards {
                *index + 1
            } else {
                index.wrapping_sub(1)
            };
            if next < count {
                zoomed.set(false);
                index.set(next);
            }
        })
    };
    let stage = use_node_ref();
    let onkeydown = {
        let stage = stage.clone();
        use_callback(
            (leaf.clone(), *zoomed),
            move |event: KeyboardEvent, (leaf, zoomed)| {
                let Some((right, down)) = direction(&event.key()) else {
                    return;
                };
                match stage.cast::<Element>().filter(|_| *zoomed) {
                    // A zoomed picture is larger than its stage, whatever has the keyboard.
                    Some(stage) => {
                        event.prevent_default();
                        stage.scroll_by_with_x_and_y(right * SCROLL, down * SCROLL);
                    }
                    None if right != 0.0 => leaf.emit(right > 0.0),
                    None => {}
                }
            },
        )
    };
    let oncancel = use_callback(props.onclose.clone(), |event: Event, onclose| {
        event.prevent_default();
        onclose.emit(());
    });
    let Some(image) = props.images.get(*index) else {
        return Html::default();
    };
    let attachment_id = image.id;
    let label = i18n.format(
        "viewer-label",
        &[
            ("position", (*index + 1).into()),
            ("count", count.into()),
            ("name", image.name.as_str().into()),
        ],
    );
    let close = props.onclose.reform(|_: MouseEvent| ());
    let zoom = zooming(&zoomed);
    let fail = {
        let broken = broken.setter();
        Callback::from(move |_: Event| broken.set(Some(attachment_id)))
    };
    html! {
        <dialog ref={node} class="viewer" aria-label={label.clone()} data-testid="viewer" {oncancel} {onkeydown}>
            <header class="viewer-head">
                <p><strong>{ &image.name }</strong><span>{ format!("{} / {count}", *index + 1) }</span></p>
                <button type="button" class="icon-button" aria-label={i18n.text("viewer-zoom")} title={i18n.text("viewer-zoom")} onclick={zoom.clone()}>
                    <Glyph icon={if *zoomed { LuZoomOut } else { LuZoomIn }} />
                </button>
                <button
                    type="button" class="icon-button" aria-label={i18n.text("file-save-short")} title={i18n.text("file-save-short")}
                    onclick={save.reform(move |_: MouseEvent| SaveAttachment { attachment_id })}
                >
                    <Glyph icon={LuDownload} />
                </button>
                <button type="button" class="icon-button" aria-label={i18n.text("close")} title={i18n.text("close")} onclick={close.clone()}>
                    <Glyph icon={LuX} />
                </button>
            </header>
            // Zoomed, it scrolls; what had the keyboard then keeps it afterwards.
            <div ref={stage} class="viewer-stage" data-zoomed={zoomed.to_string()} tabindex={if *zoomed { "0" } else { "-1" }}>
                if *broken == Some(attachment_id) {
                    <p class="viewer-failed" role="alert">{ i18n.text("viewer-failed") }</p>
                } else {
                    <img
                        key={attachment_id.to_string()} src={backend.attachment_url(attachment_id)} alt={image.name.clone()}
                        draggable="false" onclick={zoom} onerror={fail}
                    />
                }
            </div>
            // At either end they stay: the keyboard would be lost with the one that has it.
            if count > 1 {
                <button type="button" class="icon-button viewer-previous" aria-disabled={(*index == 0).to_string()} aria-label={i18n.text("viewer-previous")} onclick={leaf.reform(|_: MouseEvent| false)}>
                    <Glyph icon={LuChevronLeft} size={28} />
                </button>
                <button type="button" class="icon-button viewer-next" aria-disabled={(*index + 1 == count).to_string()} aria-label={i18n.text("viewer-next")} onclick={leaf.reform(|_: MouseEvent| true)}>
                    <Glyph icon={LuChevronRight} size={28} />
                </button>
            }
        </dialog>
    }
}

/// So far one press of an arrow scrolls, in pixels.
const SCROLL: f64 = 60.0;

/// Where an arrow points: to the right, down.
fn direction(key: &str) -> Option<(f64, f64)> {
    match key {
        "ArrowRight" => Some((1.0, 0.0)),
        "ArrowLeft" => Some((-1.0, 0.0)),
        "ArrowDown" => Some((0.0, 1.0)),
        "ArrowUp" => Some((0.0, -1.0)),
        _ => None,
    }
}

/// Zooms in and out.
fn zooming(zoomed: &UseStateHandle<bool>) -> Callback<MouseEvent> {
    let zoomed = zoomed.clone();
    Callback::from(move |_| zoomed.set(!*zoomed))
}
