//! The distribution's packages: libraries the window is built on, programs that drive it in tests.

use std::{collections::BTreeSet, process::Command, time::Duration};

use anyhow::{Context, Result};

use super::{Missing, Purpose};
use crate::{
    process::{self, Refused, run},
    progress,
};

/// What the window is built on.
const TO_BUILD: &[&str] = &[
    "build-essential",
    "pkg-config",
    "libwebkit2gtk-4.1-dev",
    "libayatana-appindicator3-dev",
    "librsvg2-dev",
    "libxdo-dev",
];

/// What the plain tests start, and what that is installed with.
const TO_TEST: &[&str] = &[
    // SQLite for browsers is compiled by it.
    "clang",
    // promtool, which checks the alerts.
    "prometheus",
    // Tests start a server of their own; the one that the package starts is left alone.
    "postgresql",
    // For the programs from PyPI: Debian's Python leaves the module venv to a package of its own.
    "python3-venv",
];

/// What drives a real window without a person: a display with a window manager, a WebDriver, a
/// private bus with notifications and a keyring, `import` for pictures; a browser for the gallery.
const TO_DRIVE: &[&str] = &[
    "webkit2gtk-driver",
    "xvfb",
    "openbox",
    "xdotool",
    "xclip",
    "dbus",
    "dbus-x11",
    "dunst",
    "gnome-keyring",
    "libsecret-tools",
    "imagemagick",
    "at-spi2-core",
    "fonts-dejavu-core",
    // For the gallery.
    "chromium",
    "chromium-driver",
    // What packages are unpacked and looked through with.
    "rpm2cpio",
    "cpio",
    "desktop-file-utils",
];

/// The same for people on systems whose packages this command does not install.
const ELSEWHERE: &[(&str, &str)] = &[
    (
        "Fedora",
        "sudo dnf install @development-tools pkgconf-pkg-config webkit2gtk4.1-devel libappindicator-gtk3-devel \
         librsvg2-devel libxdo-devel\n    and for the window tests: webkit2gtk-driver xorg-x11-server-Xvfb openbox \
         xdotool xclip dbus-daemon dbus-x11 dunst gnome-keyring libsecret ImageMagick chromium chromedriver npm\n    and for the other tests: python3 postgresql-server",
    ),
    (
        "Arch",
        "sudo pacman -S --needed base-devel webkit2gtk-4.1 libayatana-appindicator librsvg xdotool\n    \
         and for the window tests: xorg-server-xvfb openbox xclip dbus dunst gnome-keyring libsecret imagemagick chromium npm\n    and for the other tests: python postgresql",
    ),
    (
        "openSUSE",
        "sudo zypper install -t pattern devel_basis; sudo zypper install webkit2gtk3-devel \
         libappindicator3-1 librsvg-devel\n    and for the window tests: webkit2gtk-driver xorg-x11-server-Xvfb \
         openbox xdotool xclip dbus-1 dunst gnome-keyring libsecret-tools ImageMagick chromium chromedriver npm\n    and for the other tests: python3 postgresql-server",
    ),
    (
        "macOS",
        "xcode-select --install\n    (the window tests need Linux)",
    ),
    (
        "Windows",
        "Microsoft C++ Build Tools (\"Desktop development with C++\") and, before Windows 11, the \
         WebView2 runtime\n    (the window tests need Linux)",
    ),
];

/// The system packages that are missing here.
///
/// On Debian and its children they are asked for by name. Elsewhere the list is printed if what
/// the build needs is not found; a machine that has it goes on.
pub fn missing(purpose: Purpose) -> Result<Option<Missing>> {
    if is_debian() {
        return Ok(missing_packages(purpose));
    }
    let complete = if cfg!(target_os = "linux") {
        process::succeeds(Command::new("pkg-config").args([
            "--exists",
            "webkit2gtk-4.1",
            "librsvg-2.0",
        ]))
    } else if cfg!(target_os = "macos") {
        process::succeeds(Command::new("xcode-select").arg("-p"))
    } else {
        // No program tells; the linker's own message does, and it is a good one.
        true
    };
    if complete {
        return Ok(None);
    }
    let mut text = String::from(
        "system packages are missing, and this command installs them on Debian and Ubuntu only. \
         Install these, then start again:",
    );
    for (system, packages) in ELSEWHERE {
        text.push_str(&format!("\n  {system}: {packages}"));
    }
    text.push_str(
        "\nThe wasm target, wasm-bindgen, Trunk and cargo-deny are then set up on every system.",
    );
    Err(Refused(text).into())
}

