//! Joining by an invitation: as who is signed in, with the account that there is, or with a new one.

use super::entrance::{focus, said, value};
use crate::context::{use_backend, use_i18n};
use palier_bridge::{
    CommandError,
    request::{AcceptInvitation, SignOut},
    view::{Account, AppState, Invited},
};
use palier_domain::{DisplayName, Invalid, InvalidReason, NewPassword};
use std::rc::Rc;
use yew::{platform::spawn_local, prelude::*};

#[derive(PartialEq, Properties)]
pub(super) struct JoinAsProps {
    pub(super) token: AttrValue,
    pub(super) account: Account,
    pub(super) invited: Rc<Invited>,
    pub(super) entered: Callback<Option<Rc<AppState>>>,
}

/// Somebody is signed in here: she joins, or makes room for who was invited.
#[component]
pub(super) fn JoinAs(props: &JoinAsProps) -> Html {
    let i18n = use_i18n();
    let backend = use_backend();
    let error = use_state_eq(|| None::<CommandError>);
    let join = {
        let (backend, error) = (backend.clone(), error.setter());
        let (token, entered) = (props.token.to_string(), props.entered.clone());
        Callback::from(move |_: MouseEvent| {
            let request = AcceptInvitation {
                token: token.clone(),
                name: None,
                password: None,
            };
            let (backend, error, entered) = (backend.clone(), error.clone(), entered.clone());
            spawn_local(async move {
                match backend.call(request).await {
                    Ok(state) => entered.emit(Some(Rc::new(state))),
                    Err(refused) => error.set(Some(refused)),
                }
            });
        })
    };
    let leave = {
        let error = error.setter();
        Callback::from(move |_: MouseEvent| {
            let (backend, error) = (backend.clone(), error.clone());
            spawn_local(async move {
                // The application's own event draws this page again, with nobody signed in.
                let discard_unsent = false;
                if let Err(refused) = backend.call(SignOut { discard_unsent }).await {
                    error.set(Some(refused));
                }
            });
        })
    };
    let who = [
        ("name", props.account.name.as_str().into()),
        ("email", props.account.email.as_str().into()),
    ];
    html! {
        <div class="form">
            { said(&i18n, error.as_ref()) }
            if props.account.email != props.invited.email {
                <p>{ i18n.format("entrance-other", &[("email", props.invited.email.as_str().into())]) }</p>
            }
            <button type="button" class="button primary wide" data-testid="join-as" onclick={join}>
                { i18n.format("entrance-join-as", &who) }
            </button>
            <button type="button" class="button wide" data-testid="join-other" onclick={leave}>
                { i18n.text("entrance-sign-out") }
            </button>
        </div>
    }
}

#[derive(PartialEq, Properties)]
pub(super) struct JoinFormProps {
    pub(super) token: AttrValue,
    pub(super) invited: Rc<Invited>,
    pub(super) entered: Callback<Option<Rc<AppState>>>,
}

/// Name and new password, or the password of the account that there is.
#[component]
pub(super) fn JoinForm(props: &JoinFormProps) -> Html {
    let i18n = use_i18n();
    let backend = use_backend();
    let [name, password] = [use_node_ref(), use_node_ref()];
    let error = use_state_eq(|| None::<CommandError>);
    let busy = use_state_eq(|| false);
    let has_account = props.invited.has_account;
    {
        let first = if has_account {
            password.clone()
        } else {
            name.clone()
        };
        use_effect_with((), move |()| focus(&first));
    }
    let onsubmit = {
        let (name, password) = (name.clone(), password.clone());
        let (error, busy) = (error.setter(), busy.clone());
        let (token, entered) = (props.token.to_string(), props.entered.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if *busy {
                return;
            }
            let (name, password) = (value(&name), value(&password));
            let name = (!has_account).then(|| name.trim().to_owned());
            if let Err(refused) = check(name.as_deref(), &password) {
                return error.set(Some(refused));
            }
            let request = AcceptInvitation {
                token: token.clone(),
                name,
                password: Some(password),
            };
            error.set(None);
            busy.set(true);
            let (backend, error, busy) = (backend.clone(), error.clone(), busy.setter());
            let entered = entered.clone();
            spawn_local(async move {
                let reply = backend.call(request).await;
                busy.set(false);
                match reply {
                    Ok(state) => entered.emit(Some(Rc::new(state))),
                    Err(refused) => error.set(Some(refused)),
                }
            });
        })
    };
    html! {
        <form class="form" novalidate=true data-testid="join" {onsubmit}>
            { said(&i18n, error.as_ref()) }
            <label class="field">
                <span>{ i18n.text("sign-in-email") }</span>
                <input type="email" readonly=true autocomplete="username" value={props.invited.email.clone()} />
            </label>
            if !has_account {
                <label class="field">
                    <span>{ i18n.text("entrance-name") }</span>
                    <input ref={name} data-testid="join-name" enterkeyhint="next" autocomplete="name" />
                    <small>{ i18n.text("entrance-name-hint") }</small>
                </label>
            }
            <label class="field">
                <span>{ i18n.text(if has_account { "sign-in-password" } else { "entrance-password" }) }</span>
                <input
                    ref={password} type="password" enterkeyhint="go" data-testid="join-password"
                    autocomplete={if has_account { "current-password" } else { "new-password" }}
                />
                if !has_account { <small>{ i18n.text("password-hint") }</small> }
            </label>
            <button class="button primary wide" type="submit" data-testid="join-submit" disabled={*busy}>
                { i18n.text(if *busy { "entrance-busy" } else { "entrance-join" }) }
            </button>
        </form>
    }
}

/// Refuses here what needs no server to be refused.
fn check(name: Option<&str>, password: &str) -> Result<(), CommandError> {
    match name {
        Some(name) => {
            DisplayName::parse(name)?;
            NewPassword::parse(password)?;
        }
        None if password.is_empty() => {
            return Err(Invalid::new("password", InvalidReason::Empty).into());
        }
        None => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_account_needs_a_name_and_a_good_password_and_an_old_one_its_password() {
        assert_eq!(check(Some("Awa"), "quatre mots au hasard"), Ok(()));
        assert_eq!(check(None, "short"), Ok(()));
        for (name, password) in [
            (Some(""), "quatre mots au hasard"),
            (Some("Awa"), "short"),
            (None, ""),
        ] {
            assert!(check(name, password).is_err(), "{name:?} {password:?}");
        }
    }
}
