//! Threads as they are read.

use super::{boiler_where, boiler_with, incident};
use crate::{
    fixtures::{
        boiler, boiler_thread, closed_thread, conflict_thread, deliveries, files_thread, house,
        long_rows, long_thread, many_entries, refusals,
    },
    scene::{Group, Scene},
};
use palier_bridge::{
    AppEvent, CommandError,
    request::{GetThread, ListIncidents},
    view::Draft,
};
use palier_domain::Status;

pub(super) const GROUP: Group = Group {
    title: "Thread",
    scenes: &[
        Scene {
            name: "thread",
            title: "Thread: read to the end",
            shows: "[data-settled] [data-testid=ticket]",
            play: |taste| incident(boiler(), boiler_with(taste, boiler_thread)).into(),
        },
        Scene {
            name: "thread-unread",
            title: "Thread: new messages below the divider",
            shows: "[data-settled] [data-unread-divider]",
            play: |taste| incident(boiler(), house(taste)).into(),
        },
        Scene {
            name: "thread-begin",
            title: "Thread: its beginning",
            shows: "[data-settled] .opening",
            play: |taste| {
                let replies = boiler_with(taste, boiler_thread);
                incident(boiler(), replies)
                    .scroll("[data-settled].thread-scroll", 0.0)
                    .into()
            },
        },
        Scene {
            name: "thread-many",
            title: "Thread: hundreds of messages",
            shows: "[data-settled] [data-n='420']",
            play: |taste| incident(boiler(), boiler_with(taste, many_entries)).into(),
        },
        Scene {
            name: "thread-many-above",
            title: "Thread: hundreds, scrolled away from the end",
            shows: "[data-testid=to-end]",
            play: |taste| {
                let replies = boiler_with(taste, many_entries);
                incident(boiler(), replies)
                    .scroll("[data-settled].thread-scroll", 0.5)
                    .into()
            },
        },
        Scene {
            name: "thread-empty",
            title: "Thread: nobody has written yet",
            shows: ".nothing",
            play: |taste| incident(boiler(), boiler_with(taste, Vec::new)).into(),
        },
        Scene {
            name: "thread-unsent",
            title: "Thread: the incident is not on the server yet",
            shows: ".thread-head [data-mark=waiting]",
            play: |taste| {
                let unsent = |head: &mut palier_bridge::view::IncidentHead| {
                    head.unsent = true;
                    head.participants.clear();
                };
                incident(
                    boiler(),
                    boiler_where(taste, Vec::new, unsent, Draft::default),
                )
                .into()
            },
        },
        Scene {
            name: "thread-loading",
            title: "Thread: loading",
            shows: ".skeleton-thread",
            play: |taste| incident(boiler(), house(taste).keep_waiting::<GetThread>()).into(),
        },
        Scene {
            name: "thread-failed",
            title: "Thread: failed",
            shows: ".incidents-thread .empty",
            play: |taste| {
                let replies = house(taste).refuse::<GetThread>(CommandError::NoSuchIncident);
                incident(boiler(), replies).into()
            },
        },
        Scene {
            name: "thread-long-words",
            title: "Thread: words and names without end",
            shows: "[data-settled] [data-state=failed]",
            play: |taste| {
                let long = |head: &mut palier_bridge::view::IncidentHead| {
                    let row = &long_rows()[0];
                    (head.title, head.place) = (row.title.clone(), row.place.clone());
                    head.participants = vec![crate::fixtures::Author::Maximilienne.person(); 2];
                    head.opened_by = crate::fixtures::Author::Maximilienne.name().to_owned();
                };
                let replies = boiler_where(taste, long_thread, long, Draft::default);
                incident(boiler(), replies.say::<ListIncidents>(long_rows())).into()
            },
        },
        Scene {
            name: "thread-deliveries",
            title: "Thread: how far own messages have come",
            shows: "[data-settled] [data-state=held]",
            play: |taste| incident(boiler(), boiler_with(taste, deliveries)).into(),
        },
        Scene {
            name: "thread-refusals",
            title: "Thread: refused messages, every reason",
            shows: "[data-settled] [data-state=failed]",
            play: |taste| incident(boiler(), boiler_with(taste, refusals)).into(),
        },
        Scene {
            name: "thread-conflict",
            title: "Thread: a conflict with somebody else’s change",
            shows: "[data-settled] [data-state=failed]",
            play: |taste| incident(boiler(), boiler_with(taste, conflict_thread)).into(),
        },
        Scene {
            name: "thread-closed-meanwhile",
            title: "Thread: closed while the person wrote offline",
            shows: "[data-settled] [data-testid=closed-meanwhile]",
            play: |taste| {
                let closed = |head: &mut palier_bridge::view::IncidentHead| {
                    head.status = Status::Closed;
                    head.closed_meanwhile = true;
                };
                let replies = boiler_where(taste, closed_thread, closed, Draft::default);
                incident(boiler(), replies).into()
            },
        },
        Scene {
            name: "thread-files",
            title: "Thread: pictures and files",
            shows: "[data-settled] .file",
            play: |taste| incident(boiler(), boiler_with(taste, files_thread)).into(),
        },
        Scene {
            name: "thread-file-coming",
            title: "Thread: a file is being fetched",
            shows: ".file progress",
            play: |taste| {
                let coming = AppEvent::FileProgress {
                    attachment_id: crate::fixtures::id(60),
                    percent: Some(62),
                };
                incident(boiler(), boiler_with(taste, files_thread))
                    .hear(coming)
                    .into()
            },
        },
        Scene {
            name: "thread-read-only",
            title: "Thread: read only, the lease has ended",
            shows: ".read-only",
            play: |taste| {
                let ended = |head: &mut palier_bridge::view::IncidentHead| {
                    head.may_write = false;
                    head.may_note = false;
                    head.may_prioritise = false;
                    head.status_choices.clear();
                };
                incident(
                    boiler(),
                    boiler_where(taste, boiler_thread, ended, Draft::default),
                )
                .into()
            },
        },
        Scene {
            name: "thread-muted",
            title: "Thread: muted, marked unread",
            shows: "[data-testid=mute][aria-pressed=true]",
            play: |taste| {
                let marked = |head: &mut palier_bridge::view::IncidentHead| {
                    (head.muted, head.flagged) = (true, true);
                };
                incident(
                    boiler(),
                    boiler_where(taste, boiler_thread, marked, Draft::default),
                )
                .into()
            },
        },
        Scene {
            name: "image-viewer",
            title: "Picture, large",
            shows: "[data-testid=viewer] img",
            play: |taste| {
                let application = incident(boiler(), boiler_with(taste, boiler_thread));
                application.click("[data-settled] .thumb").into()
            },
        },
        Scene {
            name: "image-viewer-last",
            title: "Picture, the last one",
            shows: ".viewer-next[aria-disabled=true]",
            play: |taste| {
                let application = incident(boiler(), boiler_with(taste, boiler_thread));
                application
                    .click("[data-settled] .thumb")
                    .click(".viewer-next")
                    .into()
            },
        },
        Scene {
            name: "image-viewer-zoomed",
            title: "Picture, zoomed",
            shows: "[data-zoomed=true]",
            play: |taste| {
                let application = incident(boiler(), boiler_with(taste, boiler_thread));
                application
                    .click("[data-settled] .thumb")
                    .click(".viewer-stage img")
                    .into()
            },
        },
        Scene {
            name: "image-viewer-failed",
            title: "Picture that is not here",
            shows: ".viewer-failed",
            play: |taste| {
                let elsewhere = || {
                    let mut entries = files_thread();
                    entries.truncate(1);
                    let file = crate::fixtures::pictures::picture_elsewhere("pas-encore-la.jpg");
                    entries[0].attachments = vec![file];
                    entries
                };
                let application = incident(boiler(), boiler_with(taste, elsewhere));
                application.click("[data-settled] .thumb").into()
            },
        },
    ],
};
