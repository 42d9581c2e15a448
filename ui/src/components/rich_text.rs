//! What a person wrote: text and links, never HTML.

use crate::logic::links::{Stretch, stretches};
use yew::prelude::*;

/// Properties of [`RichText`].
#[derive(PartialEq, Properties)]
pub struct RichTextProps {
    /// As written.
    pub text: AttrValue,
}

/// Text with its links. Links leave the application.
#[component]
pub fn RichText(props: &RichTextProps) -> Html {
    stretches(&props.text)
        .into_iter()
        .map(|stretch| match stretch {
            Stretch::Plain(text) => html! { { text } },
            Stretch::Link { text, href } => html! {
                <a {href} target="_blank" rel="noopener noreferrer">{ text }</a>
            },
        })
        .collect()
}
