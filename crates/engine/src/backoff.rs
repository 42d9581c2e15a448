//! How long to wait before trying again: full jitter, as measured in "Exponential Backoff And
//! Jitter" (AWS Architecture Blog): `rand(0, min(max, base · 2^failures))`.

use crate::{Config, Millis};

/// A random wait after so many `failures` in a row, at least `floor` (a server's `Retry-After`).
pub fn wait(config: &Config, rng: &mut fastrand::Rng, failures: u32, floor: Option<u64>) -> Millis {
    let ceiling = config
        .backoff_base
        .saturating_mul(1u64.checked_shl(failures).unwrap_or(u64::MAX))
        .min(config.backoff_max);
    rng.u64(0..=ceiling).max(floor.unwrap_or(0))
}

/// `every` ± a fifth, so that clients that started together do not stay together.
pub fn spread(rng: &mut fastrand::Rng, every: Millis) -> Millis {
    let fifth = every / 5;
    every - fifth + rng.u64(0..=fifth * 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_stays_below_its_ceiling_and_above_what_the_server_asked() {
        let config = Config::default();
        let mut rng = fastrand::Rng::with_seed(1);
        for failures in [0, 3, 63, 64, u32::MAX] {
            for _ in 0..100 {
                let wait = wait(&config, &mut rng, failures, Some(700));
                assert!(wait >= 700 && wait <= config.backoff_max);
            }
        }
        assert!((12_000..=18_000).contains(&spread(&mut rng, 15_000)));
    }
}
