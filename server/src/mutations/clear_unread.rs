//! Takes the hand-made unread mark back.

use super::{Done, Made, participant};
use crate::{
    access::Seat,
    db::{query, writer::WriteTx},
    error::Result,
};
use palier_domain::{Act, UserId};
use palier_wire::sync::ClearUnread;

pub async fn apply(tx: &mut WriteTx, user: UserId, it: &ClearUnread) -> Result<Done> {
    let now = tx.now;
    let seat = Seat::take(tx.conn(), user, it.incident_id, now).await?;
    seat.may(Act::MarkRead)?;
    let marker = participant::of(tx, &seat).await?;
    if marker.flagged {
        query("update participants set flagged = false where id = $1")
            .bind(marker.id)
            .execute(tx.conn())
            .await?;
        participant::moved(tx, &seat, &marker).await?;
    }
    Ok(Done::applied(Made::Marker))
}
