//! The driver on a real file: what is written is read, errors have their codes, and what is not
//! committed is not there.

#![allow(clippy::unwrap_used)]

use palier_sqlite::{
    Sqlite, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous,
};
use sqlx_core::{
    column::Column,
    connection::{ConnectOptions, Connection},
    error::Error,
    executor::Executor,
    query::query,
    query_as::query_as,
    query_scalar::query_scalar,
    raw_sql::raw_sql,
    row::Row,
    type_info::TypeInfo,
    types::Json,
    value::ValueRef,
};
use std::path::Path;
use uuid::Uuid;

async fn open(file: &Path) -> SqliteConnection {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Truncate)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .connect()
        .await
        .unwrap()
}

async fn with_table() -> SqliteConnection {
    let mut conn = open(Path::new(":memory:")).await;
    let made = "create table t (id blob primary key, n integer, said text); insert into t values (x'01', 1, 'un')";
    raw_sql(made).execute(&mut conn).await.unwrap();
    conn
}

async fn count(conn: &mut SqliteConnection) -> i64 {
    query_scalar("select count(*) from t")
        .fetch_one(conn)
        .await
        .unwrap()
}

#[tokio::test]
async fn every_type_comes_back_as_it_went() {
    let mut conn = open(Path::new(":memory:")).await;
    let id = Uuid::from_u128(7);
    let (a, b, c, d, e, f): (i64, bool, String, Vec<u8>, Uuid, Option<String>) =
        query_as::<Sqlite, _>("select ?1, ?2, ?3, ?4, ?5, ?6")
            .bind(-3_i64)
            .bind(true)
            .bind("où ça")
            .bind(&[0_u8, 255][..])
            .bind(id)
            .bind(None::<String>)
            .fetch_one(&mut conn)
            .await
            .unwrap();
    assert_eq!(
        (a, b, c.as_str(), d, e, f),
        (-3, true, "où ça", vec![0, 255], id, None)
    );
    let Json(list): Json<Vec<u8>> = query_scalar("select ?1")
        .bind(Json(vec![1_u8, 2]))
        .fetch_one(&mut conn)
        .await
        .unwrap();
    assert_eq!(list, [1, 2]);
}

#[tokio::test]
async fn what_is_of_another_type_or_too_large_is_an_error() {
    let mut conn = open(Path::new(":memory:")).await;
    let text: Result<i64, Error> = query_scalar("select 'un'").fetch_one(&mut conn).await;
    assert!(matches!(text, Err(Error::ColumnDecode { .. })), "{text:?}");
    let large: Result<u32, Error> = query_scalar("select -1").fetch_one(&mut conn).await;
    assert!(
        matches!(large, Err(Error::ColumnDecode { .. })),
        "{large:?}"
    );
    let nothing: Result<i64, Error> = query_scalar("select null").fetch_one(&mut conn).await;
    assert!(
        matches!(nothing, Err(Error::ColumnDecode { .. })),
        "{nothing:?}"
    );
}

#[tokio::test]
async fn a_statement_forgets_what_was_bound_before() {
    let mut conn = open(Path::new(":memory:")).await;
    for said in [Some("un"), None] {
        let back: Option<String> = query_scalar("select ?1")
            .bind(said)
            .fetch_one(&mut conn)
            .await
            .unwrap();
        assert_eq!(back.as_deref(), said);
    }
    let short = query("select ?1, ?2")
        .bind(1_i64)
        .fetch_one(&mut conn)
        .await;
    assert!(matches!(short, Err(Error::InvalidArgument(_))));
}

#[tokio::test]
async fn rows_know_their_columns_and_statements_what_they_changed() {
    let mut conn = with_table().await;
    let row = query("select n, said from t")
        .fetch_one(&mut conn)
        .await
        .unwrap();
    let names: Vec<&str> = row.columns().iter().map(Column::name).collect();
    assert_eq!(names, ["n", "said"]);
    assert_eq!(row.try_get::<&str, _>("said").unwrap(), "un");
    assert_eq!(row.try_get_raw(0).unwrap().type_info().name(), "INTEGER");
    assert!(matches!(
        row.try_get::<i64, _>("x"),
        Err(Error::ColumnNotFound(_))
    ));
    let changed = query("update t set n = 2")
        .execute(&mut conn)
        .await
        .unwrap();
    assert_eq!(changed.rows_affected(), 1);
    let read = query("select n from t").execute(&mut conn).await.unwrap();
    assert_eq!(read.rows_affected(), 0);
    let found = conn
        .fetch_optional("select 1 from t where n = 9")
        .await
        .unwrap();
    assert!(found.is_none());
}

#[tokio::test]
async fn errors_have_sqlites_code() {
    let mut conn = with_table().await;
    let twice = query("insert into t (id) values (x'01')")
        .execute(&mut conn)
        .await;
    let error = twice.unwrap_err();
    let known = error.as_database_error().unwrap();
    assert!(known.is_unique_violation());
    assert_eq!(known.code().as_deref(), Some("1555"));
    let folder = tempfile::tempdir().unwrap();
    let missing = SqliteConnectOptions::new().filename(folder.path().join("none"));
    let error = missing.connect().await.unwrap_err();
    assert_eq!(
        error.as_database_error().unwrap().code().as_deref(),
        Some("14")
    );
}

#[tokio::test]
async fn what_is_not_committed_is_not_there() {
    let mut conn = with_table().await;
    let mut outer = conn.begin().await.unwrap();
    outer
        .execute("insert into t (id) values (x'02')")
        .await
        .unwrap();
    let mut inner = outer.begin().await.unwrap();
    inner
        .execute("insert into t (id) values (x'03')")
        .await
        .unwrap();
    inner.rollback().await.unwrap();
    outer.commit().await.unwrap();
    assert_eq!(count(&mut conn).await, 2);

    let mut dropped = conn.begin().await.unwrap();
    dropped.execute("delete from t").await.unwrap();
    drop(dropped);
    assert_eq!(count(&mut conn).await, 2);

    conn.execute("begin immediate").await.unwrap();
    conn.execute("delete from t").await.unwrap();
    conn.roll_back().unwrap();
    assert_eq!(count(&mut conn).await, 2);
}

#[tokio::test]
async fn what_is_committed_is_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.sqlite");
    let mut conn = open(&file).await;
    conn.execute("create table t (n)").await.unwrap();
    conn.execute("insert into t values (1)").await.unwrap();
    conn.close().await.unwrap();
    assert_eq!(count(&mut open(&file).await).await, 1);
}
