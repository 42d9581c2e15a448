//! Waiting for what will be so soon.

use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// Within this time something happens, or it does not happen.
pub const SOON: Duration = Duration::from_secs(10);
/// Starting a program is allowed more: other tests and builds may run beside it.
pub const START: Duration = Duration::from_secs(30);
/// Between two questions.
const AGAIN: Duration = Duration::from_millis(40);

/// Asks until the answer is `Some`, for at most [`SOON`].
///
/// # Panics
/// When it is still `None` then; `what` says what was waited for.
pub async fn until<T>(what: &str, ask: impl AsyncFnMut() -> Option<T>) -> T {
    until_within(SOON, what, ask).await
}

/// Asks until the answer is `Some`, for at most `limit`.
///
/// # Panics
/// As [`until`].
pub async fn until_within<T>(
    limit: Duration,
    what: &str,
    mut ask: impl AsyncFnMut() -> Option<T>,
) -> T {
    let end = Instant::now() + limit;
    loop {
        // A question that hangs is an answer too.
        let answer = timeout(limit, ask()).await;
        match answer {
            Ok(Some(answer)) => return answer,
            Ok(None) if Instant::now() < end => sleep(AGAIN).await,
            _ => panic!("waited {} s in vain: {what}", limit.as_secs()),
        }
    }
}
