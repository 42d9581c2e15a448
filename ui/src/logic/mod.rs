//! Plain functions behind the screens: no page, no backend, all of them tested natively.

pub mod announcements;
pub mod dashboard;
pub mod delivery;
pub mod display;
pub mod draft_state;
pub mod error_text;
pub mod find_in_list;
pub mod grouping;
pub mod letting;
pub mod links;
pub mod list_split;
pub mod message_length;
pub mod more_hits;
pub mod new_incident;
pub mod pasting;
pub mod photos_state;
pub mod read_progress;
pub mod refusals;
pub mod secret_link;
pub mod thread_state;
pub mod unsaved_drafts;
pub mod visible_rows;
