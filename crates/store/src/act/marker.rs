//! Read markers and hand-made unread marks.
//!
//! They stand in no lane and are coalesced in order: a marker that no attempt was made for takes
//! the next one of its sort in.

use crate::db::SqliteConnection;
use crate::{
    LaneChange, Store, StoreError,
    journal::outbox::{self, NewEntry, Row},
    sqlite::*,
    view::unread::{self, ReadState},
};
use chrono::{DateTime, Utc};
use palier_domain::{
    IncidentId, OutboxState,
    planted::{Bug, is_planted},
};
use palier_wire::{
    Payload,
    sync::{ClearUnread, MarkRead, MarkUnread},
};

impl Store {
    /// The person has seen every ticket up to `up_to_n`. Stops before the first ticket that is not
    /// in the cache; does nothing when it neither advances nor answers a hand-made mark.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn mark_read(
        &self,
        incident_id: IncidentId,
        up_to_n: u64,
        now: DateTime<Utc>,
    ) -> Result<LaneChange, StoreError> {
        // Screens report what they show again and again: most of it is known, and costs no commit.
        let known = advance(&mut *self.read().await?, self, incident_id, up_to_n).await?;
        if known.is_none() {
            return Ok(LaneChange::default());
        }
        let mut write = self.write("marking as read").await?;
        let Some(marker) = advance(&mut write, self, incident_id, up_to_n).await? else {
            return Ok(LaneChange::default());
        };
        let mut lane = LaneChange::default();
        keep(&mut write, marker, now, &mut lane).await?;
        write.commit().await?;
        Ok(lane)
    }

    /// The person has seen the notes of an incident up to `up_to_m`. Nobody is told of it; the person's
    /// other devices no longer call them new.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn mark_notes_read(
        &self,
        incident_id: IncidentId,
        up_to_m: u64,
        now: DateTime<Utc>,
    ) -> Result<LaneChange, StoreError> {
        let mut lane = LaneChange::default();
        if !is_news(&mut *self.read().await?, incident_id, up_to_m).await? {
            return Ok(lane);
        }
        let mut write = self.write("marking notes as read").await?;
        if !is_news(&mut write, incident_id, up_to_m).await? {
            return Ok(lane);
        }
        let marker = MarkRead {
            incident_id,
            up_to_n: None,
            up_to_m: Some(up_to_m),
            seen_flag: None,
        };
        keep(&mut write, marker, now, &mut lane).await?;
        write.commit().await?;
        Ok(lane)
    }

    /// Marks an incident unread by hand, or takes that mark back.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn set_unread_flag(
        &self,
        incident_id: IncidentId,
        unread: bool,
        now: DateTime<Utc>,
    ) -> Result<LaneChange, StoreError> {
        let mut write = self.write("marking as unread").await?;
        let mut lane = LaneChange::default();
        let Some(mut state) = unread::of(&mut write, self.user_id(), incident_id).await? else {
            return Ok(lane);
        };
        if state.flagged() == unread {
            return Ok(lane);
        }
        if let Some((row, Payload::MarkUnread(_) | Payload::ClearUnread(_))) =
            last_open(&mut write, incident_id).await?
        {
            // Each of the two says how it shall be, so the later one alone says the same.
            let id = row.mutation_id.into();
            outbox::remove(&mut write, id).await?;
            lane.removed.push(id);
            if let Some(now) = unread::of(&mut write, self.user_id(), incident_id).await? {
                state = now;
            }
        }
        if state.flagged() != unread {
            let payload = match unread {
                true => Payload::MarkUnread(MarkUnread { incident_id }),
                false => Payload::ClearUnread(ClearUnread { incident_id }),
            };
            let new = NewEntry::plain(&payload, incident_id, now);
            lane.enqueued.push(outbox::insert(&mut write, new).await?);
        }
        write.commit().await?;
        Ok(lane)
    }
}

