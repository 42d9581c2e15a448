//! A dialog over the window.

use super::Glyph;
use crate::{context::use_i18n, hooks::use_modal};
use icondata_lu::LuX;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

/// Properties of [`Modal`].
#[derive(PartialEq, Properties)]
pub struct ModalProps {
    /// What it is about.
    pub title: AttrValue,
    /// Closes it: Esc, the cross, or a click beside it.
    pub onclose: Callback<()>,
    /// A press beside it does not close it: somebody is filling it in.
    #[prop_or_default]
    pub stays: bool,
    /// Finds it in tests.
    #[prop_or_default]
    pub testid: Option<AttrValue>,
    /// Classes beside `modal`.
    #[prop_or_default]
    pub class: Classes,
    /// What is in it.
    pub children: Html,
}

/// A dialog, open for as long as it is drawn. The page behind it waits.
#[component]
pub fn Modal(props: &ModalProps) -> Html {
    let i18n = use_i18n();
    let node = use_node_ref();
    use_modal(node.clone());
    let oncancel = use_callback(props.onclose.clone(), |event: Event, onclose| {
        event.prevent_default();
        onclose.emit(());
    });
    // The dialog itself is hit only where its content is not: on the backdrop.
    let onmousedown = use_callback(
        (props.onclose.clone(), props.stays),
        |event: MouseEvent, (onclose, stays)| {
            let on_backdrop = event
                .target()
                .and_then(|target| target.dyn_into::<Element>().ok())
                .is_some_and(|element| element.tag_name() == "DIALOG");
            if on_backdrop && !stays {
                onclose.emit(());
            }
        },
    );
    let onclick = props.onclose.reform(|_| ());
    html! {
        <dialog
            ref={node}
            class={classes!("modal", props.class.clone())}
            data-testid={props.testid.clone()}
            aria-label={props.title.clone()}
            {oncancel}
            {onmousedown}
        >
            <div class="modal-body">
                <h2>{ &props.title }</h2>
                { props.children.clone() }
                // Last, because the first thing in a dialog gets the keyboard.
                <button type="button" class="icon-button modal-close" aria-label={i18n.text("close")} {onclick}>
                    <Glyph icon={LuX} />
                </button>
            </div>
        </dialog>
    }
}
