//! The dashboard.

use crate::{
    address::Taste,
    fixtures::{figures, house, signed_in},
    replies::Replies,
    scene::{Application, Group, Scene},
};
use palier_bridge::{
    CommandError,
    request::{GetAppState, GetDashboard, ListIncidents},
    view::SyncView,
};
use palier_ui::routes::Route;
use yew_router::Routable;

pub(super) const GROUP: Group = Group {
    title: "Dashboard",
    scenes: &[
        Scene {
            name: "dashboard",
            title: "Dashboard",
            shows: "[data-testid=by-week] [data-testid=bar]",
            play: |taste| at(house(taste)).into(),
        },
        Scene {
            name: "dashboard-quiet",
            title: "Dashboard: a period in which nothing happened",
            shows: "[data-testid=by-week] .chart-nothing",
            play: |taste| {
                at(house(taste).answer::<GetDashboard>(|asked| figures::quiet(&asked))).into()
            },
        },
        Scene {
            name: "dashboard-incomplete",
            title: "Dashboard: incidents are still arriving",
            shows: "[data-testid=dashboard] .notice",
            play: |taste| {
                let mut state = signed_in(taste);
                state.sync = SyncView {
                    first_sync_rows: Some(1_240),
                    up_to_date_at: None,
                    ..state.sync
                };
                at(house(taste).say::<GetAppState>(state)).into()
            },
        },
        Scene {
            name: "dashboard-empty",
            title: "Dashboard: nothing is let yet",
            shows: "[data-testid=dashboard] .empty",
            play: |taste| at(empty(taste)).into(),
        },
        Scene {
            name: "dashboard-days-refused",
            title: "Dashboard: days that run backwards",
            shows: "[data-testid=dashboard-error]",
            play: |taste| {
                at(house(taste))
                    .fill("[data-testid=dashboard-period]", "days")
                    .fill("[data-testid=dashboard-to]", "2026-01-31")
                    .into()
            },
        },
        Scene {
            name: "dashboard-loading",
            title: "Dashboard: loading",
            shows: "[data-testid=dashboard] .bone",
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
    let replies = replies.answer::<GetDashboard>(|asked| figures::nobody(&asked));
    replies.say::<ListIncidents>(Vec::new())
}
