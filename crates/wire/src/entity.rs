//! The rows that both sides hold. Their data depends on (kind, id) alone, whoever asks; only
//! [`Mine`] is the caller's own.

use chrono::{DateTime, NaiveDate, Utc};
use palier_domain::{
    AttachmentId, Category, IncidentId, LeaseId, MediaType, NoteId, PortfolioId, Priority,
    PropertyId, ReadView, Role, Sha256, Status, TicketId, TicketKind, UnitId, UserId,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The kinds of row in a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    /// [`Portfolio`].
    Portfolio,
    /// [`Property`].
    Property,
    /// [`Unit`].
    Unit,
    /// [`Lease`].
    Lease,
    /// [`UserCard`].
    UserCard,
    /// [`Incident`].
    Incident,
    /// [`Participant`].
    Participant,
    /// [`Ticket`].
    Ticket,
    /// [`Attachment`].
    Attachment,
    /// [`Membership`], in the user's own scope alone.
    Membership,
    /// [`Note`], in the portfolio's scope alone.
    Note,
    /// [`NoteMarker`], in the user's own scope alone.
    NoteMarker,
    /// [`Mute`], in the user's own scope alone.
    Mute,
    /// A kind of a later version: kept and skipped.
    #[serde(other)]
    Unknown,
}

impl EntityKind {
    /// The word that SQL and JSON use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Portfolio => "portfolio",
            Self::Property => "property",
            Self::Unit => "unit",
            Self::Lease => "lease",
            Self::UserCard => "user_card",
            Self::Incident => "incident",
            Self::Participant => "participant",
            Self::Ticket => "ticket",
            Self::Attachment => "attachment",
            Self::Membership => "membership",
            Self::Note => "note",
            Self::NoteMarker => "note_marker",
            Self::Mute => "mute",
            Self::Unknown => "unknown",
        }
    }

    /// The kind that `word` names; [`EntityKind::Unknown`] for one of a later version.
    pub fn from_word(word: &str) -> Self {
        [
            Self::Portfolio,
            Self::Property,
            Self::Unit,
            Self::Lease,
            Self::UserCard,
            Self::Incident,
            Self::Participant,
            Self::Ticket,
            Self::Attachment,
            Self::Membership,
            Self::Note,
            Self::NoteMarker,
            Self::Mute,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == word)
        .unwrap_or(Self::Unknown)
    }
}

/// What one landlord or agency lets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Portfolio {
    /// Its id.
    pub id: PortfolioId,
    /// Its name.
    pub name: String,
}

/// A building or house.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Property {
    /// Its id.
    pub id: PropertyId,
    /// The portfolio it belongs to.
    pub portfolio_id: PortfolioId,
    /// Its name, as people call it.
    pub name: String,
    /// Where it is: some lines; empty when nobody said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// IANA time zone, for instance `Europe/Paris`.
    pub time_zone: String,
}

/// A flat, house or shop that is let as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Unit {
    /// Its id.
    pub id: UnitId,
    /// The property it is in.
    pub property_id: PropertyId,
    /// Its label, for instance `3B`.
    pub label: String,
}

/// The tenants of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lease {
    /// Its id.
    pub id: LeaseId,
    /// The unit.
    pub unit_id: UnitId,
    /// First day, in the property's time zone.
    pub starts_on: NaiveDate,
    /// Last day, in the property's time zone; none while it runs on.
    pub ends_on: Option<NaiveDate>,
    /// Who lives there.
    pub tenants: Vec<LeaseTenant>,
}

/// One tenant of a lease.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeaseTenant {
    /// Who.
    pub user_id: UserId,
    /// When he left before the lease ended.
    pub left_at: Option<DateTime<Utc>>,
}

/// How a person is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserCard {
    /// Who.
    pub id: UserId,
    /// Name on screen.
    pub name: String,
}

/// One case in a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Incident {
    /// Its id, made by the client that opened it.
    pub id: IncidentId,
    /// The portfolio whose owners see it.
    pub portfolio_id: PortfolioId,
    /// The property it is in.
    pub property_id: PropertyId,
    /// The unit it is in.
    pub unit_id: UnitId,
    /// The lease whose tenants see it; none while the unit is vacant. Never changes.
    pub lease_id: Option<LeaseId>,
    /// What it is called.
    pub title: String,
    /// What the person who opened it said.
    pub description: String,
    /// What it is about.
    pub category: Category,
    /// How much it presses.
    pub priority: Priority,
    /// Where it stands.
    pub status: Status,
    /// How often it came back to life.
    pub reopened: u32,
    /// Who opened it.
    pub opened_by: UserId,
    /// As what.
    pub opened_by_type: Role,
    /// Number of its last ticket; 0 without one.
    pub last_n: u64,
    /// When the server took it.
    pub created_at: DateTime<Utc>,
    /// When its last ticket or change came.
    pub updated_at: DateTime<Utc>,
}

