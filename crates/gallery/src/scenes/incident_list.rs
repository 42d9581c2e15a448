//! The incident list, none of it open.

use super::list;
use crate::{
    fixtures::{done, house, letting, long_rows, many},
    scene::{Application, Group, Scene},
};
use palier_bridge::{CommandError, request::ListIncidents};
use palier_domain::Role;
use palier_ui::routes::Route;
use yew_router::Routable;

pub(super) const GROUP: Group = Group {
    title: "Incident list",
    scenes: &[
        Scene {
            name: "list",
            title: "List: a few incidents",
            shows: "[data-testid=incident-row]",
            play: |taste| list(house(taste)).into(),
        },
        Scene {
            name: "list-all",
            title: "List: done ones too",
            shows: "[data-testid=incident-row] [data-status=closed]",
            play: |taste| {
                list(house(taste))
                    .fill("[data-testid=status-filter]", "all")
                    .into()
            },
        },
        Scene {
            name: "list-many",
            title: "List: hundreds of incidents",
            shows: "[data-testid=incident-row]",
            play: |taste| list(house(taste).say::<ListIncidents>(many())).into(),
        },
        Scene {
            name: "list-many-below",
            title: "List: hundreds, scrolled",
            shows: "[aria-posinset='300']",
            play: |taste| {
                let replies = house(taste).say::<ListIncidents>(many());
                list(replies)
                    .fill("[data-testid=status-filter]", "all")
                    .scroll(".list-scroll:has([aria-setsize='640'])", 0.466)
                    .into()
            },
        },
        Scene {
            name: "list-long-names",
            title: "List: words and names without end",
            shows: "[data-testid=incident-row]",
            play: |taste| list(house(taste).say::<ListIncidents>(long_rows())).into(),
        },
        Scene {
            name: "list-at-ease",
            title: "List: nothing is going on",
            shows: ".incident-list .empty",
            play: |taste| list(house(taste).say::<ListIncidents>(done())).into(),
        },
        Scene {
            name: "list-narrowed",
            title: "List: one property, one category",
            shows: "[aria-setsize='1']",
            play: |taste| {
                let property = letting::portfolios()[0].properties[0].id;
                let path = Route::incidents(Role::Owner).to_path();
                let address = format!("{path}?property={property}&category=plumbing");
                Application::at(address, house(taste)).into()
            },
        },
        Scene {
            name: "list-emergencies",
            title: "List: emergencies only",
            shows: "[aria-setsize='1']",
            play: |taste| {
                list(house(taste))
                    .fill("[data-testid=priority-filter]", "emergency")
                    .into()
            },
        },
        Scene {
            name: "list-behind-a-figure",
            title: "List: what a figure counts",
            shows: "[data-testid=narrowing]",
            play: |taste| {
                let dashboard = Application::at(Route::Dashboard.to_path(), house(taste));
                dashboard
                    .click("[data-testid=by-property] [data-testid=bar]")
                    .into()
            },
        },
        Scene {
            name: "list-nothing",
            title: "List: filters leave nothing",
            shows: "[data-testid=clear-filters]",
            play: |taste| {
                let replies = house(taste).say::<ListIncidents>(done());
                list(replies)
                    .fill("[data-testid=category-filter]", "gas")
                    .click("[data-testid=unread-filter]")
                    .into()
            },
        },
        Scene {
            name: "list-nothing-of-one",
            title: "List: one filter hides everything",
            shows: "[data-testid=clear-filters]",
            play: |taste| {
                let address = format!(
                    "{}?status=all&category=other",
                    Route::incidents(Role::Owner).to_path()
                );
                Application::at(address, house(taste)).into()
            },
        },
        Scene {
            name: "list-loading",
            title: "List: loading",
            shows: ".skeleton-list",
            play: |taste| list(house(taste).keep_waiting::<ListIncidents>()).into(),
        },
        Scene {
            name: "list-failed",
            title: "List: failed",
            shows: ".incident-list .empty",
            play: |taste| {
                let reference = "gallery-1".to_owned();
                let error = CommandError::Internal { reference };
                list(house(taste).refuse::<ListIncidents>(error)).into()
            },
        },
    ],
};
