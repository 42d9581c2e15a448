//! Single components in all their states. A [`Board`] gives them what they ask for.

mod marks;
mod pills;
mod sentences;

pub use marks::Marks;
pub use pills::Pills;
pub use sentences::Sentences;

use palier_bridge::view::{Account, Language, Settings};
use palier_i18n::Localizer;
use palier_ui::{backend::BackendHandle, context::I18n};
use std::rc::Rc;
use yew::prelude::*;

/// Properties of [`Board`].
#[derive(PartialEq, Properties)]
pub struct BoardProps {
    /// What answers.
    pub backend: BackendHandle,
    /// Language of the components.
    pub language: Language,
    /// Who is signed in.
    pub account: Account,
    /// What the page is called.
    pub title: &'static str,
    /// The components.
    pub content: Html,
}

/// A page with single components, below the contexts that they ask for.
#[component]
pub fn Board(props: &BoardProps) -> Html {
    let language = match props.language {
        Language::Fr => palier_i18n::Language::Fr,
        Language::En => palier_i18n::Language::En,
    };
    let i18n = use_memo(language, |language| I18n::new(Localizer::new(*language)));
    let settings = use_memo((), |()| Rc::new(Settings::default()));
    let account = Some(Rc::new(props.account.clone()));
    html! {
        <ContextProvider<BackendHandle> context={props.backend.clone()}>
            <ContextProvider<I18n> context={(*i18n).clone()}>
                <ContextProvider<Rc<Settings>> context={(*settings).clone()}>
                    <ContextProvider<Option<Rc<Account>>> context={account}>
                        <main class="board" tabindex="0">
                            <h1 lang="en">{ props.title }</h1>
                            { props.content.clone() }
                        </main>
                    </ContextProvider<Option<Rc<Account>>>>
                </ContextProvider<Rc<Settings>>>
            </ContextProvider<I18n>>
        </ContextProvider<BackendHandle>>
    }
}
