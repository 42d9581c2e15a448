//! Passwords: Argon2id, so many at once and no more.

use crate::error::{Error, Result};
use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version,
    password_hash::{SaltString, rand_core::OsRng},
};
use palier_domain::NewPassword;
use std::{sync::Arc, time::Duration};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long a sign-in may wait for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// Hashes and checks passwords.
#[derive(Clone)]
pub struct Passwords {
    argon: Argon2<'static>,
    turns: Arc<Semaphore>,
    nobody: Arc<str>,
}

impl Passwords {
    /// At most `parallelism` hashes are computed at once: each takes 19 MiB and a core.
    pub fn new(parallelism: usize) -> Result<Self> {
        // OWASP's first choice for Argon2id: 19 MiB, two passes, one lane.
        let params =
            Params::new(19 * 1024, 2, 1, None).map_err(|error| Error::Hash(error.into()))?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let salt = SaltString::generate(&mut OsRng);
        let nobody = argon
            .hash_password(b"nobody's password", &salt)?
            .to_string();
        Ok(Self {
            argon,
            turns: Arc::new(Semaphore::new(parallelism.max(1))),
            nobody: nobody.into(),
        })
    }

    /// The hash to store for `password`.
    pub async fn hash(&self, password: NewPassword) -> Result<String> {
        let argon = self.argon.clone();
        let turn = self.turn().await?;
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let salt = SaltString::generate(&mut OsRng);
            let hash = argon.hash_password(password.expose().as_bytes(), &salt)?;
            Ok(hash.to_string())
        })
        .await?
    }

    /// Whether `password` is the one whose hash is `stored`. Without one (an unknown user) the
    /// same work is done, so that the answer's time tells nothing.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.nobody.to_string());
        let argon = self.argon.clone();
        let turn = self.turn().await?;
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let stored = PasswordHash::new(&stored)?;
            let fits = argon.verify_password(password.as_bytes(), &stored).is_ok();
            Ok(fits && known)
        })
        .await?
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit> {
        tokio::time::timeout(PATIENCE, self.turns.clone().acquire_owned())
            .await
            .ok()
            .and_then(Result::ok)
            .ok_or_else(Error::unavailable)
    }
}
