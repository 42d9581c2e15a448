//! Display, window manager, session bus and keyring of a person, all private.
//!
//! Everything listens on free displays and private addresses, keeps its files below one folder, and ends with
//! the value.

use crate::{
    START,
    process::{Process, Program, program},
    until_within,
};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

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

/// A desk at which programs with windows can be started.
pub struct Desk {
    folder: PathBuf,
    display: String,
    bus: String,
    locale: &'static str,
    // In the order in which they end: the display last.
    _manager: Process,
    _keyring: Process,
    _bus: Process,
    _display: Process,
}

impl Desk {
    /// Starts it with its files below `folder`, for programs that speak `locale` and prefer dark colours or not.
    ///
    /// The display's pixels are in `folder/screen/Xvfb_screen0` (xwd's format), for whoever wants to see them
    /// without asking.
    ///
    /// # Panics
    /// When one of the programs is missing or does not start.
    pub async fn start(folder: &Path, locale: &'static str, dark: bool) -> Self {
        let folder = folder.to_owned();
        for name in ["logs", "home", "run", "bin", "screen"] {
            fs::create_dir_all(folder.join(name)).unwrap();
        }
        fs::set_permissions(folder.join("run"), PermissionsExt::from_mode(0o700)).unwrap();
        prefer(dark, &folder);
        let logs = folder.join("logs");

        let mut command = program("Xvfb");
        // 1 is its own standard output: it writes the number of the display it found free.
        command.args(["-displayfd", "1", "-screen", "0", "1400x900x24"]);
        command.args(["-nolisten", "tcp", "-noreset", "-fbdir"]);
        command.arg(folder.join("screen"));
        let display = Program::new(&logs, "display", command);
        let (display_process, number) = display.start_and_read_line().await;

        fs::write(folder.join("bus.conf"), BUS).unwrap();
        let mut command = program("dbus-daemon");
        command.arg("--config-file").arg(folder.join("bus.conf"));
        command.args(["--nofork", "--print-address=1"]);
        let bus = Program::new(&logs, "bus", command);
        let (bus_process, bus) = bus.start_and_read_line().await;

        let (display, bus) = (format!(":{}", number.trim()), bus.trim().to_owned());
        let of_person = |program: &str| of_person(program, &folder, &display, &bus, locale);
        let mut keyring = of_person("gnome-keyring-daemon");
        keyring.args(["--foreground", "--unlock", "--components=secrets"]);
        let keyring = Program::new(&logs, "keyring", keyring).start_with_input("test");
        let manager = Program::new(&logs, "manager", of_person("openbox")).start();
        let desk = Self {
            _manager: manager,
            _keyring: keyring,
            _bus: bus_process,
            _display: display_process,
            locale,
            folder,
            display,
            bus,
        };
        until_within(START, "a window manager", async || desk.has_manager()).await;
        until_within(START, "a keyring", async || desk.has_keyring()).await;
        desk
    }

    /// A program as the person would start it.
    ///
    /// # Panics
    /// When its path is no text.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let program = program.as_ref().to_str().unwrap();
        of_person(program, &self.folder, &self.display, &self.bus, self.locale)
    }

    /// A program whose output is kept.
    pub fn program(&self, name: &str, command: Command) -> Program {
        Program::new(&self.folder.join("logs"), name, command)
    }

    /// The folder of everything.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The X server, as `DISPLAY` has it.
    pub fn display(&self) -> &str {
        &self.display
    }

    /// The address of the session bus.
    pub fn bus(&self) -> &str {
        &self.bus
    }

    /// What `xdotool` answers; none when it found nothing.
    ///
    /// # Panics
    /// When it is not installed.
    pub fn xdotool(&self, args: &[&str]) -> Option<String> {
        let mut xdotool = self.command("xdotool");
        // It types what it can read: the person's locale may not be installed here.
        xdotool.env("LC_ALL", "C.UTF-8");
        let output = xdotool.args(args).stderr(Stdio::null()).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap().trim().to_owned();
        output.status.success().then_some(text)
    }

    // Openbox names itself on the root window once it manages.
    fn has_manager(&self) -> Option<()> {
        succeeds(self.command("xdotool").arg("get_desktop"))
    }

    fn has_keyring(&self) -> Option<()> {
        let mut ping = self.command("dbus-send");
        ping.args(["--session", "--print-reply"]);
        ping.args(["--dest=org.freedesktop.secrets", "/"]);
        succeeds(ping.arg("org.freedesktop.DBus.Peer.Ping"))
    }
}

/// `Some` when a program ends well.
fn succeeds(command: &mut Command) -> Option<()> {
    let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().ok()?.success().then_some(())
}

/// Where GTK programs look for it; a window's page then prefers dark colours.
fn prefer(dark: bool, folder: &Path) {
    let gtk = folder.join("home/.config/gtk-3.0");
    fs::create_dir_all(&gtk).unwrap();
    let settings = format!("[Settings]\ngtk-application-prefer-dark-theme={dark}\n");
    fs::write(gtk.join("settings.ini"), settings).unwrap();
}

fn of_person(name: &str, folder: &Path, display: &str, bus: &str, locale: &str) -> Command {
    let mut command = program(name);
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
