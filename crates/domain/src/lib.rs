//! What an incident, a ticket and a person are, and the rules about them.
//!
//! Everybody may know this crate: the server, the engine, the screens. It does no I/O and
//! reads no clock, so every rule in it is a plain function that a plain test can ask.
//! A rule lives here exactly once: who may move a status is [`StatusMove::judge`], what
//! counts as unread is [`counts_as_unread`], what a file may be is [`MediaType`].
//!
//! Start at [`incident`] and [`ticket`].

pub mod access;
pub mod account;
pub mod attachment;
pub mod audit;
pub mod failpoint;
pub mod id;
pub mod incident;
pub mod language;
pub mod letting;
pub mod link;
pub mod outbox;
pub mod pause;
pub mod planted;
pub mod quiet_hours;
pub mod search;
pub mod statistics;
pub mod text;
pub mod ticket;
pub mod unread;
pub mod unread_mail;

pub use access::{Act, Denied, LeaseStanding, Role, may};
pub use account::{DisplayName, Email, NewPassword, password_as_hashed};
pub use attachment::{
    FileName, MAX_ATTACHMENT_BYTES, MAX_UNUSED_BYTES, MediaType, Sha256, fits_quota,
};
pub use audit::AuditAction;
pub use id::{
    AttachmentId, DeviceId, IncidentId, InvitationId, LeaseId, MutationId, NoteId, PortfolioId,
    PropertyId, SessionId, TicketId, UnitId, UserId,
};
pub use incident::{Category, IncidentTitle, Priority, Status, StatusMove, is_in_sight};
pub use language::Language;
pub use letting::{
    INVITATION_DAYS, LeaseTerm, MAX_INVITATIONS, MAX_TENANTS, PASSWORD_RESET_MINUTES,
    PortfolioName, PropertyAddress, PropertyName, TimeZone, UnitLabel, may_delete, may_invite,
    may_leave, may_live_together, may_make_reset_link,
};
pub use link::{LINK_SCHEME, incident_link, parse_incident_link};
pub use outbox::OutboxState;
pub use pause::{Pause, PauseLength};
pub use quiet_hours::QuietHours;
pub use search::{Piece, SearchQuery};
pub use statistics::{
    Counted, Figures, Spread, dashboard::Dashboard, period::Period, period::PeriodChoice,
};
pub use text::{Invalid, InvalidReason};
pub use ticket::{MAX_ATTACHMENTS, MAX_MESSAGE_BYTES, TicketKind, TicketText};
pub use unread::{QueuedMarker, ReadView, counts_as_unread, shown_unread};
pub use unread_mail::{
    UNREAD_MAIL_AGE, UNREAD_MAIL_PAUSE, UnreadMailMinutes, first_words, may_be_mailed,
};
