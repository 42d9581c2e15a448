//! Putting onto the page what its address asks for.

use crate::{
    address::{Address, Taste, language_word, theme_word},
    backend::FixtureBackend,
    boards::{Board, BoardProps},
    director::direct,
    fixtures::account,
    index::{Index, IndexProps},
    replies::Replies,
    scene::{Application, Play, Scene},
    scenes,
};
use gloo::{
    storage::{LocalStorage, Storage},
    utils::{document_element, window},
};
use js_sys::{Object, Reflect};
use palier_bridge::view::Theme;
use palier_ui::{
    app::{App, AppProps},
    backend::{BackendHandle, EventHub},
};
use yew::platform::spawn_local;
use yew_router::{
    history::{AnyHistory, History, MemoryHistory},
    query::Raw,
};

/// Draws the index, or a scene.
pub(crate) fn set() {
    // Filters that somebody chose in one scene are not there in the next.
    LocalStorage::clear();
    let address = Address::of_page();
    let wanted = address.state.as_deref();
    match wanted.and_then(scenes::find) {
        Some(scene) => play(scene, address.taste()),
        None => {
            wear(Taste {
                language: palier_bridge::view::Language::En,
                ..address.taste()
            });
            yew::Renderer::<Index>::with_props(IndexProps { address }).render();
            let _ = document_element().set_attribute("data-gallery", "ready");
        }
    }
}

fn play(scene: Scene, taste: Taste) {
    wear(taste);
    let hub = EventHub::default();
    let steps = match (scene.play)(taste) {
        Play::Application(Application {
            at,
            replies,
            steps,
            link,
            place,
            offers_notifications,
        }) => {
            let history = history(&at);
            let backend = FixtureBackend::new(replies, hub.clone());
            let props = yew::props!(AppProps {
                backend: BackendHandle::new(backend.at(place, offers_notifications)),
                history,
                link,
            });
            yew::Renderer::<App>::with_props(props).render();
            steps
        }
        Play::Outside => {
            let props = yew::props!(AppProps { backend: None });
            yew::Renderer::<App>::with_props(props).render();
            Vec::new()
        }
        Play::Board(content) => {
            let backend = FixtureBackend::new(Replies::default(), hub.clone());
            let props = yew::props!(BoardProps {
                backend: BackendHandle::new(backend),
                language: taste.language,
                account: account(),
                title: scene.title,
                content: content(),
            });
            yew::Renderer::<Board>::with_props(props).render();
            Vec::new()
        }
    };
    spawn_local(direct(scene, steps, hub));
}

/// As if the address had been opened.
fn history(at: &str) -> AnyHistory {
    let history = MemoryHistory::new();
    match at.split_once('?') {
        None => history.replace(at),
        // A query that is written as it stands cannot be refused.
        Some((path, query)) => drop(history.replace_with_query(path, Raw(query))),
    }
    history.into()
}

/// Language and colours of the page, for what is drawn without the application.
fn wear(taste: Taste) {
    let root = document_element();
    // The application asks the browser before the core has told it.
    let language = Object::new();
    let _ = Reflect::set(
        &language,
        &"value".into(),
        &language_word(taste.language).into(),
    );
    Object::define_property(&window().navigator(), &"language".into(), &language);
    let _ = root.set_attribute("lang", language_word(taste.language));
    if taste.theme != Theme::System {
        let _ = root.set_attribute("data-theme", theme_word(taste.theme));
    }
}
