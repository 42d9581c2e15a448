//! The time, for what says how long ago or how long yet.

use crate::{clock, logic::delivery::seconds_left};
use chrono::{DateTime, Utc};
use gloo::timers::callback::Interval;
use yew::prelude::*;

/// Now, renewed every half minute, so that “5 min” becomes “6 min”.
#[hook]
pub fn use_now() -> DateTime<Utc> {
    let now = use_state(clock::now);
    {
        let setter = now.setter();
        use_effect_with((), move |()| {
            let ticking = Interval::new(30_000, move || setter.set(clock::now()));
            move || drop(ticking)
        });
    }
    *now
}

/// Seconds left of `remaining_ms`, counted from when this number was first given.
#[hook]
pub fn use_countdown(remaining_ms: Option<u64>) -> u64 {
    let left = use_state_eq(|| remaining_ms.map_or(0, |ms| ms.div_ceil(1000)));
    let setter = left.setter();
    use_effect_with(remaining_ms, move |remaining_ms| {
        let ticking = remaining_ms.map(|ms| {
            let deadline = clock::monotonic_ms() + ms as f64;
            let count = move || setter.set(seconds_left(deadline, clock::monotonic_ms()));
            count();
            Interval::new(200, count)
        });
        move || drop(ticking)
    });
    *left
}
