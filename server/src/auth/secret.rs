//! Secrets that open something: 256 random bits that are said once and stored as their SHA-256.
//!
//! So many bits cannot be guessed, which is why a plain digest is enough here and Argon2 would only be
//! slow; and whoever reads the database finds nothing to come in with.

use crate::error::{Error, Result};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use palier_domain::Sha256;
use palier_wire::ProblemKind;
use rand::{TryRngCore, rngs::OsRng};

/// A new secret, as it is said and as it is stored.
///
/// # Errors
/// `unavailable` when the system gives no randomness.
pub fn new() -> Result<(String, Vec<u8>)> {
    let mut bits = [0; 32];
    OsRng
        .try_fill_bytes(&mut bits)
        .map_err(|_| Error::unavailable())?;
    let said = URL_SAFE_NO_PAD.encode(bits);
    let stored = stored(&said);
    Ok((said, stored))
}

/// A secret as it is stored.
pub fn stored(said: &str) -> Vec<u8> {
    Sha256::of(said.as_bytes()).0.to_vec()
}

/// The link that carried a secret is unknown, used, taken back or too old: one answer for all of it.
pub fn gone() -> Error {
    Error::refused(
        ProblemKind::LinkGone,
        "the link is unknown, was used or taken back, or has expired",
    )
}
