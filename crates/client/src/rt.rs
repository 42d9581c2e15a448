//! Tasks and time, which a browser has in its own way.
//!
//! There everything runs on one thread, so nothing has to be [`MaybeSend`], and what comes from the
//! browser's own functions is not.

use std::time::Duration;
#[cfg(not(target_family = "wasm"))]
pub(crate) use tokio::{
    spawn,
    task::{AbortHandle, JoinHandle, JoinSet},
    time::{sleep, timeout},
};
#[cfg(target_family = "wasm")]
pub(crate) use tokio_with_wasm::alias::{
    spawn,
    task::{AbortHandle, JoinHandle, JoinSet},
    time::{sleep, timeout},
};
pub(crate) use web_time::Instant;

/// The application runs in a browser: its session is a cookie that no script can read, and the
/// browser's own functions bring its requests to the server.
pub(crate) const IN_BROWSER: bool = cfg!(target_family = "wasm");

/// `Send`, where there are threads.
#[cfg(not(target_family = "wasm"))]
pub(crate) trait MaybeSend: Send {}
#[cfg(not(target_family = "wasm"))]
impl<T: Send> MaybeSend for T {}

/// `Send`, where there are threads.
#[cfg(target_family = "wasm")]
pub(crate) trait MaybeSend {}
#[cfg(target_family = "wasm")]
impl<T> MaybeSend for T {}

/// Sleeps until that instant.
pub(crate) async fn sleep_until(instant: Instant) {
    let left = instant.saturating_duration_since(Instant::now());
    if left > Duration::ZERO {
        sleep(left).await;
    }
}
