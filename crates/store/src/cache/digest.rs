//! What the rows of a scope come to, to be compared with what the server says.

use crate::db::SqliteConnection;
use crate::{StoreError, cache::held::HeldScope, sqlite::*};
use futures_util::TryStreamExt;
use palier_wire::{EntityKind, digest::ScopeDigest};
use uuid::Uuid;

macro_rules! revs {
    ($($table:literal)*) => {
        concat!($(
            "select h.kind, h.id, r.rev from cache.held h join cache.", $table, " r on r.id = h.id \
             where h.scope = ?1 and h.kind = '", $table, "' union all ",
        )* "select h.kind, h.id, r.rev from cache.held h
            join cache.unknown r on r.kind = h.kind and r.id = h.id where h.scope = ?1")
    };
}

/// The digest of what is here of a scope; none where a later version's kinds are among it, whose
/// hashes this one cannot make.
pub(crate) async fn of(
    conn: &mut SqliteConnection,
    scope: HeldScope,
) -> Result<Option<ScopeDigest>, StoreError> {
    let doing = "adding up what is here of a scope";
    let mut digest = ScopeDigest::default();
    let mut rows = sqlx::query_as::<_, (String, Uuid, i64)>(revs!(
        "portfolio" "property" "unit" "lease" "user_card" "membership" "incident" "ticket"
        "attachment" "participant" "note" "note_marker" "mute"
    ))
    .bind(scope.id)
    .fetch(conn);
    while let Some((kind, id, rev)) = rows.try_next().await.doing(doing)? {
        let kind = EntityKind::from_word(&kind);
        if kind == EntityKind::Unknown {
            return Ok(None);
        }
        digest.add(kind, id, to_u64(rev));
    }
    Ok(Some(digest))
}
