//! Feeds: whether readers are told of what there is, and digests are those of their rows.

use super::{Report, Wanted};
use crate::{
    App,
    db::{Conn, codec::count, query, query_as, query_scalar},
    error::{Error, Result},
    feed::Touch,
};
use futures_util::FutureExt;
use palier_domain::IncidentId;
use palier_wire::{EntityKind, Scope, digest::of_row};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// Kinds whose rows are all looked for. The others come with whoever joins and leaves.
const EXPECTED: [EntityKind; 3] = [
    EntityKind::Incident,
    EntityKind::Ticket,
    EntityKind::Attachment,
];

/// So many rows are touched in one write.
const CHUNK: usize = 500;

#[derive(sqlx::FromRow)]
struct Head {
    id: i64,
    scope: String,
    seq: i64,
    digest: i64,
    live: i64,
}

/// What the rows of a head add up to.
struct Sum {
    id: i64,
    seq: i64,
    digest: u64,
    live: i64,
}

/// What was found in all scopes.
#[derive(Default)]
struct Found {
    rows: usize,
    wrong_heads: Vec<(String, Sum)>,
    missing: Vec<Touch>,
    strays: Vec<Touch>,
}

pub(super) async fn check(app: &App, wanted: Wanted, report: &mut Report) -> Result<()> {
    let found = look(app).await?;
    report.looked_at("rows of feeds", found.rows);
    let names: Vec<String> = found.wrong_heads.iter().map(|it| it.0.clone()).collect();
    let (missing, strays) = (named(&found.missing), named(&found.strays));
    if wanted.repair {
        let sums = found.wrong_heads.into_iter().map(|(_, sum)| sum).collect();
        repair(app, sums, [found.missing, found.strays].concat()).await?;
    }
    report.found(
        "feed-digest-wrong",
        "scopes whose number, digest or count is not that of their rows",
        &names,
        wanted.repair,
    );
    report.found(
        "feed-row-missing",
        "what is there and its readers are not told, or not of its last version",
        &missing,
        wanted.repair,
    );
    report.found(
        "feed-row-stray",
        "what readers of a scope are told and does not belong there",
        &strays,
        wanted.repair,
    );
    Ok(())
}

fn named(touches: &[Touch]) -> Vec<String> {
    let name = |touch: &Touch| format!("{} {} in {}", touch.kind.as_str(), touch.id, touch.scope);
    touches.iter().map(name).collect()
}

/// All in one snapshot.
async fn look(app: &App) -> Result<Found> {
    let mut conn = app.db().read().await?;
    let mut found = Found::default();
    let heads: Vec<Head> = query_as("select id, scope, seq, digest, live from feed_head")
        .fetch_all(&mut conn)
        .await?;
    let mut scopes: BTreeSet<Scope> = all_scopes(&mut conn).await?;
    for head in heads {
        let scope: Scope = head.scope.parse().map_err(|_| Error::Corrupt("scope"))?;
        scopes.remove(&scope);
        one(&mut conn, &head, scope, &mut found).await?;
    }
    // Nobody was ever told of these.
    for scope in scopes {
        let expected = expected(&mut conn, scope).await?;
        found.missing.extend(expected.into_values());
    }
    Ok(found)
}

async fn all_scopes(conn: &mut Conn) -> Result<BTreeSet<Scope>> {
    let portfolios: Vec<Uuid> = query_scalar("select id from portfolios")
        .fetch_all(&mut *conn)
        .await?;
    let leases: Vec<Uuid> = query_scalar("select id from leases")
        .fetch_all(conn)
        .await?;
    let portfolios = portfolios.into_iter().map(|id| Scope::Portfolio(id.into()));
    let leases = leases.into_iter().map(|id| Scope::Lease(id.into()));
    Ok(portfolios.chain(leases).collect())
}

