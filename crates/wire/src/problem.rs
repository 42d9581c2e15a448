//! Refusals, as RFC 9457 problem details.

use palier_domain::{Denied, Invalid};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Media type of a [`Problem`].
pub const MEDIA_TYPE: &str = "application/problem+json";

/// A refusal. `type` is stable and somebody branches on it; the other members explain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[error("{kind:?} ({status}): {detail}")]
pub struct Problem {
    /// What is wrong.
    #[serde(rename = "type")]
    pub kind: ProblemKind,
    /// The HTTP status, repeated.
    #[cfg_attr(feature = "openapi", schema(minimum = 400, maximum = 599))]
    pub status: u16,
    /// An English sentence for logs and for people with `curl`.
    pub detail: String,
    /// The request's id, under which the server logged the whole story.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// The field that was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invalid: Option<Invalid>,
    /// The rule that refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denied: Option<Denied>,
    /// The files that are missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<Uuid>,
    /// The row as it is now.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<serde_json::Value>,
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $name:ident = $slug:literal, $status:literal;)*) => {
        /// The stable `type` of a problem: `urn:palier:problem:<slug>`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum ProblemKind {
            $($(#[doc = $doc])* #[serde(rename = $slug)] $name,)*
            /// A type of a later version.
            #[serde(other)]
            Unknown,
        }

        impl ProblemKind {
            /// Every kind of this version.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The HTTP status it travels with.
            pub fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* Self::Unknown => 500 }
            }

            /// Its `type` on the wire.
            pub fn urn(self) -> &'static str {
                match self { $(Self::$name => $slug,)* Self::Unknown => "about:blank" }
            }

            /// What it means, for people who read the API's description.
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($($doc),*).trim_ascii(),)*
                    Self::Unknown => "A type of a later version.",
                }
            }
        }
    };
}

kinds! {
    /// No session, or one that has ended.
    Unauthenticated = "urn:palier:problem:unauthenticated", 401;
    /// Mail address and password do not belong together (or the address is unknown: the same answer).
    WrongCredentials = "urn:palier:problem:wrong-credentials", 401;
    /// A browser came with a cookie from a page that is not this server's own.
    ForeignOrigin = "urn:palier:problem:foreign-origin", 403;
    /// The link is unknown, was used or taken back, or has expired.
    LinkGone = "urn:palier:problem:link-gone", 410;
    /// A rule refused; `denied` says which.
    Forbidden = "urn:palier:problem:forbidden", 403;
    /// There is nothing there that the caller may see.
    NotFound = "urn:palier:problem:not-found", 404;
    /// The route does not take this method.
    MethodNotAllowed = "urn:palier:problem:method-not-allowed", 405;
    /// A value was refused; `invalid` says which.
    Invalid = "urn:palier:problem:invalid", 422;
    /// The body is not the JSON that the route reads.
    Unreadable = "urn:palier:problem:unreadable", 400;
    /// The body or file is larger than the limit.
    TooLarge = "urn:palier:problem:too-large", 413;
    /// The portfolio, or what its sender uploaded for no ticket, would hold more bytes than it may.
    QuotaExceeded = "urn:palier:problem:quota-exceeded", 413;
    /// The part of the file that was asked for lies outside it.
    RangeNotSatisfiable = "urn:palier:problem:range-not-satisfiable", 416;
    /// The file's content is of no accepted type, or its name says something else.
    UnsupportedFile = "urn:palier:problem:unsupported-file", 415;
    /// The file's bytes are not those that were announced.
    ChecksumMismatch = "urn:palier:problem:checksum-mismatch", 460;
    /// The upload stands at another offset.
    OffsetMismatch = "urn:palier:problem:offset-mismatch", 409;
    /// The upload is unknown or has expired.
    UploadGone = "urn:palier:problem:upload-gone", 410;
    /// The value was changed by somebody else meanwhile; `current` is the row.
    ChangedMeanwhile = "urn:palier:problem:changed-meanwhile", 409;
    /// The mutation's id was used for something else.
    MutationIdReused = "urn:palier:problem:mutation-id-reused", 422;
    /// The id belongs to something else.
    IdTaken = "urn:palier:problem:id-taken", 409;
    /// The unit has another lease on some of these days; `current` is that lease.
    LeaseOverlap = "urn:palier:problem:lease-overlap", 409;
    /// Files of the ticket are not on the server; `ids` names them.
    FilesMissing = "urn:palier:problem:files-missing", 409;
    /// What the mutation depends on was rejected.
    ParentFailed = "urn:palier:problem:parent-failed", 409;
    /// What the mutation depends on is unknown.
    ParentMissing = "urn:palier:problem:parent-missing", 409;
    /// The mutation was taken back before it arrived.
    Cancelled = "urn:palier:problem:cancelled", 409;
    /// The request belongs to another life of the server's data.
    EpochChanged = "urn:palier:problem:epoch-changed", 409;
    /// The cursor is too old to be continued: bootstrap again.
    CursorGone = "urn:palier:problem:cursor-gone", 410;
    /// The session belongs to another user than the push names.
    WrongUser = "urn:palier:problem:wrong-user", 409;
    /// PATCH without `If-Match`.
    PreconditionRequired = "urn:palier:problem:precondition-required", 428;
    /// `If-Match` names an older state.
    PreconditionFailed = "urn:palier:problem:precondition-failed", 412;
    /// The client is too old to be understood.
    UpdateRequired = "urn:palier:problem:update-required", 426;
    /// Too many requests; `Retry-After` says how long to wait.
    RateLimited = "urn:palier:problem:rate-limited", 429;
    /// Not now: try again.
    Unavailable = "urn:palier:problem:unavailable", 503;
    /// A fault of the server; `instance` finds it in the log.
    Internal = "urn:palier:problem:internal", 500;
}

impl Problem {
    /// A problem of `kind` with its usual status.
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            status: kind.status(),
            detail: detail.into(),
            instance: None,
            invalid: None,
            denied: None,
            ids: Vec::new(),
            current: None,
        }
    }
}

impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Self {
        Self {
            invalid: Some(invalid.clone()),
            ..Self::new(ProblemKind::Invalid, invalid.to_string())
        }
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        Self {
            denied: Some(denied),
            ..Self::new(ProblemKind::Forbidden, denied.to_string())
        }
    }
}
