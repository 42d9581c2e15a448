//! A moment, short, with the exact one for whoever points at it.

use crate::{clock::local, context::use_i18n, hooks::use_now};
use chrono::{DateTime, Utc};
use yew::prelude::*;

/// Properties of [`TimeMark`].
#[derive(PartialEq, Properties)]
pub struct TimeMarkProps {
    /// When.
    pub at: DateTime<Utc>,
    /// Only the time of day, where the day is said elsewhere.
    #[prop_or_default]
    pub time_only: bool,
}

/// How long ago something was.
#[component]
pub fn TimeMark(props: &TimeMarkProps) -> Html {
    let i18n = use_i18n();
    let now = use_now();
    let at = local(props.at);
    let short = if props.time_only {
        i18n.time_of_day(at)
    } else {
        i18n.ago(at, local(now))
    };
    html! {
        <time datetime={props.at.to_rfc3339()} title={i18n.exact(at)}>{ short }</time>
    }
}
