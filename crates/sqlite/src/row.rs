//! Rows.

use crate::{Sqlite, SqliteTypeInfo, SqliteValueRef};
use rusqlite::types::{Type as Storage, Value};
use sqlx_core::{
    column::{Column, ColumnIndex},
    error::Error,
    impl_column_index_for_row,
    row::Row,
};
use std::sync::Arc;

/// A column of what a statement answers.
#[derive(Debug, Clone)]
pub struct SqliteColumn {
    ordinal: usize,
    name: String,
    kind: SqliteTypeInfo,
}

impl SqliteColumn {
    pub(crate) fn new(ordinal: usize, name: &str) -> Self {
        Self {
            ordinal,
            name: name.to_owned(),
            // What a column holds is known value by value.
            kind: SqliteTypeInfo(Storage::Null),
        }
    }
}

impl Column for SqliteColumn {
    type Database = Sqlite;

    fn ordinal(&self) -> usize {
        self.ordinal
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn type_info(&self) -> &SqliteTypeInfo {
        &self.kind
    }
}

/// A row.
#[derive(Debug, Clone)]
pub struct SqliteRow {
    pub(crate) columns: Arc<[SqliteColumn]>,
    pub(crate) values: Vec<Value>,
}

impl Row for SqliteRow {
    type Database = Sqlite;

    fn columns(&self) -> &[SqliteColumn] {
        &self.columns
    }

    fn try_get_raw<I: ColumnIndex<Self>>(&self, index: I) -> Result<SqliteValueRef<'_>, Error> {
        let index = index.index(self)?;
        let value = self.values.get(index);
        value
            .map(SqliteValueRef)
            .ok_or(Error::ColumnIndexOutOfBounds {
                index,
                len: self.values.len(),
            })
    }
}

impl_column_index_for_row!(SqliteRow);

impl ColumnIndex<SqliteRow> for str {
    fn index(&self, row: &SqliteRow) -> Result<usize, Error> {
        let found = row.columns.iter().position(|column| column.name == self);
        found.ok_or_else(|| Error::ColumnNotFound(self.to_owned()))
    }
}
