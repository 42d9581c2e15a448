//! The application: who is signed in, and the way to everything a person can do.

use crate::{
    ClientConfig, ServerAddress, Shell, Vault, VaultError,
    account::{Account, Session},
    accounts::{Accounts, Slot},
    api::Api,
    driver::Input,
    error::{ClientError, chain},
    files::{self, Fetches},
    installation::Installation,
    profile::{KnownAccount, account_folder},
    requests::{letting::Unanswered, pause::end_pauses},
    rounds::Rounds,
    rt::{Instant, sleep, spawn, timeout},
};
use palier_bridge::{AppEvent, CommandError, view::Settings};
use palier_domain::IncidentId;
use palier_engine::Event;
use palier_store::ActError;
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, Weak},
    time::Duration,
};
use tokio::sync::{Mutex as AsyncMutex, Notify, RwLock, RwLockWriteGuard};

/// The desktop application without a window. Cheap to clone; dropping the last clone stops it as
/// abruptly as a crash would, which loses nothing.
#[derive(Clone)]
pub struct Client {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) installation: Arc<Installation>,
    pub(crate) fetches: Fetches,
    pub(crate) unanswered: Unanswered,
    /// Files that were dropped on the window and are not in a draft yet.
    pub(crate) dropped: Mutex<Vec<PathBuf>>,
    /// The link that was opened last, while no page has followed it; without an incident it leads nowhere.
    pub(crate) link: Mutex<Option<Option<IncidentId>>>,
    slot: RwLock<Slot>,
    /// Held while somebody signs out. Asked for before the slot.
    pub(crate) leaving: AsyncMutex<()>,
    /// Read by each command under way, written while the accounts are opened anew.
    commands: RwLock<()>,
    pub(crate) leave: Notify,
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Nobody is left to mend for, or to be quiet for.
        self.installation.broken.notify_one();
        self.installation.pause_changed.notify_one();
    }
}

impl Client {
    /// Starts the application: [`Client::new`] and [`Client::begin`].
    pub async fn start(config: ClientConfig, shell: Arc<dyn Shell>, vault: Arc<dyn Vault>) -> Self {
        let client = Self::new(config, shell, vault);
        client.begin().await;
        client
    }

    /// The application, with nothing open yet: whatever asks for an account first opens them.
    pub fn new(config: ClientConfig, shell: Arc<dyn Shell>, vault: Arc<dyn Vault>) -> Self {
        Self {
            inner: Arc::new(Inner {
                installation: Arc::new(Installation::new(config, shell, vault)),
                fetches: Fetches::default(),
                unanswered: Unanswered::default(),
                dropped: Mutex::default(),
                link: Mutex::default(),
                slot: RwLock::new(Slot::Unopened),
                leaving: AsyncMutex::default(),
                commands: RwLock::default(),
                leave: Notify::new(),
            }),
        }
    }

    /// Opens the accounts that were open at the end of the last run, finishes a sign-out that was cut
    /// short, and begins to sync. Once, at the start.
    ///
    /// What is wrong with the data folder (in use, not writable, full) is what every command answers
    /// until it is put right.
    pub async fn begin(&self) {
        if let Err(error) = self.ready().await {
            tracing::error!(error = %chain(&error), "the data folder cannot be opened");
        }
        spawn(mend(
            self.installation().clone(),
            Arc::downgrade(&self.inner),
        ));
        spawn(end_pauses(
            self.installation().clone(),
            Arc::downgrade(&self.inner),
        ));
    }

    /// What the person chose for this device. Opens no account.
    ///
    /// # Errors
    /// The data folder cannot be read.
    pub async fn settings(&self) -> Result<Settings, CommandError> {
        let profile = self.installation().profile().await;
        Ok(profile.map_err(CommandError::from)?.settings)
    }

    /// Stops everything and closes the files.
    pub async fn shutdown(&self) {
        self.inner.slot.write().await.accounts_mut().close().await;
    }

    /// The network came back, or the window came to the front: what waits is tried now.
    pub async fn nudge(&self) {
        let slot = self.inner.slot.read().await;
        for account in slot.accounts().iter().flat_map(|it| it.all()) {
            account.driver.tell(Input::Events(vec![Event::Nudge]));
        }
    }

