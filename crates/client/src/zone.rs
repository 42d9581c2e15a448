//! Where this device is.

use chrono_tz::{Europe::Paris, Tz};

/// The time zone of this device; that of most homes where it does not know its own.
pub(crate) fn here() -> Tz {
    let named = iana_time_zone::get_timezone().ok();
    named.and_then(|name| name.parse().ok()).unwrap_or(Paris)
}
