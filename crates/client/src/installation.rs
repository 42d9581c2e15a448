//! What every part of the application shares: configuration, desktop, vault, profile, language.

use crate::{ClientConfig, Shell, Vault, crashes, error::ClientError, profile::Profile};
use palier_bridge::{
    AppEvent,
    view::{CrashView, Language, Settings},
};
use palier_domain::IncidentId;
use palier_i18n::Localizer;
use palier_store::StoreError;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};
use tokio::sync::{Mutex, Notify};

/// One installation of the application.
pub(crate) struct Installation {
    pub(crate) config: ClientConfig,
    pub(crate) shell: Arc<dyn Shell>,
    pub(crate) vault: Arc<dyn Vault>,
    /// Rung when a database turns out to be damaged, or nothing moves any more: the account is opened
    /// anew.
    pub(crate) broken: Notify,
    /// Rung when a pause of notifications begins or ends.
    pub(crate) pause_changed: Notify,
    /// The crash of an earlier run, until the person knows of it.
    pub(crate) crashed: std::sync::Mutex<Option<CrashView>>,
    /// How often nothing moved any more. Should be never.
    stalls: AtomicU32,
    /// A pull came to its end since this was last asked.
    progress: AtomicBool,
    /// Unread messages of each account that is open.
    unread: std::sync::Mutex<BTreeMap<String, u64>>,
    /// What is on the disk; held while it is being written.
    profile: Mutex<Option<Profile>>,
    /// A copy of the settings for those who cannot wait.
    settings: RwLock<Settings>,
    words: RwLock<Arc<Localizer>>,
}

impl Installation {
    pub(crate) fn new(config: ClientConfig, shell: Arc<dyn Shell>, vault: Arc<dyn Vault>) -> Self {
        let words = Arc::new(localizer(None, config.system_language));
        Self {
            crashed: std::sync::Mutex::new(crashes::unseen(&config.data_dir)),
            config,
            shell,
            vault,
            broken: Notify::new(),
            pause_changed: Notify::new(),
            stalls: AtomicU32::new(0),
            progress: AtomicBool::new(true),
            unread: std::sync::Mutex::default(),
            profile: Mutex::default(),
            settings: RwLock::default(),
            words: RwLock::new(words),
        }
    }

    /// The profile, read from the disk the first time.
    pub(crate) async fn profile(&self) -> Result<Profile, ClientError> {
        let mut slot = self.profile.lock().await;
        if let Some(profile) = &*slot {
            return Ok(profile.clone());
        }
        let data_dir = self.config.data_dir.clone();
        let profile = blocking(move || Profile::open(&data_dir)).await??;
        self.take_settings(&profile.settings);
        *slot = Some(profile.clone());
        Ok(profile)
    }

    /// Changes the profile on the disk, then here.
    pub(crate) async fn change_profile(
        &self,
        change: impl FnOnce(&mut Profile),
    ) -> Result<Profile, ClientError> {
        let mut changed = self.profile().await?;
        let mut slot = self.profile.lock().await;
        // Somebody may have changed it while the lock was free.
        if let Some(profile) = &*slot {
            changed = profile.clone();
        }
        change(&mut changed);
        let (data_dir, copy) = (self.config.data_dir.clone(), changed.clone());
        blocking(move || copy.save(&data_dir)).await??;
        self.take_settings(&changed.settings);
        *slot = Some(changed.clone());
        Ok(changed)
    }

    pub(crate) fn settings(&self) -> Settings {
        self.settings
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The profile still holds a pause that is over: when it ended, nobody was there to end it.
    pub(crate) fn pause_is_over(&self) -> bool {
        let now = (self.config.clock)().to_utc();
        let pause = self.settings().pause;
        pause.is_some_and(|pause| pause.left(now).is_none())
    }

    /// The sentences of the person's language.
    pub(crate) fn words(&self) -> Arc<Localizer> {
        self.words
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Has the account opened anew if `error` says that a database is damaged: a damaged cache is
    /// fetched from the server again, and what the person wrote is in the journal.
    pub(crate) fn notice_damage(&self, error: &StoreError) {
        if matches!(error, StoreError::Damaged { .. }) {
            tracing::warn!("a database is damaged");
            self.broken.notify_one();
        }
    }

    /// Nothing moves any more, because of `why`: the account is opened anew, as at a start, and goes on
    /// from what is on the disk.
    pub(crate) fn notice_stall(&self, why: &str) {
        let stalls = self.stalls.fetch_add(1, Ordering::Relaxed) + 1;
        tracing::error!(stalls, "nothing moves any more: {why}");
        self.broken.notify_one();
    }

    /// Everything that the server had is here, and what it means was said.
    pub(crate) fn note_progress(&self) {
        self.progress.store(true, Ordering::Relaxed);
    }

    /// Whether that happened since the last question; at first it did.
    pub(crate) fn take_progress(&self) -> bool {
        self.progress.swap(false, Ordering::Relaxed)
    }

    /// An account has so many unread messages, or is no longer open: the badge counts all of them.
    pub(crate) fn count_unread(&self, account: &str, unread: Option<u64>) {
        let mut counts = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
        let before = match unread {
            Some(unread) => counts.insert(account.to_owned(), unread),
            None => counts.remove(account),
        };
        if before != unread {
            self.shell.set_badge(counts.values().sum());
        }
    }

    /// How often nothing moved any more since the start.
    pub(crate) fn stalls(&self) -> u32 {
        self.stalls.load(Ordering::Relaxed)
    }

    /// Tells the page that these incidents look different now.
    pub(crate) fn emit_incidents(&self, incidents: &BTreeSet<IncidentId>) {
        for incident_id in incidents {
            self.shell.emit(AppEvent::ThreadChanged {
                incident_id: *incident_id,
            });
        }
        if !incidents.is_empty() {
            self.shell.emit(AppEvent::IncidentsChanged);
        }
    }

    fn take_settings(&self, settings: &Settings) {
        let words = Arc::new(localizer(settings.language, self.config.system_language));
        *self.words.write().unwrap_or_else(PoisonError::into_inner) = words;
        *self
            .settings
            .write()
            .unwrap_or_else(PoisonError::into_inner) = settings.clone();
    }
}

fn localizer(chosen: Option<Language>, system: Language) -> Localizer {
    Localizer::new(match chosen.unwrap_or(system) {
        Language::Fr => palier_i18n::Language::Fr,
        Language::En => palier_i18n::Language::En,
    })
}

/// Runs something that waits for the disk where it holds nobody up.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ClientError> {
    palier_disk::aio::blocking(work)
        .await
        .map_err(|_| ClientError::Stopped)
}
