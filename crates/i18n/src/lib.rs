//! French and English sentences for screens, notifications and mails.
//!
//! The sentences are Fluent files in `locales/{fr,en}`, compiled into the program. French is
//! written first; a test holds both languages to the same keys with the same arguments.
//!
//! ```
//! use palier_i18n::{Language, Localizer};
//! let french = Localizer::new(Language::Fr);
//! assert_eq!(french.text("send"), "Envoyer");
//! assert_eq!(
//!     french.format("notification-title", &[("author", "Awa".into()), ("place", "3B".into())]),
//!     "Awa · 3B",
//! );
//! ```
//!
//! # Keys outside the screens
//! The desktop says these itself (file `desktop.ftl`):
//!
//! | key | arguments | where |
//! |---|---|---|
//! | `notification-title` | `author`, `place` | title of a notification |
//! | `notification-body-files` | `count` | body of a message that is only files |
//! | `notification-summary` | `count`, `incidents` | one notification instead of many |
//! | `notification-status` | `title`, `status` | a status moved (`status` from [`Localizer::status`]) |
//! | `notification-reply`, `notification-mark-read` | – | buttons of a notification |
//! | `notification-test-title`, `notification-test-body` | – | "test my notifications" |
//! | `tray-tooltip` | `count` | unread messages |
//! | `tray-open`, `tray-quit` | – | the tray's menu |
//! | `close-to-tray-title`, `close-to-tray-question`, `close-to-tray-keep`, `close-to-tray-quit` | – | asked once on closing |
//! | `pick-files-title`, `pick-files-filter`, `pick-files-filter-images` | – | the picker of files |
//! | `export-title`, `save-file-title`, `save-table-title` | – | "save as" |
//! | `table-…` | – | the columns and parts of an exported dashboard, and its file's name |
//! | `folder-in-use-title`, `folder-in-use-body` | – | a second program on one folder |
//! | `start-failed-title`, `cancel` | – | shared with the screens |
//! | `already-delivered-draft` | – | first line of a draft whose ticket had already left |
//!
//! Start at [`Localizer`]; dates and sizes are in [`time`] and [`size`].

mod domain_words;
mod language;
mod localizer;
pub mod size;
pub mod time;

pub use localizer::{Arg, Localizer};
pub use palier_domain::Language;
