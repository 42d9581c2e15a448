//! The gallery wears what the screens wear.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use std::{fs, path::Path};

/// The style sheets that a page names, by the names of their files.
fn sheets(page: &str) -> Vec<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    let page = fs::read_to_string(page).unwrap();
    let named = page.lines().filter(|line| line.contains("rel=\"css\""));
    let files = named.filter_map(|line| line.split("styles/").nth(1)?.split('"').next());
    files.map(str::to_owned).collect()
}

#[test]
fn it_has_the_style_sheets_of_the_screens_in_their_order() {
    let screens = sheets("../../ui/index.html");
    assert!(screens.len() > 5, "{screens:?}");
    assert_eq!(sheets("index.html"), screens);
}
