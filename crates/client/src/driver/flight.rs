//! Requests under way.
//!
//! Each is a task that reports its end. When the engine starts afresh (another epoch, another
//! session) everything under way is abandoned: a late answer must not be taken for the answer to a
//! later request. What an abandoned request did on the server is found out by sending it again.

use super::{Driver, Parts};
use crate::{
    api::{Reply, Source, StreamItem},
    rt::{AbortHandle, JoinSet, MaybeSend},
};
use futures_util::FutureExt;
use palier_domain::{AttachmentId, failpoint};
use palier_engine::{Event, NoVerdict, Outcome};
use palier_store::EpochStanding;
use palier_wire::{
    ChangesPage, Cursor, Epoch, Mutation, PushReply, PushRequest, Scope, SnapshotPage,
};
use std::{collections::BTreeSet, future::Future, panic::AssertUnwindSafe};
use tokio::sync::mpsc;

/// The end of a request, or something a stream brought.
#[derive(Debug)]
pub(super) struct Landing {
    /// Which life of the engine asked for it.
    life: u64,
    landed: Landed,
}

#[derive(Debug)]
enum Landed {
    Push(Reply<PushReply>),
    Upload(AttachmentId, Reply<()>),
    Pull(Reply<Box<ChangesPage>>),
    Snapshot(Reply<Box<SnapshotPage>>),
    /// It ended by a mistake of ours.
    Lost,
    /// With the number of the stream: an earlier one is closed and means nothing.
    Stream(u64, Streamed),
}

#[derive(Debug)]
enum Streamed {
    Opened(Epoch),
    Item(StreamItem),
    Closed(Reply<()>),
}

/// Requests under way.
pub(super) struct Flights {
    life: u64,
    tasks: JoinSet<()>,
    stream: Option<AbortHandle>,
    streams: u64,
    landed: mpsc::UnboundedSender<Landing>,
}

impl Flights {
    pub(super) fn new(landed: mpsc::UnboundedSender<Landing>) -> Self {
        Self {
            life: 0,
            tasks: JoinSet::new(),
            stream: None,
            streams: 0,
            landed,
        }
    }

    /// Cuts everything off; what lands later is ignored.
    pub(super) fn abandon(&mut self) {
        self.life += 1;
        self.stream = None;
        self.tasks.abort_all();
    }

    pub(super) fn push(&mut self, parts: &Parts, epoch: Epoch, mutations: Vec<Mutation>) {
        let api = parts.api.clone();
        let request = PushRequest {
            user_id: parts.store.user_id(),
            device_id: parts.device_id,
            mutations,
        };
        self.launch(async move {
            failpoint::pass("client: before a request", "pushing");
            let reply = api.push(epoch, &request).await;
            failpoint::pass("client: after a reply", "pushing");
            Landed::Push(reply)
        });
    }

    pub(super) fn upload(&mut self, parts: &Parts, epoch: Epoch, source: Source) {
        let (api, store) = (parts.api.clone(), parts.store.clone());
        let (shared, shell) = (parts.shared.clone(), parts.installation.clone());
        self.launch(async move {
            let (id, size) = (source.attachment_id, source.size.max(1));
            let carrier = carriers(&store, id).await;
            let seen = shared.clone();
            let progress = move |sent: u64| {
                let percent = u8::try_from(sent.saturating_mul(100) / size).unwrap_or(100);
                if seen.note_progress(id, Some(percent.min(100))) {
                    shell.emit_incidents(&carrier);
                }
            };
            failpoint::pass("client: before a request", "uploading a file");
            let reply = api.upload(epoch, &source, progress).await;
            failpoint::pass("client: after a reply", "uploading a file");
            shared.note_progress(id, None);
            Landed::Upload(id, about(id, reply))
        });
    }

    pub(super) fn pull(&mut self, parts: &Parts, cursor: Option<Cursor>, limit: u32) {
        let (api, epoch) = (parts.api.clone(), parts.shared.epoch());
        self.launch(async move {
            failpoint::pass("client: before a request", "pulling");
            let reply = api.changes(epoch, cursor.as_ref(), limit).await;
            failpoint::pass("client: after a reply", "pulling");
            Landed::Pull(reply)
        });
    }

    pub(super) fn snapshot(&mut self, parts: &Parts, scope: Scope, after: Option<String>) {
        let (api, epoch) = (parts.api.clone(), parts.shared.epoch());
        self.launch(async move {
            failpoint::pass("client: before a request", "fetching a snapshot");
            let reply = api.snapshot(epoch, scope, after.as_deref()).await;
            failpoint::pass("client: after a reply", "fetching a snapshot");
            Landed::Snapshot(reply)
        });
    }

