//! Moves a deployment from SQLite to PostgreSQL, with everything in it.
//!
//! One consistent state, in one transaction of the target: it is whole or it is not there. The epoch, the
//! numbers of feeds and the digests stay, so every device goes on where it was and notices nothing. Afterwards
//! the counts of all tables are compared and the target is checked as `palier-server check` does; then the old
//! database is marked, and `serve` refuses it: two that both go on would be two truths.
//!
//! Each table is a line of `TABLES`; a test holds it to what the migrations make.

use super::check;
use crate::{
    App, Config,
    db::{Conn, Db, MOVED_TO, codec::digest, query, query_as, query_scalar},
    error::{Error, Result},
    files::store::Store,
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Rows in one statement.
const PAGE: i64 = 2000;

/// A table with what reads a page of it from SQLite and what writes one to PostgreSQL.
struct Table {
    name: &'static str,
    page: &'static str,
    count: &'static str,
    delete: &'static str,
    write: &'static str,
}

macro_rules! tables {
    ($($name:literal by $key:literal;)*) => {
        &[$(Table {
            name: $name,
            page: concat!("select * from ", $name, " order by ", $key, " limit $1 offset $2"),
            count: concat!("select count(*) from ", $name),
            delete: concat!("delete from ", $name),
            write: concat!(
                "insert into ", $name, " select * from jsonb_populate_recordset(null::", $name,
                ", $1::jsonb)"
            ),
        }),*]
    };
}

/// In the order of their references.
const TABLES: &[Table] = tables! {
    "server_meta" by "key";
    "users" by "id";
    "sessions" by "id";
    "portfolios" by "id";
    "portfolio_members" by "portfolio_id, user_id";
    "properties" by "id";
    "units" by "id";
    "leases" by "id";
    "lease_tenants" by "lease_id, user_id";
    "incidents" by "id";
    "incident_responses" by "id";
    "incident_notes" by "id";
    "participants" by "id";
    "note_markers" by "id";
    "mutes" by "id";
    "read_marks" by "incident_id, user_id, n";
    "blobs" by "sha256";
    "uploads" by "id";
    "attachments" by "id";
    "blob_claims" by "sha256, upload_id";
    "blob_deletions" by "sha256";
    "portfolio_files" by "portfolio_id";
    "mutation_log" by "user_id, mutation_id";
    "feed_head" by "id";
    "feed" by "head_id, kind, entity_id";
    "audit_log" by "id";
    "mails" by "id";
    "mail_problems" by "id";
    "invitations" by "id";
    "password_resets" by "user_id";
};

/// In which order SQLite's index of words was made: the newest is found first.
const ORDER: Table = Table {
    name: "search_order",
    page: "select id, kind, entity_id, lease_id from search_entries order by id limit $1 offset $2",
    count: "select count(*) from search_order",
    delete: "drop table search_order",
    write: "insert into search_order
            select * from jsonb_populate_recordset(null::search_order, $1::jsonb)",
};
const MAKE_ORDER: &str = "create temporary table search_order
    (id bigint, kind text, entity_id uuid, lease_id uuid) on commit drop";

/// The index of words in that order.
const SEARCH: &str = "insert into search_entries
        (kind, entity_id, incident_id, lease_id, portfolio_id, at, words)
    select there.kind, there.entity_id, incident_id, there.lease_id, portfolio_id, at,
           search_words(given, portfolio_id, there.lease_id)
    from (
        select 'incident' as kind, id as entity_id, id as incident_id, lease_id, portfolio_id,
               created_at as at, title || E'\n' || description as given
        from incidents
        union all
        select 'ticket', r.id, i.id, i.lease_id, i.portfolio_id, r.created_at, r.message
        from incident_responses r join incidents i on i.id = r.incident_id where r.message <> ''
        union all
        select 'attachment', a.id, i.id, i.lease_id, i.portfolio_id, a.created_at, a.name
        from attachments a join incidents i on i.id = a.incident_id where a.ticket_id is not null
        union all
        select 'tenant', t.user_id, null, t.lease_id, p.portfolio_id, t.joined_at, s.name
        from lease_tenants t join leases l on l.id = t.lease_id join units u on u.id = l.unit_id
        join properties p on p.id = u.property_id join users s on s.id = t.user_id) as there
    left join search_order o on o.kind = there.kind and o.entity_id = there.entity_id
         and o.lease_id is not distinct from there.lease_id
    order by o.id nulls first, at";

/// What was moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// Rows of every table.
    pub rows: Vec<(&'static str, u64)>,
    /// Files that were put into the target's bucket; none when they stay where they are.
    pub files: u64,
}

/// Moves the database in `from.data_dir` to the empty one that `to` names, and its files into `to`'s
/// bucket if it has one. `progress` hears of every table.
///
/// # Errors
/// When the target holds something, or what arrived is not what left: then nothing is there, and the old
/// database goes on.
pub async fn run(from: &Config, to: &Config, mut progress: impl FnMut(&str, u64)) -> Result<Moved> {
    // Both are brought to this version first.
    App::open(from.clone()).await?.close().await;
    App::open(to.clone()).await?.close().await;
    let mut source = Db::begin_alone(from).await?;
    let mut target = Db::begin_alone(to).await?;
    must_be_empty(&mut target).await?;
    query("delete from server_meta")
        .execute(&mut target)
        .await?;
    let mut rows = Vec::new();
    for table in TABLES {
        let count = copy(&mut source, &mut target, table).await?;
        progress(table.name, count);
        rows.push((table.name, count));
    }
    query(MAKE_ORDER).execute(&mut target).await?;
    copy(&mut source, &mut target, &ORDER).await?;
    settle(&mut target).await?;
    compare(&mut source, &mut target).await?;
    let files = match to.blobs {
        Some(_) => copy_files(&mut source, from, to).await?,
        None => 0,
    };
    target.commit().await?;
    let whole = is_whole(to).await;
    if let Err(error) = whole {
        empty(to).await?;
        return Err(error);
    }
    query("insert into server_meta (key, value) values ($1, $2)")
        .bind(MOVED_TO)
        .bind(Utc::now().to_rfc3339())
        .execute(&mut source)
        .await?;
    source.commit().await?;
    Ok(Moved { rows, files })
}

async fn must_be_empty(target: &mut Conn) -> Result<()> {
    for table in TABLES.iter().filter(|table| table.name != "server_meta") {
        let count: i64 = query_scalar(table.count).fetch_one(target).await?;
        if count > 0 {
            return Err(Error::Unfit(format!(
                "the target holds something already: {count} rows of {}",
                table.name
            )));
        }
    }
    Ok(())
}

/// Copies a table; returns how many rows it has.
async fn copy(source: &mut Conn, target: &mut Conn, table: &Table) -> Result<u64> {
    let kinds = kinds(target, table.name).await?;
    let mut copied = 0;
    loop {
        let mut page = query(table.page)
            .bind(PAGE)
            .bind(copied)
            .fetch_objects(source)
            .await?;
        let last = (page.len() as i64) < PAGE;
        copied += page.len() as i64;
        for row in &mut page {
            translate(row, &kinds)?;
        }
        if !page.is_empty() {
            let rows = Value::from_iter(page.into_iter().map(Value::Object));
            query(table.write)
                .bind(rows.to_string())
                .execute(target)
                .await?;
        }
        if last {
            return Ok(copied.unsigned_abs());
        }
    }
}

/// The types of a table's columns, as PostgreSQL calls them.
async fn kinds(target: &mut Conn, table: &'static str) -> Result<HashMap<String, String>> {
    let rows: Vec<(String, String)> = query_as(
        "select column_name::text, udt_name::text from information_schema.columns
         where table_name = $1
               and table_schema in (current_schema(), pg_my_temp_schema()::regnamespace::text)",
    )
    .bind(table)
    .fetch_all(target)
    .await?;
    Ok(rows.into_iter().collect())
}

/// Says a row of SQLite's in PostgreSQL's words: moments, truth, bytes and lists stand there otherwise.
fn translate(row: &mut Map<String, Value>, kinds: &HashMap<String, String>) -> Result<()> {
    for (column, value) in row {
        let kind = kinds.get(column).map(String::as_str);
        let kind = kind.ok_or(Error::Corrupt("column"))?;
        let said = match (kind, &*value) {
            (_, Value::Null) => continue,
            ("timestamptz", Value::Number(micros)) => {
                let at = micros.as_i64().and_then(DateTime::from_timestamp_micros);
                at.ok_or(Error::Corrupt("moment"))?.to_rfc3339().into()
            }
            ("bool", Value::Number(number)) => Value::Bool(number.as_i64() != Some(0)),
            ("bytea", Value::String(hex)) => format!("\\x{hex}").into(),
            ("_text", Value::String(list)) => serde_json::from_str(list)?,
            _ => continue,
        };
        *value = said;
    }
    Ok(())
}

/// What the rows alone do not bring: the counter of scopes, the index of words in its order, and the counter
/// of commits, which is SQLite's.
async fn settle(target: &mut Conn) -> Result<()> {
    for sql in [
        "delete from server_meta where key = 'commits'",
        "select setval(pg_get_serial_sequence('feed_head', 'id'),
                       (select coalesce(max(id), 0) + 1 from feed_head), false)",
        "delete from search_entries",
        SEARCH,
    ] {
        query(sql).execute(target).await?;
    }
    Ok(())
}

