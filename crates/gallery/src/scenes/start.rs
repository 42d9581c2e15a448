//! Before there is anything: starting, signing in, the first run.

use super::list;
use crate::{
    fixtures::{figures, house, signed_in, signed_out},
    replies::Replies,
    scene::{Application, Group, Play, Scene},
};
use palier_bridge::{
    CommandError,
    request::{
        GetAppState, GetDashboard, ListIncidents, ListPortfolios, ListProperties, ListUnits, SignIn,
    },
    view::SyncView,
};

pub(super) const GROUP: Group = Group {
    title: "Starting and signing in",
    scenes: &[
        Scene {
            name: "starting",
            title: "Starting",
            shows: ".splash",
            play: |_| Application::at("/", Replies::default().keep_waiting::<GetAppState>()).into(),
        },
        Scene {
            name: "start-failed",
            title: "The start failed",
            shows: "[data-testid=start-failed]",
            play: |_| {
                let replies =
                    Replies::default().refuse::<GetAppState>(CommandError::FolderNotWritable);
                Application::at("/", replies).into()
            },
        },
        Scene {
            name: "outside",
            title: "Opened outside the application",
            shows: ".empty",
            play: |_| Play::Outside,
        },
        Scene {
            name: "sign-in",
            title: "Signing in",
            shows: "[data-testid=sign-in]",
            play: |taste| out(taste).into(),
        },
        Scene {
            name: "sign-in-refused",
            title: "Signing in: wrong password",
            shows: "[data-testid=sign-in-error]",
            play: |taste| refused(taste, CommandError::WrongCredentials),
        },
        Scene {
            name: "sign-in-unreachable",
            title: "Signing in: no server there",
            shows: "[data-testid=sign-in-error]",
            play: |taste| {
                let address = "https://palier.exemple.fr".to_owned();
                refused(taste, CommandError::ServerUnreachable { address })
            },
        },
        Scene {
            name: "sign-in-too-often",
            title: "Signing in: too many attempts",
            shows: "[data-testid=sign-in-error]",
            play: |taste| refused(taste, CommandError::TooManyAttempts { seconds: 90 }),
        },
        Scene {
            name: "sign-in-busy",
            title: "Signing in: under way",
            shows: "[data-testid=sign-in-submit][disabled]",
            play: |taste| {
                let mut application = out(taste);
                application.replies = application.replies.keep_waiting::<SignIn>();
                fill(application).into()
            },
        },
        Scene {
            name: "first-run",
            title: "The first run, with nothing in it",
            shows: ".incident-list .empty",
            play: |taste| {
                let mut state = signed_in(taste);
                state.unread_total = 0;
                let replies = house(taste)
                    .say::<GetAppState>(state)
                    .say::<ListIncidents>(Vec::new())
                    .say::<ListPortfolios>(Vec::new())
                    .say::<ListProperties>(Vec::new())
                    .say::<ListUnits>(Vec::new())
                    .answer::<GetDashboard>(|asked| figures::nobody(&asked));
                list(replies).into()
            },
        },
        Scene {
            name: "first-sync",
            title: "The first synchronisation",
            shows: ".skeleton-list",
            play: |taste| {
                let mut state = signed_in(taste);
                state.unread_total = 0;
                state.sync = SyncView {
                    first_sync_rows: Some(1_240),
                    up_to_date_at: None,
                    ..state.sync
                };
                list(
                    house(taste)
                        .say::<GetAppState>(state)
                        .say::<ListIncidents>(Vec::new()),
                )
                .into()
            },
        },
    ],
};

fn out(taste: crate::address::Taste) -> Application {
    Application::at("/", house(taste).say::<GetAppState>(signed_out(taste)))
}

fn fill(application: Application) -> Application {
    application
        .fill("[data-testid=email]", "claire.dubois@exemple.fr")
        .fill("[data-testid=password]", "lilas-1987")
        .click("[data-testid=sign-in-submit]")
}

fn refused(taste: crate::address::Taste, error: CommandError) -> Play {
    let mut application = out(taste);
    application.replies = application.replies.refuse::<SignIn>(error);
    fill(application).into()
}
