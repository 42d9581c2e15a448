//! The desktop application without a window.
//!
//! What a person can do is a method of [`Client`] with the request's name; what a person would see
//! outside the page goes through [`Shell`], so that a test can ask "what would the person have
//! seen?". Sending, fetching and announcing happen behind it, by the decisions of `palier_engine`.
//!
//! ```no_run
//! # async fn example(shell: std::sync::Arc<dyn palier_client::Shell>, incident_id: palier_domain::IncidentId)
//! # -> Result<(), palier_bridge::CommandError> {
//! use palier_bridge::request::{SendTicket, SignIn};
//! use palier_client::{Client, ClientConfig, vault};
//! use std::sync::Arc;
//!
//! let config = ClientConfig::new("/home/awa/.local/share/palier", "https://palier.exemple.fr");
//! let vault = Arc::new(vault::DesktopVault::new(config.limits.keyring));
//! let client = Client::start(config, shell, vault).await;
//! client.sign_in(SignIn {
//!     server: "https://palier.exemple.fr".into(),
//!     email: "awa@exemple.fr".into(),
//!     password: "correct horse".into(),
//! }).await?;
//! client.send_ticket(SendTicket { incident_id, message: "Le plombier vient à 9 h".into() }).await?;
//! # Ok(()) }
//! ```
//!
//! - `requests`: what a person can do;
//! - `driver`: carries out what the engine decides, one task per account;
//! - `api`: the server over HTTP, each outcome judged in one place;
//! - `view`: rows of the store as screens show them;
//! - [`crashes`]: reports of what went wrong in an earlier run;
//! - [`ticketing`]: the service under the names that other programs know.

mod account;
mod accounts;
mod address;
mod api;
mod client;
mod config;
pub mod crashes;
mod dashboard_table;
mod driver;
mod error;
mod files;
mod installation;
mod profile;
mod requests;
mod rounds;
mod rt;
pub mod shell;
pub mod ticketing;
pub mod vault;
mod view;
mod words;
mod zone;

pub use address::{BadAddress, ServerAddress};
pub use client::Client;
pub use config::{ClientConfig, Limits};
pub use shell::{
    Notification, NotificationAct, NotificationAction, PickFiles, Shell, ShellError, UnreadIncident,
};
pub use vault::{Vault, VaultError};
