//! The desktop's own picker of files, driven by keyboard as a person would.

use super::{act_until, desktop::Desktop, until};
use std::path::Path;

// Plain letters only: xdotool types others by changing the keyboard under GTK, which a busy machine
// notices too late.
/// Waits for the picker called `title`, types the file's path, and confirms.
pub async fn pick(desktop: &Desktop, title: &str, file: &Path) {
    assert!(
        file.as_os_str().is_ascii(),
        "{} can be typed",
        file.display()
    );
    let window = until("the picker opens", async || {
        desktop.windows_named(title).pop()
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
    // Again if need be: GTK may still be looking for names that begin like this one, and then takes
    // the first Return for an answer to its own list.
    let confirm = || does(&["key", "--clearmodifiers", "Return"]);
    act_until("the picker closes", confirm, async || {
        desktop.windows_named(title).is_empty().then_some(())
    })
    .await;
}
