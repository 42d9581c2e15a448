//! How often one may try to sign in: per mail address and per network address.

use crate::config::Config;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock};
use std::{net::IpAddr, num::NonZeroU32, time::Duration};

/// The two limits.
pub struct Throttle {
    accounts: DefaultKeyedRateLimiter<String>,
    addresses: DefaultKeyedRateLimiter<Option<IpAddr>>,
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
    pub fn try_sign_in(&self, email: &str, address: Option<IpAddr>) -> Result<(), Duration> {
        // Forgotten keys would pile up: one entry for every address ever seen.
        if self.accounts.len() > 10_000 {
            self.accounts.retain_recent();
        }
        if self.addresses.len() > 10_000 {
            self.addresses.retain_recent();
        }
        let clock = governor::clock::DefaultClock::default();
        let wait = |not_until: governor::NotUntil<_>| not_until.wait_time_from(clock.now());
        self.addresses
            .check_key(&address.map(network))
            .map_err(wait)?;
        let account = email.trim().to_lowercase();
        self.accounts.check_key(&account).map_err(wait)
    }
}

impl Throttle {
    /// Takes one try of a caller who holds a secret link, or says that he does; else says how long to
    /// wait. Such secrets cannot be guessed: this bounds the work, not the luck.
    pub fn try_link(&self, address: Option<IpAddr>) -> Result<(), Duration> {
        let clock = governor::clock::DefaultClock::default();
        self.addresses
            .check_key(&address.map(network))
            .map_err(|not_until| not_until.wait_time_from(clock.now()))
    }
}

/// The address as the limits know it. Of IPv6 the network: whoever has one address there has 2⁶⁴.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let network = address.to_bits() >> 64 << 64;
            IpAddr::V6(network.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_network_is_one_caller() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
