//! A tenant's browser: the real Chromium, with a folder of its own, of the size of a phone.

use super::{
    START,
    desktop::Desktop,
    evidence::target,
    page::Page,
    process::Process,
    until, until_within,
    webdriver::{Session, free_port},
};
use palier_i18n::Language;
use serde_json::{Map, Value, json};
use std::{net::SocketAddr, ops::Deref};

/// A phone that many have.
const PHONE: (u32, u32) = (360, 740);

/// A browser. It ends with the value.
pub struct Browser {
    page: Page,
    server: SocketAddr,
    _driver: Process,
}

impl Deref for Browser {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.page
    }
}

/// How a browser is, beside its language.
#[derive(Default)]
pub struct Manner {
    /// What it is told on its command line.
    pub arguments: Vec<String>,
    /// What its owner has set.
    pub preferences: Map<String, Value>,
}

impl Browser {
    /// Starts one of this language. `name` says whose it is: the next of the same name finds everything that
    /// it kept.
    pub async fn start(
        desktop: &Desktop,
        server: SocketAddr,
        name: &str,
        language: Language,
        manner: Manner,
    ) -> Self {
        let port = free_port();
        let mut driver = desktop.command("chromedriver");
        driver.arg(format!("--port={port}"));
        let driver = desktop
            .program(&format!("chromedriver-{name}"), driver)
            .start();
        until_within(START, "the WebDriver listens", async || {
            let there = tokio::net::TcpStream::connect(("127.0.0.1", port));
            there.await.ok()
        })
        .await;
        let kept = desktop.folder().join(format!("browser-{name}"));
        let mut args = vec![
            "--headless=new".to_owned(),
            // Only our own pages are opened, often as root, where its sandbox does not work.
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--force-prefers-reduced-motion".to_owned(),
            format!("--user-data-dir={}", kept.display()),
            format!("--lang={}", language.code()),
        ];
        args.extend(manner.arguments);
        let mut prefs = manner.preferences;
        prefs.insert("intl.accept_languages".into(), language.code().into());
        let wanted = json!({
            "goog:chromeOptions": {
                "args": args,
                "prefs": prefs,
            },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let session = Session::start(&format!("http://127.0.0.1:{port}"), wanted).await;
        let browser = Self {
            page: Page::new(session.expect("Chromium opens a window")),
            server,
            _driver: driver,
        };
        browser.resize(PHONE.0, PHONE.1).await;
        browser
    }

    /// Makes the page so wide and high.
    pub async fn resize(&self, width: u32, height: u32) {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.session
            .chromium("Emulation.setDeviceMetricsOverride", size)
            .await
            .unwrap();
    }

    /// Goes to an address of the server.
    pub async fn go(&self, path: &str) {
        let url = format!("http://{}{path}", self.server);
        self.session.go(&url).await.unwrap();
    }

    /// Where it is: an address of the server.
    pub async fn path(&self) -> String {
        self.read("return location.pathname").await
    }

    /// Waits until it is at an address of the server.
    pub async fn is_at(&self, path: &str) {
        until(&format!("the page is {path}"), async || {
            (self.path().await == path).then_some(())
        })
        .await;
    }

    /// Signs in by the form.
    pub async fn signs_in(&self, (email, password): (&str, &str)) {
        self.fill("[data-testid=email]", email).await;
        self.fill("[data-testid=password]", password).await;
        self.click("[data-testid=sign-in-submit]").await;
        self.gone("[data-testid=sign-in]").await;
    }

    /// Opens another tab and looks at it; answers what finds the one before.
    pub async fn opens_tab(&self) -> String {
        let before = self.session.tab().await.unwrap();
        let new = self.session.new_tab().await.unwrap();
        self.session.look_at(&new).await.unwrap();
        self.resize(PHONE.0, PHONE.1).await;
        before
    }

    /// Picks files in the page's own picker, after `css` was clicked on.
    pub async fn picks(&self, css: &str, files: &[&std::path::Path]) {
        // A driver cannot answer the system's dialog: the page's field takes the files without it.
        self.session
            .chromium(
                "Page.setInterceptFileChooserDialog",
                json!({ "enabled": true }),
            )
            .await
            .unwrap();
        self.scroll_to(css).await;
        self.click(css).await;
        let field = self.find("[data-testid=file-picker]").await;
        let paths: Vec<&str> = files.iter().map(|it| it.to_str().unwrap()).collect();
        field.write(&paths.join("\n")).await.unwrap();
    }

    /// Waits until the service worker has taken this page.
    pub async fn is_kept(&self) {
        until("the service worker is there", async || {
            let there = "return Boolean(navigator.serviceWorker.controller)";
            (self.session.run(there).await.ok()? == true).then_some(())
        })
        .await;
    }

    /// Lets it feel fingers instead of a mouse, as on a phone.
    pub async fn is_touched(&self) {
        self.session
            .chromium(
                "Emulation.setTouchEmulationEnabled",
                json!({ "enabled": true }),
            )
            .await
            .unwrap();
    }

    /// What axe-core finds in the page as it is, each with its elements.
    pub async fn violations(&self) -> Vec<String> {
        if self.run("return typeof axe").await == "undefined" {
            let path = std::env::var("PALIER_AXE").expect("PALIER_AXE names axe.min.js");
            self.run(&std::fs::read_to_string(path).unwrap()).await;
        }
        let script = "const done = arguments[0];
            axe.run(document, { resultTypes: ['violations'] }).then(found => done(found.violations.flatMap(
                rule => rule.nodes.map(node => `${rule.id}: ${node.target.join(' ')}`))))";
        let found = self.session.run_and_wait(script, &[]).await.unwrap();
        serde_json::from_value(found).unwrap()
    }

    /// Keeps a picture of the page among the screenshots.
    pub async fn keeps_picture(&self, name: &str) {
        let album = target().join("screenshots/phone");
        std::fs::create_dir_all(&album).unwrap();
        let picture = self.picture().await.expect("a picture");
        std::fs::write(album.join(format!("{name}.png")), picture).unwrap();
    }

    /// What went wrong in the page, by its console; without failed requests, which a cut network makes.
    pub async fn complaints(&self) -> Vec<String> {
        let said = self.session.console().await.unwrap();
        said.iter()
            .filter(|it| it["level"] == "SEVERE" && it["source"] != "network")
            .map(|it| it["message"].to_string())
            .collect()
    }

    /// Ends it as a person does who closes it.
    pub async fn end(self) {
        self.page.session.end().await.unwrap();
    }
}
