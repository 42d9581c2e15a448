//! The page as assistive technology has it: by role and name, as the browser computes them.

use super::{page::Page, until, webdriver::Element};

/// What may have each role. Which of them has it is for the browser to say.
const MAY_HAVE: &[(&str, &str)] = &[
    ("button", "button, summary"),
    (DROPS_DOWN, "select"),
    ("dialog", "dialog[open]"),
    ("heading", "h1, h2, h3"),
    ("link", "a[href]"),
    ("navigation", "nav"),
    ("region", "section, [role=region]"),
    ("slider", "input[type=range]"),
    ("textbox", "input, textarea"),
];

/// What WebKit takes for a button, as its pop-up buttons are.
const DROPS_DOWN: &str = "combobox";

impl Page {
    /// Waits for the element of this role with this name; a field's hint may follow it.
    pub async fn named(&self, role: &str, name: &str) -> Element {
        self.named_like(role, name, |said| is(said, name)).await
    }

    /// Waits for one whose name holds these words.
    pub async fn named_with(&self, role: &str, words: &str) -> Element {
        self.named_like(role, words, |said| said.contains(&as_read(words)))
            .await
    }

    /// Presses it, as soon as it can be pressed.
    pub async fn presses_named(&self, role: &str, name: &str) {
        let what = format!("the {role} “{name}” can be pressed");
        until(&what, async || {
            let element = self.look_named(role, |said| is(said, name)).await?;
            element.click().await.ok()
        })
        .await;
    }

    /// Types into it.
    pub async fn writes_named(&self, role: &str, name: &str, text: &str) {
        let field = self.named(role, name).await;
        field.write(text).await.unwrap();
    }

    async fn named_like(&self, role: &str, name: &str, fits: impl Fn(&str) -> bool) -> Element {
        let what = format!("the {role} “{name}” is there");
        until(&what, async || self.look_named(role, &fits).await).await
    }

    async fn look_named(&self, role: &str, fits: impl Fn(&str) -> bool) -> Option<Element> {
        let known = MAY_HAVE.iter().find(|(known, _)| *known == role);
        let (_, css) = known.expect("a role that elements here may have");
        for element in self.session.find_all(css).await.ok()? {
            let name = element.name().await.unwrap_or_default();
            if !fits(&as_read(&name)) {
                continue;
            }
            let has = element.role().await.ok()?;
            if has == role || role == DROPS_DOWN && has == "button" {
                return Some(element);
            }
        }
        None
    }
}

/// Without what separates lines in the page's source; every space is one.
fn as_read(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is(said: &str, name: &str) -> bool {
    let rest = said.strip_prefix(&as_read(name));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}
