//! The rows as they travel. Their data depends on (kind, id) alone, whoever asks.
//!
//! Each file has one family: its SQL, its row, its reading. [`load`] reads many at once.

pub mod attachments;
pub mod incidents;
pub mod letting;
pub mod notes;
pub mod participants;
pub mod tickets;

use crate::{db::Conn, error::Result};
use palier_domain::UserId;
use palier_wire::EntityKind;
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// A row and its version.
#[derive(Debug, Clone)]
pub struct Versioned<T> {
    /// The version.
    pub rev: u64,
    /// The row.
    pub row: T,
}

impl<T: Serialize> Versioned<T> {
    fn into_value(self) -> Result<Versioned<Value>> {
        Ok(Versioned {
            rev: self.rev,
            row: serde_json::to_value(self.row)?,
        })
    }

    /// The row as the result of a mutation shows it: its members, and `rev` among them.
    pub fn as_entity(&self) -> Result<Value> {
        let mut value = serde_json::to_value(&self.row)?;
        if let Value::Object(members) = &mut value {
            members.insert("rev".into(), self.rev.into());
        }
        Ok(value)
    }
}

/// Rows by id.
pub type Loaded = HashMap<Uuid, Versioned<Value>>;

/// Reads the rows of one kind. An id that no longer has a row is absent from the answer.
///
/// Memberships are `reader`'s own; every other kind is the same for everybody.
pub async fn load(
    conn: &mut Conn,
    kind: EntityKind,
    ids: &[Uuid],
    reader: UserId,
) -> Result<Loaded> {
    match kind {
        EntityKind::Portfolio => keyed(letting::portfolios(conn, ids).await?, |row| row.id.0),
        EntityKind::Property => keyed(letting::properties(conn, ids).await?, |row| row.id.0),
        EntityKind::Unit => keyed(letting::units(conn, ids).await?, |row| row.id.0),
        EntityKind::Lease => keyed(letting::leases(conn, ids).await?, |row| row.id.0),
        EntityKind::UserCard => letting::user_cards(conn, ids).await,
        EntityKind::Membership => letting::memberships(conn, ids, reader).await,
        EntityKind::Incident => keyed(incidents::many(conn, ids).await?, |row| row.id.0),
        EntityKind::Participant => keyed(participants::many(conn, ids).await?, |row| row.id),
        EntityKind::Ticket => keyed(tickets::many(conn, ids).await?, |row| row.id.0),
        EntityKind::Attachment => keyed(attachments::many(conn, ids).await?, |row| row.id.0),
        EntityKind::Note => keyed(notes::many(conn, ids).await?, |row| row.id.0),
        EntityKind::NoteMarker => notes::markers(conn, ids).await,
        EntityKind::Mute => notes::mutes(conn, ids).await,
        EntityKind::Unknown => Ok(Loaded::new()),
    }
}

fn keyed<T: Serialize>(rows: Vec<Versioned<T>>, id: impl Fn(&T) -> Uuid) -> Result<Loaded> {
    rows.into_iter()
        .map(|row| Ok((id(&row.row), row.into_value()?)))
        .collect()
}
