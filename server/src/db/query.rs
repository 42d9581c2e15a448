//! One query for both databases: text, values, and the connection that says which.
//!
//! sqlx decides the database by type; here it is decided when the server starts. So a query keeps
//! its values until it meets a connection, and then becomes sqlx's own.
// sqlx's `Any` driver was tried for this: it knows neither ids nor times nor lists.

use super::{
    conn::{Conn, Link},
    sql::Sql,
    value::Value,
};
use serde_json::{Map, Value as Json};
use sqlx::{
    Column as _, Decode, FromRow, Postgres, Row as _, Sqlite, Type, TypeInfo as _, ValueRef as _,
    postgres::{PgArguments, PgRow},
    query::Query as SqlxQuery,
    sqlite::{SqliteArguments, SqliteRow},
};
use std::marker::PhantomData;
use uuid::Uuid;

/// What a query may give for each row: a tuple, or a struct that derives `sqlx::FromRow`.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{}

/// What a column may hold.
pub trait Column:
    Type<Sqlite>
    + Type<Postgres>
    + for<'r> Decode<'r, Sqlite>
    + for<'r> Decode<'r, Postgres>
    + Send
    + Unpin
{
}
impl<T> Column for T where
    T: Type<Sqlite>
        + Type<Postgres>
        + for<'r> Decode<'r, Sqlite>
        + for<'r> Decode<'r, Postgres>
        + Send
        + Unpin
{
}

/// A statement with its values, giving `T` for each row.
#[must_use]
pub struct Query<T> {
    sql: Sql,
    values: Vec<Value>,
    rows: PhantomData<fn() -> T>,
}

/// A query for the first column alone.
#[must_use]
pub struct ScalarQuery<T>(Query<(T,)>);

/// A statement that gives no rows.
pub fn query(sql: impl Into<Sql>) -> Query<()> {
    query_as(sql)
}

/// A query for rows.
pub fn query_as<T>(sql: impl Into<Sql>) -> Query<T> {
    Query {
        sql: sql.into(),
        values: Vec::new(),
        rows: PhantomData,
    }
}

/// A query for the first column of its rows.
pub fn query_scalar<T>(sql: impl Into<Sql>) -> ScalarQuery<T> {
    ScalarQuery(query_as(sql))
}

impl<T> Query<T> {
    /// Binds the next parameter.
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Binds ids to an `{ids "$n"}`.
    pub fn bind_ids(self, ids: impl IntoIterator<Item = Uuid>) -> Self {
        self.bind(Value::Ids(ids.into_iter().collect()))
    }

    /// Binds texts to a `{words "$n"}`.
    pub fn bind_words(self, words: impl IntoIterator<Item = String>) -> Self {
        self.bind(Value::Words(words.into_iter().collect()))
    }

    /// Runs the statement; returns how many rows it changed.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn execute(self, conn: &mut Conn) -> sqlx::Result<u64> {
        let Self { sql, values, .. } = self;
        Ok(match conn.link() {
            Link::Sqlite(link) => sqlite(sql, values).execute(link).await?.rows_affected(),
            Link::Postgres(link) => postgres(sql, values).execute(link).await?.rows_affected(),
        })
    }
}

impl Query<()> {
    /// All rows as objects, for tables whose columns are not known before. On SQLite an object has the
    /// columns by their names, ids and other bytes in hex; on PostgreSQL the first column has to be
    /// the object, as text.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn fetch_objects(self, conn: &mut Conn) -> sqlx::Result<Vec<Map<String, Json>>> {
        let Self { sql, values, .. } = self;
        match conn.link() {
            Link::Sqlite(link) => {
                let rows = sqlite(sql, values).fetch_all(link).await?;
                rows.iter().map(object).collect()
            }
            Link::Postgres(link) => {
                let rows = postgres(sql, values).fetch_all(link).await?;
                let object = |row: &PgRow| {
                    let text: String = row.try_get(0)?;
                    serde_json::from_str(&text).map_err(|error| sqlx::Error::Decode(error.into()))
                };
                rows.iter().map(object).collect()
            }
        }
    }
}

fn object(row: &SqliteRow) -> sqlx::Result<Map<String, Json>> {
    let mut object = Map::new();
    for column in row.columns() {
        let at = column.ordinal();
        let value = row.try_get_raw(at)?;
        let kind = value.type_info();
        let value = match (value.is_null(), kind.name()) {
            (true, _) => Json::Null,
            (_, "INTEGER") => row.try_get_unchecked::<i64, _>(at)?.into(),
            (_, "REAL") => row.try_get_unchecked::<f64, _>(at)?.into(),
            (_, "BLOB") => {
                let bytes: Vec<u8> = row.try_get_unchecked(at)?;
                let hex = bytes.iter().map(|byte| format!("{byte:02x}"));
                hex.collect::<String>().into()
            }
            _ => row.try_get_unchecked::<String, _>(at)?.into(),
        };
        object.insert(column.name().to_owned(), value);
    }
    Ok(object)
}

