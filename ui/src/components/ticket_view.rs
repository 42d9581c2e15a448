//! One message.

use super::{DeliveryMark, Glyph, RichText, TicketAct, TicketAttachments, TimeMark};
use crate::{
    clock::local,
    context::use_i18n,
    logic::{delivery::state_word, message_length::folded},
};
use icondata_lu::LuLock;
use palier_bridge::view::ThreadEntry;
use palier_domain::{AttachmentId, TicketId};
use std::rc::Rc;
use yew::prelude::*;

/// Properties of [`TicketView`].
#[derive(PartialEq, Properties)]
pub struct TicketViewProps {
    /// The ticket.
    pub entry: Rc<ThreadEntry>,
    /// It ends its run: its time is shown.
    pub last: bool,
    /// It shows how far it has come.
    pub marked: bool,
    /// Something should be done with it.
    pub on_act: Callback<(TicketAct, TicketId)>,
    /// A picture should be shown large.
    pub on_view: Callback<AttachmentId>,
}

/// A bubble with its words and files, and below it when it was and how far it has come.
#[component]
pub fn TicketView(props: &TicketViewProps) -> Html {
    let i18n = use_i18n();
    let entry = &props.entry;
    let unfolded = use_state_eq(|| false);
    let head = folded(&entry.message).map(str::to_owned);
    let text = match &head {
        Some(head) if !*unfolded => format!("{head}…"),
        _ => entry.message.clone(),
    };
    let fold = use_callback(unfolded.clone(), |_: MouseEvent, unfolded| {
        unfolded.set(!**unfolded)
    });
    let earlier = entry.written_at.map(|written| {
        let span = i18n.span(entry.at - written);
        let exact = i18n.exact(local(written));
        html! {
            <span title={i18n.format("thread-written-exact", &[("date", exact.into())])}>
                { i18n.format("thread-written-earlier", &[("span", span.into())]) }
            </span>
        }
    });
    let shows_meta = props.last || props.marked || earlier.is_some();
    let id = entry.id;
    let on_act = props.on_act.reform(move |act| (act, id));
    html! {
        <article
            class="ticket" data-testid="ticket" data-kind="message"
            data-ticket-id={id.to_string()}
            data-n={entry.n.map(|n| n.to_string())}
            data-m={entry.m.map(|m| m.to_string())}
            data-state={state_word(&entry.delivery)}
            data-mine={entry.is_mine.to_string()}
            data-note={entry.note.to_string()}
        >
            <div class="bubble" title={i18n.exact(local(entry.at))}>
                if entry.note {
                    <p class="note-mark"><Glyph icon={LuLock} size={13} />{ i18n.text("note-mark") }</p>
                }
                if !text.is_empty() {
                    <p class="ticket-text" data-testid="ticket-text"><RichText {text} /></p>
                }
                if head.is_some() {
                    <button type="button" class="link" aria-expanded={unfolded.to_string()} onclick={fold}>
                        { i18n.text(if *unfolded { "thread-less" } else { "thread-more" }) }
                    </button>
                }
                if !entry.attachments.is_empty() {
                    <TicketAttachments files={entry.attachments.clone()} on_view={props.on_view.clone()} />
                }
            </div>
            if shows_meta {
                <footer class="ticket-meta">
                    <TimeMark at={entry.at} time_only=true />
                    { earlier.unwrap_or_default() }
                    if entry.is_mine {
                        <DeliveryMark delivery={entry.delivery.clone()} {on_act} />
                    }
                </footer>
            }
        </article>
    }
}
