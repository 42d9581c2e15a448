//! What narrows the list beside its filters, each to be taken away.

use super::Glyph;
use crate::{
    clock::{local, now},
    context::use_i18n,
    logic::{dashboard::behind_words, find_in_list::ListFilters},
};
use icondata_lu::LuX;
use std::rc::Rc;
use yew::prelude::*;

/// Properties of [`NarrowingChips`].
#[derive(PartialEq, Properties)]
pub struct NarrowingChipsProps {
    /// The filters that are kept.
    pub filters: Rc<ListFilters>,
    /// They change.
    pub onfilters: Callback<ListFilters>,
}

/// A chip for property, category and the dashboard's figure; pressed, it is gone.
#[component]
pub fn NarrowingChips(props: &NarrowingChipsProps) -> Html {
    let i18n = use_i18n();
    let filters = &props.filters;
    let chip = |words: String, without: ListFilters| {
        let onclick = props.onfilters.reform(move |_: MouseEvent| without.clone());
        let label = i18n.format("list-filter-remove", &[("filter", words.clone().into())]);
        html! {
            <button
                type="button" class="narrowing" data-testid="narrowing" title={label.clone()}
                aria-label={label} {onclick}
            >
                <span>{ words }</span><Glyph icon={LuX} size={13} />
            </button>
        }
    };
    let mut chips = Vec::new();
    if let Some(behind) = filters.behind {
        let today = local(now()).date();
        let behind = behind_words(&i18n, behind, today);
        let whole = ListFilters {
            behind: None,
            ..(**filters).clone()
        };
        chips.push(chip(behind, whole));
    }
    if let Some(property) = &filters.property {
        let whole = ListFilters {
            property: None,
            ..(**filters).clone()
        };
        chips.push(chip(property.name.clone(), whole));
    }
    if let Some(category) = filters.category {
        let whole = ListFilters {
            category: None,
            ..(**filters).clone()
        };
        chips.push(chip(i18n.category(category), whole));
    }
    if chips.is_empty() {
        return html! {};
    }
    html! { <div class="narrowings">{ for chips }</div> }
}
