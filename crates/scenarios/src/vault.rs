//! A keyring that a story can look into.

use async_trait::async_trait;
use palier_client::{Vault, VaultError};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Keeps secrets as long as the story lasts, over restarts of the application.
#[derive(Debug, Default)]
pub struct PocketVault(Mutex<HashMap<String, String>>);

impl PocketVault {
    /// Every secret that is kept now.
    pub fn secrets(&self) -> Vec<String> {
        self.lock().values().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Vault for PocketVault {
    fn is_lasting(&self) -> bool {
        true
    }

    async fn load(&self, account: &str) -> Result<Option<String>, VaultError> {
        Ok(self.lock().get(account).cloned())
    }

    async fn store(&self, account: &str, secret: &str) -> Result<(), VaultError> {
        self.lock().insert(account.to_owned(), secret.to_owned());
        Ok(())
    }

    async fn delete(&self, account: &str) -> Result<(), VaultError> {
        self.lock().remove(account);
        Ok(())
    }
}
