//! A small value that survives a restart.

use gloo::storage::{LocalStorage, Storage};
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
pub fn use_stored<T>(key: &'static str) -> UseStored<T>
where
    T: Default + PartialEq + Serialize + DeserializeOwned + 'static,
{
    let state = use_state_eq(|| Rc::new(LocalStorage::get::<T>(key).unwrap_or_default()));
    let set = use_callback(state.setter(), move |value: T, state| {
        // A full or forbidden storage loses a filter at the next start, nothing more.
        let _ = LocalStorage::set(key, &value);
        state.set(Rc::new(value));
    });
    UseStored {
        value: (*state).clone(),
        set,
    }
}
