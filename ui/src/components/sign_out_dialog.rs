//! Signing out, asking about unsent work first.

use super::Modal;
use crate::{
    context::{use_account, use_backend, use_i18n},
    hooks::forget_stored,
};
use palier_bridge::{CommandError, request::SignOut, view::AppState};
use std::rc::Rc;
use yew::{platform::spawn_local, prelude::*};

/// Properties of [`SignOutDialog`].
#[derive(PartialEq, Properties)]
pub struct SignOutDialogProps {
    /// The new state of the application.
    pub signed_out: Callback<Rc<AppState>>,
    /// The person stays.
    pub onclose: Callback<()>,
}

/// Says what signing out does; when something is unsent, says how much and asks once more.
#[component]
pub fn SignOutDialog(props: &SignOutDialogProps) -> Html {
    let i18n = use_i18n();
    let (backend, account) = (use_backend(), use_account());
    let place = backend.place();
    let error = use_state_eq(|| None::<CommandError>);
    let busy = use_state_eq(|| false);
    let unsent = match &*error {
        Some(CommandError::UnsentWork { count }) => Some(*count),
        _ => None,
    };
    let leave = {
        let (error, busy) = (error.setter(), busy.setter());
        let signed_out = props.signed_out.clone();
        Callback::from(move |_: MouseEvent| {
            let request = SignOut {
                discard_unsent: unsent.is_some(),
            };
            let (backend, error, busy) = (backend.clone(), error.clone(), busy.clone());
            let (signed_out, account) = (signed_out.clone(), account.clone());
            busy.set(true);
            spawn_local(async move {
                let reply = backend.call(request).await;
                busy.set(false);
                match reply {
                    Ok(state) => {
                        if let Some(account) = account {
                            forget_stored(&account);
                        }
                        signed_out.emit(Rc::new(state));
                    }
                    Err(refused) => error.set(Some(refused)),
                }
            });
        })
    };
    let stay = props.onclose.reform(|_: MouseEvent| ());
    let confirm = if unsent.is_some() {
        "sign-out-discard"
    } else {
        "sign-out-confirm"
    };
    html! {
        <Modal title={i18n.text("sign-out-title")} testid="sign-out-dialog" class="narrow" onclose={props.onclose.clone()}>
            { match (unsent, &*error) {
                (Some(count), _) => html! {
                    <p role="alert">{ i18n.format("sign-out-unsent", &[("count", count.into())]) }</p>
                },
                (None, Some(error)) => html! { <p class="field-error" role="alert">{ i18n.error(error) }</p> },
                (None, None) => html! { <p>{ i18n.text(place.either("sign-out-body", "sign-out-body-browser")) }</p> },
            } }
            <footer class="modal-foot">
                <button type="button" class="button" onclick={stay}>{ i18n.text("sign-out-stay") }</button>
                <button type="button" class="button danger" data-testid="sign-out-confirm" disabled={*busy} onclick={leave}>
                    { i18n.text(confirm) }
                </button>
            </footer>
        </Modal>
    }
}
