//! What screens show: journal and cache read together, by id, the cache winning.

mod attachment;
pub(crate) mod head;
mod letting;
mod list;
mod newest_unread;
mod notification;
mod outbox;
pub(crate) mod overlay;
mod people;
mod search;
mod statistics;
mod thread;
mod units;
pub(crate) mod unread;

pub use attachment::{AttachmentRow, FileRow};
pub use head::HeadRow;
pub use letting::{HomeRow, LeaseRow, PortfolioRow, PropertyRow, TenantRow};
pub use list::{IncidentListRow, LastWords};
pub use newest_unread::UnreadIncidentRow;
pub use notification::CandidateRow;
pub use outbox::{OutboxRow, UnsentRow, UnsentWhat};
pub use people::PersonRow;
pub use search::{FoundPage, FoundRow, FoundWhat};
pub use statistics::StatisticsRow;
pub use thread::{NoteRow, ThreadPage, TicketRow};
pub use units::UnitRow;
