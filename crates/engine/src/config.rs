//! Limits of the engine; all of them can be set, so that tests are quick.

use crate::Millis;

/// Limits of the engine. Times in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// First and shortest back-off (full jitter below `base · 2^attempts`).
    pub backoff_base: Millis,
    /// Longest back-off.
    pub backoff_max: Millis,
    /// Between two pulls while there is no live stream, ± a fifth.
    pub poll_every: Millis,
    /// Between two comparisons of what is here with what the server says.
    pub compare_every: Millis,
    /// Most mutations in one push.
    pub push_mutations: usize,
    /// Most payload bytes in one push.
    pub push_bytes: usize,
    /// Most changes to ask for in one page.
    pub page_changes: u32,
    /// Most uploads at once.
    pub uploads: usize,
    /// Server errors in a row, alone in its batch and while others passed, after which an entry is
    /// troubled.
    pub suspect_after: u32,
    /// Between two attempts of a troubled entry.
    pub suspect_every: Millis,
    /// Between two attempts of an entry that goes again and whose incident is not there (yet).
    pub put_back_every: Millis,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            backoff_base: 1_000,
            backoff_max: 300_000,
            poll_every: 15_000,
            compare_every: 24 * 3_600_000,
            push_mutations: palier_wire::MAX_PUSH_MUTATIONS,
            // The envelope around each payload needs room below the server's limit.
            push_bytes: palier_wire::MAX_PUSH_BYTES * 3 / 4,
            page_changes: palier_wire::MAX_PAGE_CHANGES as u32,
            uploads: 2,
            suspect_after: 10,
            suspect_every: 6 * 3_600_000,
            put_back_every: 24 * 3_600_000,
        }
    }
}
