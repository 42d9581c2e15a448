//! What others wrote and this program is built from, with the terms on which it may be.

use super::Modal;
use crate::{
    context::use_i18n,
    hooks::{Licence, Licences, use_licences},
};
use std::rc::Rc;
use yew::prelude::*;

/// Properties of [`LicencesDialog`].
#[derive(PartialEq, Properties)]
pub struct LicencesDialogProps {
    /// Closes it.
    pub onclose: Callback<()>,
}

/// All of them by name; a text is drawn once it is wanted.
#[component]
pub fn LicencesDialog(props: &LicencesDialogProps) -> Html {
    let i18n = use_i18n();
    let content = match use_licences() {
        None => html! { <p aria-busy="true">{ i18n.text("loading") }</p> },
        Some(Err(())) => html! { <p role="alert">{ i18n.text("licences-missing") }</p> },
        Some(Ok(licences)) => {
            let count = [("count", licences.packages.len().into())];
            html! {
                <>
                    <p class="quiet">{ i18n.format("licences-count", &count) }</p>
                    <ul class="licences" data-testid="licences">
                        { for (0..licences.packages.len()).map(|at| html! {
                            <LicenceRow key={at} licences={licences.clone()} {at} />
                        }) }
                    </ul>
                </>
            }
        }
    };
    html! {
        <Modal title={i18n.text("settings-licences")} testid="licences-dialog" onclose={props.onclose.clone()}>
            { content }
        </Modal>
    }
}

#[derive(PartialEq, Properties)]
struct LicenceRowProps {
    licences: Rc<Licences>,
    at: usize,
}

#[component]
fn LicenceRow(props: &LicenceRowProps) -> Html {
    let open = use_state_eq(|| false);
    let ontoggle = use_callback((open.setter(), *open), |_: Event, (set, open)| {
        set.set(!open)
    });
    let Some(Licence {
        name,
        version,
        licence,
        texts,
    }) = props.licences.packages.get(props.at)
    else {
        return html! {};
    };
    let text = |number: &usize| {
        props
            .licences
            .texts
            .get(*number)
            .cloned()
            .unwrap_or_default()
    };
    html! {
        <li>
            <details {ontoggle}>
                <summary><strong>{ name }</strong>{ " " }{ version }{ " · " }<span class="quiet">{ licence }</span></summary>
                if *open { { for texts.iter().map(|number| html! { <pre>{ text(number) }</pre> }) } }
            </details>
        </li>
    }
}
