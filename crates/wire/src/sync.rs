//! Push, changes, snapshot and stream: docs/sync.md has the protocol.

use crate::{
    digest::ScopeDigest,
    entity::{EntityKind, Mine},
    problem::{Problem, ProblemKind},
    scope::{Cursor, Scope},
};
use chrono::{DateTime, Utc};
use palier_domain::{
    AttachmentId, Category, DeviceId, IncidentId, MutationId, NoteId, Priority, Status, TicketId,
    UnitId, UserId,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use uuid::Uuid;

/// `POST /api/sync/push`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "user_id": "0198c1e0-3c2b-7b1a-a9f8-e7d6c5b4a392",
    "device_id": "0198c1e0-1111-7222-8333-444455556666",
    "mutations": [{
        "mutation_id": "0198c1f5-aaaa-7bbb-8ccc-ddddeeeeffff",
        "schema": 1,
        "kind": "add_ticket",
        "payload": {
            "ticket_id": "0198c1f4-77b0-7c11-b0a5-6e5d4c3b2a19",
            "incident_id": "0198c1f0-5a0e-7d3a-9f3e-2b1c5d7e9f01",
            "message": "La chaudière affiche E4.",
            "written_at": "2026-11-12T10:40:00Z",
        },
    }],
})))]
pub struct PushRequest {
    /// Whose mutations these are; another user's session answers `wrong-user`.
    pub user_id: UserId,
    /// The device that made them.
    pub device_id: DeviceId,
    /// At most [`crate::MAX_PUSH_MUTATIONS`], in the order of their lanes.
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub mutations: Vec<Mutation>,
}

/// One wish to change something. Its payload's bytes are stored once and sent again unchanged.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mutation {
    /// Its id, by which the server applies it at most once.
    pub mutation_id: MutationId,
    /// Version of the payload's format.
    pub schema: u32,
    /// Which [`Payload`].
    pub kind: String,
    /// The payload's JSON, byte for byte.
    #[cfg_attr(feature = "openapi", schema(value_type = Payload))]
    pub payload: Box<RawValue>,
    /// The mutation that has to be applied first, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depends_on: Option<MutationId>,
}

/// What a mutation does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// Opens an incident.
    OpenIncident(OpenIncident),
    /// Writes a ticket.
    AddTicket(AddTicket),
    /// Moves the status; leaves a system ticket.
    SetStatus(SetStatus),
    /// Changes the priority.
    SetPriority(SetPriority),
    /// Changes the category.
    SetCategory(SetCategory),
    /// Moves the own marker forward.
    MarkRead(MarkRead),
    /// Marks an incident unread by hand.
    MarkUnread(MarkUnread),
    /// Takes the hand-made mark back.
    ClearUnread(ClearUnread),
    /// Takes a mutation back that may or may not have arrived.
    Cancel(Cancel),
    /// Writes an internal note of owners.
    AddNote(AddNote),
    /// Wants to be told of an incident no more, or again.
    SetMute(SetMute),
}

/// Opens an incident in a unit. Its lease is the one that runs there, as the server sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenIncident {
    /// The incident's id.
    pub incident_id: IncidentId,
    /// Where.
    pub unit_id: UnitId,
    /// What it is called.
    pub title: String,
    /// What happened; may be empty.
    #[serde(default)]
    pub description: String,
    /// What it is about.
    pub category: Category,
    /// How much it presses.
    pub priority: Priority,
    /// When the device says it was written.
    pub written_at: DateTime<Utc>,
}

/// Writes a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AddTicket {
    /// The ticket's id.
    pub ticket_id: TicketId,
    /// On which incident.
    pub incident_id: IncidentId,
    /// The text; may be empty when there are files.
    #[serde(default)]
    pub message: String,
    /// Files uploaded before, in order.
    #[serde(default)]
    pub attachments: Vec<AttachmentId>,
    /// When the device says it was written.
    pub written_at: DateTime<Utc>,
}

/// Moves the status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetStatus {
    /// Which incident.
    pub incident_id: IncidentId,
    /// Id of the system ticket that records the move.
    pub ticket_id: TicketId,
    /// The status the person saw.
    pub from: Status,
    /// The status the person wants.
    pub to: Status,
    /// When the device says it was done.
    pub written_at: DateTime<Utc>,
}

/// Changes the priority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetPriority {
    /// Which incident.
    pub incident_id: IncidentId,
    /// The priority the person saw.
    pub from: Priority,
    /// The priority the person wants.
    pub to: Priority,
}

/// Changes the category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetCategory {
    /// Which incident.
    pub incident_id: IncidentId,
    /// The category the person saw.
    pub from: Category,
    /// The category the person wants.
    pub to: Category,
}

