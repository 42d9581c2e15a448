//! Which tickets a person may be told about, and what was told.

use crate::{
    Store, StoreError,
    journal::outbox,
    sqlite::*,
    view::{overlay::overlays, unread},
};
use palier_domain::{IncidentId, TicketId};
use palier_engine::notify::Candidate;
use palier_wire::StatusChange;
use uuid::Uuid;

/// A candidate with the words to announce it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CandidateRow {
    /// For the engine's decision.
    pub candidate: Candidate,
    /// What the incident is called.
    pub incident_title: String,
    /// The unit's label.
    pub unit: Option<String>,
    /// The property's name.
    pub property: Option<String>,
    /// The author's name, where it is known.
    pub author: Option<String>,
    /// The first words, at most 200 characters; empty for a file alone or a status move.
    pub words: String,
    /// How many files it carries.
    pub files: u32,
    /// The status move of a system ticket.
    pub status_change: Option<StatusChange>,
}

#[derive(sqlx::FromRow)]
struct Found {
    incident_id: Uuid,
    ticket_id: Uuid,
    n: i64,
    priority: String,
    muted: bool,
    title: String,
    unit: Option<String>,
    property: Option<String>,
    author: Option<String>,
    words: String,
    files: i64,
    status_from: Option<String>,
    status_to: Option<String>,
}

impl Found {
    fn into_row(self) -> Result<CandidateRow, StoreError> {
        Ok(CandidateRow {
            candidate: Candidate {
                incident_id: self.incident_id.into(),
                ticket_id: self.ticket_id.into(),
                n: to_u64(self.n),
                priority: word(&self.priority)?,
                muted: self.muted,
            },
            incident_title: self.title,
            unit: self.unit,
            property: self.property,
            author: self.author,
            words: self.words,
            files: u32::try_from(self.files).unwrap_or(u32::MAX),
            status_change: match (&self.status_from, &self.status_to) {
                (Some(from), Some(to)) => Some(StatusChange {
                    from: word(from)?,
                    to: word(to)?,
                }),
                _ => None,
            },
        })
    }
}

