//! What could be seen when a test failed.

use super::stage::Stage;
use std::{fs, path::PathBuf};

/// Keeps screen, page, notifications, requests and every program's log.
pub async fn keep(stage: &Stage, test: &str) {
    let folder = target().join("window-failures").join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    if let Some(window) = stage.window_if_open() {
        let attention = window.attention().await.unwrap_or_default();
        fs::write(folder.join("attention.txt"), attention).unwrap();
    }
    // A minimised window has no picture.
    let windows = stage.desktop.xdotool(&["search", "--name", "Palier$"]);
    for window in windows.iter().flat_map(|list| list.lines()) {
        stage.desktop.xdotool(&["windowactivate", "--sync", window]);
    }
    stage.desktop.photograph(&folder.join("screen.png"));
    if let Some(window) = stage.window_if_open() {
        if let Some(picture) = window.picture().await {
            fs::write(folder.join("page.png"), picture).unwrap();
        }
        if let Some(source) = window.source().await {
            fs::write(folder.join("page.html"), source).unwrap();
        }
    }
    if let Some(browser) = stage.browser_if_open() {
        if let Some(picture) = browser.picture().await {
            fs::write(folder.join("browser.png"), picture).unwrap();
        }
        if let Some(source) = browser.source().await {
            fs::write(folder.join("browser.html"), source).unwrap();
        }
        let said = browser.session.console().await.unwrap_or_default();
        fs::write(folder.join("browser.txt"), format!("{said:#?}")).unwrap();
    }
    let shown = format!("{:#?}", stage.desktop.notifications.all());
    fs::write(folder.join("notifications.txt"), shown).unwrap();
    fs::write(
        folder.join("requests.txt"),
        stage.network.requests().join("\n"),
    )
    .unwrap();
    let logs = fs::read_dir(stage.desktop.folder().join("logs"))
        .unwrap()
        .flatten();
    for log in logs.map(|log| log.path()) {
        let _ = fs::copy(&log, folder.join(log.file_name().unwrap()));
    }
    let own = stage.desktop.folder().join("data/logs");
    for log in fs::read_dir(own).into_iter().flatten().flatten() {
        let _ = fs::copy(log.path(), folder.join(log.file_name()));
    }
    eprintln!("What could be seen is in {}.", folder.display());
}

/// The target folder that this test was built into.
pub fn target() -> PathBuf {
    // …/target/debug/palier
    let program = PathBuf::from(env!("CARGO_BIN_EXE_palier"));
    program.ancestors().nth(2).unwrap().to_owned()
}
