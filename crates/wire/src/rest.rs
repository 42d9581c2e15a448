//! Bodies of the routes that people and other programs call; [`crate::sync`] is what the
//! application speaks. A ticket here has the columns of the table `incident_responses`.

use chrono::{DateTime, Utc};
use palier_domain::{
    AttachmentId, Category, IncidentId, NoteId, Priority, Role, Sha256, Status, TicketId,
    TicketKind, UnitId, UserId,
};
use serde::{Deserialize, Serialize};

use crate::entity::{Incident, Note, StatusChange};
#[cfg(feature = "openapi")]
use crate::schema::{Line, Lines, Text};

/// One row of `incident_responses`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "id": "0198c1f4-77b0-7c11-b0a5-6e5d4c3b2a19",
    "incident_id": "0198c1f0-5a0e-7d3a-9f3e-2b1c5d7e9f01",
    "author_id": "0198c1e0-3c2b-7b1a-a9f8-e7d6c5b4a392",
    "author_name": "Awa Diallo",
    "author_type": "tenant",
    "message": "La chaudière affiche E4.",
    "attachments": [],
    "is_read": false,
    "created_at": "2026-11-12T10:40:00.123456Z",
    "updated_at": "2026-11-12T10:40:00.123456Z",
    "n": 1,
    "kind": "message",
    "written_at": "2026-11-12T10:40:00Z",
    "message_sha256": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
})))]
pub struct IncidentResponse {
    /// Its id.
    pub id: TicketId,
    /// The incident.
    pub incident_id: IncidentId,
    /// Who wrote it.
    pub author_id: UserId,
    /// How he is called.
    pub author_name: String,
    /// As what he wrote.
    pub author_type: Role,
    /// The text.
    pub message: String,
    /// Its files, in order: attachment ids.
    pub attachments: Vec<AttachmentId>,
    /// Somebody of the other role has read it.
    pub is_read: bool,
    /// When the server took it.
    pub created_at: DateTime<Utc>,
    /// When `is_read` last changed, or when it was made.
    pub updated_at: DateTime<Utc>,
    /// Its place in the thread.
    pub n: u64,
    /// Message or system.
    pub kind: TicketKind,
    /// The status move of a system ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_change: Option<StatusChange>,
    /// When the author's device says it was written.
    pub written_at: Option<DateTime<Utc>>,
    /// Digest of `message` in UTF-8.
    pub message_sha256: Sha256,
    /// It came within the days of grace after the end of the author's lease.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub after_lease_end: bool,
}

/// `GET /api/incidents/{id}/tickets?after_n=&before_n=&limit=`, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketPage {
    /// The tickets.
    pub tickets: Vec<IncidentResponse>,
    /// There is more in the direction asked for.
    pub more: bool,
}

/// `POST /api/incidents/{id}/tickets`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "id": "0198c1f4-77b0-7c11-b0a5-6e5d4c3b2a19",
    "message": "La chaudière affiche E4.",
})))]
pub struct NewTicket {
    /// UUID made by the client; 422 without. Sending it again is safe.
    pub id: TicketId,
    /// The text, at most 16 KiB of UTF-8; may be empty when there are files.
    #[cfg_attr(feature = "openapi", schema(value_type = Lines<16384>))]
    #[serde(default)]
    pub message: String,
    /// Files uploaded before.
    #[cfg_attr(feature = "openapi", schema(max_items = 10))]
    #[serde(default)]
    pub attachments: Vec<AttachmentId>,
    /// When it was written, where that differs from now.
    #[serde(default)]
    pub written_at: Option<DateTime<Utc>>,
}

/// `POST /api/incidents`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "id": "0198c1f0-5a0e-7d3a-9f3e-2b1c5d7e9f01",
    "unit_id": "0198c1ef-0f4b-7aa5-8e4a-7a0b9c1d2e3f",
    "title": "Plus d’eau chaude",
    "description": "Depuis ce matin.",
    "category": "heating",
    "priority": "high",
})))]
pub struct NewIncident {
    /// UUID made by the client; 422 without. Sending it again is safe.
    pub id: IncidentId,
    /// Where.
    pub unit_id: UnitId,
    /// What it is called: one line, at most 200 bytes of UTF-8.
    #[cfg_attr(feature = "openapi", schema(value_type = Line<200>))]
    pub title: String,
    /// What happened, at most 16 KiB of UTF-8.
    #[cfg_attr(feature = "openapi", schema(value_type = Lines<16384>))]
    #[serde(default)]
    pub description: String,
    /// What it is about.
    pub category: Category,
    /// How much it presses; `normal` when left out.
    #[serde(default)]
    pub priority: Option<Priority>,
}

/// One incident with the caller's own numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IncidentView {
    /// The incident.
    #[serde(flatten)]
    pub incident: Incident,
    /// How many tickets count as unread for the caller.
    pub unread: u64,
    /// How far the caller has read.
    pub read_n: u64,
    /// The caller marked it unread by hand.
    #[serde(default)]
    pub flagged: bool,
}

/// What a list of incidents is sorted by, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum IncidentSort {
    /// The last ticket or change.
    #[default]
    Activity,
    /// When it was opened.
    Opened,
}

/// `GET /api/incidents`, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IncidentPage {
    /// The incidents.
    pub incidents: Vec<IncidentView>,
    /// `after` of the next page; none on the last.
    pub next: Option<String>,
}

/// `PATCH /api/incidents/{id}` with `If-Match`. Each move of the status leaves a system ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"status": "planned"})))]
#[serde(deny_unknown_fields)]
pub struct IncidentPatch {
    /// The status wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// The priority wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// The category wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
}

/// An internal note with its author's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoteView {
    /// The note.
    #[serde(flatten)]
    pub note: Note,
    /// How its author is called.
    pub author_name: String,
}

/// `GET /api/incidents/{id}/notes?after_m=&before_m=&limit=`, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NotePage {
    /// The notes.
    pub notes: Vec<NoteView>,
    /// There is more in the direction asked for.
    pub more: bool,
}

/// `POST /api/incidents/{id}/notes`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "id": "0198c1f6-2b3c-7d4e-8f5a-6b7c8d9e0f1a",
    "message": "Assurance prévenue, dossier 4711.",
})))]
pub struct NewNote {
    /// UUID made by the client; 422 without. Sending it again is safe.
    pub id: NoteId,
    /// The text, at most 16 KiB of UTF-8.
    #[cfg_attr(feature = "openapi", schema(value_type = Text<16384>))]
    pub message: String,
    /// When it was written, where that differs from now.
    #[serde(default)]
    pub written_at: Option<DateTime<Utc>>,
}

/// `PUT /api/incidents/{id}/read-marker`: at least one of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"up_to_n": 3})))]
pub struct ReadMarker {
    /// Read the tickets up to here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to_n: Option<u64>,
    /// Read the notes up to here; owners only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to_m: Option<u64>,
}
