//! What a person can do: one method of [`Client`](crate::Client) per request of the bridge, with
//! its command's name.
//!
//! Each method reads what was typed, asks the rules of `domain`, changes the journal, tells the
//! engine and the page, and maps its error once.

mod account;
mod call;
mod dashboard;
mod desktop;
mod drafts;
mod files;
mod incidents;
mod joining;
mod leaving;
pub(crate) mod letting;
mod links;
mod markers;
mod online;
mod outbox;
pub(crate) mod pause;
mod search;
mod sent;
mod session;
mod settings;
mod threads;
