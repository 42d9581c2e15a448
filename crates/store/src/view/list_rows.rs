//! Rows of the incident list: what the cache has, with what the journal adds.

use super::list::{IncidentListRow, LastWords};
use crate::db::SqliteConnection;
use crate::{
    StoreError,
    journal::outbox::{self, Row},
    sqlite::*,
    view::{
        overlay::{Overlay, overlays},
        units::{is_let, role, unit_place},
        unread::{self, ReadState},
    },
};
use chrono::{DateTime, Utc};
use palier_domain::{IncidentId, OutboxState, PropertyId, Role, Status, UserId};
use palier_wire::Payload;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

#[derive(sqlx::FromRow)]
pub(super) struct CachedIncident {
    id: Uuid,
    title: String,
    unit: Option<String>,
    property: Option<String>,
    property_id: Uuid,
    opened_by_type: String,
    is_let: bool,
    status: String,
    priority: String,
    category: String,
    owner: bool,
    muted: bool,
    new_notes: i64,
    updated_ms: i64,
    last_author_id: Option<Uuid>,
    last_author: Option<String>,
    last_author_type: Option<String>,
    last_words: Option<String>,
    last_files: Option<i64>,
}

impl CachedIncident {
    fn last_words(&self, user: UserId) -> Result<Option<LastWords>, StoreError> {
        let (Some(author_id), Some(author_type)) = (self.last_author_id, &self.last_author_type)
        else {
            return Ok(None);
        };
        Ok(Some(LastWords {
            mine: author_id == user.0,
            author: self.last_author.clone(),
            author_type: word(author_type)?,
            words: self.last_words.clone().unwrap_or_default(),
            files: u32::try_from(self.last_files.unwrap_or(0)).unwrap_or(u32::MAX),
        }))
    }
}

/// What the journal adds to a list.
pub(super) struct Journal {
    pub user: UserId,
    outbox: Vec<Row>,
    overlays: HashMap<IncidentId, Overlay>,
    drafts: HashSet<IncidentId>,
    own: HashMap<IncidentId, (DateTime<Utc>, LastWords)>,
}

impl Journal {
    pub async fn read(conn: &mut SqliteConnection, user: UserId) -> Result<Self, StoreError> {
        let outbox = outbox::all(conn).await?;
        Ok(Self {
            user,
            overlays: overlays(&outbox)?,
            drafts: incidents_with_drafts(conn).await?,
            own: own_last_words(&outbox)?,
            outbox,
        })
    }

    /// Every incident that it speaks of.
    pub fn incidents(&self) -> HashSet<IncidentId> {
        let entries = self.outbox.iter().map(|row| IncidentId(row.incident_id));
        entries.chain(self.drafts.iter().copied()).collect()
    }

    /// The rows of these incidents, as far as they are in the cache.
    pub async fn cached(
        &self,
        conn: &mut SqliteConnection,
        ids: &HashSet<IncidentId>,
    ) -> Result<Vec<IncidentListRow>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let list = id_list(ids.iter().map(|id| id.0));
        let unread = unread::of_these(conn, self.user, &list).await?;
        let cached = these_cached_incidents(conn, self.user, &list).await?;
        self.rows(cached, &unread)
    }

    pub fn rows(
        &self,
        cached: Vec<CachedIncident>,
        unread: &HashMap<IncidentId, ReadState>,
    ) -> Result<Vec<IncidentListRow>, StoreError> {
        let rows = cached.into_iter().map(|cached| self.row(cached, unread));
        rows.collect()
    }

    fn row(
        &self,
        cached: CachedIncident,
        unread: &HashMap<IncidentId, ReadState>,
    ) -> Result<IncidentListRow, StoreError> {
        let id = IncidentId(cached.id);
        let overlay = self.overlays.get(&id).cloned().unwrap_or_default();
        Ok(self.with_own_words(IncidentListRow {
            id,
            status: overlay.status(&cached.status)?,
            priority: overlay.priority(&cached.priority)?,
            category: overlay.category(&cached.category)?,
            my_role: role(cached.owner),
            unread: unread.get(&id).map_or(0, |state| state.unread),
            new_notes: u32::try_from(cached.new_notes).unwrap_or(u32::MAX),
            has_draft: self.drafts.contains(&id),
            has_failed: overlay.has_failed,
            has_waiting: overlay.has_waiting,
            muted: overlay.muted.unwrap_or(cached.muted),
            last: cached.last_words(self.user)?,
            activity_at: from_ms(cached.updated_ms),
            unsent: false,
            opened_by: word(&cached.opened_by_type)?,
            is_let: cached.is_let,
            title: cached.title,
            unit: cached.unit,
            property: cached.property,
            property_id: Some(PropertyId(cached.property_id)),
        }))
    }

    /// Incidents that were opened here and are not among those in the cache.
    pub async fn unsent_incidents(
        &self,
        conn: &mut SqliteConnection,
        known: &HashSet<IncidentId>,
    ) -> Result<Vec<IncidentListRow>, StoreError> {
        let mut rows = Vec::new();
        for entry in self.outbox.iter().filter(|row| row.kind == "open_incident") {
            let id = IncidentId(entry.incident_id);
            if known.contains(&id) || entry.state()? == OutboxState::Cancelling {
                continue;
            }
            let overlay = self.overlays.get(&id).cloned().unwrap_or_default();
            if let Some(mut row) = unsent_incident(conn, entry, &overlay).await? {
                row.has_draft = self.drafts.contains(&id);
                rows.push(self.with_own_words(row));
            }
        }
        Ok(rows)
    }

    /// Own words that wait stand after all others.
    fn with_own_words(&self, mut row: IncidentListRow) -> IncidentListRow {
        if let Some((at, words)) = self.own.get(&row.id) {
            row.last = Some(LastWords {
                author_type: row.my_role,
                ..words.clone()
            });
            row.activity_at = row.activity_at.max(*at);
        }
        row
    }
}

