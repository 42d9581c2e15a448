//! Server, mail address, password.

use super::{ForgottenPassword, Glyph};
use crate::{
    backend::Place,
    context::{I18n, use_backend, use_i18n},
    logic::error_text::{SignInField, sign_in_field},
};
use icondata_lu::{LuEye, LuEyeOff, LuTriangleAlert};
use palier_bridge::{CommandError, request::SignIn, view::AppState};
use palier_domain::{Email, Invalid, InvalidReason};
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::{platform::spawn_local, prelude::*};

/// Properties of [`SignInForm`].
#[derive(PartialEq, Properties)]
pub struct SignInFormProps {
    /// The server's address to start from.
    pub server: AttrValue,
    /// The mail address to start from.
    #[prop_or_default]
    pub email: AttrValue,
    /// Server and mail address are given: the same person signs in again.
    #[prop_or_default]
    pub fixed: bool,
    /// The new state of the application.
    pub signed_in: Callback<Rc<AppState>>,
}

/// Refuses here what needs no server to be refused.
fn check(request: &SignIn) -> Result<(), CommandError> {
    let empty = |field| CommandError::Invalid(Invalid::new(field, InvalidReason::Empty));
    if request.server.trim().is_empty() {
        return Err(empty("server"));
    }
    Email::parse(&request.email)?;
    if request.password.is_empty() {
        return Err(empty("password"));
    }
    Ok(())
}

fn field_error(i18n: &I18n, error: Option<&CommandError>, field: SignInField) -> Html {
    let Some(error) = error.filter(|error| sign_in_field(error) == field) else {
        return Html::default();
    };
    html! {
        <p class="field-error" role="alert" data-testid="sign-in-error">
            <Glyph icon={LuTriangleAlert} size={15} />
            <span>{ i18n.error(error) }</span>
        </p>
    }
}

