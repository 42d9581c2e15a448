//! Commands for journal and cache.
//!
//! A command that fails is tried again until it works: a full disk has room some time later, and
//! the engine relies on each command before the next. Meanwhile the person reads and writes on;
//! what she cannot write either, her own command says.

use super::{Driver, Input};
use crate::rt::timeout;
use crate::{account::Session, api::Source, files};
use chrono::Utc;
use palier_domain::{AttachmentId, MutationId};
use palier_engine::{ApplyPlan, Digests, Event, Loaded, NoVerdict, Outcome, Settle};
use palier_store::EpochStanding;
use palier_wire::{ChangesPage, Epoch, Scope, SnapshotPage};
use std::time::Duration;

/// How long an act that is in the journal may take to be told: it is sent right after its commit.
const ACT_ON_ITS_WAY: Duration = Duration::from_secs(2);

/// Runs something local until it works.
// A macro, because a borrowing async closure cannot promise that its future may change threads.
macro_rules! insist {
    ($driver:ident, $what:literal, |$store:ident| $run:expr) => {{
        let mut failed = false;
        loop {
            let $store = &$driver.parts.store;
            match $run.await {
                Ok(value) => {
                    if failed {
                        tracing::info!(what = $what, "works again");
                    }
                    break value;
                }
                Err(error) => {
                    let error: palier_store::StoreError = error;
                    if !failed {
                        tracing::error!(
                            what = $what,
                            error = %crate::error::chain(&error),
                            "fails, and is tried again"
                        );
                    }
                    failed = true;
                    $driver.parts.installation.notice_damage(&error);
                    let wait = $driver.parts.installation.config.limits.local_retry;
                    $crate::rt::sleep(wait).await;
                }
            }
        }
    }};
}
pub(super) use insist;

impl Driver {
    pub(super) async fn load(&mut self, signed_out: bool) -> Loaded {
        let loaded = insist!(self, "reading the outbox", |store| store.load(signed_out));
        self.parts.shared.note_held(&loaded.entries);
        self.parts
            .shared
            .set_epoch(loaded.cursor.as_ref().map(|cursor| cursor.epoch));
        loaded
    }

    pub(super) async fn mark_sending(&mut self, ids: Vec<MutationId>) -> Vec<Event> {
        let marked = insist!(self, "marking what is about to leave", |store| store
            .mark_sending(&ids));
        let mut events = Vec::new();
        if marked.len() < ids.len() {
            // The person took some of them back: that act is committed and about to be told. The
            // engine has to hear it first, or it would choose the same entries again.
            while let Ok(Some(input)) = timeout(ACT_ON_ITS_WAY, self.inputs.recv()).await {
                match input {
                    Input::Events(told) => events.extend(told),
                    Input::SignedIn => events.push(Event::SignedIn),
                    // Both are looked at again with the next pull, or minute.
                    Input::Read | Input::Wishes => {}
                }
                let told = |id: &MutationId| {
                    marked.contains(id) || events.iter().any(|event| is_about(event, *id))
                };
                if ids.iter().all(told) {
                    break;
                }
            }
        }
        events.push(Event::SendingMarked(marked));
        events
    }

    pub(super) async fn push(&mut self, ids: Vec<MutationId>) -> Vec<Event> {
        let mutations = insist!(self, "reading what is to be sent", |store| store
            .payloads(&ids));
        let Some(epoch) = self.parts.shared.epoch().filter(|_| !mutations.is_empty()) else {
            // Everything was taken back at the last moment.
            return vec![Event::PushEnded(Outcome::NoVerdict(NoVerdict::Local))];
        };
        self.flights.push(&self.parts, epoch, mutations);
        Vec::new()
    }

    pub(super) async fn settle(&mut self, settled: Vec<(MutationId, Settle)>) {
        let incidents = insist!(self, "keeping what became of what was sent", |store| store
            .settle(&settled));
        self.changed.extend(incidents);
    }

    pub(super) async fn retire(&mut self, ids: Vec<MutationId>) {
        let incidents = insist!(self, "closing what has arrived", |store| store
            .retire(&ids, Utc::now()));
        self.changed.extend(incidents);
    }

    pub(super) async fn upload(&mut self, attachment_id: AttachmentId) -> Vec<Event> {
        let row = insist!(self, "reading a file's row", |store| store
            .attachment(attachment_id));
        let path = row
            .as_ref()
            .and_then(|row| self.parts.store.blobs().path(row.file.sha256));
        let (Some(row), Some(path), Some(epoch)) = (row, path, self.parts.shared.epoch()) else {
            tracing::error!(%attachment_id, "a file to be uploaded is not in its place");
            return vec![Event::UploadEnded {
                attachment_id,
                outcome: Outcome::NoVerdict(NoVerdict::Local),
            }];
        };
        let source = Source {
            attachment_id,
            name: row.file.name,
            size: row.file.size,
            sha256: row.file.sha256,
            path,
        };
        self.flights.upload(&self.parts, epoch, source);
        Vec::new()
    }

