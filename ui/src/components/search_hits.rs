//! What a search found, below the incidents whose row has the words.

use super::{EmptyState, Glyph, IncidentRowView, ListSkeleton, TimeMark};
use crate::{
    context::{I18n, use_i18n},
    hooks::{use_current_query, use_more_hits},
    routes::{AtTicket, Route},
};
use gloo::utils::document;
use icondata_core::Icon;
use icondata_lu::{
    LuClock, LuInbox, LuLock, LuMessageSquare, LuOctagonAlert, LuPaperclip, LuSearchX, LuUser,
};
use palier_bridge::{
    AppEvent,
    request::Search,
    view::{IncidentRow, SearchHit, SearchResults, SearchWhat},
};
use palier_domain::{IncidentId, Piece, Role};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;
use yew_router::prelude::*;

/// So many incidents stand above the messages, unless all are asked for.
const FEW: usize = 5;

/// Properties of [`SearchHits`].
#[derive(PartialEq, Properties)]
pub struct SearchHitsProps {
    /// Whose incidents: decides the addresses.
    pub role: Role,
    /// What was typed; has at least one letter.
    pub typed: AttrValue,
    /// Incidents whose row in the list has the words.
    pub rows: Rc<Vec<IncidentRow>>,
    /// The incident whose thread is open.
    pub selected: Option<IncidentId>,
    /// An incident was chosen.
    pub onopen: Callback<IncidentId>,
}

