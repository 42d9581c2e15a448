//! The desktop's keyring: Secret Service on Linux, Keychain on macOS, Credential Manager on Windows.

use super::{Vault, VaultError};
use ::keyring::{Entry, Error};
use async_trait::async_trait;
use std::{collections::HashMap, time::Duration};
use tokio::{
    sync::Mutex,
    task::{JoinError, JoinHandle, spawn_blocking},
    time::timeout,
};

/// The name under which secrets stand in the keyring.
const SERVICE: &str = "palier";

/// How long the first question may take. It asks the person nothing, so a keyring that is not busy with
/// her answers at once.
const PROBE: Duration = Duration::from_secs(5);

type Answer<T> = Result<Option<T>, VaultError>;

/// Keeps secrets in the desktop's keyring.
pub struct KeyringVault {
    limit: Duration,
    /// Questions that were not answered in time. They go on: a second one would ask the person a second time.
    open: Mutex<HashMap<String, JoinHandle<Answer<String>>>>,
}

impl KeyringVault {
    /// The keyring, if there is one, also where it is slow: it may wait for the person. Answers may take
    /// `limit`, in which she may have to unlock it.
    ///
    /// # Errors
    /// When there is none.
    pub async fn probe(limit: Duration) -> Result<Self, VaultError> {
        let open = Mutex::default();
        let vault = Self { limit, open };
        // Asking for what is not there does not open a locked keyring, so nobody is bothered.
        let probed = ask("probe", Entry::get_password);
        match timeout(limit.min(PROBE), probed).await {
            Ok(answer) => flat(answer).map(|_| vault),
            Err(_) => Ok(vault),
        }
    }

    async fn within_limit<T>(&self, asked: JoinHandle<Answer<T>>) -> Answer<T> {
        match timeout(self.limit, asked).await {
            Ok(answer) => flat(answer),
            Err(_) => Err(VaultError::NotYet),
        }
    }
}

/// Makes a call that blocks, on a thread of its own: the keyring asks the person to unlock it, and a bus
/// without a keyring may never answer.
fn ask<T: Send + 'static>(
    account: &str,
    call: impl FnOnce(&Entry) -> Result<T, Error> + Send + 'static,
) -> JoinHandle<Answer<T>> {
    let account = account.to_owned();
    spawn_blocking(
        move || match Entry::new(SERVICE, &account).and_then(|entry| call(&entry)) {
            Ok(value) => Ok(Some(value)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(VaultError::Refused(crate::error::chain(&error).to_string())),
        },
    )
}

fn flat<T>(answer: Result<Answer<T>, JoinError>) -> Answer<T> {
    answer.unwrap_or_else(|join| Err(VaultError::Refused(join.to_string())))
}

#[async_trait]
impl Vault for KeyringVault {
    fn is_lasting(&self) -> bool {
        true
    }

    async fn load(&self, account: &str) -> Result<Option<String>, VaultError> {
        let mut open = self.open.lock().await;
        let asked = open.remove(account);
        drop(open);
        let mut asked = asked.unwrap_or_else(|| ask(account, Entry::get_password));
        match timeout(self.limit, &mut asked).await {
            Ok(answer) => flat(answer),
            Err(_) => {
                self.open.lock().await.insert(account.to_owned(), asked);
                Err(VaultError::NotYet)
            }
        }
    }

    async fn store(&self, account: &str, secret: &str) -> Result<(), VaultError> {
        let secret = secret.to_owned();
        // What is still being asked for is about an older secret.
        self.open.lock().await.remove(account);
        let asked = ask(account, move |entry| entry.set_password(&secret));
        self.within_limit(asked).await.map(drop)
    }

    async fn delete(&self, account: &str) -> Result<(), VaultError> {
        self.open.lock().await.remove(account);
        let asked = ask(account, Entry::delete_credential);
        self.within_limit(asked).await.map(drop)
    }
}
