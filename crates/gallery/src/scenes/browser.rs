//! What is seen in a browser only: links, a tenant's list, the question whether it is repaired.

use super::{boiler_where, list};
use crate::{
    address::Taste,
    fixtures::{account, boiler, boiler_thread, few, house, signed_in, signed_out},
    replies::Replies,
    scene::{Application, Group, Scene},
};
use palier_bridge::{
    CommandError,
    request::{ForgotPassword, GetAppState, ListIncidents, ShowInvitation, ShowPasswordReset},
    view::{AppState, Draft, IncidentHead, Invited},
};
use palier_domain::{Role, Status};
use palier_ui::{logic::secret_link::SecretLink, routes::Route};
use yew_router::Routable;

pub(super) const GROUP: Group = Group {
    title: "In a browser",
    scenes: &[
        Scene {
            name: "browser-sign-in",
            title: "Browser: signing in",
            shows: "[data-testid=sign-in]",
            play: |taste| nobody(taste).in_browser().into(),
        },
        Scene {
            name: "browser-forgotten",
            title: "Browser: forgotten password",
            shows: "[data-testid=forgotten-dialog]",
            play: |taste| {
                nobody(taste)
                    .in_browser()
                    .click("[data-testid=forgotten]")
                    .into()
            },
        },
        Scene {
            name: "browser-forgotten-no-mail",
            title: "Browser: forgotten password, and no mail is sent",
            shows: "[data-testid=forgotten-said]",
            play: |taste| {
                let mut application = nobody(taste).in_browser();
                application.replies = application.replies.say::<ForgotPassword>(false);
                application
                    .click("[data-testid=forgotten]")
                    .fill("[data-testid=forgotten-email]", "awa@exemple.fr")
                    .click("[data-testid=forgotten-submit]")
                    .into()
            },
        },
        Scene {
            name: "entrance-tenant",
            title: "Invitation: a tenant without an account",
            shows: "[data-testid=join-name]",
            play: |taste| invited(nobody(taste), false).into(),
        },
        Scene {
            name: "entrance-refused",
            title: "Invitation: a password that is too short",
            shows: "[data-testid=entrance-error]",
            play: |taste| {
                invited(nobody(taste), false)
                    .fill("[data-testid=join-name]", "Awa Diallo")
                    .fill("[data-testid=join-password]", "court")
                    .click("[data-testid=join-submit]")
                    .into()
            },
        },
        Scene {
            name: "entrance-known",
            title: "Invitation: somebody who has an account",
            shows: "[data-testid=join-password]",
            play: |taste| invited(nobody(taste), true).into(),
        },
        Scene {
            name: "entrance-somebody-else",
            title: "Invitation: somebody else is signed in",
            shows: "[data-testid=join-as]",
            play: |taste| invited(Application::at("/", house(taste)), true).into(),
        },
        Scene {
            name: "entrance-gone",
            title: "Invitation: the link is used up",
            shows: "[data-testid=entrance-leave]",
            play: |taste| {
                let mut application = nobody(taste).by_link(link());
                application.replies = application
                    .replies
                    .refuse::<ShowInvitation>(CommandError::Gone);
                application.into()
            },
        },
        Scene {
            name: "entrance-reset",
            title: "A new password by a link",
            shows: "[data-testid=reset-password]",
            play: |taste| {
                let link = SecretLink::PasswordReset("t0ken".to_owned());
                let mut application = nobody(taste).by_link(link);
                let email = "awa@exemple.fr".to_owned();
                application.replies = application.replies.say::<ShowPasswordReset>(email);
                application.into()
            },
        },
        Scene {
            name: "browser-list",
            title: "Browser: a tenant’s list",
            shows: "[data-testid=incident-row]",
            play: |taste| {
                let replies = house(taste)
                    .say::<GetAppState>(tenant(taste))
                    .say::<ListIncidents>(few());
                list(replies).in_browser().into()
            },
        },
        Scene {
            name: "browser-settings",
            title: "Browser: settings",
            shows: "[data-testid=settings]",
            play: |taste| {
                let replies = house(taste).say::<GetAppState>(tenant(taste));
                Application::at(Route::Settings.to_path(), replies)
                    .in_browser()
                    .into()
            },
        },
        Scene {
            name: "browser-notify-offer",
            title: "Browser: notifications are offered",
            shows: "[data-testid=notify-offer]",
            play: |taste| {
                let replies = house(taste).say::<GetAppState>(tenant(taste));
                list(replies).offering_notifications().into()
            },
        },
        Scene {
            name: "thread-repair-question",
            title: "Thread: the tenant is asked whether it is repaired",
            shows: "[data-testid=repair-question]",
            play: |taste| {
                let resolved = |head: &mut IncidentHead| {
                    head.status = Status::Resolved;
                    head.status_choices = vec![Status::Open, Status::Closed];
                    head.may_prioritise = false;
                    head.may_note = false;
                };
                let replies = boiler_where(taste, boiler_thread, resolved, Draft::default)
                    .say::<GetAppState>(tenant(taste));
                let at = Route::incident(Role::Tenant, boiler()).to_path();
                Application::at(at, replies).in_browser().into()
            },
        },
    ],
};

fn link() -> SecretLink {
    SecretLink::Invitation("t0ken".to_owned())
}

fn nobody(taste: Taste) -> Application {
    Application::at("/", house(taste).say::<GetAppState>(signed_out(taste)))
}

fn tenant(taste: Taste) -> AppState {
    let mut state = signed_in(taste);
    let mut account = account();
    account.role = Some(Role::Tenant);
    state.account = Some(account);
    state
}

fn invited(mut application: Application, has_account: bool) -> Application {
    let shown = Invited {
        portfolio: "Résidences Dubois".to_owned(),
        home: Some("12 rue des Lilas, 3B".to_owned()),
        inviter: "Claire Dubois".to_owned(),
        email: "awa@exemple.fr".to_owned(),
        has_account,
    };
    let replies: Replies = application.replies.say::<ShowInvitation>(shown);
    application.replies = replies;
    application.by_link(link())
}
