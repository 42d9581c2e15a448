//! The real application, with a WebDriver looking into its window.

use super::{
    SOON, START,
    desktop::Desktop,
    process::{Process, children, signal},
    until, until_within,
};
use fantoccini::{Client, ClientBuilder, Locator, elements::Element, wd::Capabilities};
use hyper_util::client::legacy::connect::HttpConnector;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::{
    future::Future,
    net::{SocketAddr, TcpListener},
    process::Command,
};
use tokio::time::timeout;

/// A running application.
pub struct Window {
    client: Client,
    driver: Process,
    application: u32,
}

/// A row of the incident list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Row {
    /// Which incident.
    pub id: String,
    /// The number in its badge, 0 without one.
    pub unread: u64,
}

/// A message in the thread.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Ticket {
    /// Which.
    pub id: String,
    /// Its number; none before the server took it.
    pub n: Option<u64>,
    /// How far it has come.
    pub state: String,
    /// Its words.
    pub text: String,
    /// How many files it shows.
    pub files: usize,
    /// The pictures among them that have really been drawn.
    pub drawn: usize,
}

impl Window {
    /// Starts the application with this server in its form, and waits for its page.
    pub async fn open(desktop: &Desktop, server: SocketAddr) -> Self {
        let port = free_port();
        let mut command = environment(desktop, "WebKitWebDriver", server);
        command
            .args([format!("--port={port}"), "--host=127.0.0.1".into()])
            // Without these the session's request is never answered.
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true");
        let driver = desktop.program("window", command).start();
        let url = format!("http://127.0.0.1:{port}");
        let mut capabilities = Capabilities::new();
        capabilities.insert(
            "webkitgtk:browserOptions".into(),
            json!({ "binary": env!("CARGO_BIN_EXE_palier"), "args": [] }),
        );
        until_within(START, "the WebDriver listens", async || {
            tokio::net::TcpStream::connect(("127.0.0.1", port))
                .await
                .ok()
        })
        .await;
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let client = timeout(START, builder.capabilities(capabilities).connect(&url))
            .await
            .expect("the application opens a window in time")
            .expect("the application opens a window");
        let application = children(driver.id());
        assert_eq!(application.len(), 1, "{application:?}");
        Self {
            client,
            application: application[0],
            driver,
        }
    }

    /// `kill -9`: nothing of it has time for anything.
    pub async fn kill(self) {
        signal("KILL", &self.application.to_string());
        // The driver has nothing to drive any more.
        self.driver.kill().await;
    }

    /// The process of the application itself.
    pub fn application(&self) -> u32 {
        self.application
    }

    /// Waits for an element.
    pub async fn find(&self, css: &str) -> Element {
        let what = format!("{css} is there");
        until(&what, async || self.look(css).await).await
    }

    /// The element, if it is there now.
    pub async fn look(&self, css: &str) -> Option<Element> {
        soon(self.client.find(Locator::Css(css))).await.ok()
    }

    /// Waits until there is no such element.
    pub async fn gone(&self, css: &str) {
        let what = format!("{css} goes away");
        until(&what, async || match self.look(css).await {
            None => Some(()),
            Some(_) => None,
        })
        .await;
    }

    /// Clicks on an element as soon as it can be clicked on.
    pub async fn click(&self, css: &str) {
        let what = format!("{css} can be clicked on");
        until(&what, async || {
            let element = self.look(css).await?;
            soon(element.click()).await.ok()
        })
        .await;
    }

    /// Brings an element into view: what is far from it is not fetched.
    pub async fn scroll_to(&self, css: &str) {
        self.find(css).await;
        let script = format!("document.querySelector('{css}').scrollIntoView()");
        self.run(&script).await;
    }

    /// Types into a field, after what stands there.
    pub async fn write(&self, css: &str, text: &str) {
        let field = self.find(css).await;
        soon(field.send_keys(text)).await.unwrap();
    }

    /// Replaces what stands in a field.
    pub async fn fill(&self, css: &str, text: &str) {
        let field = self.find(css).await;
        soon(field.clear()).await.unwrap();
        soon(field.send_keys(text)).await.unwrap();
    }

    /// Chooses in a list.
    pub async fn choose(&self, css: &str, value: &str) {
        let what = format!("{value} can be chosen in {css}");
        until(&what, async || {
            let element = self.look(css).await?;
            soon(element.select_by_value(value)).await.ok()
        })
        .await;
    }

    /// Waits until a field says `text`.
    pub async fn field_says(&self, css: &str, text: &str) {
        let what = format!("{css} says “{text}”");
        until(&what, async || {
            let field = self.look(css).await?;
            let value = soon(field.prop("value")).await.ok()??;
            (value == text).then_some(())
        })
        .await;
    }

