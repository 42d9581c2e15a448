//! For who forgot the password: a mail with a link, or the advice to ask for one.

use super::{Glyph, Modal};
use crate::context::{use_backend, use_i18n};
use icondata_lu::{LuInfo, LuMail, LuTriangleAlert};
use palier_bridge::{CommandError, request::ForgotPassword};
use web_sys::HtmlInputElement;
use yew::{platform::spawn_local, prelude::*};

/// Properties of [`ForgottenPassword`].
#[derive(PartialEq, Properties)]
pub struct ForgottenPasswordProps {
    /// The server's address.
    pub server: AttrValue,
    /// The mail address to start from.
    pub email: AttrValue,
    /// Closes it.
    pub onclose: Callback<()>,
}

/// Asks for the mail address, and says what happens now. Whether there is such an account is told to nobody.
#[component]
pub fn ForgottenPassword(props: &ForgottenPasswordProps) -> Html {
    let i18n = use_i18n();
    let backend = use_backend();
    let email = use_node_ref();
    let error = use_state_eq(|| None::<CommandError>);
    let by_mail = use_state_eq(|| None::<bool>);
    {
        let (field, start) = (email.clone(), props.email.clone());
        use_effect_with((), move |()| {
            if let Some(input) = field.cast::<HtmlInputElement>() {
                input.set_value(&start);
                let _ = input.focus();
            }
        });
    }
    let onsubmit = {
        let (field, server) = (email.clone(), props.server.to_string());
        let (error, by_mail) = (error.setter(), by_mail.setter());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let input = field.cast::<HtmlInputElement>();
            let request = ForgotPassword {
                server: server.clone(),
                email: input.map(|input| input.value()).unwrap_or_default(),
            };
            error.set(None);
            let (backend, error, by_mail) = (backend.clone(), error.clone(), by_mail.clone());
            spawn_local(async move {
                match backend.call(request).await {
                    Ok(mailed) => by_mail.set(Some(mailed)),
                    Err(refused) => error.set(Some(refused)),
                }
            });
        })
    };
    let close = props.onclose.reform(|_: MouseEvent| ());
    html! {
        <Modal title={i18n.text("forgotten-title")} testid="forgotten-dialog" class="narrow" onclose={props.onclose.clone()}>
            {
                match *by_mail {
                    Some(mailed) => html! {
                        <div class="form">
                            <p role="status" data-testid="forgotten-said">
                                <Glyph icon={if mailed { LuMail } else { LuInfo }} />
                                { " " }{ i18n.text(if mailed { "forgotten-mailed" } else { "forgotten-no-mail" }) }
                            </p>
                            <button type="button" class="button primary wide" onclick={close}>{ i18n.text("close") }</button>
                        </div>
                    },
                    None => html! {
                        <form class="form" novalidate=true {onsubmit}>
                            <label class="field">
                                <span>{ i18n.text("sign-in-email") }</span>
                                <input
                                    ref={email} data-testid="forgotten-email" type="email" enterkeyhint="send" autocomplete="username"
                                    spellcheck="false" autocapitalize="none"
                                />
                                if let Some(error) = &*error {
                                    <p class="field-error" role="alert">
                                        <Glyph icon={LuTriangleAlert} size={15} /><span>{ i18n.error(error) }</span>
                                    </p>
                                }
                            </label>
                            <button type="submit" class="button primary wide" data-testid="forgotten-submit">
                                { i18n.text("forgotten-submit") }
                            </button>
                        </form>
                    },
                }
            }
        </Modal>
    }
}
