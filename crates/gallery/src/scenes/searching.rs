//! Searching.

use super::list;
use crate::{
    fixtures::house,
    scene::{Group, Scene},
};
use palier_bridge::{CommandError, request::Search};

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
