//! The account that is open: its store, its server, its driver.

use crate::rt::Instant;
use crate::{
    api::Api,
    driver::{self, DriverHandle, Input},
    error::ClientError,
    installation::Installation,
    profile::{KnownAccount, account_folder},
};
use chrono::Utc;
use palier_bridge::{
    AppEvent,
    view::{Link, SyncView},
};
use palier_domain::{AttachmentId, IncidentId, MutationId, OutboxState, UserId};
use palier_engine::{Entry, notify::Focus};
use palier_store::{LaneChange, Store};
use palier_wire::Epoch;
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// An open account.
pub(crate) struct Account {
    pub(crate) user_id: UserId,
    /// The person's own name on screen.
    pub(crate) name: String,
    /// Names its folder and its secret.
    pub(crate) key: String,
    pub(crate) store: Store,
    pub(crate) api: Api,
    pub(crate) shared: Arc<Shared>,
    pub(crate) driver: DriverHandle,
    pub(crate) installation: Arc<Installation>,
}

/// How the session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Session {
    /// The vault is being asked.
    Loading,
    /// There is one.
    Held {
        /// It survives the program.
        lasting: bool,
    },
    /// There is none, or the server has ended it.
    Ended,
}

/// What the driver and the requests both know, beside the store.
pub(crate) struct Shared {
    known: Mutex<Known>,
}

struct Known {
    session: Session,
    epoch: Option<Epoch>,
    focus: Focus,
    sync: SyncView,
    /// When the undo time of held entries ends.
    held: HashMap<MutationId, Instant>,
    /// How much of a file has left, in percent.
    progress: HashMap<AttachmentId, u8>,
    /// When something was last heard of a request under way.
    heard_at: Instant,
}

impl Shared {
    fn new(session: Session) -> Self {
        Self {
            known: Mutex::new(Known {
                session,
                epoch: None,
                focus: Focus::default(),
                sync: SyncView {
                    link: Link::Connecting,
                    waiting: 0,
                    failed: 0,
                    not_put_back: 0,
                    first_sync_rows: None,
                    up_to_date_at: None,
                },
                held: HashMap::new(),
                progress: HashMap::new(),
                heard_at: Instant::now(),
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn session(&self) -> Session {
        self.lock().session
    }

    pub(crate) fn set_session(&self, session: Session) {
        self.lock().session = session;
    }

    pub(crate) fn epoch(&self) -> Option<Epoch> {
        self.lock().epoch
    }

    pub(crate) fn set_epoch(&self, epoch: Option<Epoch>) {
        self.lock().epoch = epoch;
    }

    pub(crate) fn focus(&self) -> Focus {
        self.lock().focus
    }

    pub(crate) fn set_focus(&self, focus: Focus) {
        self.lock().focus = focus;
    }

    pub(crate) fn sync(&self) -> SyncView {
        self.lock().sync.clone()
    }

    /// Takes a new state of the pill; says whether it is different.
    pub(crate) fn set_sync(&self, sync: SyncView) -> bool {
        let mut known = self.lock();
        let different = known.sync != sync;
        known.sync = sync;
        different
    }

    /// Notes when undo times end.
    pub(crate) fn note_held<'a>(&self, entries: impl IntoIterator<Item = &'a Entry>) {
        let mut known = self.lock();
        for entry in entries {
            if entry.state == OutboxState::Held {
                let until = Instant::now() + Duration::from_millis(entry.due_in);
                known.held.insert(entry.mutation_id, until);
            } else {
                known.held.remove(&entry.mutation_id);
            }
        }
    }

    /// Milliseconds until the undo time of an entry ends; none when it is not known.
    pub(crate) fn remaining_ms(&self, id: MutationId) -> Option<u64> {
        let until = *self.lock().held.get(&id)?;
        let left = until.saturating_duration_since(Instant::now());
        Some(u64::try_from(left.as_millis()).unwrap_or(u64::MAX))
    }

    /// A request begins or ends.
    pub(crate) fn hears(&self) {
        self.lock().heard_at = Instant::now();
    }

    /// When something was last heard of a request under way.
    pub(crate) fn heard_at(&self) -> Instant {
        self.lock().heard_at
    }

    pub(crate) fn progress(&self, id: AttachmentId) -> Option<u8> {
        self.lock().progress.get(&id).copied()
    }

    /// Notes how far an upload is; says whether a person would see the difference.
    pub(crate) fn note_progress(&self, id: AttachmentId, percent: Option<u8>) -> bool {
        let mut known = self.lock();
        known.heard_at = Instant::now();
        match percent {
            Some(percent) => {
                let before = known.progress.insert(id, percent);
                before.is_none_or(|before| before / 10 != percent / 10)
            }
            None => known.progress.remove(&id).is_some(),
        }
    }
}

impl Account {
    /// Tells the page how far a download has come.
    pub(crate) fn file_progress(&self, attachment_id: AttachmentId, percent: Option<u8>) {
        self.installation.shell.emit(AppEvent::FileProgress {
            attachment_id,
            percent,
        });
    }

    /// Opens the folder of `known` and starts its driver. `epoch` is what the server said when the
    /// session began; without any other, the journal takes it.
    pub(crate) async fn open(
        installation: Arc<Installation>,
        known: &KnownAccount,
        api: Api,
        session: Session,
        epoch: Option<Epoch>,
    ) -> Result<Arc<Self>, ClientError> {
        let folder = account_folder(&installation.config.data_dir, known);
        let api = api.of(known.user_id);
        let opened = Store::open(&folder, known.user_id).await?;
        if opened.cache_rebuilt {
            tracing::info!("the local copy is fetched anew");
        }
        let store = opened.store;
        if let (Some(epoch), None) = (epoch, store.cursor().await?) {
            store.adopt_epoch(epoch, Utc::now()).await?;
        }
        let profile = installation.profile().await?;
        let shared = Arc::new(Shared::new(session));
        let driver = driver::start(driver::Parts {
            installation: installation.clone(),
            store: store.clone(),
            api: api.clone(),
            shared: shared.clone(),
            device_id: profile.device_id,
            account: known.key(),
        });
        Ok(Arc::new(Self {
            user_id: known.user_id,
            name: known.name.clone(),
            key: known.key(),
            store,
            api,
            shared,
            driver,
            installation,
        }))
    }

    /// Tells engine and page about an act that is in the journal.
    pub(crate) async fn acted(&self, incident_id: IncidentId, lane: LaneChange) {
        self.shared
            .note_held(lane.changed.iter().chain(&lane.enqueued));
        self.driver.tell(Input::Events(lane.into_events()));
        self.installation
            .emit_incidents(&BTreeSet::from([incident_id]));
        driver::update_badge(&self.installation, &self.store, &self.key).await;
    }

    /// Ends driver and store. What is under way is cut off, as a crash would: all of it is safe.
    pub(crate) async fn close(&self) {
        self.driver.stop().await;
        self.store.clone().close().await;
    }
}
