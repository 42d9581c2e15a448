//! What a person pastes.

use wasm_bindgen::JsCast;
use web_sys::ClipboardEvent;

/// Whether words are being pasted: the field takes those itself. A picture has none.
pub fn pastes_words(event: &web_sys::Event) -> bool {
    event
        .dyn_ref::<ClipboardEvent>()
        .and_then(ClipboardEvent::clipboard_data)
        .and_then(|data| data.get_data("text/plain").ok())
        .is_some_and(|words| !words.is_empty())
}