    /// Lets the journal grow to so many pages only, so that a test meets a full disk.
    #[doc(hidden)]
    pub async fn limit_journal_pages(&self, pages: Option<u32>) {
        let slot = self.inner.slot.read().await;
        for account in slot.accounts().iter().flat_map(|it| it.all()) {
            account.store.limit_journal_pages(pages).await;
        }
    }

    /// How often nothing moved any more since the start, so that the account had to be opened anew.
    #[doc(hidden)]
    pub fn stalls(&self) -> u32 {
        self.installation().stalls()
    }

    pub(crate) fn installation(&self) -> &Arc<Installation> {
        &self.inner.installation
    }

    /// Carries out a command and maps its error, once.
    pub(crate) async fn tell<T>(
        &self,
        command: impl Future<Output = Result<T, ClientError>>,
    ) -> Result<T, CommandError> {
        let _under_way = self.inner.commands.read().await;
        command.await.map_err(|error| {
            if let ClientError::Store(error) | ClientError::Act(ActError::Store(error)) = &error {
                self.installation().notice_damage(error);
            }
            error.into()
        })
    }

    /// The account that is shown.
    pub(crate) async fn account(&self) -> Result<Arc<Account>, ClientError> {
        self.someone().await?.ok_or(CommandError::SignedOut.into())
    }

    /// The account that is shown, if somebody is signed in.
    pub(crate) async fn someone(&self) -> Result<Option<Arc<Account>>, ClientError> {
        self.ready().await?;
        let slot = self.inner.slot.read().await;
        Ok(slot.accounts().and_then(|it| it.shown()).cloned())
    }

    /// The accounts behind the one that is shown.
    pub(crate) async fn others(&self) -> Result<Vec<Arc<Account>>, ClientError> {
        self.ready().await?;
        let slot = self.inner.slot.read().await;
        Ok(slot
            .accounts()
            .map_or_else(Vec::new, |it| it.others().to_vec()))
    }

    pub(crate) async fn slot(&self) -> RwLockWriteGuard<'_, Slot> {
        self.inner.slot.write().await
    }

    /// Opens what the profile names, once.
    pub(crate) async fn ready(&self) -> Result<(), ClientError> {
        if !matches!(*self.inner.slot.read().await, Slot::Unopened) {
            return Ok(());
        }
        let mut slot = self.inner.slot.write().await;
        if !matches!(*slot, Slot::Unopened) {
            return Ok(());
        }
        let profile = self.installation().profile().await?;
        // Who is leaving just now finishes that alone.
        let alone = self.inner.leaving.try_lock();
        let left = profile.accounts().filter(|known| known.signing_out);
        for known in left.filter(|_| alone.is_ok()) {
            if let Err(error) = self.forget(known).await {
                tracing::warn!(error = %chain(&error), "what is left of who signed out goes at the next start");
            }
        }
        *slot = Slot::Open(self.open_all().await?);
        Ok(())
    }

    /// Opens everybody's account: who was shown last is shown, or the next one that can be opened.
    ///
    /// # Errors
    /// There are some, and none of them can be opened.
    async fn open_all(&self) -> Result<Accounts, ClientError> {
        let profile = self.installation().profile().await?;
        let mut accounts = Accounts::default();
        let mut failed = None;
        for known in profile.accounts().filter(|known| !known.signing_out) {
            // What is wrong with one is no reason to keep the others shut.
            match self.reopen(known).await {
                Ok(account) if accounts.shown().is_none() => accounts.show(account),
                Ok(account) => accounts.add(account),
                Err(error) => {
                    tracing::error!(error = %chain(&error), "an account stays shut");
                    failed.get_or_insert(error);
                }
            }
        }
        match failed {
            Some(error) if accounts.shown().is_none() => Err(error),
            _ => Ok(accounts),
        }
    }

    pub(crate) async fn reopen(&self, known: &KnownAccount) -> Result<Arc<Account>, ClientError> {
        let server = ServerAddress::parse(&known.server)
            .map_err(|error| ClientError::Unexpected(error.to_string()))?;
        let installation = self.installation().clone();
        let api = Api::new(server, installation.config.limits)?;
        let session = if known.session_ended {
            Session::Ended
        } else {
            Session::Loading
        };
        let account = Account::open(installation, known, api, session, None).await?;
        files::forget_opened(&account.store).await;
        if session == Session::Loading {
            // A locked keyring asks the person first; everything is readable meanwhile.
            spawn(load_session(Arc::downgrade(&account)));
        }
        Ok(account)
    }

    /// Closes the accounts and opens them again; their stores make damaged caches anew.
    ///
    /// Commands under way end first, new ones wait: nobody is told of a database that is closed for
    /// a moment. One that takes longer than the limit is cut off, as a crash would.
    async fn open_anew(&self) {
        let limit = self.installation().config.limits.commands;
        let _alone = timeout(limit, self.inner.commands.write()).await;
        {
            let mut slot = self.slot().await;
            let Slot::Open(accounts) = &mut *slot else {
                return;
            };
            for account in accounts.all() {
                if let Err(error) = account.store.suspect_cache() {
                    tracing::warn!(error = %chain(&error), "the damage cannot be noted");
                }
            }
            accounts.close().await;
            *slot = Slot::Unopened;
        }
        if let Err(error) = self.ready().await {
            tracing::error!(error = %chain(&error), "the account cannot be opened again");
        }
        let shell = &self.installation().shell;
        shell.emit(AppEvent::SyncChanged);
        shell.emit(AppEvent::IncidentsChanged);
    }

    /// Deletes everything of an account on this device.
    pub(crate) async fn forget(&self, known: &KnownAccount) -> Result<(), ClientError> {
        let installation = self.installation();
        if let Err(error) = installation.vault.delete(&known.key()).await {
            tracing::warn!(%error, "a secret stays in the keyring");
        }
        let folder = account_folder(&installation.config.data_dir, known);
        match palier_disk::aio::remove_dir_all(&folder).await {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                return Err(ClientError::Io {
                    doing: "delete the account's folder",
                    source,
                });
            }
            _ => {}
        }
        installation
            .change_profile(|profile| profile.forget(&known.key()))
            .await?;
        installation.count_unread(&known.key(), None);
        Ok(())
    }
}

