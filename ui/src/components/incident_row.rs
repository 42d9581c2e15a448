//! A row of the incident list.

use super::{CategoryIcon, Glyph, IncidentTicketNotification, PriorityMark, StatusChip, TimeMark};
use crate::{
    context::{I18n, use_i18n},
    logic::display::{LastWords, last_words},
};
use icondata_lu::{LuBellOff, LuClock, LuLock, LuPencil, LuTriangleAlert};
use palier_bridge::view::IncidentRow;
use palier_domain::IncidentId;
use yew::prelude::*;

/// Height of every row in pixels; the same in `incident_list.css`.
pub const ROW_HEIGHT: f64 = 92.0;

/// Properties of [`IncidentRowView`].
#[derive(PartialEq, Properties)]
pub struct IncidentRowViewProps {
    /// What it shows.
    pub row: IncidentRow,
    /// Where the incident's page is.
    pub href: AttrValue,
    /// Its thread is open.
    pub current: bool,
    /// Its place among all rows, from 1.
    pub position: usize,
    /// How many rows there are, where that is known.
    pub count: Option<usize>,
    /// It was chosen.
    pub onopen: Callback<IncidentId>,
}

fn words(i18n: &I18n, row: &IncidentRow) -> String {
    let said = match last_words(row) {
        LastWords::None => return i18n.text("list-words-none"),
        LastWords::Files => i18n.text("list-words-files"),
        LastWords::Words(words) => words,
    };
    let author = if row.last_is_mine {
        Some(i18n.text("you"))
    } else {
        row.last_author.clone()
    };
    match author {
        Some(author) => i18n.format(
            "list-words-of",
            &[("author", author.into()), ("words", said.into())],
        ),
        None => said,
    }
}

/// One incident: what, where, how it stands, who said what when.
#[component]
pub fn IncidentRowView(props: &IncidentRowViewProps) -> Html {
    let i18n = use_i18n();
    let row = &props.row;
    let id = row.id;
    // -1 stands for a number that nobody knows yet (WAI-ARIA, aria-setsize).
    let setsize = props.count.map_or("-1".into(), |count| count.to_string());
    let onclick = {
        let onopen = props.onopen.clone();
        Callback::from(move |event: MouseEvent| {
            event.prevent_default();
            onopen.emit(id);
        })
    };
    let mark = |icon, key: &str, kind: &'static str| {
        html! {
            <span class="incident-mark" data-mark={kind}><Glyph {icon} size={13} />{ i18n.text(key) }</span>
        }
    };
    html! {
        <li class="incident-slot" aria-setsize={setsize} aria-posinset={props.position.to_string()}>
            <a
                class="incident-row" href={props.href.clone()} {onclick}
                data-testid="incident-row"
                data-incident-id={id.to_string()}
                data-unread={(row.unread > 0).to_string()}
                aria-current={props.current.then_some("true")}
            >
                <CategoryIcon category={row.category} />
                <span class="incident-title">{ &row.title }</span>
                <span class="incident-time"><TimeMark at={row.activity_at} /></span>
                <span class="incident-words">
                    if row.has_failed { { mark(LuTriangleAlert, "list-failed", "failed") } }
                    else if row.has_waiting { { mark(LuClock, "list-waiting", "waiting") } }
                    if row.muted { { mark(LuBellOff, "list-muted", "muted") } }
                    if row.new_notes > 0 {
                        <span class="incident-mark" data-mark="notes" data-testid="new-notes">
                            <Glyph icon={LuLock} size={13} />
                            { i18n.format("list-new-notes", &[("count", row.new_notes.into())]) }
                        </span>
                    }
                    if row.has_draft { { mark(LuPencil, "list-draft", "draft") } }
                    { words(&i18n, row) }
                </span>
                <span class="incident-badge"><IncidentTicketNotification unread={row.unread} /></span>
                <span class="incident-marks">
                    <StatusChip status={row.status} />
                    <PriorityMark priority={row.priority} />
                    <span class="incident-place">{ &row.place }</span>
                </span>
            </a>
        </li>
    }
}
