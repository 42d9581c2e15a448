//! Packages are unpacked, looked through and started; with `CI=true` also installed and removed.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};

use super::{Packages, trying};
use crate::{
    process::{self, read, run},
    setup::{Consent, system},
};

/// What has to be in each package, with a word that stands in it.
const CONTENT: &[(&str, &str)] = &[
    ("usr/bin/palier", ""),
    (
        "usr/share/applications/palier.desktop",
        "MimeType=x-scheme-handler/palier;",
    ),
    ("usr/share/applications/palier.desktop", "Exec=palier %u"),
    ("usr/share/icons/hicolor/128x128/apps/palier.png", ""),
    ("usr/share/icons/hicolor/scalable/apps/palier.svg", "<svg"),
    ("usr/share/doc/palier/licences.json", "\"packages\""),
];

/// One story of the window tests: from an empty folder to a list that is in step with a server.
const STORY: &str = "stories::sign_in::";

/// Tries both packages.
pub fn all(packages: &Packages) -> Result<()> {
    let folder = packages
        .deb
        .parent()
        .context("a package is in a folder")?
        .join("unpacked");
    let (from_deb, from_rpm) = (folder.join("deb"), folder.join("rpm"));
    trying("the .deb has what it needs");
    unpack_deb(&packages.deb, &from_deb)?;
    look_through(&from_deb)?;
    is_said(&packages.deb)?;
    trying("the .rpm has the same");
    unpack_rpm(&packages.rpm, &from_rpm)?;
    look_through(&from_rpm)?;
    let program = |root: &Path| root.join("usr/bin/palier");
    ensure!(
        fs::read(program(&from_deb))? == fs::read(program(&from_rpm))?,
        "the two packages hold different programs"
    );
    trying("the program that was unpacked opens its window");
    starts(&program(&from_deb))?;
    if Consent::from_flag(false) == Consent::Given && system::is_debian() {
        trying("the .deb can be installed and removed");
        install_and_remove(&packages.deb)?;
    }
    Ok(())
}

fn unpack_deb(package: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    run(Command::new("dpkg-deb")
        .arg("--extract")
        .arg(package)
        .arg(to))
}

fn unpack_rpm(package: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    let archive = to.with_extension("cpio");
    // How it ends says little: it compares what it wrote with a size that not every builder puts down. Whether
    // the archive is whole is judged by cpio, and by what is looked for in it.
    Command::new("rpm2cpio")
        .arg(package)
        .stdout(File::create(&archive)?)
        .status()
        .context("rpm2cpio is needed to look into the .rpm")?;
    run(Command::new("cpio")
        .args(["--extract", "--make-directories", "--quiet"])
        .current_dir(to)
        .stdin(File::open(&archive)?))?;
    Ok(fs::remove_file(archive)?)
}

fn look_through(root: &Path) -> Result<()> {
    for (name, word) in CONTENT {
        let content = fs::read(root.join(name)).with_context(|| format!("{name} is missing"))?;
        if !String::from_utf8_lossy(&content).contains(word) {
            bail!("{name} does not say {word}");
        }
    }
    let entry = root.join("usr/share/applications/palier.desktop");
    run(Command::new("desktop-file-validate").arg(entry))
}

/// What the package says of itself.
fn is_said(package: &Path) -> Result<()> {
    let field = |name| {
        read(
            Command::new("dpkg-deb")
                .arg("--field")
                .arg(package)
                .arg(name),
        )
    };
    let needs = field("Depends")?;
    // Linked, and loaded by its name where there is a tray.
    for library in ["libwebkit2gtk-4.1-0", "libayatana-appindicator3-1"] {
        ensure!(
            needs.contains(library),
            "the package does not ask for {library}: {needs}"
        );
    }
    ensure!(
        field("Version")?.starts_with(env!("CARGO_PKG_VERSION")),
        "it is of another version"
    );
    Ok(())
}

/// Plays a story of the window tests with this program.
fn starts(program: &Path) -> Result<()> {
    let said = read(Command::new(program).arg("--version"))?;
    ensure!(
        said == format!("palier {}", env!("CARGO_PKG_VERSION")),
        "it says {said}"
    );
    let mut story = process::cargo();
    story
        .args([
            "test",
            "--workspace",
            "--features",
            "palier/custom-protocol",
            "--test",
            "window",
        ])
        .args(["--", "--test-threads=1", STORY])
        .env("PALIER_PROGRAM", program);
    run(&mut story)
}

fn install_and_remove(package: &Path) -> Result<()> {
    system::apt_install(&[package.display().to_string()], &[])?;
    let tried = installed();
    system::apt_remove(&["palier"])?;
    tried?;
    for left in ["/usr/bin/palier", "/usr/share/applications/palier.desktop"] {
        ensure!(!Path::new(left).exists(), "{left} stays after the removal");
    }
    Ok(())
}

/// The program is on PATH, and the desktop knows its scheme.
fn installed() -> Result<()> {
    let path = PathBuf::from("/usr/bin/palier");
    ensure!(path.is_file(), "the program is not there");
    run(Command::new(path).arg("--version").stdout(Stdio::null()))?;
    let known = fs::read_to_string("/usr/share/applications/mimeinfo.cache").unwrap_or_default();
    ensure!(
        known.contains("x-scheme-handler/palier=palier.desktop;"),
        "the desktop does not know who opens palier: links"
    );
    Ok(())
}
