//! What screens show: journal and cache read together, by id, the cache winning.

mod attachment;
mod list;
mod notification;
mod outbox;
pub(crate) mod overlay;
mod statistics;
mod thread;
mod units;
pub(crate) mod unread;

pub use attachment::{AttachmentRow, FileRow};
pub use list::{IncidentListRow, LastWords};
pub use notification::CandidateRow;
pub use outbox::{OutboxRow, UnsentRow, UnsentWhat};
pub use statistics::StatisticsRow;
pub use thread::{HeadRow, PersonRow, ThreadPage, TicketRow};
pub use units::UnitRow;
