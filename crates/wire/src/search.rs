//! Full-text search: `GET /api/search?q=&after=&limit=`.

use chrono::{DateTime, Utc};
use palier_domain::{
    AttachmentId, IncidentId, LeaseId, MediaType, Piece, Role, Status, TicketId, UnitId, UserId,
};
use serde::{Deserialize, Serialize};

/// What was found and the caller may see, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchPage {
    /// The results.
    pub results: Vec<SearchResult>,
    /// `after` of the next page; none on the last.
    pub next: Option<String>,
}

/// Something that has the words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchResult {
    /// What it is, and where to find it.
    #[serde(flatten)]
    pub found: Found,
    /// Where it belongs: the incident's title, or the unit of a tenant.
    pub title: String,
    /// The part of its text around the first hit, in pieces. Plain text, whatever it looks like.
    pub excerpt: Vec<Piece>,
    /// When it was made.
    pub at: DateTime<Utc>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Found {
    /// A message; the words are in it.
    Ticket {
        /// Its id.
        ticket_id: TicketId,
        /// Its incident.
        incident_id: IncidentId,
        /// Its place in the thread.
        n: u64,
        /// Who wrote it.
        author_name: String,
        /// As what he wrote.
        author_type: Role,
    },
    /// An incident; the words are in its title or its description.
    Incident {
        /// Its id.
        incident_id: IncidentId,
        /// Where it stands.
        status: Status,
    },
    /// A file; the words are in its name.
    Attachment {
        /// Its id.
        attachment_id: AttachmentId,
        /// Its incident.
        incident_id: IncidentId,
        /// The place in the thread of the ticket that carries it.
        n: u64,
        /// What it is.
        media_type: MediaType,
    },
    /// A tenant, also one who has left; the words are in his name.
    Tenant {
        /// Who.
        user_id: UserId,
        /// His lease.
        lease_id: LeaseId,
        /// Where that is.
        unit_id: UnitId,
    },
}
