//! Opens an incident in a unit.

use super::{Done, Made, id_taken};
use crate::{
    access::{scopes_of_incident, standing},
    db::{Conn, Stamp, query, query_as, writer::WriteTx},
    error::{Error, Result},
    feed::{Touch, entities::incidents},
};
use chrono::{DateTime, NaiveDate, Utc};
use palier_domain::{
    Act, IncidentTitle, Invalid, LeaseId, LeaseStanding, PortfolioId, PropertyId, Role, Status,
    TicketText, UnitId, UserId, may,
};
use palier_wire::{EntityKind, Incident, sync::OpenIncident};
use uuid::Uuid;

/// The caller's place at a unit, before there is an incident.
struct Place {
    portfolio: PortfolioId,
    property: PropertyId,
    lease: Option<LeaseId>,
    role: Role,
    standing: LeaseStanding,
}

pub async fn apply(tx: &mut WriteTx, user: UserId, it: &OpenIncident) -> Result<Done> {
    let title = IncidentTitle::parse(&it.title)?;
    let description = description(&it.description)?;
    if let Some(there) = incidents::one(tx.conn(), it.incident_id).await? {
        return if is_replay(&there.row, user, it, &title, &description) {
            Ok(Done::duplicate(Made::Incident(it.incident_id)))
        } else {
            Err(id_taken("incident"))
        };
    }
    let now = tx.now;
    let place = lease_for(tx.conn(), user, it.unit_id, now).await?;
    may(place.role, place.standing, Act::OpenIncident)?;
    let row = Incident {
        id: it.incident_id,
        portfolio_id: place.portfolio,
        property_id: place.property,
        unit_id: it.unit_id,
        lease_id: place.lease,
        title: title.as_str().to_owned(),
        description,
        category: it.category,
        priority: it.priority,
        status: Status::Open,
        reopened: 0,
        opened_by: user,
        opened_by_type: place.role,
        last_n: 0,
        created_at: now,
        updated_at: now,
    };
    insert(tx, &row, it.written_at).await?;
    seat_everybody(tx, &row).await?;
    for scope in scopes_of_incident(&row) {
        tx.touch(Touch::put(scope, EntityKind::Incident, row.id.0, 1).of(row.id));
    }
    Ok(Done::applied(Made::Incident(row.id)))
}

/// A description follows the rules of a message, and may be empty.
fn description(text: &str) -> Result<String, Invalid> {
    let may_be_empty = 1;
    TicketText::parse(text, may_be_empty)
        .map(TicketText::into_string)
        .map_err(|invalid| Invalid::new("description", invalid.reason))
}

/// Whether the incident that has the id is what this mutation would have made: category, priority
/// and status may have moved since.
fn is_replay(
    there: &Incident,
    user: UserId,
    it: &OpenIncident,
    title: &IncidentTitle,
    description: &str,
) -> bool {
    there.opened_by == user
        && there.unit_id == it.unit_id
        && there.title == title.as_str()
        && there.description == description
}

#[derive(sqlx::FromRow)]
struct UnitRow {
    portfolio_id: Uuid,
    property_id: Uuid,
    time_zone: String,
    is_owner: bool,
    is_tenant: bool,
}

