//! Marks an incident unread by hand. It lowers nothing and withdraws no receipt.

use super::{Done, Made, participant};
use crate::{
    access::Seat,
    db::{query, writer::WriteTx},
    error::Result,
};
use palier_domain::{Act, UserId};
use palier_wire::sync::MarkUnread;

// Each mark has its own rev, so that an answer to an older mark does not take a newer one away.
pub async fn apply(tx: &mut WriteTx, user: UserId, it: &MarkUnread) -> Result<Done> {
    let now = tx.now;
    let seat = Seat::take(tx.conn(), user, it.incident_id, now).await?;
    seat.may(Act::MarkRead)?;
    let marker = participant::of(tx, &seat).await?;
    query("update participants set flagged = true, flag_rev = flag_rev + 1 where id = $1")
        .bind(marker.id)
        .execute(tx.conn())
        .await?;
    participant::moved(tx, &seat, &marker).await?;
    Ok(Done::applied(Made::Marker))
}
