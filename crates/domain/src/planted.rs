//! Bugs that can be planted, to show that the model test is able to find them.
//!
//! Each names a mistake that somebody could make, at the place where it would be made. Without the
//! feature `planted-bugs`, which only the model test turns on, nothing here exists but a constant
//! `false`; with it, none is planted until [`plant`] is called.

/// A mistake that somebody could make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Bug {
    /// Server: a changed row keeps a number that readers have passed already, as a number from a
    /// database's sequence may.
    NumberBelowReaders = 1,
    /// Server: a mutation that comes again is applied again.
    NoDedupe,
    /// Server: sending moves the own read mark.
    SendingMovesMarker,
    /// Server: the read mark is overwritten, where the larger one counts.
    MarkerOverwritten,
    /// Server: a request of another life of the data is carried out.
    NoEpochCheck,
    /// Server: a cancel does not claim what it takes back, so that a late duplicate appears.
    CancelWithoutClaim,
    /// Store: the cursor is committed before the rows.
    CursorBeforeRows,
    /// Store: what was being sent when the program died stays so.
    SendingLostAtStart,
    /// Store: a read mark passes tickets that are not here.
    MarkerPastHole,
    /// Store: a lost scope leaves its files on the disk.
    FilesStayAfterScope,
    /// Engine and store: a page counts as a whole, where each of its scopes counts for itself.
    PagesAsAWhole,
    /// Store: what may have left is thrown away without asking the server.
    DiscardWithoutCancel,
    /// Server: a push reads memberships without a lock on its leases, and is judged by one that ends before
    /// it. Only PostgreSQL has two writers at once.
    MembershipWithoutLeaseLock,
}

impl Bug {
    /// Every bug that the model is to find. It lives on SQLite; [`Self::MembershipWithoutLeaseLock`] has a
    /// test of its own.
    pub const ALL: &[Self] = &[
        Self::NumberBelowReaders,
        Self::NoDedupe,
        Self::SendingMovesMarker,
        Self::MarkerOverwritten,
        Self::NoEpochCheck,
        Self::CancelWithoutClaim,
        Self::CursorBeforeRows,
        Self::SendingLostAtStart,
        Self::MarkerPastHole,
        Self::FilesStayAfterScope,
        Self::PagesAsAWhole,
        Self::DiscardWithoutCancel,
    ];
}

#[cfg(feature = "planted-bugs")]
static PLANTED: std::sync::atomic::AtomicU8 = std::sync::atomic::AtomicU8::new(0);

/// Plants a bug for the whole process, in place of the one before; none pulls it out.
#[cfg(feature = "planted-bugs")]
pub fn plant(bug: Option<Bug>) {
    let number = bug.map_or(0, |bug| bug as u8);
    PLANTED.store(number, std::sync::atomic::Ordering::Relaxed);
}

/// Whether this bug is planted.
#[cfg(feature = "planted-bugs")]
pub fn is_planted(bug: Bug) -> bool {
    PLANTED.load(std::sync::atomic::Ordering::Relaxed) == bug as u8
}

/// Whether this bug is planted: never.
#[cfg(not(feature = "planted-bugs"))]
pub const fn is_planted(_: Bug) -> bool {
    false
}
