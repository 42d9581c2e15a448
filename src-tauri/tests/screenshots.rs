//! Pictures of the real window, for people to look at: `cargo xtask screenshots`.
//!
//! Not part of any other test run: `test = false` in Cargo.toml. The pictures go to
//! `$PALIER_SCREENSHOTS`, else to `target/screenshots`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "each test program uses a part of it")]
mod support;

use palier_i18n::Language;
use std::{fs, path::PathBuf};
use support::{
    evidence,
    stage::{OWNER, Stage, TENANT, play_in},
    until,
};

#[tokio::test(flavor = "multi_thread")]
async fn pictures_in_french() {
    play_in(Language::Fr, "pictures_in_french", async |stage| {
        Album::new(stage, "fr").fill(&FRENCH).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_in_english() {
    play_in(Language::En, "pictures_in_english", async |stage| {
        Album::new(stage, "en").fill(&ENGLISH).await;
    })
    .await;
}

/// What the owner writes for the pictures.
struct Lines {
    sent: &'static str,
    refused: &'static str,
    waiting: &'static str,
}

const FRENCH: Lines = Lines {
    sent: "Oui, c’est normal au début : le ballon met une heure à chauffer.",
    refused: "Voici la facture de la pièce.",
    waiting: "Je repasse vers 18 h pour vérifier la température.",
};

const ENGLISH: Lines = Lines {
    sent: "Yes, that is normal at first: the tank takes an hour to heat up.",
    refused: "Here is the bill for the part.",
    waiting: "I will come by at 6 pm and check the temperature.",
};

/// The pictures of one language.
struct Album<'a> {
    stage: &'a mut Stage,
    language: &'static str,
    folder: PathBuf,
}

impl<'a> Album<'a> {
    fn new(stage: &'a mut Stage, language: &'static str) -> Self {
        let told = std::env::var_os("PALIER_SCREENSHOTS").map(PathBuf::from);
        let folder = told.unwrap_or_else(|| evidence::target().join("screenshots"));
        fs::create_dir_all(&folder).unwrap();
        Self {
            stage,
            language,
            folder,
        }
    }

    async fn fill(mut self, lines: &Lines) {
        self.stage.open_window().await;
        self.sign_in_refused().await;
        self.stage.owner_signs_in().await;
        self.stage.sees_link("online").await;
        self.stage.window().find("[data-testid=incident-row]").await;
        self.picture("list").await;
        self.thread(lines).await;

        self.theme("dark").await;
        self.picture("dark-thread").await;
        self.place("dashboard").await;
        self.picture("dark-dashboard").await;
        self.theme("light").await;
        self.place("dashboard").await;
        self.picture("dashboard").await;
        self.place("settings").await;
        self.picture("settings").await;
        self.narrow().await;
    }

    async fn sign_in_refused(&self) {
        let window = self.stage.window();
        window.fill("[data-testid=email]", OWNER.0).await;
        window
            .fill("[data-testid=password]", "not-her-password")
            .await;
        window.click("[data-testid=sign-in-submit]").await;
        window.find("[data-testid=sign-in-error]").await;
        self.picture("sign-in").await;
    }

    /// A thread with messages that were read, sent, refused, and one that waits.
    async fn thread(&mut self, lines: &Lines) {
        let incident = self.stage.signs_in(TENANT).await.incidents().await[0]
            .incident
            .id;
        self.stage.opens(incident).await;
        self.stage.sees_unread(incident, 0).await;
        self.writes(lines.sent).await;
        self.stage.window().ticket_is(lines.sent, "sent").await;
        self.picture("thread").await;

        // Looks like a photo to this device, and is none to the server, which decodes it.
        let broken = self.stage.desktop.folder().join("facture.jpg");
        fs::write(
            &broken,
            [&b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"[..], &[7; 4000]].concat(),
        )
        .unwrap();
        self.stage.attaches(&broken).await;
        self.writes(lines.refused).await;
        self.stage.window().ticket_is(lines.refused, "failed").await;
        self.picture("failed").await;

        self.stage.network.cut();
        self.stage.sees_link("offline").await;
        self.writes(lines.waiting).await;
        self.stage
            .window()
            .ticket_is(lines.waiting, "waiting")
            .await;
        self.picture("offline").await;
        self.stage.window().click("[data-testid=sync-pill]").await;
        self.stage.window().find("dialog[open]").await;
        self.picture("what-waits").await;
        self.stage.closes_dialog().await;
    }

    async fn writes(&self, words: &str) {
        let window = self.stage.window();
        window.write("[data-testid=composer-input]", words).await;
        window.send_at_once(words).await;
    }

    async fn theme(&self, theme: &str) {
        self.place("settings").await;
        let window = self.stage.window();
        window.choose("[data-testid=theme-select]", theme).await;
        window.find(&format!("html[data-theme={theme}]")).await;
        self.place("incidents").await;
        window.click("[data-testid=incident-row]").await;
        window.find("[data-settled] [data-testid=ticket]").await;
    }

    async fn place(&self, name: &str) {
        let window = self.stage.window();
        window.click(&format!("[data-testid=nav-{name}]")).await;
    }

    /// As wide as a phone.
    async fn narrow(&self) {
        let id = self.stage.window_on_screen().await;
        let sized = self
            .stage
            .desktop
            .xdotool(&["windowsize", "--sync", &id, "390", "800"]);
        assert!(sized.is_some());
        let window = self.stage.window();
        until("the page is narrow", async || {
            (window.run("return innerWidth <= 390").await == true).then_some(())
        })
        .await;
        self.place("incidents").await;
        window.find("[data-testid=incident-row]").await;
        self.picture("narrow-list").await;
        window.click("[data-testid=incident-row]").await;
        window.find("[data-settled] [data-testid=ticket]").await;
        self.picture("narrow-thread").await;
    }

    async fn picture(&self, name: &str) {
        let window = self.stage.window();
        window.move_pointer_away().await;
        // Pictures of messages are there, and nothing is still moving.
        until("the page is at rest", async || {
            let at_rest = "return [...document.images].every(image => image.complete)
                && document.getAnimations().every(animation => animation.playState !== 'running')";
            (window.run(at_rest).await == true).then_some(())
        })
        .await;
        window.paints().await;
        let path = self.folder.join(format!("{}-{name}.png", self.language));
        fs::write(path, window.picture().await.expect("a picture")).unwrap();
    }
}
