//! A page that is another one.

use crate::routes::Route;
use yew::prelude::*;
use yew_router::{prelude::*, query::Raw};

/// Properties of [`Elsewhere`].
#[derive(PartialEq, Properties)]
pub struct ElsewhereProps {
    /// Where it is.
    pub to: Route,
}

/// Goes there in place of this page, so that the way back does not lead here again; what stands behind the `?` of the
/// address stays.
#[component]
pub fn Elsewhere(props: &ElsewhereProps) -> Html {
    let navigator = use_navigator();
    let behind = use_location().map(|location| location.query_str().to_owned());
    use_effect_with(props.to, move |to| {
        if let Some(navigator) = navigator {
            let behind = behind.unwrap_or_default();
            let query = behind.trim_start_matches('?').to_owned();
            // Text as it is cannot be refused.
            let _ = navigator.replace_with_query(to, Raw(query));
        }
    });
    Html::default()
}
