//! The rows of one's own data, page by page.

use crate::{
    access::scopes_of,
    db::{Conn, Stamp, query_as, query_scalar},
    error::Result,
    feed::entities,
};
use chrono::{DateTime, Utc};
use palier_domain::UserId;
use palier_wire::{EntityKind, Scope};
use serde_json::{Value, json};
use uuid::Uuid;

/// Rows of one page.
pub const PAGE: u32 = 200;

/// The account.
pub async fn account(read: &mut Conn, user: UserId) -> Result<Value> {
    let row: (String, String, String, i64, Stamp) = query_as(
        "select email, name, language, unread_mail_minutes, created_at from users where id = $1",
    )
    .bind(user.0)
    .fetch_one(read)
    .await?;
    let (email, name, language, minutes, created_at) = row;
    Ok(json!({
        "id": user, "email": email, "name": name, "language": language,
        "unread_mail_minutes": minutes, "created_at": created_at.0,
    }))
}

/// Its sessions.
pub async fn sessions(read: &mut Conn, user: UserId) -> Result<Vec<Value>> {
    let rows: Vec<(Uuid, Uuid, String, Stamp, Stamp, Stamp)> = query_as(
        "select id, device_id, device_name, created_at, used_at, expires_at from sessions
         where user_id = $1 order by created_at",
    )
    .bind(user.0)
    .fetch_all(read)
    .await?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|(id, device, name, created_at, used_at, expires_at)| {
            json!({
                "id": id, "device_id": device, "device_name": name, "created_at": created_at.0,
                "used_at": used_at.0, "expires_at": expires_at.0,
            })
        })
        .collect())
}

/// What the person owns and rents, or did.
pub async fn memberships(read: &mut Conn, user: UserId) -> Result<Vec<Value>> {
    type Row = (Uuid, Stamp, Option<Stamp>);
    let owned: Vec<Row> = query_as(
        "select portfolio_id, joined_at, left_at from portfolio_members where user_id = $1",
    )
    .bind(user.0)
    .fetch_all(&mut *read)
    .await?;
    let rented: Vec<Row> =
        query_as("select lease_id, joined_at, left_at from lease_tenants where user_id = $1")
            .bind(user.0)
            .fetch_all(read)
            .await?;
    let row = |kind: &str, (id, joined_at, left_at): Row| {
        let left_at: Option<DateTime<Utc>> = left_at.map(|at| at.0);
        json!({"role": kind, "id": id, "joined_at": joined_at.0, "left_at": left_at})
    };
    let owned = owned.into_iter().map(|it| row("owner", it));
    let rented = rented.into_iter().map(|it| row("tenant", it));
    Ok(owned.chain(rented).collect())
}

/// What was read when; `after` counts rows.
pub async fn read_marks(read: &mut Conn, user: UserId, after: i64) -> Result<Vec<Value>> {
    let rows: Vec<(Uuid, i64, Stamp)> = query_as(
        "select incident_id, n, at from read_marks where user_id = $1
         order by at, incident_id, n limit $2 offset $3",
    )
    .bind(user.0)
    .bind(PAGE)
    .bind(after)
    .fetch_all(read)
    .await?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|(incident, n, at)| json!({"incident_id": incident, "n": n, "at": at.0}))
        .collect())
}

/// What the person did or what was done to the account; `after` counts rows.
pub async fn audit(read: &mut Conn, user: UserId, after: i64) -> Result<Vec<Value>> {
    type Row = (Stamp, String, Option<String>, Option<Uuid>, Option<String>);
    let rows: Vec<Row> = query_as(
        "select at, action, subject_kind, subject_id, address from audit_log
         where actor = $1 or (subject_kind = 'user' and subject_id = $1)
         order by at, id limit $2 offset $3",
    )
    .bind(user.0)
    .bind(PAGE)
    .bind(after)
    .fetch_all(read)
    .await?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|(at, action, kind, subject, address)| {
            json!({
                "at": at.0, "action": action, "subject_kind": kind, "subject_id": subject,
                "address": address,
            })
        })
        .collect())
}

/// The rows of `kind` in `scope` after the number `after`, and the last number while there are more.
pub async fn of_scope(
    read: &mut Conn,
    user: UserId,
    scope: Scope,
    kind: EntityKind,
    after: i64,
) -> Result<(Vec<(Uuid, Value)>, Option<i64>)> {
    // Asked again for each page: the right to see it may have ended.
    if !scopes_of(read, user).await?.contains(&scope) {
        return Ok((Vec::new(), None));
    }
    let rows: Vec<(Uuid, i64)> = query_as(
        "select f.entity_id, f.seq from feed f join feed_head h on h.id = f.head_id
         where h.scope = $1 and f.kind = $2 and f.op = 'put' and f.seq > $3
         order by f.seq limit $4",
    )
    .bind(scope.to_string())
    .bind(kind.as_str())
    .bind(after)
    .bind(PAGE)
    .fetch_all(&mut *read)
    .await?;
    let last = rows.last().map(|row| row.1);
    let ids: Vec<Uuid> = rows.iter().map(|row| row.0).collect();
    let mut loaded = entities::load(read, kind, &ids, user).await?;
    let rows = ids
        .into_iter()
        .filter_map(|id| loaded.remove(&id).map(|row| (id, row.row)))
        .collect();
    Ok((rows, last))
}

/// The incidents of `scopes` whose id is above `after`, in that order.
pub async fn incidents(
    read: &mut Conn,
    scopes: Vec<Scope>,
    after: Uuid,
) -> Result<Vec<(Uuid, Value)>> {
    let portfolios = scopes.iter().filter_map(|scope| match scope {
        Scope::Portfolio(id) => Some(id.0),
        _ => None,
    });
    let leases = scopes.iter().filter_map(|scope| match scope {
        Scope::Lease(id) => Some(id.0),
        _ => None,
    });
    let ids: Vec<Uuid> = query_scalar(sql!(
        "select id from incidents where portfolio_id " {ids "$1"} " and id > $3
         union
         select id from incidents where lease_id " {ids "$2"} " and id > $3
         order by id limit $4"
    ))
    .bind_ids(portfolios)
    .bind_ids(leases)
    .bind(after)
    .bind(PAGE)
    .fetch_all(&mut *read)
    .await?;
    let mut loaded = entities::incidents::many(read, &ids).await?;
    loaded.sort_by_key(|incident| incident.row.id.0);
    loaded
        .into_iter()
        .map(|incident| Ok((incident.row.id.0, serde_json::to_value(incident.row)?)))
        .collect()
}
