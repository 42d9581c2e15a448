//! Incidents with the caller's own numbers.

use crate::{
    access::Seat,
    db::{Conn, Sql, Stamp, query_scalar},
    error::{Error, Result},
    feed::{entities::incidents, mine},
    search::Words,
};
use chrono::{DateTime, Utc};
use palier_domain::{
    Category, IncidentId, Invalid, InvalidReason, PortfolioId, Priority, PropertyId, SearchQuery,
    Status, UnitId, UserId,
};
use palier_wire::{
    Incident, Mine,
    rest::{IncidentPage, IncidentSort, IncidentView},
};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// Where a page of the list ended: the time that it is sorted by, and the id.
// Both: two incidents may have moved in one transaction, and a tie would swallow a row.
#[derive(Debug, Clone, Copy)]
pub struct After {
    at: DateTime<Utc>,
    id: Uuid,
}

impl After {
    /// Before everything: where the first page begins.
    // A value, not "no condition": with one, each database finds the beginning in its index.
    const NOTHING: Self = Self {
        at: DateTime::from_timestamp_nanos(i64::MAX),
        id: Uuid::max(),
    };
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
        let at = DateTime::from_timestamp_micros(at.parse().map_err(|_| malformed())?)
            .filter(|at| (DateTime::UNIX_EPOCH..=Self::NOTHING.at).contains(at))
            .ok_or_else(malformed)?;
        let id = id.parse().map_err(|_| malformed())?;
        Ok(Self { at, id })
    }
}

/// Which incidents a list shows. What is absent leaves nothing out.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// In one of these statuses.
    pub status: Option<Vec<Status>>,
    /// Of one of these priorities.
    pub priority: Option<Vec<Priority>>,
    /// Of one of these categories.
    pub category: Option<Vec<Category>>,
    /// In this portfolio.
    pub portfolio: Option<PortfolioId>,
    /// In this property.
    pub property: Option<PropertyId>,
    /// In this unit.
    pub unit: Option<UnitId>,
    /// With something that the caller has not read, or without.
    pub unread: Option<bool>,
    /// With these words in its title, its description, its thread or the names of its files.
    pub text: Option<SearchQuery>,
}

