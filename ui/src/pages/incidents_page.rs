//! List and thread beside each other; one at a time where there is no room for both.

use crate::{
    components::{
        EmptyState, IncidentListWithTickets, IncidentTicketing, ListSplit, NewIncidentDialog,
    },
    context::{use_account, use_i18n},
    hooks::use_hotkey,
    routes::{AtTicket, Beginning, Route},
};
use icondata_lu::LuMessagesSquare;
use palier_domain::{IncidentId, Role};
use yew::prelude::*;
use yew_router::prelude::*;

/// Properties of [`IncidentsPage`].
#[derive(PartialEq, Properties)]
pub struct IncidentsPageProps {
    /// Whose incidents: decides the addresses.
    pub role: Role,
    /// The incident that is open.
    pub incident_id: Option<IncidentId>,
}

/// List and thread.
#[component]
pub fn IncidentsPage(props: &IncidentsPageProps) -> Html {
    let IncidentsPageProps { role, incident_id } = *props;
    let i18n = use_i18n();
    let account = use_account();
    let navigator = use_navigator();
    let location = use_location();
    let opening = use_state_eq(|| false);
    let (page, list) = (use_node_ref(), use_node_ref());

    let go = use_callback(navigator.clone(), |route: Route, navigator| {
        if let Some(navigator) = navigator {
            navigator.push(&route);
        }
    });
    let ask_new = use_callback(opening.setter(), |(), opening| opening.set(true));
    // What was filled in stays, with its photos, while the page does.
    let held = use_state_eq(|| false);
    let close_new = {
        use_callback((opening.setter(), held.setter()), |(), (opening, held)| {
            opening.set(false);
            held.set(true);
        })
    };
    let done_new = {
        use_callback((opening.setter(), held.setter()), |(), (opening, held)| {
            opening.set(false);
            held.set(false);
        })
    };
    let opened = {
        let (go, done_new) = (go.clone(), done_new.clone());
        Callback::from(move |id| {
            done_new.emit(());
            go.emit(Route::incident(role, id));
        })
    };
    let back = go.reform(move |()| Route::incidents(role));
    {
        let (back, ask_new) = (back.clone(), ask_new.clone());
        use_hotkey(move |event| match event.key().as_str() {
            "n" | "N" if !event.ctrl_key() && !event.meta_key() => {
                ask_new.emit(());
                true
            }
            "Escape" if incident_id.is_some() => {
                back.emit(());
                true
            }
            _ => false,
        });
    }
    {
        // Asked for on another page, or beside the clock. Asked for once: the address forgets it.
        let asked = location.as_ref().is_some_and(|location| {
            let beginning = location.query::<Beginning>();
            beginning.is_ok_and(|beginning| beginning.new)
        });
        let navigator = navigator.clone();
        use_effect_with((asked, ask_new.clone()), move |(asked, ask_new)| {
            if let (true, Some(navigator)) = (*asked, navigator) {
                navigator.replace(&Route::incidents(role));
                ask_new.emit(());
            }
        });
    }
    let AtTicket {
        ticket: ticket_id,
        n: ticket_n,
        reply,
    } = location
        .and_then(|location| location.query::<AtTicket>().ok())
        .unwrap_or_default();

    let thread = match (incident_id, account) {
        (Some(incident_id), Some(current_user)) => html! {
            <IncidentTicketing
                key={incident_id.to_string()}
                {incident_id}
                {current_user}
                {ticket_id}
                {ticket_n}
                {reply}
                on_back={back}
            />
        },
        _ => html! {
            <EmptyState
                icon={LuMessagesSquare}
                title={i18n.text("thread-none-title")}
                body={i18n.text("thread-none-body")}
            />
        },
    };
    html! {
        <main ref={page.clone()} class="incidents" id="content" data-open={incident_id.is_some().to_string()}>
            // Where there is no room for both, one of their headings is gone; this one stays.
            <h1 class="sr-only">{ i18n.text("list-title") }</h1>
            <div class="incidents-list" ref={list.clone()}>
                <IncidentListWithTickets {role} selected={incident_id} on_new={ask_new} />
                <ListSplit {page} {list} />
            </div>
            <div class="incidents-thread">{ thread }</div>
            if *opening || *held {
                <NewIncidentDialog open={*opening} {opened} onclose={close_new} discarded={done_new} />
            }
        </main>
    }
}
