//! The filters above the list.

use super::{
    Glyph, ListFilterRow,
    search_hits::{open_first_result, step_result},
};
use crate::{
    context::use_i18n, hooks::use_hotkey, logic::find_in_list::ListFilters, routes::Finding,
};
use gloo::utils::document;
use icondata_lu::{LuSearch, LuX};
use palier_bridge::view::PropertyName;
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;
use yew_router::prelude::*;

/// Properties of [`ListFilterBar`].
#[derive(PartialEq, Properties)]
pub struct ListFilterBarProps {
    /// The filters that are kept.
    pub filters: Rc<ListFilters>,
    /// They change.
    pub onfilters: Callback<ListFilters>,
    /// The properties that can be chosen, by name.
    pub properties: Rc<Vec<PropertyName>>,
    /// What is typed to find.
    pub typed: AttrValue,
    /// It changes.
    pub ontyped: Callback<AttrValue>,
}

/// Whether the field to find by words can be seen.
pub(super) fn find_is_in_sight() -> bool {
    let field = document()
        .query_selector("[data-testid=find]")
        .ok()
        .flatten();
    field.is_some_and(|field| field.get_bounding_client_rect().width() > 0.0)
}

fn take_the_keyboard(find: &NodeRef) {
    if let Some(input) = find.cast::<HtmlInputElement>() {
        let _ = input.focus();
        input.select();
    }
}

/// A field to find by words, and filters that survive a restart.
#[component]
pub fn ListFilterBar(props: &ListFilterBarProps) -> Html {
    let i18n = use_i18n();
    let find = use_node_ref();
    {
        let find = find.clone();
        use_hotkey(move |event| {
            let asked = (event.ctrl_key() || event.meta_key()) && event.key() == "k";
            if asked && find_is_in_sight() {
                take_the_keyboard(&find);
                return true;
            }
            false
        });
    }
    {
        // Asked for on another page.
        let find = find.clone();
        let location = use_location();
        let asked = location
            .and_then(|location| location.query::<Finding>().ok())
            .is_some_and(|finding| finding.find);
        use_effect_with(asked, move |asked| {
            if *asked {
                take_the_keyboard(&find);
            }
        });
    }
    let oninput = props.ontyped.reform(|event: InputEvent| {
        event
            .target_unchecked_into::<HtmlInputElement>()
            .value()
            .into()
    });
    let onkeydown = use_callback(
        props.ontyped.clone(),
        |event: KeyboardEvent, ontyped| match event.key().as_str() {
            "Escape" => {
                event.prevent_default();
                ontyped.emit(AttrValue::default());
                let _ = event.target_unchecked_into::<HtmlInputElement>().blur();
            }
            "ArrowDown" => {
                event.prevent_default();
                step_result(true);
            }
            "Enter" => open_first_result(),
            _ => {}
        },
    );
    let clear = props.ontyped.reform(|_: MouseEvent| AttrValue::default());
    html! {
        <div class="filters" role="search">
            <div class="find">
                <Glyph icon={LuSearch} size={16} />
                <input
                    ref={find} type="text" enterkeyhint="search" data-testid="find" value={props.typed.clone()}
                    placeholder={i18n.text("list-find")} aria-label={i18n.text("list-find")}
                    spellcheck="false" {oninput} {onkeydown}
                />
                if props.typed.is_empty() {
                    <kbd aria-hidden="true">{ "Ctrl K" }</kbd>
                } else {
                    <button type="button" class="icon-button small" aria-label={i18n.text("list-find-clear")} onclick={clear}>
                        <Glyph icon={LuX} size={14} />
                    </button>
                }
            </div>
            <ListFilterRow
                filters={props.filters.clone()} onfilters={props.onfilters.clone()}
                properties={props.properties.clone()}
            />
        </div>
    }
}
