//! Fetching what a search found beyond its first page.

use crate::{context::use_backend, logic::more_hits::MoreHits};
use palier_bridge::request::Search;
use yew::{platform::spawn_local, prelude::*};

/// What was fetched for `words` so far, and fetches the page that begins at the place it is given.
#[hook]
pub fn use_more_hits(words: &str) -> (MoreHits, Callback<String>) {
    let backend = use_backend();
    let shown = use_state_eq(MoreHits::default);
    // A reply finds what is there by then, not what was when it was asked for.
    let latest = use_mut_ref(MoreHits::default);
    let more = shown.of(words);
    let load = {
        let (more, shown, words) = (more.clone(), shown.setter(), words.to_owned());
        Callback::from(move |after: String| {
            let Some(asking) = more.ask() else { return };
            latest.replace(asking.clone());
            shown.set(asking);
            let (backend, latest, shown) = (backend.clone(), latest.clone(), shown.clone());
            let words = words.clone();
            spawn_local(async move {
                let request = Search {
                    query: words.clone(),
                    after: Some(after),
                };
                let page = backend.call(request).await;
                let now = latest.borrow().came(&words, page);
                latest.replace(now.clone());
                shown.set(now);
            });
        })
    };
    (more, load)
}