impl<T: Row> Query<T> {
    /// All rows.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn fetch_all(self, conn: &mut Conn) -> sqlx::Result<Vec<T>> {
        let Self { sql, values, .. } = self;
        match conn.link() {
            Link::Sqlite(link) => {
                let rows = sqlite(sql, values).fetch_all(link).await?;
                rows.iter().map(T::from_row).collect()
            }
            Link::Postgres(link) => {
                let rows = postgres(sql, values).fetch_all(link).await?;
                rows.iter().map(T::from_row).collect()
            }
        }
    }

    /// The first row, when there is one.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn fetch_optional(self, conn: &mut Conn) -> sqlx::Result<Option<T>> {
        let Self { sql, values, .. } = self;
        match conn.link() {
            Link::Sqlite(link) => {
                let row = sqlite(sql, values).fetch_optional(link).await?;
                row.as_ref().map(T::from_row).transpose()
            }
            Link::Postgres(link) => {
                let row = postgres(sql, values).fetch_optional(link).await?;
                row.as_ref().map(T::from_row).transpose()
            }
        }
    }

    /// The first row.
    ///
    /// # Errors
    /// `RowNotFound` when there is none, or whatever the database says.
    pub async fn fetch_one(self, conn: &mut Conn) -> sqlx::Result<T> {
        let row = self.fetch_optional(conn).await?;
        row.ok_or(sqlx::Error::RowNotFound)
    }
}

#[allow(dead_code, reason = "the same methods as for rows")]
impl<T: Column> ScalarQuery<T> {
    /// Binds the next parameter.
    pub fn bind(self, value: impl Into<Value>) -> Self {
        Self(self.0.bind(value))
    }

    /// Binds ids to an `{ids "$n"}`.
    pub fn bind_ids(self, ids: impl IntoIterator<Item = Uuid>) -> Self {
        Self(self.0.bind_ids(ids))
    }

    /// Binds texts to a `{words "$n"}`.
    pub fn bind_words(self, words: impl IntoIterator<Item = String>) -> Self {
        Self(self.0.bind_words(words))
    }

    /// The column of all rows.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn fetch_all(self, conn: &mut Conn) -> sqlx::Result<Vec<T>> {
        let rows = self.0.fetch_all(conn).await?;
        Ok(rows.into_iter().map(|(value,)| value).collect())
    }

    /// The column of the first row, when there is one.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn fetch_optional(self, conn: &mut Conn) -> sqlx::Result<Option<T>> {
        Ok(self.0.fetch_optional(conn).await?.map(|(value,)| value))
    }

    /// The column of the first row.
    ///
    /// # Errors
    /// `RowNotFound` when there is none, or whatever the database says.
    pub async fn fetch_one(self, conn: &mut Conn) -> sqlx::Result<T> {
        Ok(self.0.fetch_one(conn).await?.0)
    }
}

fn sqlite(sql: Sql, values: Vec<Value>) -> SqlxQuery<'static, Sqlite, SqliteArguments> {
    #[cfg(test)]
    super::plans::note(sql.sqlite);
    let query = sqlx::query(sql.sqlite);
    values.into_iter().fold(query, |query, value| match value {
        Value::Bool(it) => query.bind(it),
        Value::Int(it) => query.bind(it),
        Value::Real(it) => query.bind(it),
        Value::Text(it) => query.bind(it),
        Value::Bytes(it) => query.bind(it),
        Value::Id(it) => query.bind(it),
        Value::Time(it) => query.bind(it),
        Value::Day(it) => query.bind(it),
        Value::List(it) => query.bind(it),
        Value::Ids(it) => query.bind(json_array(it.into_iter().map(|id| id.simple().to_string()))),
        Value::Words(it) => query.bind(json_array(it)),
    })
}

fn postgres(sql: Sql, values: Vec<Value>) -> SqlxQuery<'static, Postgres, PgArguments> {
    let query = sqlx::query(sql.postgres);
    values.into_iter().fold(query, |query, value| match value {
        Value::Bool(it) => query.bind(it),
        Value::Int(it) => query.bind(it),
        Value::Real(it) => query.bind(it),
        Value::Text(it) => query.bind(it),
        Value::Bytes(it) => query.bind(it),
        Value::Id(it) => query.bind(it),
        Value::Time(it) => query.bind(it),
        Value::Day(it) => query.bind(it),
        Value::List(it) => query.bind(it),
        Value::Ids(it) => query.bind(it),
        Value::Words(it) => query.bind(it),
    })
}

/// A list as SQLite's `json_each` takes it: one bound value, whatever its length.
fn json_array(words: impl IntoIterator<Item = String>) -> String {
    serde_json::Value::from_iter(words).to_string()
}
