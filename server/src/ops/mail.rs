//! Queues mail and hands it over without waiting for the worker's next round.

use crate::{App, Error, mail};
use futures_util::FutureExt;
use uuid::Uuid;

pub use crate::mail::{Content, Letter, To};

/// Queues `letter`.
///
/// # Errors
/// The storage's.
pub async fn queue(app: &App, letter: Letter) -> Result<Uuid, Error> {
    app.db()
        .write(move |tx| mail::queue(tx, letter).boxed())
        .await
}

/// Hands over everything that is due now; returns how many letters the mail server took. Without a
/// mail server nothing happens.
///
/// # Errors
/// The storage's. What the mail server says is no error: it is written down.
pub async fn deliver(app: &App) -> Result<usize, Error> {
    mail::worker::round(app).await
}
