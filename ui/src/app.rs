//! The application: what is known of the person, and which screen that leads to.

use crate::{
    backend::{BackendHandle, Place},
    components::{Entrance, MainWindow, NoBackend, SignIn, StartFailed},
    context::{I18n, use_backend},
    hooks::{Query, SerialQueue, use_leaving, use_query, use_zoom},
    logic::{display::window_title, secret_link::SecretLink},
    routes::Route,
};
use gloo::{
    events::{EventListener, EventListenerOptions},
    utils::{document, document_element, window},
};
use palier_bridge::{
    AppEvent,
    request::GetAppState,
    view::{Account, AppState, Language, Settings, Theme},
};
use palier_i18n::Localizer;
use std::rc::Rc;
use yew::prelude::*;
use yew_router::{
    Routable, Router,
    history::{AnyHistory, BrowserHistory, History},
};

/// Properties of [`App`].
#[derive(PartialEq, Properties)]
pub struct AppProps {
    /// What answers behind the screens; none outside the application.
    pub backend: Option<BackendHandle>,
    /// Where the addresses of the pages are kept: the browser's own bar, unless told otherwise.
    #[prop_or_else(|| BrowserHistory::new().into())]
    pub history: AnyHistory,
    /// The secret link that opened the page, if one did: the browser's own bar knows, unless told otherwise.
    #[prop_or_else(SecretLink::followed)]
    pub link: Option<SecretLink>,
}

/// The whole application.
#[component]
pub fn App(props: &AppProps) -> Html {
    use_effect_with((), |()| refuse_drops());
    match &props.backend {
        None => html! {
            <ContextProvider<I18n> context={I18n::new(Localizer::new(language(None)))}>
                <NoBackend />
            </ContextProvider<I18n>>
        },
        Some(backend) => html! {
            <ContextProvider<BackendHandle> context={backend.clone()}>
                <Session history={props.history.clone()} link={props.link.clone()} />
            </ContextProvider<BackendHandle>>
        },
    }
}

#[derive(PartialEq, Properties)]
struct SessionProps {
    history: AnyHistory,
    link: Option<SecretLink>,
}

/// Reads the application's state and keeps it fresh.
#[component]
fn Session(props: &SessionProps) -> Html {
    let Query {
        data,
        error,
        reload,
        set,
    } = use_query(GetAppState {}, |_, event| {
        !matches!(
            event,
            AppEvent::OpenIncident { .. }
                | AppEvent::LinkFollowed
                | AppEvent::BeginIncident
                | AppEvent::MessageArrived { .. }
                | AppEvent::Leaving
        ) && !matches!(event, AppEvent::ThreadChanged { .. })
    });
    let saving = use_memo((), |()| SerialQueue::default());
    use_leaving((*saving).clone());
    let backend = use_backend();
    let in_browser = backend.place() == Place::Browser;
    let nobody_was_here = use_memo((), |()| backend.nobody_was_here());
    // A browser has those keys itself.
    let zoomed = data.as_ref().filter(|_| !in_browser);
    use_zoom(backend.clone(), zoomed.map(|state| state.settings.clone()));
    let somebody = data.as_ref().map(|state| state.account.is_some());
    use_effect_with((backend.clone(), somebody), |(backend, somebody)| {
        if let Some(somebody) = somebody {
            backend.note_somebody(*somebody);
        }
    });
    let known = data.as_ref().map(|state| state.language);
    let i18n = use_memo(language(known), |language| {
        I18n::new(Localizer::new(*language))
    });
    let settings = use_memo(
        data.as_ref().map(|state| state.settings.clone()),
        |settings| Rc::new(settings.clone().unwrap_or_default()),
    );
    let account = use_memo(
        data.as_ref().and_then(|state| state.account.clone()),
        |account| account.clone().map(Rc::new),
    );
    let unread = data.as_ref().map_or(0, |state| state.unread_total);
    use_effect_with((i18n.clone(), unread), |(i18n, unread)| {
        let _ = document_element().set_attribute("lang", i18n.language().code());
        document().set_title(&window_title(&i18n.text("app-name"), *unread));
    });
    use_effect_with(settings.theme, |theme| {
        let name = match theme {
            Theme::System => return drop(document_element().remove_attribute("data-theme")),
            Theme::Light => "light",
            Theme::Dark => "dark",
        };
        let _ = document_element().set_attribute("data-theme", name);
    });

    let link = use_state(|| props.link.clone());
    let entered = {
        let (link, set, history) = (link.setter(), set.clone(), props.history.clone());
        Callback::from(move |state: Option<Rc<AppState>>| {
            // Its secret is used up, and belongs into no history.
            history.replace(Route::Home.to_path());
            link.set(None);
            if let Some(state) = state {
                set.emit(state);
            }
        })
    };
    let screen = match (data, error, &*nobody_was_here) {
        (None, None, Some(server)) => {
            signed_out(server.clone(), set, (*link).clone(), None, entered)
        }
        (None, None, None) => html! {
            <main class="splash" aria-busy="true">
                <h1 class="sr-only">{ i18n.text("app-name") }</h1>
                // As the page has it before there is an application, so that nothing jumps.
                if in_browser {
                    <img src="/icon-192.png" width="72" height="72" alt="" />
                }
            </main>
        },
        (None, Some(error), _) => html! { <StartFailed {error} retry={reload} /> },
        (Some(state), ..) => {
            signed_in_or_not(state, set, props.history.clone(), (*link).clone(), entered)
        }
    };
    html! {
        <ContextProvider<I18n> context={(*i18n).clone()}>
            <ContextProvider<Rc<Settings>> context={(*settings).clone()}>
                <ContextProvider<Option<Rc<Account>>> context={(*account).clone()}>
                    <ContextProvider<SerialQueue> context={(*saving).clone()}>
                        { screen }
                    </ContextProvider<SerialQueue>>
                </ContextProvider<Option<Rc<Account>>>>
            </ContextProvider<Rc<Settings>>>
        </ContextProvider<I18n>>
    }
}

