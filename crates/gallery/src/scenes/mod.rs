//! Every state, by part of the application.

mod boards;
mod browser;
mod dashboard;
mod incident_list;
mod letting;
mod new_incident;
mod offline;
mod over_all;
mod searching;
mod settings;
mod start;
mod thread;
mod thread_writing;

use crate::{
    address::Taste,
    fixtures::{Author, boiler, few, head_of, house, paged, signed_in},
    replies::Replies,
    scene::{Application, Group, Scene},
};
use palier_bridge::{
    request::{GetAppState, GetThread, ListIncidents},
    view::{Draft, IncidentHead, ThreadEntry},
};
use palier_domain::{IncidentId, Role};
use palier_ui::routes::Route;
use yew_router::Routable;

/// Every state.
pub fn all() -> &'static [Group] {
    const ALL: &[Group] = &[
        start::GROUP,
        incident_list::GROUP,
        thread::GROUP,
        thread_writing::GROUP,
        searching::GROUP,
        new_incident::GROUP,
        offline::GROUP,
        dashboard::GROUP,
        letting::GROUP,
        settings::GROUP,
        over_all::GROUP,
        browser::GROUP,
        boards::GROUP,
    ];
    ALL
}

/// The state with this name in the address.
pub fn find(name: &str) -> Option<Scene> {
    let mut scenes = all().iter().flat_map(|group| group.scenes);
    scenes.find(|scene| scene.name == name).copied()
}

/// The incidents, none chosen.
fn list(replies: Replies) -> Application {
    Application::at(Route::incidents(Role::Owner).to_path(), replies)
}

/// One incident.
fn incident(id: IncidentId, replies: Replies) -> Application {
    Application::at(Route::incident(Role::Owner, id).to_path(), replies)
}

/// The incident of the boiler, with other messages, all of them read.
fn boiler_with(taste: Taste, entries: fn() -> Vec<ThreadEntry>) -> Replies {
    boiler_where(taste, entries, |_| (), Draft::default)
}

/// The incident of the boiler with other messages, another head, another draft.
fn boiler_where(
    taste: Taste,
    entries: fn() -> Vec<ThreadEntry>,
    change: fn(&mut IncidentHead),
    draft: fn() -> Draft,
) -> Replies {
    let mut rows = few();
    rows[0].unread = 0;
    let mut state = signed_in(taste);
    state.unread_total = 1;
    let read = house(taste)
        .say::<ListIncidents>(rows)
        .say::<GetAppState>(state);
    read.answer::<GetThread>(move |asked| {
        let row = &few()[0];
        let with = [Author::Awa, Author::CoOwner];
        let said = "Depuis ce matin. J’ai déjà essayé d’éteindre et de rallumer, sans effet.";
        let mut head = head_of(row, &with, said);
        head.id = boiler();
        change(&mut head);
        let entries = entries();
        let last = entries.iter().filter_map(|entry| entry.n).max();
        Ok(paged(
            head,
            &entries,
            last.unwrap_or_default(),
            draft(),
            &asked,
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_states_share_an_address_or_a_title() {
        let scenes: Vec<_> = all().iter().flat_map(|group| group.scenes).collect();
        let names: BTreeSet<_> = scenes.iter().map(|scene| scene.name).collect();
        let titles: BTreeSet<_> = scenes.iter().map(|scene| scene.title).collect();
        assert!(scenes.len() > 60, "only {}", scenes.len());
        assert_eq!([names.len(), titles.len()], [scenes.len(); 2]);
    }

    #[test]
    fn names_can_stand_in_an_address() {
        for scene in all().iter().flat_map(|group| group.scenes) {
            let plain = |letter: char| letter.is_ascii_lowercase() || letter == '-';
            assert!(scene.name.chars().all(plain), "{}", scene.name);
        }
    }
}
