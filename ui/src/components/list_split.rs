//! The border between list and thread, which can be moved.

use crate::{
    context::use_i18n,
    hooks::{UseStored, use_stored, use_width},
    logic::list_split::{Moved, NARROWEST, moved_by_key, style, widest},
};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// The list's width in pixels, if somebody chose one: kept for this device.
const KEY: &str = "list-width";

/// The style that the page's columns follow.
const STYLE: &str = "--list";

/// Properties of [`ListSplit`].
#[derive(PartialEq, Properties)]
pub struct ListSplitProps {
    /// The page: list and thread.
    pub page: NodeRef,
    /// The list, with this border in it.
    pub list: NodeRef,
}

/// Moved by dragging, or by arrows, Home and End; Enter or a double click put it back. It is the only thing drawn
/// again meanwhile.
#[component]
pub fn ListSplit(props: &ListSplitProps) -> Html {
    let i18n = use_i18n();
    let UseStored { value: chosen, set } = use_stored::<Option<u32>>(KEY);
    let (page, list) = (use_width(props.page.clone()), use_width(props.list.clone()));
    use_effect_with((*chosen, props.page.clone()), |(chosen, page)| {
        wear(page, *chosen);
    });
    let onkeydown = {
        let (set, nodes) = (set.clone(), (props.page.clone(), props.list.clone()));
        Callback::from(move |event: KeyboardEvent| {
            let plain = !event.ctrl_key() && !event.alt_key() && !event.meta_key();
            // As wide as they are now: what was drawn may be a frame behind.
            let (page, list) = (width_of(&nodes.0), width_of(&nodes.1));
            let moved = moved_by_key(&event.key(), list, page).filter(|_| plain);
            if let Some(moved) = moved {
                event.prevent_default();
                set.emit(match moved {
                    Moved::To(wide) => Some(wide),
                    Moved::Usual => None,
                });
            }
        })
    };
    // No words are marked on the way; the keyboard comes along all the same.
    let onmousedown = Callback::from(|event: MouseEvent| {
        event.prevent_default();
        if let Some(border) = border(&event) {
            let _ = border.focus();
        }
    });
    let onpointerdown = Callback::from(|event: PointerEvent| {
        if let Some(border) = border(&event).filter(|_| event.button() == 0) {
            // A pointer that is gone already moves nothing.
            let _ = border.set_pointer_capture(event.pointer_id());
        }
    });
    let moved_to = use_mut_ref(|| None::<u32>);
    let dragged = {
        let nodes = (props.page.clone(), props.list.clone());
        move |event: &PointerEvent| {
            let held = border(event)?.has_pointer_capture(event.pointer_id());
            let list = nodes.1.cast::<Element>().filter(|_| held)?;
            let wide = f64::from(event.client_x()) - list.get_bounding_client_rect().left();
            Some((wide.max(0.0) as u32).clamp(NARROWEST, widest(width_of(&nodes.0))))
        }
    };
    let onpointermove = {
        let (page, moved_to) = (props.page.clone(), moved_to.clone());
        Callback::from(move |event: PointerEvent| {
            if let Some(wide) = dragged(&event) {
                moved_to.replace(Some(wide));
                wear(&page, Some(wide));
            }
        })
    };
    let onpointerup = {
        let set = set.clone();
        Callback::from(move |_: PointerEvent| {
            // A click alone moves nothing.
            if let Some(wide) = moved_to.take() {
                set.emit(Some(wide));
            }
        })
    };
    let ondblclick = set.reform(|_: MouseEvent| None);
    html! {
        <div
            class="list-split" data-testid="list-split" role="separator" tabindex="0"
            aria-orientation="vertical" aria-label={i18n.text("list-width")} title={i18n.text("list-width-hint")}
            aria-valuenow={list.to_string()} aria-valuemin={NARROWEST.to_string()}
            aria-valuemax={widest(page).to_string()} aria-controls="incident-list"
            {onkeydown} {onmousedown} {onpointerdown} {onpointermove} {onpointerup} {ondblclick}
        />
    }
}

/// The border itself: there is nothing in it, and what catches events for Yew is the page.
fn border(event: &Event) -> Option<HtmlElement> {
    event.target()?.dyn_into().ok()
}

fn width_of(node: &NodeRef) -> u32 {
    let element = node.cast::<Element>();
    element.map_or(0, |element| element.client_width().unsigned_abs())
}

/// Gives the list that width on this page, or its usual one.
fn wear(page: &NodeRef, wide: Option<u32>) {
    let Some(page) = page.cast::<HtmlElement>() else {
        return;
    };
    // Neither name nor value can be refused.
    let _ = match wide {
        Some(wide) => page.style().set_property(STYLE, &style(wide)),
        None => page.style().remove_property(STYLE).map(drop),
    };
}
