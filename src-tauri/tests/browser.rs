//! Stories with a real browser: the pages that the server serves, in Chromium of the size of a phone, and the
//! desktop's window on the other side of the conversation.
//!
//! Run by `cargo xtask test`; one of them by hand:
//! `cargo test --features custom-protocol --test browser -- --nocapture NAME`, with the path of axe-core's
//! `axe.min.js` in `PALIER_AXE` for the one that needs it. What could be seen when one failed is in
//! `target/window-failures`; pictures of a tenant's pages on a phone are in `target/screenshots/phone`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "each test program uses a part of it")]
mod support;

mod browsing {
    mod attacks;
    mod conversation;
    mod invitation;
    mod lease_end;
    mod leaving;
    mod notifications;
    mod offline;
    mod own_data;
    mod password;
    mod phone;
    mod repair;
    mod restored;
    mod session;
    mod storage;
    mod tabs;
    mod uploads;
    mod versions;
}
