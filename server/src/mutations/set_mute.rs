//! Wants to be told of an incident no more, or again: a row of the caller's own, in his own scope.

use super::{Done, Made};
use crate::{
    access::Seat,
    db::{codec::count, query_as, writer::WriteTx},
    error::Result,
    feed::Touch,
};
use palier_domain::{Act, UserId};
use palier_wire::{EntityKind, Scope, sync::SetMute};
use uuid::Uuid;

pub async fn apply(tx: &mut WriteTx, user: UserId, it: &SetMute) -> Result<Done> {
    let now = tx.now;
    let seat = Seat::take(tx.conn(), user, it.incident_id, now).await?;
    seat.may(Act::Mute)?;
    let moved: Option<(Uuid, i64)> = query_as(
        "insert into mutes (id, incident_id, user_id, muted) values ($1, $2, $3, $4)
         on conflict (incident_id, user_id) do update
         set muted = excluded.muted, rev = mutes.rev + 1
         where excluded.muted <> mutes.muted
         returning id, rev",
    )
    .bind(Uuid::now_v7())
    .bind(it.incident_id.0)
    .bind(user.0)
    .bind(it.muted)
    .fetch_optional(tx.conn())
    .await?;
    if let Some((id, rev)) = moved {
        let touch = Touch::put(Scope::User(user), EntityKind::Mute, id, count(rev));
        tx.touch(touch.of(it.incident_id));
    }
    Ok(Done::applied(Made::Marker))
}
