//! A place with nothing in it says what to do next.

use super::Glyph;
use icondata_core::Icon;
use yew::prelude::*;

/// Properties of [`EmptyState`].
#[derive(PartialEq, Properties)]
pub struct EmptyStateProps {
    /// What the place is about.
    pub icon: Icon,
    /// In a few words.
    pub title: AttrValue,
    /// What to do next.
    #[prop_or_default]
    pub body: AttrValue,
    /// It is all that the page has: its words are the page's heading.
    #[prop_or_default]
    pub whole: bool,
    /// The way out, as buttons.
    #[prop_or_default]
    pub children: Html,
}

/// An icon, a few words, and what to do next.
#[component]
pub fn EmptyState(props: &EmptyStateProps) -> Html {
    html! {
        <div class="empty">
            <span class="empty-icon"><Glyph icon={props.icon} size={26} /></span>
            if props.whole { <h1>{ &props.title }</h1> } else { <h2>{ &props.title }</h2> }
            if !props.body.is_empty() { <p>{ &props.body }</p> }
            <div class="empty-actions">{ props.children.clone() }</div>
        </div>
    }
}