async fn one(conn: &mut Conn, head: &Head, scope: Scope, found: &mut Found) -> Result<()> {
    let rows: Vec<(String, Uuid, Option<Uuid>, i64, i64, String)> =
        query_as("select kind, entity_id, incident_id, seq, rev, op from feed where head_id = $1")
            .bind(head.id)
            .fetch_all(&mut *conn)
            .await?;
    let mut expected = expected(conn, scope).await?;
    let mut sum = Sum {
        id: head.id,
        seq: 0,
        digest: 0,
        live: 0,
    };
    found.rows += rows.len();
    for (kind, id, incident, seq, rev, op) in rows {
        let (kind, rev) = (EntityKind::from_word(&kind), count(rev));
        sum.seq = sum.seq.max(seq);
        let put = op == "put";
        if put {
            sum.digest ^= of_row(kind, id, rev);
            sum.live += 1;
        }
        if !EXPECTED.contains(&kind) {
            continue;
        }
        match expected.get(&(kind, id)) {
            Some(touch) if put && touch.rev == rev => {
                expected.remove(&(kind, id));
            }
            // Stays among what is missing.
            Some(_) => {}
            None if put => {
                let mut stray = Touch::drop(scope, kind, id, rev);
                stray.incident_id = incident.map(IncidentId::from);
                found.strays.push(stray);
            }
            None => {}
        }
    }
    // The head may be above its rows: a row that moves leaves its number behind.
    if sum.digest != head.digest.cast_unsigned() || sum.live != head.live || sum.seq > head.seq {
        sum.seq = sum.seq.max(head.seq);
        found.wrong_heads.push((head.scope.clone(), sum));
    }
    found.missing.extend(expected.into_values());
    Ok(())
}

type Expected = BTreeMap<(EntityKind, Uuid), Touch>;

/// What the readers of a scope are to be told.
async fn expected(conn: &mut Conn, scope: Scope) -> Result<Expected> {
    let (incidents, tickets, files, id) = match scope {
        Scope::Portfolio(id) => (
            "select id, rev, id from incidents where portfolio_id = $1",
            "select r.id, r.rev, i.id from incidents i
             join incident_responses r on r.incident_id = i.id where i.portfolio_id = $1",
            "select a.id, a.rev, i.id from incidents i
             join attachments a on a.incident_id = i.id
             where i.portfolio_id = $1 and a.ticket_id is not null",
            id.0,
        ),
        Scope::Lease(id) => (
            "select id, rev, id from incidents where lease_id = $1",
            "select r.id, r.rev, i.id from incidents i
             join incident_responses r on r.incident_id = i.id where i.lease_id = $1",
            "select a.id, a.rev, i.id from incidents i
             join attachments a on a.incident_id = i.id
             where i.lease_id = $1 and a.ticket_id is not null",
            id.0,
        ),
        Scope::User(_) => return Ok(Expected::new()),
    };
    let mut expected = Expected::new();
    for (kind, text) in EXPECTED.into_iter().zip([incidents, tickets, files]) {
        let rows: Vec<(Uuid, i64, Uuid)> = query_as(text).bind(id).fetch_all(&mut *conn).await?;
        for (id, rev, incident) in rows {
            let touch = Touch::put(scope, kind, id, count(rev)).of(incident.into());
            expected.insert((kind, id), touch);
        }
    }
    Ok(expected)
}

/// First the digests, because numbering goes on from them.
async fn repair(app: &App, sums: Vec<Sum>, touches: Vec<Touch>) -> Result<()> {
    let sums: HashMap<i64, (i64, i64, i64)> = sums
        .into_iter()
        .map(|sum| (sum.id, (sum.seq, sum.digest.cast_signed(), sum.live)))
        .collect();
    app.db()
        .write(move |tx| {
            async move {
                for (id, (seq, digest, live)) in sums {
                    query("update feed_head set seq = $2, digest = $3, live = $4 where id = $1")
                        .bind(id)
                        .bind(seq)
                        .bind(digest)
                        .bind(live)
                        .execute(tx.conn())
                        .await?;
                }
                Ok(())
            }
            .boxed()
        })
        .await?;
    for chunk in touches.chunks(CHUNK) {
        let chunk = chunk.to_vec();
        app.db()
            .write(move |tx| {
                async move {
                    chunk.into_iter().for_each(|touch| tx.touch(touch));
                    Ok(())
                }
                .boxed()
            })
            .await?;
    }
    Ok(())
}
