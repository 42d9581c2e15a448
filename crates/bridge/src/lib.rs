//! What travels between screens and application.
//!
//! A screen sends a [`Request`] and gets its reply or a [`CommandError`]; the application sends
//! [`AppEvent`]s that name what changed, and the screen reads again what it shows. The command's
//! name, its arguments and its reply are one type each, so that a renamed field breaks the build.
//!
//! Start at [`request`] for what a person can do, at [`view`] for what is shown.

pub mod error;
pub mod event;
pub mod page;
pub mod request;
pub mod view;

pub use error::CommandError;
pub use event::AppEvent;
pub use request::Request;
