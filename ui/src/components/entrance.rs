//! What a secret link leads to: joining by an invitation, choosing a new password.

use super::{
    Glyph,
    join_form::{JoinAs, JoinForm},
    new_password_form::NewPasswordForm,
    sign_in::Brand,
};
use crate::{
    context::{I18n, use_i18n},
    hooks::{Query, use_query},
    logic::secret_link::SecretLink,
};
use icondata_lu::LuTriangleAlert;
use palier_bridge::{
    CommandError,
    request::ShowInvitation,
    view::{Account, AppState},
};
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

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
                match props.account.as_ref().filter(|it| !it.needs_sign_in) {
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

/// What stands there until the server has said what the link is about, or why it does not.
pub(super) fn waiting_or_failed(
    i18n: &I18n,
    error: Option<CommandError>,
    reload: Callback<()>,
    entered: Callback<Option<Rc<AppState>>>,
) -> Html {
    match error {
        None => html! { <p class="quiet" aria-busy="true">{ i18n.text("entrance-loading") }</p> },
        Some(CommandError::Gone) => html! {
            <div class="form">
                <h1>{ i18n.text("entrance-gone-title") }</h1>
                <p>{ i18n.text("entrance-gone-body") }</p>
                <button type="button" class="button primary wide" data-testid="entrance-leave" onclick={entered.reform(|_: MouseEvent| None)}>
                    { i18n.text("entrance-to-sign-in") }
                </button>
            </div>
        },
        Some(error) => html! {
            <>
                { said(i18n, Some(&error)) }
                <button type="button" class="button" onclick={reload.reform(|_: MouseEvent| ())}>{ i18n.text("retry") }</button>
            </>
        },
    }
}

/// Why something was refused.
pub(super) fn said(i18n: &I18n, error: Option<&CommandError>) -> Html {
    let Some(error) = error else {
        return Html::default();
    };
    html! {
        <p class="field-error" role="alert" data-testid="entrance-error">
            <Glyph icon={LuTriangleAlert} size={15} /><span>{ i18n.error(error) }</span>
        </p>
    }
}

/// What stands in a field.
pub(super) fn value(field: &NodeRef) -> String {
    let input = field.cast::<HtmlInputElement>();
    input.map(|input| input.value()).unwrap_or_default()
}

/// Gives a field the keyboard.
pub(super) fn focus(field: &NodeRef) {
    if let Some(input) = field.cast::<HtmlInputElement>() {
        let _ = input.focus();
    }
}
