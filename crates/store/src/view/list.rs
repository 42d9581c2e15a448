//! The incident list.

use crate::db::SqliteConnection;
use crate::{
    Store, StoreError,
    journal::outbox::{self, Row},
    sqlite::*,
    view::{
        dashboard::ListWanted,
        overlay::{Overlay, overlays},
        units::{is_let, role, unit_place},
        unread,
    },
};
use chrono::{DateTime, Utc};
use palier_domain::{
    Category, IncidentId, OutboxState, Priority, PropertyId, Role, Status, UserId,
    statistics::dashboard::Standing,
};
use palier_wire::Payload;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

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

#[derive(sqlx::FromRow)]
struct CachedIncident {
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
        let states = unread::of_all(&mut *self.read().await?, self.user_id()).await?;
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
        let user = self.user_id();
        let outbox = outbox::all(&mut read).await?;
        let overlays = overlays(&outbox)?;
        let drafts = incidents_with_drafts(&mut read).await?;
        let unread = unread::of_all(&mut read, user).await?;
        let own = own_last_words(&outbox)?;
        let mut rows = Vec::new();
        for cached in cached_incidents(&mut read, user).await? {
            let id = IncidentId(cached.id);
            let overlay = overlays.get(&id).cloned().unwrap_or_default();
            rows.push(IncidentListRow {
                id,
                status: overlay.status(&cached.status)?,
                priority: overlay.priority(&cached.priority)?,
                category: overlay.category(&cached.category)?,
                my_role: role(cached.owner),
                unread: unread.get(&id).map_or(0, |state| state.unread),
                new_notes: u32::try_from(cached.new_notes).unwrap_or(u32::MAX),
                has_draft: drafts.contains(&id),
                has_failed: overlay.has_failed,
                has_waiting: overlay.has_waiting,
                muted: overlay.muted.unwrap_or(cached.muted),
                last: cached.last_words(user)?,
                activity_at: from_ms(cached.updated_ms),
                unsent: false,
                opened_by: word(&cached.opened_by_type)?,
                is_let: cached.is_let,
                title: cached.title,
                unit: cached.unit,
                property: cached.property,
                property_id: Some(PropertyId(cached.property_id)),
            });
        }
        let here: HashSet<IncidentId> = rows.iter().map(|row| row.id).collect();
        for entry in outbox.iter().filter(|row| row.kind == "open_incident") {
            let id = IncidentId(entry.incident_id);
            if here.contains(&id) || entry.state()? == OutboxState::Cancelling {
                continue;
            }
            let overlay = overlays.get(&id).cloned().unwrap_or_default();
            if let Some(mut row) = unsent_incident(&mut read, entry, &overlay).await? {
                row.has_draft = drafts.contains(&id);
                rows.push(row);
            }
        }
        for row in &mut rows {
            if let Some((at, words)) = own.get(&row.id) {
                row.last = Some(LastWords {
                    author_type: row.my_role,
                    ..words.clone()
                });
                row.activity_at = row.activity_at.max(*at);
            }
        }
        rows.sort_by_key(|row| (std::cmp::Reverse(row.activity_at), row.id));
        Ok(rows)
    }
}

// Who has no marker on an incident has read no note there, or has joined later: what stands before the
// place up to which he has read is no news to him.
async fn cached_incidents(
    conn: &mut SqliteConnection,
    user: UserId,
) -> Result<Vec<CachedIncident>, StoreError> {
    sqlx::query_as(
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
         left join cache.user_card c on c.id = t.author_id",
    )
    .bind(user.0)
    .fetch_all(conn)
    .await
    .doing("listing incidents")
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