/// Opens the account anew whenever one of its databases turns out to be damaged.
async fn mend(installation: Arc<Installation>, client: Weak<Inner>) {
    let mut rounds = Rounds::default();
    loop {
        installation.broken.notified().await;
        sleep(rounds.pause(installation.take_progress())).await;
        let Some(inner) = client.upgrade() else {
            return;
        };
        tracing::warn!("the account is opened anew");
        Client { inner }.open_anew().await;
    }
}

/// So long the keyring is asked again and again; then the person may sign in instead.
const ASKS_THE_KEYRING: Duration = Duration::from_secs(5 * 60);

/// Asks the vault for the session's secret and lets the engine begin.
async fn load_session(account: Weak<Account>) {
    let Some((installation, key)) = account
        .upgrade()
        .map(|account| (account.installation.clone(), account.key.clone()))
    else {
        return;
    };
    let begun = Instant::now();
    let (account, loaded) = loop {
        let loaded = installation.vault.load(&key).await;
        let Some(account) = account.upgrade() else {
            return;
        };
        // Somebody signed in while the keyring was being asked.
        if account.shared.session() != Session::Loading {
            return;
        }
        let again = matches!(loaded, Err(VaultError::NotYet));
        if !again || begun.elapsed() > ASKS_THE_KEYRING {
            break (account, loaded);
        }
        tracing::info!("the keyring is asked again");
        drop(account);
        sleep(installation.config.limits.local_retry).await;
    };
    match loaded {
        Ok(Some(token)) => {
            account.api.set_token(Some(token));
            account.shared.set_session(Session::Held {
                lasting: installation.vault.is_lasting(),
            });
        }
        Ok(None) => account.shared.set_session(Session::Ended),
        Err(error) => {
            tracing::warn!(%error, "the session cannot be read from the keyring");
            account.shared.set_session(Session::Ended);
        }
    }
    account.driver.tell(Input::SignedIn);
    // As it was shown while it was being loaded, it need not be shown again: a start draws once.
    if account.shared.session() != (Session::Held { lasting: true }) {
        installation.shell.emit(AppEvent::SessionChanged);
    }
}
