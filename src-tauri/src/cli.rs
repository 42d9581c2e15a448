//! The command line.

use crate::autostart::Autostart;
use clap::Parser;
use directories::ProjectDirs;
use palier_bridge::request::SignIn;
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    path::PathBuf,
};

/// Owners and tenants settle incidents in a rented home, online or not.
#[derive(Debug, Clone, Parser)]
#[command(name = "palier", version)]
pub struct Cli {
    /// Where messages, drafts and files are kept on this computer.
    #[arg(long, env = "PALIER_DATA_DIR", value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// The server to offer when signing in.
    #[arg(long, env = "PALIER_SERVER", value_name = "URL")]
    server: Option<String>,
    /// Signs in with this address when nobody is signed in (`cargo xtask run`).
    #[arg(
        long,
        env = "PALIER_DEMO_EMAIL",
        hide = true,
        requires = "demo_password"
    )]
    demo_email: Option<String>,
    #[arg(
        long,
        env = "PALIER_DEMO_PASSWORD",
        hide = true,
        hide_env_values = true,
        requires = "demo_email"
    )]
    demo_password: Option<String>,
    /// Shows no window until one is asked for, by the tray or a second start.
    #[arg(long)]
    hidden: bool,
    /// A link to open, as the desktop hands it over: palier://incident/…
    #[arg(value_name = "LINK")]
    link: Option<String>,
}

impl Cli {
    /// The folder of all data: as told, else the system's place for them.
    pub(crate) fn data_dir(&self) -> PathBuf {
        match &self.data_dir {
            Some(folder) => std::path::absolute(folder).unwrap_or_else(|_| folder.clone()),
            None => ProjectDirs::from("org", "Palier", "Palier").map_or_else(
                || PathBuf::from("palier-data"),
                |places| places.data_local_dir().to_owned(),
            ),
        }
    }

    /// The server to offer; empty when none was told.
    pub(crate) fn server(&self) -> String {
        self.server.clone().unwrap_or_default()
    }

    /// The name by which a second start on the same folder is recognised.
    pub(crate) fn bus_name(&self) -> String {
        let application = "org.palier.desktop";
        if self.data_dir.is_none() {
            return application.to_owned();
        }
        let mut hasher = DefaultHasher::new();
        self.data_dir().hash(&mut hasher);
        format!("{application}.Folder{:x}", hasher.finish())
    }

    /// Whether the window is to stay away at first.
    pub(crate) fn is_hidden(&self) -> bool {
        self.hidden
    }

    /// What starts with the computer, when the person wants it: this program on this folder.
    pub(crate) fn autostart(&self) -> Autostart {
        let told = self.data_dir.as_ref();
        let folder = told.map(|_| self.data_dir().to_string_lossy().into_owned());
        Autostart::of_this_program(folder)
    }

    /// The link to open.
    pub(crate) fn link(&self) -> Option<&str> {
        self.link.as_deref()
    }

    /// How to sign in without asking, for the demo.
    pub(crate) fn demo(&self) -> Option<SignIn> {
        Some(SignIn {
            server: self.server.clone()?,
            email: self.demo_email.clone()?,
            password: self.demo_password.clone()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Cli {
        Cli::try_parse_from([&["palier"], args].concat()).unwrap()
    }

    #[test]
    fn two_folders_are_two_instances() {
        let name = |folder| parse(&["--data-dir", folder]).bus_name();
        assert_ne!(name("/a"), name("/b"));
        assert_eq!(name("/a"), name("/a"));
    }

    #[test]
    fn the_demo_signs_in_only_where_it_knows_the_server() {
        let demo = ["--demo-email", "o@demo.test", "--demo-password", "secret"];
        assert_eq!(parse(&demo).demo(), None);
        let server = [&["--server", "http://127.0.0.1:1"], &demo[..]].concat();
        assert_eq!(parse(&server).demo().unwrap().email, "o@demo.test");
    }

    #[test]
    fn the_desktop_hands_a_link_over_as_the_last_word() {
        assert_eq!(
            parse(&["palier://incident/7"]).link(),
            Some("palier://incident/7")
        );
        assert_eq!(parse(&[]).link(), None);
    }

    #[test]
    fn what_starts_with_the_computer_is_hidden() {
        assert!(parse(&[crate::autostart::HIDDEN]).is_hidden());
        assert!(!parse(&[]).is_hidden());
    }

    #[test]
    fn half_a_demo_is_refused() {
        assert!(Cli::try_parse_from(["palier", "--demo-email", "o@demo.test"]).is_err());
    }
}
