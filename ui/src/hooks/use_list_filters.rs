//! What narrows the incident list: kept over a restart, and in the list's address.

use super::{UseStored, use_account_stored, use_query};
use crate::{
    logic::find_in_list::{FilterQuery, ListFilters},
    routes::Route,
};
use palier_bridge::{AppEvent, request::ListProperties, view::PropertyName};
use palier_domain::Role;
use std::rc::Rc;
use yew::prelude::*;
use yew_router::prelude::*;

/// The filters, and what can be chosen in them.
pub struct UseListFilters {
    /// The filters.
    pub filters: Rc<ListFilters>,
    /// Changes and keeps them.
    pub set: Callback<ListFilters>,
    /// The properties of the portfolios that the person runs, by name.
    pub properties: Rc<Vec<PropertyName>>,
}

/// Goes to the list of a role, narrowed.
#[hook]
pub fn use_go_to_list(role: Role) -> Callback<ListFilters> {
    let UseStored { set, .. } = use_account_stored::<ListFilters>(KEY);
    let navigator = use_navigator();
    Callback::from(move |filters: ListFilters| {
        let query = filters.query();
        set.emit(filters);
        if let Some(navigator) = &navigator {
            // A query of words and an id always fits an address.
            let _ = navigator.push_with_query(&Route::incidents(role), &query);
        }
    })
}

/// Of each account its own: a property's name is nobody else's.
const KEY: &str = "incident-filters";

/// The filters of the list of a role. Where its address has some, those are taken, and a change is written
/// into it; without any, they are as they were kept.
#[hook]
pub fn use_list_filters(role: Role) -> UseListFilters {
    let UseStored {
        value: filters,
        set,
    } = use_account_stored::<ListFilters>(KEY);
    let properties = use_query(ListProperties {}, |_, event| {
        matches!(event, AppEvent::IncidentsChanged | AppEvent::SessionChanged)
    });
    let properties = properties.data.unwrap_or_default();
    let (navigator, location) = (use_navigator(), use_location());
    let page = use_route::<Route>();
    let on_list = page == Some(Route::incidents(role));
    let asked = location
        .filter(|_| on_list)
        .and_then(|location| location.query::<FilterQuery>().ok())
        .filter(|query| *query != FilterQuery::default());
    {
        let (filters, set, properties) = (filters.clone(), set.clone(), properties.clone());
        // Only where the address changed: else it would take back what a person just chose.
        use_effect_with(asked, move |asked| {
            if let Some(asked) = asked
                && *asked != filters.query()
            {
                set.emit(asked.filters(&properties));
            }
        });
    }
    let set = Callback::from(move |filters: ListFilters| {
        let query = filters.query();
        // Kept first: the address then tells nothing new.
        set.emit(filters);
        if on_list && let Some(navigator) = &navigator {
            let _ = navigator.replace_with_query(&Route::incidents(role), &query);
        }
    });
    UseListFilters {
        filters,
        set,
        properties,
    }
}
