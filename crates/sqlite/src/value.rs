//! Values on their way out.

use crate::Sqlite;
use rusqlite::types::{Type as Storage, Value};
use sqlx_core::{type_info::TypeInfo, value};
use std::{
    borrow::Cow,
    fmt::{Display, Formatter},
};

/// How SQLite keeps a value: it has five ways, and a column may hold any of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SqliteTypeInfo(pub(crate) Storage);

impl Display for SqliteTypeInfo {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl TypeInfo for SqliteTypeInfo {
    fn is_null(&self) -> bool {
        self.0 == Storage::Null
    }

    fn name(&self) -> &str {
        match self.0 {
            Storage::Null => "NULL",
            Storage::Integer => "INTEGER",
            Storage::Real => "REAL",
            Storage::Text => "TEXT",
            Storage::Blob => "BLOB",
        }
    }
}

/// A value of a row.
#[derive(Debug, Clone)]
pub struct SqliteValue(Value);

/// The same, where it stands in the row.
#[derive(Debug, Clone, Copy)]
pub struct SqliteValueRef<'r>(pub(crate) &'r Value);

impl value::Value for SqliteValue {
    type Database = Sqlite;

    fn as_ref(&self) -> SqliteValueRef<'_> {
        SqliteValueRef(&self.0)
    }

    fn type_info(&self) -> Cow<'_, SqliteTypeInfo> {
        Cow::Owned(SqliteTypeInfo(self.0.data_type()))
    }

    fn is_null(&self) -> bool {
        self.0 == Value::Null
    }
}

impl<'r> value::ValueRef<'r> for SqliteValueRef<'r> {
    type Database = Sqlite;

    fn to_owned(&self) -> SqliteValue {
        SqliteValue(self.0.clone())
    }

    fn type_info(&self) -> Cow<'_, SqliteTypeInfo> {
        Cow::Owned(SqliteTypeInfo(self.0.data_type()))
    }

    fn is_null(&self) -> bool {
        *self.0 == Value::Null
    }
}
