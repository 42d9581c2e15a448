//! What time it is, here and in the person's time zone.

use chrono::{DateTime, Local, NaiveDateTime, Utc};

/// Now, by the device's clock. It decides nothing; it only says how long ago something was.
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// A moment in the person's time zone, as it was in force at that moment.
pub fn local(at: DateTime<Utc>) -> NaiveDateTime {
    at.with_timezone(&Local).naive_local()
}

/// Milliseconds of a clock that nobody sets, for spans.
pub fn monotonic_ms() -> f64 {
    web_sys::window()
        .and_then(|window| window.performance())
        .map_or_else(js_sys::Date::now, |performance| performance.now())
}
