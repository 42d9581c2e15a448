//! Describing a new incident.

use super::list;
use crate::{
    address::Taste,
    fixtures::{house, pictures::picture},
    replies::Replies,
    scene::{Application, Group, Scene},
};
use palier_bridge::{
    AppEvent, CommandError,
    request::{AttachDropped, ListUnits, PickAttachments},
    view::Draft,
};

pub(super) const GROUP: Group = Group {
    title: "New incident",
    scenes: &[
        Scene {
            name: "new-incident",
            title: "New incident",
            shows: "[data-testid=new-incident-dialog] option[value]:nth-child(4)",
            play: |taste| opened(house(taste)).into(),
        },
        Scene {
            name: "new-incident-missing",
            title: "New incident: something is missing",
            shows: "dialog [data-testid=new-unit][aria-invalid=true][aria-describedby=new-incident-error]:focus",
            play: |taste| {
                opened(house(taste))
                    .click("[data-testid=new-submit]")
                    .into()
            },
        },
        Scene {
            name: "new-incident-again",
            title: "New incident: what was typed is there when it opens again",
            shows: "dialog [data-testid=new-name]:not(:placeholder-shown)",
            play: |taste| {
                opened(house(taste))
                    .fill("[data-testid=new-name]", "Mur humide")
                    .click("dialog .modal-close")
                    .click("[data-testid=new-incident]")
                    .into()
            },
        },
        Scene {
            name: "new-incident-emergency",
            title: "New incident: an emergency",
            shows: "dialog .notice.danger",
            play: |taste| {
                let application = opened(house(taste));
                application
                    .fill("[data-testid=new-priority]", "emergency")
                    .into()
            },
        },
        Scene {
            name: "new-incident-files",
            title: "New incident: photos, and one refused",
            shows: "dialog [data-testid=draft-attachment]",
            play: |taste| {
                opened(with_files(taste))
                    .click("[data-testid=new-attach]")
                    .into()
            },
        },
        Scene {
            name: "new-incident-file-coming",
            title: "New incident: a dropped photo is still coming",
            shows: "[data-testid=new-submit][disabled]",
            play: |taste| {
                opened(house(taste).keep_waiting::<AttachDropped>())
                    .hear(AppEvent::FilesDropped)
                    .into()
            },
        },
        Scene {
            name: "new-incident-no-units",
            title: "New incident: no unit is known",
            shows: "dialog p.quiet",
            play: |taste| opened(house(taste).say::<ListUnits>(Vec::new())).into(),
        },
    ],
};

fn opened(replies: Replies) -> Application {
    list(replies).click("[data-testid=new-incident]")
}

fn with_files(taste: Taste) -> Replies {
    house(taste).say::<PickAttachments>(Draft {
        attachments: vec![
            picture(32, "mur.jpg"),
            picture(31, "tuyau-sous-l-evier.jpg"),
        ],
        refused: vec![CommandError::FileTooLarge {
            name: "visite.mp4".to_owned(),
            limit_mib: 25,
        }],
        ..Draft::default()
    })
}
