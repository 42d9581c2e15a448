//! A small value that survives a restart.

use crate::context::use_account;
use gloo::storage::{LocalStorage, Storage};
use palier_bridge::view::Account;
use serde::{Serialize, de::DeserializeOwned};
use std::rc::Rc;
use yew::prelude::*;

/// A value kept in the page's own storage.
pub struct UseStored<T> {
    /// The value.
    pub value: Rc<T>,
    /// Changes and keeps it.
    pub set: Callback<T>,
}

/// The value kept under `key`, or the default where there is none that reads.
#[hook]
pub fn use_stored<T>(key: &str) -> UseStored<T>
where
    T: Default + PartialEq + Serialize + DeserializeOwned + 'static,
{
    let state = use_state_eq(|| Rc::new(LocalStorage::get::<T>(key).unwrap_or_default()));
    let set = use_callback(
        (state.setter(), key.to_owned()),
        |value: T, (state, key)| {
            // A full or forbidden storage loses a filter at the next start, nothing more.
            let _ = LocalStorage::set(key, &value);
            state.set(Rc::new(value));
        },
    );
    UseStored {
        value: (*state).clone(),
        set,
    }
}

/// The value of this name of whoever is shown: nobody else reads it, and [`forget_stored`] removes it.
#[hook]
pub fn use_account_stored<T>(name: &str) -> UseStored<T>
where
    T: Default + PartialEq + Serialize + DeserializeOwned + 'static,
{
    let whose = use_account().map(|account| whose(&account));
    use_stored(&format!("{name}{}", whose.unwrap_or_default()))
}

/// Removes every value that is kept for an account.
pub fn forget_stored(account: &Account) {
    let whose = whose(account);
    let storage = LocalStorage::raw();
    let keys = (0..LocalStorage::length()).filter_map(|at| storage.key(at).ok().flatten());
    let of_account: Vec<_> = keys.filter(|key| key.ends_with(&whose)).collect();
    for key in of_account {
        LocalStorage::delete(key);
    }
}

/// What the names of an account's values end with.
fn whose(account: &Account) -> String {
    format!(" {} {}", account.server, account.user_id)
}
