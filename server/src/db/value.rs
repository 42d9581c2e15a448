//! What can be bound to a parameter, and how times and lists stand in columns.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{
    Decode, Encode, Postgres, Sqlite, Type,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo, PgValueRef},
    sqlite::{SqliteArgumentsBuffer, SqliteTypeInfo, SqliteValueRef},
};
use uuid::Uuid;

/// A bound value.
///
/// Each keeps its type when it is null: PostgreSQL wants to know what kind of nothing it is.
#[derive(Debug, Clone)]
pub enum Value {
    /// True or false.
    Bool(Option<bool>),
    /// A number.
    Int(Option<i64>),
    /// A measured number.
    Real(Option<f64>),
    /// A text.
    Text(Option<String>),
    /// Bytes, of a digest for one.
    Bytes(Option<Vec<u8>>),
    /// An id.
    Id(Option<Uuid>),
    /// A moment.
    Time(Option<Stamp>),
    /// A day of the calendar.
    Day(Option<NaiveDate>),
    /// A column that holds several texts.
    List(TextList),
    /// Several ids, for `{ids "$1"}`.
    Ids(Vec<Uuid>),
    /// Several texts, for `{words "$1"}`.
    Words(Vec<String>),
}

/// A moment in a column: INTEGER microseconds since 1970 on SQLite, timestamptz on PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp(pub DateTime<Utc>);

/// Several texts in one column: a JSON array on SQLite, TEXT[] on PostgreSQL.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextList(pub Vec<String>);

macro_rules! from {
    ($($from:ty => $variant:ident, $value:ident => $into:expr;)+) => {
        $(
            impl From<$from> for Value {
                fn from($value: $from) -> Self {
                    Self::$variant(Some($into))
                }
            }
            impl From<Option<$from>> for Value {
                fn from(value: Option<$from>) -> Self {
                    Self::$variant(value.map(|$value| $into))
                }
            }
        )+
    };
}

from! {
    bool => Bool, it => it;
    i64 => Int, it => it;
    u32 => Int, it => i64::from(it);
    f64 => Real, it => it;
    String => Text, it => it;
    &String => Text, it => it.clone();
    &str => Text, it => it.to_owned();
    Vec<u8> => Bytes, it => it;
    &[u8] => Bytes, it => it.to_vec();
    Uuid => Id, it => it;
    Stamp => Time, it => it;
    NaiveDate => Day, it => it;
}

impl From<TextList> for Value {
    fn from(list: TextList) -> Self {
        Self::List(list)
    }
}

impl Type<Sqlite> for Stamp {
    fn type_info() -> SqliteTypeInfo {
        <i64 as Type<Sqlite>>::type_info()
    }
}

impl<'r> Decode<'r, Sqlite> for Stamp {
    fn decode(value: SqliteValueRef<'r>) -> Result<Self, BoxDynError> {
        let micros = <i64 as Decode<Sqlite>>::decode(value)?;
        let time = DateTime::from_timestamp_micros(micros).ok_or("a time out of range")?;
        Ok(Self(time))
    }
}

impl Encode<'_, Sqlite> for Stamp {
    fn encode_by_ref(&self, buffer: &mut SqliteArgumentsBuffer) -> Result<IsNull, BoxDynError> {
        <i64 as Encode<Sqlite>>::encode(self.0.timestamp_micros(), buffer)
    }
}

impl Type<Postgres> for Stamp {
    fn type_info() -> PgTypeInfo {
        <DateTime<Utc> as Type<Postgres>>::type_info()
    }
}

impl<'r> Decode<'r, Postgres> for Stamp {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        <DateTime<Utc> as Decode<Postgres>>::decode(value).map(Self)
    }
}

impl Encode<'_, Postgres> for Stamp {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <DateTime<Utc> as Encode<Postgres>>::encode_by_ref(&self.0, buffer)
    }
}

impl PgHasArrayType for Stamp {
    fn array_type_info() -> PgTypeInfo {
        <DateTime<Utc> as PgHasArrayType>::array_type_info()
    }
}

impl Type<Sqlite> for TextList {
    fn type_info() -> SqliteTypeInfo {
        <String as Type<Sqlite>>::type_info()
    }
}

impl<'r> Decode<'r, Sqlite> for TextList {
    fn decode(value: SqliteValueRef<'r>) -> Result<Self, BoxDynError> {
        let json = <&str as Decode<Sqlite>>::decode(value)?;
        Ok(Self(serde_json::from_str(json)?))
    }
}

impl Encode<'_, Sqlite> for TextList {
    fn encode_by_ref(&self, buffer: &mut SqliteArgumentsBuffer) -> Result<IsNull, BoxDynError> {
        <String as Encode<Sqlite>>::encode(serde_json::to_string(&self.0)?, buffer)
    }
}

impl Type<Postgres> for TextList {
    fn type_info() -> PgTypeInfo {
        <Vec<String> as Type<Postgres>>::type_info()
    }
}

impl<'r> Decode<'r, Postgres> for TextList {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        <Vec<String> as Decode<Postgres>>::decode(value).map(Self)
    }
}

impl Encode<'_, Postgres> for TextList {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <Vec<String> as Encode<Postgres>>::encode_by_ref(&self.0, buffer)
    }
}
