//! How owners do. The rows are fetched here, each by an index; what is counted, and how, is
//! [`palier_domain::statistics`].

use crate::{
    db::{
        Conn, Stamp,
        codec::{count, word},
        query_as, query_scalar,
    },
    error::{Error, Result},
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use palier_domain::{
    Act, Invalid, InvalidReason, LeaseStanding, Period, PortfolioId, Role, UserId, may,
    statistics::{Case, StatusStep, dashboard::Standing, figures},
};
use palier_wire::dashboard::{Dashboard, Present};
use uuid::Uuid;

/// Days of a period that does not say when it begins: twelve weeks.
const USUAL_DAYS: i64 = 84;

/// What a dashboard shall show. What is left out is chosen for the caller.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Of which portfolio; all that he runs when left out.
    pub portfolio: Option<PortfolioId>,
    /// From this day on; twelve weeks when left out.
    pub from: Option<NaiveDate>,
    /// Up to this day; today when left out.
    pub to: Option<NaiveDate>,
    /// Where the days are, an IANA name; that of the oldest property when left out.
    pub time_zone: Option<String>,
}

/// A property, as far as it is shown here.
#[derive(sqlx::FromRow)]
struct Property {
    id: Uuid,
    name: String,
    time_zone: String,
}

/// The figures that `reader` wants.
///
/// # Errors
/// `forbidden` for who runs no portfolio or is a tenant of this one, `not-found` when he may not
/// see it, `invalid` with the field.
pub async fn show(
    conn: &mut Conn,
    reader: UserId,
    wanted: Wanted,
    now: DateTime<Utc>,
) -> Result<Dashboard> {
    let portfolios = portfolios(conn, reader, wanted.portfolio).await?;
    let properties: Vec<Property> = query_as(sql!(
        "select id, name, time_zone from properties where portfolio_id " {ids "$1"}
        " order by created_at, id"
    ))
    .bind_ids(portfolios.iter().copied())
    .fetch_all(&mut *conn)
    .await?;
    let period = period(&wanted, &properties, now)?;
    let present = present(conn, reader, &portfolios).await?;
    let cases = cases(conn, &portfolios, &period).await?;
    let steps = steps(conn, &portfolios, &period).await?;
    let counted = figures(&period, &cases, &steps);
    let names = properties.into_iter().map(|it| (it.id.into(), it.name));
    Ok(Dashboard::new(&period, present, counted, names.collect()))
}

/// The portfolios that are counted.
async fn portfolios(
    conn: &mut Conn,
    reader: UserId,
    wanted: Option<PortfolioId>,
) -> Result<Vec<Uuid>> {
    let own: Vec<Uuid> = query_scalar(
        "select portfolio_id from portfolio_members
         where user_id = $1 and left_at is null and ($2 is null or portfolio_id = $2)",
    )
    .bind(reader.0)
    .bind(wanted.map(|id| id.0))
    .fetch_all(&mut *conn)
    .await?;
    if !own.is_empty() {
        may(Role::Owner, LeaseStanding::Running, Act::SeeStatistics)?;
        return Ok(own);
    }
    if let Some(portfolio) = wanted {
        let lives_there: bool = query_scalar(
            "select exists (select 1 from lease_tenants t
             join leases l on l.id = t.lease_id
             join units u on u.id = l.unit_id
             join properties p on p.id = u.property_id
             where t.user_id = $1 and t.left_at is null and p.portfolio_id = $2)",
        )
        .bind(reader.0)
        .bind(portfolio.0)
        .fetch_one(conn)
        .await?;
        if !lives_there {
            return Err(Error::not_found("portfolio"));
        }
    }
    may(Role::Tenant, LeaseStanding::Running, Act::SeeStatistics)?;
    Err(Error::not_found("portfolio"))
}

fn period(wanted: &Wanted, properties: &[Property], now: DateTime<Utc>) -> Result<Period> {
    let zone: Tz = match &wanted.time_zone {
        Some(name) => name
            .parse()
            .map_err(|_| Invalid::new("time_zone", InvalidReason::Malformed))?,
        None => match properties.first() {
            Some(oldest) => word(&oldest.time_zone)?,
            None => Tz::UTC,
        },
    };
    let to = wanted
        .to
        .unwrap_or_else(|| now.with_timezone(&zone).date_naive());
    let from = match wanted.from {
        Some(from) => from,
        None => to
            .checked_sub_signed(TimeDelta::days(USUAL_DAYS - 1))
            .ok_or_else(|| Invalid::new("to", InvalidReason::Malformed))?,
    };
    Ok(Period::new(from, to, zone)?)
}

