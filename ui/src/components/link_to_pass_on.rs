//! An invitation that was made: mailed, or a link to pass on.

use super::Glyph;
use crate::{clock::local, context::use_i18n};
use icondata_lu::{LuCheck, LuCopy};
use palier_bridge::view::InvitationLink;
use web_sys::HtmlInputElement;
use yew::{platform::spawn_local, prelude::*};

/// Properties of [`LinkToPassOn`].
#[derive(PartialEq, Properties)]
pub struct LinkToPassOnProps {
    /// The invitation.
    pub link: InvitationLink,
    /// Closes it.
    pub onclose: Callback<()>,
}

/// Says that the mail is on its way; or shows the link, once, with a button that copies it.
#[component]
pub fn LinkToPassOn(props: &LinkToPassOnProps) -> Html {
    let i18n = use_i18n();
    let field = use_node_ref();
    let copied = use_state_eq(|| false);
    let copy = {
        let (field, copied) = (field.clone(), copied.setter());
        Callback::from(move |_: MouseEvent| {
            let Some(input) = field.cast::<HtmlInputElement>() else {
                return;
            };
            // Marked too: where the clipboard is out of reach, Ctrl+C does it.
            input.select();
            let copied = copied.clone();
            let clipboard = gloo::utils::window().navigator().clipboard();
            let written = clipboard.write_text(&input.value());
            spawn_local(async move {
                let done = wasm_bindgen_futures::JsFuture::from(written).await.is_ok();
                copied.set(done);
            });
        })
    };
    let until = i18n.exact(local(props.link.expires_at));
    let words = [
        ("email", props.link.email.as_str().into()),
        ("date", until.into()),
    ];
    let close = props.onclose.reform(|_: MouseEvent| ());
    html! {
        <div class="form" data-testid="invitation-made">
            if let Some(link) = &props.link.link {
                <p>{ i18n.format("letting-link", &words) }</p>
                <div class="field-with-button">
                    <input ref={field} type="text" readonly=true value={link.clone()} data-testid="invitation-link" aria-label={i18n.text("letting-link-label")} />
                    <button type="button" class="button" data-testid="copy-link" onclick={copy}>
                        <Glyph icon={if *copied { LuCheck } else { LuCopy }} size={16} />
                        { i18n.text(if *copied { "letting-copied" } else { "letting-copy" }) }
                    </button>
                </div>
            } else {
                <p>{ i18n.format("letting-mailed", &words) }</p>
            }
            <footer class="modal-foot">
                <button type="button" class="button primary" onclick={close}>{ i18n.text("close") }</button>
            </footer>
        </div>
    }
}
