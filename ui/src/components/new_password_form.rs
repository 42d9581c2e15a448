//! A new password, by a link.

use super::entrance::{said, value, waiting_or_failed};
use crate::{
    context::{use_backend, use_i18n},
    hooks::{Query, use_query},
};
use palier_bridge::{
    CommandError,
    request::{ResetPassword, ShowPasswordReset},
    view::AppState,
};
use palier_domain::NewPassword;
use std::rc::Rc;
use yew::{platform::spawn_local, prelude::*};

#[derive(PartialEq, Properties)]
pub(super) struct NewPasswordFormProps {
    pub(super) token: AttrValue,
    pub(super) entered: Callback<Option<Rc<AppState>>>,
}

/// A new password for who forgot the old one.
#[component]
pub(super) fn NewPasswordForm(props: &NewPasswordFormProps) -> Html {
    let i18n = use_i18n();
    let backend = use_backend();
    let password = use_node_ref();
    let refused = use_state_eq(|| None::<CommandError>);
    let busy = use_state_eq(|| false);
    let token = props.token.to_string();
    let Query {
        data,
        error,
        reload,
        ..
    } = use_query(ShowPasswordReset { token }, |_, _| false);
    let onsubmit = {
        let (password, refused, busy) = (password.clone(), refused.setter(), busy.clone());
        let (token, entered) = (props.token.to_string(), props.entered.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let password = value(&password);
            if *busy {
                return;
            }
            if let Err(invalid) = NewPassword::parse(&password) {
                return refused.set(Some(invalid.into()));
            }
            let request = ResetPassword {
                token: token.clone(),
                password,
            };
            refused.set(None);
            busy.set(true);
            let (backend, refused, busy) = (backend.clone(), refused.clone(), busy.setter());
            let entered = entered.clone();
            spawn_local(async move {
                let reply = backend.call(request).await;
                busy.set(false);
                match reply {
                    Ok(state) => entered.emit(Some(Rc::new(state))),
                    Err(error) => refused.set(Some(error)),
                }
            });
        })
    };
    let Some(email) = data else {
        return waiting_or_failed(&i18n, error, reload, props.entered.clone());
    };
    html! {
        <>
            <h1>{ i18n.text("entrance-reset-title") }</h1>
            <p class="quiet">{ i18n.text("entrance-reset-body") }</p>
            <form class="form" novalidate=true data-testid="reset" {onsubmit}>
                { said(&i18n, refused.as_ref()) }
                <label class="field">
                    <span>{ i18n.text("sign-in-email") }</span>
                    <input type="email" readonly=true autocomplete="username" value={(*email).clone()} />
                </label>
                <label class="field">
                    <span>{ i18n.text("password-new") }</span>
                    <input ref={password} type="password" data-testid="reset-password" enterkeyhint="go" autocomplete="new-password" />
                    <small>{ i18n.text("password-hint") }</small>
                </label>
                <button class="button primary wide" type="submit" data-testid="reset-submit" disabled={*busy}>
                    { i18n.text(if *busy { "entrance-busy" } else { "entrance-reset" }) }
                </button>
            </form>
        </>
    }
}
