//! States that a caller was shown (`ETag`) and names again (`If-Match`, `If-None-Match`), so that
//! two people who change the same thing do not undo each other's work unseen.

use crate::error::{Error, Result};
use axum::http::{HeaderMap, HeaderName, header};
use palier_wire::ProblemKind;

/// The tag of a row's version.
pub fn of(rev: u64) -> String {
    format!("\"{rev}\"")
}

/// The tags that a request names.
#[derive(Debug, Clone)]
pub struct Seen(Vec<String>);

impl Seen {
    /// Those of `If-Match`: what a change is made from.
    pub fn before_change(headers: &HeaderMap) -> Self {
        Self::named(headers, header::IF_MATCH)
    }

    /// Those of `If-None-Match`: what need not be sent again.
    pub fn before_reading(headers: &HeaderMap) -> Self {
        Self::named(headers, header::IF_NONE_MATCH)
    }

    // A weak one is as good: what we send is never anything but equal.
    fn named(headers: &HeaderMap, name: HeaderName) -> Self {
        let tags = headers
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(|tag| tag.trim().trim_start_matches("W/").to_owned());
        Self(tags.collect())
    }

    /// Whether this very state was seen.
    pub fn is(&self, tag: &str) -> bool {
        self.0.iter().any(|seen| seen == "*" || seen == tag)
    }

    /// Lets a change of a row at `rev` pass that was made from it.
    ///
    /// # Errors
    /// `precondition-required` when the caller did not say what he saw, `precondition-failed` when
    /// it was another version.
    pub fn must_be(&self, rev: u64) -> Result<()> {
        if self.0.is_empty() {
            return Err(Error::refused(
                ProblemKind::PreconditionRequired,
                "say with If-Match which state you saw",
            ));
        }
        let passes = |tag: &String| tag == "*" || rev_in(tag) == Some(rev);
        if self.0.iter().any(passes) {
            return Ok(());
        }
        Err(Error::refused(
            ProblemKind::PreconditionFailed,
            "it has changed since",
        ))
    }
}

/// The row's version in a tag of ours. What follows a dash is the caller's own and does not stand in
/// the way of a change.
fn rev_in(tag: &str) -> Option<u64> {
    let tag = tag.strip_prefix('"')?.strip_suffix('"')?;
    tag.split('-').next()?.parse().ok()
}
