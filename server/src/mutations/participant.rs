//! The caller's marker row at an incident.

use crate::{
    access::Seat,
    db::{Stamp, codec::count, query, query_as, writer::WriteTx},
    error::Result,
    feed::Touch,
};
use palier_wire::EntityKind;
use uuid::Uuid;

/// What a marker mutation needs to know of the caller's row.
#[derive(Debug, Clone)]
pub struct Marker {
    /// The row's id.
    pub id: Uuid,
    /// How far he has read.
    pub read_n: u64,
    /// Marked unread by hand.
    pub flagged: bool,
    /// Version of that mark.
    pub flag_rev: u64,
    rev: u64,
}

/// The caller's row, made when he has none yet.
pub async fn of(tx: &mut WriteTx, seat: &Seat) -> Result<Marker> {
    let now = Stamp(tx.now);
    query(
        "insert into participants (id, incident_id, user_id, role, joined_at)
         values ($1, $2, $3, $4, $5) on conflict (incident_id, user_id) do nothing",
    )
    .bind(Uuid::now_v7())
    .bind(seat.incident.row.id.0)
    .bind(seat.user.0)
    .bind(seat.role.as_str())
    .bind(now)
    .execute(tx.conn())
    .await?;
    let (id, read_n, flagged, flag_rev, rev): (Uuid, i64, bool, i64, i64) = query_as(
        "select id, read_n, flagged, flag_rev, rev from participants
         where incident_id = $1 and user_id = $2",
    )
    .bind(seat.incident.row.id.0)
    .bind(seat.user.0)
    .fetch_one(tx.conn())
    .await?;
    Ok(Marker {
        id,
        read_n: count(read_n),
        flagged,
        flag_rev: count(flag_rev),
        rev: count(rev),
    })
}

/// Gives the row its next rev and notes it: with its first marker a participant enters the feeds.
pub async fn moved(tx: &mut WriteTx, seat: &Seat, marker: &Marker) -> Result<()> {
    query("update participants set rev = rev + 1 where id = $1")
        .bind(marker.id)
        .execute(tx.conn())
        .await?;
    let incident = seat.incident.row.id;
    for scope in seat.scopes() {
        let touch = Touch::put(scope, EntityKind::Participant, marker.id, marker.rev + 1);
        tx.touch(touch.of(incident));
    }
    Ok(())
}
