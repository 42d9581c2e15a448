//! The control: numbers from a sequence come in another order than commits.

use crate::postgres::Cluster;
use sqlx::{Connection, Executor, PgConnection};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Reads after its cursor for as long as somebody writes, as streams do; how many rows it got.
async fn reader(mut connection: PgConnection, sql: &'static str, done: Arc<AtomicBool>) -> u64 {
    let (mut cursor, mut seen) = (0_i64, 0);
    loop {
        let last = done.load(Ordering::SeqCst);
        let rows: Vec<(i64,)> = sqlx::query_as(sql)
            .bind(cursor)
            .fetch_all(&mut connection)
            .await
            .unwrap();
        for (seq,) in rows {
            assert!(seq > cursor, "in order");
            cursor = seq;
            seen += 1;
        }
        if last {
            return seen;
        }
    }
}

/// The same writers and the same reader, on a feed numbered by a sequence and on one numbered by a head
/// that stays locked to the commit. The first loses rows, the second none.
#[tokio::test(flavor = "multi_thread")]
async fn a_feed_numbered_by_a_sequence_loses_rows_and_one_numbered_by_its_head_does_not() {
    const WRITERS: u64 = 8;
    const ROWS: u64 = 150;
    let cluster = Cluster::start();
    let database = cluster.empty_database("control").await;
    let mut connection = database.connect().await;
    connection
        .execute(
            "create table by_sequence (seq bigserial primary key);
             create table head (seq bigint not null); insert into head values (0);
             create table by_head (seq bigint primary key)",
        )
        .await
        .unwrap();
    let mut seen = Vec::new();
    for (write, read) in [
        (
            "insert into by_sequence default values",
            "select seq from by_sequence where seq > $1 order by seq",
        ),
        (
            "with moved as (update head set seq = seq + 1 returning seq)
             insert into by_head select seq from moved",
            "select seq from by_head where seq > $1 order by seq",
        ),
    ] {
        let done = Arc::new(AtomicBool::new(false));
        let reading = tokio::spawn(reader(database.connect().await, read, done.clone()));
        let mut writing = Vec::new();
        for writer in 0..WRITERS {
            let mut connection = database.connect().await;
            writing.push(tokio::spawn(async move {
                for row in 0..ROWS {
                    let mut transaction = connection.begin().await.unwrap();
                    transaction.execute(write).await.unwrap();
                    // Some transactions have more to do after their number than others.
                    if (row + writer) % 5 == 0 {
                        transaction.execute("select pg_sleep(0.003)").await.unwrap();
                    }
                    transaction.commit().await.unwrap();
                }
            }));
        }
        for writer in writing {
            writer.await.unwrap();
        }
        done.store(true, Ordering::SeqCst);
        seen.push(reading.await.unwrap());
    }
    assert!(
        seen[0] < WRITERS * ROWS,
        "the control lost nothing, so it shows nothing"
    );
    assert_eq!(seen[1], WRITERS * ROWS);
}
