//! The rows behind a dashboard, and the lists behind its figures, from what is on this device.
//!
//! What is counted, and how, is [`palier_domain::statistics`], the same as on the server. Here its rows are
//! fetched: those of the portfolios that the person runs, with what waits in the journal as if it had
//! happened when it was written.

use crate::db::SqliteConnection;
use crate::{
    Store, StoreError,
    sqlite::*,
    view::{IncidentListRow, unsent_steps},
};
use chrono::{DateTime, Utc};
use palier_domain::{
    Category, Counted, IncidentId, Priority, PropertyId, Role, Status,
    statistics::{Case, StatusStep, dashboard::Present},
};
use std::{
    collections::{BTreeMap, HashSet},
    ops::Range,
};
use uuid::Uuid;

/// Incidents by id.
pub(super) type Cases = BTreeMap<IncidentId, Case>;
/// Moves, each with its incident.
pub(super) type Steps = Vec<(IncidentId, StatusStep)>;

/// What a dashboard is put together from.
#[derive(Debug, Clone, Default)]
pub struct DashboardRows {
    /// The person runs a portfolio: there is something to show.
    pub runs_a_portfolio: bool,
    /// How things stand now.
    pub present: Present,
    /// The incidents opened in the period.
    pub cases: Vec<Case>,
    /// The status moves of the period.
    pub steps: Vec<StatusStep>,
    /// The properties of the person's portfolios, by name.
    pub properties: Vec<(PropertyId, String)>,
}

/// What happened in a stretch of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HappenedIn {
    /// What is looked for.
    pub what: Counted,
    /// When it happened, or when the incident was opened.
    pub time: Range<DateTime<Utc>>,
}

/// Which incidents a list shows: those for which everything here holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListWanted {
    /// With one of these statuses; empty: any.
    pub statuses: Vec<Status>,
    /// With unread tickets.
    pub unread_only: bool,
    /// Of which the person wants to hear no more.
    pub muted_only: bool,
    /// Of this property.
    pub property: Option<PropertyId>,
    /// About this.
    pub category: Option<Category>,
    /// That presses so much.
    pub priority: Option<Priority>,
    /// Under way.
    pub under_way: bool,
    /// Under way, or done and still asking for the person ([`palier_domain::is_in_sight`]).
    pub in_sight: bool,
    /// This one is shown whatever its status: its thread is open.
    pub open: Option<IncidentId>,
    /// An answer of this role is awaited.
    pub waits_for: Option<Role>,
    /// This happened, in a portfolio that the person runs.
    pub happened: Option<HappenedIn>,
    /// At most so many, those with the newest activity.
    pub limit: Option<usize>,
}

impl ListWanted {
    fn holds(&self, row: &IncidentListRow) -> bool {
        let standing = row.standing();
        (self.statuses.is_empty() || self.statuses.contains(&row.status))
            && (!self.unread_only || row.unread > 0)
            && (!self.muted_only || row.muted)
            && (self.property.is_none() || self.property == row.property_id)
            && self
                .category
                .is_none_or(|category| category == row.category)
            && self
                .priority
                .is_none_or(|priority| priority == row.priority)
            && (!self.under_way || standing.is_under_way())
            && (!self.in_sight || row.is_in_sight() || self.open == Some(row.id))
            && (self.waits_for.is_none() || self.waits_for == standing.waits_for())
    }
}

impl Store {
    /// Incidents, newest activity first.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn list(&self, wanted: &ListWanted) -> Result<Vec<IncidentListRow>, StoreError> {
        let happened = match &wanted.happened {
            Some(happened) => Some(self.happened(happened).await?),
            None => None,
        };
        let holds = |row: &IncidentListRow| {
            let there = happened.as_ref();
            wanted.holds(row) && there.is_none_or(|there| there.contains(&row.id))
        };
        if let Some(limit) = wanted.limit {
            return self.newest_incidents(holds, limit).await;
        }
        let mut rows = self.all_incidents().await?;
        rows.retain(holds);
        Ok(rows)
    }

    /// What a dashboard of this stretch of time is put together from; of one property where asked.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn dashboard(
        &self,
        time: Range<DateTime<Utc>>,
        property: Option<PropertyId>,
    ) -> Result<DashboardRows, StoreError> {
        let of_it = |id: PropertyId| property.is_none_or(|property| property == id);
        let mut present = Present::default();
        for row in self.all_incidents().await? {
            if row.my_role == Role::Owner && row.property_id.is_none_or(of_it) {
                present.add(row.standing(), 1);
                present.add_unread(row.unread);
            }
        }
        let (cases, steps) = self.cases_and_steps(&time).await?;
        let mut read = self.read().await?;
        Ok(DashboardRows {
            runs_a_portfolio: runs_a_portfolio(&mut read).await?,
            present,
            cases: cases
                .into_values()
                .filter(|it| of_it(it.property))
                .collect(),
            steps: steps
                .into_iter()
                .map(|(_, step)| step)
                .filter(|step| of_it(step.property))
                .collect(),
            properties: properties(&mut read).await?,
        })
    }

    async fn happened(&self, wanted: &HappenedIn) -> Result<HashSet<IncidentId>, StoreError> {
        let (cases, steps) = self.cases_and_steps(&wanted.time).await?;
        let cases = cases.into_iter().filter(|(_, case)| wanted.what.case(case));
        let steps = steps.into_iter().filter(|(_, step)| wanted.what.step(step));
        Ok(cases
            .map(|(id, _)| id)
            .chain(steps.map(|(id, _)| id))
            .collect())
    }

    async fn cases_and_steps(
        &self,
        time: &Range<DateTime<Utc>>,
    ) -> Result<(Cases, Steps), StoreError> {
        let mut read = self.read().await?;
        let mut cases = cases(&mut read, time).await?;
        let mut steps = steps(&mut read, time).await?;
        unsent_steps::add(&mut read, time, &mut cases, &mut steps).await?;
        Ok((cases, steps))
    }
}

