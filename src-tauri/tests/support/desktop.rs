//! Display, window manager, session bus, keyring and notifications, all private.

use super::{
    START,
    drag::Drag,
    notifications::Notifications,
    process::{self, Process, Program, program},
    tray::Tray,
    until, until_within,
};
use palier_i18n::Language;
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

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
    folder: PathBuf,
    display: String,
    bus: String,
    locale: &'static str,
    /// How much the application writes down: its `PALIER_LOG`.
    pub log: &'static str,
    /// Where the application breaks down: a moment of `palier_domain::failpoint`.
    pub breaks_at: Option<&'static str>,
    /// What was shown to the person.
    pub notifications: Notifications,
    /// The panel with the icons of programs.
    pub tray: Tray,
    // In the order in which they end: the display last.
    _manager: Process,
    _keyring: Process,
    _bus: Process,
    _display: Process,
}

/// Where the opener remembers.
const OPENED: &str = "opened";

/// A bus that starts nothing by itself: what is there was started here.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

impl Desktop {
    /// Starts a desktop to this taste, with its files below `folder`.
    pub async fn start(folder: &Path, taste: Taste) -> Self {
        let folder = folder.to_owned();
        let locale = taste.locale();
        for name in ["logs", "home", "run", "bin"] {
            fs::create_dir_all(folder.join(name)).unwrap();
        }
        fs::set_permissions(folder.join("run"), PermissionsExt::from_mode(0o700)).unwrap();
        let logs = folder.join("logs");
        put_opener(&folder);
        // Where GTK programs look for it; the window's page then prefers dark colours.
        let gtk = folder.join("home/.config/gtk-3.0");
        fs::create_dir_all(&gtk).unwrap();
        let settings = format!(
            "[Settings]\ngtk-application-prefer-dark-theme={}\n",
            taste.dark
        );
        fs::write(gtk.join("settings.ini"), settings).unwrap();

        let mut command = program("Xvfb");
        // 1 is its own standard output: it writes the number of the display it found free.
        command.args(["-displayfd", "1", "-screen", "0", "1400x900x24"]);
        command.args(["-nolisten", "tcp", "-noreset"]);
        let (display_process, number) = Program::new(&logs, "display", command)
            .start_and_read_line()
            .await;
        let display = format!(":{}", number.trim());

        fs::write(folder.join("bus.conf"), BUS).unwrap();
        let mut command = program("dbus-daemon");
        command.arg("--config-file").arg(folder.join("bus.conf"));
        command.args(["--nofork", "--print-address=1"]);
        let (bus_process, bus) = Program::new(&logs, "bus", command)
            .start_and_read_line()
            .await;
        let bus = bus.trim().to_owned();

        let notifications = Notifications::start(&bus).await;
        let tray = Tray::start(notifications.bus()).await;
        let of_person = |program: &str| of_person(program, &folder, &display, &bus, locale);
        let mut keyring = of_person("gnome-keyring-daemon");
        keyring.args(["--foreground", "--unlock", "--components=secrets"]);
        let keyring = Program::new(&logs, "keyring", keyring).start_with_input("test");
        let manager = Program::new(&logs, "manager", of_person("openbox")).start();

        let desktop = Self {
            notifications,
            tray,
            _manager: manager,
            _keyring: keyring,
            _bus: bus_process,
            _display: display_process,
            locale,
            breaks_at: None,
            log: "info,palier_lib=debug,palier_client=debug",
            folder,
            display,
            bus,
        };
        until_within(START, "a window manager", async || desktop.has_manager()).await;
        until_within(START, "a keyring", async || {
            desktop
                .notifications
                .bus_knows("org.freedesktop.secrets")
                .await
        })
        .await;
        desktop
    }

    /// A program as the person would start it.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let program = program.as_ref().to_str().unwrap();
        of_person(program, &self.folder, &self.display, &self.bus, self.locale)
    }

    /// A program whose output is kept.
    pub fn program(&self, name: &str, command: Command) -> Program {
        Program::new(&self.folder.join("logs"), name, command)
    }

    /// Files and links that were opened in the system's other applications.
    pub fn opened(&self) -> Vec<String> {
        let opened = fs::read_to_string(self.folder.join(OPENED)).unwrap_or_default();
        opened.lines().map(str::to_owned).collect()
    }

    /// The folder of everything.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What `xdotool` answers; none when it found nothing.
    pub fn xdotool(&self, args: &[&str]) -> Option<String> {
        let mut xdotool = self.command("xdotool");
        // It types what it can read: the person's locale may not be installed here.
        xdotool.env("LC_ALL", "C.UTF-8");
        let output = xdotool.args(args).stderr(Stdio::null()).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap().trim().to_owned();
        output.status.success().then_some(text)
    }

    /// Somebody copied a picture: it is in the clipboard for as long as the value lives.
    pub fn copies_picture(&self, file: &Path) -> Process {
        let mut xclip = self.command("xclip");
        xclip.args(["-quiet", "-selection", "clipboard", "-t", "image/png", "-i"]);
        xclip.arg(file);
        Program::new(&self.folder().join("logs"), "xclip", xclip).start()
    }

    /// Somebody picks files up in another program.
    pub fn drags(&self, files: &[&Path]) -> Drag {
        Drag::begin(&self.display, files)
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

    // Openbox names itself on the root window once it manages.
    fn has_manager(&self) -> Option<()> {
        let mut xprop = self.command("xdotool");
        let found = xprop.args(["get_desktop"]).stderr(Stdio::null());
        found
            .stdout(Stdio::null())
            .status()
            .ok()?
            .success()
            .then_some(())
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

fn of_person(program: &str, folder: &Path, display: &str, bus: &str, locale: &str) -> Command {
    let mut command = process::program(program);
    let home = folder.join("home");
    let usual = std::env::var("PATH").unwrap();
    for unset in [
        "WAYLAND_DISPLAY",
        "XAUTHORITY",
        "DESKTOP_SESSION",
        "LANGUAGE",
        "LC_ALL",
    ] {
        command.env_remove(unset);
    }
    command
        .env("HOME", &home)
        .env("PATH", format!("{}:{usual}", folder.join("bin").display()))
        .env("XDG_RUNTIME_DIR", folder.join("run"))
        .env("XDG_DATA_HOME", home.join(".local/share"))
        .env("XDG_CONFIG_HOME", home.join(".config"))
        .env("XDG_CACHE_HOME", home.join(".cache"))
        .env("DISPLAY", display)
        .env("DBUS_SESSION_BUS_ADDRESS", bus)
        .env("LANG", locale)
        .env("GDK_BACKEND", "x11")
        // No helpers that a bus without services cannot start.
        .env("NO_AT_BRIDGE", "1")
        .env("GIO_USE_VFS", "local")
        .env("GSETTINGS_BACKEND", "memory");
    command
}
