//! What narrows the list: status, unread, property, category, priority, and what the dashboard counted.

use super::{Choice, ChoiceSelect, Glyph, NarrowingChip, priority_mark::priority_icon};
use crate::{
    context::use_i18n,
    logic::find_in_list::{ListFilters, StatusChoice},
};
use icondata_lu::{LuListFilter, LuMailOpen};
use palier_bridge::view::PropertyName;
use palier_domain::{Category, Priority};
use std::rc::Rc;
use yew::prelude::*;

/// Properties of [`ListFilterRow`].
#[derive(PartialEq, Properties)]
pub struct ListFilterRowProps {
    /// The filters that are kept.
    pub filters: Rc<ListFilters>,
    /// They change.
    pub onfilters: Callback<ListFilters>,
    /// The properties that can be chosen, by name.
    pub properties: Rc<Vec<PropertyName>>,
}

/// Native lists and a switch, each of which the Tab key reaches.
#[component]
pub fn ListFilterRow(props: &ListFilterRowProps) -> Html {
    let i18n = use_i18n();
    let filters = &props.filters;
    macro_rules! changes {
        ($word:ident: $type:ty => $field:ident = $value:expr) => {{
            let (filters, onfilters) = (filters.clone(), props.onfilters.clone());
            let properties = props.properties.clone();
            Callback::from(move |$word: $type| {
                let change: fn($type, &ListFilters, &[PropertyName]) -> _ = $value;
                let $field = change($word, &filters, &properties);
                onfilters.emit(ListFilters {
                    $field,
                    ..(*filters).clone()
                });
            })
        }};
    }
    let onstatus = changes!(word: String => status =
        |word, _, _| StatusChoice::from_word(&word).unwrap_or_default());
    let onunread =
        changes!(event: MouseEvent => unread_only = |_, filters, _| !filters.unread_only);
    let onproperty = changes!(id: String => property =
        |id, _, known| known.iter().find(|it| it.id.to_string() == id).cloned());
    let oncategory =
        changes!(word: String => category = |word, _, _| word.parse::<Category>().ok());
    let onpriority =
        changes!(word: String => priority = |word, _, _| word.parse::<Priority>().ok());

    let statuses = StatusChoice::every()
        .into_iter()
        .map(|choice| Choice::new(choice.word(), choice.name(&i18n)))
        .collect::<Vec<_>>();
    let categories = Category::ALL
        .iter()
        .map(|category| Choice::new(category.as_str(), i18n.category(*category)));
    let categories = with_all(i18n.text("list-filter-every-category"), categories);
    // What presses most is looked for most.
    let priorities = Priority::ALL
        .iter()
        .rev()
        .map(|priority| Choice::new(priority.as_str(), i18n.priority(*priority)));
    let priorities = with_all(i18n.text("list-filter-every-priority"), priorities);
    // One that is gone, or not here yet, is still what narrows the list.
    let chosen = filters.property.as_ref();
    let unknown = chosen.filter(|chosen| !props.properties.iter().any(|it| it.id == chosen.id));
    let properties = props
        .properties
        .iter()
        .chain(unknown)
        .map(|property| Choice::new(property.id.to_string(), property.name.clone()));
    let properties = with_all(i18n.text("list-filter-every-property"), properties);
    let narrows = |narrows: bool| narrows.then_some("narrows");
    html! {
        <>
            <div class="filter-row">
                <ChoiceSelect
                    label={i18n.text("list-filter-status")} icon={LuListFilter} value={filters.status.word()}
                    choices={statuses} onchange={onstatus} testid="status-filter"
                />
                <button
                    type="button" class="toggle" data-testid="unread-filter"
                    aria-pressed={filters.unread_only.to_string()} onclick={onunread}
                >
                    <Glyph icon={LuMailOpen} size={15} />{ i18n.text("list-filter-unread") }
                </button>
                // One home alone leaves nothing to choose.
                if properties.len() > 2 || chosen.is_some() {
                    <ChoiceSelect
                        label={i18n.text("list-filter-property")}
                        value={chosen.map(|it| it.id.to_string()).unwrap_or_default()}
                        choices={properties} onchange={onproperty} testid="property-filter"
                        class={classes!("of-property", narrows(chosen.is_some()))}
                    />
                }
                <ChoiceSelect
                    label={i18n.text("list-filter-category")}
                    value={filters.category.map(|it| it.as_str()).unwrap_or_default()}
                    choices={categories} onchange={oncategory} testid="category-filter"
                    class={classes!(narrows(filters.category.is_some()))}
                />
                <ChoiceSelect
                    label={i18n.text("list-filter-priority")} icon={filters.priority.map(priority_icon)}
                    value={filters.priority.map(|it| it.as_str()).unwrap_or_default()}
                    choices={priorities} onchange={onpriority} testid="priority-filter"
                    class={classes!(narrows(filters.priority.is_some()))}
                />
            </div>
            if let Some(behind) = filters.behind {
                <NarrowingChip {behind} onremove={changes!(click: () => behind = |(), _, _| None)} />
            }
        </>
    }
}

fn with_all(all: String, each: impl Iterator<Item = Choice>) -> Vec<Choice> {
    std::iter::once(Choice::new("", all)).chain(each).collect()
}
