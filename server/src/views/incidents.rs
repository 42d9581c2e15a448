//! Incidents with the caller's own numbers.

use crate::{
    access::Seat,
    db::{Conn, Stamp, query_scalar},
    error::{Error, Result},
    feed::{entities::incidents, mine},
};
use chrono::{DateTime, Utc};
use palier_domain::{IncidentId, Invalid, InvalidReason, Status, UserId};
use palier_wire::{
    Mine,
    rest::{IncidentPage, IncidentView},
};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// Where a page of the list ended: the time of the last activity, and the id.
// Both: two incidents may have moved in one transaction, and a tie would swallow a row.
#[derive(Debug, Clone, Copy)]
pub struct After {
    at: DateTime<Utc>,
    id: Uuid,
}

impl fmt::Display for After {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at.timestamp_micros(), self.id)
    }
}

impl FromStr for After {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        let malformed = || Error::from(Invalid::new("after", InvalidReason::Malformed));
        let (at, id) = text.split_once('.').ok_or_else(malformed)?;
        Ok(Self {
            at: DateTime::from_timestamp_micros(at.parse().map_err(|_| malformed())?)
                .ok_or_else(malformed)?,
            id: id.parse().map_err(|_| malformed())?,
        })
    }
}

/// The incidents that `reader` sees, newest activity first.
pub async fn page(
    conn: &mut Conn,
    reader: UserId,
    status: Option<Status>,
    after: Option<After>,
    limit: u32,
) -> Result<IncidentPage> {
    // A union, not an `or`: each half has its index, and an incident of both comes once.
    let ids: Vec<Uuid> = query_scalar(
        "select id from (
            select i.id, i.status, i.updated_at
            from portfolio_members m join incidents i on i.portfolio_id = m.portfolio_id
            where m.user_id = $1 and m.left_at is null
            union
            select i.id, i.status, i.updated_at
            from lease_tenants t join incidents i on i.lease_id = t.lease_id
            where t.user_id = $1 and t.left_at is null)
         where ($2 is null or status = $2)
               and ($3 is null or (updated_at, id) < ($3, $4))
         order by updated_at desc, id desc limit $5",
    )
    .bind(reader.0)
    .bind(status.map(Status::as_str))
    .bind(after.map(|after| Stamp(after.at)))
    .bind(after.map(|after| after.id))
    .bind(limit + 1)
    .fetch_all(&mut *conn)
    .await?;
    let more = ids.len() > limit as usize;
    let mut rows = incidents::many(conn, &ids).await?;
    rows.sort_by_key(|row| std::cmp::Reverse((row.row.updated_at, row.row.id)));
    rows.truncate(limit as usize);
    let mine = mine::many(conn, reader, ids).await?;
    let incidents: Vec<IncidentView> = rows
        .into_iter()
        .map(|incident| view(mine.get(&incident.row.id.0), incident.row))
        .collect();
    let last = incidents.last().filter(|_| more);
    let next = last.map(|view| After {
        at: view.incident.updated_at,
        id: view.incident.id.0,
    });
    Ok(IncidentPage {
        next: next.map(|after| after.to_string()),
        incidents,
    })
}

/// One incident and its rev.
pub async fn one(
    conn: &mut Conn,
    reader: UserId,
    incident: IncidentId,
    now: DateTime<Utc>,
) -> Result<(IncidentView, u64)> {
    let seat = Seat::take(conn, reader, incident, now).await?;
    let mine = mine::one(conn, reader, incident).await?;
    let rev = seat.incident.rev;
    Ok((view(mine.as_ref(), seat.incident.row), rev))
}

fn view(mine: Option<&Mine>, incident: palier_wire::Incident) -> IncidentView {
    IncidentView {
        incident,
        unread: mine.map_or(0, |mine| mine.view.unread),
        read_n: mine.map_or(0, |mine| mine.view.read_n),
    }
}