impl Store {
    /// Whether [`Store::start_notifying`] was ever called in this epoch: before, everything is
    /// history.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn notifies(&self) -> Result<bool, StoreError> {
        sqlx::query_scalar("select notifying from main.account")
            .fetch_one(&mut *self.read().await?)
            .await
            .doing("reading whether notifications have begun")
    }

    /// Everything in the cache is history: only what comes later is announced. Kept over rebuilds
    /// of the cache, reset by a new epoch.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn start_notifying(&self) -> Result<(), StoreError> {
        let doing = "beginning with notifications";
        let mut write = self.write(doing).await?;
        sqlx::query(
            "insert into main.notify_after (incident_id, n)
             select i.id, max(i.last_n, coalesce(
                (select max(t.n) from cache.ticket t where t.incident_id = i.id), 0))
             from cache.incident i where true
             on conflict do nothing",
        )
        .execute(&mut *write)
        .await
        .doing(doing)?;
        sqlx::query("update main.account set notifying = 1")
            .execute(&mut *write)
            .await
            .doing(doing)?;
        write.commit().await
    }

    /// Foreign tickets above `notify_after_n` and above what the person has read, never decided on.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn candidates(&self) -> Result<Vec<CandidateRow>, StoreError> {
        let mut read = self.read().await?;
        // From the incidents to their newest tickets, never through all tickets.
        let found: Vec<Found> = sqlx::query_as(
            "select t.incident_id, t.id as ticket_id, t.n, i.priority,
                exists (select 1 from cache.mute s where s.incident_id = i.id and s.muted) as muted,
                i.title, u.label as unit,
                p.name as property, c.name as author, substr(t.message, 1, 200) as words,
                json_array_length(t.attachments) as files, t.status_from, t.status_to
             from cache.incident i
             left join cache.mine m on m.incident_id = i.id
             left join main.notify_after a on a.incident_id = i.id
             cross join cache.ticket t on t.incident_id = i.id
                and t.n > max(coalesce(a.n, 0), coalesce(m.read_n, 0))
             left join cache.unit u on u.id = i.unit_id
             left join cache.property p on p.id = i.property_id
             left join cache.user_card c on c.id = t.author_id
             where t.author_id <> ?1
               and not exists (select 1 from main.notified d where d.ticket_id = t.id)
             order by t.created_ms, t.incident_id, t.n",
        )
        .bind(self.user_id().0)
        .fetch_all(&mut *read)
        .await
        .doing("looking for tickets to announce")?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let incidents = id_list(found.iter().map(|row| row.incident_id));
        let states = unread::of_these(&mut read, self.user_id(), &incidents).await?;
        let overlays = overlays(&outbox::all(&mut read).await?)?;
        let mut rows = Vec::new();
        for row in found {
            let mut row = row.into_row()?;
            let here = overlays.get(&row.candidate.incident_id);
            if let Some(muted) = here.and_then(|overlay| overlay.muted) {
                row.candidate.muted = muted;
            }
            let state = states.get(&row.candidate.incident_id);
            let read_here = state.is_some_and(|state| row.candidate.n <= state.read_up_to());
            if !read_here {
                rows.push(row);
            }
        }
        Ok(rows)
    }

    /// Where a ticket of an incident stands in its thread; none when it is not here.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn number_of(
        &self,
        incident_id: IncidentId,
        ticket_id: TicketId,
    ) -> Result<Option<u64>, StoreError> {
        let n: Option<i64> =
            sqlx::query_scalar("select n from cache.ticket where id = ?1 and incident_id = ?2")
                .bind(ticket_id.0)
                .bind(incident_id.0)
                .fetch_optional(&mut *self.read().await?)
                .await
                .doing("looking for the number of a ticket")?;
        Ok(n.map(to_u64))
    }

    /// Records what was decided, before the desktop is called: shown (`true`) or suppressed.
    ///
    /// # Errors
    /// The journal cannot be written; then nothing may be shown.
    pub async fn record_decided(&self, decided: &[(TicketId, bool)]) -> Result<(), StoreError> {
        let doing = "recording decisions about notifications";
        if decided.is_empty() {
            return Ok(());
        }
        let list: Vec<(String, &str)> = decided
            .iter()
            .map(|(id, shown)| (hex_id(id.0), if *shown { "shown" } else { "suppressed" }))
            .collect();
        let mut write = self.write(doing).await?;
        sqlx::query(
            "insert into main.notified (ticket_id, incident_id, n, how)
             select t.id, t.incident_id, t.n, d.value ->> 1
             from json_each(?1) d cross join cache.ticket t on t.id = unhex(d.value ->> 0)
             where true on conflict do nothing",
        )
        .bind(serde_json::to_string(&list).doing(doing)?)
        .execute(&mut *write)
        .await
        .doing(doing)?;
        write.commit().await
    }

    /// Incidents with a notification that is shown: to be withdrawn, because nobody will be there to read it.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub async fn shown_notifications(&self) -> Result<Vec<IncidentId>, StoreError> {
        let ids: Vec<Uuid> = sqlx::query_scalar(
            "select distinct incident_id from main.notified where how = 'shown'",
        )
        .fetch_all(&mut *self.read().await?)
        .await
        .doing("listing notifications")?;
        Ok(ids.into_iter().map(IncidentId).collect())
    }

    /// Incidents whose shown notifications have all been read meanwhile, here or elsewhere, or that
    /// are no longer here; recorded as withdrawn.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn take_withdrawals(&self) -> Result<Vec<IncidentId>, StoreError> {
        let doing = "withdrawing notifications";
        let mut read = self.read().await?;
        let shown: Vec<(Uuid, i64)> = sqlx::query_as(
            "select incident_id, max(n) from main.notified where how = 'shown'
             group by incident_id",
        )
        .fetch_all(&mut *read)
        .await
        .doing(doing)?;
        if shown.is_empty() {
            return Ok(Vec::new());
        }
        let incidents = id_list(shown.iter().map(|(id, _)| *id));
        let states = unread::of_these(&mut read, self.user_id(), &incidents).await?;
        drop(read);
        let over: Vec<IncidentId> = shown
            .into_iter()
            .map(|(id, n)| (IncidentId(id), to_u64(n)))
            .filter(|(id, n)| states.get(id).is_none_or(|state| *n <= state.read_up_to()))
            .map(|(id, _)| id)
            .collect();
        if over.is_empty() {
            return Ok(over);
        }
        let mut write = self.write(doing).await?;
        sqlx::query(
            "update main.notified set how = 'withdrawn' where how = 'shown'
             and incident_id in (select unhex(value) from json_each(?1))",
        )
        .bind(id_list(over.iter().map(|id| id.0)))
        .execute(&mut *write)
        .await
        .doing(doing)?;
        write.commit().await?;
        Ok(over)
    }
}
