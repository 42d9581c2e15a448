//! Signing in and out.

use super::online::too_many_attempts;
use crate::rt::{IN_BROWSER, timeout};
use crate::{
    Client, ServerAddress,
    account::{Account, Session},
    api::Api,
    driver::Input,
    error::{ClientError, chain},
    installation::Installation,
    profile::KnownAccount,
};
use chrono::Utc;
use palier_bridge::{
    AppEvent, CommandError,
    request::{ForgetRescue, GetAppState, SignIn, SignOut, SwitchAccount},
    view::{self, AppState, Link, OtherAccount, RescuedView, SyncView},
};
use palier_domain::{Email, IncidentId, Invalid, InvalidReason, failpoint};
use palier_engine::{NoVerdict, Outcome};
use palier_wire::{Epoch, Problem, ProblemKind, PushRequest, SessionCreated};
use std::{sync::Arc, time::Duration};

/// How long the last words to the server may take when a person signs out.
const LAST_WORDS: Duration = Duration::from_secs(10);

impl Client {
    /// Who is signed in, settings, unread total, sync: what a screen needs first.
    ///
    /// # Errors
    /// The data folder cannot be used.
    pub async fn get_app_state(&self, _: GetAppState) -> Result<AppState, CommandError> {
        self.tell(self.app_state()).await
    }

    /// The person knows what was saved of a damaged journal.
    ///
    /// # Errors
    /// Nobody is signed in; the data folder.
    pub async fn forget_rescue(&self, _: ForgetRescue) -> Result<(), CommandError> {
        self.tell(async {
            self.account().await?.store.forget_rescue().await?;
            self.installation().shell.emit(AppEvent::SessionChanged);
            Ok(())
        })
        .await
    }

    pub(super) async fn app_state(&self) -> Result<AppState, ClientError> {
        let account = self.someone().await?;
        let profile = self.installation().profile().await?;
        let (unread_total, sync) = match &account {
            Some(account) => (account.store.unread_total().await?, account.shared.sync()),
            None => (0, signed_out()),
        };
        let rescued = match &account {
            Some(account) => account.store.rescued().await?.map(|rescued| RescuedView {
                unsent: rescued.unsent,
                drafts: rescued.drafts,
                incomplete: rescued.incomplete,
                kept: rescued.kept.display().to_string(),
            }),
            None => None,
        };
        let key = account.as_ref().map(|account| account.key.clone());
        // Not always the first: that one may be shut.
        let (shown, behind): (Vec<_>, Vec<_>) = profile
            .accounts()
            .filter(|known| !known.signing_out)
            .partition(|known| Some(known.key()) == key);
        let account = match (account, shown.first()) {
            (Some(account), Some(known)) => {
                let session = account.shared.session();
                let role = account.store.role().await?;
                Some(view::Account {
                    user_id: account.user_id,
                    name: known.name.clone(),
                    email: known.email.clone(),
                    server: known.server.clone(),
                    needs_sign_in: session == Session::Ended,
                    session_in_memory: session == Session::Held { lasting: false },
                    role,
                })
            }
            _ => None,
        };
        let open = self.others().await?;
        let mut others = Vec::new();
        for known in behind {
            let open = open.iter().find(|it| it.key == known.key());
            others.push(other_account(known, open).await?);
        }
        Ok(AppState {
            account,
            others,
            rescued,
            crashed: self.crash(),
            default_server: self.installation().config.default_server.clone(),
            language: profile
                .settings
                .language
                .unwrap_or(self.installation().config.system_language),
            settings: profile.settings,
            unread_total,
            sync,
            version: self.installation().config.version.clone(),
        })
    }

    /// Signs in and starts the first sync. The same person again keeps everything, and what waited
    /// for the session leaves.
    ///
    /// # Errors
    /// The address, the password, the server, the data folder: each has its own code.
    pub async fn sign_in(&self, request: SignIn) -> Result<AppState, CommandError> {
        self.tell(async {
            self.begin_session(&request).await?;
            self.installation().shell.emit(AppEvent::SessionChanged);
            self.app_state().await
        })
        .await
    }

    pub(super) async fn begin_session(&self, request: &SignIn) -> Result<(), ClientError> {
        let address = ServerAddress::parse(&request.server)
            .map_err(|bad| CommandError::BadServerAddress { address: bad.0 })?;
        let email = Email::parse(&request.email)?;
        if request.password.is_empty() {
            return Err(Invalid::new("password", InvalidReason::Empty).into());
        }
        self.ready().await?;
        let installation = self.installation().clone();
        let profile = installation.profile().await?;
        let api = Api::new(address.clone(), installation.config.limits)?;
        let (created, epoch) = open_session(
            &api,
            &address,
            &palier_wire::SignIn {
                email: email.as_str().to_owned(),
                password: request.password.clone(),
                device_id: profile.device_id,
                device_name: installation.config.device_name.clone(),
                cookie: IN_BROWSER,
            },
        )
        .await?;
        api.set_token(Some(created.token.clone()));
        let known = KnownAccount {
            server: address.to_string(),
            user_id: created.user_id,
            name: created.name.clone(),
            email: created.email.clone(),
            session_ended: false,
            signing_out: false,
        };
        let begun = Begun {
            known,
            token: created.token,
            epoch,
        };
        let entered = self.enter(installation, begun, api.clone()).await;
        if entered.is_err() {
            // Nobody will use it.
            let _ = timeout(LAST_WORDS, api.sign_out()).await;
        }
        entered
    }

