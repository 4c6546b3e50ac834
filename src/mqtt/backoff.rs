//! How long to wait before the next try.

use std::time::Duration;

/// Milliseconds.
const BASE: u32 = 250;
/// Milliseconds.
const CAP: u32 = 30_000;

/// Exponential back-off with full jitter: at once after the first failure, then a random wait below 250 ms,
/// doubled with each failure up to 30 s. Randomness keeps many pages from returning in step.
#[derive(Debug)]
pub struct Backoff {
    failures: u32,
    random: fastrand::Rng,
}

impl Backoff {
    /// Waits drawn from `seed`.
    pub fn new(seed: u64) -> Self {
        Self {
            failures: 0,
            random: fastrand::Rng::with_seed(seed),
        }
    }

    /// Counts a failure and says how long to wait.
    pub fn fail(&mut self) -> Duration {
        let doublings = self.failures.checked_sub(1);
        self.failures = self.failures.saturating_add(1);
        let Some(doublings) = doublings else {
            return Duration::ZERO;
        };
        let factor = 1_u32.checked_shl(doublings).unwrap_or(u32::MAX);
        let longest = BASE.saturating_mul(factor).min(CAP);
        Duration::from_millis(self.random.u32(1..longest).into())
    }

    /// Forgets the failures.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_retry_is_at_once() {
        assert_eq!(Backoff::new(1).fail(), Duration::ZERO);
    }

    #[test]
    fn waits_stay_below_their_doubling_limit() {
        for seed in 0..200 {
            let mut backoff = Backoff::new(seed);
            backoff.fail();
            let mut limit = BASE;
            for _ in 0..40 {
                assert!(backoff.fail() < Duration::from_millis(limit.into()));
                limit = (limit * 2).min(CAP);
            }
        }
    }

    #[test]
    fn waits_grow_to_the_cap() {
        let longest = (0..200)
            .map(|seed| {
                let mut backoff = Backoff::new(seed);
                (0..40).map(|_| backoff.fail()).max().unwrap_or_default()
            })
            .max()
            .unwrap();
        assert!(longest > Duration::from_secs(29), "{longest:?}");
    }

    #[test]
    fn after_a_success_the_next_retry_is_at_once_again() {
        let mut backoff = Backoff::new(1);
        backoff.fail();
        backoff.fail();
        backoff.reset();
        assert_eq!(backoff.fail(), Duration::ZERO);
    }
}
