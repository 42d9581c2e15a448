//! Callers of the peers, and whether these did the same work.

use crate::{
    house::{self, Owner},
    program::Program,
    raw::Pushed,
    throughput::Written,
};
use anyhow::{Context, Result, ensure};
use reqwest::Client;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, ConnectOptions, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{
    fs,
    net::TcpListener,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;
use uuid::Uuid;

/// Copies a folder with what is in it.
///
/// # Errors
/// When a file cannot be read or written.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let there = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&there)?;
            copy(&entry.path(), &there)?;
        } else {
            fs::copy(entry.path(), there)?;
        }
    }
    Ok(())
}

/// Somebody at the raw server.
#[derive(Clone)]
pub struct RawCaller {
    owner: Owner,
    url: String,
    http: Client,
}

impl RawCaller {
    /// `owner`, without a session.
    pub fn new(owner: &Owner, url: &str) -> Self {
        Self {
            owner: owner.clone(),
            url: url.to_owned(),
            http: Client::new(),
        }
    }

    /// Pushes one message.
    ///
    /// # Errors
    /// When it is not written.
    pub async fn push(&self) -> Result<()> {
        let ticket = house::message(self.owner.incident);
        let it = Pushed {
            mutation_id: Uuid::now_v7(),
            user_id: self.owner.id.0,
            ticket_id: ticket.ticket_id.0,
            incident_id: ticket.incident_id.0,
            message: ticket.message,
        };
        let request = self.http.post(format!("{}/push", self.url)).json(&it);
        request.send().await?.error_for_status()?.bytes().await?;
        Ok(())
    }

    /// Reads his thread.
    ///
    /// # Errors
    /// When it is not answered.
    pub async fn read(&self) -> Result<()> {
        let url = format!("{}/thread/{}", self.url, self.owner.incident);
        let reply = self.http.get(url).send().await?;
        reply.error_for_status()?.bytes().await?;
        Ok(())
    }
}

/// Counts every table of both: who wrote fewer rows would not be a peer.
///
/// # Errors
/// A table where the rows a message differ.
pub async fn same_rows_sqlite(ours: &Path, theirs: &Path, written: &Written) -> Result<()> {
    let mut ours = open(ours).await?;
    let mut theirs = open(theirs).await?;
    for table in [
        "mutation_log",
        "incident_responses",
        "feed",
        "search_entries",
        "mails",
    ] {
        let count = async |connection: &mut SqliteConnection| -> Result<i64> {
            let sql = format!("select count(*) from {table}");
            // Safe SQL: a table's name from the list above.
            let counted: (i64,) = sqlx::query_as(AssertSqlSafe(sql))
                .fetch_one(connection)
                .await?;
            Ok(counted.0)
        };
        let (here, there) = (count(&mut ours).await?, count(&mut theirs).await?);
        // Both began with the same rows, and a message adds so many of each table.
        let per_message = match table {
            "feed" => 2,
            "mails" => 0,
            _ => 1,
        };
        let difference = per_message * (written.ours as i64 - written.theirs as i64);
        ensure!(
            here - there == difference,
            "{table}: {here} and {there} rows after {} and {} messages",
            written.ours,
            written.theirs
        );
    }
    Ok(())
}

async fn open(folder: &Path) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new().filename(folder.join("server.sqlite"));
    Ok(options.connect().await?)
}

/// A server that others use, with one collection that everybody may write to.
pub struct PocketBase {
    program: Program,
    http: Client,
    _folder: TempDir,
}

impl PocketBase {
    /// Starts it on a folder of its own.
    ///
    /// # Errors
    /// When it does not answer within 20 seconds or refuses the collection.
    pub async fn start(program: &Path) -> Result<Self> {
        let folder = TempDir::new()?;
        let (email, password) = ("bench@bench.test", "a long enough secret");
        let at = || {
            let mut command = Command::new(program);
            // Else it keeps migrations beside its folder, where another one finds them.
            command.arg("--dir").arg(folder.path().join("data"));
            command.args(["--automigrate=false", "--migrationsDir"]);
            command.arg(folder.path().join("migrations"));
            command.stdout(Stdio::null()).stderr(Stdio::null());
            command
        };
        let made = at()
            .args(["superuser", "upsert", email, password])
            .status()?;
        ensure!(made.success(), "PocketBase made no account");
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let address = format!("127.0.0.1:{port}");
        let child = at().args(["serve", "--http", &address]).spawn()?;
        let program = Program::at(child, format!("http://{address}"));
        let http = Client::new();
        let url = program.url.clone();
        let healthy = async {
            while http.get(format!("{url}/api/health")).send().await.is_err() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), healthy)
            .await
            .context("PocketBase does not answer")?;
        let account = json!({"identity": email, "password": password});
        let path = format!("{url}/api/collections/_superusers/auth-with-password");
        let session: Value = http.post(path).json(&account).send().await?.json().await?;
        let token = session["token"]
            .as_str()
            .context("PocketBase gave no token")?;
        let text = |name| json!({"name": name, "type": "text"});
        let collection = json!({
            "name": "tickets", "type": "base", "createRule": "",
            "fields": [text("incident"), text("author"), text("message"), text("written_at")],
        });
        let request = http
            .post(format!("{url}/api/collections"))
            .json(&collection);
        let reply = request.header("Authorization", token).send().await?;
        reply
            .error_for_status()
            .context("PocketBase refused the collection")?;
        Ok(Self {
            program,
            http,
            _folder: folder,
        })
    }

    /// Creates a record with a message.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn create(&self) -> Result<()> {
        let ticket = house::message(palier_domain::IncidentId(Uuid::nil()));
        let record = json!({
            "incident": ticket.incident_id, "author": "Claire Dubois",
            "message": ticket.message, "written_at": ticket.written_at,
        });
        let url = format!("{}/api/collections/tickets/records", self.program.url);
        let reply = self.http.post(url).json(&record).send().await?;
        reply.error_for_status()?.bytes().await?;
        Ok(())
    }
}
