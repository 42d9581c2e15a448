//! The dashboard.

use crate::{
    address::Taste,
    fixtures::{dashboard, house, signed_in},
    replies::Replies,
    scene::{Application, Group, Scene},
};
use palier_bridge::{
    CommandError,
    request::{GetAppState, GetDashboard, ListIncidents},
};
use palier_ui::routes::Route;
use yew_router::Routable;

pub(super) const GROUP: Group = Group {
    title: "Dashboard",
    scenes: &[
        Scene {
            name: "dashboard",
            title: "Dashboard",
            shows: "[data-testid=dashboard] .figure-count",
            play: |taste| at(house(taste)).into(),
        },
        Scene {
            name: "dashboard-empty",
            title: "Dashboard: nothing yet",
            shows: "[data-testid=dashboard] .figure-count",
            play: |taste| at(empty(taste)).into(),
        },
        Scene {
            name: "dashboard-loading",
            title: "Dashboard: loading",
            shows: "[data-testid=dashboard]",
            play: |taste| {
                let replies = house(taste).keep_waiting::<GetDashboard>();
                at(replies.keep_waiting::<ListIncidents>()).into()
            },
        },
        Scene {
            name: "dashboard-failed",
            title: "Dashboard: failed",
            shows: "[data-testid=dashboard] .empty",
            play: |taste| {
                let reference = "gallery-3".to_owned();
                let error = CommandError::Internal { reference };
                at(house(taste).refuse::<GetDashboard>(error)).into()
            },
        },
    ],
};

fn at(replies: Replies) -> Application {
    Application::at(Route::Dashboard.to_path(), replies)
}

fn empty(taste: Taste) -> Replies {
    let mut state = signed_in(taste);
    state.unread_total = 0;
    let replies = house(taste).say::<GetAppState>(state);
    let replies = replies
        .answer::<GetDashboard>(|asked| dashboard(asked.period, 0).ok_or(CommandError::Offline));
    replies.say::<ListIncidents>(Vec::new())
}
