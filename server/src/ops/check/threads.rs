//! Threads: their numbers, the digests of what was written, what is kept beside the incident, and
//! who has read what.

use super::{Report, Wanted};
use crate::{
    App,
    db::{Conn, query, query_as, query_scalar},
    error::Result,
    ops::recount,
};
use futures_util::FutureExt;
use palier_domain::Sha256;
use uuid::Uuid;

pub(super) async fn check(app: &App, wanted: Wanted, report: &mut Report) -> Result<()> {
    let mut conn = app.db().read().await?;
    numbers(&mut conn, report).await?;
    digests(&mut conn, report).await?;
    markers(&mut conn, report).await?;
    drop(conn);
    kept(app, wanted, report).await?;
    read(app, wanted, report).await
}

async fn numbers(conn: &mut Conn, report: &mut Report) -> Result<()> {
    let count: i64 = query_scalar("select count(*) from incidents")
        .fetch_one(&mut *conn)
        .await?;
    report.looked_at("incidents", usize::try_from(count).unwrap_or_default());
    let gaps: Vec<Uuid> = query_scalar(
        "select i.id from incidents i
         left join (select incident_id, count(*) as tickets, min(n) as first, max(n) as last
                    from incident_responses group by incident_id) t on t.incident_id = i.id
         where i.last_n <> coalesce(t.last, 0) or coalesce(t.tickets, 0) <> coalesce(t.last, 0)
            or coalesce(t.first, 1) <> 1
         order by i.id",
    )
    .fetch_all(conn)
    .await?;
    report.found(
        "numbers-with-gaps",
        "incidents whose tickets are not numbered 1, 2, 3 … up to last_n",
        &gaps,
        false,
    );
    Ok(())
}

/// So many tickets are read at once.
const PAGE: i64 = 2000;

async fn digests(conn: &mut Conn, report: &mut Report) -> Result<()> {
    let (mut after, mut count, mut wrong) = (Uuid::nil(), 0, Vec::new());
    loop {
        let page: Vec<(Uuid, String, Vec<u8>)> = query_as(
            "select id, message, message_sha256 from incident_responses where id > $1
             order by id limit $2",
        )
        .bind(after)
        .bind(PAGE)
        .fetch_all(&mut *conn)
        .await?;
        let Some((last, ..)) = page.last() else { break };
        after = *last;
        count += page.len();
        let differs = |(_, message, sha256): &(Uuid, String, Vec<u8>)| {
            Sha256::of(message.as_bytes()).0 != sha256.as_slice()
        };
        wrong.extend(page.iter().filter(|row| differs(row)).map(|row| row.0));
    }
    report.looked_at("tickets", count);
    report.found(
        "message-changed",
        "tickets whose text is not the one that was written",
        &wrong,
        false,
    );
    Ok(())
}

async fn markers(conn: &mut Conn, report: &mut Report) -> Result<()> {
    let ahead: Vec<Uuid> = query_scalar(
        "select p.id from participants p join incidents i on i.id = p.incident_id
         where p.read_n > i.last_n order by p.id",
    )
    .fetch_all(conn)
    .await?;
    report.found(
        "marker-ahead",
        "participants who have read more tickets than there are",
        &ahead,
        false,
    );
    Ok(())
}

/// What is kept beside the incident, against its thread.
async fn kept(app: &App, wanted: Wanted, report: &mut Report) -> Result<()> {
    let wrong = recount::check(app).await?;
    // Numbers have their own finding, and no repair.
    let wrong: Vec<String> = wrong
        .iter()
        .filter(|wrong| wrong.columns.iter().any(|column| *column != "last_n"))
        .map(|wrong| format!("{} ({})", wrong.incident, wrong.columns.join(", ")))
        .collect();
    let repair = wanted.repair && !wrong.is_empty();
    if repair {
        recount::settle(app).await?;
    }
    report.found(
        "statistics-wrong",
        "incidents that remember other figures than their threads have",
        &wrong,
        repair,
    );
    Ok(())
}

/// `is_read` against the evidence: the other role's marks.
// The other way round cannot be asked: data from the system before has `is_read` without marks.
async fn read(app: &App, wanted: Wanted, report: &mut Report) -> Result<()> {
    let mut conn = app.db().read().await?;
    let unread: Vec<Uuid> = query_scalar(
        "select r.id from incident_responses r
         where not r.is_read and exists (
             select 1 from read_marks m
             join participants p on p.incident_id = m.incident_id and p.user_id = m.user_id
             where m.incident_id = r.incident_id and m.n >= r.n and p.role <> r.author_type)
         order by r.id",
    )
    .fetch_all(&mut conn)
    .await?;
    drop(conn);
    let repair = wanted.repair && !unread.is_empty();
    if repair {
        let ids = unread.clone();
        app.db()
            .write(move |tx| {
                async move {
                    query(
                        sql!("update incident_responses set is_read = true where id " {ids "$1"}),
                    )
                    .bind_ids(ids)
                    .execute(tx.conn())
                    .await?;
                    Ok(())
                }
                .boxed()
            })
            .await?;
    }
    report.found(
        "read-forgotten",
        "tickets that the other role has read and that say they are not",
        &unread,
        repair,
    );
    Ok(())
}
