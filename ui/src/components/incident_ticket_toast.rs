//! An announcement in the corner of the window.

use super::Glyph;
use crate::context::{Announcement, use_i18n};
use gloo::timers::callback::Timeout;
use icondata_lu::{LuCircleCheck, LuInfo, LuMessageSquare, LuTriangleAlert, LuX};
use palier_domain::IncidentId;
use yew::prelude::*;

/// How long it stays.
const STAYS_MS: u32 = 8_000;

/// Properties of [`IncidentTicketToast`].
#[derive(PartialEq, Properties)]
pub struct IncidentTicketToastProps {
    /// What is told.
    pub announcement: Announcement,
    /// The incident should be shown.
    pub open: Callback<IncidentId>,
    /// It has been there long enough.
    pub dismiss: Callback<()>,
}

/// A message that came on another incident, something that was refused, or a sentence.
#[component]
pub fn IncidentTicketToast(props: &IncidentTicketToastProps) -> Html {
    let i18n = use_i18n();
    let pointed = use_state_eq(|| false);
    let focused = use_state_eq(|| false);
    let held = *pointed || *focused;
    use_effect_with((held, props.dismiss.clone()), |(held, dismiss)| {
        // Whoever points at it, or has the keyboard in it, is reading.
        let dismiss = dismiss.clone();
        let leaving = (!held).then(|| Timeout::new(STAYS_MS, move || dismiss.emit(())));
        move || drop(leaving)
    });
    let onmouseenter = use_callback(pointed.setter(), |_: MouseEvent, pointed| pointed.set(true));
    let onmouseleave = use_callback(pointed.setter(), |_: MouseEvent, pointed| {
        pointed.set(false)
    });
    let onfocusin = use_callback(focused.setter(), |_: FocusEvent, focused| focused.set(true));
    let onfocusout = use_callback(focused.setter(), |_: FocusEvent, focused| {
        focused.set(false)
    });
    let words = match &props.announcement {
        Announcement::Message {
            incident_id,
            title,
            body,
        } => {
            let incident_id = *incident_id;
            let onclick = {
                let (open, dismiss) = (props.open.clone(), props.dismiss.clone());
                Callback::from(move |_| {
                    dismiss.emit(());
                    open.emit(incident_id);
                })
            };
            html! {
                <button type="button" class="toast-words" {onclick}>
                    <Glyph icon={LuMessageSquare} />
                    <span>
                        <strong>{ title }</strong>
                        <span class="toast-body">{ body }</span>
                    </span>
                </button>
            }
        }
        Announcement::Done(words) => html! {
            <p class="toast-words">
                <Glyph icon={LuCircleCheck} />
                <span>{ words }</span>
            </p>
        },
        Announcement::Error(error) => html! {
            <p class="toast-words toast-error" role="alert">
                <Glyph icon={LuTriangleAlert} />
                <span>{ i18n.error(error) }</span>
            </p>
        },
        Announcement::Sentence(key) => html! {
            <p class="toast-words">
                <Glyph icon={LuInfo} />
                <span>{ i18n.text(key) }</span>
            </p>
        },
    };
    let onclick = props.dismiss.reform(|_| ());
    html! {
        <div class="toast" data-testid="toast" {onmouseenter} {onmouseleave} {onfocusin} {onfocusout}>
            { words }
            <button type="button" class="icon-button" aria-label={i18n.text("toast-dismiss")} {onclick}>
                <Glyph icon={LuX} size={16} />
            </button>
        </div>
    }
}