    /// Takes a fresh session over: into the account that is open, or into its own folder.
    async fn enter(
        &self,
        installation: Arc<Installation>,
        begun: Begun,
        api: Api,
    ) -> Result<(), ClientError> {
        let known = begun.known;
        // A locked keyring asks the person first; nobody has to wait for that.
        let session = Session::Held {
            lasting: keep_secret(&installation, &known.key(), &begun.token).await,
        };
        // Whoever is leaving may be the one who comes back: first nothing of before is left.
        let _nobody_leaves = self.inner.leaving.lock().await;
        let mut slot = self.slot().await;
        let accounts = slot.accounts_mut();
        let open = accounts.find(&known.key()).cloned();
        let account = match &open {
            Some(account) => account.clone(),
            // Another person: the one before works on behind, in a folder of her own.
            None => Account::open(installation.clone(), &known, api, session, begun.epoch).await?,
        };
        installation
            .change_profile(|profile| profile.show(known))
            .await?;
        if open.is_some() {
            account.api.set_token(Some(begun.token));
            account.shared.set_session(session);
            account.driver.tell(Input::SignedIn);
        }
        accounts.show(account);
        Ok(())
    }

    /// Signs out and deletes the local files.
    ///
    /// # Errors
    /// `unsent_work` unless told to discard; the data folder.
    pub async fn sign_out(&self, request: SignOut) -> Result<AppState, CommandError> {
        self.tell(async {
            self.leave(request.discard_unsent).await?;
            self.shows_somebody_else();
            self.app_state().await
        })
        .await
    }

    /// Shows another account of those that are signed in here; the one before works on behind it.
    ///
    /// # Errors
    /// Nobody like that is signed in here; the data folder.
    pub async fn switch_account(&self, request: SwitchAccount) -> Result<AppState, CommandError> {
        self.tell(async {
            let others = self.others().await?;
            let account = match others.into_iter().find(|it| it.key == request.key) {
                Some(open) => open,
                None => self.open_other(&request.key).await?,
            };
            self.turn_to(&account).await?;
            self.app_state().await
        })
        .await
    }

    /// Shows the account whose incident this is, where that is another one: a notification of it was
    /// clicked, or a link to it. False when it is nobody's here, and then nothing happens.
    ///
    /// # Errors
    /// The data folder.
    pub async fn show_incident_of_any_account(
        &self,
        incident_id: IncidentId,
    ) -> Result<bool, CommandError> {
        self.tell(async {
            if self
                .account()
                .await?
                .store
                .incident(incident_id)
                .await?
                .is_some()
            {
                return Ok(true);
            }
            for account in self.others().await? {
                if account.store.incident(incident_id).await?.is_some() {
                    self.turn_to(&account).await?;
                    return Ok(true);
                }
            }
            Ok(false)
        })
        .await
    }

    /// Opens an account that stayed shut at the start.
    async fn open_other(&self, key: &str) -> Result<Arc<Account>, ClientError> {
        let profile = self.installation().profile().await?;
        let known = profile.accounts().find(|known| known.key() == key);
        self.reopen(known.ok_or(CommandError::SignedOut)?).await
    }

    async fn turn_to(&self, account: &Arc<Account>) -> Result<(), ClientError> {
        let mut slot = self.slot().await;
        self.installation()
            .change_profile(|profile| {
                if let Some(known) = profile.known_mut(&account.key).cloned() {
                    profile.show(known);
                }
            })
            .await?;
        slot.accounts_mut().show(account.clone());
        drop(slot);
        self.shows_somebody_else();
        Ok(())
    }

    fn shows_somebody_else(&self) {
        let shell = &self.installation().shell;
        shell.emit(AppEvent::SessionChanged);
        shell.emit(AppEvent::SyncChanged);
        shell.emit(AppEvent::IncidentsChanged);
    }

    async fn leave(&self, discard_unsent: bool) -> Result<(), ClientError> {
        let account = self.account().await?;
        let count = account.store.unsent_count().await?;
        if count > 0 && !discard_unsent {
            return Err(CommandError::UnsentWork { count }.into());
        }
        let _alone = self.inner.leaving.lock().await;
        let mut leaving = None;
        let profile = {
            let mut slot = self.slot().await;
            // From here on a start finishes the deletion. By its key: another account may have been shown
            // meanwhile, and is none of this.
            let profile = self
                .installation()
                .change_profile(|profile| {
                    if let Some(known) = profile.known_mut(&account.key) {
                        known.signing_out = true;
                        leaving = Some(known.clone());
                    }
                })
                .await?;
            // Nobody is signed in there any more, whatever happens to the deletion, and the other accounts do
            // not wait for the server.
            slot.accounts_mut().leave(&account.key);
            profile
        };
        failpoint::pass("client: it is noted", "signing out");
        account.driver.stop().await;
        if timeout(LAST_WORDS, last_words(&account, profile.device_id))
            .await
            .is_err()
        {
            tracing::warn!("the server could not be told; the session runs until it expires");
        }
        self.withdraw_all(&account).await;
        failpoint::pass("client: the session is ended", "signing out");
        account.store.clone().close().await;
        if let Some(known) = leaving {
            self.forget(&known).await?;
        }
        failpoint::pass("client: the folder is gone", "signing out");
        Ok(())
    }
}

