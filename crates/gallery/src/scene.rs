//! One state of a screen.

use crate::{address::Taste, replies::Replies};
use palier_bridge::AppEvent;
use palier_ui::{backend::Place, logic::secret_link::SecretLink};
use yew::Html;

/// One state of a screen, at an address of its own.
#[derive(Clone, Copy)]
pub struct Scene {
    /// Its name in the address.
    pub name: &'static str,
    /// What the index calls it; no two are called the same.
    pub title: &'static str,
    /// What is there when it is reached, as a CSS selector.
    pub shows: &'static str,
    /// How it is reached.
    pub play: fn(Taste) -> Play,
}

/// Scenes of one part of the application.
pub struct Group {
    /// What the index calls it.
    pub title: &'static str,
    /// Its scenes.
    pub scenes: &'static [Scene],
}

/// How a scene is reached.
pub enum Play {
    /// The application, with these answers behind it.
    Application(Application),
    /// The application's page outside of the application.
    Outside,
    /// Single components, below the contexts that they ask for.
    Board(fn() -> Html),
}

/// The application in a state.
#[derive(Clone)]
pub struct Application {
    /// The address of its page, in the application.
    pub at: String,
    /// What is answered.
    pub replies: Replies,
    /// What a person does, or the core tells, until it is reached.
    pub steps: Vec<Step>,
    /// The link that opened it.
    pub link: Option<SecretLink>,
    /// In the application's window, or in a browser.
    pub place: Place,
    /// The browser may ask whether the person wants notifications.
    pub offers_notifications: bool,
}

/// Something that a person does or the core tells.
#[derive(Clone)]
pub enum Step {
    /// Clicks on it, as soon as it is there.
    Click(&'static str),
    /// Types into a field, or chooses in a list.
    Fill(&'static str, &'static str),
    /// Waits until it is there.
    See(&'static str),
    /// Scrolls to this part of its height, 0 to 1.
    Scroll(&'static str, f64),
    /// The core tells something.
    Hear(AppEvent),
}

impl Application {
    /// The application at an address.
    pub fn at(at: impl Into<String>, replies: Replies) -> Self {
        Self {
            at: at.into(),
            replies,
            steps: Vec::new(),
            link: None,
            place: Place::Window,
            offers_notifications: false,
        }
    }

    /// In a browser.
    #[must_use]
    pub fn in_browser(mut self) -> Self {
        self.place = Place::Browser;
        self
    }

    /// In a browser that may ask about notifications.
    #[must_use]
    pub fn offering_notifications(mut self) -> Self {
        self.offers_notifications = true;
        self.in_browser()
    }

    /// In a browser, by a secret link.
    #[must_use]
    pub fn by_link(mut self, link: SecretLink) -> Self {
        self.link = Some(link);
        self.in_browser()
    }

    /// Then something is clicked on.
    #[must_use]
    pub fn click(self, css: &'static str) -> Self {
        self.then(Step::Click(css))
    }

    /// Then something is typed or chosen.
    #[must_use]
    pub fn fill(self, css: &'static str, text: &'static str) -> Self {
        self.then(Step::Fill(css, text))
    }

    /// Then the core tells something.
    #[must_use]
    pub fn hear(self, event: AppEvent) -> Self {
        self.then(Step::Hear(event))
    }

    /// Then something comes by itself.
    #[must_use]
    pub fn see(self, css: &'static str) -> Self {
        self.then(Step::See(css))
    }

    /// Then something is scrolled.
    #[must_use]
    pub fn scroll(self, css: &'static str, part: f64) -> Self {
        self.then(Step::Scroll(css, part))
    }

    fn then(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }
}

impl From<Application> for Play {
    fn from(application: Application) -> Self {
        Self::Application(application)
    }
}
