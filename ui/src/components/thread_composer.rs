//! The draft of a thread, and the composer in which it is written.

use super::TicketComposer;
use crate::{
    context::use_i18n,
    hooks::{DraftSlot, use_draft},
};
use palier_bridge::view::Draft;
use palier_domain::{IncidentId, TicketId};
use std::rc::Rc;
use yew::prelude::*;

/// Properties of [`ThreadComposer`].
#[derive(PartialEq, Properties)]
pub struct ThreadComposerProps {
    /// On which incident.
    pub incident_id: IncidentId,
    /// The draft as the core has it.
    pub loaded: Rc<Draft>,
    /// Where the thread finds the draft.
    pub slot: DraftSlot,
    /// It should be sent.
    pub on_send: Callback<()>,
    /// The person may write here.
    pub may_write: bool,
    /// The person may write notes among owners.
    pub may_note: bool,
    /// The person wants to answer this ticket.
    pub reply_to: Option<TicketId>,
    /// The field for the words.
    pub area: NodeRef,
}

/// Holds the draft, so that typing draws this and what is in it, and nothing of the thread above.
#[component]
pub fn ThreadComposer(props: &ThreadComposerProps) -> Html {
    let i18n = use_i18n();
    let draft = use_draft(props.incident_id, Some(props.loaded.clone()));
    props.slot.put(draft.clone());
    if !props.may_write {
        return html! { <p class="read-only" data-testid="read-only">{ i18n.text("thread-read-only") }</p> };
    }
    html! {
        <TicketComposer
            {draft} on_send={props.on_send.clone()} may_note={props.may_note} reply_to={props.reply_to}
            area={props.area.clone()}
        />
    }
}
