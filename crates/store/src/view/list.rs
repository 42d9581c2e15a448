//! The incident list.

use super::list_rows::{Journal, cached_incidents, next_by_activity};
use crate::{
    Store, StoreError,
    view::{dashboard::ListWanted, unread},
};
use chrono::{DateTime, Utc};
use palier_domain::{
    Category, IncidentId, Priority, PropertyId, Role, Status, is_in_sight,
    statistics::dashboard::Standing,
};
use std::collections::HashSet;

/// A row of the incident list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentListRow {
    /// Which.
    pub id: IncidentId,
    /// What it is called.
    pub title: String,
    /// The unit's label.
    pub unit: Option<String>,
    /// The property's name.
    pub property: Option<String>,
    /// The property; none where the unit is not known here.
    pub property_id: Option<PropertyId>,
    /// Who opened it.
    pub opened_by: Role,
    /// Somebody lives there.
    pub is_let: bool,
    /// Where it stands, own unsent moves included.
    pub status: Status,
    /// How much it presses, own unsent changes included.
    pub priority: Priority,
    /// What it is about, own unsent changes included.
    pub category: Category,
    /// What the person is on it.
    pub my_role: Role,
    /// Unread tickets, as the person is shown.
    pub unread: u64,
    /// Notes of other owners that the person has not seen. In no count and on no badge.
    pub new_notes: u32,
    /// There is a draft.
    pub has_draft: bool,
    /// Something of it failed (or is blocked by what failed).
    pub has_failed: bool,
    /// Something of it waits to be sent (held ones and cancels included; markers not).
    pub has_waiting: bool,
    /// The person wants to hear no more of it.
    pub muted: bool,
    /// The last message, own unsent ones included.
    pub last: Option<LastWords>,
    /// When the last activity was.
    pub activity_at: DateTime<Utc>,
    /// It is not on the server yet.
    pub unsent: bool,
}

impl IncidentListRow {
    /// Whether a list of what is under way shows it.
    pub fn is_in_sight(&self) -> bool {
        let asks = self.unread > 0 || self.has_draft || self.has_failed || self.has_waiting;
        is_in_sight(self.status, asks)
    }

    /// How it stands, as a dashboard counts it.
    pub fn standing(&self) -> Standing {
        let spoke_last = self.last.as_ref().map(|last| last.author_type);
        Standing {
            status: self.status,
            spoke_last: spoke_last.unwrap_or(self.opened_by),
            is_let: self.is_let,
        }
    }
}

/// The last message of an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastWords {
    /// The person wrote it himself.
    pub mine: bool,
    /// The author's name, where it is known.
    pub author: Option<String>,
    /// The author's role.
    pub author_type: Role,
    /// At most 200 characters.
    pub words: String,
    /// How many files it carries.
    pub files: u32,
}

impl Store {
    /// Incidents, newest activity first; with one of `statuses` (empty: any), with unread tickets
    /// only where asked.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn incidents(
        &self,
        statuses: &[Status],
        unread_only: bool,
    ) -> Result<Vec<IncidentListRow>, StoreError> {
        self.list(&ListWanted {
            statuses: statuses.to_vec(),
            unread_only,
            ..ListWanted::default()
        })
        .await
    }

    /// Unread tickets over all incidents, as the person is shown.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn unread_total(&self) -> Result<u64, StoreError> {
        let states = unread::of_unread(&mut *self.read().await?, self.user_id()).await?;
        Ok(states.values().map(|state| state.unread).sum())
    }

    /// Unread tickets of one incident, as the person is shown.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn unread_of(&self, incident_id: IncidentId) -> Result<u64, StoreError> {
        let state = unread::of(&mut *self.read().await?, self.user_id(), incident_id).await?;
        Ok(state.unwrap_or_default().unread)
    }

    pub(super) async fn all_incidents(&self) -> Result<Vec<IncidentListRow>, StoreError> {
        let mut read = self.read().await?;
        let here = Journal::read(&mut read, self.user_id()).await?;
        let unread = unread::of_all(&mut read, here.user).await?;
        let cached = cached_incidents(&mut read, here.user).await?;
        let mut rows = here.rows(cached, &unread)?;
        let known: HashSet<IncidentId> = rows.iter().map(|row| row.id).collect();
        rows.extend(here.unsent_incidents(&mut read, &known).await?);
        sort(&mut rows);
        Ok(rows)
    }

    /// The first `limit` of the incidents of which all that is asked for holds.
    // In steps, newest activity first, so that a list costs what is shown of it. What the journal
    // speaks of is read beforehand, whole: it may stand higher than the cache says.
    pub(super) async fn newest_incidents(
        &self,
        holds: impl Fn(&IncidentListRow) -> bool,
        limit: usize,
    ) -> Result<Vec<IncidentListRow>, StoreError> {
        let mut read = self.read().await?;
        let here = Journal::read(&mut read, self.user_id()).await?;
        let spoken_of = here.incidents();
        let mut rows = here.cached(&mut read, &spoken_of).await?;
        let known: HashSet<IncidentId> = rows.iter().map(|row| row.id).collect();
        rows.extend(here.unsent_incidents(&mut read, &known).await?);
        rows.retain(&holds);
        let (mut found, mut step, mut after) = (0, limit.max(1), None);
        while found < limit {
            let page = next_by_activity(&mut read, after, step).await?;
            let ids: Vec<IncidentId> = page
                .iter()
                .map(|(id, _)| IncidentId(*id))
                .filter(|id| !spoken_of.contains(id))
                .collect();
            let mut more = here
                .cached(&mut read, &ids.iter().copied().collect())
                .await?;
            more.retain(&holds);
            found += more.len();
            rows.append(&mut more);
            if page.len() < step {
                break;
            }
            after = page.last().copied();
            // Where little of it holds, few steps are better than many.
            step *= 2;
        }
        sort(&mut rows);
        rows.truncate(limit);
        Ok(rows)
    }
}

/// Newest activity first.
fn sort(rows: &mut [IncidentListRow]) {
    rows.sort_by_key(|row| (std::cmp::Reverse(row.activity_at), row.id));
}
