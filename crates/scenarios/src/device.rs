//! The application on one person's computer.

use crate::{Island, Line, PATIENCE, RecordingShell, eventually, vault::PocketVault};
use anyhow::Context;
use chrono::{DateTime, Local};
use palier_bridge::{
    CommandError,
    request::{
        GetAppState, GetSync, GetThread, ListIncidents, ListOutbox, ListUnits, MarkRead,
        OpenIncident, PickAttachments, ReportFocus, SaveDraft, SendTicket, SignIn, UpdateSettings,
    },
    view::{
        AppState, Delivery, Draft, IncidentFilter, IncidentRow, Link, OutboxItem, SettingChange,
        SyncView, Thread, ThreadEntry,
    },
};
use palier_client::{Client, ClientConfig, Limits};
use palier_domain::{Category, IncidentId, Priority, TicketId};
use std::{
    future::Future,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tempfile::TempDir;

/// What is different about a device.
#[derive(Debug, Clone, Default)]
pub struct DeviceOptions {
    /// Its data folder, where that is not one of its own.
    pub data_dir: Option<PathBuf>,
    /// How long it waits for a byte of a reply, where that is not a second and a half.
    pub silence: Option<Duration>,
    /// Its clock, where that is not the computer's.
    pub clock: Option<fn() -> DateTime<Local>>,
    /// How long nothing may move before the watchdog looks, where that is not twenty seconds.
    pub stall: Option<Duration>,
}

/// The application on one person's computer.
pub struct Device {
    running: Option<(Island, Client)>,
    /// What the person has seen; kept over restarts.
    pub shell: Arc<RecordingShell>,
    /// The line to the server.
    pub line: Line,
    /// The keyring; kept over restarts.
    pub vault: Arc<PocketVault>,
    folder: TempDir,
    config: ClientConfig,
    /// How often nothing will move any more, because a story has it so.
    pub stalls_expected: u32,
}

impl Device {
    /// Starts the application for the first time.
    ///
    /// # Errors
    /// When there is no folder for it.
    pub async fn start(line: Line, options: DeviceOptions) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let data_dir = options
            .data_dir
            .unwrap_or_else(|| folder.path().join("palier"));
        let config = ClientConfig {
            engine: palier_engine::Config {
                backoff_base: 20,
                backoff_max: 200,
                poll_every: 200,
                ..palier_engine::Config::default()
            },
            limits: Limits {
                connect: Duration::from_secs(2),
                silence: options.silence.unwrap_or(Duration::from_millis(1_500)),
                stream_silence: Duration::from_millis(2_500),
                keyring: PATIENCE,
                stall: options.stall.unwrap_or(Duration::from_secs(20)),
                commands: Duration::from_secs(2),
                quiet_look: Duration::from_millis(50),
                local_retry: Duration::from_millis(50),
            },
            clock: options.clock.unwrap_or(Local::now),
            ..ClientConfig::new(data_dir, line.address())
        };
        let mut device = Self {
            running: None,
            shell: Arc::default(),
            line,
            vault: Arc::default(),
            folder,
            config,
            stalls_expected: 0,
        };
        device.starts().await;
        Ok(device)
    }

    /// Starts the application (again).
    pub async fn starts(&mut self) {
        self.shell.begins_anew();
        let island = Island::rise("device");
        let (config, shell, vault) = (self.config.clone(), self.shell.clone(), self.vault.clone());
        let client = island
            .run(async move { Client::start(config, shell, vault).await })
            .await;
        self.running = Some((island, client));
    }

    /// Ends the application as a power cut would.
    ///
    /// # Panics
    /// When something had stalled, and no story said that it would.
    pub async fn is_killed(&mut self) {
        if let Some((island, client)) = self.running.take() {
            let stalls = client.stalls();
            assert_eq!(stalls, self.stalls_expected, "nothing moved any more");
            drop(client);
            island.sink().await;
        }
    }

    /// Kills the application and starts it again.
    pub async fn restarts(&mut self) {
        self.is_killed().await;
        self.starts().await;
    }

    /// Ends the application as a person does.
    pub async fn quits(&mut self) {
        self.ask(async |client| client.shutdown().await).await;
        self.is_killed().await;
    }

    /// Where the application keeps its data.
    pub fn data_dir(&self) -> &Path {
        &self.config.data_dir
    }

    /// A folder of the person's own, for files to attach.
    pub fn desk(&self) -> &Path {
        self.folder.path()
    }

    /// Asks the application something, where it lives.
    ///
    /// # Panics
    /// When it is not running.
    pub async fn ask<T, F>(&self, question: impl FnOnce(Client) -> F) -> T
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        match &self.running {
            Some((island, client)) => island.run(question(client.clone())).await,
            None => panic!("the application is not running"),
        }
    }

    /// Asks the application something and does not wait for the answer.
    ///
    /// # Panics
    /// When it is not running.
    pub async fn begins<T, F>(&self, question: impl FnOnce(Client) -> F)
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        match &self.running {
            Some((island, client)) => {
                let answer = question(client.clone());
                island.leave(async move { drop(answer.await) });
            }
            None => panic!("the application is not running"),
        }
    }

    /// The folder of the account that is signed in.
    ///
    /// # Errors
    /// When nobody has signed in on it.
    pub fn account_folder(&self) -> anyhow::Result<PathBuf> {
        let accounts = std::fs::read_dir(self.data_dir().join("accounts"))?;
        let first = accounts.into_iter().next().context("no account")??;
        Ok(first.path())
    }

    // What a person does.

    /// Sets how long a ticket can be taken back.
    ///
    /// # Errors
    /// What the application refuses.
    pub async fn undo_time(&self, seconds: u32) -> Result<(), CommandError> {
        self.ask(async move |client| {
            let change = SettingChange::UndoSeconds(seconds);
            client.update_settings(UpdateSettings { change }).await
        })
        .await
        .map(drop)
    }

    /// Signs in at the far end of the line.
    ///
    /// # Errors
    /// What the application refuses.
    pub async fn signs_in(&self, email: &str, password: &str) -> Result<AppState, CommandError> {
        self.signs_in_at(&self.line.address(), email, password)
            .await
    }

    /// Signs in at an address.
    ///
    /// # Errors
    /// What the application refuses.
    pub async fn signs_in_at(
        &self,
        server: &str,
        email: &str,
        password: &str,
    ) -> Result<AppState, CommandError> {
        let request = SignIn {
            server: server.to_owned(),
            email: email.to_owned(),
            password: password.to_owned(),
        };
        self.ask(async move |client| client.sign_in(request).await)
            .await
    }

    /// Sends a ticket.
    ///
    /// # Errors
    /// What the application refuses.
    pub async fn writes(
        &self,
        incident_id: IncidentId,
        message: &str,
    ) -> Result<ThreadEntry, CommandError> {
        let request = SendTicket {
            incident_id,
            message: message.to_owned(),
        };
        self.ask(async move |client| client.send_ticket(request).await)
            .await
    }

    /// Types without sending.
    ///
    /// # Errors
    /// What the application refuses.
    pub async fn types(&self, incident_id: IncidentId, text: &str) -> Result<(), CommandError> {
        let request = SaveDraft {
            incident_id,
            message: text.to_owned(),
            note: false,
        };
        self.ask(async move |client| client.save_draft(request).await)
            .await
    }

    /// Picks files for the draft.
    ///
    /// # Errors
    /// What the application refuses.
    pub async fn attaches(
        &self,
        incident_id: IncidentId,
        files: &[PathBuf],
    ) -> Result<Draft, CommandError> {
        self.shell.will_pick(files);
        self.ask(async move |client| {
            client
                .pick_attachments(PickAttachments { incident_id })
                .await
        })
        .await
    }

    /// Has a thread open, or none, with the window in front or not.
    ///
    /// # Errors
    /// What the application refuses.
    pub async fn looks_at(
        &self,
        incident_id: Option<IncidentId>,
        focused: bool,
    ) -> Result<(), CommandError> {
        let request = ReportFocus {
            focused,
            incident_id,
            at_end: incident_id.is_some(),
        };
        self.ask(async move |client| client.report_focus(request).await)
            .await
    }

    /// Has seen everything up to `up_to_n`.
    ///
    /// # Errors
    /// What the application refuses.
    pub async fn reads(&self, incident_id: IncidentId, up_to_n: u64) -> Result<(), CommandError> {
        let request = MarkRead {
            incident_id,
            up_to_n,
        };
        self.ask(async move |client| client.mark_read(request).await)
            .await
    }

    // What a person sees.

    /// What a screen needs first.
    ///
    /// # Errors
    /// What the application refuses.
    pub async fn state(&self) -> Result<AppState, CommandError> {
        self.ask(async |client| client.get_app_state(GetAppState {}).await)
            .await
    }

    /// The sync pill.
    ///
    /// # Errors
    /// What the application refuses.
    pub async fn sync(&self) -> Result<SyncView, CommandError> {
        self.ask(async |client| client.get_sync(GetSync {}).await)
            .await
    }

    /// The incident list.
    ///
    /// # Errors
    /// What the application refuses.
    pub async fn list(&self) -> Result<Vec<IncidentRow>, CommandError> {
        let request = ListIncidents {
            filter: IncidentFilter::default(),
            limit: None,
        };
        self.ask(async move |client| client.list_incidents(request).await)
            .await
    }

    /// The newest part of a thread.
    ///
    /// # Errors
    /// What the application refuses.
    pub async fn thread(&self, incident_id: IncidentId) -> Result<Thread, CommandError> {
        let request = GetThread {
            incident_id,
            before_n: None,
            limit: 200,
        };
        self.ask(async move |client| client.get_thread(request).await)
            .await
    }

    /// The words of a thread, own unsent ones included.
    ///
    /// # Errors
    /// What the application refuses.
    pub async fn words(&self, incident_id: IncidentId) -> Result<Vec<String>, CommandError> {
        let thread = self.thread(incident_id).await?;
        Ok(thread
            .entries
            .into_iter()
            .filter(|entry| entry.kind == palier_domain::TicketKind::Message)
            .map(|entry| entry.message)
            .collect())
    }

    /// How far a ticket has come; none when it is not in the thread.
    ///
    /// # Errors
    /// What the application refuses.
    pub async fn delivery(
        &self,
        incident_id: IncidentId,
        ticket_id: TicketId,
    ) -> Result<Option<Delivery>, CommandError> {
        let thread = self.thread(incident_id).await?;
        Ok(thread
            .entries
            .into_iter()
            .find(|entry| entry.id == ticket_id)
            .map(|entry| entry.delivery))
    }

    /// What waits to be sent or failed.
    ///
    /// # Errors
    /// What the application refuses.
    pub async fn outbox(&self) -> Result<Vec<OutboxItem>, CommandError> {
        self.ask(async |client| client.list_outbox(ListOutbox {}).await)
            .await
    }

    // What a story waits for.

    /// Waits until the first sync is complete and nothing waits to be sent.
    pub async fn is_up_to_date(&self) {
        self.sees("everything up to date", async |device| {
            let sync = device.sync().await?;
            // The pill is told a moment later; the journal knows at once.
            let outbox = device.outbox().await?;
            let waits = |item: &OutboxItem| !matches!(item.delivery, Delivery::Failed { .. });
            Ok(sync.link == Link::Online
                && sync.up_to_date_at.is_some()
                && sync.waiting == 0
                && !outbox.iter().any(waits))
        })
        .await;
    }

    /// Waits until the pill says so.
    pub async fn is(&self, link: Link) {
        self.sees(&format!("{link:?}"), async |device| {
            Ok(device.sync().await?.link == link)
        })
        .await;
    }

    /// Waits until a ticket stands so.
    pub async fn sees_delivery(
        &self,
        incident_id: IncidentId,
        ticket_id: TicketId,
        what: &str,
        wanted: impl Fn(&Delivery) -> bool,
    ) {
        self.sees(what, async |device| {
            let delivery = device.delivery(incident_id, ticket_id).await?;
            Ok(delivery.as_ref().is_some_and(&wanted))
        })
        .await;
    }

    /// Waits until a ticket is on the server.
    pub async fn sees_sent(&self, incident_id: IncidentId, ticket_id: TicketId) {
        self.sees_delivery(incident_id, ticket_id, "sent", |delivery| {
            matches!(delivery, Delivery::Sent | Delivery::Read { .. })
        })
        .await;
    }

    /// Waits until these words stand in the thread.
    pub async fn sees_words(&self, incident_id: IncidentId, words: &str) {
        self.sees(words, async |device| {
            match device.words(incident_id).await {
                Ok(said) => Ok(said.iter().any(|said| said == words)),
                Err(CommandError::NoSuchIncident) => Ok(false),
                Err(error) => Err(error),
            }
        })
        .await;
    }

    /// Opens an incident in the first of the person's homes.
    ///
    /// # Errors
    /// What the application refused.
    pub async fn opens(&self, title: &str) -> Result<IncidentId, CommandError> {
        let units = self
            .ask(async |client| client.list_units(ListUnits {}).await)
            .await?;
        let opens = OpenIncident {
            incident_id: None,
            unit_id: units[0].id,
            title: title.into(),
            description: String::new(),
            category: Category::Heating,
            priority: Priority::Normal,
        };
        self.ask(async move |client| client.open_incident(opens).await)
            .await
    }

    /// Waits until an incident is here.
    ///
    /// # Panics
    /// When it does not come in time.
    pub async fn sees_incident(&self, incident_id: IncidentId) {
        self.sees("the incident", async |device| {
            let mut rows = device.list().await?.into_iter();
            Ok(rows.any(|row| row.id == incident_id))
        })
        .await;
    }

    /// Waits until the person would see something.
    ///
    /// # Panics
    /// When it does not come in time, or the application refuses to show it.
    pub async fn sees(
        &self,
        what: &str,
        condition: impl AsyncFn(&Self) -> Result<bool, CommandError>,
    ) {
        eventually(what, || async {
            match condition(self).await {
                Ok(holds) => holds,
                Err(error) => panic!("waiting for “{what}”: {error}"),
            }
        })
        .await;
    }
}