async fn runs_a_portfolio(conn: &mut SqliteConnection) -> Result<bool, StoreError> {
    sqlx::query_scalar("select exists (select 1 from cache.membership where role = 'owner')")
        .fetch_one(conn)
        .await
        .doing("looking for portfolios")
}

async fn properties(conn: &mut SqliteConnection) -> Result<Vec<(PropertyId, String)>, StoreError> {
    let rows: Vec<(Uuid, String)> = sqlx::query_as(
        "select p.id, p.name from cache.property p
         where p.portfolio_id in (select id from cache.membership where role = 'owner')
         order by p.name, p.id",
    )
    .fetch_all(conn)
    .await
    .doing("listing properties")?;
    let named = |(id, name)| (PropertyId(id), name);
    Ok(rows.into_iter().map(named).collect())
}

/// The incidents opened in a stretch of time.
// First answer and mending are what the server keeps beside its incidents (`ops::recount`), looked up from
// the end of the thread at which they are as a rule.
async fn cases(
    conn: &mut SqliteConnection,
    time: &Range<DateTime<Utc>>,
) -> Result<Cases, StoreError> {
    type Row = (Uuid, Uuid, String, String, i64, Option<i64>, Option<i64>);
    let rows: Vec<Row> = sqlx::query_as(
        "select i.id, i.property_id, i.category, i.opened_by_type, i.created_ms,
            (select t.created_ms from cache.ticket t
             where t.incident_id = i.id and t.kind = 'message' and t.author_type = 'owner'
             order by t.n limit 1),
            case when i.status in ('resolved', 'closed') then (
                select t.created_ms from cache.ticket t
                where t.incident_id = i.id and t.status_to in ('resolved', 'closed')
                      and t.n > coalesce((select max(o.n) from cache.ticket o
                            where o.incident_id = i.id and o.status_to = 'open'), 0)
                order by t.n limit 1) end
         from cache.incident i
         where i.created_ms >= ?1 and i.created_ms < ?2
               and i.portfolio_id in (select id from cache.membership where role = 'owner')",
    )
    .bind(to_ms(time.start))
    .bind(to_ms(time.end))
    .fetch_all(conn)
    .await
    .doing("counting incidents")?;
    let mut cases = Cases::new();
    for (id, property, category, opened_by, opened, answered, resolved) in rows {
        let case = Case {
            property: PropertyId(property),
            category: word(&category)?,
            opened_by: word(&opened_by)?,
            opened_at: from_ms(opened),
            first_answer_at: answered.map(from_ms),
            resolved_at: resolved.map(from_ms),
        };
        cases.insert(IncidentId(id), case);
    }
    Ok(cases)
}

/// The status moves of a stretch of time.
async fn steps(
    conn: &mut SqliteConnection,
    time: &Range<DateTime<Utc>>,
) -> Result<Steps, StoreError> {
    type Row = (Uuid, Uuid, String, i64, String, String);
    let rows: Vec<Row> = sqlx::query_as(
        "select i.id, i.property_id, i.category, t.created_ms, t.status_from, t.status_to
         from cache.ticket t join cache.incident i on i.id = t.incident_id
         where t.status_to is not null and t.status_from is not null
               and t.created_ms >= ?1 and t.created_ms < ?2
               and i.portfolio_id in (select id from cache.membership where role = 'owner')",
    )
    .bind(to_ms(time.start))
    .bind(to_ms(time.end))
    .fetch_all(conn)
    .await
    .doing("counting status moves")?;
    let mut steps = Steps::new();
    for (id, property, category, at, from, to) in rows {
        let step = StatusStep {
            property: PropertyId(property),
            category: word(&category)?,
            at: from_ms(at),
            from: word(&from)?,
            to: word(&to)?,
        };
        steps.push((IncidentId(id), step));
    }
    Ok(steps)
}
