//! Moves the caller's marker forward. Commutative, so it may arrive late, twice or out of order.

use super::{Done, Made, note_marker, participant};
use crate::{
    access::Seat,
    db::{Stamp, codec::number, query, writer::WriteTx},
    error::Result,
    mail,
};
use palier_domain::{
    Act, UserId,
    planted::{Bug, is_planted},
};
use palier_wire::sync::MarkRead;

pub async fn apply(tx: &mut WriteTx, user: UserId, it: &MarkRead) -> Result<Done> {
    let now = tx.now;
    let seat = Seat::take(tx.conn(), user, it.incident_id, now).await?;
    seat.may(Act::MarkRead)?;
    if let Some(up_to_m) = it.up_to_m {
        note_marker::advance(tx, &seat, up_to_m).await?;
    }
    // Notes alone leave the thread's own marker untouched.
    if it.up_to_n.is_none() && it.seen_flag.is_none() {
        return Ok(Done::applied(Made::Marker));
    }
    let marker = participant::of(tx, &seat).await?;
    let wanted = it.up_to_n.unwrap_or(0).min(seat.incident.row.last_n);
    let overwrites = is_planted(Bug::MarkerOverwritten) && it.up_to_n.is_some();
    let raises = wanted > marker.read_n || (overwrites && wanted != marker.read_n);
    if raises {
        advance(tx, &seat, marker.read_n, wanted).await?;
        mail::unread::has_read(tx, user).await?;
    }
    // Only who saw the mark answers it: a marker that was queued before the mark does not.
    let clears = marker.flagged && (raises || it.seen_flag == Some(marker.flag_rev));
    if clears {
        query("update participants set flagged = false where id = $1")
            .bind(marker.id)
            .execute(tx.conn())
            .await?;
    }
    if raises || clears {
        participant::moved(tx, &seat, &marker).await?;
    }
    Ok(Done::applied(Made::Marker))
}

/// Moves the marker from `from` to `to`, keeps the evidence, and keeps `is_read` true to what it
/// always meant: somebody of the other role has read it.
async fn advance(tx: &mut WriteTx, seat: &Seat, from: u64, to: u64) -> Result<()> {
    let (incident, now) = (seat.incident.row.id.0, Stamp(tx.now));
    query(
        "update participants set read_n = $3, read_at = $4
         where incident_id = $1 and user_id = $2",
    )
    .bind(incident)
    .bind(seat.user.0)
    .bind(number(to))
    .bind(now)
    .execute(tx.conn())
    .await?;
    query("insert into read_marks (incident_id, user_id, n, at) values ($1, $2, $3, $4)")
        .bind(incident)
        .bind(seat.user.0)
        .bind(number(to))
        .bind(now)
        .execute(tx.conn())
        .await?;
    query(
        "update incident_responses set is_read = true, updated_at = $5
         where incident_id = $1 and n > $2 and n <= $3 and author_type = $4 and not is_read",
    )
    .bind(incident)
    .bind(number(from))
    .bind(number(to))
    .bind(seat.role.other().as_str())
    .bind(now)
    .execute(tx.conn())
    .await?;
    Ok(())
}
