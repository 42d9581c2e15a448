//! What a person waits for while writing: a draft that is durable, a message that is queued. The peer
//! is one durable commit of the same words on the same disk.

use super::{Times, Wanted, fill, header, line, portfolio, temporary};
use anyhow::Result;
use chrono::Utc;
use palier_store::Store;
use sqlx::{
    ConnectOptions, Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

const WORDS: &str = "Le plombier passe demain à 9 h, merci de lui ouvrir.";

pub async fn measure(wanted: &Wanted) -> Result<()> {
    let folder = temporary(wanted)?;
    let store = Store::open(&folder.path().join("device"), portfolio::OWNER)
        .await?
        .store;
    let made = portfolio::make(wanted.seed, 2_000);
    fill(&store, &made).await?;
    let incident = made.threads[0].0;
    let mut raw = raw(&folder.path().join("raw.sqlite")).await?;
    let (mut commit, mut draft, mut send) = (Times::new()?, Times::new()?, Times::new()?);
    for round in 0..wanted.repeats {
        let text = format!("{WORDS} {round}");
        commit.take(commit_once(&mut raw, &text)).await?;
        draft
            .take(async { Ok(store.save_draft(incident, &text, Utc::now()).await?) })
            .await?;
        send.take(async {
            Ok(store
                .send_ticket(incident, &text, 5_000, Utc::now())
                .await?)
        })
        .await?;
    }
    header("Writing", "a raw durable commit");
    line("raw durable commit of the same words", &commit, None);
    line(
        "keystroke → draft durable (without the 200 ms it rests)",
        &draft,
        Some(&commit),
    );
    line("Send → in the outbox, durable", &send, Some(&commit));
    raw.close().await?;
    store.close().await;
    Ok(())
}

/// An empty database with a table of words, written durably.
pub async fn raw(file: &std::path::Path) -> Result<SqliteConnection> {
    let mut conn = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .connect()
        .await?;
    sqlx::raw_sql("create table words (id integer primary key, text text not null)")
        .execute(&mut conn)
        .await?;
    Ok(conn)
}

/// One durable commit of some words.
pub async fn commit_once(conn: &mut SqliteConnection, text: &str) -> Result<()> {
    sqlx::query("insert into words (text) values (?1)")
        .bind(text.to_owned())
        .execute(conn)
        .await?;
    Ok(())
}
