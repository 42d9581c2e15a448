//! Changes the category.

use super::{Done, Made, changed_meanwhile, thread};
use crate::{
    access::Seat,
    db::{Stamp, query, writer::WriteTx},
    error::Result,
};
use palier_domain::{Act, UserId};
use palier_wire::sync::SetCategory;

pub async fn apply(tx: &mut WriteTx, user: UserId, it: &SetCategory) -> Result<Done> {
    let now = tx.now;
    let seat = Seat::take(tx.conn(), user, it.incident_id, now).await?;
    seat.may(Act::SetCategory)?;
    if seat.incident.row.category != it.from {
        return Err(changed_meanwhile(&seat));
    }
    if it.from != it.to {
        query("update incidents set category = $2, updated_at = $3, rev = rev + 1 where id = $1")
            .bind(it.incident_id.0)
            .bind(it.to.as_str())
            .bind(Stamp(now))
            .execute(tx.conn())
            .await?;
        thread::incident_moved(tx, &seat);
    }
    Ok(Done::applied(Made::Incident(it.incident_id)))
}