/// Moves the own marker forward: `read_n = max(read_n, min(up_to_n, last_n))`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MarkRead {
    /// Which incident.
    pub incident_id: IncidentId,
    /// Largest number displayed without a hole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to_n: Option<u64>,
    /// Largest number of a note displayed without a hole; owners only. `read_m` moves by the same
    /// rule, in a row of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to_m: Option<u64>,
    /// Rev of the hand-made mark that the person answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_flag: Option<u64>,
}

/// Writes an internal note, which only owners see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AddNote {
    /// The note's id.
    pub note_id: NoteId,
    /// On which incident.
    pub incident_id: IncidentId,
    /// The text.
    pub message: String,
    /// When the device says it was written.
    pub written_at: DateTime<Utc>,
}

/// Wants to be told of an incident no more, or again; on all devices of the user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetMute {
    /// Which incident.
    pub incident_id: IncidentId,
    /// No more.
    pub muted: bool,
}

/// Marks an incident unread by hand; lowers nothing, withdraws no receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MarkUnread {
    /// Which incident.
    pub incident_id: IncidentId,
}

/// Takes the hand-made mark back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClearUnread {
    /// Which incident.
    pub incident_id: IncidentId,
}

/// Takes a mutation back: claims the target's id as cancelled, unless it was applied.
///
/// Its result is `applied` either way; `entity` says which: `{"cancelled": true}`, and the target is
/// rejected as `cancelled` however late it comes, or `{"cancelled": false}`, and it was applied before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cancel {
    /// The mutation to take back.
    pub mutation_id: MutationId,
}

/// A payload that this version cannot read.
#[derive(Debug, thiserror::Error)]
pub enum UnreadablePayload {
    /// No such kind, or no such version of it.
    #[error("unknown mutation {kind} in schema {schema}")]
    UnknownKind {
        /// The kind as received.
        kind: String,
        /// The schema as received.
        schema: u32,
    },
    /// The JSON is not what the kind asks for.
    #[error("the payload of {kind} cannot be read")]
    Malformed {
        /// The kind as received.
        kind: String,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
}

impl Payload {
    /// The word that names it on the wire.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::OpenIncident(_) => "open_incident",
            Self::AddTicket(_) => "add_ticket",
            Self::SetStatus(_) => "set_status",
            Self::SetPriority(_) => "set_priority",
            Self::SetCategory(_) => "set_category",
            Self::MarkRead(_) => "mark_read",
            Self::MarkUnread(_) => "mark_unread",
            Self::ClearUnread(_) => "clear_unread",
            Self::Cancel(_) => "cancel",
            Self::AddNote(_) => "add_note",
            Self::SetMute(_) => "set_mute",
        }
    }

    /// The incident it is about; none for a cancel.
    pub fn incident_id(&self) -> Option<IncidentId> {
        match self {
            Self::OpenIncident(it) => Some(it.incident_id),
            Self::AddTicket(it) => Some(it.incident_id),
            Self::SetStatus(it) => Some(it.incident_id),
            Self::SetPriority(it) => Some(it.incident_id),
            Self::SetCategory(it) => Some(it.incident_id),
            Self::MarkRead(it) => Some(it.incident_id),
            Self::MarkUnread(it) => Some(it.incident_id),
            Self::ClearUnread(it) => Some(it.incident_id),
            Self::AddNote(it) => Some(it.incident_id),
            Self::SetMute(it) => Some(it.incident_id),
            Self::Cancel(_) => None,
        }
    }

    /// Whether it only moves a marker: such mutations are in no lane and are dropped when refused.
    pub fn is_marker(&self) -> bool {
        matches!(
            self,
            Self::MarkRead(_) | Self::MarkUnread(_) | Self::ClearUnread(_)
        )
    }

    /// Its JSON, to be stored once and sent unchanged.
    ///
    /// # Errors
    /// Never in practice: every payload is plain data.
    pub fn to_raw(&self) -> Result<Box<RawValue>, serde_json::Error> {
        use serde_json::value::to_raw_value as raw;
        match self {
            Self::OpenIncident(it) => raw(it),
            Self::AddTicket(it) => raw(it),
            Self::SetStatus(it) => raw(it),
            Self::SetPriority(it) => raw(it),
            Self::SetCategory(it) => raw(it),
            Self::MarkRead(it) => raw(it),
            Self::MarkUnread(it) => raw(it),
            Self::ClearUnread(it) => raw(it),
            Self::Cancel(it) => raw(it),
            Self::AddNote(it) => raw(it),
            Self::SetMute(it) => raw(it),
        }
    }

    /// Reads a payload of any version that was ever released.
    ///
    /// # Errors
    /// An unknown kind or schema, or JSON that does not fit the kind.
    pub fn decode(kind: &str, schema: u32, payload: &str) -> Result<Self, UnreadablePayload> {
        fn read<T: DeserializeOwned>(kind: &str, payload: &str) -> Result<T, UnreadablePayload> {
            serde_json::from_str(payload).map_err(|source| UnreadablePayload::Malformed {
                kind: kind.to_owned(),
                source,
            })
        }
        match (kind, schema) {
            ("open_incident", 1) => read(kind, payload).map(Self::OpenIncident),
            ("add_ticket", 1) => read(kind, payload).map(Self::AddTicket),
            ("set_status", 1) => read(kind, payload).map(Self::SetStatus),
            ("set_priority", 1) => read(kind, payload).map(Self::SetPriority),
            ("set_category", 1) => read(kind, payload).map(Self::SetCategory),
            ("mark_read", 1) => read(kind, payload).map(Self::MarkRead),
            ("mark_unread", 1) => read(kind, payload).map(Self::MarkUnread),
            ("clear_unread", 1) => read(kind, payload).map(Self::ClearUnread),
            ("cancel", 1) => read(kind, payload).map(Self::Cancel),
            ("add_note", 1) => read(kind, payload).map(Self::AddNote),
            ("set_mute", 1) => read(kind, payload).map(Self::SetMute),
            _ => Err(UnreadablePayload::UnknownKind {
                kind: kind.chars().take(80).collect(),
                schema,
            }),
        }
    }
}

