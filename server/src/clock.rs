//! What time it is for the server.
//!
//! Tests move the clock instead of sleeping, or let it stand still; the demo writes its history some
//! days back.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// The system's clock, moved by an offset that all its clones share.
#[derive(Debug, Clone)]
pub struct Clock {
    offset_micros: Arc<AtomicI64>,
    still_micros: Arc<AtomicI64>,
}

/// The clock goes.
const GOES: i64 = i64::MIN;

impl Default for Clock {
    fn default() -> Self {
        Self {
            offset_micros: Arc::default(),
            still_micros: Arc::new(AtomicI64::new(GOES)),
        }
    }
}

impl Clock {
    /// Now, to the microsecond: what is answered equals what is stored.
    pub fn now(&self) -> DateTime<Utc> {
        let offset = TimeDelta::microseconds(self.offset_micros.load(Ordering::Relaxed));
        let still = self.still_micros.load(Ordering::Relaxed);
        let base = match still {
            GOES => Utc::now(),
            still => DateTime::from_timestamp_micros(still).unwrap_or_else(Utc::now),
        };
        let now = base + offset;
        now.duration_trunc(TimeDelta::microseconds(1))
            .unwrap_or(now)
    }

    /// Moves this clock and its clones by `step`, which may be negative.
    pub fn advance(&self, step: TimeDelta) {
        let micros = step.num_microseconds().unwrap_or_default();
        self.offset_micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// Lets this clock and its clones stand still at `moment`; [`Clock::advance`] still moves them.
    pub fn stand_still(&self, moment: DateTime<Utc>) {
        self.offset_micros.store(0, Ordering::Relaxed);
        let micros = moment.timestamp_micros();
        self.still_micros.store(micros, Ordering::Relaxed);
    }

    /// Puts the clock back to the system's time.
    pub fn reset(&self) {
        self.still_micros.store(GOES, Ordering::Relaxed);
        self.offset_micros.store(0, Ordering::Relaxed);
    }
}
