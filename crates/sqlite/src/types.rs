//! The types that `palier-store` binds and reads.

use crate::{Sqlite, SqliteTypeInfo, SqliteValueRef};
use chrono::NaiveDate;
use rusqlite::types::{Type as Storage, Value};
use serde::{Deserialize, Serialize};
use sqlx_core::{
    decode::Decode,
    encode::{Encode, IsNull},
    error::BoxDynError,
    types::{Json, Type},
};
use uuid::Uuid;

type Buffer = Vec<Value>;

/// A type with its storage, and how it gets there and back.
macro_rules! stored {
    ($type:ty, $storage:ident, $also:pat, |$it:ident| $into:expr, |$value:ident| $from:expr) => {
        impl Type<Sqlite> for $type {
            fn type_info() -> SqliteTypeInfo {
                SqliteTypeInfo(Storage::$storage)
            }
            fn compatible(kind: &SqliteTypeInfo) -> bool {
                matches!(kind.0, $also)
            }
        }

        impl Encode<'_, Sqlite> for $type {
            fn encode_by_ref(&self, buffer: &mut Buffer) -> Result<IsNull, BoxDynError> {
                let $it = self;
                buffer.push(Value::$storage($into));
                Ok(IsNull::No)
            }
        }

        impl<'r> Decode<'r, Sqlite> for $type {
            fn decode(value: SqliteValueRef<'r>) -> Result<Self, BoxDynError> {
                let $value = value;
                $from
            }
        }
    };
}

stored!(i64, Integer, Storage::Integer, |it| *it, |value| integer(
    value
));
stored!(
    i32,
    Integer,
    Storage::Integer,
    |it| i64::from(*it),
    |value| Ok(integer(value)?.try_into()?)
);
stored!(
    u32,
    Integer,
    Storage::Integer,
    |it| i64::from(*it),
    |value| Ok(integer(value)?.try_into()?)
);
stored!(
    u8,
    Integer,
    Storage::Integer,
    |it| i64::from(*it),
    |value| Ok(integer(value)?.try_into()?)
);
stored!(
    bool,
    Integer,
    Storage::Integer,
    |it| i64::from(*it),
    |value| Ok(integer(value)? != 0)
);
stored!(String, Text, Storage::Text, |it| it.clone(), |value| Ok(
    text(value)?.to_owned()
));
stored!(
    Vec<u8>,
    Blob,
    Storage::Blob | Storage::Text,
    |it| it.clone(),
    |value| Ok(bytes(value)?.to_owned())
);
stored!(
    Uuid,
    Blob,
    Storage::Blob,
    |it| it.as_bytes().to_vec(),
    |value| Ok(Uuid::from_slice(bytes(value)?)?)
);

stored!(
    NaiveDate,
    Text,
    Storage::Text,
    |it| it.to_string(),
    |value| Ok(text(value)?.parse()?)
);

impl Type<Sqlite> for str {
    fn type_info() -> SqliteTypeInfo {
        SqliteTypeInfo(Storage::Text)
    }
}

impl Encode<'_, Sqlite> for &'_ str {
    fn encode_by_ref(&self, buffer: &mut Buffer) -> Result<IsNull, BoxDynError> {
        buffer.push(Value::Text((*self).to_owned()));
        Ok(IsNull::No)
    }
}

impl<'r> Decode<'r, Sqlite> for &'r str {
    fn decode(value: SqliteValueRef<'r>) -> Result<Self, BoxDynError> {
        text(value)
    }
}

impl Type<Sqlite> for [u8] {
    fn type_info() -> SqliteTypeInfo {
        SqliteTypeInfo(Storage::Blob)
    }
}

impl Encode<'_, Sqlite> for &'_ [u8] {
    fn encode_by_ref(&self, buffer: &mut Buffer) -> Result<IsNull, BoxDynError> {
        buffer.push(Value::Blob((*self).to_owned()));
        Ok(IsNull::No)
    }
}

impl<'r> Decode<'r, Sqlite> for &'r [u8] {
    fn decode(value: SqliteValueRef<'r>) -> Result<Self, BoxDynError> {
        bytes(value)
    }
}

impl<T> Type<Sqlite> for Json<T> {
    fn type_info() -> SqliteTypeInfo {
        SqliteTypeInfo(Storage::Text)
    }
}

impl<T: Serialize> Encode<'_, Sqlite> for Json<T> {
    fn encode_by_ref(&self, buffer: &mut Buffer) -> Result<IsNull, BoxDynError> {
        buffer.push(Value::Text(self.encode_to_string()?));
        Ok(IsNull::No)
    }
}

impl<'r, T: 'r + Deserialize<'r>> Decode<'r, Sqlite> for Json<T> {
    fn decode(value: SqliteValueRef<'r>) -> Result<Self, BoxDynError> {
        Self::decode_from_string(text(value)?)
    }
}

fn integer(value: SqliteValueRef<'_>) -> Result<i64, BoxDynError> {
    match value.0 {
        Value::Integer(value) => Ok(*value),
        other => Err(unlike("an integer", other)),
    }
}

fn text(value: SqliteValueRef<'_>) -> Result<&str, BoxDynError> {
    match value.0 {
        Value::Text(value) => Ok(value),
        other => Err(unlike("a text", other)),
    }
}

fn bytes(value: SqliteValueRef<'_>) -> Result<&[u8], BoxDynError> {
    match value.0 {
        Value::Blob(value) => Ok(value),
        Value::Text(value) => Ok(value.as_bytes()),
        other => Err(unlike("bytes", other)),
    }
}

fn unlike(wanted: &str, found: &Value) -> BoxDynError {
    format!("{wanted} was expected, {} was found", found.data_type()).into()
}