    pub(super) fn open_stream(&mut self, parts: &Parts, cursor: Cursor) {
        self.close_stream();
        self.streams += 1;
        let (number, life) = (self.streams, self.life);
        let (api, landed) = (parts.api.clone(), self.landed.clone());
        let tell = move |streamed| {
            let landed = landed.send(Landing {
                life,
                landed: Landed::Stream(number, streamed),
            });
            landed.is_ok()
        };
        let task = self.tasks.spawn(async move {
            let opened = api.open_stream(cursor.epoch, &cursor).await;
            let (epoch, mut stream) = match (opened.epoch, opened.outcome) {
                (Some(epoch), Outcome::Reply(stream)) => (epoch, stream),
                (epoch, outcome) => {
                    let refused = Reply { epoch, outcome };
                    tell(Streamed::Closed(refused.and_then(|_| None)));
                    return;
                }
            };
            failpoint::pass("client: after a reply", "opening the stream");
            tell(Streamed::Opened(epoch));
            let outcome = loop {
                match stream.next().await {
                    Ok(Some(item)) => {
                        failpoint::pass("client: something came", "streaming");
                        if !tell(Streamed::Item(item)) {
                            return;
                        }
                    }
                    Ok(None) => {
                        break match stream.retry_after() {
                            Some(wait) => Outcome::NoVerdict(NoVerdict::ServerError {
                                retry_after: Some(wait),
                            }),
                            None => Outcome::Reply(()),
                        };
                    }
                    Err(why) => break Outcome::NoVerdict(why),
                }
            };
            tell(Streamed::Closed(Reply {
                epoch: Some(epoch),
                outcome,
            }));
        });
        self.stream = Some(task);
    }

    pub(super) fn close_stream(&mut self) {
        if let Some(stream) = self.stream.take() {
            stream.abort();
        }
    }

    fn launch(&mut self, request: impl Future<Output = Landed> + MaybeSend + 'static) {
        while self.tasks.try_join_next().is_some() {}
        let (life, landed) = (self.life, self.landed.clone());
        self.tasks.spawn(async move {
            // A mistake of ours in a request must not leave its end unheard for ever.
            let request = AssertUnwindSafe(request).catch_unwind().await;
            let landing = Landing {
                life,
                landed: request.unwrap_or(Landed::Lost),
            };
            // The driver is gone when the application stops.
            let _ = landed.send(landing);
        });
    }
}

impl Driver {
    pub(super) async fn landed(&mut self, landing: Landing) {
        if landing.life != self.flights.life {
            return;
        }
        self.parts.shared.hears();
        match landing.landed {
            Landed::Lost => self.parts.installation.notice_stall("a request broke down"),
            Landed::Push(reply) => {
                let (outcome, seen) = self.judge(reply).await;
                self.ended(Event::PushEnded(outcome), seen).await;
            }
            Landed::Upload(attachment_id, reply) => {
                let (outcome, seen) = self.judge(reply).await;
                if matches!(outcome, Outcome::Reply(())) {
                    self.uploaded(attachment_id).await;
                }
                let event = Event::UploadEnded {
                    attachment_id,
                    outcome,
                };
                self.ended(event, seen).await;
            }
            Landed::Pull(reply) => {
                let (outcome, seen) = self.judge(reply).await;
                self.ended(Event::PullEnded(outcome), seen).await;
            }
            Landed::Snapshot(reply) => {
                let (outcome, seen) = self.judge(reply).await;
                self.ended(Event::SnapshotEnded(outcome), seen).await;
            }
            Landed::Stream(number, streamed) if number == self.flights.streams => {
                self.streamed(streamed).await;
            }
            Landed::Stream(..) => {}
        }
    }

    async fn streamed(&mut self, streamed: Streamed) {
        match streamed {
            Streamed::Opened(epoch) => {
                let opened = Reply {
                    epoch: Some(epoch),
                    outcome: Outcome::Reply(()),
                };
                match self.judge(opened).await {
                    (Outcome::Reply(()), _) => self.happened(Event::StreamOpened).await,
                    (outcome, seen) => {
                        self.flights.close_stream();
                        self.ended(Event::StreamClosed(outcome), seen).await;
                    }
                }
            }
            Streamed::Item(StreamItem::Page(page)) => {
                self.happened(Event::StreamPage(page)).await;
            }
            Streamed::Item(StreamItem::Behind) => self.happened(Event::StreamBehind).await,
            Streamed::Closed(reply) => {
                let (outcome, seen) = self.judge(reply).await;
                self.ended(Event::StreamClosed(outcome), seen).await;
            }
        }
    }

    /// The end of a request first, so that the engine knows it is free; the new epoch after it.
    async fn ended(&mut self, event: Event, seen: Option<Epoch>) {
        self.happened(event).await;
        if let Some(epoch) = seen {
            self.happened(Event::EpochSeen(epoch)).await;
        }
    }

    /// Only the words of our epoch count. Another one that we never saw is a new life of the
    /// server's data; one that we left behind is a late reply.
    async fn judge<T>(&mut self, reply: Reply<T>) -> (Outcome<T>, Option<Epoch>) {
        let Some(epoch) = reply.epoch else {
            return (reply.outcome, None);
        };
        match self.standing(epoch).await {
            EpochStanding::Ours => (reply.outcome, None),
            EpochStanding::LeftBehind => (Outcome::NoVerdict(NoVerdict::OtherEpoch), None),
            EpochStanding::New => (Outcome::NoVerdict(NoVerdict::OtherEpoch), Some(epoch)),
        }
    }
}

/// A refusal says which file it is about: of several, only one is refused.
fn about(id: AttachmentId, mut reply: Reply<()>) -> Reply<()> {
    if let Outcome::Refused { problem, .. } = &mut reply.outcome
        && problem.ids.is_empty()
    {
        problem.ids.push(id.0);
    }
    reply
}

/// The incident whose thread shows the progress of a file.
async fn carriers(
    store: &palier_store::Store,
    id: AttachmentId,
) -> BTreeSet<palier_domain::IncidentId> {
    let Ok(rows) = store.outbox().await else {
        // Only the moving bar is lost.
        return BTreeSet::new();
    };
    rows.into_iter()
        .filter(|row| row.entry.files.iter().any(|file| file.id == id))
        .map(|row| row.entry.incident_id)
        .collect()
}
