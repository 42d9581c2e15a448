//! What the driver tells the person: notifications, badge, the sync pill.

use super::{Driver, local::insist};
use crate::rt::Instant;
use crate::{account::Session, installation::Installation, words};
use chrono::Utc;
use palier_bridge::{
    AppEvent,
    view::{Link, SyncView},
};
use palier_engine::{
    LinkState,
    notify::{self, Candidate, Hours, Wishes},
};
use palier_store::{Store, view::CandidateRow};

impl Driver {
    /// Decides about what came since the last time. What was decided is in the journal before the
    /// desktop is called: a crash in between costs a notification, never doubles one.
    pub(super) async fn decide_notifications(&mut self) {
        self.up_to_date_at = Some(Utc::now());
        self.sweep_files().await;
        self.finish_truncating().await;
        let first = std::mem::take(&mut self.bootstrapped);
        let begun = insist!(self, "reading whether to announce", |store| store
            .notifies());
        if !begun {
            // The very first sync: all of it is history.
            insist!(self, "beginning to announce", |store| store
                .start_notifying());
        } else {
            self.announce(first).await;
        }
        self.parts.installation.note_progress();
    }

    /// Tells the person of what was never decided on. `first`: all of it is history.
    pub(super) async fn announce(&mut self, first: bool) {
        self.withdraw_what_was_read().await;
        let wishes = self.wishes();
        (self.quiet_until, self.pause_ended) = (None, false);
        let rows = insist!(self, "reading what may be announced", |store| store
            .candidates());
        if rows.is_empty() {
            return;
        }
        let candidates: Vec<Candidate> = rows.iter().map(|row| row.candidate.clone()).collect();
        let focus = self.parts.shared.focus();
        let decision = notify::decide(&candidates, focus, wishes, first);
        if decision.held > 0 {
            let look = self.parts.installation.config.limits.quiet_look;
            self.quiet_until = Some(Instant::now() + look);
        }
        insist!(self, "keeping what was announced", |store| store
            .record_decided(&decision.decided));
        let installation = &self.parts.installation;
        let words = installation.words();
        let sound = installation.settings().sound;
        if let Some(summary) = decision.summary {
            installation
                .shell
                .notify(words::summary(&words, summary, sound))
                .await;
        }
        for (candidate, count) in &decision.native {
            if let Some(row) = row_of(&rows, candidate) {
                let notification = words::notification(&words, row, *count, sound);
                installation.shell.notify(notification).await;
            }
        }
        for (candidate, count) in &decision.toasts {
            if let Some(row) = row_of(&rows, candidate) {
                let notification = words::notification(&words, row, *count, sound);
                installation.shell.emit(AppEvent::MessageArrived {
                    incident_id: candidate.incident_id,
                    title: notification.title,
                    body: notification.body,
                });
            }
        }
    }

    /// What the person wants, and at what hour this is.
    fn wishes(&self) -> Wishes {
        let installation = &self.parts.installation;
        let settings = installation.settings();
        let now = (installation.config.clock)();
        let paused = settings.pause.and_then(|pause| pause.left(now.to_utc()));
        let night = settings.quiet_hours;
        let quiet = paused.is_some() || night.is_some_and(|hours| hours.cover(now.time()));
        Wishes {
            native: settings.notifications,
            hours: match (quiet, self.quiet_until.is_some() || self.pause_ended) {
                (true, _) => Hours::Quiet,
                (false, true) => Hours::JustEnded,
                (false, false) => Hours::Usual,
            },
        }
    }

    /// Takes notifications away whose tickets were read, here or on another device.
    pub(super) async fn withdraw_what_was_read(&mut self) {
        let read = insist!(self, "reading what was read", |store| store
            .take_withdrawals());
        for incident_id in read {
            self.parts.installation.shell.withdraw(incident_id).await;
        }
    }

    /// Tells the page what changed since it was last told.
    pub(super) async fn publish(&mut self) {
        let changed = std::mem::take(&mut self.changed);
        let lists = std::mem::take(&mut self.lists_changed);
        let installation = &self.parts.installation;
        installation.emit_incidents(&changed);
        if lists && changed.is_empty() {
            installation.shell.emit(AppEvent::IncidentsChanged);
        }
        if lists || !changed.is_empty() {
            update_badge(installation, &self.parts.store, &self.parts.account).await;
        }
        let sync = self.sync_view();
        if self.parts.shared.set_sync(sync) {
            installation.shell.emit(AppEvent::SyncChanged);
        }
    }

    fn sync_view(&self) -> SyncView {
        let status = self.engine.status();
        let link = match (status.link, self.parts.shared.session()) {
            (LinkState::Idle, _) | (LinkState::SignedOut, Session::Loading) => Link::Connecting,
            (LinkState::SignedOut, _) => Link::NeedsSignIn,
            (LinkState::Connecting, _) => Link::Connecting,
            (LinkState::Online, _) => Link::Online,
            (LinkState::Offline, _) => Link::Offline,
            (LinkState::UpdateRequired, _) => Link::UpdateRequired,
        };
        SyncView {
            link,
            waiting: status.waiting,
            failed: status.failed,
            not_put_back: status.not_put_back,
            first_sync_rows: status.bootstrapping.then_some(self.first_sync_rows),
            up_to_date_at: self.up_to_date_at,
        }
    }
}

/// Shows the count of unread tickets, if it is another than before.
pub(crate) async fn update_badge(installation: &Installation, store: &Store, account: &str) {
    match store.unread_total().await {
        Ok(unread) => installation.count_unread(account, Some(unread)),
        // It is counted again at the next change.
        Err(error) => {
            installation.notice_damage(&error);
            tracing::warn!(error = %crate::error::chain(&error), "unread tickets cannot be counted");
        }
    }
}

fn row_of<'a>(rows: &'a [CandidateRow], candidate: &Candidate) -> Option<&'a CandidateRow> {
    rows.iter()
        .find(|row| row.candidate.ticket_id == candidate.ticket_id)
}
