//! Who is calling: passwords, sessions, and how often one may try.

pub mod password;
pub mod session;
pub mod throttle;
