//! The desktop's own picker of files, driven by keyboard as a person would.

use super::{desktop::Desktop, until};
use std::path::Path;

/// Waits for the picker called `title`, types the file's path, and confirms.
pub async fn pick(desktop: &Desktop, title: &str, file: &Path) {
    let named = format!("^{title}$");
    let search = ["search", "--onlyvisible", "--name", &named];
    let window = until("the picker opens", async || {
        let found = desktop.xdotool(&search)?;
        found.lines().next().map(str::to_owned)
    })
    .await;
    // Keys must come from the keyboard: GTK ignores those that are sent to a window.
    let does = |args: &[&str]| {
        assert!(desktop.xdotool(args).is_some(), "xdotool {args:?} failed");
    };
    does(&["windowactivate", "--sync", &window]);
    does(&["key", "--clearmodifiers", "ctrl+l"]);
    does(&["key", "--clearmodifiers", "ctrl+a"]);
    does(&[
        "type",
        "--clearmodifiers",
        "--delay",
        "4",
        file.to_str().unwrap(),
    ]);
    does(&["key", "--clearmodifiers", "Return"]);
    until("the picker closes", async || {
        desktop.xdotool(&search).is_none().then_some(())
    })
    .await;
}
