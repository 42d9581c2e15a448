//! Who is signed in on this device: one account is shown, the others work behind it. What was written in
//! any of them leaves, and what arrives in any of them is announced.

use crate::account::Account;
use palier_engine::notify::Focus;
use std::sync::Arc;

/// The accounts, once they are open.
pub(crate) enum Slot {
    /// Nothing was opened yet: the start was not reached, or its disk failed. Each command tries
    /// again, so that freeing the folder is enough.
    Unopened,
    /// Everybody's, whether or not their sessions still run.
    Open(Accounts),
}

impl Slot {
    /// The accounts, where they are open.
    pub(crate) fn accounts(&self) -> Option<&Accounts> {
        match self {
            Self::Unopened => None,
            Self::Open(accounts) => Some(accounts),
        }
    }

    /// The accounts, to be changed; none are open before the first change.
    pub(crate) fn accounts_mut(&mut self) -> &mut Accounts {
        if let Self::Unopened = self {
            *self = Self::Open(Accounts::default());
        }
        match self {
            Self::Open(accounts) => accounts,
            Self::Unopened => unreachable!("opened above"),
        }
    }
}

/// Open accounts.
#[derive(Default)]
pub(crate) struct Accounts {
    shown: Option<Arc<Account>>,
    others: Vec<Arc<Account>>,
}

impl Accounts {
    /// The one that is shown.
    pub(crate) fn shown(&self) -> Option<&Arc<Account>> {
        self.shown.as_ref()
    }

    /// All but the one that is shown, the longest known first.
    pub(crate) fn others(&self) -> &[Arc<Account>] {
        &self.others
    }

    /// All of them.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<Account>> {
        self.shown.iter().chain(&self.others)
    }

    /// The one with this key.
    pub(crate) fn find(&self, key: &str) -> Option<&Arc<Account>> {
        self.all().find(|account| account.key == key)
    }

    /// Adds an account that is not shown.
    pub(crate) fn add(&mut self, account: Arc<Account>) {
        self.others.push(account);
    }

    /// Shows an account; the one before works on behind it.
    pub(crate) fn show(&mut self, account: Arc<Account>) {
        self.others.retain(|other| other.key != account.key);
        let key = account.key.clone();
        if let Some(before) = self.shown.replace(account)
            && before.key != key
        {
            // Nobody looks at it any more.
            before.shared.set_focus(Focus::default());
            self.others.push(before);
        }
    }

    /// Leaves an account out. Where it was the one that is shown, the longest known of the others is.
    pub(crate) fn leave(&mut self, key: &str) {
        self.others.retain(|other| other.key != key);
        if self.shown.as_ref().is_some_and(|shown| shown.key == key) {
            self.shown = (!self.others.is_empty()).then(|| self.others.remove(0));
        }
    }

    /// Closes all of them.
    pub(crate) async fn close(&mut self) {
        for account in self.shown.take().into_iter().chain(self.others.drain(..)) {
            account.close().await;
        }
    }
}
