//! Takes a mutation back that may or may not have arrived.
//!
//! Its result says which: `{"cancelled": true}`, and then the target never appears, however late it
//! comes; or `{"cancelled": false}`, and then it was applied before.

use super::{Done, Made, claim};
use crate::{db::writer::WriteTx, error::Result};
use palier_domain::{Invalid, InvalidReason, MutationId, UserId};
use palier_wire::sync::Cancel;

pub async fn apply(tx: &mut WriteTx, user: UserId, own: MutationId, it: &Cancel) -> Result<Done> {
    if it.mutation_id == own {
        return Err(Invalid::new("mutation_id", InvalidReason::Malformed).into());
    }
    let cancelled = claim::take_back(tx, user, it.mutation_id).await?;
    Ok(Done::applied(Made::Cancelled(cancelled)))
}
