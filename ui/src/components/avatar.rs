//! The letters that stand for a person.

use crate::logic::display::initials;
use yew::prelude::*;

/// Properties of [`Avatar`].
#[derive(PartialEq, Properties)]
pub struct AvatarProps {
    /// The person's name.
    pub name: AttrValue,
}

/// A round with a person's initials.
#[component]
pub fn Avatar(props: &AvatarProps) -> Html {
    html! { <span class="avatar" aria-hidden="true">{ initials(&props.name) }</span> }
}
