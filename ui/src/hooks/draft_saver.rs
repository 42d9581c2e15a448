//! Saving what is typed, until it is saved.

use super::SerialQueue;
use crate::{
    backend::BackendHandle,
    context::Announcement,
    logic::{
        draft_state::{DraftChange, DraftState},
        unsaved_drafts::{UnsavedDrafts, Words},
    },
};
use gloo::timers::callback::Timeout;
use palier_bridge::{CommandError, request::SaveDraft};
use palier_domain::{IncidentId, UserId};
use std::{cell::RefCell, rc::Rc};
use yew::prelude::*;

/// What could not be saved is tried again after so long.
const RETRY_MS: u32 = 2_000;

/// What must be saved, and when.
pub(super) struct Saver {
    pub(super) backend: BackendHandle,
    pub(super) queue: SerialQueue,
    pub(super) incident_id: IncidentId,
    pub(super) unsaved: Option<Words>,
    /// Grows as something is typed or sent: what could not be saved comes back only where nothing is newer.
    pub(super) version: u64,
    pub(super) timer: Option<Timeout>,
    pub(super) saving: u32,
    pub(super) told: UseReducerDispatcher<DraftState>,
    /// Where words go that could not be saved before their composer went.
    pub(super) kept: UnsavedDrafts,
    pub(super) author: Option<UserId>,
    pub(super) announce: Callback<Announcement>,
    pub(super) gone: bool,
}

/// It goes on saving after its composer went.
pub(super) type SharedSaver = Rc<RefCell<Saver>>;

impl Saver {
    /// There is text that the core does not have yet.
    pub(super) fn is_unsaved(&self) -> bool {
        self.unsaved.is_some() || self.saving > 0
    }

    /// These words are to be saved, or none any more.
    pub(super) fn owe(&mut self, words: Option<Words>) {
        self.unsaved = words;
        self.version += 1;
        self.timer = None;
    }

    /// Saves what is owed after so long.
    pub(super) fn later(this: &SharedSaver, after_ms: u32) {
        let saver = this.clone();
        let timer = Timeout::new(after_ms, move || Self::flush(&saver));
        this.borrow_mut().timer = Some(timer);
    }

    /// Puts the saving of whatever is unsaved into the queue.
    pub(super) fn flush(this: &SharedSaver) {
        let saver = this.clone();
        let mut now = this.borrow_mut();
        now.timer = None;
        if let Some(words) = now.unsaved.take() {
            let (backend, version) = (now.backend.clone(), now.version);
            let request = SaveDraft {
                incident_id: now.incident_id,
                message: words.text.to_string(),
                note: words.note,
            };
            now.saving += 1;
            now.queue.push(async move {
                let saved = backend.call(request).await;
                saver.borrow_mut().saving -= 1;
                match saved {
                    Ok(()) => saver.borrow().told.dispatch(DraftChange::Saved),
                    Err(error) => Self::failed(&saver, words, version, error),
                }
            });
        }
    }

    /// Words that are still the newest are owed again, by this composer or by the next.
    fn failed(this: &SharedSaver, words: Words, version: u64, error: CommandError) {
        let mut saver = this.borrow_mut();
        let newest = saver.version == version && saver.unsaved.is_none();
        if saver.gone {
            if newest {
                saver.kept.keep((saver.author, saver.incident_id), words);
            }
            saver.announce.emit(Announcement::Error(error));
            return;
        }
        saver.told.dispatch(DraftChange::NotSaved(error));
        if newest {
            saver.unsaved = Some(words);
            drop(saver);
            Self::later(this, RETRY_MS);
        }
    }
}
