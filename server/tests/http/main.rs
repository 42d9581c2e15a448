//! The server over real HTTP, on a free port, with real files.
//!
//! [`support`] has the server and the people; each other file is one idea. The database is SQLite,
//! or with `PALIER_TEST_DATABASE=postgres` a real PostgreSQL that the tests start themselves.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod access;
mod account;
mod attachments;
mod audit;
mod cookies;
mod dashboard;
mod devices;
mod epoch;
mod export;
mod file_types;
mod incidents;
mod injection;
mod invitations;
mod lease_end;
mod letting;
mod lists;
mod mail;
mod markers;
mod matrix;
mod members;
mod notes;
mod openapi;
mod password;
mod password_reset;
#[path = "../post_office/mod.rs"]
mod post_office;
#[allow(dead_code, reason = "tests of several nodes need more of it")]
#[path = "../support/postgres.rs"]
mod postgres;
mod problems;
mod pull;
mod push;
mod restart;
mod search;
mod session;
mod statements;
mod stream;
mod support;
mod tickets;
mod twins;
mod unread_mail;
mod uploads;
