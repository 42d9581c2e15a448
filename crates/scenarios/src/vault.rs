//! A keyring that a story can look into.

use async_trait::async_trait;
use palier_client::{Vault, VaultError};
use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

/// Keeps secrets as long as the story lasts, over restarts of the application.
#[derive(Debug, Default)]
pub struct PocketVault {
    secrets: Mutex<HashMap<String, String>>,
    busy: AtomicBool,
    asked: AtomicU32,
}

impl PocketVault {
    /// Every secret that is kept now.
    pub fn secrets(&self) -> Vec<String> {
        self.lock().values().cloned().collect()
    }

    /// From now on it waits for the person, or no longer.
    pub fn is_busy(&self, busy: bool) {
        self.busy.store(busy, Ordering::Relaxed);
    }

    /// How often it was asked for a secret while it was busy.
    pub fn asked_in_vain(&self) -> u32 {
        self.asked.load(Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Vault for PocketVault {
    fn is_lasting(&self) -> bool {
        true
    }

    async fn load(&self, account: &str) -> Result<Option<String>, VaultError> {
        if self.busy.load(Ordering::Relaxed) {
            self.asked.fetch_add(1, Ordering::Relaxed);
            return Err(VaultError::NotYet);
        }
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