/// Whether every table arrived with as many rows as it left with.
async fn compare(source: &mut Conn, target: &mut Conn) -> Result<()> {
    for table in TABLES.iter().filter(|table| table.name != "server_meta") {
        let left: i64 = query_scalar(table.count).fetch_one(source).await?;
        let arrived: i64 = query_scalar(table.count).fetch_one(target).await?;
        if left != arrived {
            let name = table.name;
            return Err(Error::Unfit(format!(
                "{left} rows of {name} left and {arrived} arrived"
            )));
        }
    }
    Ok(())
}

/// Puts every file into the bucket.
async fn copy_files(source: &mut Conn, from: &Config, to: &Config) -> Result<u64> {
    let (folder, bucket) = (Store::of(from)?, Store::of(to)?);
    let rows: Vec<Vec<u8>> = query_scalar("select sha256 from blobs order by sha256")
        .fetch_all(source)
        .await?;
    let scratch = tempfile::tempdir().map_err(Error::io("make a temporary folder"))?;
    let mut files = 0;
    for sha256 in &rows {
        let (sha256, path) = (digest(sha256)?, scratch.path().join("file"));
        // What is lost already is told by a check, here and there.
        if folder.fetch(sha256, &path).await? {
            bucket.put_from(&path, sha256).await?;
            files += 1;
        }
        let _ = tokio::fs::remove_file(&path).await;
    }
    Ok(files)
}

