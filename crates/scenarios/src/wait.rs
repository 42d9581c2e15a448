//! Waiting for a condition.

use std::{future::Future, time::Duration};
use tokio::time::{Instant, sleep};

/// How long a story waits for what must happen. Generous: the machine may be busy.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// How often a condition is asked again. What is waited for has no event of its own on the server's
/// side, so it is asked.
const AGAIN: Duration = Duration::from_millis(15);

/// Waits until `condition` holds.
///
/// # Panics
/// When it does not within [`PATIENCE`]: the story has failed.
pub async fn eventually<F: Future<Output = bool>>(what: &str, mut condition: impl FnMut() -> F) {
    let end = Instant::now() + PATIENCE;
    loop {
        if condition().await {
            return;
        }
        assert!(Instant::now() < end, "did not happen in time: {what}");
        sleep(AGAIN).await;
    }
}
