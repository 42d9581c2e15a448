//! The incident list, newest activity first.

use super::{
    EmptyState, Glyph, IncidentRowView, ListFilterBar, ListSkeleton, ROW_HEIGHT, SearchHits,
};
use crate::{
    clock::{local, now},
    context::{FirstSync, use_i18n},
    hooks::{
        ListWindow, UseListFilters, has_the_keyboard, keyboard_is_lost, use_hotkey,
        use_list_filters, use_list_window, use_query, use_styles,
    },
    logic::find_in_list::{ListFilters, StatusChoice, matches},
    routes::Route,
};
use gloo::utils::document;
use icondata_lu::{LuFunnelX, LuInbox, LuOctagonAlert, LuPlus, LuSearchX};
use palier_bridge::{AppEvent, request::ListIncidents, view::IncidentRow};
use palier_domain::{IncidentId, Role};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;
use yew_router::prelude::*;

/// So many rows are asked for at first, and twice as many whenever one comes near the end of them.
const PAGE: u32 = 100;

/// Properties of [`IncidentListWithTickets`].
#[derive(PartialEq, Properties)]
pub struct IncidentListWithTicketsProps {
    /// Whose incidents: decides the addresses.
    pub role: Role,
    /// The incident whose thread is open.
    #[prop_or_default]
    pub selected: Option<IncidentId>,
    /// A new incident should be opened.
    pub on_new: Callback<()>,
}