    /// The server has the file: the journal knows before the engine does.
    pub(super) async fn uploaded(&mut self, attachment_id: AttachmentId) {
        insist!(self, "noting that a file has arrived", |store| store
            .file_uploaded(attachment_id));
    }

    pub(super) async fn apply(&mut self, page: &ChangesPage, plan: &ApplyPlan) -> Vec<Event> {
        let applied = insist!(self, "writing what is new", |store| store.apply_page(
            page,
            plan,
            Utc::now()
        ));
        self.changed.extend(applied.incidents);
        self.lists_changed |= applied.others;
        let mut events: Vec<Event> = applied.removed.into_iter().map(Event::Removed).collect();
        events.push(Event::Applied(applied.cursor));
        events
    }

    pub(super) async fn apply_snapshot(&mut self, page: &SnapshotPage, number: u64) -> Vec<Event> {
        let written = insist!(self, "writing what is new", |store| store.apply_snapshot(
            page,
            number,
            Utc::now()
        ));
        self.lists_changed = true;
        self.changed.extend(written.incidents);
        self.first_sync_rows += written.rows;
        self.bootstrapped |= written.next.is_none();
        let mut events: Vec<Event> = written.removed.into_iter().map(Event::Removed).collect();
        events.extend(written.again.into_events());
        events.push(Event::SnapshotApplied {
            scope: page.scope,
            next: written.next,
            cursor: written.cursor,
        });
        events
    }

    pub(super) async fn drop_scopes(&mut self, scopes: &[Scope]) -> Vec<Event> {
        let dropped = insist!(self, "removing what may not be seen any more", |store| {
            store.drop_scopes(scopes)
        });
        files::forget_opened(&self.parts.store).await;
        for incident_id in &dropped.incidents {
            self.parts.installation.shell.withdraw(*incident_id).await;
        }
        self.lists_changed = true;
        self.changed.extend(dropped.incidents);
        let mut events = dropped.lane.into_events();
        events.push(Event::ScopesDropped(dropped.cursor));
        events
    }

    pub(super) async fn adopt_epoch(&mut self, epoch: Epoch) -> Vec<Event> {
        tracing::info!(%epoch, "the local copy is begun anew");
        self.flights.abandon();
        insist!(self, "beginning the local copy anew", |store| store
            .adopt_epoch(epoch, Utc::now()));
        let signed_out = !matches!(self.parts.shared.session(), Session::Held { .. });
        let loaded = self.load(signed_out).await;
        self.parts.shared.set_epoch(Some(epoch));
        self.lists_changed = true;
        vec![Event::EpochAdopted(Box::new(loaded))]
    }

    pub(super) async fn swap_cache(&mut self) -> Vec<Event> {
        let swapped = insist!(self, "showing the rebuilt copy", |store| store
            .swap_cache(Utc::now()));
        self.lists_changed = true;
        self.changed.extend(swapped.incidents);
        swapped.removed.into_iter().map(Event::Removed).collect()
    }

    /// What is here is what the server says, or is fetched again: that should never be needed.
    pub(super) async fn compare(&mut self, said: &Digests) -> Vec<Event> {
        let differ = insist!(self, "comparing what is here", |store| store.compare(said));
        if differ.is_empty() {
            return Vec::new();
        }
        self.repairs += differ.len();
        tracing::warn!(scopes = ?differ, repairs = self.repairs, "rows differ from the server's");
        vec![Event::DigestsDiffer(differ)]
    }

    /// Once a run, files that nothing refers to leave the disk: a crash between a row's end and
    /// its file's leaves such files. Not before the cache is whole, which names most of them.
    pub(super) async fn sweep_files(&mut self) {
        if self.engine.status().bootstrapping || std::mem::replace(&mut self.swept, true) {
            return;
        }
        match self.parts.store.sweep_blobs().await {
            Ok(0) => {}
            Ok(files) => tracing::info!(files, "files that nothing refers to were deleted"),
            // They take room and do no harm; the next start tries again.
            Err(error) => {
                tracing::warn!(error = %crate::error::chain(&error), "files stay on the disk")
            }
        }
    }

    /// What left the disk leaves its logs too, once nobody reads them any more.
    pub(super) async fn finish_truncating(&self) {
        if let Err(error) = self.parts.store.finish_truncating().await {
            tracing::warn!(error = %crate::error::chain(&error), "logs keep what was deleted for now");
        }
    }

    pub(super) async fn standing(&self, epoch: Epoch) -> EpochStanding {
        if self.parts.shared.epoch() == Some(epoch) {
            return EpochStanding::Ours;
        }
        insist!(self, "judging an epoch", |store| store.judge_epoch(epoch))
    }
}

fn is_about(event: &Event, id: MutationId) -> bool {
    match event {
        Event::Acted(events) => events.iter().any(|event| is_about(event, id)),
        Event::Removed(removed) => *removed == id,
        Event::Changed(entry) | Event::Enqueued(entry) => entry.mutation_id == id,
        _ => false,
    }
}
