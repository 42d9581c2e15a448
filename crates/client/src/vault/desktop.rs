//! The desktop's keyring if it answers, else memory.

use super::{KeyringVault, MemoryVault, Vault, VaultError};
use async_trait::async_trait;
use std::time::Duration;
use tokio::sync::OnceCell;

/// The desktop's keyring if it answers, else memory. Which of them is found out at the first use, so
/// that a start does not wait for it.
pub struct DesktopVault {
    limit: Duration,
    chosen: OnceCell<Box<dyn Vault>>,
}

impl DesktopVault {
    /// `limit` is what one answer may take when the person has to unlock the keyring.
    pub fn new(limit: Duration) -> Self {
        Self {
            limit,
            chosen: OnceCell::new(),
        }
    }

    async fn chosen(&self) -> &dyn Vault {
        let chosen = self.chosen.get_or_init(|| choose(self.limit)).await;
        chosen.as_ref()
    }
}

async fn choose(limit: Duration) -> Box<dyn Vault> {
    match KeyringVault::probe(limit).await {
        Ok(vault) => Box::new(vault),
        Err(error) => {
            tracing::warn!(%error, "no keyring: the session is kept in memory only");
            Box::new(MemoryVault::default())
        }
    }
}

#[async_trait]
impl Vault for DesktopVault {
    fn is_lasting(&self) -> bool {
        self.chosen.get().is_some_and(|vault| vault.is_lasting())
    }

    async fn load(&self, account: &str) -> Result<Option<String>, VaultError> {
        self.chosen().await.load(account).await
    }

    async fn store(&self, account: &str, secret: &str) -> Result<(), VaultError> {
        self.chosen().await.store(account, secret).await
    }

    async fn delete(&self, account: &str) -> Result<(), VaultError> {
        self.chosen().await.delete(account).await
    }
}
