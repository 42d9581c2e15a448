//! How much an incident presses.

use super::Glyph;
use crate::context::use_i18n;
use icondata_core::Icon;
use icondata_lu::{LuChevronDown, LuChevronsUp, LuMinus, LuSiren};
use palier_domain::Priority;
use yew::prelude::*;

/// Properties of [`PriorityMark`].
#[derive(PartialEq, Properties)]
pub struct PriorityMarkProps {
    /// Which priority.
    pub priority: Priority,
}

/// The icon of a priority.
pub(crate) fn priority_icon(priority: Priority) -> Icon {
    match priority {
        Priority::Low => LuChevronDown,
        Priority::Normal => LuMinus,
        Priority::High => LuChevronsUp,
        Priority::Emergency => LuSiren,
    }
}

/// A priority as icon and word; the usual one says nothing.
#[component]
pub fn PriorityMark(props: &PriorityMarkProps) -> Html {
    let i18n = use_i18n();
    let priority = props.priority;
    if priority == Priority::Normal {
        return Html::default();
    }
    html! {
        <span class="chip" data-priority={priority.as_str()}>
            <Glyph icon={priority_icon(priority)} size={13} />
            { i18n.priority(priority) }
        </span>
    }
}
