//! Stories with the real window: the desktop program, the server, a keyring, notifications.
//!
//! Run by `cargo xtask test`; one of them by hand:
//! `cargo test --features custom-protocol --test window -- --nocapture NAME`. What could be seen
//! when one failed is in `target/window-failures`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "each test program uses a part of it")]
mod support;

mod stories {
    mod about;
    mod background;
    mod by_name;
    mod dashboard;
    mod dialogs;
    mod dropping;
    mod fences;
    mod keyboard;
    mod links;
    mod logs;
    mod new_incident;
    mod pause;
    mod photos;
    mod properties;
    mod refused_start;
    mod rescue;
    mod search;
    mod settings;
    mod sign_in;
    mod the_promise;
    mod the_window;
    mod tray;
}
