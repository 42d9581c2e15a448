//! What a person can do with an own ticket that has not arrived.

use crate::{
    hooks::{DraftSlot, use_send},
    logic::thread_state::ThreadState,
};
use palier_bridge::{
    request::{
        ApplyAnyway, DiscardTicket, EditTicket, RetryTicket, SendBefore, SendNow, UndoTicket,
    },
    view::Delivery,
};
use palier_domain::{TicketId, TicketKind};
use std::rc::Rc;
use yew::prelude::*;

/// What the person can do with an own ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketAct {
    /// Take it back within its undo time.
    Undo,
    /// End the undo time.
    SendNow,
    /// Take it back into the composer.
    Edit,
    /// Try again now.
    Retry,
    /// Throw it away.
    Discard,
    /// Send it before the message whose files it waits for.
    SendBefore,
    /// Do it from what somebody else made of it.
    ApplyAnyway,
}

/// Does it. Stays the same callback as long as its thread is open, so that a ticket is not drawn again because another
/// one changed.
///
/// `asks` is told which ticket the person wants to throw away, and whether it was tried before: it is for her to confirm.
#[hook]
pub(super) fn use_ticket_acts(
    thread: Option<Rc<ThreadState>>,
    draft: Rc<DraftSlot>,
    asks: Callback<(TicketId, bool)>,
) -> Callback<(TicketAct, TicketId)> {
    let latest = use_mut_ref(|| None);
    latest.replace(thread);
    let (send_now, retry) = (use_send::<SendNow>(), use_send::<RetryTicket>());
    let (before, anyway) = (use_send::<SendBefore>(), use_send::<ApplyAnyway>());
    let discard = use_send::<DiscardTicket>();
    use_callback((), move |(act, ticket_id): (TicketAct, TicketId), ()| {
        let entry = || {
            let thread: Option<Rc<ThreadState>> = latest.borrow().clone();
            thread?
                .entries
                .iter()
                .find(|it| it.id == ticket_id)
                .cloned()
        };
        match act {
            TicketAct::SendNow => send_now.emit(SendNow { ticket_id }),
            TicketAct::Retry => retry.emit(RetryTicket { ticket_id }),
            TicketAct::Undo => draft.with(|draft| {
                draft.replace(move |backend| async move {
                    backend.call(UndoTicket { ticket_id }).await
                });
            }),
            TicketAct::Edit => draft.with(|draft| {
                draft.replace(move |backend| async move {
                    backend.call(EditTicket { ticket_id }).await
                });
            }),
            TicketAct::SendBefore => before.emit(SendBefore { ticket_id }),
            TicketAct::ApplyAnyway => {
                if let Some(mutation_id) = entry().and_then(|it| it.mutation_id) {
                    anyway.emit(ApplyAnyway { mutation_id });
                }
            }
            TicketAct::Discard => match entry() {
                // No words are lost with it.
                Some(it) if it.kind == TicketKind::System => {
                    discard.emit(DiscardTicket { ticket_id });
                }
                it => {
                    let delivery = it.map(|it| it.delivery.clone());
                    let attempted = matches!(
                        delivery,
                        Some(Delivery::Waiting {
                            attempted: true,
                            ..
                        })
                    );
                    asks.emit((ticket_id, attempted));
                }
            },
        }
    })
}
