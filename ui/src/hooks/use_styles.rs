//! Measures that only the screen knows, given to an element.

use web_sys::HtmlElement;
use yew::prelude::*;

/// Goes on the element that gets these properties. By way of its object: as an attribute, the content security policy
/// would have to allow styles that come with the page.
#[hook]
pub fn use_styles(styles: Vec<(&'static str, String)>) -> NodeRef {
    let node = use_node_ref();
    use_effect_with((node.clone(), styles), |(node, styles)| {
        if let Some(element) = node.cast::<HtmlElement>() {
            for (name, value) in styles {
                // Refused only where name or value are none of a browser's.
                let _ = element.style().set_property(name, value);
            }
        }
    });
    node
}