/// The next incidents by activity, after one of them.
pub(super) async fn next_by_activity(
    conn: &mut SqliteConnection,
    after: Option<(Uuid, i64)>,
    limit: usize,
) -> Result<Vec<(Uuid, i64)>, StoreError> {
    let (id, updated_ms) = after.unwrap_or((Uuid::nil(), i64::MAX));
    sqlx::query_as(
        "select id, updated_ms from cache.incident
         where updated_ms <= ?1 and (updated_ms < ?1 or id > ?2)
         order by updated_ms desc, id limit ?3",
    )
    .bind(updated_ms)
    .bind(id)
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .fetch_all(conn)
    .await
    .doing("listing incidents by activity")
}

// Who has no marker on an incident has read no note there, or has joined later: what stands before the
// place up to which he has read is no news to him.
macro_rules! cached_incidents {
    ($tail:literal) => {
        concat!(
            "select i.id, i.title, u.label as unit, p.name as property, i.property_id,
            i.opened_by_type, i.lease_id is not null as is_let, i.status, i.priority,
            i.category, i.updated_ms,
            exists (select 1 from cache.membership m
                where m.id = i.portfolio_id and m.role = 'owner') as owner,
            exists (select 1 from cache.mute m where m.incident_id = i.id and m.muted) as muted,
            (select count(*) from cache.note o
                left join cache.note_marker k on k.incident_id = o.incident_id
                where o.incident_id = i.id and o.author_id <> ?1
                  and case when k.id is null then o.after_n >= coalesce(
                        (select read_n from cache.mine where incident_id = i.id), 0)
                      else o.m > k.read_m end
                  and o.m > coalesce((select max(x.payload ->> 'up_to_m') from main.outbox x
                        where x.incident_id = i.id and x.kind = 'mark_read'), 0)) as new_notes,
            t.author_id as last_author_id, c.name as last_author,
            t.author_type as last_author_type, substr(t.message, 1, 200) as last_words,
            json_array_length(t.attachments) as last_files
         from cache.incident i
         left join cache.unit u on u.id = i.unit_id
         left join cache.property p on p.id = i.property_id
         left join cache.ticket t on t.incident_id = i.id and t.n = (
            select l.n from cache.ticket l
            where l.incident_id = i.id and l.kind = 'message' order by l.n desc limit 1)
         left join cache.user_card c on c.id = t.author_id ",
            $tail
        )
    };
}

pub(super) async fn cached_incidents(
    conn: &mut SqliteConnection,
    user: UserId,
) -> Result<Vec<CachedIncident>, StoreError> {
    sqlx::query_as(cached_incidents!(""))
        .bind(user.0)
        .fetch_all(conn)
        .await
        .doing("listing incidents")
}

/// Those of a list of ids.
async fn these_cached_incidents(
    conn: &mut SqliteConnection,
    user: UserId,
    ids: &str,
) -> Result<Vec<CachedIncident>, StoreError> {
    sqlx::query_as(cached_incidents!(
        "where i.id in (select unhex(value) from json_each(?2))"
    ))
    .bind(user.0)
    .bind(ids)
    .fetch_all(conn)
    .await
    .doing("listing some incidents")
}

async fn incidents_with_drafts(
    conn: &mut SqliteConnection,
) -> Result<HashSet<IncidentId>, StoreError> {
    let ids: Vec<Uuid> = sqlx::query_scalar("select incident_id from main.drafts")
        .fetch_all(conn)
        .await
        .doing("listing drafts")?;
    Ok(ids.into_iter().map(IncidentId).collect())
}

/// An incident that was opened here and is not in the cache.
async fn unsent_incident(
    conn: &mut SqliteConnection,
    entry: &Row,
    overlay: &Overlay,
) -> Result<Option<IncidentListRow>, StoreError> {
    let Payload::OpenIncident(it) = entry.decode()? else {
        return Ok(None);
    };
    let place = unit_place(conn, it.unit_id).await?;
    let is_let = is_let(conn, it.unit_id, from_ms(entry.written_ms).date_naive()).await?;
    Ok(Some(IncidentListRow {
        id: it.incident_id,
        title: it.title,
        unit: place.unit,
        property: place.property,
        property_id: place.property_id,
        opened_by: place.my_role,
        is_let,
        status: overlay.status.unwrap_or(Status::Open),
        priority: overlay.priority.unwrap_or(it.priority),
        category: overlay.category.unwrap_or(it.category),
        my_role: place.my_role,
        unread: 0,
        new_notes: 0,
        has_draft: false,
        has_failed: overlay.has_failed,
        has_waiting: overlay.has_waiting,
        muted: overlay.muted.unwrap_or(false),
        last: None,
        activity_at: from_ms(entry.written_ms),
        unsent: true,
    }))
}

/// The last own ticket of each incident that is still in the outbox: it stands after all others.
fn own_last_words(
    outbox: &[Row],
) -> Result<HashMap<IncidentId, (DateTime<Utc>, LastWords)>, StoreError> {
    let mut last = HashMap::new();
    for row in outbox {
        if row.state()? == OutboxState::Cancelling {
            continue;
        }
        if let Payload::AddTicket(it) = row.decode()? {
            let words = LastWords {
                mine: true,
                author: None,
                author_type: Role::Owner,
                words: it.message.chars().take(200).collect(),
                files: it.attachments.len() as u32,
            };
            last.insert(it.incident_id, (from_ms(row.written_ms), words));
        }
    }
    Ok(last)
}
