//! Copying the rows of a table that may be damaged, as far as they can be read.

use crate::{
    StoreError,
    db::{Sqlite, SqliteArguments, SqliteConnection, SqliteRow},
    sqlite::*,
};
use futures_util::TryStreamExt;
use sqlx::{AssertSqlSafe, Column, Row, TypeInfo, ValueRef, query::Query};

/// A value as SQLite has it. None of our tables has numbers with a point.
enum Value {
    Null,
    Integer(i64),
    Text(String),
    Blob(Vec<u8>),
}

/// Copies what can be read: from the first row on and, where that ends early, from the last one back.
/// Says whether it was everything.
pub(crate) async fn copy(
    from: &mut SqliteConnection,
    into: &mut SqliteConnection,
    table: &'static str,
) -> Result<bool, StoreError> {
    let key = key_of(into, table).await?;
    let columns = columns_of(into, table).await?;
    let mut whole = true;
    for back in [false, true] {
        let order = if back { " desc" } else { "" };
        let keys: Vec<String> = key.iter().map(|name| format!("{name}{order}")).collect();
        // Safe SQL: table and columns are those of our own schema.
        let query = AssertSqlSafe(format!(
            "select * from {table} order by {}",
            keys.join(", ")
        ));
        let mut rows = sqlx::query(query).fetch(&mut *from);
        loop {
            match rows.try_next().await {
                Ok(Some(row)) => whole &= put(into, table, &columns, &row).await?,
                Ok(None) => return Ok(whole),
                Err(error) => {
                    tracing::warn!(table, %error, "the damaged journal cannot be read further");
                    whole = false;
                    break;
                }
            }
        }
    }
    Ok(whole)
}

/// What the rows are ordered by on the disk, so that what is read before the damage is whole.
async fn key_of(conn: &mut SqliteConnection, table: &str) -> Result<Vec<String>, StoreError> {
    let doing = "reading how a table is ordered";
    let clustered: bool = sqlx::query_scalar("select wr = 1 from pragma_table_list(?1)")
        .bind(table.to_owned())
        .fetch_one(&mut *conn)
        .await
        .doing(doing)?;
    if !clustered {
        return Ok(vec!["rowid".to_owned()]);
    }
    sqlx::query_scalar("select name from pragma_table_info(?1) where pk > 0 order by pk")
        .bind(table.to_owned())
        .fetch_all(conn)
        .await
        .doing(doing)
}

async fn columns_of(conn: &mut SqliteConnection, table: &str) -> Result<Vec<String>, StoreError> {
    sqlx::query_scalar("select name from pragma_table_info(?1)")
        .bind(table.to_owned())
        .fetch_all(conn)
        .await
        .doing("reading the columns of a table")
}

/// Writes a row, unless it is there. Says whether all of it could be read.
async fn put(
    into: &mut SqliteConnection,
    table: &str,
    columns: &[String],
    row: &SqliteRow,
) -> Result<bool, StoreError> {
    let (mut names, mut values) = (Vec::new(), Vec::new());
    for column in row.columns() {
        // What only a later version knows is not ours to judge.
        if !columns.iter().any(|name| name == column.name()) {
            continue;
        }
        let Some(value) = value(row, column.ordinal()) else {
            return Ok(false);
        };
        names.push(column.name());
        values.push(value);
    }
    let marks = vec!["?"; names.len()].join(", ");
    let names = names.join(", ");
    // Safe SQL: table and columns are those of our own schema; what is in them is bound.
    let insert = AssertSqlSafe(format!(
        "insert or ignore into {table} ({names}) values ({marks})"
    ));
    let query = values.into_iter().fold(sqlx::query(insert), bind);
    match query.execute(into).await {
        Ok(_) => Ok(true),
        // It is not what a row of this table can be.
        Err(error) if Kind::of(&error) == Kind::Other => Ok(false),
        Err(error) => Err(error).doing("copying a row that was saved"),
    }
}

fn bind(
    query: Query<'_, Sqlite, SqliteArguments>,
    value: Value,
) -> Query<'_, Sqlite, SqliteArguments> {
    match value {
        Value::Null => query.bind(None::<i64>),
        Value::Integer(value) => query.bind(value),
        Value::Text(value) => query.bind(value),
        Value::Blob(value) => query.bind(value),
    }
}

fn value(row: &SqliteRow, at: usize) -> Option<Value> {
    let raw = row.try_get_raw(at).ok()?;
    if raw.is_null() {
        return Some(Value::Null);
    }
    match raw.type_info().name() {
        "INTEGER" => row.try_get_unchecked(at).map(Value::Integer).ok(),
        "TEXT" => row.try_get_unchecked(at).map(Value::Text).ok(),
        "BLOB" => row.try_get_unchecked(at).map(Value::Blob).ok(),
        _ => None,
    }
}