impl From<UnreadablePayload> for Problem {
    fn from(error: UnreadablePayload) -> Self {
        Self::new(ProblemKind::Unreadable, error.to_string())
    }
}

/// The answer to [`PushRequest`]: one result per mutation, in the same order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PushReply {
    /// The verdicts.
    pub results: Vec<MutationResult>,
    /// The server's clock.
    pub server_time: DateTime<Utc>,
}

/// The verdict about one mutation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MutationResult {
    /// Which.
    pub mutation_id: MutationId,
    /// The verdict.
    pub status: Verdict,
    /// Why not, when rejected or to be retried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
    /// The row it made or changed, as a feed shows it, with `rev` among its members: the ticket of
    /// `add_ticket`, the note of `add_note`, the incident of `open_incident` and `set_status`,
    /// `set_priority`, `set_category`. None for markers and `set_mute`; of a cancel see
    /// [`Cancel`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<serde_json::Value>,
}

/// What became of a mutation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Done now.
    Applied,
    /// Done before; the stored result is repeated.
    Duplicate,
    /// Never, as it stands.
    Rejected,
    /// No verdict: send it again.
    Retry,
}

/// One row of a feed, or its departure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Change {
    /// The feed.
    pub scope: Scope,
    /// The kind of row; [`EntityKind::Unknown`] ones are skipped.
    pub kind: EntityKind,
    /// Put or drop.
    pub op: Op,
    /// The row's id.
    pub id: Uuid,
    /// The row's version; a newer one replaces an older one.
    pub rev: u64,
    /// The row; none on a drop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<serde_json::Value>,
    /// The caller's own numbers, with incidents and the caller's own participant row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mine: Option<Mine>,
}

/// What a change does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// The row is in the scope.
    Put,
    /// The row left the scope.
    Drop,
}

/// `GET /api/sync/changes?cursor=C`, and the `data:` of a stream event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangesPage {
    /// Where the page starts.
    pub from: Cursor,
    /// Where it ends; names no scope that `from` lacks.
    pub to: Cursor,
    /// There is more after `to`.
    pub more: bool,
    /// Every scope the caller may see now. Obeyed only when the page's number for the user's own
    /// scope is not below the stored one.
    pub scopes: Vec<Scope>,
    /// The changes, those of one scope in its order.
    pub changes: Vec<Change>,
    /// On a page after which there is no more: what each scope's rows come to at `to`. Whoever holds
    /// other rows has to fetch that scope again. Not on the live stream.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, ScopeDigest>))]
    pub digests: BTreeMap<Scope, ScopeDigest>,
    /// The server's clock.
    pub server_time: DateTime<Utc>,
    /// Version of the entities' format.
    pub schema: u32,
}

/// `GET /api/sync/snapshot?scope=S&after=K`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SnapshotPage {
    /// The scope.
    pub scope: Scope,
    /// On the first page: the scope's number, taken before any row was read. The delta starts there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    /// Rows, as puts: portfolio, properties, units, leases, cards, incidents and participants
    /// first, then tickets from the newest, then attachments with them.
    pub changes: Vec<Change>,
    /// `after` of the next page; none on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// The server's clock.
    pub server_time: DateTime<Utc>,
    /// Version of the entities' format.
    pub schema: u32,
}

/// Numbers per scope, as pages and cursors carry them.
pub type Numbers = BTreeMap<Scope, u64>;
