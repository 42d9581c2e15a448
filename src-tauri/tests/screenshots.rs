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
    desktop::Taste,
    evidence,
    picker::pick,
    stage::{OWNER, Stage, TENANT, play_in},
    until,
};

#[tokio::test(flavor = "multi_thread")]
async fn pictures_in_french() {
    pictures("pictures_in_french", Language::Fr, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_in_french_on_a_dark_desktop() {
    pictures("pictures_in_french_on_a_dark_desktop", Language::Fr, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_in_english() {
    pictures("pictures_in_english", Language::En, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_in_english_on_a_dark_desktop() {
    pictures("pictures_in_english_on_a_dark_desktop", Language::En, true).await;
}

async fn pictures(test: &str, language: Language, dark: bool) {
    let lines = match language {
        Language::Fr => FRENCH,
        Language::En => ENGLISH,
    };
    play_in(Taste { language, dark }, test, async |stage| {
        Album::new(stage, language, dark).fill(&lines).await;
    })
    .await;
}

/// What the owner writes for the pictures.
struct Lines {
    sent: &'static str,
    noted: &'static str,
    refused: &'static str,
    waiting: &'static str,
    looked_for: &'static str,
}

const FRENCH: Lines = Lines {
    sent: "Oui, c’est normal au début : le ballon met une heure à chauffer.",
    noted: "Demander au chauffagiste si la pièce est sous garantie.",
    refused: "Voici la facture de la pièce.",
    waiting: "Je repasse vers 18 h pour vérifier la température.",
    looked_for: "cha",
};

const ENGLISH: Lines = Lines {
    sent: "Yes, that is normal at first: the tank takes an hour to heat up.",
    noted: "Ask the heating engineer whether the part is under warranty.",
    refused: "Here is the bill for the part.",
    waiting: "I will come by at 6 pm and check the temperature.",
    looked_for: "he",
};

/// The pictures of one language, light or dark: the same screens in each.
struct Album<'a> {
    stage: &'a mut Stage,
    /// What the names of its pictures begin with: `fr`, `fr-dark`, `en` or `en-dark`.
    prefix: &'static str,
    dark: bool,
    folder: PathBuf,
}

impl<'a> Album<'a> {
    fn new(stage: &'a mut Stage, language: Language, dark: bool) -> Self {
        let told = std::env::var_os("PALIER_SCREENSHOTS").map(PathBuf::from);
        let folder = told.unwrap_or_else(|| evidence::target().join("screenshots"));
        fs::create_dir_all(&folder).unwrap();
        let prefix = match (language, dark) {
            (Language::Fr, false) => "fr",
            (Language::Fr, true) => "fr-dark",
            (Language::En, false) => "en",
            (Language::En, true) => "en-dark",
        };
        Self {
            stage,
            prefix,
            dark,
            folder,
        }
    }

    async fn fill(mut self, lines: &Lines) {
        self.stage.open_window().await;
        self.wears_its_colours().await;
        self.sign_in().await;
        self.stage.owner_signs_in().await;
        self.stage.sees_link("online").await;
        self.stage.window().find("[data-testid=incident-row]").await;
        self.picture("list").await;
        self.thread(lines).await;

        self.new_incident().await;
        self.dashboard().await;
        self.place("properties").await;
        self.stage.window().find("[data-testid=home]").await;
        self.picture("properties").await;
        self.place("settings").await;
        self.picture("settings").await;
        self.about().await;
        self.accounts().await;
        self.narrow().await;
        self.crashed().await;
        self.rescued().await;
    }

    /// The page follows the desktop before anybody has set anything.
    async fn wears_its_colours(&self) {
        let window = self.stage.window();
        let dark = "return matchMedia('(prefers-color-scheme: dark)').matches";
        until("the page has the desktop's colours", async || {
            (window.run(dark).await == self.dark).then_some(())
        })
        .await;
    }

    async fn sign_in(&self) {
        let window = self.stage.window();
        window.find("[data-testid=email]").await;
        self.picture("sign-in").await;
        window.fill("[data-testid=email]", OWNER.0).await;
        window
            .fill("[data-testid=password]", "not-her-password")
            .await;
        window.click("[data-testid=sign-in-submit]").await;
        window.find("[data-testid=sign-in-error]").await;
        self.picture("sign-in-refused").await;
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

        let window = self.stage.window();
        window.click("button[data-testid=composer-note]").await;
        self.writes(lines.noted).await;
        window
            .find("[data-note=true] [data-testid=ticket-text]")
            .await;
        self.picture("note").await;
        window.click("button[data-testid=composer-note]").await;

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
        self.search(lines).await;
    }

    /// The form of a new incident, with a photo.
    async fn new_incident(&self) {
        let window = self.stage.window();
        let photo = self.stage.desktop.folder().join("mur.jpg");
        image::RgbImage::from_fn(320, 240, |x, y| [200, (x / 3) as u8, (y / 2) as u8].into())
            .save(&photo)
            .unwrap();
        window.click("[data-testid=new-incident]").await;
        window.find("[data-testid=new-incident-dialog]").await;
        window.click("[data-testid=new-attach]").await;
        let title = self.stage.say("pick-files-title", &[]);
        pick(&self.stage.desktop, &title, &photo).await;
        window
            .find("dialog[open] [data-testid=draft-attachment]")
            .await;
        self.picture("new-incident").await;
        self.stage.closes_dialog().await;
    }

    /// What is found, and nothing.
    async fn search(&self, lines: &Lines) {
        let window = self.stage.window();
        window.fill("[data-testid=find]", lines.looked_for).await;
        window.find("[data-testid=search-hit] mark").await;
        self.picture("search").await;
        window.fill("[data-testid=find]", "xylophone").await;
        window.find(".incident-list .empty").await;
        self.picture("search-nothing").await;
        window.click(".find .icon-button").await;
        window.find("[data-testid=incident-row]").await;
    }

    async fn writes(&self, words: &str) {
        let window = self.stage.window();
        window.write("[data-testid=composer-input]", words).await;
        window.send_at_once(words).await;
    }

    async fn place(&self, name: &str) {
        let window = self.stage.window();
        window.click(&format!("[data-testid=nav-{name}]")).await;
    }

    /// What the settings say of the program itself, and of what it is built from.
    async fn about(&self) {
        let window = self.stage.window();
        window.scroll_to("[data-testid=about]").await;
        self.picture("about").await;
        window.click("[data-testid=open-licences]").await;
        window.click("[data-testid=licences] summary").await;
        window.find("[data-testid=licences] pre").await;
        self.picture("licences").await;
        self.stage.closes_dialog().await;
    }

    /// Something crashed in the run before.
    async fn crashed(&mut self) {
        self.stage.kill_application().await;
        let logs = self.stage.desktop.folder().join("data/logs");
        fs::write(logs.join("crash-2026-11-27T08-30-00.000Z.new.txt"), "").unwrap();
        self.stage.open_window().await;
        let window = self.stage.window();
        window.find("[data-testid=crash-notice]").await;
        window.find("[data-testid=incident-row]").await;
        self.picture("crashed").await;
        window.click("[data-testid=crash-understood]").await;
        window.gone("[data-testid=crash-notice]").await;
    }

    /// The journal broke while the application was closed.
    async fn rescued(&mut self) {
        self.stage.kill_application().await;
        self.stage.breaks_the_journals();
        self.stage.open_window().await;
        let window = self.stage.window();
        window.find("[data-testid=rescue-notice]").await;
        window.find("[data-testid=incident-row]").await;
        self.picture("rescued").await;
    }

    /// A second account beside the first, whose work waits behind it; then the first one again.
    async fn accounts(&self) {
        let server = self.stage.server.as_ref().expect("the server runs");
        self.stage.network.lead_to(server.address);
        self.stage.adds_account(TENANT).await;
        let window = self.stage.window();
        let foot = "document.querySelector('[data-testid=accounts]').scrollIntoView()";
        window.run(foot).await;
        self.picture("accounts").await;
        window.click("[data-testid=switch-account]").await;
        let name = "[data-testid=rail-account][title='owner@demo.palier.test']";
        window.find(name).await;
    }

    /// Figures and charts; the charts whole, with a table; a year; a period without anything.
    async fn dashboard(&self) {
        let window = self.stage.window();
        self.place("dashboard").await;
        window.find("[data-testid=by-week] [data-testid=bar]").await;
        self.picture("dashboard").await;
        let show = "document.querySelector('[data-testid=by-category] details').open = true;
            document.querySelector('.charts').scrollIntoView()";
        window.run(show).await;
        self.picture("dashboard-charts").await;
        let table = "document.querySelector('[data-testid=by-category] table').scrollIntoView()";
        window.run(table).await;
        self.picture("dashboard-table").await;
        window
            .click("[data-testid=by-property] [data-testid=bar]")
            .await;
        window.find("[data-testid=narrowing]").await;
        self.picture("list-narrowed").await;
        window.click("[data-testid=narrowing]").await;
        window.choose("[data-testid=property-filter]", "").await;
        self.place("dashboard").await;
        window.find("[data-testid=by-week] [data-testid=bar]").await;
        window
            .choose("[data-testid=dashboard-period]", "last-year")
            .await;
        window.find("[data-testid=by-week] .chart-nothing").await;
        window
            .run("document.querySelector('h1').scrollIntoView()")
            .await;
        self.picture("dashboard-nothing").await;
        window
            .choose("[data-testid=dashboard-period]", "twelve-weeks")
            .await;
        window.find("[data-testid=by-week] [data-testid=bar]").await;
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
        window.click("button.back").await;
        self.place("dashboard").await;
        window.find("[data-testid=by-week] [data-testid=bar]").await;
        self.picture("narrow-dashboard").await;
        window
            .run("document.querySelector('.charts').scrollIntoView()")
            .await;
        self.picture("narrow-dashboard-charts").await;
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
        let path = self.folder.join(format!("{}-{name}.png", self.prefix));
        fs::write(path, window.picture().await.expect("a picture")).unwrap();
    }
}
