//! A thread: the incident's head, a page of tickets, own unsent ones, who has read how far.
use crate::{
    Store, StoreError,
    view::{FileRow, UnsentRow},
};
use chrono::{DateTime, NaiveDate, Utc};
use palier_domain::{
    Category, IncidentId, Priority, Role, Status, TicketId, TicketKind, UnitId, UserId,
};
use palier_wire::StatusChange;

/// An incident and a page of its tickets.
#[derive(Debug, Clone, PartialEq)]
pub struct ThreadPage {
    /// The incident.
    pub head: HeadRow,
    /// Oldest first.
    pub tickets: Vec<TicketRow>,
    /// There are older ones.
    pub has_older: bool,
    /// Own unsent tickets and status moves in their order, to stand after all others; only on the
    /// newest page.
    pub unsent: Vec<UnsentRow>,
    /// Everybody on it, the person himself included.
    pub people: Vec<PersonRow>,
}

/// An incident as the head of its thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadRow {
    /// Which.
    pub id: IncidentId,
    /// What it is called.
    pub title: String,
    /// What the person who opened it said.
    pub description: String,
    /// The unit.
    pub unit_id: UnitId,
    /// The unit's label.
    pub unit: Option<String>,
    /// The property's name.
    pub property: Option<String>,
    /// The property's time zone, IANA.
    pub time_zone: Option<String>,
    /// Last day of the lease it is on, where there is one.
    pub lease_ends_on: Option<NaiveDate>,
    /// Where it stands, own unsent moves included.
    pub status: Status,
    /// How much it presses, own unsent changes included.
    pub priority: Priority,
    /// What it is about, own unsent changes included.
    pub category: Category,
    /// What the person is on it.
    pub my_role: Role,
    /// Who opened it.
    pub opened_by: UserId,
    /// His name, where it is known.
    pub opened_by_name: Option<String>,
    /// When the server took it; when it was written, while it is unsent.
    pub created_at: DateTime<Utc>,
    /// It is not on the server yet.
    pub unsent: bool,
    /// Marked unread by hand, own unsent marks included.
    pub flagged: bool,
    /// How far the person has read, own unsent markers included.
    pub read_n: u64,
    /// The largest number there is.
    pub last_n: u64,
}

/// A ticket that the server holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketRow {
    /// Which.
    pub id: TicketId,
    /// Its place.
    pub n: u64,
    /// Message or system.
    pub kind: TicketKind,
    /// Who.
    pub author_id: UserId,
    /// His name, where it is known.
    pub author_name: Option<String>,
    /// As what.
    pub author_type: Role,
    /// The person wrote it himself.
    pub mine: bool,
    /// The text.
    pub message: String,
    /// The status move of a system ticket.
    pub status_change: Option<StatusChange>,
    /// Its files, in order.
    pub files: Vec<FileRow>,
    /// When the server took it.
    pub created_at: DateTime<Utc>,
    /// When the author's device says it was written.
    pub written_at: Option<DateTime<Utc>>,
    /// It came within the days of grace after the end of the author's lease.
    pub after_lease_end: bool,
}

/// Somebody on an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// Who.
    pub user_id: UserId,
    /// Name, where it is known.
    pub name: Option<String>,
    /// As what.
    pub role: Role,
    /// How far he has read; 0 before his first marker.
    pub read_n: u64,
    /// When he got there.
    pub read_at: Option<DateTime<Utc>>,
}

#[allow(clippy::todo, unused_variables)]
impl Store {
    /// The head of an incident; none when it is neither in the cache nor in the journal.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn incident(&self, id: IncidentId) -> Result<Option<HeadRow>, StoreError> {
        todo!()
    }
    /// The page of tickets that ends before `before_n` (the newest one without).
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn thread(
        &self,
        id: IncidentId,
        before_n: Option<u64>,
        limit: u32,
    ) -> Result<Option<ThreadPage>, StoreError> {
        todo!()
    }
    /// How a user is called, where it is known.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn name_of(&self, user_id: UserId) -> Result<Option<String>, StoreError> {
        todo!()
    }
}
