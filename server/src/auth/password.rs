//! Passwords: Argon2id, so many at once and no more; and which may be set.
//!
//! **Invariant: [`Passwords::hash`] judges what it hashes**, so no way of setting a password leads past
//! the judgement.

use crate::error::{Error, Result};
use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version,
    password_hash::{SaltString, rand_core::OsRng},
};
use palier_domain::{Invalid, InvalidReason, NewPassword, password_as_hashed};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use zxcvbn::Score;

/// How long a sign-in may wait for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// Hashes and checks passwords.
#[derive(Clone)]
pub struct Passwords {
    argon: Argon2<'static>,
    turns: Arc<Semaphore>,
    nobody: Arc<str>,
    hashes: Arc<AtomicU64>,
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
            hashes: Arc::default(),
        })
    }

    /// How many hashes were computed so far.
    pub fn hashes(&self) -> u64 {
        self.hashes.load(Ordering::Relaxed)
    }

    /// The hash to store for `password` of somebody with this mail address and name.
    ///
    /// # Errors
    /// `invalid` when it is among the first that anybody would try.
    pub async fn hash(&self, password: NewPassword, email: &str, name: &str) -> Result<String> {
        let argon = self.argon.clone();
        let (email, name) = (email.to_owned(), name.to_owned());
        let turn = self.turn().await?;
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            if is_guessable(password.expose(), &email, &name) {
                return Err(Invalid::new("password", InvalidReason::TooCommon).into());
            }
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
            let password = password_as_hashed(&password);
            let stored = PasswordHash::new(&stored)?;
            let fits = argon.verify_password(password.as_bytes(), &stored).is_ok();
            Ok(fits && known)
        })
        .await?
    }

    /// The turn of one hash, which is counted.
    async fn turn(&self) -> Result<OwnedSemaphorePermit> {
        self.hashes.fetch_add(1, Ordering::Relaxed);
        tokio::time::timeout(PATIENCE, self.turns.clone().acquire_owned())
            .await
            .ok()
            .and_then(Result::ok)
            .ok_or_else(Error::unavailable)
    }
}

/// Whether fewer than a million guesses find `password`, for somebody who knows whose it is.
// A million is what the limits on sign-ins let through in months. Asking for more refuses passwords
// that nobody guesses, and people then write them on the door.
fn is_guessable(password: &str, email: &str, name: &str) -> bool {
    let local = email.split('@').next().unwrap_or_default();
    let inputs: Vec<&str> = [email, local, "palier"]
        .into_iter()
        .chain(local.split(['.', '-', '_', '+']))
        .chain(name.split_whitespace())
        .filter(|input| !input.is_empty())
        .collect();
    zxcvbn::zxcvbn(password, &inputs).score() < Score::Two
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessable(password: &str) -> bool {
        is_guessable(
            password,
            "claire.dubois@example.org",
            "Claire Dubois-Martin",
        )
    }

    #[test]
    fn what_heads_the_lists_or_is_made_of_the_person_is_guessable() {
        for bad in [
            "Password1!",
            "qwerty12345",
            "aaaaaaaaaaaa",
            "abcdefghijk",
            "19870412",
            "Claire2019",
            "clairedubois",
            "Dubois123",
            "claire.dubois@example.org",
            "palierpalier",
        ] {
            assert!(guessable(bad), "{bad}");
        }
    }

    #[test]
    fn what_nobody_guesses_is_accepted() {
        for good in [
            "quatre mots au hasard",
            "vélo-tilleul-canal",
            "x7Kq!m2v",
            "ma voisine chante faux",
            "夏目漱石の猫である",
            "palier-demo-owner",
        ] {
            assert!(!guessable(good), "{good}");
        }
    }

    #[test]
    fn the_longest_password_is_judged_in_no_time_worth_mentioning() {
        let longest = "é1Ab".repeat(32);
        assert_eq!(longest.chars().count(), 128);
        let _ = is_guessable(&longest, "claire@example.org", "Claire");
    }

    #[tokio::test]
    async fn nothing_of_a_long_password_is_cut_off_and_keyboards_do_not_matter() {
        let passwords = Passwords::new(1).unwrap();
        let typed = format!("{}\u{e9}", "correct horse ".repeat(9));
        let new = NewPassword::parse(&typed).unwrap();
        let stored = passwords.hash(new, "a@example.org", "A").await.unwrap();
        let fits = |typed: String| passwords.verify(typed, Some(stored.clone()));
        assert!(fits(typed.clone()).await.unwrap());
        assert!(fits(typed.replace('\u{e9}', "e\u{301}")).await.unwrap());
        assert!(!fits(typed.replace('\u{e9}', "e")).await.unwrap());
        assert!(!passwords.verify(typed, None).await.unwrap());
    }
}
