//! The session of a browser: a cookie that no script can read.

use super::{Vault, VaultError};
use async_trait::async_trait;

/// Keeps nothing: the browser has the cookie, and sends it by itself. Whether it still has one is found out
/// by asking the server.
#[derive(Debug, Clone, Copy)]
pub struct CookieVault;

#[async_trait]
impl Vault for CookieVault {
    fn is_lasting(&self) -> bool {
        true
    }

    async fn load(&self, _: &str) -> Result<Option<String>, VaultError> {
        Ok(Some(String::new()))
    }

    async fn store(&self, _: &str, _: &str) -> Result<(), VaultError> {
        Ok(())
    }

    async fn delete(&self, _: &str) -> Result<(), VaultError> {
        Ok(())
    }
}
