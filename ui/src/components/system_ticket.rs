//! A status moved: a line in the middle of the thread.

use super::{DeliveryMark, Glyph, TicketAct, TimeMark, status_chip::status_icon};
use crate::{context::use_i18n, logic::delivery::state_word};
use icondata_lu::{LuClock, LuInfo};
use palier_bridge::view::{Delivery, ThreadEntry};
use palier_domain::TicketId;
use std::rc::Rc;
use yew::prelude::*;

/// Properties of [`SystemTicket`].
#[derive(PartialEq, Properties)]
pub struct SystemTicketProps {
    /// The ticket.
    pub entry: Rc<ThreadEntry>,
    /// Something should be done with it.
    pub on_act: Callback<(TicketAct, TicketId)>,
}

/// Who moved the status from where to where, and when.
#[component]
pub fn SystemTicket(props: &SystemTicketProps) -> Html {
    let i18n = use_i18n();
    let entry = &props.entry;
    let name = if entry.is_mine {
        i18n.text("you")
    } else {
        entry.author_name.clone()
    };
    let words = match entry.status_change {
        Some((from, to)) => i18n.format(
            "thread-status-moved",
            &[
                ("name", name.into()),
                ("from", i18n.status(from).into()),
                ("to", i18n.status(to).into()),
            ],
        ),
        None => entry.message.clone(),
    };
    let unsent = matches!(
        entry.delivery,
        Delivery::Held { .. } | Delivery::Waiting { .. }
    );
    let failed = matches!(entry.delivery, Delivery::Failed { .. });
    let id = entry.id;
    let icon = entry
        .status_change
        .map_or(LuInfo, |(_, to)| status_icon(to));
    html! {
        <li
            class="system-ticket" data-testid="ticket" data-kind="system"
            data-ticket-id={entry.id.to_string()}
            data-n={entry.n.map(|n| n.to_string())}
            data-state={state_word(&entry.delivery)}
        >
            <span>
                <Glyph {icon} size={14} />
                <span data-testid="ticket-text">{ words }</span>
                <TimeMark at={entry.at} time_only=true />
                if unsent {
                    <span class="system-waits" title={i18n.text("delivery-waiting")}><Glyph icon={LuClock} size={13} /></span>
                }
            </span>
            if failed {
                <DeliveryMark delivery={entry.delivery.clone()} on_act={props.on_act.reform(move |act| (act, id))} />
            }
        </li>
    }
}
