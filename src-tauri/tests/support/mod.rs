//! A desktop of its own for every test, with the real programs in it.
//!
//! A [`Stage`] has everything a person's computer would have: a display with a window manager, a
//! session bus, a keyring, notifications; and besides a server in a process of its own, and a
//! network between the two that can be cut. All of it listens on free ports and private addresses,
//! lives in a temporary folder, and ends with the test.
//!
//! Nothing sleeps: [`until`] asks again until something holds, and gives up after a generous time.

pub mod browser;
pub mod by_name;
pub mod desktop;
pub mod drag;
pub mod evidence;
pub mod keyboard;
pub mod network;
pub mod notifications;
pub mod page;
pub mod picker;
pub mod rest;
pub mod server;
pub mod stage;
pub mod tray;
pub mod window;

use std::time::Duration;
use tokio::time::Instant;

pub use palier_webdriver::{self as webdriver, SOON, START, process, until, until_within};

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
