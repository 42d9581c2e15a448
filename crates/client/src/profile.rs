//! What this installation remembers beside the accounts: its id, who was signed in, the settings.
//!
//! One small JSON file, replaced as a whole. A file that cannot be read is set aside and begun
//! anew: settings are lost then, accounts and what was written are not, for they live in folders
//! of their own (the person signs in again and finds them).

use palier_bridge::view::Settings;
use palier_disk::fs;
use palier_domain::{DeviceId, Invalid, InvalidReason, Sha256, UserId, failpoint};
use serde::{Deserialize, Serialize};
use std::{
    io,
    io::Write,
    path::{Path, PathBuf},
};
use uuid::Uuid;

const FILE: &str = "profile.json";

/// The profile could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("could not {doing} the profile {path}")]
pub struct ProfileError {
    doing: &'static str,
    path: String,
    #[source]
    pub(crate) source: io::Error,
}

/// What is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Profile {
    pub(crate) device_id: DeviceId,
    /// The account that is shown.
    #[serde(default)]
    pub(crate) account: Option<KnownAccount>,
    /// Others who are signed in on this device: their work leaves, and their messages are announced.
    #[serde(default)]
    pub(crate) others: Vec<KnownAccount>,
    #[serde(default)]
    pub(crate) settings: Settings,
}

/// Somebody who is signed in, or was when the server ended the session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownAccount {
    pub(crate) server: String,
    pub(crate) user_id: UserId,
    pub(crate) name: String,
    pub(crate) email: String,
    /// The server is known to have ended the session.
    #[serde(default)]
    pub(crate) session_ended: bool,
    /// The person signed out; the deletion of the local files has begun and must be finished.
    #[serde(default)]
    pub(crate) signing_out: bool,
}

impl KnownAccount {
    /// The name of its folder, and of its secret in the vault.
    pub(crate) fn key(&self) -> String {
        let server = Sha256::of(self.server.as_bytes()).to_string();
        format!("{}-{}", &server[..16], self.user_id)
    }
}

/// The folder in which everything of an account lives.
pub(crate) fn account_folder(data_dir: &Path, account: &KnownAccount) -> PathBuf {
    data_dir.join("accounts").join(account.key())
}

impl Profile {
    /// Everybody, whoever is shown first.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = &KnownAccount> {
        self.account.iter().chain(&self.others)
    }

    /// The account with this key.
    pub(crate) fn known_mut(&mut self, key: &str) -> Option<&mut KnownAccount> {
        let mut accounts = self.account.iter_mut().chain(&mut self.others);
        accounts.find(|known| known.key() == key)
    }

    /// Shows an account; who was shown is among the others.
    pub(crate) fn show(&mut self, known: KnownAccount) {
        let key = known.key();
        self.others.retain(|other| other.key() != key);
        if let Some(before) = self.account.replace(known)
            && before.key() != key
        {
            self.others.push(before);
        }
    }

    /// Forgets an account. When it was the shown one, the longest known of the others is shown.
    pub(crate) fn forget(&mut self, key: &str) {
        self.others.retain(|other| other.key() != key);
        if self
            .account
            .as_ref()
            .is_some_and(|known| known.key() == key)
        {
            self.account = None;
            if !self.others.is_empty() {
                self.account = Some(self.others.remove(0));
            }
        }
    }

    /// Reads the profile, or begins one.
    pub(crate) fn open(data_dir: &Path) -> Result<Self, ProfileError> {
        let path = data_dir.join(FILE);
        let failed = |doing| {
            let path = path.display().to_string();
            move |source| ProfileError {
                doing,
                path,
                source,
            }
        };
        make_private_folder(data_dir)
            .map_err(no_folder)
            .map_err(failed("make the folder of"))?;
        match fs::read(&path) {
            Ok(bytes) => match serde_json::from_slice::<Self>(&bytes) {
                Ok(profile) => return Ok(profile),
                Err(error) => {
                    tracing::error!(%error, "the profile cannot be read and is begun anew");
                    let aside = path.with_extension("json.unreadable");
                    fs::rename(&path, aside).map_err(failed("set aside"))?;
                }
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed("read")(error)),
        }
        let profile = Self {
            device_id: Uuid::now_v7().into(),
            account: None,
            others: Vec::new(),
            settings: Settings::default(),
        };
        profile.save(data_dir)?;
        Ok(profile)
    }

    /// Replaces the file as a whole: after a crash there is the old one or the new one.
    pub(crate) fn save(&self, data_dir: &Path) -> Result<(), ProfileError> {
        let path = data_dir.join(FILE);
        let write = || -> io::Result<()> {
            let bytes = serde_json::to_vec_pretty(self).map_err(io::Error::other)?;
            let fresh = path.with_extension("json.new");
            let mut file = fs::File::create(&fresh)?;
            file.write_all(&bytes)?;
            file.sync_all()?;
            failpoint::pass("client: before a rename", "writing the profile");
            fs::rename(&fresh, &path)?;
            failpoint::pass("client: after a rename", "writing the profile");
            sync_folder(data_dir)
        };
        write().map_err(|source| ProfileError {
            doing: "write",
            path: path.display().to_string(),
            source,
        })
    }
}

