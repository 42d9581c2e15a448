//! How often one may try to sign in: per mail address and per network address.

use crate::config::Config;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock};
use std::{net::IpAddr, num::NonZeroU32, time::Duration};

/// The two limits.
pub struct Throttle {
    accounts: DefaultKeyedRateLimiter<String>,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
}

impl Throttle {
    /// The limits that `config` sets.
    pub fn new(config: &Config) -> Self {
        let per_minute = |count: NonZeroU32| Quota::per_minute(count);
        Self {
            accounts: RateLimiter::keyed(per_minute(config.sign_ins_per_account)),
            addresses: RateLimiter::keyed(per_minute(config.sign_ins_per_address)),
        }
    }

    /// Takes one try; else says how long to wait.
    ///
    /// The account is counted whether it exists or not, so the limit tells nothing either.
    pub fn try_sign_in(&self, email: &str, address: IpAddr) -> Result<(), Duration> {
        // Forgotten keys would pile up: one entry for every address ever seen.
        if self.accounts.len() > 10_000 {
            self.accounts.retain_recent();
        }
        if self.addresses.len() > 10_000 {
            self.addresses.retain_recent();
        }
        let clock = governor::clock::DefaultClock::default();
        let wait = |not_until: governor::NotUntil<_>| not_until.wait_time_from(clock.now());
        self.addresses.check_key(&address).map_err(wait)?;
        let account = email.trim().to_lowercase();
        self.accounts.check_key(&account).map_err(wait)
    }
}
