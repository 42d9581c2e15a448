//! The screens, wherever they are shown: in the application's window or in a browser.

use super::{
    START, until, until_within,
    webdriver::{Element, Session},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

/// What a person sees and does in the screens.
pub struct Page {
    /// The window or tab in front.
    pub session: Session,
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

impl Page {
    /// What `session` shows.
    pub fn new(session: Session) -> Self {
        Self { session }
    }

    /// Waits for an element.
    pub async fn find(&self, css: &str) -> Element {
        let what = format!("{css} is there");
        until(&what, async || self.look(css).await).await
    }

    /// The element, if it is there now.
    pub async fn look(&self, css: &str) -> Option<Element> {
        self.session.find(css).await.ok()
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
            element.click().await.ok()
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
        field.write(text).await.unwrap();
    }

    /// Replaces what stands in a field.
    pub async fn fill(&self, css: &str, text: &str) {
        let field = self.find(css).await;
        field.clear().await.unwrap();
        field.write(text).await.unwrap();
    }

    /// Chooses in a list.
    pub async fn choose(&self, css: &str, value: &str) {
        self.click(&format!("{css} option[value='{value}']")).await;
    }

    /// Waits until a field says `text`.
    pub async fn field_says(&self, css: &str, text: &str) {
        let what = format!("{css} says “{text}”");
        until(&what, async || {
            let field = self.look(css).await?;
            let value = field.property("value").await.ok()?;
            (value == text).then_some(())
        })
        .await;
    }

    /// The text of an element, its non-breaking spaces included.
    pub async fn text(&self, css: &str) -> String {
        let element = self.find(css).await;
        let text = element.property("textContent").await.unwrap();
        text.trim_matches(['\n', ' ']).to_owned()
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

    /// Sends what stands in the composer, and does not wait for the end of its undo time.
    pub async fn send_at_once(&self, words: &str) {
        self.click("[data-testid=composer-send]").await;
        let what = format!("“{words}” leaves");
        until(&what, async || {
            let tickets = self.tickets().await;
            let sent = tickets.iter().find(|ticket| ticket.text.contains(words))?;
            if sent.state != "held" {
                return Some(());
            }
            let now = self.look("[data-testid=send-now]").await?;
            let _ = now.click().await;
            None
        })
        .await;
    }

    /// Runs a script in the page.
    pub async fn run(&self, script: &str) -> Value {
        self.session.run(script).await.unwrap()
    }

    /// What a script returns, as what it is.
    pub async fn read<T: DeserializeOwned>(&self, script: &str) -> T {
        serde_json::from_value(self.run(script).await).unwrap()
    }

    /// Whether the page thinks that it is looked at.
    pub async fn attention(&self) -> Option<String> {
        let script = "return `${document.visibilityState}, focused: ${document.hasFocus()}`";
        let answer = self.session.run(script).await.ok()?;
        answer.as_str().map(str::to_owned)
    }

    /// A picture of the page.
    pub async fn picture(&self) -> Option<Vec<u8>> {
        self.session.picture().await.ok()
    }

    /// Waits until the page as it is now has been painted.
    pub async fn paints(&self) {
        let script = "const done = arguments[0];
            requestAnimationFrame(() => requestAnimationFrame(() => done()))";
        self.session.run_and_wait(script, &[]).await.unwrap();
    }

    /// Moves the pointer away, so that nothing looks pointed at.
    pub async fn move_pointer_away(&self) {
        self.session.move_pointer_away().await.unwrap();
    }

    /// The page as it stands.
    pub async fn source(&self) -> Option<String> {
        self.session.source().await.ok()
    }
}
