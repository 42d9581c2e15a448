//! The application in a browser: what works behind the pages, in a worker.
//!
//! Each page starts one of these. One of them leads: it holds a lock of the browser, opens the databases in the
//! origin's private file system, runs `palier-client` on them, and answers all pages (`palier_bridge::page`).
//! The others wait for the lock, so that there is one session, one stream and one outbox however many tabs
//! are open, and another leads as soon as the leading tab is closed.
//!
//! - `lead`: becoming the leader, and answering;
//! - `shell`: the browser as the application sees it;
//! - `errand`: a request with its files, in and out;
//! - `channel`: the broadcast channel.

#[cfg(target_family = "wasm")]
mod channel;
#[cfg(target_family = "wasm")]
mod errand;
#[cfg(target_family = "wasm")]
mod lead;
#[cfg(target_family = "wasm")]
mod shell;

fn main() {
    #[cfg(target_family = "wasm")]
    lead::begin();
    #[cfg(not(target_family = "wasm"))]
    eprintln!("This runs in a browser: `cargo xtask build-ui` makes it, palier-server serves it.");
}
