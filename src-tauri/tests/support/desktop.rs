//! A desk of a person with what else a desktop has: notifications, a tray, programs that open files.

use super::{
    drag::Drag, notifications::Notifications, process::Process, tray::Tray, until, webdriver::Desk,
};
use palier_i18n::Language;
use std::{fs, ops::Deref, os::unix::fs::PermissionsExt, path::Path};

/// How a person set up the desktop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taste {
    /// The language of the session.
    pub language: Language,
    /// Whether programs should be dark.
    pub dark: bool,
}

impl From<Language> for Taste {
    fn from(language: Language) -> Self {
        Self {
            language,
            dark: false,
        }
    }
}

impl Taste {
    fn locale(self) -> &'static str {
        match self.language {
            Language::Fr => "fr_FR.UTF-8",
            Language::En => "en_GB.UTF-8",
        }
    }
}

/// A person's desktop.
pub struct Desktop {
    /// How much the application writes down: its `PALIER_LOG`.
    pub log: &'static str,
    /// Where the application breaks down: a moment of `palier_domain::failpoint`.
    pub breaks_at: Option<&'static str>,
    /// What was shown to the person.
    pub notifications: Notifications,
    /// The panel with the icons of programs.
    pub tray: Tray,
    // The last to end: the others are on its bus.
    desk: Desk,
}

impl Deref for Desktop {
    type Target = Desk;

    fn deref(&self) -> &Desk {
        &self.desk
    }
}

/// Where the opener remembers.
const OPENED: &str = "opened";

impl Desktop {
    /// Starts a desktop to this taste, with its files below `folder`.
    pub async fn start(folder: &Path, taste: Taste) -> Self {
        let desk = Desk::start(folder, taste.locale(), taste.dark).await;
        put_opener(folder);
        let notifications = Notifications::start(desk.bus()).await;
        let tray = Tray::start(notifications.bus()).await;
        Self {
            desk,
            notifications,
            tray,
            breaks_at: None,
            log: "info,palier_lib=debug,palier_client=debug",
        }
    }

    /// Files and links that were opened in the system's other applications.
    pub fn opened(&self) -> Vec<String> {
        let opened = fs::read_to_string(self.folder().join(OPENED)).unwrap_or_default();
        opened.lines().map(str::to_owned).collect()
    }

    /// Somebody copied a picture: it is in the clipboard for as long as the value lives.
    pub fn copies_picture(&self, file: &Path) -> Process {
        let mut xclip = self.command("xclip");
        xclip.args(["-quiet", "-selection", "clipboard", "-t", "image/png", "-i"]);
        xclip.arg(file);
        self.program("xclip", xclip).start()
    }

    /// Somebody picks files up in another program.
    pub fn drags(&self, files: &[&Path]) -> Drag {
        Drag::begin(self.display(), files)
    }

    /// The visible windows whose title this pattern describes.
    pub fn windows_named(&self, title: &str) -> Vec<String> {
        // Old-fashioned titles have no fixed encoding: what is not ASCII may look like anything.
        let any = |letter: char| match letter.is_ascii() {
            true => letter.to_string(),
            false => ".*".to_owned(),
        };
        let named: String = title.chars().map(any).collect();
        let search = ["search", "--onlyvisible", "--name", &format!("^{named}$")];
        let found = self.xdotool(&search).unwrap_or_default();
        found.lines().map(str::to_owned).collect()
    }

    /// The visible windows of a process.
    pub fn windows_of(&self, process: u32) -> Vec<String> {
        let search = ["search", "--onlyvisible", "--pid", &process.to_string()];
        let found = self.xdotool(&search).unwrap_or_default();
        found.lines().map(str::to_owned).collect()
    }

    /// Waits for a dialog among `windows`, presses Return in it, and waits until it is gone.
    pub async fn agrees(&self, windows: impl Fn() -> Vec<String>) {
        let dialog = until("a dialog opens", async || windows().pop()).await;
        let agree = [
            "windowactivate",
            "--sync",
            &dialog,
            "key",
            "--clearmodifiers",
            "Return",
        ];
        assert!(self.xdotool(&agree).is_some());
        until("the dialog closes", async || {
            (!windows().contains(&dialog)).then_some(())
        })
        .await;
    }

    /// The whole screen, as it is now.
    pub fn photograph(&self, to: &Path) {
        let mut import = self.command("import");
        let _ = import.args(["-window", "root"]).arg(to).status();
    }
}

/// The system's "open with what fits": it opens nothing and remembers what it was told to.
fn put_opener(folder: &Path) {
    let script = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$1\" >>'{}'\n",
        folder.join(OPENED).display()
    );
    let opener = folder.join("bin/xdg-open");
    fs::write(&opener, script).unwrap();
    fs::set_permissions(opener, PermissionsExt::from_mode(0o755)).unwrap();
}
