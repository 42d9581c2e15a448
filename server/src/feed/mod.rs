//! Feeds: a scope's numbered list of changes.
//!
//! A feed is state-based: one row per scope and entity, moved to a new number when the entity
//! changes. So bootstrap, delta and resume are one path, and a feed grows with entities, not with
//! history. docs/sync.md § Scopes and feeds has the rules.
//!
//! A mutation only says what it touched ([`Touch`]); the writer numbers at the end of its group
//! ([`number`]). Readers ask for pages ([`changes`], [`snapshot`]) and wait for the [`Doorbell`].

pub mod changes;
mod doorbell;
pub mod entities;
pub mod mine;
pub mod nodes;
mod number;
mod rounds;
pub mod snapshot;
pub mod stream;

pub use doorbell::{Bell, Doorbell};
pub use number::number;
pub use rounds::Rounds;

use palier_domain::IncidentId;
use palier_wire::{EntityKind, Op, Scope};
use uuid::Uuid;

/// An entity changed in a scope.
#[derive(Debug, Clone)]
pub struct Touch {
    /// Whose feed.
    pub scope: Scope,
    /// What kind of row.
    pub kind: EntityKind,
    /// Which row.
    pub id: Uuid,
    /// The incident it belongs to.
    pub incident_id: Option<IncidentId>,
    /// The row's version.
    pub rev: u64,
    /// Whether it is in the scope from now on.
    pub op: Op,
}

impl Touch {
    /// A row that is in `scope`, outside of any incident.
    pub fn put(scope: Scope, kind: EntityKind, id: impl Into<Uuid>, rev: u64) -> Self {
        Self {
            scope,
            kind,
            id: id.into(),
            incident_id: None,
            rev,
            op: Op::Put,
        }
    }

    /// A row that left `scope`.
    pub fn drop(scope: Scope, kind: EntityKind, id: impl Into<Uuid>, rev: u64) -> Self {
        Self {
            op: Op::Drop,
            ..Self::put(scope, kind, id, rev)
        }
    }

    /// The same, as part of `incident`.
    pub fn of(self, incident: IncidentId) -> Self {
        Self {
            incident_id: Some(incident),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        App, Config,
        db::{Conn, query_as, query_scalar},
        ops::demo,
    };
    use std::collections::HashMap;

    type Row = (i64, String, Uuid, i64, i64, String);

    async fn rows(conn: &mut Conn) -> Vec<Row> {
        query_as("select head_id, kind, entity_id, seq, rev, op from feed")
            .fetch_all(conn)
            .await
            .unwrap()
    }

    /// The demonstration has every kind of row, changed in every way.
    #[tokio::test]
    async fn feeds_digests_and_entities_agree() {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(Config::new(folder.path())).await.unwrap();
        let demo = demo::create(&app).await.unwrap().unwrap();
        let mut read = app.db().read().await.unwrap();
        let rows = rows(&mut read).await;

        let mut heads: HashMap<i64, (i64, u64, i64)> = HashMap::new();
        for (head, kind, id, seq, rev, op) in &rows {
            let head = heads.entry(*head).or_default();
            head.0 = head.0.max(*seq);
            if op == "put" {
                let kind = EntityKind::from_word(kind);
                head.1 ^= palier_wire::digest::of_row(kind, *id, rev.unsigned_abs());
                head.2 += 1;
            }
        }
        let stored: Vec<(i64, i64, i64, i64)> =
            query_as("select id, seq, digest, live from feed_head")
                .fetch_all(&mut read)
                .await
                .unwrap();
        assert!(stored.len() >= 11, "a portfolio, four leases, six people");
        for (id, seq, digest, live) in stored {
            assert_eq!(heads[&id], (seq, digest.cast_unsigned(), live));
        }

        for (_, kind, id, _, rev, _) in &rows {
            let kind = EntityKind::from_word(kind);
            let mut found = 0;
            // Memberships are each reader's own; the others are the same for everybody.
            let readers = [
                demo.claire,
                demo.marc,
                demo.awa,
                demo.tom,
                demo.ines,
                demo.jules,
            ];
            for reader in readers {
                let loaded = entities::load(&mut read, kind, &[*id], reader)
                    .await
                    .unwrap();
                found += loaded.len();
                if let Some(row) = loaded.get(id) {
                    assert_eq!(
                        row.rev,
                        rev.unsigned_abs(),
                        "{kind:?}: the row moved, its feed did not"
                    );
                }
            }
            assert!(found > 0, "{kind:?}");
        }

        let missing: i64 = query_scalar(
            "select count(*) from
                (select r.id, i.portfolio_id, i.lease_id from incident_responses r
                 join incidents i on i.id = r.incident_id) t
             where (select count(*) from feed f where f.kind = 'ticket' and f.entity_id = t.id)
                   <> case when t.lease_id is null then 1 else 2 end",
        )
        .fetch_one(&mut read)
        .await
        .unwrap();
        assert_eq!(
            missing, 0,
            "every ticket is in its portfolio's feed and its lease's"
        );
    }
}
