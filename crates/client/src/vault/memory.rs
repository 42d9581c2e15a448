//! Secrets that end with the program.

use super::{Vault, VaultError};
use async_trait::async_trait;
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Keeps secrets in memory, for desktops without a keyring and for tests.
#[derive(Debug, Default)]
pub struct MemoryVault(Mutex<HashMap<String, String>>);

impl MemoryVault {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Vault for MemoryVault {
    fn is_lasting(&self) -> bool {
        false
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