/// Refuses settings that no screen offers.
pub(crate) fn check(settings: &Settings) -> Result<(), Invalid> {
    if settings.undo_seconds > Settings::MAX_UNDO_SECONDS {
        return Err(Invalid::new("undo_seconds", InvalidReason::Malformed));
    }
    if !Settings::ZOOMS.contains(&settings.zoom_percent) {
        return Err(Invalid::new("zoom_percent", InvalidReason::Malformed));
    }
    Ok(())
}

/// "It exists" is no help where what exists is a file.
fn no_folder(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::AlreadyExists => io::Error::new(io::ErrorKind::NotADirectory, error),
        _ => error,
    }
}

#[cfg(unix)]
fn make_private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

#[cfg(not(unix))]
fn make_private_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

// A rename survives a power cut only once its folder is on the disk.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ClientError;
    use palier_bridge::CommandError;
    use std::fs;

    #[test]
    fn the_profile_is_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let data_dir = folder.path().join("new");
        let mut profile = Profile::open(&data_dir).unwrap();
        profile.settings.undo_seconds = 12;
        profile.save(&data_dir).unwrap();
        assert_eq!(Profile::open(&data_dir).unwrap(), profile);
    }

    #[test]
    fn a_damaged_profile_is_set_aside_and_begun_anew() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), "{\"device").unwrap();
        let profile = Profile::open(folder.path()).unwrap();
        assert_eq!(profile.account, None);
        let aside = folder.path().join("profile.json.unreadable");
        assert_eq!(fs::read_to_string(aside).unwrap(), "{\"device");
    }

    #[test]
    fn a_file_where_the_folder_should_be_is_said_and_left_alone() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(&file, "something else").unwrap();
        for data_dir in [file.path().to_owned(), file.path().join("data")] {
            let error = Profile::open(&data_dir).unwrap_err();
            let told = CommandError::from(ClientError::from(error));
            assert_eq!(told, CommandError::FolderNotWritable);
        }
        assert_eq!(fs::read_to_string(&file).unwrap(), "something else");
    }

    #[test]
    fn settings_that_no_screen_offers_are_refused() {
        let settings = Settings {
            undo_seconds: 31,
            ..Settings::default()
        };
        assert_eq!(check(&settings).unwrap_err().field, "undo_seconds");
        let settings = Settings {
            zoom_percent: 1_000,
            ..Settings::default()
        };
        assert_eq!(check(&settings).unwrap_err().field, "zoom_percent");
        assert_eq!(check(&Settings::default()), Ok(()));
    }

    fn account(server: &str) -> KnownAccount {
        KnownAccount {
            server: server.into(),
            user_id: Uuid::from_u128(1).into(),
            name: String::new(),
            email: String::new(),
            session_ended: false,
            signing_out: false,
        }
    }

    #[test]
    fn one_account_is_shown_and_the_others_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut profile = Profile::open(folder.path()).unwrap();
        let [a, b, c] = ["https://a.fr", "https://b.fr", "https://c.fr"].map(account);
        for known in [&a, &b, &c, &a] {
            profile.show(known.clone());
        }
        assert_eq!(profile.account.as_ref(), Some(&a));
        assert_eq!(profile.others, [b.clone(), c.clone()]);
        profile.known_mut(&c.key()).unwrap().session_ended = true;
        assert!(profile.others[1].session_ended);
        profile.forget(&a.key());
        assert_eq!(profile.account.as_ref(), Some(&b), "somebody is shown");
        profile.forget(&c.key());
        profile.forget(&b.key());
        assert_eq!(profile.accounts().count(), 0);
    }

    #[test]
    fn accounts_of_two_servers_have_two_folders() {
        assert_ne!(account("https://a.fr").key(), account("https://b.fr").key());
        assert_eq!(account("https://a.fr").key(), account("https://a.fr").key());
    }
}
