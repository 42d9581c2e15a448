//! A person without a mouse: real keys on the display, for whatever has the keyboard.

use super::{stage::Stage, until, webdriver::keyboard::HAS_THE_KEYBOARD};

/// More stops than any page has.
const STOPS: usize = 150;

impl Stage {
    /// Presses a key, or several at once: `Return`, `ctrl+k`, `shift+Tab`.
    pub async fn presses(&self, keys: &str) {
        let id = self.window_on_screen().await;
        let to_front = ["windowactivate", "--sync", &id];
        let press = ["key", "--clearmodifiers", keys];
        let pressed = self.desktop.xdotool(&[to_front, press].concat());
        assert!(pressed.is_some(), "{keys} cannot be pressed");
    }

    /// Types words, as far as every keyboard has their letters.
    pub fn types(&self, words: &str) {
        let typed = self.desktop.xdotool(&["type", "--delay", "15", words]);
        assert!(typed.is_some(), "“{words}” cannot be typed");
    }

    /// What has the keyboard: its `data-testid`.
    pub async fn keyboard_at(&self) -> String {
        let at = "return document.activeElement?.dataset.testid ?? ''";
        let at = self.window().run(at).await;
        at.as_str().unwrap().to_owned()
    }

    /// Waits until something has the keyboard, and is seen to have it.
    pub async fn keyboard_comes_to(&self, testid: &str) {
        let what = format!("{testid} has the keyboard");
        until(&what, async || {
            (self.keyboard_at().await == testid).then_some(())
        })
        .await;
        self.is_seen_to_have_the_keyboard().await;
    }

    /// Goes there by the Tab key; everything on the way is seen to have the keyboard. Answers how what it
    /// passed is called.
    pub async fn tabs_to(&self, testid: &str) -> Vec<String> {
        self.goes_to("Tab", testid).await
    }

    /// Goes there backwards.
    pub async fn tabs_back_to(&self, testid: &str) -> Vec<String> {
        self.goes_to("shift+Tab", testid).await
    }

    async fn goes_to(&self, key: &str, testid: &str) -> Vec<String> {
        let mut passed = Vec::new();
        while passed.len() < STOPS {
            let before = self.mark_the_keyboard().await;
            self.presses(key).await;
            until("the keyboard goes on", async || {
                (self.mark_the_keyboard().await != before).then_some(())
            })
            .await;
            if self.keyboard_at().await == testid {
                self.is_seen_to_have_the_keyboard().await;
                return passed;
            }
            passed.push(self.is_seen_to_have_the_keyboard().await);
        }
        panic!("{key} does not lead to {testid}: {passed:#?}");
    }

    /// A number of its own for each element that had the keyboard; none for the page itself.
    async fn mark_the_keyboard(&self) -> Option<u64> {
        let mark = "const at = document.activeElement;
            if (!at || at === document.body) return null;
            window.keyboardMarks ??= new WeakMap();
            if (!window.keyboardMarks.has(at)) {
                window.keyboardMarks.set(at, window.keyboardMarkNext = (window.keyboardMarkNext ?? 0) + 1);
            }
            return window.keyboardMarks.get(at)";
        self.window().run(mark).await.as_u64()
    }

    async fn is_seen_to_have_the_keyboard(&self) -> String {
        let name = self.window().run(HAS_THE_KEYBOARD).await;
        let name = name.as_str().unwrap_or("nothing").to_owned();
        let wrong = ["(NOT SEEN)", "(NO NAME)"];
        assert!(!wrong.iter().any(|wrong| name.contains(wrong)), "{name}");
        name
    }
}
