//! Pictures of every state in every look and width: `cargo xtask gallery --pictures`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "each test program uses a part of it")]
mod browser;

use browser::{folder, in_all_states, told};
use std::fs;

/// A phone, a laptop, a large screen.
const SIZES: [(u32, u32); 3] = [(360, 740), (1280, 800), (2560, 1440)];

#[tokio::test(flavor = "multi_thread")]
async fn pictures_of_every_state() {
    let album = told("PALIER_PICTURES");
    let found = in_all_states(
        async |browser| browser.resize(1280, 800).await,
        async |browser, scene, look| {
            for (width, height) in SIZES {
                browser.resize(width, height).await;
                let picture = browser.session.picture().await.expect("a picture");
                let pages = album.join(format!("{}-{}-{width}", look.lang, look.theme));
                fs::write(folder(&pages).join(format!("{}.png", scene.name)), picture).unwrap();
            }
            browser.resize(1280, 800).await;
            Vec::new()
        },
    )
    .await;
    assert!(found.is_empty(), "{}", found.join("\n"));
}
