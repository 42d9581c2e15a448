//! Who is signed in on this device: the account that is shown, and those that work behind it.

use super::{Avatar, Glyph, IncidentTicketNotification, Modal, SignInForm, SignOutDialog};
use crate::{
    backend::Place,
    context::{Announcement, use_account, use_announce, use_backend, use_i18n},
    logic::display::account_state,
};
use icondata_lu::{LuInfo, LuLogOut, LuPlus};
use palier_bridge::{
    request::SwitchAccount,
    view::{AppState, OtherAccount},
};
use std::rc::Rc;
use yew::{platform::spawn_local, prelude::*};

/// Properties of [`AccountsSection`].
#[derive(PartialEq, Properties)]
pub struct AccountsSectionProps {
    /// The accounts behind the one that is shown.
    pub others: Vec<OtherAccount>,
    /// The server's address to start from when an account is added.
    pub server: AttrValue,
    /// A newer state came as the reply to something.
    pub state_changed: Callback<Rc<AppState>>,
}

/// What opens over the section.
#[derive(Clone, Copy, PartialEq)]
enum Dialog {
    SignOut,
    Add,
}

/// The accounts, with the ways to change between them, to add one and to leave.
#[component]
pub fn AccountsSection(props: &AccountsSectionProps) -> Html {
    let i18n = use_i18n();
    let place = use_backend().place();
    let backend = use_backend();
    let announce = use_announce();
    let account = use_account();
    let dialog = use_state_eq(|| None::<Dialog>);

    let opens = |which: Dialog| {
        let dialog = dialog.setter();
        Callback::from(move |_: MouseEvent| dialog.set(Some(which)))
    };
    let onclose = use_callback(dialog.setter(), |(), dialog| dialog.set(None));
    let done = {
        let dialog = dialog.setter();
        let state_changed = props.state_changed.clone();
        Callback::from(move |state: Rc<AppState>| {
            dialog.set(None);
            state_changed.emit(state);
        })
    };
    let other = |other: &OtherAccount| {
        let onclick = {
            let (backend, announce) = (backend.clone(), announce.clone());
            let (key, done) = (other.key.clone(), done.clone());
            Callback::from(move |_: MouseEvent| {
                let (backend, announce) = (backend.clone(), announce.clone());
                let (key, done) = (key.clone(), done.clone());
                spawn_local(async move {
                    match backend.call(SwitchAccount { key }).await {
                        Ok(state) => done.emit(Rc::new(state)),
                        Err(error) => announce.emit(Announcement::Error(error)),
                    }
                });
            })
        };
        let (key, count) = account_state(other);
        html! {
            <div class="setting" key={other.key.clone()} data-testid="other-account">
                <Avatar name={other.name.clone()} />
                <span>
                    { &other.name }
                    <small>{ i18n.format("settings-signed-in", &[("email", other.email.as_str().into()), ("server", other.server.as_str().into())]) }</small>
                    <small>{ i18n.format(key, &[("count", count.into())]) }</small>
                </span>
                <IncidentTicketNotification unread={other.unread} />
                <button type="button" class="button" data-testid="switch-account" {onclick}>
                    { i18n.text("settings-switch-account") }
                </button>
            </div>
        }
    };
    html! {
        <section class="card settings" data-testid="accounts">
            <h2>{ i18n.text("settings-account") }</h2>
            if let Some(account) = account {
                <div class="setting">
                    <Avatar name={account.name.clone()} />
                    <span>
                        { &account.name }
                        <small>{ i18n.format("settings-signed-in", &[("email", account.email.as_str().into()), ("server", account.server.as_str().into())]) }</small>
                    </span>
                    <button type="button" class="button" data-testid="sign-out" onclick={opens(Dialog::SignOut)}>
                        <Glyph icon={LuLogOut} size={16} />{ i18n.text("settings-sign-out") }
                    </button>
                </div>
                if account.session_in_memory {
                    <p class="notice"><Glyph icon={LuInfo} />{ i18n.text("sign-in-in-memory") }</p>
                }
            }
            { for props.others.iter().map(other) }
            // A browser has one session.
            if place == Place::Window {
                <div class="setting">
                    <span><small>{ i18n.text("settings-add-account-hint") }</small></span>
                    <button type="button" class="button" data-testid="add-account" onclick={opens(Dialog::Add)}>
                        <Glyph icon={LuPlus} size={16} />{ i18n.text("settings-add-account") }
                    </button>
                </div>
            }
            { match *dialog {
                Some(Dialog::SignOut) => html! { <SignOutDialog signed_out={done} {onclose} /> },
                Some(Dialog::Add) => html! {
                    <Modal title={i18n.text("settings-add-account")} testid="add-account-dialog" {onclose}>
                        <SignInForm server={props.server.clone()} signed_in={done} />
                    </Modal>
                },
                None => html! {},
            } }
        </section>
    }
}
