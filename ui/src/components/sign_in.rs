//! The first screen: signing in.

use super::SignInForm;
use crate::context::use_i18n;
use palier_bridge::view::AppState;
use std::rc::Rc;
use yew::prelude::*;

/// Properties of [`SignIn`].
#[derive(PartialEq, Properties)]
pub struct SignInProps {
    /// The server's address to start from.
    pub server: AttrValue,
    /// The new state of the application.
    pub signed_in: Callback<Rc<AppState>>,
}

/// The mark of the application: a landing between two flights of stairs.
#[component]
pub(crate) fn Brand() -> Html {
    html! {
        <svg class="brand" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">
            <rect width="32" height="32" rx="8" fill="var(--accent)" />
            <path
                d="M6 24h5v-5h10v-5h5V9" fill="none" stroke="var(--on-accent)" stroke-width="2.75"
                stroke-linecap="round" stroke-linejoin="round"
            />
        </svg>
    }
}

/// The page on which a person signs in.
#[component]
pub fn SignIn(props: &SignInProps) -> Html {
    let i18n = use_i18n();
    html! {
        <main class="sign-in">
            <div class="sign-in-card">
                <Brand />
                <h1>{ i18n.text("sign-in-title") }</h1>
                <p class="quiet">{ i18n.text("sign-in-subtitle") }</p>
                <SignInForm server={props.server.clone()} signed_in={props.signed_in.clone()} />
            </div>
            <p class="sign-in-motto">{ i18n.text("app-motto") }</p>
        </main>
    }
}
