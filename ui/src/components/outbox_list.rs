//! What waits to be sent, and why.

use super::{EmptyState, Glyph, Modal, TimeMark};
use crate::{
    context::{I18n, use_i18n},
    hooks::{use_query, use_send},
    logic::delivery::state_word,
    routes::Route,
};
use icondata_lu::{LuCircleCheckBig, LuClock, LuRefreshCw, LuTriangleAlert};
use palier_bridge::{
    AppEvent,
    request::{ApplyAnyway, DiscardOutboxItem, ListOutbox, RetryOutboxItem, SyncNow},
    view::{Delivery, FailureReason, Link, OutboxItem, OutboxWhat, SyncView},
};
use palier_domain::Role;
use yew::prelude::*;
use yew_router::prelude::*;

/// Properties of [`OutboxList`].
#[derive(PartialEq, Properties)]
pub struct OutboxListProps {
    /// Whose incidents: decides the addresses.
    pub role: Role,
    /// The connection.
    pub sync: SyncView,
    /// Closes it.
    pub onclose: Callback<()>,
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
        Delivery::Waiting {
            upload_percent: Some(percent),
            ..
        } => i18n.format("delivery-uploading", &[("percent", (*percent).into())]),
        Delivery::Cancelling => i18n.text("delivery-cancelling"),
        _ => i18n.text("delivery-waiting"),
    }
}

/// The list behind the sync pill, with a way to try again at once.
#[component]
pub fn OutboxList(props: &OutboxListProps) -> Html {
    let i18n = use_i18n();
    let navigator = use_navigator();
    let items = use_query(ListOutbox {}, |_, event| {
        matches!(
            event,
            AppEvent::SyncChanged | AppEvent::ThreadChanged { .. }
        )
    });
    let retry_all = use_send::<SyncNow>().reform(|_: MouseEvent| SyncNow {});
    let retry = use_send::<RetryOutboxItem>();
    let discard = use_send::<DiscardOutboxItem>();
    let anyway = use_send::<ApplyAnyway>();

    let explanation = match props.sync.link {
        Link::Offline => Some("outbox-offline"),
        Link::NeedsSignIn => Some("sign-in-again-body"),
        Link::UpdateRequired => Some("outbox-update"),
        _ => None,
    };
    let row = |item: &OutboxItem| {
        let id = item.incident_id;
        let (navigator, onclose, role) = (navigator.clone(), props.onclose.clone(), props.role);
        let open = Callback::from(move |_: MouseEvent| {
            onclose.emit(());
            if let Some(navigator) = &navigator {
                navigator.push(&Route::incident(role, id));
            }
        });
        let failed = matches!(item.delivery, Delivery::Failed { .. });
        let mutation_id = item.mutation_id;
        let onretry = retry.reform(move |_: MouseEvent| RetryOutboxItem { mutation_id });
        let ondiscard = discard.reform(move |_: MouseEvent| DiscardOutboxItem { mutation_id });
        // A refused message can be changed in its thread; what is not a message only here.
        let may_discard = failed
            && !matches!(
                item.what,
                OutboxWhat::Ticket { .. } | OutboxWhat::Note { .. }
            );
        let overtaken = matches!(
            item.delivery,
            Delivery::Failed {
                reason: FailureReason::ChangedMeanwhile { .. }
            }
        );
        let onanyway = anyway.reform(move |_: MouseEvent| ApplyAnyway { mutation_id });
        html! {
            <li class="outbox-item" data-state={state_word(&item.delivery)}>
                <Glyph icon={if failed { LuTriangleAlert } else { LuClock }} />
                <div>
                    <p class="outbox-what">{ what(&i18n, item) }</p>
                    <p class="quiet">
                        <button type="button" class="link" onclick={open}>{ &item.incident_title }</button>
                        { " · " }<TimeMark at={item.at} />
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
    };
    let list = match &items.data {
        Some(items) if !items.is_empty() => html! {
            <ul class="outbox">{ for items.iter().map(row) }</ul>
        },
        Some(_) => {
            html! { <EmptyState icon={LuCircleCheckBig} title={i18n.text("outbox-empty")} /> }
        }
        None => html! {
            if let Some(error) = &items.error { <p class="field-error">{ i18n.error(error) }</p> }
        },
    };
    let anything = items.data.as_ref().is_some_and(|items| !items.is_empty());
    html! {
        <Modal title={i18n.text("outbox-title")} testid="outbox-list" onclose={props.onclose.clone()}>
            if let Some(key) = explanation { <p class="quiet">{ i18n.text(key) }</p> }
            { list }
            <footer class="modal-foot">
                <button
                    type="button" class={classes!("button", anything.then_some("primary"))}
                    data-testid="sync-now" onclick={retry_all}
                >
                    <Glyph icon={LuRefreshCw} size={16} />{ i18n.text("outbox-retry-now") }
                </button>
            </footer>
        </Modal>
    }
}
