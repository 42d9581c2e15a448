//! One line of what waits to be sent, with what can be done about it.

use super::{Glyph, TimeMark};
use crate::{
    context::{I18n, use_i18n},
    hooks::use_send,
    logic::delivery::state_word,
    routes::Route,
};
use icondata_lu::{LuClock, LuTriangleAlert};
use palier_bridge::{
    request::{ApplyAnyway, DiscardOutboxItem, RetryOutboxItem},
    view::{Delivery, FailureReason, OutboxItem, OutboxWhat},
};
use palier_domain::Role;
use yew::prelude::*;
use yew_router::prelude::*;

/// Properties of [`OutboxLine`].
#[derive(PartialEq, Properties)]
pub struct OutboxLineProps {
    /// What waits or failed.
    pub item: OutboxItem,
    /// Whose incidents: decides the addresses.
    pub role: Role,
    /// Its incident was opened.
    pub onopen: Callback<()>,
}

fn what(i18n: &I18n, item: &OutboxItem) -> String {
    match &item.what {
        OutboxWhat::Ticket { words } if words.is_empty() => i18n.text("list-words-files"),
        OutboxWhat::Ticket { words } => words.clone(),
        OutboxWhat::Note { words } => {
            i18n.format("outbox-note", &[("words", words.as_str().into())])
        }
        OutboxWhat::Mute { muted: true } => i18n.text("outbox-mute"),
        OutboxWhat::Mute { muted: false } => i18n.text("outbox-unmute"),
        OutboxWhat::Incident => i18n.text("outbox-incident"),
        OutboxWhat::Status { to } => {
            i18n.format("outbox-status", &[("to", i18n.status(*to).into())])
        }
        OutboxWhat::Priority { to } => {
            i18n.format("outbox-priority", &[("to", i18n.priority(*to).into())])
        }
        OutboxWhat::Category { to } => {
            i18n.format("outbox-category", &[("to", i18n.category(*to).into())])
        }
        OutboxWhat::Cancel => i18n.text("outbox-cancel"),
    }
}

fn why(i18n: &I18n, delivery: &Delivery) -> String {
    match delivery {
        Delivery::Failed { reason } => i18n.failure(reason),
        Delivery::Waiting { troubled: true, .. } => i18n.text("delivery-troubled"),
        Delivery::Waiting {
            upload_percent: Some(percent),
            ..
        } => i18n.format("delivery-uploading", &[("percent", (*percent).into())]),
        Delivery::Cancelling => i18n.text("delivery-cancelling"),
        _ => i18n.text("delivery-waiting"),
    }
}

/// What waits, on which incident, why, and the ways on.
#[component]
pub fn OutboxLine(props: &OutboxLineProps) -> Html {
    let i18n = use_i18n();
    let navigator = use_navigator();
    let retry = use_send::<RetryOutboxItem>();
    let discard = use_send::<DiscardOutboxItem>();
    let anyway = use_send::<ApplyAnyway>();
    let item = &props.item;
    let mutation_id = item.mutation_id;

    let open = {
        let (onopen, role, id) = (props.onopen.clone(), props.role, item.incident_id);
        Callback::from(move |_: MouseEvent| {
            onopen.emit(());
            if let Some(navigator) = &navigator {
                navigator.push(&Route::incident(role, id));
            }
        })
    };
    let failed = matches!(item.delivery, Delivery::Failed { .. });
    // A refused message can be changed in its thread; what is not a message only here, and what could
    // not be put back may have no thread any more.
    let is_message = matches!(
        item.what,
        OutboxWhat::Ticket { .. } | OutboxWhat::Note { .. }
    );
    let may_discard = failed && (item.not_put_back || !is_message);
    let overtaken = matches!(
        item.delivery,
        Delivery::Failed {
            reason: FailureReason::ChangedMeanwhile { .. }
        }
    );
    let onretry = retry.reform(move |_: MouseEvent| RetryOutboxItem { mutation_id });
    let ondiscard = discard.reform(move |_: MouseEvent| DiscardOutboxItem { mutation_id });
    let onanyway = anyway.reform(move |_: MouseEvent| ApplyAnyway { mutation_id });
    html! {
        <li
            class={classes!("outbox-item", item.not_put_back.then_some("whole"))}
            data-state={state_word(&item.delivery)}
        >
            <Glyph icon={if failed { LuTriangleAlert } else { LuClock }} />
            <div>
                <p class="outbox-what">{ what(&i18n, item) }</p>
                <p class="quiet">
                    if !item.incident_title.is_empty() {
                        <button type="button" class="link" onclick={open}>{ &item.incident_title }</button>
                        { " · " }
                    }
                    <TimeMark at={item.at} />
                </p>
                <p class="outbox-why">{ why(&i18n, &item.delivery) }</p>
            </div>
            if overtaken {
                <button type="button" class="button small" data-testid="apply-anyway" onclick={onanyway}>
                    { i18n.text("delivery-apply-anyway") }
                </button>
            } else if failed {
                <button type="button" class="button small" onclick={onretry}>{ i18n.text("retry") }</button>
            }
            if may_discard {
                <button type="button" class="button small" onclick={ondiscard}>{ i18n.text("discard") }</button>
            }
        </li>
    }
}