impl Client {
    /// Takes the account's notifications away: they quote what is about to leave the disk.
    async fn withdraw_all(&self, account: &Account) {
        match account.store.shown_notifications().await {
            Ok(shown) => {
                for incident_id in shown {
                    self.installation().shell.withdraw(incident_id).await;
                }
            }
            Err(error) => {
                tracing::warn!(error = %chain(&error), "notifications of who left may stay");
            }
        }
    }
}

/// An account behind the shown one; without `open` it stayed shut at the start.
async fn other_account(
    known: &KnownAccount,
    open: Option<&Arc<Account>>,
) -> Result<OtherAccount, ClientError> {
    let sync = open.map(|account| account.shared.sync());
    Ok(OtherAccount {
        key: known.key(),
        name: known.name.clone(),
        email: known.email.clone(),
        server: known.server.clone(),
        needs_sign_in: open.is_some_and(|it| it.shared.session() == Session::Ended),
        shut: open.is_none(),
        unread: match open {
            Some(account) => account.store.unread_total().await?,
            None => 0,
        },
        unsent: sync.map_or(0, |sync| sync.waiting + sync.failed),
    })
}

/// A session that has just begun.
struct Begun {
    known: KnownAccount,
    token: String,
    epoch: Option<Epoch>,
}

/// Takes back what may be on its way, and ends the session. None of it is certain: without a
/// network, what was attempted may still arrive.
async fn last_words(account: &Account, device_id: palier_domain::DeviceId) {
    if let Err(error) = take_back(account, device_id).await {
        tracing::warn!(error = %chain(&error), "what may be on its way is not taken back");
    }
    let ended = account.api.sign_out().await;
    if !matches!(ended.outcome, Outcome::Reply(())) {
        tracing::warn!(outcome = ?ended.outcome, "the session is not ended on the server");
    }
}

async fn take_back(
    account: &Account,
    device_id: palier_domain::DeviceId,
) -> Result<(), ClientError> {
    let Some(epoch) = account.shared.epoch() else {
        return Ok(());
    };
    let mut cancels = Vec::new();
    for row in account.store.outbox().await? {
        if row.entry.attempts == 0 {
            continue;
        }
        let lane = account
            .store
            .discard(row.entry.mutation_id, Utc::now())
            .await?;
        cancels.extend(lane.enqueued.iter().map(|entry| entry.mutation_id));
    }
    let cancels = account.store.mark_sending(&cancels).await?;
    let mutations = account.store.payloads(&cancels).await?;
    if !mutations.is_empty() {
        let request = PushRequest {
            user_id: account.user_id,
            device_id,
            mutations,
        };
        let _ = account.api.push(epoch, &request).await;
    }
    Ok(())
}

/// Keeps the secret where it survives the program, if there is such a place.
async fn keep_secret(installation: &Installation, account: &str, token: &str) -> bool {
    match installation.vault.store(account, token).await {
        Ok(()) => installation.vault.is_lasting(),
        Err(error) => {
            tracing::warn!(%error, "the session is kept in memory only");
            false
        }
    }
}

async fn open_session(
    api: &Api,
    address: &ServerAddress,
    sign_in: &palier_wire::SignIn,
) -> Result<(SessionCreated, Option<Epoch>), ClientError> {
    let reply = api.sign_in(sign_in).await;
    let at = address.to_string();
    match reply.outcome {
        Outcome::Reply(created) => Ok((created, reply.epoch)),
        Outcome::Refused {
            problem,
            retry_after,
        } => Err(refused(*problem, retry_after)),
        Outcome::NoVerdict(NoVerdict::Foreign | NoVerdict::OtherEpoch) => {
            Err(CommandError::NotPalier { address: at }.into())
        }
        Outcome::NoVerdict(_) => Err(CommandError::ServerUnreachable { address: at }.into()),
    }
}

fn refused(problem: Problem, retry_after: Option<u64>) -> ClientError {
    match problem.kind {
        ProblemKind::WrongCredentials | ProblemKind::Unauthenticated => {
            CommandError::WrongCredentials.into()
        }
        ProblemKind::RateLimited => too_many_attempts(retry_after).into(),
        ProblemKind::Invalid if problem.invalid.is_some() => problem
            .invalid
            .map_or(CommandError::WrongCredentials, CommandError::Invalid)
            .into(),
        _ => ClientError::Unexpected(problem.to_string()),
    }
}

pub(crate) fn signed_out() -> SyncView {
    SyncView {
        link: Link::SignedOut,
        waiting: 0,
        failed: 0,
        not_put_back: 0,
        first_sync_rows: None,
        up_to_date_at: None,
    }
}