/// The form with which a person signs in. Errors stand next to their cause.
#[component]
pub fn SignInForm(props: &SignInFormProps) -> Html {
    let i18n = use_i18n();
    let backend = use_backend();
    // There it is the server that the page comes from.
    let in_browser = backend.place() == Place::Browser;
    let [server, email, password] = [use_node_ref(), use_node_ref(), use_node_ref()];
    let error = use_state_eq(|| None::<CommandError>);
    let busy = use_state_eq(|| false);
    let revealed = use_state_eq(|| false);

    {
        // Filled once: drawing again must not take back what was typed. The keyboard goes to the
        // first field that is still empty.
        let fields = [server.clone(), email.clone(), password.clone()];
        let given = [
            props.server.clone(),
            props.email.clone(),
            AttrValue::default(),
        ];
        use_effect_with((), move |()| {
            let inputs: Vec<HtmlInputElement> = fields.iter().filter_map(NodeRef::cast).collect();
            for (input, given) in inputs.iter().zip(&given) {
                input.set_value(given);
            }
            let empty = inputs.iter().find(|input| input.value().is_empty());
            if let Some(input) = empty.or(inputs.last()) {
                let _ = input.focus();
            }
        });
    }
    let onsubmit = {
        let (server, email, password) = (server.clone(), email.clone(), password.clone());
        let (error, busy) = (error.setter(), busy.clone());
        let signed_in = props.signed_in.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let value = |node: &NodeRef| {
                node.cast::<HtmlInputElement>()
                    .map(|input| input.value())
                    .unwrap_or_default()
            };
            let request = SignIn {
                server: value(&server).trim().to_owned(),
                email: value(&email).trim().to_owned(),
                password: value(&password),
            };
            if *busy {
                return;
            }
            if let Err(refused) = check(&request) {
                return error.set(Some(refused));
            }
            error.set(None);
            busy.set(true);
            let (backend, error, busy) = (backend.clone(), error.clone(), busy.setter());
            let signed_in = signed_in.clone();
            spawn_local(async move {
                let reply = backend.call(request).await;
                busy.set(false);
                match reply {
                    Ok(state) => signed_in.emit(Rc::new(state)),
                    Err(refused) => error.set(Some(refused)),
                }
            });
        })
    };
    // With what stands in the form when it is asked for.
    let forgotten = use_state_eq(|| None::<(AttrValue, AttrValue)>);
    let forget = {
        let (server, email, forgotten) = (server.clone(), email.clone(), forgotten.setter());
        Callback::from(move |_: MouseEvent| {
            let value = |node: &NodeRef| {
                let input = node.cast::<HtmlInputElement>();
                AttrValue::from(input.map(|input| input.value()).unwrap_or_default())
            };
            forgotten.set(Some((value(&server), value(&email))));
        })
    };
    let remember = use_callback(forgotten.setter(), |(), forgotten| forgotten.set(None));
    let reveal = use_callback(revealed.clone(), |_: MouseEvent, revealed| {
        revealed.set(!**revealed)
    });
    let wrong = |field| {
        let wrong = error
            .as_ref()
            .is_some_and(|error| sign_in_field(error) == field);
        wrong.then_some("true")
    };
    let said = |field| field_error(&i18n, error.as_ref(), field);
    html! {
        <>
        <form class="form" data-testid="sign-in" novalidate=true {onsubmit}>
            { said(SignInField::Whole) }
            <label class="field" hidden={in_browser}>
                <span>{ i18n.text("sign-in-server") }</span>
                <input
                    ref={server} data-testid="server" type="url" inputmode="url" autocomplete="url"
                    spellcheck="false" autocapitalize="none"
                    readonly={props.fixed} aria-invalid={wrong(SignInField::Server)}
                    placeholder="https://palier.exemple.fr"
                />
                if !props.fixed { <small>{ i18n.text("sign-in-server-hint") }</small> }
                { said(SignInField::Server) }
            </label>
            <label class="field">
                <span>{ i18n.text("sign-in-email") }</span>
                <input
                    ref={email} data-testid="email" type="email" enterkeyhint="next" autocomplete="username"
                    spellcheck="false" autocapitalize="none"
                    readonly={props.fixed} aria-invalid={wrong(SignInField::Email)}
                />
                { said(SignInField::Email) }
            </label>
            <div class="field">
                <label for="sign-in-password">{ i18n.text("sign-in-password") }</label>
                <span class="input-with-button">
                    <input
                        id="sign-in-password" ref={password} data-testid="password"
                        type={if *revealed { "text" } else { "password" }}
                        enterkeyhint="go" autocomplete="current-password" aria-invalid={wrong(SignInField::Password)}
                    />
                    <button
                        type="button" class="icon-button" onclick={reveal}
                        aria-pressed={revealed.to_string()}
                        aria-label={i18n.text(if *revealed { "sign-in-hide-password" } else { "sign-in-show-password" })}
                    >
                        <Glyph icon={if *revealed { LuEyeOff } else { LuEye }} />
                    </button>
                </span>
                { said(SignInField::Password) }
            </div>
            <button type="button" class="link" data-testid="forgotten" onclick={forget}>
                { i18n.text("sign-in-forgotten") }
            </button>
            <button class="button primary wide" type="submit" data-testid="sign-in-submit" disabled={*busy}>
                { i18n.text(if *busy { "sign-in-busy" } else { "sign-in-submit" }) }
            </button>
        </form>
        // Not in the form: what it asks is none of this one's.
            if let Some((server, email)) = &*forgotten {
                <ForgottenPassword server={server.clone()} email={email.clone()} onclose={remember} />
            }
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_no_server_is_refused_at_once() {
        let request = |server: &str, email: &str, password: &str| SignIn {
            server: server.to_owned(),
            email: email.to_owned(),
            password: password.to_owned(),
        };
        let refused = |request: SignIn| check(&request).map_err(|error| sign_in_field(&error));
        assert_eq!(
            refused(request(" ", "a@b.fr", "x")),
            Err(SignInField::Server)
        );
        assert_eq!(
            refused(request("x.fr", "ab.fr", "x")),
            Err(SignInField::Email)
        );
        assert_eq!(
            refused(request("x.fr", "a@b.fr", "")),
            Err(SignInField::Password)
        );
        assert_eq!(refused(request("x.fr", "a@b.fr", " ")), Ok(()));
    }
}
