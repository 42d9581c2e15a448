//! Running statements to their end.

use crate::{
    Sqlite, SqliteArguments, SqliteColumn, SqliteQueryResult, SqliteRow, SqliteStatement,
    error::translate,
};
use either::Either;
use rusqlite::{Batch, Connection, Statement, fallible_iterator::FallibleIterator};
use sqlx_core::{error::Error, executor::Execute, sql_str::SqlStr};
use std::sync::Arc;

/// What a statement gives, bit by bit: its rows, then what it changed.
pub(crate) type Step = Result<Either<SqliteQueryResult, SqliteRow>, Error>;

/// Runs all of a query. What was read before an error is given as well.
pub(crate) fn run<'q>(conn: &Connection, mut query: impl Execute<'q, Sqlite>) -> Vec<Step> {
    let arguments = match query.take_arguments() {
        Ok(arguments) => arguments,
        Err(error) => return vec![Err(Error::Encode(error))],
    };
    let sql = query.sql();
    let mut steps = Vec::new();
    let ran = match arguments {
        Some(arguments) => run_one(conn, sql.as_str(), &arguments, &mut steps),
        None => run_batch(conn, sql.as_str(), &mut steps),
    };
    if let Err(error) = ran {
        steps.push(Err(error));
    }
    steps
}

/// Asks what a statement answers, without running it.
pub(crate) fn prepare(conn: &Connection, sql: SqlStr) -> Result<SqliteStatement, Error> {
    let statement = conn.prepare_cached(sql.as_str()).map_err(translate)?;
    let (columns, parameters) = (columns_of(&statement), statement.parameter_count());
    drop(statement);
    Ok(SqliteStatement {
        sql,
        columns,
        parameters,
    })
}

fn run_one(
    conn: &Connection,
    sql: &str,
    arguments: &SqliteArguments,
    steps: &mut Vec<Step>,
) -> Result<(), Error> {
    let mut statement = conn.prepare_cached(sql).map_err(translate)?;
    let wanted = statement.parameter_count();
    if arguments.values.len() < wanted {
        let bound = arguments.values.len();
        return Err(Error::InvalidArgument(format!(
            "{bound} values are bound where {wanted} are named"
        )));
    }
    // A statement from the cache remembers what it was given last.
    statement.clear_bindings();
    for (at, value) in arguments.values.iter().take(wanted).enumerate() {
        statement
            .raw_bind_parameter(at + 1, value)
            .map_err(translate)?;
    }
    run_bound(conn, &mut statement, steps)
}

fn run_batch(conn: &Connection, sql: &str, steps: &mut Vec<Step>) -> Result<(), Error> {
    let mut batch = Batch::new(conn, sql);
    while let Some(mut statement) = batch.next().map_err(translate)? {
        run_bound(conn, &mut statement, steps)?;
    }
    Ok(())
}

fn run_bound(
    conn: &Connection,
    statement: &mut Statement<'_>,
    steps: &mut Vec<Step>,
) -> Result<(), Error> {
    let columns = columns_of(statement);
    let before = conn.total_changes();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(translate)? {
        let values = (0..columns.len()).map(|at| row.get(at));
        let values = values.collect::<Result<_, _>>().map_err(translate)?;
        steps.push(Ok(Either::Right(SqliteRow {
            columns: columns.clone(),
            values,
        })));
    }
    drop(rows);
    // `changes` keeps the figure of the last statement that changed something.
    let changes = if conn.total_changes() == before {
        0
    } else {
        conn.changes()
    };
    steps.push(Ok(Either::Left(SqliteQueryResult { changes })));
    Ok(())
}

fn columns_of(statement: &Statement<'_>) -> Arc<[SqliteColumn]> {
    let names = statement.column_names();
    let columns = names.iter().enumerate();
    columns
        .map(|(at, name)| SqliteColumn::new(at, name))
        .collect()
}