/// Looks at the target as `check` does.
async fn is_whole(to: &Config) -> Result<()> {
    let app = App::open(to.clone()).await?;
    let wanted = check::Wanted {
        repair: false,
        files: false,
    };
    let report = check::run(&app, wanted).await;
    app.close().await;
    let findings = report?.findings;
    // A file that was lost before is no reason not to move.
    let wrong: Vec<_> = findings
        .iter()
        .filter(|finding| !finding.what.starts_with("file-"))
        .map(|finding| format!("{} ({})", finding.what, finding.count))
        .collect();
    if wrong.is_empty() {
        return Ok(());
    }
    Err(Error::Unfit(format!(
        "what arrived is not as it should be, look at it with `check` before: {}",
        wrong.join(", ")
    )))
}

/// Takes everything back.
async fn empty(to: &Config) -> Result<()> {
    let mut target = Db::begin_alone(to).await?;
    query("delete from search_entries")
        .execute(&mut target)
        .await?;
    for table in TABLES.iter().rev() {
        query(table.delete).execute(&mut target).await?;
    }
    Ok(target.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What PostgreSQL keeps by itself as rows come.
    const DERIVED: &[&str] = &["search_entries"];

    #[tokio::test]
    async fn every_table_is_moved() {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(Config::new(folder.path())).await.unwrap();
        let mut read = app.db().read().await.unwrap();
        let there: Vec<String> = query_scalar(
            "select name from sqlite_schema
             where type = 'table' and name not like 'sqlite_%' and name not like 'search_words%'
                   and name not like '_sqlx%' order by name",
        )
        .fetch_all(&mut read)
        .await
        .unwrap();
        let mut known: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
        known.extend(DERIVED);
        known.sort_unstable();
        assert_eq!(there, known);
    }
}