/// Incidents, messages, files and people with the words that were typed.
#[component]
pub fn SearchHits(props: &SearchHitsProps) -> Html {
    let i18n = use_i18n();
    let all_rows = use_state_eq(|| false);
    let (more, load_more) = use_more_hits(&props.typed);
    let (found, is_current) = use_current_query(
        Search {
            query: props.typed.to_string(),
            after: None,
        },
        |_, event| {
            matches!(
                event,
                AppEvent::IncidentsChanged | AppEvent::ThreadChanged { .. }
            )
        },
    );
    // Of other words nothing is said under these.
    if let (false, Some(error)) = (is_current, &found.error) {
        return html! {
            <EmptyState icon={LuOctagonAlert} title={i18n.text("search-failed-title")} body={i18n.error(error)} />
        };
    }
    let first: &SearchResults = match &found.data {
        Some(found) => found,
        None => &SearchResults::default(),
    };
    let hits: Vec<&SearchHit> = first.hits.iter().chain(&more.hits).collect();
    let in_rows = |hit: &&&SearchHit| {
        let id = hit.incident_id;
        props.rows.iter().any(|row| Some(row.id) == id)
    };
    let of = |wanted: fn(&SearchWhat) -> bool| {
        let wanted = hits.iter().filter(move |hit| wanted(&hit.what));
        wanted.copied().collect::<Vec<_>>()
    };
    let is_incident = |what: &SearchWhat| matches!(what, SearchWhat::Incident { .. });
    let incidents: Vec<_> = hits
        .iter()
        .filter(|hit| is_incident(&hit.what))
        .filter(|hit| !in_rows(hit))
        .copied()
        .collect();
    let messages = of(|what| {
        matches!(
            what,
            SearchWhat::Ticket { .. } | SearchWhat::Note { .. } | SearchWhat::File { .. }
        )
    });
    let people = of(|what| matches!(what, SearchWhat::Person { .. }));
    if hits.is_empty() && props.rows.is_empty() {
        if !is_current {
            return html! { <ListSkeleton /> };
        }
        let words = props.typed.trim().to_owned();
        return html! {
            <EmptyState
                icon={LuSearchX} title={i18n.text("search-nothing-title")}
                body={i18n.format("search-nothing-body", &[("words", words.into())])}
            />
        };
    }
    let shown = if *all_rows { props.rows.len() } else { FEW };
    let group = |key: &str, hits: Vec<&SearchHit>| {
        if hits.is_empty() {
            return Html::default();
        }
        html! {
            <>
                <h2 class="hits-title">{ i18n.text(key) }</h2>
                <ul class="hits">
                    { for hits.into_iter().map(|hit| html! { <Hit role={props.role} hit={hit.clone()} /> }) }
                </ul>
            </>
        }
    };
    let next = more.next(first.next.clone()).filter(|_| is_current);
    let onmore = {
        let next = next.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(after) = next.clone() {
                load_more.emit(after);
            }
        })
    };
    let count = props.rows.len();
    let show_all = {
        let all_rows = all_rows.setter();
        Callback::from(move |_: MouseEvent| all_rows.set(true))
    };
    html! {
        <div class="search-results" role="region" aria-label={i18n.text("search-results")} onkeydown={Callback::from(on_arrow)}>
            if !props.rows.is_empty() {
                <h2 class="hits-title">{ i18n.text("search-incidents") }</h2>
                <ul class="incident-rows">
                    { for props.rows.iter().take(shown).enumerate().map(|(index, row)| html! {
                        <IncidentRowView
                            key={row.id.to_string()}
                            row={row.clone()}
                            href={Route::incident(props.role, row.id).to_path()}
                            current={props.selected == Some(row.id)}
                            position={index + 1}
                            {count}
                            onopen={props.onopen.clone()}
                        />
                    }) }
                </ul>
                if count > shown {
                    <button type="button" class="button small hits-more" onclick={show_all}>
                        { i18n.format("search-incidents-all", &[("count", count.into())]) }
                    </button>
                }
                if !incidents.is_empty() {
                    <ul class="hits">
                        { for incidents.into_iter().map(|hit| html! { <Hit role={props.role} hit={hit.clone()} /> }) }
                    </ul>
                }
            } else {
                { group("search-incidents", incidents) }
            }
            { group("search-messages", messages) }
            if let Some(error) = &more.error {
                <p class="field-error" role="alert">{ i18n.error(error) }</p>
            }
            if next.is_some() {
                <button
                    type="button" class="button small hits-more" data-testid="search-more" onclick={onmore}
                    aria-disabled={more.loading.to_string()} aria-busy={more.loading.to_string()}
                >
                    { i18n.text("search-more") }
                </button>
            }
            { group("search-people", people) }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct HitProps {
    role: Role,
    hit: SearchHit,
}

/// One place with the words.
#[component]
fn Hit(props: &HitProps) -> Html {
    let i18n = use_i18n();
    let navigator = use_navigator();
    let hit = &props.hit;
    let (ticket, n) = match &hit.what {
        SearchWhat::Ticket { ticket_id, n, .. }
        | SearchWhat::Note { ticket_id, n, .. }
        | SearchWhat::File { ticket_id, n, .. } => (Some(*ticket_id), *n),
        _ => (None, None),
    };
    let route = hit.incident_id.map(|id| Route::incident(props.role, id));
    let href = route.map(|route| route.to_path());
    let onclick = Callback::from(move |event: MouseEvent| {
        event.prevent_default();
        if let (Some(navigator), Some(route)) = (&navigator, route) {
            let _ = navigator.push_with_query(
                &route,
                &AtTicket {
                    ticket,
                    n,
                    reply: false,
                },
            );
        }
    });
    let (icon, word) = icon_of(&hit.what);
    let is_person = matches!(hit.what, SearchWhat::Person { .. });
    let words = html! {
        <span class="hit-words">
            if let Some(author) = author(&i18n, &hit.what) { <b>{ author }</b>{ " " } }
            { for hit.excerpt.iter().map(piece) }
        </span>
    };
    let about = match (is_person, hit.title.is_empty()) {
        (true, true) => i18n.text("search-person-none"),
        (true, false) if hit.place.is_empty() => hit.title.clone(),
        (true, false) => hit.place.clone(),
        (false, _) if hit.place.is_empty() => hit.title.clone(),
        (false, _) => format!("{} · {}", hit.title, hit.place),
    };
    html! {
        <li>
            <a
                class="hit" {href} {onclick} data-testid="search-hit" data-what={word}
                data-ticket-hit={ticket.map(|id| id.to_string())}
                aria-disabled={hit.incident_id.is_none().then_some("true")}
            >
                <Glyph {icon} size={16} />
                { words }
                <span class="hit-about">
                    if hit.unsent { <Glyph icon={LuClock} size={13} /> }
                    <span>{ about }</span>
                    if let Some(at) = hit.at { <TimeMark {at} /> }
                </span>
            </a>
        </li>
    }
}

fn icon_of(what: &SearchWhat) -> (Icon, &'static str) {
    match what {
        SearchWhat::Incident { .. } => (LuInbox, "incident"),
        SearchWhat::Ticket { .. } => (LuMessageSquare, "ticket"),
        SearchWhat::Note { .. } => (LuLock, "note"),
        SearchWhat::File { .. } => (LuPaperclip, "file"),
        SearchWhat::Person { .. } => (LuUser, "person"),
    }
}

fn author(i18n: &I18n, what: &SearchWhat) -> Option<String> {
    match what {
        SearchWhat::Ticket { is_mine: true, .. } | SearchWhat::Note { is_mine: true, .. } => {
            Some(i18n.text("you"))
        }
        SearchWhat::Ticket { author, .. } | SearchWhat::Note { author, .. } => Some(author.clone()),
        _ => None,
    }
}

/// A stretch of text; marked where it is what was looked for.
fn piece(piece: &Piece) -> Html {
    match piece.hit {
        true => html! { <mark>{ &piece.text }</mark> },
        false => html! { <>{ &piece.text }</> },
    }
}

/// The arrows go from result to result, and from the first back to the field.
fn on_arrow(event: KeyboardEvent) {
    let forward = match event.key().as_str() {
        "ArrowDown" => true,
        "ArrowUp" => false,
        _ => return,
    };
    event.prevent_default();
    step_result(forward);
}

fn results() -> Vec<HtmlElement> {
    let Ok(found) = document().query_selector_all(".search-results a[href]") else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|index| found.item(index)?.dyn_into().ok())
        .collect()
}

/// Moves the keyboard to the next result, or to the one before.
pub(super) fn step_result(forward: bool) {
    let results = results();
    let active = document().active_element();
    let at = results
        .iter()
        .position(|result| active.as_ref() == Some(result.as_ref()));
    let next = match (at, forward) {
        (None, _) => results.first(),
        (Some(at), true) => results.get(at + 1),
        (Some(at), false) => at.checked_sub(1).and_then(|before| results.get(before)),
    };
    let field = || {
        let field = document().query_selector("[data-testid=find]").ok()??;
        field.dyn_into::<HtmlElement>().ok()
    };
    let target = match (next, forward) {
        (Some(next), _) => Some(next.clone()),
        (None, false) => field(),
        (None, true) => None,
    };
    if let Some(target) = target {
        let _ = target.focus();
    }
}

/// Opens the first result.
pub(super) fn open_first_result() {
    if let Some(first) = results().first() {
        first.click();
    }
}
