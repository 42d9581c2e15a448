//! An incident as the head of its thread: in the cache, or opened here and not there yet.

use crate::db::SqliteConnection;
use crate::{
    Store, StoreError,
    journal::outbox::{self, Row},
    sqlite::*,
    view::{
        overlay::{Overlay, overlays},
        units::{role, unit_place},
        unread,
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use palier_domain::{Category, IncidentId, Priority, Role, Status, UnitId, UserId};
use palier_wire::Payload;
use uuid::Uuid;

/// An incident as the head of its thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadRow {
    /// Which.
    pub id: IncidentId,
    /// What it is called.
    pub title: String,
    /// What the person who opened it said.
    pub description: String,
    /// The unit.
    pub unit_id: UnitId,
    /// The unit's label.
    pub unit: Option<String>,
    /// The property's name.
    pub property: Option<String>,
    /// The property's time zone, IANA.
    pub time_zone: Option<String>,
    /// Last day of the lease it is on, where there is one.
    pub lease_ends_on: Option<NaiveDate>,
    /// Where it stands, own unsent moves included.
    pub status: Status,
    /// How much it presses, own unsent changes included.
    pub priority: Priority,
    /// What it is about, own unsent changes included.
    pub category: Category,
    /// What the person is on it.
    pub my_role: Role,
    /// Who opened it.
    pub opened_by: UserId,
    /// His name, where it is known.
    pub opened_by_name: Option<String>,
    /// When the server took it; when it was written, while it is unsent.
    pub created_at: DateTime<Utc>,
    /// It is not on the server yet.
    pub unsent: bool,
    /// Marked unread by hand, own unsent marks included.
    pub flagged: bool,
    /// The person wants to hear no more of it.
    pub muted: bool,
    /// How far the person has read, own unsent markers included.
    pub read_n: u64,
    /// The largest number there is.
    pub last_n: u64,
}

#[derive(sqlx::FromRow)]
struct CachedHead {
    title: String,
    description: String,
    unit_id: Uuid,
    unit: Option<String>,
    property: Option<String>,
    time_zone: Option<String>,
    ends_on: Option<NaiveDate>,
    status: String,
    priority: String,
    category: String,
    owner: bool,
    opened_by: Uuid,
    opened_by_name: Option<String>,
    created_ms: i64,
    last_n: i64,
    muted: bool,
}

impl Store {
    /// The head of an incident; none when it is neither in the cache nor in the journal.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn incident(&self, id: IncidentId) -> Result<Option<HeadRow>, StoreError> {
        let mut read = self.read().await?;
        let outbox = outbox::all(&mut read).await?;
        head(&mut read, self.user_id(), id, &outbox).await
    }
}

pub(crate) async fn head(
    conn: &mut SqliteConnection,
    user: UserId,
    id: IncidentId,
    outbox: &[Row],
) -> Result<Option<HeadRow>, StoreError> {
    let cached: Option<CachedHead> = sqlx::query_as(
        "select i.title, i.description, i.unit_id, u.label as unit, p.name as property,
            p.time_zone, l.ends_on, i.status, i.priority, i.category, i.opened_by,
            c.name as opened_by_name, i.created_ms, i.last_n,
            exists (select 1 from cache.mute m where m.incident_id = i.id and m.muted) as muted,
            exists (select 1 from cache.membership m
                where m.id = i.portfolio_id and m.role = 'owner') as owner
         from cache.incident i
         left join cache.unit u on u.id = i.unit_id
         left join cache.property p on p.id = i.property_id
         left join cache.lease l on l.id = i.lease_id
         left join cache.user_card c on c.id = i.opened_by
         where i.id = ?1",
    )
    .bind(id.0)
    .fetch_optional(&mut *conn)
    .await
    .doing("reading an incident")?;
    let overlay = overlays(outbox)?.remove(&id).unwrap_or_default();
    let Some(it) = cached else {
        return unsent_head(conn, user, id, outbox, overlay).await;
    };
    let state = unread::of(conn, user, id).await?.unwrap_or_default();
    Ok(Some(HeadRow {
        id,
        status: overlay.status(&it.status)?,
        priority: overlay.priority(&it.priority)?,
        category: overlay.category(&it.category)?,
        muted: overlay.muted.unwrap_or(it.muted),
        title: it.title,
        description: it.description,
        unit_id: it.unit_id.into(),
        unit: it.unit,
        property: it.property,
        time_zone: it.time_zone,
        lease_ends_on: it.ends_on,
        my_role: role(it.owner),
        opened_by: it.opened_by.into(),
        opened_by_name: it.opened_by_name,
        created_at: from_ms(it.created_ms),
        unsent: false,
        flagged: state.flagged(),
        read_n: state.read_up_to(),
        last_n: to_u64(it.last_n).max(state.mine.last_n),
    }))
}

/// The head of an incident that was opened here and is not in the cache.
async fn unsent_head(
    conn: &mut SqliteConnection,
    user: UserId,
    id: IncidentId,
    outbox: &[Row],
    overlay: Overlay,
) -> Result<Option<HeadRow>, StoreError> {
    let opening = outbox.iter().find(|row| {
        row.kind == "open_incident" && row.incident_id == id.0 && row.state != "cancelling"
    });
    let Some(row) = opening else { return Ok(None) };
    let Payload::OpenIncident(it) = row.decode()? else {
        return Ok(None);
    };
    let place = unit_place(conn, it.unit_id).await?;
    let name: Option<String> = sqlx::query_scalar("select name from cache.user_card where id = ?1")
        .bind(user.0)
        .fetch_optional(conn)
        .await
        .doing("looking up a name")?;
    Ok(Some(HeadRow {
        id,
        title: it.title,
        description: it.description,
        unit_id: it.unit_id,
        unit: place.unit,
        property: place.property,
        time_zone: None,
        lease_ends_on: None,
        status: overlay.status.unwrap_or(Status::Open),
        priority: overlay.priority.unwrap_or(it.priority),
        category: overlay.category.unwrap_or(it.category),
        my_role: place.my_role,
        opened_by: user,
        opened_by_name: name,
        created_at: from_ms(row.written_ms),
        unsent: true,
        flagged: false,
        muted: overlay.muted.unwrap_or(false),
        read_n: 0,
        last_n: 0,
    }))
}