fn signed_in_or_not(
    state: Rc<AppState>,
    set: Callback<Rc<AppState>>,
    history: AnyHistory,
    link: Option<SecretLink>,
    entered: Callback<Option<Rc<AppState>>>,
) -> Html {
    let account = match &state.account {
        Some(account) if link.is_none() => account,
        account => {
            let server = state.default_server.clone().into();
            return signed_out(server, set, link, account.clone(), entered);
        }
    };
    html! {
        <Router {history}>
            // Nothing of one account's window is left in another's.
            <MainWindow
                key={format!("{} {}", account.server, account.user_id)}
                others={state.others.clone()}
                server={state.default_server.clone()}
                sync={state.sync.clone()}
                unread_total={state.unread_total}
                version={state.version.clone()}
                rescued={state.rescued.clone()}
                crashed={state.crashed.clone()}
                state_changed={set}
            />
        </Router>
    }
}

/// The way in. What is typed stays when the application turns out to know of nobody, too.
fn signed_out(
    server: AttrValue,
    signed_in: Callback<Rc<AppState>>,
    link: Option<SecretLink>,
    account: Option<Account>,
    entered: Callback<Option<Rc<AppState>>>,
) -> Html {
    match link {
        Some(link) => html! { <Entrance {link} {account} {entered} /> },
        None => html! { <SignIn {server} {signed_in} /> },
    }
}

/// The language that the application names; before it has answered, the page's own.
fn language(known: Option<Language>) -> palier_i18n::Language {
    match known {
        Some(Language::Fr) => palier_i18n::Language::Fr,
        Some(Language::En) => palier_i18n::Language::En,
        None => {
            let system = window().navigator().language().unwrap_or_default();
            palier_i18n::Language::from_locale(&system)
        }
    }
}

/// A file dropped on a page opens in its place, and the application would be gone.
fn refuse_drops() -> impl FnOnce() {
    let refuse = |event: &Event| event.prevent_default();
    let listeners = ["dragover", "drop"].map(|name| {
        let options = EventListenerOptions::enable_prevent_default();
        EventListener::new_with_options(&window(), name, options, refuse)
    });
    move || drop(listeners)
}
