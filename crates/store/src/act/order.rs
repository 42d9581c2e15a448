//! The order in a lane, where the person wants another one.

use super::sent::ticket_row;
use crate::{
    ActError, LaneChange, Store,
    journal::outbox::{self, Row},
};
use palier_domain::{MutationId, OutboxState, TicketId};

impl Store {
    /// Lets a message or note leave before those of its incident that wait for their files.
    ///
    /// The places of the lane stay as they are and are dealt out anew, so that nothing of another
    /// incident moves. Where nothing waits for files before it, nothing happens.
    ///
    /// # Errors
    /// It is not there any more; the disk.
    pub async fn send_before(&self, ticket_id: TicketId) -> Result<LaneChange, ActError> {
        let mut write = self.write("sending a ticket before others").await?;
        let row = ticket_row(&mut write, ticket_id).await?;
        let entries = outbox::all(&mut write).await?;
        let mut lane: Vec<&Row> = entries
            .iter()
            .filter(|other| {
                other.incident_id == row.incident_id
                    && !other.is_marker()
                    && other.position <= row.position
            })
            .collect();
        lane.sort_by_key(|other| other.position);
        let from = lane
            .iter()
            .position(|other| other.state == OutboxState::Uploading.as_str());
        let mut moved = LaneChange::default();
        // What is under way, or stands with its cancel in one place, is not to be moved.
        let fixed = |other: &&Row| {
            other.is_cancel()
                || other.state == OutboxState::Sending.as_str()
                || other.state == OutboxState::Cancelling.as_str()
        };
        let Some(from) = from.filter(|from| !lane[*from..].iter().any(fixed)) else {
            return Ok(moved);
        };
        let lane = &lane[from..];
        let places: Vec<i64> = lane.iter().map(|other| other.position).collect();
        let mut order = lane.to_vec();
        order.rotate_right(1);
        for (other, place) in order.iter().zip(places) {
            let id = MutationId(other.mutation_id);
            outbox::set_position(&mut write, id, place).await?;
            moved.moved.push((id, place));
        }
        write.commit().await?;
        Ok(moved)
    }
}
