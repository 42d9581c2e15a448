//! The licences that are built into the screens.

use serde::Deserialize;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;
use yew::{platform::spawn_local, prelude::*};

/// Written by `cargo xtask build-ui` beside the page.
const FILE: &str = "/licences.json";

/// What the program is built from.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct Licences {
    /// By name.
    pub packages: Vec<Licence>,
    /// The texts, each once.
    pub texts: Vec<String>,
}

/// A part that others wrote.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct Licence {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its licence, as an SPDX expression.
    pub licence: String,
    /// Its texts among all.
    pub texts: Vec<usize>,
}

/// The licences, once they are read; an error where this build has none.
#[hook]
pub fn use_licences() -> Option<Result<Rc<Licences>, ()>> {
    let licences = use_state(|| None);
    use_effect_with((), {
        let licences = licences.setter();
        move |()| {
            spawn_local(async move {
                let read = read().await.map(Rc::new);
                licences.set(Some(read.map_err(|error| {
                    web_sys::console::error_2(&"no licences:".into(), &error);
                })));
            });
        }
    });
    (*licences).clone()
}

async fn read() -> Result<Licences, JsValue> {
    let fetched = JsFuture::from(gloo::utils::window().fetch_with_str(FILE)).await?;
    let response: Response = fetched.dyn_into()?;
    let text = JsFuture::from(response.text()?).await?.as_string();
    serde_json::from_str(&text.unwrap_or_default()).map_err(|error| error.to_string().into())
}