/// The list sorted by a column, newest first: for each portfolio and lease of the caller its first
/// incidents after the place that the last page reached, then the first of all those.
// Each half is read in the order of its index and stops after a page, so a list costs the same in
// a portfolio of ten incidents and of a million. A union: an incident of both halves comes once.
macro_rules! sorted_by {
    ($column:literal) => {
        sorted_by!(@passing $column, [
            "(" $column ", i.id) < ($2, $3)
             and (not $5 or i.status " {words "$6"} ")
             and (not $7 or i.priority " {words "$8"} ")
             and (not $9 or i.category " {words "$10"} ")
             and ($11 is null or i.portfolio_id = $11)
             and ($12 is null or i.property_id = $12)
             and ($13 is null or i.unit_id = $13)
             and ($14 is null or $14 = (coalesce(p.flagged, false) or exists (
                 select 1 from incident_responses r
                 where r.incident_id = i.id and r.n > coalesce(p.read_n, 0)
                       and r.kind = 'message' and r.author_id <> $1)))
             and ($15 is null or i.id in ("
            {sqlite "select e.incident_id from search_words
                     join search_entries e on e.id = search_words.rowid
                     where search_words match $15"}
            {postgres "select e.incident_id from search_entries e
                       where e.words @@ to_tsquery('simple', $16)"}
            "))"
        ])
    };
    (@passing $column:literal, [$($passing:tt)+]) => {
        sql!(
            "select i.id from ("
            {sqlite "select unhex(e.value) as id from ("}
            {postgres "select e.id from ("}
            "select portfolio_id as id from portfolio_members
             where user_id = $1 and left_at is null) s"
            {sqlite ", json_each((select json_group_array(hex(id)) from ("}
            {postgres " cross join lateral ("}
            "select i.id from incidents i
             left join participants p on p.incident_id = i.id and p.user_id = $1
             where i.portfolio_id = s.id and " $($passing)+
            " order by " $column " desc, i.id desc limit $4"
            {sqlite "))) e"}
            {postgres ") e"}
            " union "
            {sqlite "select unhex(e.value) as id from ("}
            {postgres "select e.id from ("}
            "select lease_id as id from lease_tenants
             where user_id = $1 and left_at is null) s"
            {sqlite ", json_each((select json_group_array(hex(id)) from ("}
            {postgres " cross join lateral ("}
            "select i.id from incidents i
             left join participants p on p.incident_id = i.id and p.user_id = $1
             where i.lease_id = s.id and " $($passing)+
            " order by " $column " desc, i.id desc limit $4"
            {sqlite "))) e"}
            {postgres ") e"}
            ") f join incidents i on i.id = f.id
             order by " $column " desc, i.id desc limit $4"
        )
    };
}

const BY_ACTIVITY: Sql = sorted_by!("i.updated_at");
const BY_OPENING: Sql = sorted_by!("i.created_at");

/// The incidents that `reader` sees and `filter` lets through, newest first.
pub async fn page(
    conn: &mut Conn,
    reader: UserId,
    filter: Filter,
    sort: IncidentSort,
    after: Option<After>,
    limit: u32,
) -> Result<IncidentPage> {
    let (list, moment): (_, fn(&Incident) -> DateTime<Utc>) = match sort {
        IncidentSort::Activity => (BY_ACTIVITY, |it| it.updated_at),
        IncidentSort::Opened => (BY_OPENING, |it| it.created_at),
    };
    let words = match &filter.text {
        Some(text) => Some(Words::of(conn, reader, text).await?),
        None => None,
    };
    let after = after.unwrap_or(After::NOTHING);
    let any_of = |words: Option<Vec<&'static str>>| {
        let words = words.unwrap_or_default();
        words.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let status = filter
        .status
        .map(|it| it.iter().map(|it| it.as_str()).collect());
    let priority = filter
        .priority
        .map(|it| it.iter().map(|it| it.as_str()).collect());
    let category = filter
        .category
        .map(|it| it.iter().map(|it| it.as_str()).collect());
    let ids: Vec<Uuid> = query_scalar(list)
        .bind(reader.0)
        .bind(Stamp(after.at))
        .bind(after.id)
        .bind(limit + 1)
        .bind(status.is_some())
        .bind_words(any_of(status))
        .bind(priority.is_some())
        .bind_words(any_of(priority))
        .bind(category.is_some())
        .bind_words(any_of(category))
        .bind(filter.portfolio.map(|id| id.0))
        .bind(filter.property.map(|id| id.0))
        .bind(filter.unit.map(|id| id.0))
        .bind(filter.unread)
        .bind(words.as_ref().map(|words| words.sqlite.as_str()))
        .bind(words.as_ref().map(|words| words.postgres.as_str()))
        .fetch_all(&mut *conn)
        .await?;
    let more = ids.len() > limit as usize;
    let mut rows = incidents::many(conn, &ids).await?;
    rows.sort_by_key(|row| std::cmp::Reverse((moment(&row.row), row.row.id)));
    rows.truncate(limit as usize);
    let mine = mine::many(conn, reader, ids).await?;
    let incidents: Vec<IncidentView> = rows
        .into_iter()
        .map(|incident| view(mine.get(&incident.row.id.0), incident.row))
        .collect();
    let last = incidents.last().filter(|_| more);
    let next = last.map(|view| After {
        at: moment(&view.incident),
        id: view.incident.id.0,
    });
    Ok(IncidentPage {
        next: next.map(|after| after.to_string()),
        incidents,
    })
}

/// Which state of an incident a caller was shown: its row's version, which is what a change is made
/// from, and the version of his own marker, which is the rest of what he sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// The incident's rev.
    pub rev: u64,
    /// The rev of the caller's participant row; 0 while he has none.
    pub marker: u64,
}

/// One incident and its state.
pub async fn one(
    conn: &mut Conn,
    reader: UserId,
    incident: IncidentId,
    now: DateTime<Utc>,
) -> Result<(IncidentView, Shown)> {
    let seat = Seat::take(conn, reader, incident, now).await?;
    let mine = mine::one(conn, reader, incident).await?;
    let shown = Shown {
        rev: seat.incident.rev,
        marker: mine.as_ref().map_or(0, |mine| mine.participant_rev),
    };
    Ok((view(mine.as_ref(), seat.incident.row), shown))
}

fn view(mine: Option<&Mine>, incident: Incident) -> IncidentView {
    IncidentView {
        incident,
        unread: mine.map_or(0, |mine| mine.view.unread),
        read_n: mine.map_or(0, |mine| mine.view.read_n),
        flagged: mine.is_some_and(|mine| mine.view.flagged),
    }
}
