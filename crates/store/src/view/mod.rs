//! What screens show: journal and cache read together, by id, the cache winning.

mod attachment;
mod dashboard;
pub(crate) mod head;
mod letting;
mod list;
mod list_rows;
mod newest_unread;
mod notification;
mod outbox;
pub(crate) mod overlay;
mod people;
mod search;
mod thread;
mod units;
pub(crate) mod unread;
mod unsent_steps;

pub use attachment::{AttachmentRow, FileRow};
pub use dashboard::{DashboardRows, HappenedIn, ListWanted};
pub use head::HeadRow;
pub use letting::{HomeRow, LeaseRow, PortfolioRow, PropertyRow, TenantRow};
pub use list::{IncidentListRow, LastWords};
pub use newest_unread::UnreadIncidentRow;
pub use notification::CandidateRow;
pub use outbox::{OutboxRow, UnsentRow, UnsentWhat};
pub use people::PersonRow;
pub use search::{FoundPage, FoundRow, FoundWhat};
pub use thread::{NoteRow, ThreadPage, TicketRow};
pub use units::UnitRow;
