//! The small things that say how something stands.

use palier_domain::{Category, Priority, Status};
use palier_ui::components::{
    Avatar, CategoryIcon, IncidentTicketNotification, PriorityMark, StatusChip,
};
use yew::prelude::*;

/// Statuses, priorities, categories, badges, initials.
#[component]
pub fn Marks() -> Html {
    html! {
        <>
            <h2>{ "StatusChip" }</h2>
            <p class="board-row">{ for Status::ALL.iter().map(|status| html! { <StatusChip status={*status} /> }) }</p>
            <h2>{ "PriorityMark" }</h2>
            <p class="board-row">{ for Priority::ALL.iter().map(|priority| html! { <PriorityMark priority={*priority} /> }) }</p>
            <h2>{ "CategoryIcon" }</h2>
            <p class="board-row">{ for Category::ALL.iter().map(|category| html! { <CategoryIcon category={*category} /> }) }</p>
            <h2>{ "IncidentTicketNotification" }</h2>
            <p class="board-row">{ for [1_u64, 12, 99, 100, 12_345].map(|unread| html! { <IncidentTicketNotification {unread} /> }) }</p>
            <h2>{ "Avatar" }</h2>
            <p class="board-row">
                { for ["Awa Diallo", "Jeanne Moreau-Kervella", "É", "李 明"].map(|name| html! { <Avatar {name} /> }) }
            </p>
        </>
    }
}
