//! The filters above the list.

use super::{Choice, ChoiceSelect, Glyph};
use crate::{
    context::use_i18n,
    hooks::use_hotkey,
    logic::find_in_list::{ListFilters, StatusChoice},
};
use icondata_lu::{LuListFilter, LuMailOpen, LuSearch, LuX};
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Properties of [`ListFilterBar`].
#[derive(PartialEq, Properties)]
pub struct ListFilterBarProps {
    /// The filters that are kept.
    pub filters: Rc<ListFilters>,
    /// They change.
    pub onfilters: Callback<ListFilters>,
    /// What is typed to find.
    pub typed: AttrValue,
    /// It changes.
    pub ontyped: Callback<AttrValue>,
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
            if let (true, Some(input)) = (asked, find.cast::<HtmlInputElement>()) {
                let _ = input.focus();
                input.select();
            }
            asked
        });
    }
    let oninput = props.ontyped.reform(|event: InputEvent| {
        event
            .target_unchecked_into::<HtmlInputElement>()
            .value()
            .into()
    });
    let onkeydown = use_callback(props.ontyped.clone(), |event: KeyboardEvent, ontyped| {
        if event.key() == "Escape" {
            event.prevent_default();
            ontyped.emit(AttrValue::default());
            let _ = event.target_unchecked_into::<HtmlInputElement>().blur();
        }
    });
    let clear = props.ontyped.reform(|_: MouseEvent| AttrValue::default());
    let choices = StatusChoice::every()
        .into_iter()
        .map(|choice| {
            let label = match choice {
                StatusChoice::Active => i18n.text("list-filter-active"),
                StatusChoice::All => i18n.text("list-filter-all"),
                StatusChoice::Only(status) => i18n.status(status),
            };
            Choice::new(choice.word(), label)
        })
        .collect::<Vec<_>>();
    let onstatus = {
        let (filters, onfilters) = (props.filters.clone(), props.onfilters.clone());
        Callback::from(move |word: String| {
            let status = StatusChoice::from_word(&word).unwrap_or_default();
            onfilters.emit(ListFilters {
                status,
                ..(*filters).clone()
            });
        })
    };
    let onunread = {
        let (filters, onfilters) = (props.filters.clone(), props.onfilters.clone());
        Callback::from(move |_: MouseEvent| {
            let unread_only = !filters.unread_only;
            onfilters.emit(ListFilters {
                unread_only,
                ..(*filters).clone()
            });
        })
    };
    html! {
        <div class="filters" role="search">
            <div class="find">
                <Glyph icon={LuSearch} size={16} />
                <input
                    ref={find} type="text" data-testid="find" value={props.typed.clone()}
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
            <div class="filter-row">
                <ChoiceSelect
                    label={i18n.text("list-filter-status")}
                    icon={LuListFilter}
                    value={props.filters.status.word()}
                    {choices}
                    onchange={onstatus}
                    testid="status-filter"
                />
                <button
                    type="button" class="toggle" data-testid="unread-filter"
                    aria-pressed={props.filters.unread_only.to_string()} onclick={onunread}
                >
                    <Glyph icon={LuMailOpen} size={15} />{ i18n.text("list-filter-unread") }
                </button>
            </div>
        </div>
    }
}
