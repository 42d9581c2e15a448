//! The desktop's keyring if there is one, else memory.

use super::{KeyringVault, MemoryVault, Vault, VaultError};
use async_trait::async_trait;
use futures_util::future::BoxFuture;
use std::time::{Duration, Instant};
use tokio::sync::OnceCell;

/// A program that starts with the computer may be there before the keyring is.
const SETTLES: Duration = Duration::from_secs(15);

type Found = Result<Box<dyn Vault>, VaultError>;

/// The desktop's keyring if there is one, else memory. Which of them is found out at the first use, so
/// that a start does not wait for it.
pub struct DesktopVault {
    probe: Box<dyn Fn() -> BoxFuture<'static, Found> + Send + Sync>,
    settled_at: Instant,
    chosen: OnceCell<Box<dyn Vault>>,
}

impl DesktopVault {
    /// `limit` is what one answer may take when the person has to unlock the keyring.
    pub fn new(limit: Duration) -> Self {
        let probe = move || -> BoxFuture<'static, Found> {
            Box::pin(async move { Ok(Box::new(KeyringVault::probe(limit).await?) as _) })
        };
        Self::probing(SETTLES, probe)
    }

    fn probing(
        settles: Duration,
        probe: impl Fn() -> BoxFuture<'static, Found> + Send + Sync + 'static,
    ) -> Self {
        Self {
            probe: Box::new(probe),
            settled_at: Instant::now() + settles,
            chosen: OnceCell::new(),
        }
    }

    /// For what there should be a keyring: that there is none is believed once the desktop has settled.
    async fn expected(&self) -> Result<&dyn Vault, VaultError> {
        let chosen = self
            .chosen
            .get_or_try_init(async || match (self.probe)().await {
                Err(error) if Instant::now() < self.settled_at => {
                    tracing::info!(%error, "no keyring yet");
                    Err(VaultError::NotYet)
                }
                found => Ok(or_memory(found)),
            });
        Ok(chosen.await?.as_ref())
    }

    /// For what cannot wait.
    async fn present(&self) -> &dyn Vault {
        let chosen = self
            .chosen
            .get_or_init(async || or_memory((self.probe)().await));
        chosen.await.as_ref()
    }
}

fn or_memory(found: Found) -> Box<dyn Vault> {
    found.unwrap_or_else(|error| {
        tracing::warn!(%error, "no keyring: the session is kept in memory only");
        Box::new(MemoryVault::default())
    })
}

#[async_trait]
impl Vault for DesktopVault {
    fn is_lasting(&self) -> bool {
        self.chosen.get().is_some_and(|vault| vault.is_lasting())
    }

    async fn load(&self, account: &str) -> Result<Option<String>, VaultError> {
        self.expected().await?.load(account).await
    }

    async fn store(&self, account: &str, secret: &str) -> Result<(), VaultError> {
        self.present().await.store(account, secret).await
    }

    async fn delete(&self, account: &str) -> Result<(), VaultError> {
        self.expected().await?.delete(account).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    struct Lasting;

    #[async_trait]
    impl Vault for Lasting {
        fn is_lasting(&self) -> bool {
            true
        }
        async fn load(&self, _: &str) -> Result<Option<String>, VaultError> {
            Ok(Some("token".to_owned()))
        }
        async fn store(&self, _: &str, _: &str) -> Result<(), VaultError> {
            Ok(())
        }
        async fn delete(&self, _: &str) -> Result<(), VaultError> {
            Ok(())
        }
    }

    /// A desktop on which the keyring comes up while it is asked for the `n`th time.
    fn up_at(n: u32, settles: Duration) -> DesktopVault {
        let asked = AtomicU32::new(0);
        DesktopVault::probing(settles, move || {
            let up = asked.fetch_add(1, Ordering::Relaxed) + 1 >= n;
            Box::pin(async move {
                match up {
                    true => Ok(Box::new(Lasting) as _),
                    false => Err(VaultError::Refused("no such name".to_owned())),
                }
            })
        })
    }

    #[tokio::test]
    async fn a_keyring_that_is_not_up_yet_is_asked_again() {
        let vault = up_at(3, SETTLES);
        for _ in 0..2 {
            let not_yet = vault.load("claire").await;
            assert!(matches!(not_yet, Err(VaultError::NotYet)), "{not_yet:?}");
        }
        assert_eq!(vault.load("claire").await.unwrap().unwrap(), "token");
        assert!(vault.is_lasting());
    }

    #[tokio::test]
    async fn without_a_keyring_the_session_lasts_as_long_as_the_program() {
        let settled = up_at(u32::MAX, Duration::ZERO);
        assert_eq!(settled.load("claire").await.unwrap(), None);
        let signing_in = up_at(u32::MAX, SETTLES);
        signing_in.store("claire", "token").await.unwrap();
        let kept = signing_in.load("claire").await.unwrap();
        assert_eq!(kept.as_deref(), Some("token"));
        assert!(!signing_in.is_lasting());
    }
}
