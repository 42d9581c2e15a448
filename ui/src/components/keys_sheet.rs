//! The sheet of keys.

use super::Modal;
use crate::{
    backend::Place,
    context::{use_backend, use_i18n},
};
use yew::prelude::*;

/// Properties of [`KeysSheet`].
#[derive(PartialEq, Properties)]
pub struct KeysSheetProps {
    /// Closes it.
    pub onclose: Callback<()>,
}

/// Keys, and the sentence for what they do. `keys-enter` is the name of a key.
const KEYS: &[(&[&str], &str)] = &[
    (&["J", "K", "↑", "↓"], "keys-move"),
    (&["keys-enter"], "keys-open"),
    (&["N"], "keys-new"),
    (&["R"], "keys-reply"),
    (&["U"], "keys-unread"),
    (&["Ctrl K"], "keys-find"),
    (&["Ctrl +", "Ctrl -", "Ctrl 0"], "keys-zoom"),
    (&["Esc"], "keys-back"),
    (&["?"], "keys-sheet"),
    (&["F1"], "keys-guide"),
];

/// Which key does what.
#[component]
pub fn KeysSheet(props: &KeysSheetProps) -> Html {
    let i18n = use_i18n();
    let in_browser = use_backend().place() == Place::Browser;
    html! {
        <Modal title={i18n.text("keys-title")} testid="keys" class="narrow" onclose={props.onclose.clone()}>
            <dl class="keys">
                { for KEYS.iter().filter(|(_, what)| !in_browser || *what != "keys-zoom").map(|(keys, what)| html! {
                    <div>
                        <dt>{ for keys.iter().map(|key| html! { <kbd>{ i18n.text(key) }</kbd> }) }</dt>
                        <dd>{ i18n.text(what) }</dd>
                    </div>
                }) }
            </dl>
        </Modal>
    }
}
