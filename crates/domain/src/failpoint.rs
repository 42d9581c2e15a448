//! Named moments at which a program may die, so that a test can let it die there.
//!
//! They stand around every commit, rename, request and reply. Without the feature `failpoints`, which only
//! tests turn on, nothing here does anything; with it, passing a moment tells whoever [`watch`]es, and
//! without a watcher nobody.

/// Told of every moment that is passed: where, and what was being done.
pub type Watcher = fn(place: &'static str, doing: &'static str);

#[cfg(feature = "failpoints")]
static WATCHER: std::sync::OnceLock<Watcher> = std::sync::OnceLock::new();

/// Watches from now on, for the whole process; the first watcher stays.
#[cfg(feature = "failpoints")]
pub fn watch(watcher: Watcher) {
    let _ = WATCHER.set(watcher);
}

/// Nobody watches.
#[cfg(not(feature = "failpoints"))]
pub const fn watch(_: Watcher) {}

/// This moment is passed.
#[cfg(feature = "failpoints")]
pub fn pass(place: &'static str, doing: &'static str) {
    if let Some(watcher) = WATCHER.get() {
        watcher(place, doing);
    }
}

/// This moment is passed: nobody is told.
#[cfg(not(feature = "failpoints"))]
pub const fn pass(_: &'static str, _: &'static str) {}
