//! The broadcast channel, as messages.

use js_sys::{Array, Object, Reflect};
use palier_bridge::page::{CHANNEL, ToPages, ToWorker};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, File, MessageEvent};

/// What pages and worker say to each other.
#[derive(Clone)]
pub struct Channel(Rc<BroadcastChannel>);

impl Channel {
    /// Joins it.
    ///
    /// # Errors
    /// The browser has none.
    pub fn join() -> Result<Self, JsValue> {
        BroadcastChannel::new(CHANNEL).map(|it| Self(Rc::new(it)))
    }

    /// Hears what pages say, for as long as this worker lives.
    pub fn hear(&self, mut heard: impl FnMut(ToWorker, Vec<File>) + 'static) {
        let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some((message, files)) = read(&event.data()) {
                heard(message, files);
            }
        });
        self.0
            .set_onmessage(Some(listener.as_ref().unchecked_ref()));
        listener.forget();
    }

    /// Says something to the pages.
    pub fn say(&self, message: &ToPages, file: Option<&File>) {
        if let Err(error) = self.post(message, file) {
            tracing::warn!(?error, "the pages were not told");
        }
    }

    fn post(&self, message: &ToPages, file: Option<&File>) -> Result<(), JsValue> {
        let text = serde_json::to_string(message).map_err(|error| error.to_string())?;
        let carrier = Object::new();
        Reflect::set(&carrier, &"text".into(), &text.into())?;
        Reflect::set(
            &carrier,
            &"files".into(),
            &file.into_iter().collect::<Array>(),
        )?;
        self.0.post_message(&carrier)
    }
}

fn read(data: &JsValue) -> Option<(ToWorker, Vec<File>)> {
    let text = Reflect::get(data, &"text".into()).ok()?.as_string()?;
    // What is said to pages is heard as well, and passed over.
    let message = serde_json::from_str(&text).ok()?;
    let files = Reflect::get(data, &"files".into()).ok();
    let files = files.as_ref().filter(|it| Array::is_array(it));
    let files = files.map_or_else(Vec::new, |it| Array::from(it).to_vec());
    let files = files.into_iter().filter_map(|it| it.dyn_into().ok());
    Some((message, files.collect()))
}
