//! The database itself: whether its file is sound, and rows name only rows that are there.
// PostgreSQL enforces its references always and has no such question about its files; there both
// answer that all is well.

use super::Report;
use crate::{
    App,
    db::{query_as, query_scalar},
    error::Result,
};

pub(super) async fn check(app: &App, report: &mut Report) -> Result<()> {
    let mut conn = app.db().read().await?;
    let said: Vec<String> =
        query_scalar(sql!({sqlite "pragma integrity_check"} {postgres "select 'ok'"}))
            .fetch_all(&mut conn)
            .await?;
    let said: Vec<String> = said.into_iter().filter(|line| line != "ok").collect();
    report.found(
        "database-damaged",
        "the database's file is damaged: restore a backup",
        &said,
        false,
    );
    let dangling: Vec<(String, Option<i64>, String)> = query_as(sql!(
        {sqlite "select \"table\", rowid, parent from pragma_foreign_key_check"}
        {postgres "select '', 0::bigint, '' where false"}))
    .fetch_all(&mut conn)
    .await?;
    let dangling: Vec<String> = dangling
        .into_iter()
        .map(|(table, row, parent)| match row {
            Some(row) => format!("{table} {row} names no row of {parent}"),
            None => format!("a row of {table} names no row of {parent}"),
        })
        .collect();
    report.found(
        "reference-dangling",
        "rows name others that are not there",
        &dangling,
        false,
    );
    let tables: i64 = query_scalar(sql!(
        {sqlite "select count(*) from sqlite_schema where type = 'table'"}
        {postgres "select count(*) from pg_tables where schemaname = current_schema()"}))
    .fetch_one(&mut conn)
    .await?;
    report.looked_at("tables", usize::try_from(tables).unwrap_or_default());
    Ok(())
}
