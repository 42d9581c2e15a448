//! The rows on SQLite: one writer with a commit for what waits, and a pool of readers.

use super::rows::{
    CLAIM, FEED, HEAD, INCIDENT, PLACES, Place, Pushed, THREAD, TICKET, Ticket, by_incident, hex,
    ticket, write_rows,
};
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use sqlx::{
    ConnectOptions, Connection, Row, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{collections::HashMap, path::Path, time::Duration};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

/// Most pushes in one commit, as at the real server.
const GROUP: usize = 64;

struct Job {
    it: Pushed,
    answer: oneshot::Sender<i64>,
}

/// The database.
pub struct Store {
    jobs: mpsc::Sender<Job>,
    readers: SqlitePool,
}

impl Store {
    /// Opens it and starts its writer.
    pub async fn open(file: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(10));
        let mut writer = options.clone().connect().await?;
        let places = sqlx::query_as(PLACES).fetch_all(&mut writer).await?;
        let places = by_incident(places);
        let (jobs, waiting) = mpsc::channel(1024);
        tokio::spawn(async move {
            if let Err(error) = write(writer, places, waiting).await {
                eprintln!("the writer stopped: {error:#}");
            }
        });
        let readers = SqlitePoolOptions::new().max_connections(8);
        let readers = readers.connect_with(options.read_only(true)).await?;
        Ok(Self { jobs, readers })
    }

    /// Writes a message; gives its number.
    pub async fn push(&self, it: Pushed) -> Result<i64> {
        let (answer, answered) = oneshot::channel();
        let job = Job { it, answer };
        self.jobs.send(job).await.context("the writer stopped")?;
        answered.await.context("the writer stopped")
    }

    /// The first page of a thread.
    pub async fn thread(&self, incident: Uuid) -> Result<Vec<Ticket>> {
        let rows = sqlx::query(THREAD).bind(incident);
        let rows = rows.fetch_all(&self.readers).await?;
        let moment = |micros: i64| DateTime::from_timestamp_micros(micros).unwrap_or_default();
        rows.iter().map(|row| Ok(ticket!(row, moment))).collect()
    }
}

async fn write(
    mut writer: SqliteConnection,
    places: HashMap<Uuid, Place>,
    mut waiting: mpsc::Receiver<Job>,
) -> Result<()> {
    while let Some(first) = waiting.recv().await {
        let mut group = vec![first];
        while group.len() < GROUP
            && let Ok(job) = waiting.try_recv()
        {
            group.push(job);
        }
        let mut answers = Vec::with_capacity(group.len());
        let mut transaction = writer.begin_with("begin immediate").await?;
        for job in group {
            let place = places
                .get(&job.it.incident_id)
                .context("no such incident")?;
            let now = Utc::now().timestamp_micros();
            answers.push((
                job.answer,
                write_rows!(&mut *transaction, &job.it, place, now),
            ));
        }
        sqlx::query("update server_meta set value = value + 1 where key = 'commits'")
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        for (answer, n) in answers {
            let _ = answer.send(n);
        }
    }
    Ok(())
}
