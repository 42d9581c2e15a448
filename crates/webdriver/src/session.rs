//! As much of the WebDriver protocol as these tests speak (w3.org/TR/webdriver2).
//!
//! By hand, because the crates for it turn on features of crates that the product is built from,
//! and all of it would be compiled once more for the tests. No request may hang: each has a limit.

use crate::{SOON, START};
use base64::{Engine, prelude::BASE64_STANDARD};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::time::Duration;

/// The name under which an element's id travels.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A session: one window.
#[derive(Clone)]
pub struct Session {
    http: Client,
    url: String,
}

/// A client whose requests end in time.
pub fn http(limit: Duration) -> Client {
    // A second call fails, and the first one's provider serves.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().timeout(limit).build().unwrap()
}

/// Something in the page.
pub struct Element {
    session: Session,
    id: String,
}

/// What the driver answered instead.
#[derive(Debug)]
pub struct Refused(#[expect(dead_code, reason = "for whoever reads a panic")] String);

type Answer<T> = Result<T, Refused>;

impl Session {
    /// Starts the program that the capabilities name, and waits for its window.
    pub async fn start(driver: &str, capabilities: Value) -> Answer<Self> {
        let mut session = Self {
            http: http(START),
            url: driver.to_owned(),
        };
        let wanted = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let started = session.ask(Method::POST, "/session", wanted).await?;
        let id = text(&started["sessionId"])?;
        session.url = format!("{driver}/session/{id}");
        session.http = http(SOON);
        // What the page itself takes time for is waited for by asking again.
        let limits = json!({ "script": millis(SOON), "pageLoad": millis(SOON), "implicit": 0 });
        session.ask(Method::POST, "/timeouts", limits).await?;
        Ok(session)
    }

    /// The first element that a selector describes.
    pub async fn find(&self, css: &str) -> Answer<Element> {
        let by = json!({ "using": "css selector", "value": css });
        let found = self.ask(Method::POST, "/element", by).await?;
        Ok(Element {
            session: self.clone(),
            id: text(&found[ELEMENT])?,
        })
    }

    /// All elements that a selector describes, in the order of the page.
    pub async fn find_all(&self, css: &str) -> Answer<Vec<Element>> {
        let by = json!({ "using": "css selector", "value": css });
        let found = self.ask(Method::POST, "/elements", by).await?;
        let found = found.as_array().cloned().unwrap_or_default();
        let elements = found.iter().map(|it| {
            Ok(Element {
                session: self.clone(),
                id: text(&it[ELEMENT])?,
            })
        });
        elements.collect()
    }

    /// Runs a script, and answers what it returns.
    pub async fn run(&self, script: &str) -> Answer<Value> {
        let body = json!({ "script": script, "args": [] });
        self.ask(Method::POST, "/execute/sync", body).await
    }

    /// Runs a script that calls its last argument with the answer.
    pub async fn run_and_wait(&self, script: &str, args: &[&str]) -> Answer<Value> {
        let body = json!({ "script": script, "args": args });
        self.ask(Method::POST, "/execute/async", body).await
    }

    /// Moves the pointer, away from everything that minds it.
    pub async fn move_pointer_away(&self) -> Answer<()> {
        let moved = json!({ "type": "pointerMove", "x": 1, "y": 1, "duration": 0 });
        let pointer = json!({ "type": "pointer", "id": "mouse", "actions": [moved] });
        let body = json!({ "actions": [pointer] });
        self.ask(Method::POST, "/actions", body).await.map(drop)
    }

    /// A picture of the page, as PNG.
    pub async fn picture(&self) -> Answer<Vec<u8>> {
        let picture = self.ask(Method::GET, "/screenshot", Value::Null).await?;
        let decoded = BASE64_STANDARD.decode(text(&picture)?);
        decoded.map_err(|error| Refused(error.to_string()))
    }

    /// Goes to an address, and waits until the page is loaded.
    ///
    /// # Errors
    /// What the driver answered instead; so with every method here.
    pub async fn go(&self, url: &str) -> Answer<()> {
        let body = json!({ "url": url });
        self.ask(Method::POST, "/url", body).await.map(drop)
    }

    /// Presses and releases a key on whatever has the keyboard; named keys as in the protocol's table.
    pub async fn press(&self, key: &str) -> Answer<()> {
        let actions = [
            json!({ "type": "keyDown", "value": key }),
            json!({ "type": "keyUp", "value": key }),
        ];
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": actions });
        let body = json!({ "actions": [keyboard] });
        self.ask(Method::POST, "/actions", body).await.map(drop)
    }

    /// One command of Chromium's own protocol (chromedevtools.github.io/devtools-protocol).
    pub async fn chromium(&self, command: &str, params: Value) -> Answer<Value> {
        let body = json!({ "cmd": command, "params": params });
        self.ask(Method::POST, "/goog/cdp/execute", body).await
    }

    /// What the page wrote to its console since the last question; Chromium only.
    pub async fn console(&self) -> Answer<Vec<Value>> {
        let said = self.ask(Method::POST, "/se/log", json!({ "type": "browser" }));
        let said = said.await?.as_array().cloned();
        said.ok_or_else(|| Refused("the console is no list".into()))
    }

    /// The tab in front.
    pub async fn tab(&self) -> Answer<String> {
        text(&self.ask(Method::GET, "/window", Value::Null).await?)
    }

    /// Opens another tab behind the one in front.
    pub async fn new_tab(&self) -> Answer<String> {
        let made = self.ask(Method::POST, "/window/new", json!({ "type": "tab" }));
        text(&made.await?["handle"])
    }

    /// Brings a tab to the front.
    pub async fn look_at(&self, tab: &str) -> Answer<()> {
        let body = json!({ "handle": tab });
        self.ask(Method::POST, "/window", body).await.map(drop)
    }

    /// Closes the tab in front; another has to be brought there then.
    pub async fn close_tab(&self) -> Answer<()> {
        self.ask(Method::DELETE, "/window", Value::Null)
            .await
            .map(drop)
    }

    /// Ends the session and its browser.
    pub async fn end(self) -> Answer<()> {
        self.ask(Method::DELETE, "", Value::Null).await.map(drop)
    }

    /// The page as it stands.
    pub async fn source(&self) -> Answer<String> {
        text(&self.ask(Method::GET, "/source", Value::Null).await?)
    }

    async fn ask(&self, method: Method, path: &str, body: Value) -> Answer<Value> {
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        if !body.is_null() {
            request = request.json(&body);
        }
        let broken = |error: reqwest::Error| Refused(format!("{path}: {error}"));
        let reply = request.send().await.map_err(broken)?;
        let good = reply.status().is_success();
        let mut reply: Value = reply.json().await.map_err(broken)?;
        match good {
            true => Ok(reply["value"].take()),
            false => Err(Refused(format!("{path}: {reply}"))),
        }
    }
}

impl Element {
    /// Clicks in its middle, as soon as nothing lies over it.
    pub async fn click(&self) -> Answer<()> {
        self.does("click", json!({})).await
    }

    /// Empties a field.
    pub async fn clear(&self) -> Answer<()> {
        self.does("clear", json!({})).await
    }

    /// Types.
    pub async fn write(&self, text: &str) -> Answer<()> {
        self.does("value", json!({ "text": text })).await
    }

    /// A property, as text.
    pub async fn property(&self, name: &str) -> Answer<String> {
        let path = format!("/element/{}/property/{name}", self.id);
        text(&self.session.ask(Method::GET, &path, Value::Null).await?)
    }

    /// What assistive technology takes it for, as the browser computes it (WAI-ARIA).
    pub async fn role(&self) -> Answer<String> {
        self.computed("computedrole").await
    }

    /// What assistive technology calls it, as the browser computes it.
    pub async fn name(&self) -> Answer<String> {
        self.computed("computedlabel").await
    }

    async fn computed(&self, what: &str) -> Answer<String> {
        let path = format!("/element/{}/{what}", self.id);
        text(&self.session.ask(Method::GET, &path, Value::Null).await?)
    }

    async fn does(&self, what: &str, body: Value) -> Answer<()> {
        let path = format!("/element/{}/{what}", self.id);
        self.session.ask(Method::POST, &path, body).await.map(drop)
    }
}

fn text(value: &Value) -> Answer<String> {
    let text = value.as_str().map(str::to_owned);
    text.ok_or_else(|| Refused(format!("{value} is no text")))
}

fn millis(limit: Duration) -> u128 {
    limit.as_millis()
}
