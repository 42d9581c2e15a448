//! Throwing an unsent message away.

use super::Modal;
use crate::context::use_i18n;
use yew::prelude::*;

/// Properties of [`DiscardDialog`].
#[derive(PartialEq, Properties)]
pub struct DiscardDialogProps {
    /// An attempt to send it was made whose fate is unknown.
    pub attempted: bool,
    /// It stays.
    pub onclose: Callback<()>,
    /// It goes.
    pub onconfirm: Callback<()>,
}

/// Asks before words and files are gone.
#[component]
pub fn DiscardDialog(props: &DiscardDialogProps) -> Html {
    let i18n = use_i18n();
    let stay = props.onclose.reform(|_: MouseEvent| ());
    let go = {
        let (onclose, onconfirm) = (props.onclose.clone(), props.onconfirm.clone());
        Callback::from(move |_: MouseEvent| {
            onclose.emit(());
            onconfirm.emit(());
        })
    };
    html! {
        <Modal title={i18n.text("discard-title")} testid="discard-dialog" class="narrow" onclose={props.onclose.clone()}>
            <p>{ i18n.text("discard-body") }</p>
            if props.attempted { <p>{ i18n.text("discard-attempted") }</p> }
            <footer class="modal-foot">
                <button type="button" class="button" onclick={stay}>{ i18n.text("cancel") }</button>
                <button type="button" class="button danger" data-testid="discard-confirm" onclick={go}>{ i18n.text("discard") }</button>
            </footer>
        </Modal>
    }
}
