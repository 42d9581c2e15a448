//! Statements that were looked at.

use crate::{Sqlite, SqliteArguments, SqliteColumn, SqliteTypeInfo};
use either::Either;
use sqlx_core::{
    column::ColumnIndex, error::Error, impl_statement_query, sql_str::SqlStr, statement::Statement,
};
use std::sync::Arc;

/// A statement that SQLite has understood.
#[derive(Debug, Clone)]
pub struct SqliteStatement {
    pub(crate) sql: SqlStr,
    pub(crate) columns: Arc<[SqliteColumn]>,
    pub(crate) parameters: usize,
}

impl Statement for SqliteStatement {
    type Database = Sqlite;

    fn into_sql(self) -> SqlStr {
        self.sql
    }

    fn sql(&self) -> &SqlStr {
        &self.sql
    }

    fn parameters(&self) -> Option<Either<&[SqliteTypeInfo], usize>> {
        Some(Either::Right(self.parameters))
    }

    fn columns(&self) -> &[SqliteColumn] {
        &self.columns
    }

    impl_statement_query!(SqliteArguments);
}

impl ColumnIndex<SqliteStatement> for str {
    fn index(&self, statement: &SqliteStatement) -> Result<usize, Error> {
        use sqlx_core::column::Column;
        let found = statement.columns.iter().position(|it| it.name() == self);
        found.ok_or_else(|| Error::ColumnNotFound(self.to_owned()))
    }
}
