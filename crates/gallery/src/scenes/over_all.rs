//! What lies over all screens.

use super::{incident, list};
use crate::{
    fixtures::{boiler, clock::days_ago, house, id, signed_in},
    scene::{Application, Group, Scene},
};
use palier_bridge::{
    AppEvent, CommandError,
    request::{GetAppState, SetMute, TakeLink},
    view::{CrashView, LinkTarget, RescuedView},
};
use palier_ui::routes::Route;
use yew_router::Routable;

pub(super) const GROUP: Group = Group {
    title: "Over all screens",
    scenes: &[
        Scene {
            name: "keys",
            title: "The sheet of keys",
            shows: "[data-testid=keys]",
            play: |taste| {
                let application = Application::at(Route::Settings.to_path(), house(taste));
                application
                    .click("[data-testid=about] button.button")
                    .into()
            },
        },
        Scene {
            name: "guide",
            title: "The user’s guide",
            shows: "[data-testid=guide] h2",
            play: |taste| Application::at(Route::Guide.to_path(), house(taste)).into(),
        },
        Scene {
            name: "crash",
            title: "An earlier run crashed",
            shows: "[data-testid=crash-notice]",
            play: |taste| {
                let mut state = signed_in(taste);
                state.sync.waiting = 2;
                state.crashed = Some(CrashView {
                    at: days_ago(1, 18, 12),
                    file: "palier-2026-11-23T18-12-04.txt".to_owned(),
                });
                list(house(taste).say::<GetAppState>(state)).into()
            },
        },
        Scene {
            name: "link-not-here",
            title: "A link leads to an incident that is not here",
            shows: "[data-testid=toast]",
            play: |taste| {
                let replies = house(taste).say::<TakeLink>(Some(LinkTarget::NotHere));
                list(replies).hear(AppEvent::LinkFollowed).into()
            },
        },
        Scene {
            name: "toasts",
            title: "Messages on other incidents",
            shows: "[data-testid=toast]",
            play: |taste| {
                let arrived = |n: u64, title: &str, body: &str| AppEvent::MessageArrived {
                    incident_id: id(n),
                    title: title.to_owned(),
                    body: body.to_owned(),
                };
                list(house(taste))
                    .hear(arrived(2, "Thomas Lefèvre · 1A", "J’ai mis une bassine, ça tient."))
                    .hear(arrived(3, "Karim Benali · 8 quai de la Fosse", "Les pompiers sont passés, tout est coupé. Je vous rappelle dès que je peux remonter chez moi, ils disent dans une heure."))
                    .into()
            },
        },
        Scene {
            name: "toast-error",
            title: "Something was refused",
            shows: "[data-testid=toast]",
            play: |taste| {
                let replies = house(taste).refuse::<SetMute>(CommandError::DiskFull);
                incident(boiler(), replies)
                    .click("[data-testid=mute]")
                    .into()
            },
        },
        Scene {
            name: "rescue",
            title: "A damaged journal was rescued",
            shows: "[data-testid=rescue-notice]",
            play: |taste| {
                let mut state = signed_in(taste);
                state.rescued = Some(RescuedView {
                    unsent: 2,
                    drafts: 1,
                    incomplete: true,
                    kept: "journal-abime-2026-11-24.sqlite".to_owned(),
                });
                list(house(taste).say::<GetAppState>(state)).into()
            },
        },
    ],
};
