//! Settings, accounts, signing out.

use crate::{
    fixtures::{clock, device, house, others, signed_in},
    replies::Replies,
    scene::{Application, Group, Scene},
};
use chrono::TimeDelta;
use palier_bridge::{
    AppEvent, CommandError,
    request::{ExportData, GetAbout, GetAppState, ListDevices, SignOut, TestNotifications},
    view::{About, Link, NotificationTest},
};
use palier_domain::{Pause, QuietHours};
use palier_ui::routes::Route;
use yew_router::Routable;

const PAGE: &str = "[data-testid=settings]";
const PASSWORD: &str = "[data-testid=change-password]:not([disabled])";
const TESTED: &str = "[data-testid=notification-test]";

pub(super) const GROUP: Group = Group {
    title: "Settings",
    scenes: &[
        Scene {
            name: "settings",
            title: "Settings",
            shows: "[data-testid=settings]",
            play: |taste| at(house(taste)).into(),
        },
        Scene {
            name: "settings-accounts",
            title: "Settings: several accounts",
            shows: "[data-testid=other-account]",
            play: |taste| {
                let mut state = signed_in(taste);
                state.others = others();
                if let Some(account) = &mut state.account {
                    account.session_in_memory = true;
                }
                at(house(taste).say::<GetAppState>(state))
                    .scroll("[data-testid=settings]", 1.0)
                    .into()
            },
        },
        Scene {
            name: "settings-quiet",
            title: "Settings: quiet hours",
            shows: "[data-testid=quiet-from]",
            play: |taste| {
                let mut state = signed_in(taste);
                state.settings.quiet_hours = Some(QuietHours::default());
                at(house(taste).say::<GetAppState>(state))
                    .scroll(PAGE, 0.2)
                    .into()
            },
        },
        Scene {
            name: "settings-paused",
            title: "Settings: notifications are paused",
            shows: "[data-testid=pause-resume]",
            play: |taste| {
                let mut state = signed_in(taste);
                let until = clock::now() + TimeDelta::minutes(42);
                let from = until - TimeDelta::hours(1);
                state.settings.pause = Some(Pause { from, until });
                at(house(taste).say::<GetAppState>(state))
                    .scroll(PAGE, 0.2)
                    .into()
            },
        },
        Scene {
            name: "settings-silent",
            title: "Settings: no notifications",
            shows: "[data-testid=sound][disabled]",
            play: |taste| {
                let mut state = signed_in(taste);
                state.settings.notifications = false;
                at(house(taste).say::<GetAppState>(state))
                    .scroll(PAGE, 0.2)
                    .into()
            },
        },
        Scene {
            name: "notifications-work",
            title: "Settings: notifications work",
            shows: TESTED,
            play: |taste| tested(house(taste)).into(),
        },
        Scene {
            name: "notifications-held",
            title: "Settings: notifications are held back",
            shows: TESTED,
            play: |taste| {
                let by = Some("GNOME Shell".to_owned());
                tested(house(taste).say::<TestNotifications>(NotificationTest::Paused { by }))
                    .into()
            },
        },
        Scene {
            name: "notifications-no-service",
            title: "Settings: nothing shows notifications",
            shows: TESTED,
            play: |taste| {
                tested(house(taste).say::<TestNotifications>(NotificationTest::NoService)).into()
            },
        },
        Scene {
            name: "notifications-failed",
            title: "Settings: notifications fail",
            shows: TESTED,
            play: |taste| {
                let reason = "org.freedesktop.DBus.Error.LimitsExceeded".to_owned();
                tested(house(taste).say::<TestNotifications>(NotificationTest::Failed { reason }))
                    .into()
            },
        },
        Scene {
            name: "settings-devices",
            title: "Settings: devices and data",
            shows: "[data-testid=device] + [data-testid=device]",
            play: |taste| at(house(taste)).scroll(PAGE, 0.7).into(),
        },
        Scene {
            name: "settings-offline",
            title: "Settings: offline",
            shows: "[data-testid=export][disabled]",
            play: |taste| {
                let mut state = signed_in(taste);
                state.sync.link = Link::Offline;
                let replies = house(taste).refuse::<ListDevices>(CommandError::Offline);
                at(replies.say::<GetAppState>(state))
                    .scroll(PAGE, 1.0)
                    .into()
            },
        },
        Scene {
            name: "settings-exporting",
            title: "Settings: a copy of the data is under way",
            shows: "[data-testid=export][disabled]",
            play: |taste| {
                let coming = AppEvent::ExportProgress {
                    bytes: Some(48_200_000),
                };
                let application = at(house(taste).keep_waiting::<ExportData>());
                application
                    .click("[data-testid=export]")
                    .hear(coming)
                    .scroll(PAGE, 1.0)
                    .into()
            },
        },
        Scene {
            name: "settings-update",
            title: "Settings: there is a newer version",
            shows: "[data-testid=update-available]",
            play: |taste| {
                let about = About {
                    update: Some("0.2.0".to_owned()),
                    ..device::about()
                };
                at(house(taste).say::<GetAbout>(about))
                    .scroll(PAGE, 1.0)
                    .into()
            },
        },
        Scene {
            name: "licences",
            title: "The licences of what it is built from",
            shows: "[data-testid=licences] details[open] pre",
            play: |taste| {
                let application = at(house(taste)).click("[data-testid=open-licences]");
                application
                    .click("[data-testid=licences] li:last-child summary")
                    .into()
            },
        },
        Scene {
            name: "password",
            title: "Another password",
            shows: "[data-testid=password-dialog]",
            play: |taste| at(house(taste)).click(PASSWORD).into(),
        },
        Scene {
            name: "password-refused",
            title: "Another password: refused",
            shows: "[data-testid=password-error]",
            play: |taste| {
                let application = at(house(taste)).click(PASSWORD);
                application.click("[data-testid=password-submit]").into()
            },
        },
        Scene {
            name: "account-new",
            title: "Adding an account",
            shows: "[data-testid=add-account-dialog] [data-testid=sign-in]",
            play: |taste| at(house(taste)).click("[data-testid=add-account]").into(),
        },
        Scene {
            name: "sign-out",
            title: "Signing out",
            shows: "[data-testid=sign-out-dialog]",
            play: |taste| at(house(taste)).click("[data-testid=sign-out]").into(),
        },
        Scene {
            name: "sign-out-unsent",
            title: "Signing out with unsent work",
            shows: "[data-testid=sign-out-dialog] [role=alert]",
            play: |taste| {
                let replies = house(taste).refuse::<SignOut>(CommandError::UnsentWork { count: 3 });
                at(replies)
                    .click("[data-testid=sign-out]")
                    .click("[data-testid=sign-out-confirm]")
                    .into()
            },
        },
    ],
};

fn tested(replies: Replies) -> Application {
    at(replies)
        .click("[data-testid=test-notifications]")
        .scroll(PAGE, 0.35)
}

fn at(replies: Replies) -> Application {
    Application::at(Route::Settings.to_path(), replies)
}