    /// The text of an element, its non-breaking spaces included.
    pub async fn text(&self, css: &str) -> String {
        let element = self.find(css).await;
        let text = soon(element.prop("textContent")).await.unwrap();
        let text = text.unwrap_or_default();
        text.trim_matches(['\n', ' ']).to_owned()
    }

    /// An attribute of an element.
    pub async fn attribute(&self, css: &str, name: &str) -> Option<String> {
        soon(self.find(css).await.attr(name)).await.unwrap()
    }

    /// The rows of the list, top first.
    pub async fn rows(&self) -> Vec<Row> {
        self.read(
            "return [...document.querySelectorAll('[data-testid=incident-row]')].map(row => ({
                id: row.dataset.incidentId,
                unread: Number(row.querySelector('[data-testid=unread-badge]')?.dataset.unread ?? 0),
            }))",
        )
        .await
    }

    /// The messages of the open thread, oldest first; not those about status moves.
    pub async fn tickets(&self) -> Vec<Ticket> {
        self.read(
            "return [...document.querySelectorAll('[data-testid=ticket][data-kind=message]')].map(ticket => ({
                id: ticket.dataset.ticketId,
                n: ticket.dataset.n ? Number(ticket.dataset.n) : null,
                state: ticket.dataset.state,
                text: ticket.querySelector('[data-testid=ticket-text]')?.textContent ?? '',
                files: ticket.querySelectorAll('[data-testid=ticket-attachment]').length,
                drawn: [...ticket.querySelectorAll('[data-testid=ticket-attachment] img')]
                    .filter(img => img.complete && img.naturalWidth > 0).length,
            }))",
        )
        .await
    }

    /// Waits for a message with these words.
    pub async fn ticket(&self, words: &str) -> Ticket {
        let what = format!("“{words}” stands in the thread");
        until(&what, async || {
            let tickets = self.tickets().await;
            tickets
                .into_iter()
                .find(|ticket| ticket.text.contains(words))
        })
        .await
    }

    /// Waits until the message with these words has come as far as `state`.
    pub async fn ticket_is(&self, words: &str, state: &str) -> Ticket {
        let what = format!("“{words}” is {state}");
        until_within(START, &what, async || {
            let tickets = self.tickets().await;
            let with_words = |ticket: &Ticket| ticket.text.contains(words);
            tickets
                .into_iter()
                .find(|ticket| with_words(ticket) && ticket.state == state)
        })
        .await
    }

    /// Runs a script in the page.
    pub async fn run(&self, script: &str) -> Value {
        soon(self.client.execute(script, vec![])).await.unwrap()
    }

    /// Sends a request without arguments to the core, after what the page is about to send.
    pub async fn ask(&self, command: &str) -> Value {
        let script = "const [command, done] = arguments;
            setTimeout(() => window.__TAURI__.core.invoke(command, { request: {} }).then(done), 0)";
        let answer = self.client.execute_async(script, vec![command.into()]);
        soon(answer).await.unwrap()
    }

    async fn read<T: DeserializeOwned>(&self, script: &str) -> T {
        serde_json::from_value(self.run(script).await).unwrap()
    }

    /// Whether the page thinks that it is looked at.
    pub async fn attention(&self) -> Option<String> {
        let script = "return `${document.visibilityState}, focused: ${document.hasFocus()}`";
        let answer = soon(self.client.execute(script, vec![])).await.ok()?;
        answer.as_str().map(str::to_owned)
    }

    /// A picture of the page.
    pub async fn picture(&self) -> Option<Vec<u8>> {
        soon(self.client.screenshot()).await.ok()
    }

    /// The page as it stands.
    pub async fn source(&self) -> Option<String> {
        soon(self.client.source()).await.ok()
    }
}

/// A program in the application's surroundings; also the application itself, without a driver.
pub fn environment(desktop: &Desktop, program: &str, server: SocketAddr) -> Command {
    let mut command = desktop.command(program);
    command
        .env("PALIER_LOG", "info,palier_lib=debug,palier_client=debug")
        .env("PALIER_DATA_DIR", desktop.folder().join("data"))
        .env("PALIER_SERVER", format!("http://{server}"));
    command
}

// Free when asked, and given back at once: the driver cannot choose one itself.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// No request may hang.
async fn soon<T, E: std::fmt::Display>(
    request: impl Future<Output = Result<T, E>>,
) -> Result<T, String> {
    match timeout(SOON, request).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("the WebDriver does not answer".into()),
    }
}
