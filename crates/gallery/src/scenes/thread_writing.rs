//! Threads as they are written.

use super::{boiler_where, boiler_with, incident};
use crate::{
    address::Taste,
    fixtures::{
        boiler, boiler_thread,
        pictures::{file, picture},
        refusals,
    },
    replies::Replies,
    scene::{Group, Scene},
};
use palier_bridge::{
    AppEvent, CommandError,
    request::SaveDraft,
    view::{AttachmentView, Draft},
};
use palier_domain::MediaType;
use std::cell::Cell;

const INPUT: &str = "[data-testid=composer-input]";

pub(super) const GROUP: Group = Group {
    title: "Composer",
    scenes: &[
        Scene {
            name: "draft",
            title: "Composer: a draft with files",
            shows: "[data-testid=draft-attachment]",
            play: |taste| incident(boiler(), drafted(taste, draft)).into(),
        },
        Scene {
            name: "draft-long",
            title: "Composer: a long draft",
            shows: "[data-testid=composer-send]:not([disabled])",
            play: |taste| {
                let long = || Draft {
                    message: "Bonjour Awa,\n\nVoici ce qui est prévu.\n".repeat(14),
                    ..Draft::default()
                };
                incident(boiler(), drafted(taste, long)).into()
            },
        },
        Scene {
            name: "draft-note",
            title: "Composer: a note among owners",
            shows: "[data-testid=composer][data-note=true]",
            play: |taste| {
                let note = || Draft {
                    message: "Demander un deuxième devis.".to_owned(),
                    note: true,
                    ..Draft::default()
                };
                incident(boiler(), drafted(taste, note)).into()
            },
        },
        Scene {
            name: "draft-near-limit",
            title: "Composer: little room left",
            shows: ".composer-left",
            play: |taste| {
                let near = || Draft {
                    message: "a".repeat(16_300),
                    ..Draft::default()
                };
                incident(boiler(), drafted(taste, near)).into()
            },
        },
        Scene {
            name: "draft-too-long",
            title: "Composer: too long",
            shows: "[data-testid=composer-too-long]",
            play: |taste| {
                let too_long = || Draft {
                    message: "Un mot. ".repeat(2_100),
                    ..Draft::default()
                };
                incident(boiler(), drafted(taste, too_long)).into()
            },
        },
        Scene {
            name: "draft-refused",
            title: "Composer: refused files",
            shows: "[data-testid=composer-error]",
            play: |taste| {
                let refused = Draft {
                    refused: refused_files(),
                    ..draft()
                };
                let replies = boiler_with(taste, boiler_thread)
                    .say::<palier_bridge::request::PickAttachments>(refused);
                incident(boiler(), replies)
                    .click("[data-testid=composer-attach]")
                    .into()
            },
        },
        Scene {
            name: "draft-drop",
            title: "Composer: files held over the window",
            shows: "[data-over=true]",
            play: |taste| {
                let over = AppEvent::FilesOver { over: true };
                incident(boiler(), boiler_with(taste, boiler_thread))
                    .hear(over)
                    .into()
            },
        },
        Scene {
            name: "draft-file-coming",
            title: "Composer: a dropped file is still coming, nothing leaves without it",
            shows: "[data-testid=composer-send][disabled]",
            play: |taste| {
                let replies =
                    drafted(taste, draft).keep_waiting::<palier_bridge::request::AttachDropped>();
                incident(boiler(), replies)
                    .hear(AppEvent::FilesDropped)
                    .into()
            },
        },
        Scene {
            name: "draft-note-file",
            title: "Composer: a file was dropped into a note",
            shows: "[data-note=true] [data-testid=composer-error]",
            play: |taste| {
                let note = || Draft {
                    message: "Demander un deuxième devis.".to_owned(),
                    note: true,
                    ..Draft::default()
                };
                incident(boiler(), drafted(taste, note))
                    .hear(AppEvent::FilesDropped)
                    .into()
            },
        },
        Scene {
            name: "draft-saved-after-all",
            title: "Composer: words that the disk took at the second attempt",
            shows: "[data-testid=composer]:not(:has([data-testid=composer-error]))",
            play: |taste| {
                let refused = Cell::new(false);
                let replies = boiler_with(taste, boiler_thread).answer::<SaveDraft>(move |_| {
                    match refused.replace(true) {
                        false => Err(CommandError::DiskFull),
                        true => Ok(()),
                    }
                });
                incident(boiler(), replies)
                    .fill(INPUT, "Le plombier vient à 9 h.")
                    .click("[data-testid=composer-error]")
                    .into()
            },
        },
        Scene {
            name: "draft-never-saved",
            title: "Composer: words that could not be saved are there again",
            shows: "[data-testid=composer-send]:not([disabled])",
            play: |taste| {
                let replies =
                    boiler_with(taste, boiler_thread).refuse::<SaveDraft>(CommandError::DiskFull);
                incident(boiler(), replies)
                    .fill(INPUT, "Le plombier vient à 9 h.")
                    .click("[data-testid=composer-error]")
                    .click("[data-testid=nav-settings]")
                    .click(".toast")
                    .click("[data-testid=nav-incidents]")
                    .click("[data-testid=incident-row]")
                    .into()
            },
        },
        Scene {
            name: "sent",
            title: "Composer: just sent, can be undone",
            shows: "[data-state=held]",
            play: |taste| {
                incident(boiler(), boiler_with(taste, boiler_thread))
                    .fill(INPUT, "D’accord, à tout à l’heure.")
                    .click("[data-testid=composer-send]:not([disabled])")
                    .into()
            },
        },
        Scene {
            name: "send-refused",
            title: "Composer: not even kept, the disk is full",
            shows: "[data-testid=composer-error]",
            play: |taste| {
                let replies = boiler_with(taste, boiler_thread)
                    .refuse::<palier_bridge::request::SendTicket>(CommandError::DiskFull);
                incident(boiler(), replies)
                    .fill(INPUT, "D’accord, à tout à l’heure.")
                    .click("[data-testid=composer-send]:not([disabled])")
                    .into()
            },
        },
        Scene {
            name: "discard",
            title: "Throwing a refused message away",
            shows: "dialog[open]",
            play: |taste| {
                let application = incident(boiler(), boiler_with(taste, refusals));
                application
                    .click("[data-settled] [data-testid=discard]")
                    .into()
            },
        },
    ],
};

fn drafted(taste: Taste, draft: fn() -> Draft) -> Replies {
    boiler_where(taste, boiler_thread, |_| (), draft)
}

fn draft() -> Draft {
    let mut attachments: Vec<AttachmentView> = (0..3)
        .map(|n| picture(30 + n, &format!("photo-{n}.jpg")))
        .collect();
    let name = "Devis définitif, remplacement de la carte électronique.pdf";
    attachments.push(file(60, name, MediaType::Pdf, 284_000));
    Draft {
        message: "Bonjour Awa, voici le devis et les photos de la pièce.".to_owned(),
        attachments,
        ..Draft::default()
    }
}

fn refused_files() -> Vec<CommandError> {
    vec![
        CommandError::FileTooLarge {
            name: "visite.mp4".to_owned(),
            limit_mib: 25,
        },
        CommandError::FileTypeRefused {
            name: "installateur.exe".to_owned(),
            found: None,
        },
        CommandError::FileTypeRefused {
            name: "facture.jpg".to_owned(),
            found: Some(MediaType::Pdf),
        },
        CommandError::FileEmpty {
            name: "vide.txt".to_owned(),
        },
    ]
}