/// Incidents with their last words and what is unread. Only the rows that are seen are drawn.
///
/// ```no_run
/// use palier_domain::Role;
/// use palier_ui::components::IncidentListWithTickets;
/// use yew::prelude::*;
///
/// #[component]
/// fn Page() -> Html {
///     html! { <IncidentListWithTickets role={Role::Owner} on_new={Callback::noop()} /> }
/// }
/// ```
#[component]
pub fn IncidentListWithTickets(props: &IncidentListWithTicketsProps) -> Html {
    let IncidentListWithTicketsProps {
        role,
        selected,
        on_new,
    } = props;
    let (role, selected) = (*role, *selected);
    let i18n = use_i18n();
    let navigator = use_navigator();
    let first_sync = use_context::<FirstSync>().unwrap_or_default().0;
    let UseListFilters {
        filters,
        set: onfilters,
        properties,
    } = use_list_filters(role);
    let typed = use_state_eq(AttrValue::default);
    let page = use_state_eq(|| PAGE);
    let incidents = use_query(
        ListIncidents {
            filter: filters.request(),
            // Whoever looks for something looks everywhere.
            limit: typed.is_empty().then_some(*page),
        },
        |_, event| matches!(event, AppEvent::IncidentsChanged | AppEvent::SessionChanged),
    );
    let rows: Rc<Vec<IncidentRow>> = use_memo(
        (
            incidents.data.clone(),
            (*typed).clone(),
            filters.clone(),
            selected,
        ),
        |(data, typed, filters, selected)| {
            let all = data.as_deref().map(Vec::as_slice).unwrap_or_default();
            all.iter()
                // The open thread keeps its row while it is being read, and a search looks everywhere.
                .filter(|row| {
                    !typed.is_empty() || filters.keeps(row) || *selected == Some(row.id)
                })
                .filter(|row| matches(row, typed))
                .cloned()
                .collect()
        },
    );
    let (list, node) = (use_node_ref(), use_node_ref());
    let ListWindow {
        rows: drawn,
        onscroll,
        show,
    } = use_list_window(node.clone(), rows.len(), ROW_HEIGHT);
    let fetched = incidents.data.as_ref().map_or(0, |all| all.len());
    let has_more = typed.is_empty() && fetched == *page as usize;
    {
        // Before its end is seen, more of it is there.
        let near_the_end = has_more && drawn.end + PAGE as usize / 2 > rows.len();
        let page = page.clone();
        use_effect_with((near_the_end, fetched), move |(near_the_end, _)| {
            if *near_the_end {
                page.set(page.saturating_mul(2));
            }
        });
    }
    let cursor = use_state_eq(|| None::<IncidentId>);

    let onopen = {
        let cursor = cursor.setter();
        use_callback(navigator, move |id: IncidentId, navigator| {
            cursor.set(Some(id));
            if let Some(navigator) = navigator {
                navigator.push(&Route::incident(role, id));
            }
        })
    };
    {
        // The keyboard goes along with the cursor; Enter then opens, as on any link.
        let show = show.clone();
        let rows = rows.clone();
        use_effect_with(*cursor, move |cursor| {
            let position = cursor.and_then(|id| rows.iter().position(|row| row.id == id));
            if let (Some(id), Some(position)) = (cursor, position) {
                show.emit(position);
                focus_row(*id);
            }
        });
    }
    {
        let (rows, cursor, show) = (rows.clone(), cursor.clone(), show);
        let list = list.clone();
        let is_here = move || keyboard_is_lost() || has_the_keyboard(&list);
        use_hotkey(move |event| {
            let down = match event.key().as_str() {
                "j" => true,
                "k" => false,
                // Elsewhere, arrows scroll or choose.
                "ArrowDown" if is_here() => true,
                "ArrowUp" if is_here() => false,
                _ => return false,
            };
            let at = cursor.or(selected);
            let position = at.and_then(|id| rows.iter().position(|row| row.id == id));
            let next = match (position, down) {
                (None, _) => Some(0),
                (Some(position), true) => position.checked_add(1),
                (Some(position), false) => position.checked_sub(1),
            };
            if let Some((position, row)) = next.and_then(|next| Some((next, rows.get(next)?))) {
                show.emit(position);
                cursor.set(Some(row.id));
            }
            true
        });
    }

    let new = on_new.reform(|_: MouseEvent| ());
    let everything = {
        let (onfilters, typed) = (onfilters.clone(), typed.setter());
        Callback::from(move |_: MouseEvent| {
            typed.set(AttrValue::default());
            onfilters.emit(ListFilters::all());
        })
    };
    // Punctuation alone is nothing to look for.
    let searching = typed.chars().any(char::is_alphanumeric);
    let narrowed = !typed.is_empty() || filters.is_narrowed();
    let new_button = html! {
        <button type="button" class="button" onclick={new.clone()}>
            <Glyph icon={LuPlus} size={16} />{ i18n.text("list-new") }
        </button>
    };
    // What has not come yet is not “nothing”.
    let coming = rows.is_empty() && !searching && first_sync.is_some();
    let nothing_at_all = incidents.data.as_ref().is_some_and(|all| all.is_empty());
    let content = if incidents.is_loading() || coming {
        html! { <ListSkeleton /> }
    } else if let (None, Some(error)) = (&incidents.data, &incidents.error) {
        let onclick = incidents.reload.reform(|_: MouseEvent| ());
        html! {
            <EmptyState icon={LuOctagonAlert} title={i18n.text("list-failed-title")} body={i18n.error(error)}>
                <button type="button" class="button" {onclick}>{ i18n.text("retry") }</button>
            </EmptyState>
        }
    } else if searching {
        html! {
            <SearchHits
                {role} typed={(*typed).clone()} rows={rows.clone()} {selected} onopen={onopen.clone()}
            />
        }
    } else if rows.is_empty()
        && !narrowed
        && (nothing_at_all || filters.status == StatusChoice::All)
    {
        html! {
            <EmptyState icon={LuInbox} title={i18n.text("list-empty-title")} body={i18n.text("list-empty-body")}>
                { new_button }
            </EmptyState>
        }
    } else if rows.is_empty() {
        let at_ease = !narrowed && filters.status == StatusChoice::Active;
        if at_ease {
            html! {
                <EmptyState icon={LuInbox} title={i18n.text("list-at-ease-title")} body={i18n.text("list-empty-body")}>
                    <button type="button" class="button" onclick={everything}>{ i18n.text("list-at-ease-action") }</button>
                    { new_button }
                </EmptyState>
            }
        } else {
            let words = filters.words(&i18n, &properties, local(now()).date());
            let hiding = [
                ("count", words.len().into()),
                ("filters", words.join(" · ").into()),
            ];
            html! {
                <EmptyState icon={LuSearchX} title={i18n.text("list-nothing-title")} body={i18n.format("list-nothing-body", &hiding)}>
                    <button type="button" class="button" data-testid="clear-filters" onclick={everything}>
                        <Glyph icon={LuFunnelX} size={16} />{ i18n.text("list-nothing-action") }
                    </button>
                </EmptyState>
            }
        }
    } else {
        let count = rows.len();
        let [before, after] =
            [drawn.start, count - drawn.end].map(|hidden| hidden as f64 * ROW_HEIGHT);
        html! {
            <Rows {before} {after}>
                { for rows[drawn.clone()].iter().enumerate().map(|(index, row)| html! {
                    <IncidentRowView
                        key={row.id.to_string()}
                        row={row.clone()}
                        href={Route::incident(role, row.id).to_path()}
                        current={selected == Some(row.id)}
                        position={drawn.start + index + 1}
                        count={(!has_more).then_some(count)}
                        onopen={onopen.clone()}
                    />
                }) }
            </Rows>
        }
    };
    let ontyped = {
        let typed = typed.setter();
        Callback::from(move |text| typed.set(text))
    };
    html! {
        <section ref={list} class="incident-list" id="incident-list" aria-label={i18n.text("list-title")} data-testid="incident-list">
            <header class="list-head">
                <h2>{ i18n.text("list-title") }</h2>
                <button
                    type="button" class="button primary" data-testid="new-incident"
                    title={i18n.text("list-new")} onclick={new}
                >
                    <Glyph icon={LuPlus} size={16} />{ i18n.text("list-new") }
                </button>
            </header>
            <ListFilterBar {filters} {onfilters} {properties} typed={(*typed).clone()} {ontyped} />
            <div class="list-scroll" ref={node} {onscroll}>{ content }</div>
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct RowsProps {
    /// The height of the rows before those that are drawn, in pixels.
    before: f64,
    /// The height of those after them.
    after: f64,
    children: Html,
}

/// Rows in the midst of a list of which nothing else is drawn.
#[component]
fn Rows(props: &RowsProps) -> Html {
    let RowsProps {
        before,
        after,
        children,
    } = props;
    let i18n = use_i18n();
    let list = use_styles(vec![("padding-block", format!("{before}px {after}px"))]);
    html! {
        <ul class="incident-rows" ref={list} aria-label={i18n.text("list-label")}>
            { children.clone() }
        </ul>
    }
}

fn focus_row(id: IncidentId) {
    let selector = format!("a[data-incident-id=\"{id}\"]");
    let row = document().query_selector(&selector).ok().flatten();
    if let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
        let _ = row.focus();
    }
}
