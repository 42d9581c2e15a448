//! Where the session's secret is kept: the desktop's keyring, or memory where there is none.

#[cfg(target_family = "wasm")]
mod cookie;
#[cfg(not(target_family = "wasm"))]
mod desktop;
#[cfg(not(target_family = "wasm"))]
mod keyring;
mod memory;

#[cfg(target_family = "wasm")]
pub use self::cookie::CookieVault;
#[cfg(not(target_family = "wasm"))]
pub use self::desktop::DesktopVault;
#[cfg(not(target_family = "wasm"))]
pub use self::keyring::KeyringVault;
pub use self::memory::MemoryVault;

use async_trait::async_trait;

/// Keeps secrets: the desktop's keyring, or memory where there is none.
#[async_trait]
pub trait Vault: Send + Sync + 'static {
    /// Whether what was loaded or stored survives the program.
    fn is_lasting(&self) -> bool;
    /// The secret of `account`, if there is one.
    ///
    /// # Errors
    /// When the keyring cannot be asked; [`VaultError::NotYet`] when it is to be asked again.
    async fn load(&self, account: &str) -> Result<Option<String>, VaultError>;
    /// Stores the secret of `account`.
    ///
    /// # Errors
    /// When the keyring cannot be written.
    async fn store(&self, account: &str, secret: &str) -> Result<(), VaultError>;
    /// Deletes the secret of `account`; fine when there is none.
    ///
    /// # Errors
    /// When the keyring cannot be written.
    async fn delete(&self, account: &str) -> Result<(), VaultError>;
}

/// The keyring did not do it.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// It will not.
    #[error("the keyring refused: {0}")]
    Refused(String),
    /// It may yet: it waits for the person's password, or is not up so soon after the computer's start.
    #[error("the keyring has not answered yet")]
    NotYet,
}
