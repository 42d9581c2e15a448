//! Another password.

use super::{Glyph, Modal};
use crate::context::{Announcement, use_announce, use_backend, use_i18n};
use icondata_lu::LuTriangleAlert;
use palier_bridge::{CommandError, request::ChangePassword};
use palier_domain::{Invalid, InvalidReason, NewPassword};
use web_sys::HtmlInputElement;
use yew::{platform::spawn_local, prelude::*};

/// Properties of [`PasswordDialog`].
#[derive(PartialEq, Properties)]
pub struct PasswordDialogProps {
    /// Closes it, done or not.
    pub onclose: Callback<()>,
}

/// Why the form is not sent, or what the server said.
#[derive(Debug, Clone, PartialEq)]
enum Wrong {
    /// The new password and its repetition differ.
    Repetition,
    /// The present password is another.
    Present,
    Other(CommandError),
}

/// Refuses here what can be refused here.
fn check(present: &str, new: &str, again: &str) -> Result<(), Wrong> {
    if present.is_empty() {
        let empty = Invalid::new("current_password", InvalidReason::Empty);
        return Err(Wrong::Other(empty.into()));
    }
    NewPassword::parse(new).map_err(|invalid| Wrong::Other(invalid.into()))?;
    if new == again {
        Ok(())
    } else {
        Err(Wrong::Repetition)
    }
}

/// The present password, the new one, and the new one again.
#[component]
pub fn PasswordDialog(props: &PasswordDialogProps) -> Html {
    let i18n = use_i18n();
    let (backend, announce) = (use_backend(), use_announce());
    let [present, new, again] = [use_node_ref(), use_node_ref(), use_node_ref()];
    let wrong = use_state_eq(|| None::<Wrong>);
    let busy = use_state_eq(|| false);
    {
        let present = present.clone();
        use_effect_with((), move |()| {
            if let Some(input) = present.cast::<HtmlInputElement>() {
                let _ = input.focus();
            }
        });
    }
    let onsubmit = {
        let fields = [present.clone(), new.clone(), again.clone()];
        let (wrong, busy, done) = (wrong.setter(), busy.clone(), i18n.text("password-changed"));
        let onclose = props.onclose.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let [present, new, again] = fields.each_ref().map(|node| {
                let input = node.cast::<HtmlInputElement>();
                input.map(|input| input.value()).unwrap_or_default()
            });
            if *busy {
                return;
            }
            if let Err(refused) = check(&present, &new, &again) {
                return wrong.set(Some(refused));
            }
            wrong.set(None);
            busy.set(true);
            let (backend, announce) = (backend.clone(), announce.clone());
            let (wrong, busy, onclose) = (wrong.clone(), busy.setter(), onclose.clone());
            let done = done.clone();
            spawn_local(async move {
                let change = ChangePassword {
                    current_password: present,
                    password: new,
                };
                let changed = backend.call(change).await;
                busy.set(false);
                match changed {
                    Ok(()) => {
                        announce.emit(Announcement::Done(done));
                        onclose.emit(());
                    }
                    Err(CommandError::WrongCredentials) => wrong.set(Some(Wrong::Present)),
                    Err(refused) => wrong.set(Some(Wrong::Other(refused))),
                }
            });
        })
    };
    let said = (*wrong).as_ref().map(|wrong| match wrong {
        Wrong::Repetition => i18n.text("password-differs"),
        Wrong::Present => i18n.text("password-not-the-present"),
        Wrong::Other(error) => i18n.error(error),
    });
    let field = |node: &NodeRef, key: &str, testid: &'static str, autocomplete: &'static str| {
        html! {
            <label class="field">
                <span>{ i18n.text(key) }</span>
                <input ref={node} type="password" data-testid={testid} {autocomplete} />
            </label>
        }
    };
    let cancel = props.onclose.reform(|_: MouseEvent| ());
    html! {
        <Modal title={i18n.text("password-title")} testid="password-dialog" class="narrow" onclose={props.onclose.clone()}>
            <form class="form" novalidate=true {onsubmit}>
                { field(&present, "password-present", "password-present", "current-password") }
                { field(&new, "password-new", "password-new", "new-password") }
                <small class="quiet">{ i18n.text("password-hint") }</small>
                { field(&again, "password-again", "password-again", "new-password") }
                if let Some(said) = said {
                    <p class="field-error" role="alert" data-testid="password-error">
                        <Glyph icon={LuTriangleAlert} size={15} /><span>{ said }</span>
                    </p>
                }
                <footer class="modal-foot">
                    <button type="button" class="button" onclick={cancel}>{ i18n.text("cancel") }</button>
                    <button type="submit" class="button primary" data-testid="password-submit" disabled={*busy}>
                        { i18n.text("password-submit") }
                    </button>
                </footer>
            </form>
        </Modal>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_no_server_is_refused_at_once() {
        assert_eq!(check("old", "a good one", "a good one"), Ok(()));
        assert_eq!(
            check("old", "a good one", "a good on"),
            Err(Wrong::Repetition)
        );
        let field = |present: &str, new: &str| match check(present, new, new) {
            Err(Wrong::Other(CommandError::Invalid(invalid))) => invalid.field,
            other => format!("{other:?}"),
        };
        assert_eq!(field("", "a good one"), "current_password");
        assert_eq!(field("old", "short"), "password");
    }
}
