//! A Tauri program that was started by a WebDriver, which looks into its window.

use crate::{
    Desk, START, Session, free_port,
    process::{Process, children},
    until_within,
};
use serde_json::json;
use std::process::Command;

/// A running program. It ends with the value.
pub struct Driven {
    /// Its window.
    pub session: Session,
    /// The driver, whose child the program is.
    pub driver: Process,
    /// The program's own process.
    pub application: u32,
}

impl Driven {
    /// Starts `program` with these arguments, in the surroundings of `driver`: a command for `WebKitWebDriver`.
    ///
    /// # Panics
    /// When no window opens.
    pub async fn open(desk: &Desk, mut driver: Command, program: &str, arguments: &[&str]) -> Self {
        let port = free_port();
        driver
            .args([format!("--port={port}"), "--host=127.0.0.1".into()])
            // Without these the session's request is never answered.
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true");
        let driver = desk.program("window", driver).start();
        let url = format!("http://127.0.0.1:{port}");
        until_within(START, "the WebDriver listens", async || {
            let listens = tokio::net::TcpStream::connect(("127.0.0.1", port));
            listens.await.ok()
        })
        .await;
        let program = json!({ "binary": program, "args": arguments });
        let capabilities = json!({ "webkitgtk:browserOptions": program });
        let session = Session::start(&url, capabilities).await;
        let session = session.expect("the application opens a window");
        let application = children(driver.id());
        assert_eq!(application.len(), 1, "{application:?}");
        Self {
            session,
            application: application[0],
            driver,
        }
    }
}
