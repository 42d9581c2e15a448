//! How far the caller has read the notes of an incident: a row of his own, in his own scope.

use crate::{
    access::Seat,
    db::{
        Stamp,
        codec::{count, number},
        query_as, query_scalar,
        writer::WriteTx,
    },
    error::Result,
    feed::Touch,
};
use palier_domain::Act;
use palier_wire::{EntityKind, Scope};
use uuid::Uuid;

/// Moves it forward to `up_to`, or to the last note; never back.
pub async fn advance(tx: &mut WriteTx, seat: &Seat, up_to: u64) -> Result<()> {
    seat.may(Act::Notes)?;
    let incident = seat.incident.row.id;
    let now = Stamp(tx.now);
    let last_m: i64 =
        query_scalar("select coalesce(max(m), 0) from incident_notes where incident_id = $1")
            .bind(incident.0)
            .fetch_one(tx.conn())
            .await?;
    let wanted = number(up_to).min(last_m);
    if wanted == 0 {
        return Ok(());
    }
    let moved: Option<(Uuid, i64)> = query_as(
        "insert into note_markers (id, incident_id, user_id, read_m, read_at)
         values ($1, $2, $3, $4, $5)
         on conflict (incident_id, user_id) do update
         set read_m = excluded.read_m, read_at = excluded.read_at, rev = note_markers.rev + 1
         where excluded.read_m > note_markers.read_m
         returning id, rev",
    )
    .bind(Uuid::now_v7())
    .bind(incident.0)
    .bind(seat.user.0)
    .bind(wanted)
    .bind(now)
    .fetch_optional(tx.conn())
    .await?;
    if let Some((id, rev)) = moved {
        let own = Scope::User(seat.user);
        tx.touch(Touch::put(own, EntityKind::NoteMarker, id, count(rev)).of(incident));
    }
    Ok(())
}
