//! The desktop's keyring: Secret Service on Linux, Keychain on macOS, Credential Manager on Windows.

use super::{Vault, VaultError};
use ::keyring::{Entry, Error};
use async_trait::async_trait;
use std::time::Duration;
use tokio::time::timeout;

/// The name under which secrets stand in the keyring.
const SERVICE: &str = "palier";

/// How long the first question may take. It asks the person nothing, so a keyring that works
/// answers at once, and the window waits for it.
const PROBE: Duration = Duration::from_secs(5);

/// Keeps secrets in the desktop's keyring.
#[derive(Debug, Clone)]
pub struct KeyringVault {
    limit: Duration,
}

impl KeyringVault {
    /// The keyring, if there is one that answers. Later answers may take `limit`, in which the
    /// person may have to unlock it.
    ///
    /// # Errors
    /// When there is none or it does not answer.
    pub async fn probe(limit: Duration) -> Result<Self, VaultError> {
        let hasty = Self {
            limit: limit.min(PROBE),
        };
        // Asking for what is not there does not open a locked keyring, so nobody is bothered.
        hasty.load("probe").await?;
        Ok(Self { limit })
    }

    /// Runs a call that blocks, on a thread of its own and for a limited time: the keyring asks
    /// the person to unlock it, and a bus without a keyring may never answer.
    async fn call<T: Send + 'static>(
        &self,
        account: &str,
        call: impl FnOnce(&Entry) -> Result<T, Error> + Send + 'static,
    ) -> Result<Option<T>, VaultError> {
        let account = account.to_owned();
        let work = tokio::task::spawn_blocking(move || {
            match Entry::new(SERVICE, &account).and_then(|entry| call(&entry)) {
                Ok(value) => Ok(Some(value)),
                Err(Error::NoEntry) => Ok(None),
                Err(error) => Err(VaultError(crate::error::chain(&error).to_string())),
            }
        });
        match timeout(self.limit, work).await {
            Ok(Ok(result)) => result,
            Ok(Err(join)) => Err(VaultError(join.to_string())),
            Err(_) => Err(VaultError("no answer in time".to_owned())),
        }
    }
}

#[async_trait]
impl Vault for KeyringVault {
    fn is_lasting(&self) -> bool {
        true
    }

    async fn load(&self, account: &str) -> Result<Option<String>, VaultError> {
        self.call(account, Entry::get_password).await
    }

    async fn store(&self, account: &str, secret: &str) -> Result<(), VaultError> {
        let secret = secret.to_owned();
        self.call(account, move |entry| entry.set_password(&secret))
            .await
            .map(drop)
    }

    async fn delete(&self, account: &str) -> Result<(), VaultError> {
        self.call(account, Entry::delete_credential).await.map(drop)
    }
}
