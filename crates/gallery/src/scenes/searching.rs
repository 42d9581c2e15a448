//! Searching.

use super::list;
use crate::{
    fixtures::{house, search},
    scene::{Group, Scene},
};
use palier_bridge::{CommandError, request::Search, view::SearchResults};

const FIELD: &str = "[data-testid=find]";

pub(super) const GROUP: Group = Group {
    title: "Search",
    scenes: &[
        Scene {
            name: "search",
            title: "Search: hits of every kind",
            shows: "[data-testid=search-hit] mark",
            play: |taste| list(house(taste)).fill(FIELD, "cha").into(),
        },
        Scene {
            name: "search-nothing",
            title: "Search: nothing",
            shows: ".incident-list .empty",
            play: |taste| list(house(taste)).fill(FIELD, "xylophone").into(),
        },
        Scene {
            name: "search-under-way",
            title: "Search: other words, not answered yet",
            shows: ".incident-list .list-scroll:not(:has(.empty)) .skeleton-list",
            play: |taste| {
                let replies = house(taste);
                let replies = replies.keep_waiting_when::<Search>(|asked| asked.query == "xyz");
                list(replies)
                    .fill(FIELD, "xylophone")
                    .see(".incident-list .empty")
                    .fill(FIELD, "xyz")
                    .into()
            },
        },
        Scene {
            name: "search-more-failed",
            title: "Search: the next page did not come",
            shows: ".search-results .field-error + [data-testid=search-more]",
            play: |taste| {
                let replies = house(taste).answer::<Search>(|asked| match asked.after {
                    None => Ok(SearchResults {
                        next: Some("2".to_owned()),
                        ..search(&asked.query)
                    }),
                    Some(_) => Err(CommandError::Internal {
                        reference: "gallery-3".to_owned(),
                    }),
                });
                list(replies)
                    .fill(FIELD, "cha")
                    .click("[data-testid=search-more]")
                    .into()
            },
        },
        Scene {
            name: "search-failed",
            title: "Search: failed",
            shows: ".incident-list .empty",
            play: |taste| {
                let reference = "gallery-2".to_owned();
                let replies = house(taste).refuse::<Search>(CommandError::Internal { reference });
                list(replies).fill(FIELD, "chaudière").into()
            },
        },
    ],
};
