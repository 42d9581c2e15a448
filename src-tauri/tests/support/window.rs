//! The real application, with a WebDriver looking into its window.

use super::{
    desktop::Desktop,
    page::Page,
    process::{Process, has_ended, signal},
    until,
    webdriver::Driven,
};
use serde_json::Value;
use std::{net::SocketAddr, ops::Deref, process::Command};

/// A running application.
pub struct Window {
    page: Page,
    driver: Process,
    application: u32,
}

impl Window {
    /// Starts the application with this server in its form and these arguments, and waits for its page.
    pub async fn open(desktop: &Desktop, server: SocketAddr, arguments: &[&str]) -> Self {
        let driver = environment(desktop, "WebKitWebDriver", server);
        let Driven {
            session,
            driver,
            application,
        } = Driven::open(desktop, driver, &self::application(), arguments).await;
        Self {
            page: Page::new(session),
            driver,
            application,
        }
    }

    /// `kill -9`: nothing of it has time for anything.
    pub async fn kill(self) {
        signal("KILL", &self.application.to_string());
        // The driver has nothing to drive any more.
        self.driver.kill().await;
    }

    /// Waits until the application has ended by itself.
    pub async fn ended(self) {
        until("the application ends", async || {
            has_ended(self.application).then_some(())
        })
        .await;
        self.driver.kill().await;
    }

    /// The process of the application itself.
    pub fn application(&self) -> u32 {
        self.application
    }

    /// Sends a request without arguments to the core, after what the page is about to send.
    pub async fn ask(&self, command: &str) -> Value {
        let script = "const [command, done] = arguments;
            setTimeout(() => window.__TAURI_INTERNALS__.invoke(command, { request: {} }).then(done), 0)";
        self.page
            .session
            .run_and_wait(script, &[command])
            .await
            .unwrap()
    }

    /// Asks Tauri for something, and reads why it was refused.
    pub async fn is_refused(&self, command: &str) -> String {
        let script = "const [command, done] = arguments;
            window.__TAURI_INTERNALS__.invoke(command, {}).then(() => done('granted'), error => done(String(error)))";
        let answer = self
            .page
            .session
            .run_and_wait(script, &[command])
            .await
            .unwrap();
        answer.as_str().unwrap().to_owned()
    }
}

impl Deref for Window {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.page
    }
}

/// The application: built beside this test, or as told, out of a package.
pub fn application() -> String {
    std::env::var("PALIER_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_palier").to_owned())
}

/// A program in the application's surroundings; also the application itself, without a driver.
pub fn environment(desktop: &Desktop, program: &str, server: SocketAddr) -> Command {
    let mut command = desktop.command(program);
    command
        .env("PALIER_LOG", desktop.log)
        .env("PALIER_DATA_DIR", desktop.folder().join("data"))
        .env("PALIER_SERVER", format!("http://{server}"));
    if let Some(moment) = desktop.breaks_at {
        command.env("PALIER_BREAK_AT", moment);
    }
    command
}
