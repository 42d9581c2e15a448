//! Everything together: a desktop, a server, the network between, and the window.

use super::{
    act_until,
    browser::{Browser, Manner},
    desktop::{Desktop, Taste},
    evidence,
    network::Network,
    page::Row,
    picker::pick,
    rest::Person,
    server::Server,
    until,
    window::{self, Window},
};
use futures_util::FutureExt;
use palier_domain::IncidentId;
use palier_i18n::{Arg, Language, Localizer};
use std::{
    fs::{self, File},
    net::SocketAddr,
    panic::{AssertUnwindSafe, resume_unwind},
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// The owner of the demonstration.
pub const OWNER: (&str, &str) = ("owner@demo.palier.test", "palier-demo-owner");
/// One of its tenants.
pub const TENANT: (&str, &str) = ("tenant@demo.palier.test", "palier-demo-tenant");

/// What a test plays on.
pub struct Stage {
    /// The owner's computer.
    pub desktop: Desktop,
    /// What leads from it to the server.
    pub network: Network,
    /// The server; none while it is down.
    pub server: Option<Server>,
    /// The newest version of the application that servers are told of when they start.
    pub newest_client: Option<&'static str>,
    /// The window; none while the application does not run.
    window: Option<Window>,
    /// Somebody's browser, elsewhere.
    browser: Option<Browser>,
    words: Localizer,
    _folder: TempDir,
}

/// Plays a test in French. When it fails, what could be seen is kept below target/window-failures.
pub async fn play(name: &str, test: impl AsyncFnOnce(&mut Stage)) {
    play_in(Language::Fr, name, test).await;
}

/// Plays a test on a desktop of this language, or of another taste.
pub async fn play_in(taste: impl Into<Taste>, name: &str, test: impl AsyncFnOnce(&mut Stage)) {
    let mut stage = Stage::set(taste.into()).await;
    let played = AssertUnwindSafe(test(&mut stage)).catch_unwind().await;
    if let Err(panic) = played {
        evidence::keep(&stage, name).await;
        resume_unwind(panic);
    }
}

impl Stage {
    async fn set(taste: Taste) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("palier-")
            .tempdir()
            .unwrap();
        let desktop = Desktop::start(folder.path(), taste).await;
        let network = Network::start().await;
        let mut stage = Self {
            desktop,
            network,
            server: None,
            newest_client: None,
            window: None,
            browser: None,
            words: Localizer::new(taste.language),
            _folder: folder,
        };
        stage.start_server().await;
        stage
    }

    /// The window.
    pub fn window(&self) -> &Window {
        self.window.as_ref().expect("the application runs")
    }

    /// The browser.
    pub fn browser(&self) -> &Browser {
        self.browser.as_ref().expect("a browser was opened")
    }

    /// The browser, if there is one.
    pub fn browser_if_open(&self) -> Option<&Browser> {
        self.browser.as_ref()
    }

    /// Opens a browser of the stage's language, at an address of the server.
    pub async fn open_browser(&mut self, path: &str) {
        self.open_browser_like(Manner::default(), path).await;
    }

    /// The same, of this manner.
    pub async fn open_browser_like(&mut self, manner: Manner, path: &str) {
        let (server, language) = (self.network.address, self.words.language());
        let browser = Browser::start(&self.desktop, server, "tenant", language, manner).await;
        browser.go(path).await;
        self.browser = Some(browser);
    }

    /// Closes the browser.
    pub async fn close_browser(&mut self) {
        let browser = self.browser.take().expect("a browser was opened");
        browser.end().await;
    }

    /// The window, if the application runs.
    pub fn window_if_open(&self) -> Option<&Window> {
        self.window.as_ref()
    }

    /// Starts the application.
    pub async fn open_window(&mut self) {
        self.open_window_with(&[]).await;
    }

    /// Starts the application with these arguments.
    pub async fn open_window_with(&mut self, arguments: &[&str]) {
        let window = Window::open(&self.desktop, self.network.address, arguments);
        self.window = Some(window.await);
    }

    /// The application as a person starts it, once more or somewhere else.
    pub fn application(&self) -> Command {
        let program = window::application();
        let mut command = window::environment(&self.desktop, &program, self.network.address);
        let log = self.desktop.folder().join("logs/again.log");
        let log = File::options().create(true).append(true).open(log).unwrap();
        command.stdout(log.try_clone().unwrap()).stderr(log);
        command
    }

    /// Kills the application where it stands.
    pub async fn kill_application(&mut self) {
        self.window
            .take()
            .expect("the application runs")
            .kill()
            .await;
    }

    /// The folders of the accounts.
    pub fn account_folders(&self) -> Vec<PathBuf> {
        let accounts = self.desktop.folder().join("data/accounts");
        let folders = accounts.read_dir().unwrap();
        folders.map(|folder| folder.unwrap().path()).collect()
    }

    /// The disk loses what is in the journals; the application does not run.
    pub fn breaks_the_journals(&self) {
        for folder in self.account_folders() {
            for log in ["journal.sqlite-wal", "journal.sqlite-shm"] {
                let _ = fs::remove_file(folder.join(log));
            }
            let nothing = b"no database any more\n".repeat(400);
            fs::write(folder.join("journal.sqlite"), nothing).unwrap();
        }
    }

    /// Waits until the application has ended by itself.
    pub async fn application_ends(&mut self) {
        self.window
            .take()
            .expect("the application runs")
            .ended()
            .await;
    }

    /// Starts the server, on the data it had.
    pub async fn start_server(&mut self) {
        let server = Server::start(&self.desktop, self.newest_client).await;
        self.network.lead_to(server.address);
        self.server = Some(server);
    }

    /// Stops the server as an administrator would.
    pub async fn stop_server(&mut self) {
        self.network.cut();
        self.server.take().expect("the server runs").stop().await;
    }

    /// Kills the server where it stands.
    pub async fn kill_server(&mut self) {
        self.network.cut();
        self.server.take().expect("the server runs").kill().await;
    }

    /// Where the server listens, past the network.
    pub fn server_address(&self) -> SocketAddr {
        self.server.as_ref().expect("the server runs").address
    }

    /// Somebody with a program of his own.
    pub async fn signs_in(&self, who: (&str, &str)) -> Person {
        Person::sign_in(self.server_address(), who).await
    }

    /// A sentence as the person reads it.
    pub fn say(&self, key: &str, args: &[(&str, Arg)]) -> String {
        self.words.format(key, args)
    }

    /// Fills in the form, and waits for the list.
    pub async fn owner_signs_in(&self) {
        let window = self.window();
        window.fill("[data-testid=email]", OWNER.0).await;
        window.fill("[data-testid=password]", OWNER.1).await;
        window.click("[data-testid=sign-in-submit]").await;
        window.find("[data-testid=incident-list]").await;
    }

    /// Signs in as somebody else beside whoever is signed in; the settings are shown.
    pub async fn adds_account(&self, who: (&str, &str)) {
        let window = self.window();
        window.click("[data-testid=add-account]").await;
        window.fill("dialog[open] [data-testid=email]", who.0).await;
        window
            .fill("dialog[open] [data-testid=password]", who.1)
            .await;
        window
            .click("dialog[open] [data-testid=sign-in-submit]")
            .await;
        window.find("[data-testid=other-account]").await;
    }

    /// Opens an incident from the list.
    pub async fn opens(&self, incident: IncidentId) {
        let row = format!("[data-testid=incident-row][data-incident-id='{incident}']");
        self.window().click(&row).await;
        self.sees_thread_of(incident).await;
    }

    /// Waits until the thread of an incident is open.
    pub async fn sees_thread_of(&self, incident: IncidentId) {
        let thread = format!("[data-testid=thread][data-incident-id='{incident}']");
        self.window().find(&thread).await;
    }

    /// Waits until the badge of an incident's row says `unread`; 0: until there is none.
    pub async fn sees_unread(&self, incident: IncidentId, unread: u64) {
        let expected = Row {
            id: incident.to_string(),
            unread,
        };
        let what = format!("the list shows {expected:?}");
        until(&what, async || {
            let rows = self.window().rows().await;
            rows.contains(&expected).then_some(())
        })
        .await;
    }

    /// Waits until the sync pill says how the connection stands.
    pub async fn sees_link(&self, link: &str) {
        let pill = format!("[data-testid=sync-pill][data-link={link}]");
        self.window().find(&pill).await;
    }

    /// Attaches a file through the desktop's picker.
    pub async fn attaches(&self, file: &Path) {
        self.window().click("[data-testid=composer-attach]").await;
        pick(&self.desktop, &self.say("pick-files-title", &[]), file).await;
        self.window().find("[data-testid=draft-attachment]").await;
    }

    /// Closes the dialog of the page.
    pub async fn closes_dialog(&self) {
        let close = self.say("close", &[]);
        let button = format!("dialog[open] button[aria-label='{close}']");
        // Again if need be: a dialog whose content changes moves away under the pointer.
        until("the dialog closes", async || {
            match self.window().look(&button).await {
                None => Some(()),
                Some(button) => {
                    let _ = button.click().await;
                    None
                }
            }
        })
        .await;
    }

    /// Does not wait until the application tries again by itself.
    pub async fn tries_again(&self) {
        self.window().click("[data-testid=sync-pill]").await;
        self.window().click("[data-testid=sync-now]").await;
        self.closes_dialog().await;
    }

    /// Puts the window away; it goes on running.
    pub async fn minimises(&self) {
        let id = self.window_on_screen().await;
        assert!(
            self.desktop
                .xdotool(&["windowminimize", "--sync", &id])
                .is_some()
        );
        until("the page knows that nobody looks", async || {
            let looked_at = self.window().run("return document.hasFocus()").await;
            (looked_at == false).then_some(())
        })
        .await;
        // What the page told the core about it went before this.
        self.window().ask("get_sync").await;
    }

    /// Closes the window as its keyboard shortcut does, until `ask` sees what comes of it.
    pub async fn closes_window<T>(&self, ask: impl AsyncFnMut() -> Option<T>) -> T {
        let id = self.window_on_screen().await;
        let keys = [
            "windowactivate",
            "--sync",
            &id,
            "key",
            "--clearmodifiers",
            "alt+F4",
        ];
        let close = || drop(self.desktop.xdotool(&keys));
        act_until("the window closes", close, ask).await
    }

    /// `Some` while the window is not on the screen.
    pub async fn has_no_window(&self) -> Option<()> {
        self.windows_on_screen().is_empty().then_some(())
    }

    /// Waits until this value is in the files of the page: WebKit writes them half a second later.
    pub async fn page_has_kept(&self, value: &str) {
        let wanted: Vec<u8> = value.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let folder = self.desktop.folder().join("data/page/localstorage");
        until("what the page keeps is on the disk", async || {
            let files = folder.read_dir().ok()?.flatten();
            let mut contents = files.filter_map(|file| fs::read(file.path()).ok());
            let is_there = |content: Vec<u8>| content.windows(wanted.len()).any(|at| at == wanted);
            contents.any(is_there).then_some(())
        })
        .await;
    }

    /// The window's number on the display, once it is visible.
    pub async fn window_on_screen(&self) -> String {
        until("the window is visible", async || {
            self.windows_on_screen().pop()
        })
        .await
    }

    fn windows_on_screen(&self) -> Vec<String> {
        self.desktop.windows_named("([(][0-9]+[)] )?Palier")
    }
}
