//! What time it is for the server.
//!
//! Tests move the clock instead of sleeping; the demo writes its history some days back.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// The system's clock, moved by an offset that all its clones share.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    offset_micros: Arc<AtomicI64>,
}

impl Clock {
    /// Now, to the microsecond: what is answered equals what is stored.
    pub fn now(&self) -> DateTime<Utc> {
        let offset = TimeDelta::microseconds(self.offset_micros.load(Ordering::Relaxed));
        let now = Utc::now() + offset;
        now.duration_trunc(TimeDelta::microseconds(1))
            .unwrap_or(now)
    }

    /// Moves this clock and its clones by `step`, which may be negative.
    pub fn advance(&self, step: TimeDelta) {
        let micros = step.num_microseconds().unwrap_or_default();
        self.offset_micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// Puts the clock back to the system's time.
    pub fn reset(&self) {
        self.offset_micros.store(0, Ordering::Relaxed);
    }
}
