//! What lies over all screens.

use super::{incident, list};
use crate::{
    fixtures::{boiler, house, id, signed_in},
    scene::{Application, Group, Scene},
};
use palier_bridge::{
    AppEvent, CommandError,
    request::{GetAppState, SetMute},
    view::RescuedView,
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
                    .click("[data-testid=settings] section:last-child .button")
                    .into()
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
