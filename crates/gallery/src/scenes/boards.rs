//! Single components in all their states, side by side.

use crate::{
    boards::{Marks, Pills, Sentences},
    scene::{Group, Play, Scene},
};
use yew::html;

pub(super) const GROUP: Group = Group {
    title: "Components",
    scenes: &[
        Scene {
            name: "marks",
            title: "Statuses, priorities, categories, badges",
            shows: ".board",
            play: |_| Play::Board(|| html! { <Marks /> }),
        },
        Scene {
            name: "pills",
            title: "The sync pill in every state",
            shows: ".board",
            play: |_| Play::Board(|| html! { <Pills /> }),
        },
        Scene {
            name: "sentences",
            title: "Every refusal in words",
            shows: ".board",
            play: |_| Play::Board(|| html! { <Sentences /> }),
        },
    ],
};