/// One message on an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ticket {
    /// Its id, made by the client that wrote it.
    pub id: TicketId,
    /// The incident.
    pub incident_id: IncidentId,
    /// Its place in the thread: 1, 2, 3 … without gaps.
    pub n: u64,
    /// Message or system.
    pub kind: TicketKind,
    /// Who wrote it (or moved the status).
    pub author_id: UserId,
    /// As what.
    pub author_type: Role,
    /// The text; empty on a system ticket or when only files were sent.
    pub message: String,
    /// Its files, in order.
    pub attachments: Vec<AttachmentId>,
    /// The status move of a system ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_change: Option<StatusChange>,
    /// When the server took it.
    pub created_at: DateTime<Utc>,
    /// When the author's device says it was written.
    pub written_at: Option<DateTime<Utc>>,
    /// It came within the days of grace after the end of the author's lease.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub after_lease_end: bool,
}

/// From which status to which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusChange {
    /// Before.
    pub from: Status,
    /// After.
    pub to: Status,
}

/// A user on an incident, and how far he has read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Participant {
    /// Its own id.
    pub id: Uuid,
    /// The incident.
    pub incident_id: IncidentId,
    /// Who.
    pub user_id: UserId,
    /// As what.
    pub role: Role,
    /// Largest number read without holes.
    pub read_n: u64,
    /// When he got there.
    pub read_at: Option<DateTime<Utc>>,
}

/// A file of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Attachment {
    /// Its id, made by the client.
    pub id: AttachmentId,
    /// The incident it is on.
    pub incident_id: IncidentId,
    /// The ticket that carries it.
    pub ticket_id: TicketId,
    /// Its name.
    pub name: String,
    /// Its type, recognised by content.
    pub media_type: MediaType,
    /// Size of the original, in bytes.
    pub size: u64,
    /// Digest of the original.
    pub sha256: Sha256,
    /// Size in bytes of what others get, where it was re-encoded without EXIF and GPS.
    pub shared_size: u64,
    /// Digest of what others get.
    pub shared_sha256: Sha256,
    /// The server has a small picture of it.
    pub has_thumbnail: bool,
}

/// An internal remark of owners on an incident. No tenant learns that there is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Note {
    /// Its id, made by the client that wrote it.
    pub id: NoteId,
    /// The incident.
    pub incident_id: IncidentId,
    /// Its place among the notes: 1, 2, 3 … without gaps.
    pub m: u64,
    /// The number of the last ticket when it came: it stands after that one.
    pub after_n: u64,
    /// Who wrote it.
    pub author_id: UserId,
    /// The text.
    pub message: String,
    /// When the server took it.
    pub created_at: DateTime<Utc>,
    /// When the author's device says it was written.
    pub written_at: DateTime<Utc>,
}

/// How far a user has read the notes of an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoteMarker {
    /// Its own id.
    pub id: Uuid,
    /// The incident.
    pub incident_id: IncidentId,
    /// Largest number read without holes.
    pub read_m: u64,
    /// When he got there.
    pub read_at: DateTime<Utc>,
}

/// Whether a user wants to be told of an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mute {
    /// Its own id.
    pub id: Uuid,
    /// The incident.
    pub incident_id: IncidentId,
    /// He does not.
    pub muted: bool,
}

/// A scope that the user belongs to, and as what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Membership {
    /// The portfolio or lease's id.
    pub id: Uuid,
    /// As what.
    pub role: Role,
}

/// What the server computed for the caller about one incident, stamped so that the newer of two
/// wins: (incident rev, participant rev).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mine {
    /// The numbers.
    #[serde(flatten)]
    pub view: ReadView,
    /// Rev of the caller's hand-made unread mark; `seen_flag` of a `mark_read` names it.
    pub flag_rev: u64,
    /// Rev of the incident that the numbers belong to.
    pub incident_rev: u64,
    /// Rev of the caller's participant row that the numbers belong to; 0 without one.
    pub participant_rev: u64,
}
