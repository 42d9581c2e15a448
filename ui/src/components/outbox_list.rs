//! What waits to be sent, and why.

use super::{EmptyState, Glyph, ListSkeleton, Modal, OutboxLine};
use crate::{
    context::{use_backend, use_i18n},
    hooks::{use_query, use_send},
};
use icondata_lu::{LuCircleCheckBig, LuRefreshCw};
use palier_bridge::{
    AppEvent,
    request::{ListOutbox, SyncNow},
    view::{Link, OutboxItem, SyncView},
};
use palier_domain::Role;
use yew::prelude::*;

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

/// The list behind the sync pill, with a way to try again at once. What the server had once and could
/// not be given back stands apart: it was not refused when it was written.
#[component]
pub fn OutboxList(props: &OutboxListProps) -> Html {
    let i18n = use_i18n();
    let place = use_backend().place();
    let items = use_query(ListOutbox {}, |_, event| {
        matches!(
            event,
            AppEvent::SyncChanged | AppEvent::ThreadChanged { .. }
        )
    });
    let retry_all = use_send::<SyncNow>().reform(|_: MouseEvent| SyncNow {});

    let explanation = match props.sync.link {
        Link::Offline => Some("outbox-offline"),
        Link::NeedsSignIn => Some("sign-in-again-body"),
        Link::UpdateRequired => Some(place.either("outbox-update", "outbox-update-browser")),
        _ => None,
    };
    let line = |item: &&OutboxItem| {
        html! {
            <OutboxLine
                key={item.mutation_id.to_string()} item={(*item).clone()} role={props.role}
                onopen={props.onclose.clone()}
            />
        }
    };
    let list = match &items.data {
        Some(items) if !items.is_empty() => {
            let (lost, waiting): (Vec<_>, Vec<_>) =
                items.iter().partition(|item| item.not_put_back);
            html! {
                <>
                    if !waiting.is_empty() {
                        <ul class="outbox">{ for waiting.iter().map(line) }</ul>
                    }
                    if !lost.is_empty() {
                        <section data-testid="not-put-back" aria-labelledby="not-put-back">
                            <h3 id="not-put-back">{ i18n.text("outbox-put-back") }</h3>
                            <p class="quiet">{ i18n.text("outbox-put-back-why") }</p>
                            <ul class="outbox">{ for lost.iter().map(line) }</ul>
                        </section>
                    }
                </>
            }
        }
        Some(_) => {
            html! { <EmptyState icon={LuCircleCheckBig} title={i18n.text("outbox-empty")} /> }
        }
        None => match &items.error {
            Some(error) => html! { <p class="field-error" role="alert">{ i18n.error(error) }</p> },
            None => html! { <ListSkeleton /> },
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