/// Puts a marker into the outbox, or into one there that no attempt was made for.
async fn keep(
    conn: &mut SqliteConnection,
    mut marker: MarkRead,
    now: DateTime<Utc>,
    lane: &mut LaneChange,
) -> Result<(), StoreError> {
    let incident_id = marker.incident_id;
    if let Some((row, Payload::MarkRead(earlier))) = &last_open(conn, incident_id).await? {
        marker.up_to_n = marker.up_to_n.max(earlier.up_to_n);
        marker.up_to_m = marker.up_to_m.max(earlier.up_to_m);
        marker.seen_flag = marker.seen_flag.max(earlier.seen_flag);
        let id = row.mutation_id.into();
        outbox::set_payload(conn, id, &Payload::MarkRead(marker)).await?;
        lane.changed.extend(outbox::entry(conn, id).await?);
    } else {
        let payload = Payload::MarkRead(marker);
        let new = NewEntry::plain(&payload, incident_id, now);
        lane.enqueued.push(outbox::insert(conn, new).await?);
    }
    Ok(())
}

/// Whether notes up to `up_to_m` are here that were not known to be read, in our life of the data.
async fn is_news(
    conn: &mut SqliteConnection,
    incident_id: IncidentId,
    up_to_m: u64,
) -> Result<bool, StoreError> {
    sqlx::query_scalar(
        "select exists (select 1 from main.account a join cache.meta m on m.epoch is a.epoch)
            and exists (select 1 from cache.note where incident_id = ?1 and m = ?2)
            and ?2 > coalesce((select max(read_m) from cache.note_marker where incident_id = ?1), 0)
            and ?2 > coalesce((select max(payload ->> 'up_to_m') from main.outbox
                where incident_id = ?1 and kind = 'mark_read'), 0)",
    )
    .bind(incident_id.0)
    .bind(to_i64(up_to_m))
    .fetch_one(conn)
    .await
    .doing("looking which notes were read")
}

/// The marker that seeing everything up to `up_to_n` asks for, if it changes anything.
async fn advance(
    conn: &mut SqliteConnection,
    store: &Store,
    incident_id: IncidentId,
    up_to_n: u64,
) -> Result<Option<MarkRead>, StoreError> {
    // What is still shown of another life of the data has numbers of that life.
    let ours: bool = sqlx::query_scalar(
        "select exists (select 1 from main.account a join cache.meta m on m.epoch is a.epoch)",
    )
    .fetch_one(&mut *conn)
    .await
    .doing("looking whose numbers are shown")?;
    if !ours {
        return Ok(None);
    }
    let Some(state) = unread::of(conn, store.user_id(), incident_id).await? else {
        return Ok(None);
    };
    let from = state.read_up_to();
    let reached = without_a_hole(conn, incident_id, from, up_to_n).await?;
    let marker = MarkRead {
        up_to_m: None,
        incident_id,
        up_to_n: (reached > from).then_some(reached),
        seen_flag: answered_flag(&state),
    };
    Ok((marker.up_to_n.is_some() || marker.seen_flag.is_some()).then_some(marker))
}

/// The hand-made mark that opening the thread answers: one that the server knows. One that was
/// just made here stays, although its thread may still be on screen.
fn answered_flag(state: &ReadState) -> Option<u64> {
    let by_server = state.mine.flagged && state.queued.flag.is_none();
    (by_server && state.flagged()).then_some(state.flag_rev)
}

/// The largest number up to `to` that is reached from `from` over tickets in the cache alone.
async fn without_a_hole(
    conn: &mut SqliteConnection,
    incident_id: IncidentId,
    from: u64,
    to: u64,
) -> Result<u64, StoreError> {
    if is_planted(Bug::MarkerPastHole) {
        return Ok(to);
    }
    let numbers: Vec<i64> = sqlx::query_scalar(
        "select n from cache.ticket where incident_id = ?1 and n > ?2 and n <= ?3 order by n",
    )
    .bind(incident_id.0)
    .bind(to_i64(from))
    .bind(to_i64(to))
    .fetch_all(conn)
    .await
    .doing("looking for the first ticket that is not here")?;
    Ok(numbers
        .into_iter()
        .map(to_u64)
        .zip(from + 1..)
        .take_while(|(n, expected)| n == expected)
        .last()
        .map_or(from, |(n, _)| n))
}

/// The incident's last marker, while no attempt was made for it.
async fn last_open(
    conn: &mut SqliteConnection,
    incident_id: IncidentId,
) -> Result<Option<(Row, Payload)>, StoreError> {
    let Some(row) = outbox::last_marker(conn, incident_id).await? else {
        return Ok(None);
    };
    if row.attempts > 0 || row.state()? == OutboxState::Done {
        return Ok(None);
    }
    let payload = row.decode()?;
    Ok(Some((row, payload)))
}
