//! The server that joins owners and tenants.
//!
//! It keeps what people wrote in order, tells everybody concerned, and never takes anything twice.
//! docs/sync.md is the protocol, docs/server.md says how this program keeps it.
//!
//! - [`App`] is the server as a value: open it on a folder, serve it on a listener.
//! - `routes` answers HTTP and nothing more; `mutations` is the only way to change an incident;
//!   `feed` tells what changed; `files` takes and gives attachments; `letting` knows who lives
//!   where; `auth` who is calling; `audit` remembers who came in and who was refused; `mail` tells
//!   who is not looking; `db` is the one writer and the readers.
//! - [`ops`] is what an operator, the demonstration and tests do.
//!
//! **Invariant: everything that changes data is a piece of work for the one writer (`db::writer`);
//! it is authorised inside its transaction, numbered last, and answered after the commit.**
//!
//! ```no_run
//! # async fn start() -> Result<(), Box<dyn std::error::Error>> {
//! let app = palier_server::App::open(palier_server::Config::new("data")).await?;
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! app.serve(listener, std::future::pending()).await?;
//! # Ok(())
//! # }
//! ```

// First: it makes the macro `sql!` known to the modules after it.
#[macro_use]
mod db;

mod access;
mod app;
mod audit;
mod auth;
mod clock;
pub mod config;
mod error;
mod etag;
mod export;
mod feed;
mod files;
#[doc(hidden)]
pub mod fuzzing;
mod letting;
mod lock;
mod mail;
mod mutations;
pub mod ops;
mod origin;
mod routes;
mod search;
mod serving;
mod tls;
mod views;

pub use app::App;
pub use clock::Clock;
pub use config::Config;
pub use error::Error;
#[doc(hidden)]
pub use files::child::{COMMAND as JUDGE_FILE, main as judge_file};
