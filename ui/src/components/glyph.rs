//! An icon of the Lucide set.

use icondata_core::Icon;
use yew::prelude::*;

/// Properties of [`Glyph`].
#[derive(PartialEq, Properties)]
pub struct GlyphProps {
    /// Which icon.
    pub icon: Icon,
    /// Width and height in pixels.
    #[prop_or(18)]
    pub size: u16,
    /// Classes beside `glyph`.
    #[prop_or_default]
    pub class: Classes,
}

/// An icon, hidden from screen readers: a word always stands beside it or in a label.
#[component]
pub fn Glyph(props: &GlyphProps) -> Html {
    let icon = props.icon;
    let size = props.size.to_string();
    // Static text of the icon crate, never anything that a person wrote.
    let shapes = Html::from_html_unchecked(AttrValue::Static(icon.data));
    html! {
        <svg
            class={classes!("glyph", props.class.clone())}
            width={size.clone()}
            height={size}
            viewBox={icon.view_box.map(AttrValue::Static)}
            fill="none"
            stroke="currentColor"
            stroke-width="1.75"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
            focusable="false"
        >
            { shapes }
        </svg>
    }
}
