//! What is let.

use crate::{
    address::Taste,
    fixtures::{house, letting, signed_in},
    replies::Replies,
    scene::{Application, Group, Scene},
};
use palier_bridge::{
    CommandError,
    request::{GetAppState, Invite, ListPortfolios},
    view::{InvitationLink, Link},
};
use palier_ui::routes::Route;
use yew_router::Routable;

const FIRST: &str = "[data-testid=letting-first]";
const SUBMIT: &str = "[data-testid=letting-submit]";

pub(super) const GROUP: Group = Group {
    title: "Properties",
    scenes: &[
        Scene {
            name: "properties",
            title: "Properties: let, free, invited",
            shows: "[data-testid=home]",
            play: |taste| at(house(taste)).into(),
        },
        Scene {
            name: "properties-none",
            title: "Properties: no portfolio yet",
            shows: "[data-testid=make-portfolio]",
            play: |taste| at(house(taste).say::<ListPortfolios>(Vec::new())).into(),
        },
        Scene {
            name: "properties-empty",
            title: "Properties: an empty portfolio",
            shows: ".portfolio .empty",
            play: |taste| at(house(taste).say::<ListPortfolios>(letting::nothing_yet())).into(),
        },
        Scene {
            name: "properties-long-names",
            title: "Properties: names without end",
            shows: "[data-testid=home]",
            play: |taste| at(house(taste).say::<ListPortfolios>(letting::long_portfolios())).into(),
        },
        Scene {
            name: "properties-offline",
            title: "Properties: offline",
            shows: "[data-testid=properties] .notice",
            play: |taste| at(offline(taste)).into(),
        },
        Scene {
            name: "properties-loading",
            title: "Properties: loading",
            shows: "[data-testid=properties] .skeleton-list",
            play: |taste| at(house(taste).keep_waiting::<ListPortfolios>()).into(),
        },
        Scene {
            name: "properties-failed",
            title: "Properties: failed",
            shows: "[data-testid=properties] .empty",
            play: |taste| {
                let reference = "gallery-4".to_owned();
                let error = CommandError::Internal { reference };
                at(house(taste).refuse::<ListPortfolios>(error)).into()
            },
        },
        Scene {
            name: "lease-new",
            title: "Letting a unit",
            shows: "[data-testid=letting-second]",
            play: |taste| at(house(taste)).click("[data-testid=make-lease]").into(),
        },
        Scene {
            name: "lease-refused",
            title: "Letting a unit: refused",
            shows: "[data-testid=letting-error]",
            play: |taste| {
                at(house(taste))
                    .click("[data-testid=make-lease]")
                    .click(SUBMIT)
                    .into()
            },
        },
        Scene {
            name: "invitation-link",
            title: "Inviting a tenant: the link to pass on",
            shows: "[data-testid=invitation-link]",
            play: |taste| invited(house(taste)).into(),
        },
        Scene {
            name: "invitation-mailed",
            title: "Inviting a tenant: mailed",
            shows: "[data-testid=invitation-made]",
            play: |taste| {
                let mailed = InvitationLink {
                    link: None,
                    ..letting::link()
                };
                invited(house(taste).say::<Invite>(mailed)).into()
            },
        },
    ],
};

fn at(replies: Replies) -> Application {
    Application::at(Route::Properties.to_path(), replies)
}

fn invited(replies: Replies) -> Application {
    at(replies)
        .click("[data-testid=invite-tenant]")
        .fill(FIRST, "sofia.almeida@exemple.fr")
        .click(SUBMIT)
}

fn offline(taste: Taste) -> Replies {
    let mut state = signed_in(taste);
    state.sync.link = Link::Offline;
    house(taste).say::<GetAppState>(state)
}
