//! A desktop of its own for every test, with the real programs in it.
//!
//! A [`Stage`] has everything a person's computer would have: a display with a window manager, a
//! session bus, a keyring, notifications; and besides a server in a process of its own, and a
//! network between the two that can be cut. All of it listens on free ports and private addresses,
//! lives in a temporary folder, and ends with the test.
//!
//! Nothing sleeps: [`until`] asks again until something holds, and gives up after a generous time.

pub mod desktop;
pub mod evidence;
pub mod network;
pub mod notifications;
pub mod picker;
pub mod process;
pub mod rest;
pub mod server;
pub mod stage;
pub mod tray;
pub mod webdriver;
pub mod window;

use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// Within this time something happens, or it does not happen.
pub const SOON: Duration = Duration::from_secs(10);
/// Starting a program is allowed more: other tests and builds may run beside it.
pub const START: Duration = Duration::from_secs(30);
/// Between two questions.
const AGAIN: Duration = Duration::from_millis(40);

/// Asks until the answer is `Some`, for at most [`SOON`].
pub async fn until<T>(what: &str, ask: impl AsyncFnMut() -> Option<T>) -> T {
    until_within(SOON, what, ask).await
}

/// Asks until the answer is `Some`, for at most `limit`.
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

/// Acts, and acts again every second, until the answer is `Some`: for keys, which a busy desktop
/// may lose.
pub async fn act_until<T>(
    what: &str,
    mut act: impl FnMut(),
    mut ask: impl AsyncFnMut() -> Option<T>,
) -> T {
    let mut acted: Option<Instant> = None;
    until(what, async || {
        let answer = ask().await;
        if answer.is_none() && acted.is_none_or(|at| at.elapsed() > Duration::from_secs(1)) {
            act();
            acted = Some(Instant::now());
        }
        answer
    })
    .await
}
