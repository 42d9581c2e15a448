//! A dialog that is in front for as long as it is drawn.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

/// Opens the dialog `node` over the page. When it goes, the keyboard is where it was before: closing gives it back, taking
/// an open dialog out of the page would not.
#[hook]
pub fn use_modal(node: NodeRef) {
    use_effect_with((), move |()| {
        let dialog = node.cast::<HtmlDialogElement>();
        if let Some(dialog) = &dialog {
            // It is in the page, and was not open before.
            let _ = dialog.show_modal();
        }
        move || {
            if let Some(dialog) = dialog {
                dialog.close();
            }
        }
    });
}
