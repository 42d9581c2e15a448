//! The client's part: a landlord who writes, attaches, changes and reads, and says what she was told.

use super::{child::tell, dice::Dice};
use anyhow::{Context, Result};
use async_trait::async_trait;
use palier_bridge::{
    request::{
        AddNote, DiscardTicket, EditTicket, GetAppState, GetThread, ListIncidents, ListOutbox,
        MarkRead, SendTicket, SetPriority, SignIn, SignOut, UpdateSettings,
    },
    view::{Delivery, FailureReason, IncidentFilter, IncidentRow, OutboxItem, SettingChange},
};
use palier_client::{Client, ClientConfig, Limits, Vault, VaultError};
use palier_domain::Priority;
use palier_scenarios::{PASSWORD, RecordingShell};
use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

pub const FOLDER: &str = "PALIER_KILL_CLIENT_FOLDER";
pub const SEED: &str = "PALIER_KILL_CLIENT_SEED";
/// Writes nothing more and waits until everything has left.
pub const HEALS: &str = "PALIER_KILL_HEALS";
/// Writes nothing more, and when everything has left, signs out and in again.
pub const SIGNS_OUT: &str = "PALIER_KILL_SIGNS_OUT";

/// Acts of one run.
const ACTS: u64 = 8;

/// How long the fate of something taken back is waited for.
const VERDICT: Duration = Duration::from_millis(400);

/// A keyring that outlives the program: a file.
struct FileVault(PathBuf);

#[async_trait]
impl Vault for FileVault {
    fn is_lasting(&self) -> bool {
        true
    }
    async fn load(&self, _: &str) -> Result<Option<String>, VaultError> {
        Ok(std::fs::read_to_string(&self.0).ok())
    }
    async fn store(&self, _: &str, secret: &str) -> Result<(), VaultError> {
        let beside = self.0.with_extension("new");
        std::fs::write(&beside, secret)
            .and_then(|()| std::fs::rename(&beside, &self.0))
            .map_err(|error| VaultError::Refused(error.to_string()))
    }
    async fn delete(&self, _: &str) -> Result<(), VaultError> {
        let _ = std::fs::remove_file(&self.0);
        Ok(())
    }
}

pub async fn play() -> Result<()> {
    let folder = PathBuf::from(std::env::var_os(FOLDER).context("the client's folder")?);
    let server = format!("http://{}", std::env::var(super::server::ADDRESS)?);
    let seed: u64 = std::env::var(SEED)?.parse()?;
    let config = ClientConfig {
        engine: palier_engine::Config {
            backoff_base: 10,
            backoff_max: 100,
            poll_every: 200,
            ..palier_engine::Config::default()
        },
        limits: Limits {
            connect: Duration::from_secs(2),
            silence: Duration::from_millis(1_500),
            stream_silence: Duration::from_millis(2_500),
            keyring: Duration::from_secs(5),
            stall: Duration::from_secs(20),
            commands: Duration::from_secs(2),
            quiet_look: Duration::from_millis(50),
            local_retry: Duration::from_millis(50),
        },
        ..ClientConfig::new(folder.join("palier"), server.clone())
    };
    let vault = Arc::new(FileVault(folder.join("secret")));
    let client = Client::start(config, Arc::new(RecordingShell::default()), vault).await;
    let state = client.get_app_state(GetAppState {}).await?;
    if state.account.is_none_or(|account| account.needs_sign_in) {
        sign_in(&client, &server).await?;
    }
    let settings = client.get_app_state(GetAppState {}).await?.settings;
    if settings.undo_seconds != 0 {
        let change = SettingChange::UndoSeconds(0);
        client.update_settings(UpdateSettings { change }).await?;
    }
    tell("ready");
    let signs_out = std::env::var_os(SIGNS_OUT).is_some();
    if std::env::var_os(HEALS).is_none() && !signs_out {
        let mut dice = Dice(seed);
        for act in 0..ACTS {
            // An act may be refused; what was told is what counts.
            let _ = acts(&client, &folder, &mut dice, &format!("w{seed}x{act}")).await;
            tokio::time::sleep(Duration::from_millis(dice.below(25))).await;
        }
    }
    let waits = until_quiet(&client).await?;
    if signs_out && waits == 0 {
        // What is left was overtaken: nobody's words.
        let discard_unsent = true;
        client.sign_out(SignOut { discard_unsent }).await?;
        // Where the server has died meanwhile, the next start signs in.
        let _ = sign_in(&client, &server).await;
    }
    tell(&format!("quiet {waits}"));
    client.shutdown().await;
    Ok(())
}

