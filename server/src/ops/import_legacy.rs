//! Takes over the database of the system that came before, in place and in one transaction.
//!
//! That system had tables `users`, `incidents` and `incident_responses`
//! (migrations/README.md says what they have to hold). They are renamed to `legacy_…` and stay as
//! they were; this server's own tables are made and filled from them: people with their ids, a
//! portfolio for each owner, what he lets as far as it is known, incidents, and their threads with
//! `n`, digests and read markers. Everything is in the feeds afterwards, as if it had been written
//! here.
//!
//! - `old` reads rows whatever their columns are: names of columns and words can be mapped.
//! - `homes` makes people, portfolios, units and leases.
//! - `threads` makes incidents and tickets.
//! - `bulk` numbers what is made a million times.
//!
//! A dry run does all of it and takes it back.

mod bulk;
mod homes;
mod old;
mod threads;

use crate::{
    Config,
    db::{Conn, Db, query, query_scalar, writer::WriteTx},
    error::{Error as ServerError, Result as ServerResult},
    feed::number,
    ops::recount,
};
use bulk::Bulk;
pub use old::{Mapping, Unreadable};
use palier_domain::TimeZone;
use serde::Serialize;

/// What is wanted besides the mapping.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Do everything, and take it back.
    pub dry_run: bool,
    /// What columns and words are called there.
    pub mapping: Mapping,
    /// Where the days of the homes begin.
    pub time_zone: TimeZone,
}

/// Why it was not taken over. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no table `incident_responses`.
    #[error("there is no older table incident_responses in this database")]
    Nothing,
    /// The database is this server's own, and was never the older system's.
    #[error("this database is Palier's own already")]
    Ours,
    /// Rows that cannot be taken over as they are.
    #[error("{}", list(.0))]
    Unreadable(Vec<Unreadable>),
    /// The database failed.
    #[error(transparent)]
    Server(#[from] ServerError),
}

fn list(unreadable: &[Unreadable]) -> String {
    let lines: Vec<_> = unreadable
        .iter()
        .take(20)
        .map(|it| it.to_string())
        .collect();
    let more = unreadable.len().saturating_sub(20);
    let rest = if more > 0 {
        format!("\nand {more} more")
    } else {
        String::new()
    };
    format!("not taken over:\n{}{rest}", lines.join("\n"))
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Server(error.into())
    }
}

/// What was taken over.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// It had been taken over before; nothing was changed.
    pub before: bool,
    /// Columns of the older `incident_responses` that were missing and were filled.
    pub columns_filled: Vec<&'static str>,
    /// People.
    pub people: u64,
    /// Portfolios, one for each owner.
    pub portfolios: u64,
    /// Units.
    pub units: u64,
    /// Leases.
    pub leases: u64,
    /// Incidents.
    pub incidents: u64,
    /// Tickets.
    pub tickets: u64,
    /// Tickets that their reader has not read.
    pub unread: u64,
}

/// Where the result of an import is remembered.
const DONE: &str = "legacy_import";

/// Takes over the database that `config` names.
///
/// # Errors
/// When there is nothing to take over, or rows cannot be: then nothing was changed.
pub async fn run(config: &Config, wanted: Wanted) -> Result<Taken, Error> {
    let mut conn = Db::begin_alone(config).await?;
    if let Some(taken) = earlier(&mut conn).await? {
        return Ok(taken);
    }
    rename(&mut conn).await?;
    conn.migrate().await.map_err(ServerError::from)?;
    let epoch = crate::db::epoch(&mut conn).await?;
    let mut tx = WriteTx::alone(conn, config.clock.now(), epoch);

    let mut unreadable = Vec::new();
    let cases = homes::read_cases(&mut tx, &wanted.mapping, &mut unreadable).await?;
    let mut people = homes::people(&mut tx, &wanted.mapping, &mut unreadable).await?;
    let cases = homes::check(cases, &mut people, &mut unreadable);
    if !unreadable.is_empty() {
        return Err(Error::Unreadable(unreadable));
    }
    let mut taken = Taken {
        people: people.len() as u64,
        ..Taken::default()
    };
    let homes = homes::make(&mut tx, &cases, &people, &wanted, &mut taken).await?;
    // What was touched so far is numbered; the rest goes on from there.
    let touches = tx.take_touches();
    number(tx.conn(), touches).await?;
    let mut bulk = Bulk::default();
    threads::make(
        &mut tx, &mut bulk, &cases, &people, &homes, &wanted, &mut taken,
    )
    .await?;
    bulk.finish(tx.conn()).await?;
    recount::settle_in(tx.conn()).await?;
    let remembered = serde_json::to_string(&taken).map_err(ServerError::from)?;
    query("insert into server_meta (key, value) values ($1, $2)")
        .bind(DONE)
        .bind(remembered)
        .execute(tx.conn())
        .await?;
    let conn = tx.into_conn();
    match wanted.dry_run {
        true => conn.close().await?,
        false => conn.commit().await?,
    }
    Ok(taken)
}

/// What an import before this one came to; an error where there is nothing to import.
async fn earlier(conn: &mut Conn) -> Result<Option<Taken>, Error> {
    if table(conn, "server_meta").await? {
        let done: Option<String> = query_scalar("select value from server_meta where key = $1")
            .bind(DONE)
            .fetch_optional(conn)
            .await?;
        let done = done.ok_or(Error::Ours)?;
        let counts: serde_json::Value = serde_json::from_str(&done).map_err(ServerError::from)?;
        let count = |name: &str| counts[name].as_u64().unwrap_or_default();
        return Ok(Some(Taken {
            before: true,
            columns_filled: Vec::new(),
            people: count("people"),
            portfolios: count("portfolios"),
            units: count("units"),
            leases: count("leases"),
            incidents: count("incidents"),
            tickets: count("tickets"),
            unread: count("unread"),
        }));
    }
    match table(conn, "incident_responses").await? {
        true => Ok(None),
        false => Err(Error::Nothing),
    }
}

async fn table(conn: &mut Conn, name: &str) -> ServerResult<bool> {
    Ok(query_scalar(sql!(
        {sqlite "select exists (select 1 from sqlite_schema where type = 'table' and name = $1)"}
        {postgres "select to_regclass($1) is not null"}))
    .bind(name)
    .fetch_one(conn)
    .await?)
}

/// The older tables make room, and stay.
async fn rename(conn: &mut Conn) -> Result<(), Error> {
    for name in ["users", "incidents"] {
        if !table(conn, name).await? {
            return Err(Error::Unreadable(vec![Unreadable::no_table(name)]));
        }
    }
    for statement in [
        "alter table incident_responses rename to legacy_incident_responses",
        "alter table incidents rename to legacy_incidents",
        "alter table users rename to legacy_users",
    ] {
        query(statement).execute(conn).await?;
    }
    Ok(())
}
