//! Feeds: a scope's numbered list of changes.
//!
//! A feed is state-based: one row per scope and entity, moved to a new number when the entity
//! changes. So bootstrap, delta and resume are one path, and a feed grows with entities, not with
//! history. docs/sync.md § Scopes and feeds has the rules.
//!
//! A mutation only says what it touched ([`Touch`]); the writer numbers at the end of its group
//! ([`number`]). Readers ask for pages ([`changes`], [`snapshot`]) and wait for the [`Doorbell`].

pub mod changes;
pub mod digest;
mod doorbell;
pub mod entities;
pub mod mine;
mod number;
pub mod snapshot;
pub mod stream;

pub use doorbell::{Bell, Doorbell};
pub use number::number;

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