fn missing_packages(purpose: Purpose) -> Option<Missing> {
    let mut wanted = TO_BUILD.to_vec();
    if purpose >= Purpose::Quick {
        wanted.extend(TO_TEST);
    }
    if purpose >= Purpose::Test {
        wanted.extend(TO_DRIVE);
        // Not by the package's name alone: other packagings of Node.js bring it, and conflict with it.
        if which::which("npm").is_err() {
            wanted.push("npm");
        }
    }
    let missing = absent(&wanted);
    if missing.is_empty() {
        return None;
    }
    let names: Vec<String> = missing.iter().map(|&name| name.to_owned()).collect();
    Some(Missing {
        name: format!("system packages: {}", names.join(" ")),
        estimate: Duration::from_secs(20 + 6 * names.len() as u64),
        install: Box::new(move || apt_install(&names, &[])),
    })
}

/// Which of these packages dpkg does not have.
#[must_use]
pub fn absent<'a>(wanted: &[&'a str]) -> Vec<&'a str> {
    // dpkg-query fails when it knows one name not at all, and still lists the others.
    let listed = Command::new("dpkg-query")
        .args([
            "--show",
            "--showformat",
            "${Package} ${db:Status-Status}\\n",
        ])
        .args(wanted)
        .output()
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default();
    let present = installed(&listed);
    wanted
        .iter()
        .copied()
        .filter(|name| !present.contains(name))
        .collect()
}

fn installed(listed: &str) -> BTreeSet<&str> {
    listed
        .lines()
        .filter_map(|line| line.strip_suffix(" installed"))
        .collect()
}

/// Installs packages with apt, through sudo unless this is root.
pub fn apt_install(packages: &[String], options: &[&str]) -> Result<()> {
    // Best effort: an unreachable extra source must not stop what the others can give.
    if run(as_root("apt-get")?.args(["update", "--quiet"])).is_err() {
        progress::note("  apt-get update failed; going on with the lists that are here");
    }
    run(as_root("apt-get")?
        .args(["install", "--quiet", "--yes", "--no-install-recommends"])
        .args(options)
        .args(packages))
    .context("the packages above could not be installed; `sudo apt-get install` shows the reason at greater length")
}

/// Removes packages with apt, through sudo unless this is root.
pub fn apt_remove(packages: &[&str]) -> Result<()> {
    run(as_root("apt-get")?
        .args(["remove", "--quiet", "--yes"])
        .args(packages))
}

fn as_root(program: &str) -> Result<Command> {
    let root = process::read(Command::new("id").arg("-u")).is_ok_and(|id| id == "0");
    let mut command = if root {
        Command::new("env")
    } else if which::which("sudo").is_ok() {
        let mut sudo = Command::new("sudo");
        sudo.arg("env");
        sudo
    } else {
        return Err(
            Refused("system packages are missing: become root, or install sudo".into()).into(),
        );
    };
    // Through `env`, because sudo drops the environment; no package may open a dialog.
    command.args(["DEBIAN_FRONTEND=noninteractive", program]);
    Ok(command)
}

/// Whether this is Debian or one of its children, with apt.
#[must_use]
pub fn is_debian() -> bool {
    std::fs::read_to_string("/etc/os-release").is_ok_and(|text| debian_like(&text))
        && which::which("apt-get").is_ok()
}

fn debian_like(os_release: &str) -> bool {
    os_release
        .lines()
        .filter_map(|line| {
            line.strip_prefix("ID=")
                .or_else(|| line.strip_prefix("ID_LIKE="))
        })
        .flat_map(|names| names.trim_matches('"').split_whitespace())
        .any(|name| name == "debian" || name == "ubuntu")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debian_and_its_children_are_recognised() {
        assert!(debian_like("PRETTY_NAME=\"Debian\"\nID=debian\n"));
        assert!(debian_like("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"));
        assert!(!debian_like("ID=fedora\n"));
    }

    #[test]
    fn a_removed_package_with_its_settings_left_is_not_installed() {
        assert_eq!(
            installed("xvfb installed\nopenbox config-files\n"),
            BTreeSet::from(["xvfb"])
        );
    }
}
