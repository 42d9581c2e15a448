//! The session has ended: everything stays, the same person signs in again.

use super::{Glyph, Modal, SignInForm};
use crate::context::use_i18n;
use icondata_lu::LuKeyRound;
use palier_bridge::view::{Account, AppState};
use std::rc::Rc;
use yew::prelude::*;

/// Properties of [`SignInAgain`].
#[derive(PartialEq, Properties)]
pub struct SignInAgainProps {
    /// Who was signed in.
    pub account: Rc<Account>,
    /// The new state of the application.
    pub signed_in: Callback<Rc<AppState>>,
}

/// A banner, and behind its button the form with server and mail address as they were.
#[component]
pub fn SignInAgain(props: &SignInAgainProps) -> Html {
    let i18n = use_i18n();
    let open = use_state_eq(|| false);
    let onclick = use_callback(open.setter(), |_: MouseEvent, open| open.set(true));
    let onclose = use_callback(open.setter(), |(), open| open.set(false));
    html! {
        <div class="banner" role="alert" data-testid="sign-in-again">
            <Glyph icon={LuKeyRound} />
            <p>{ i18n.text("sign-in-again-body") }</p>
            <button type="button" class="button primary" {onclick}>{ i18n.text("sign-in-again-action") }</button>
            if *open {
                <Modal title={i18n.text("sign-in-again-title")} {onclose}>
                    <SignInForm
                        server={props.account.server.clone()}
                        email={props.account.email.clone()}
                        fixed=true
                        signed_in={props.signed_in.clone()}
                    />
                </Modal>
            }
        </div>
    }
}
