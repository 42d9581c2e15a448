//! Without a network, and what waits then.

use super::{incident, list};
use crate::{
    address::Taste,
    fixtures::{boiler, clock::minutes_ago, house, id, signed_in},
    replies::Replies,
    scene::{Group, Scene},
};
use palier_bridge::{
    request::{GetAppState, ListOutbox},
    view::{ChangedTo, Delivery, FailureReason, Link, OutboxItem, OutboxWhat, SyncView},
};
use palier_domain::{Category, Priority, Status};

const PILL: &str = "[data-testid=sync-pill]";

pub(super) const GROUP: Group = Group {
    title: "Offline, and what waits",
    scenes: &[
        Scene {
            name: "offline",
            title: "Offline: messages wait",
            shows: "[data-testid=sync-pill][data-link=offline]",
            play: |taste| incident(boiler(), linked(taste, Link::Offline, 4, 0)).into(),
        },
        Scene {
            name: "outbox",
            title: "What waits: waiting, refused, overtaken",
            shows: "dialog[open] .outbox-item",
            play: |taste| {
                let replies = linked(taste, Link::Offline, 6, 3).say::<ListOutbox>(waiting());
                list(replies).click(PILL).into()
            },
        },
        Scene {
            name: "outbox-empty",
            title: "What waits: nothing",
            shows: "dialog[open] .empty",
            play: |taste| list(house(taste)).click(PILL).into(),
        },
        Scene {
            name: "outbox-not-put-back",
            title: "What waits: could not be put back",
            shows: "[data-testid=not-put-back]",
            play: |taste| {
                let replies = linked(taste, Link::Online, 0, 1).say::<ListOutbox>(lost());
                list(replies).click(PILL).into()
            },
        },
        Scene {
            name: "outbox-loading",
            title: "What waits: loading",
            shows: "dialog[open] .skeleton-row",
            play: |taste| {
                list(house(taste).keep_waiting::<ListOutbox>())
                    .click(PILL)
                    .into()
            },
        },
        Scene {
            name: "update-required",
            title: "The server wants a newer version",
            shows: "dialog[open] .outbox-item",
            play: |taste| {
                let replies = linked(taste, Link::UpdateRequired, 2, 0);
                list(replies.say::<ListOutbox>(waiting()))
                    .click(PILL)
                    .into()
            },
        },
        Scene {
            name: "session-ended",
            title: "The session has ended",
            shows: ".banner",
            play: |taste| ended(taste, list).into(),
        },
        Scene {
            name: "session-ended-form",
            title: "The session has ended: signing in again",
            shows: "dialog[open] [data-testid=sign-in]",
            play: |taste| ended(taste, list).click(".banner .button").into(),
        },
    ],
};

fn linked(taste: Taste, link: Link, waiting: u32, failed: u32) -> Replies {
    let mut state = signed_in(taste);
    state.sync = SyncView {
        link,
        waiting,
        failed,
        up_to_date_at: Some(minutes_ago(52)),
        ..state.sync
    };
    house(taste).say::<GetAppState>(state)
}

fn ended(taste: Taste, at: fn(Replies) -> crate::scene::Application) -> crate::scene::Application {
    let mut state = signed_in(taste);
    state.sync.link = Link::NeedsSignIn;
    if let Some(account) = &mut state.account {
        account.needs_sign_in = true;
    }
    at(house(taste).say::<GetAppState>(state))
}

fn item(n: u64, title: &str, what: OutboxWhat, delivery: Delivery) -> OutboxItem {
    OutboxItem {
        mutation_id: id(3_000 + n),
        ticket_id: None,
        incident_id: id(n),
        incident_title: title.to_owned(),
        what,
        delivery,
        not_put_back: false,
        at: minutes_ago(11 * n as i64),
    }
}

fn words(words: &str) -> OutboxWhat {
    OutboxWhat::Ticket {
        words: words.to_owned(),
    }
}

fn waiting() -> Vec<OutboxItem> {
    let waits = |upload_percent| Delivery::Waiting {
        upload_percent,
        attempted: false,
        behind_upload: false,
        troubled: false,
    };
    let failed = |reason| Delivery::Failed { reason };
    let meanwhile = |now| failed(FailureReason::ChangedMeanwhile { now: Some(now) });
    let note = OutboxWhat::Note {
        words: "Vérifier la garantie.".to_owned(),
    };
    vec![
        item(
            1,
            "Plus d’eau chaude",
            words("Je repasse vers 18 h pour vérifier la température."),
            waits(None),
        ),
        item(1, "Plus d’eau chaude", words(""), waits(Some(40))),
        item(2, "Fuite sous l’évier", OutboxWhat::Incident, waits(None)),
        item(4, "Moisissure dans la chambre", note, waits(None)),
        item(
            6,
            "Le disjoncteur saute le soir",
            OutboxWhat::Mute { muted: true },
            waits(None),
        ),
        item(
            7,
            "Lave-vaisselle en panne",
            OutboxWhat::Cancel,
            Delivery::Cancelling,
        ),
        item(
            5,
            "Serrure de la porte d’entrée",
            words("Voici la facture du serrurier."),
            failed(FailureReason::NoRoom),
        ),
        item(
            3,
            "Odeur de gaz dans la cage d’escalier",
            OutboxWhat::Status {
                to: Status::Planned,
            },
            meanwhile(ChangedTo::Status(Status::Resolved)),
        ),
        item(
            8,
            "Souris dans la cave",
            OutboxWhat::Priority { to: Priority::Low },
            meanwhile(ChangedTo::Priority(Priority::High)),
        ),
        item(
            9,
            "Ampoule du palier du deuxième",
            OutboxWhat::Category {
                to: Category::Electricity,
            },
            failed(FailureReason::Gone),
        ),
    ]
}

fn lost() -> Vec<OutboxItem> {
    let failed = |reason| Delivery::Failed { reason };
    let mut items = vec![
        item(
            1,
            "Plus d’eau chaude",
            words(
                "Bonjour Awa, merci pour les photos. J’appelle le chauffagiste ce matin et je reviens vers vous.",
            ),
            failed(FailureReason::NotBackYet),
        ),
        item(
            2,
            "",
            words("Ce message était sur un incident que le serveur n’a plus."),
            failed(FailureReason::Gone),
        ),
    ];
    for item in &mut items {
        item.not_put_back = true;
    }
    items
}
