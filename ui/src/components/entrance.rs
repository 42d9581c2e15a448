//! What a secret link leads to: joining by an invitation, choosing a new password.

use super::{EmptyState, Glyph, sign_in::Brand};
use crate::{
    context::{use_backend, use_i18n},
    hooks::{Query, use_query},
    logic::secret_link::SecretLink,
};
use icondata_lu::{LuLink2Off, LuTriangleAlert};
use palier_bridge::{
    CommandError,
    request::{AcceptInvitation, ResetPassword, ShowInvitation, ShowPasswordReset, SignOut},
    view::{Account, AppState, Invited},
};
use palier_domain::{DisplayName, Invalid, InvalidReason, NewPassword};
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::{platform::spawn_local, prelude::*};

/// Properties of [`Entrance`].
#[derive(PartialEq, Properties)]
pub struct EntranceProps {
    /// The link that was followed.
    pub link: SecretLink,
    /// Who is signed in.
    pub account: Option<Account>,
    /// It led somewhere, with the new state of the application; without one the person goes on without it.
    pub entered: Callback<Option<Rc<AppState>>>,
}

/// The page of a secret link.
#[component]
pub fn Entrance(props: &EntranceProps) -> Html {
    let EntranceProps {
        link,
        account,
        entered,
    } = props;
    html! {
        <main class="sign-in">
            <div class="sign-in-card" data-testid="entrance">
                <Brand />
                {
                    match link {
                        SecretLink::Invitation(token) => html! {
                            <Invitation
                                token={token.clone()} account={account.clone()} entered={entered.clone()}
                            />
                        },
                        SecretLink::PasswordReset(token) => html! {
                            <NewPasswordForm token={token.clone()} entered={entered.clone()} />
                        },
                    }
                }
            </div>
        </main>
    }
}

#[derive(PartialEq, Properties)]
struct InvitationProps {
    token: AttrValue,
    account: Option<Account>,
    entered: Callback<Option<Rc<AppState>>>,
}

/// Says who invites where to, and asks for what is needed to join.
#[component]
fn Invitation(props: &InvitationProps) -> Html {
    let i18n = use_i18n();
    let token = props.token.to_string();
    let Query {
        data,
        error,
        reload,
        ..
    } = use_query(ShowInvitation { token }, |_, _| false);
    let Some(invited) = data else {
        return waiting_or_failed(&i18n, error, reload, props.entered.clone());
    };
    let args = [
        ("inviter", invited.inviter.as_str().into()),
        ("portfolio", invited.portfolio.as_str().into()),
    ];
    let home = invited.home.as_deref().unwrap_or_default();
    html! {
        <>
            <h1>{ i18n.text("entrance-title") }</h1>
            <p class="quiet" data-testid="invited">
                {
                    match invited.home {
                        Some(_) => i18n.format(
                            "entrance-tenant",
                            &[("inviter", invited.inviter.as_str().into()), ("home", home.into())],
                        ),
                        None => i18n.format("entrance-owner", &args),
                    }
                }
            </p>
            {
                match &props.account {
                    Some(account) => html! {
                        <JoinAs
                            token={props.token.clone()} account={account.clone()} invited={invited.clone()}
                            entered={props.entered.clone()}
                        />
                    },
                    None => html! {
                        <JoinForm token={props.token.clone()} {invited} entered={props.entered.clone()} />
                    },
                }
            }
        </>
    }
}

fn waiting_or_failed(
    i18n: &crate::context::I18n,
    error: Option<CommandError>,
    reload: Callback<()>,
    entered: Callback<Option<Rc<AppState>>>,
) -> Html {
    match error {
        None => html! { <p class="quiet" aria-busy="true">{ i18n.text("entrance-loading") }</p> },
        Some(CommandError::Gone) => html! {
            <EmptyState icon={LuLink2Off} title={i18n.text("entrance-gone-title")} body={i18n.text("entrance-gone-body")}>
                <button type="button" class="button" data-testid="entrance-leave" onclick={entered.reform(|_: MouseEvent| None)}>
                    { i18n.text("entrance-to-sign-in") }
                </button>
            </EmptyState>
        },
        Some(error) => html! {
            <>
                { said(i18n, Some(&error)) }
                <button type="button" class="button" onclick={reload.reform(|_: MouseEvent| ())}>{ i18n.text("retry") }</button>
            </>
        },
    }
}

fn said(i18n: &crate::context::I18n, error: Option<&CommandError>) -> Html {
    let Some(error) = error else {
        return Html::default();
    };
    html! {
        <p class="field-error" role="alert" data-testid="entrance-error">
            <Glyph icon={LuTriangleAlert} size={15} /><span>{ i18n.error(error) }</span>
        </p>
    }
}

#[derive(PartialEq, Properties)]
struct JoinAsProps {
    token: AttrValue,
    account: Account,
    invited: Rc<Invited>,
    entered: Callback<Option<Rc<AppState>>>,
}

/// Somebody is signed in here: she joins, or makes room for who was invited.
#[component]
fn JoinAs(props: &JoinAsProps) -> Html {
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
struct JoinFormProps {
    token: AttrValue,
    invited: Rc<Invited>,
    entered: Callback<Option<Rc<AppState>>>,
}

/// Name and new password, or the password of the account that there is.
#[component]
fn JoinForm(props: &JoinFormProps) -> Html {
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
                    <input ref={name} data-testid="join-name" autocomplete="name" />
                    <small>{ i18n.text("entrance-name-hint") }</small>
                </label>
            }
            <label class="field">
                <span>{ i18n.text(if has_account { "sign-in-password" } else { "entrance-password" }) }</span>
                <input
                    ref={password} type="password" data-testid="join-password"
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

#[derive(PartialEq, Properties)]
struct NewPasswordFormProps {
    token: AttrValue,
    entered: Callback<Option<Rc<AppState>>>,
}

/// A new password for who forgot the old one.
#[component]
fn NewPasswordForm(props: &NewPasswordFormProps) -> Html {
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
                    <input ref={password} type="password" data-testid="reset-password" autocomplete="new-password" />
                    <small>{ i18n.text("password-hint") }</small>
                </label>
                <button class="button primary wide" type="submit" data-testid="reset-submit" disabled={*busy}>
                    { i18n.text(if *busy { "entrance-busy" } else { "entrance-reset" }) }
                </button>
            </form>
        </>
    }
}

fn value(field: &NodeRef) -> String {
    let input = field.cast::<HtmlInputElement>();
    input.map(|input| input.value()).unwrap_or_default()
}

fn focus(field: &NodeRef) {
    if let Some(input) = field.cast::<HtmlInputElement>() {
        let _ = input.focus();
    }
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