/// Where an incident that `user` opens in `unit` belongs: an owner's to the lease that runs there,
/// a tenant's to his own.
///
/// # Errors
/// `not-found` when the unit is none of his.
async fn lease_for(
    conn: &mut Conn,
    user: UserId,
    unit: UnitId,
    now: DateTime<Utc>,
) -> Result<Place> {
    let unseen = || Error::not_found("unit");
    let row = query_as::<UnitRow>(
        "select p.portfolio_id, p.id as property_id, p.time_zone,
                exists (select 1 from portfolio_members m where m.portfolio_id = p.portfolio_id
                        and m.user_id = $2 and m.left_at is null) as is_owner,
                exists (select 1 from leases l join lease_tenants t on t.lease_id = l.id
                        where l.unit_id = u.id and t.user_id = $2
                              and t.left_at is null) as is_tenant
         from units u join properties p on p.id = u.property_id where u.id = $1",
    )
    .bind(unit.0)
    .bind(user.0)
    .fetch_optional(&mut *conn)
    .await?
    // After one statement, whether there is no unit or none of his.
    .filter(|row| row.is_owner || row.is_tenant)
    .ok_or_else(unseen)?;
    let zone: chrono_tz::Tz = crate::db::codec::word(&row.time_zone)?;
    let today = now.with_timezone(&zone).date_naive();
    // The lease that has begun last comes first: after a change of tenants the old one is history.
    let leases: Vec<(Uuid, Option<NaiveDate>, bool)> = query_as(
        "select l.id, l.ends_on,
                exists (select 1 from lease_tenants t
                        where t.lease_id = l.id and t.user_id = $2 and t.left_at is null)
         from leases l where l.unit_id = $1 and l.starts_on <= $3
         order by l.starts_on desc, l.created_at desc",
    )
    .bind(unit.0)
    .bind(user.0)
    .bind(today)
    .fetch_all(conn)
    .await?;
    let place = |role, lease, standing| Place {
        portfolio: row.portfolio_id.into(),
        property: row.property_id.into(),
        lease,
        role,
        standing,
    };
    let mut ended = None;
    for (lease, ends_on, is_tenant) in leases {
        let standing = standing(ends_on, &row.time_zone, now)?;
        let running = standing == LeaseStanding::Running;
        if row.is_owner && running {
            return Ok(place(Role::Owner, Some(lease.into()), standing));
        }
        if !row.is_owner && is_tenant && running {
            return Ok(place(Role::Tenant, Some(lease.into()), standing));
        }
        if is_tenant {
            ended = ended.or(Some((lease, standing)));
        }
    }
    match ended {
        _ if row.is_owner => Ok(place(Role::Owner, None, LeaseStanding::Running)),
        Some((lease, standing)) => Ok(place(Role::Tenant, Some(lease.into()), standing)),
        None => Err(unseen()),
    }
}

async fn insert(tx: &mut WriteTx, row: &Incident, written_at: DateTime<Utc>) -> Result<()> {
    query(
        "insert into incidents
            (id, portfolio_id, property_id, unit_id, lease_id, title, description, category,
             priority, status, opened_by, opened_by_type, written_at, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)",
    )
    .bind(row.id.0)
    .bind(row.portfolio_id.0)
    .bind(row.property_id.0)
    .bind(row.unit_id.0)
    .bind(row.lease_id.map(|id| id.0))
    .bind(&row.title)
    .bind(&row.description)
    .bind(row.category.as_str())
    .bind(row.priority.as_str())
    .bind(row.status.as_str())
    .bind(row.opened_by.0)
    .bind(row.opened_by_type.as_str())
    .bind(Stamp(written_at))
    .bind(Stamp(row.created_at))
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Makes a participant of everybody who sees the incident. None is in a feed before his first
/// marker. Owners first: who is both is an owner.
async fn seat_everybody(tx: &mut WriteTx, row: &Incident) -> Result<()> {
    let now = Stamp(tx.now);
    query(
        sql!("insert into participants (id, incident_id, user_id, role, joined_at)
         select " {new_id} ", $1, user_id, 'owner', $3 from portfolio_members
         where portfolio_id = $2 and left_at is null"),
    )
    .bind(row.id.0)
    .bind(row.portfolio_id.0)
    .bind(now)
    .execute(tx.conn())
    .await?;
    query(
        sql!("insert into participants (id, incident_id, user_id, role, joined_at)
         select " {new_id} ", $1, user_id, 'tenant', $3 from lease_tenants
         where lease_id = $2 and left_at is null
         on conflict (incident_id, user_id) do nothing"),
    )
    .bind(row.id.0)
    .bind(row.lease_id.map(|id| id.0))
    .bind(now)
    .execute(tx.conn())
    .await?;
    Ok(())
}