async fn sign_in(client: &Client, server: &str) -> Result<()> {
    for _ in 0..40 {
        let signed_in = client
            .sign_in(SignIn {
                server: server.to_owned(),
                email: "claire@maison.test".into(),
                password: PASSWORD.into(),
            })
            .await;
        if signed_in.is_ok() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    anyhow::bail!("nobody can sign in");
}

async fn incidents(client: &Client) -> Result<Vec<IncidentRow>> {
    for _ in 0..100 {
        let filter = IncidentFilter::default();
        let rows = client
            .list_incidents(ListIncidents {
                filter,
                limit: None,
            })
            .await?;
        if !rows.is_empty() {
            return Ok(rows);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    anyhow::bail!("no incident came");
}

async fn acts(
    client: &Client,
    folder: &std::path::Path,
    dice: &mut Dice,
    word: &str,
) -> Result<()> {
    let rows = incidents(client).await?;
    let row = &rows[dice.below(rows.len() as u64) as usize];
    let incident_id = row.id;
    let send = |message: String| SendTicket {
        incident_id,
        message,
    };
    match dice.below(11) {
        0..=3 => {
            client.send_ticket(send(word.to_owned())).await?;
            tell(&format!("sent {word}"));
        }
        4 | 5 => {
            let path = folder.join(format!("{word}.txt"));
            std::fs::write(&path, word.repeat(3_000))?;
            client.attach_files(incident_id, vec![path]).await?;
            client.send_ticket(send(word.to_owned())).await?;
            tell(&format!("sent {word}"));
        }
        6 => {
            let message = word.to_owned();
            client
                .add_note(AddNote {
                    incident_id,
                    message,
                })
                .await?;
            tell(&format!("noted {word}"));
        }
        7 => {
            if let Some(item) = waiting(client)
                .await?
                .into_iter()
                .find(|it| it.ticket_id.is_some())
            {
                let ticket_id = item.ticket_id.context("a ticket")?;
                let old = words(&item);
                // From here on the old words may be gone, or not.
                tell(&format!("changes {old}"));
                let draft = client.edit_ticket(EditTicket { ticket_id }).await?;
                tell_if_gone(client, &item, &old).await?;
                let incident_id = item.incident_id;
                let message = match draft.note {
                    true => return Ok(()),
                    false => word.to_owned(),
                };
                client
                    .send_ticket(SendTicket {
                        incident_id,
                        message,
                    })
                    .await?;
                tell(&format!("sent {word}"));
            }
        }
        8 => {
            if let Some(item) = waiting(client)
                .await?
                .into_iter()
                .find(|it| it.ticket_id.is_some())
            {
                let ticket_id = item.ticket_id.context("a ticket")?;
                let old = words(&item);
                tell(&format!("changes {old}"));
                client.discard_ticket(DiscardTicket { ticket_id }).await?;
                tell_if_gone(client, &item, &old).await?;
            }
        }
        9 => {
            let sound = client.get_app_state(GetAppState {}).await?.settings.sound;
            let change = SettingChange::Sound(!sound);
            client.update_settings(UpdateSettings { change }).await?;
        }
        _ => {
            let to = Priority::ALL[dice.below(Priority::ALL.len() as u64) as usize];
            if to != row.priority {
                client
                    .set_priority(SetPriority {
                        incident_id,
                        from: row.priority,
                        to,
                    })
                    .await?;
            }
            let thread = client
                .get_thread(GetThread {
                    incident_id,
                    before_n: None,
                    limit: 50,
                })
                .await?;
            client
                .mark_read(MarkRead {
                    incident_id,
                    up_to_n: thread.last_n,
                })
                .await?;
        }
    }
    Ok(())
}

/// What was taken back is out of the outbox and not in the thread: it had never left, or the server has said
/// that it was stopped. It must never appear. What had been delivered stands in the thread.
async fn tell_if_gone(client: &Client, item: &OutboxItem, old: &str) -> Result<()> {
    let limit = Instant::now() + VERDICT;
    while Instant::now() < limit {
        let left = waiting(client).await?;
        if left.iter().any(|it| it.ticket_id == item.ticket_id) {
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        }
        let thread = client
            .get_thread(GetThread {
                incident_id: item.incident_id,
                before_n: None,
                limit: 100,
            })
            .await?;
        if !old.is_empty() && thread.entries.iter().all(|it| it.message != old) {
            tell(&format!("gone {old}"));
        }
        return Ok(());
    }
    Ok(())
}

fn words(item: &OutboxItem) -> String {
    use palier_bridge::view::OutboxWhat;
    match &item.what {
        OutboxWhat::Ticket { words } | OutboxWhat::Note { words } => words.clone(),
        _ => String::new(),
    }
}

async fn waiting(client: &Client) -> Result<Vec<OutboxItem>> {
    Ok(client.list_outbox(ListOutbox {}).await?)
}

/// Waits until nothing is on its way any more; answers how much was refused that should not have been.
async fn until_quiet(client: &Client) -> Result<usize> {
    loop {
        let left = waiting(client).await?;
        let refused = |item: &OutboxItem| matches!(item.delivery, Delivery::Failed { .. });
        if left.iter().all(refused) {
            // A priority that another of her devices has changed first.
            let overtaken = |item: &&OutboxItem| {
                let reason = match &item.delivery {
                    Delivery::Failed { reason } => Some(reason),
                    _ => None,
                };
                matches!(reason, Some(FailureReason::ChangedMeanwhile { .. }))
            };
            let odd = left.iter().filter(|item| !overtaken(item));
            for item in odd.clone() {
                tell(&format!("refused {:?} {:?}", item.what, item.delivery));
            }
            return Ok(odd.count());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
