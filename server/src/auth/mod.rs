//! Who is calling: accounts and passwords, sessions, and how often one may try.

pub mod account;
pub mod password;
pub mod reset;
pub(crate) mod secret;
pub mod session;
pub mod throttle;
