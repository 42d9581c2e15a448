//! Files, the same way everywhere.
//!
//! On a computer these are the system's files. A browser has none that can be read at once, so there files
//! are rows of one database, and databases lie in the private file system of the page's origin
//! (`web`, which has to be opened first). A folder is what paths begin with: it needs no making.
//!
//! What blocks is in [`fs`]; [`aio`] is the same for those who must not be held up.

#[cfg(any(test, target_family = "wasm"))]
mod rows;
#[cfg(not(target_family = "wasm"))]
mod system;
#[cfg(target_family = "wasm")]
pub mod web;

#[cfg(not(target_family = "wasm"))]
pub use system::{aio, fs};
#[cfg(target_family = "wasm")]
pub use web::{aio, fs};

use std::path::PathBuf;

/// What is known of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Where it is.
    pub path: PathBuf,
    /// Bytes.
    pub len: u64,
    /// A file, and nothing else that has a name (a folder, a pipe).
    pub is_file: bool,
    /// When it was written or used last, in milliseconds since 1970.
    pub used_ms: i64,
}