/// How things stand now.
async fn present(conn: &mut Conn, reader: UserId, portfolios: &[Uuid]) -> Result<Present> {
    // Who spoke last; before the first message it is who opened the incident.
    let live: Vec<(String, String, bool, i64)> = query_as(sql!(
        "select status, coalesce(last_message_by, opened_by_type), lease_id is not null, count(*)
         from incidents where portfolio_id " {ids "$1"}
        " and status in ('open', 'acknowledged', 'planned') group by 1, 2, 3"
    ))
    .bind_ids(portfolios.iter().copied())
    .fetch_all(&mut *conn)
    .await?;
    let (unread_incidents, unread): (i64, i64) = query_as(sql!(
        "select count(*), cast(coalesce(sum(case when messages = 0 then 1 else messages end), 0)
                               as bigint)
         from (
            select coalesce(p.flagged, false) as flagged, (
                       select count(*) from incident_responses r
                       where r.incident_id = i.id and r.n > coalesce(p.read_n, 0)
                             and r.kind = 'message' and r.author_id <> $1) as messages
            from incidents i
            left join participants p on p.incident_id = i.id and p.user_id = $1
            where i.portfolio_id " {ids "$2"}
        " and (i.last_n > coalesce(p.read_n, 0) or p.flagged)) counted
         where messages > 0 or flagged"
    ))
    .bind(reader.0)
    .bind_ids(portfolios.iter().copied())
    .fetch_one(conn)
    .await?;
    let mut present = Present {
        unread: count(unread),
        unread_incidents: count(unread_incidents),
        ..Present::default()
    };
    for (status, spoke_last, is_let, incidents) in live {
        let standing = Standing {
            status: word(&status)?,
            spoke_last: word(&spoke_last)?,
            is_let,
        };
        present.add(standing, count(incidents));
    }
    Ok(present)
}

/// The incidents opened in the period.
async fn cases(conn: &mut Conn, portfolios: &[Uuid], period: &Period) -> Result<Vec<Case>> {
    type Row = (Uuid, String, String, Stamp, Option<Stamp>, Option<Stamp>);
    let rows: Vec<Row> = query_as(sql!(
        "select property_id, category, opened_by_type, created_at, first_answer_at, resolved_at
         from incidents where portfolio_id " {ids "$1"}
        " and created_at >= $2 and created_at < $3"
    ))
    .bind_ids(portfolios.iter().copied())
    .bind(Stamp(period.start()))
    .bind(Stamp(period.end()))
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(
            |(property, category, opened_by, opened_at, answered_at, resolved_at)| {
                Ok(Case {
                    property: property.into(),
                    category: word(&category)?,
                    opened_by: word(&opened_by)?,
                    opened_at: opened_at.0,
                    first_answer_at: answered_at.map(|it| it.0),
                    resolved_at: resolved_at.map(|it| it.0),
                })
            },
        )
        .collect()
}

/// The status moves of the period.
// An incident that moved in the period was active since: so its portfolio's index finds it, and
// what lay still before is not looked at.
async fn steps(conn: &mut Conn, portfolios: &[Uuid], period: &Period) -> Result<Vec<StatusStep>> {
    type Row = (Uuid, String, Stamp, Option<String>, Option<String>);
    let rows: Vec<Row> = query_as(sql!(
        "select i.property_id, i.category, r.created_at, r.status_from, r.status_to
         from incidents i
         join incident_responses r on r.incident_id = i.id
         where i.portfolio_id " {ids "$1"}
        " and i.updated_at >= $2
          and r.kind = 'system' and r.created_at >= $2 and r.created_at < $3"
    ))
    .bind_ids(portfolios.iter().copied())
    .bind(Stamp(period.start()))
    .bind(Stamp(period.end()))
    .fetch_all(conn)
    .await?;
    let mut steps = Vec::with_capacity(rows.len());
    for (property, category, at, from, to) in rows {
        if let (Some(from), Some(to)) = (from, to) {
            steps.push(StatusStep {
                property: property.into(),
                category: word(&category)?,
                at: at.0,
                from: word(&from)?,
                to: word(&to)?,
            });
        }
    }
    Ok(steps)
}
