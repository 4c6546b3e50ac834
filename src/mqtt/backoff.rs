//! How long to wait before the next try.

use lampi::duration::Duration;

/// Exponential back-off with jitter: at once after the first failure, then a random wait between half a limit and all
/// of it, which grows with the failures up to 30 s. Randomness keeps many pages from returning in step. Not down to
/// zero: short waits would use up the early tries before a broker that restarts is back.
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
        let longest = longest(self.failures);
        self.failures = self.failures.saturating_add(1);
        Duration::from_millis(self.random.u32(longest / 2..=longest).into())
    }

    /// Forgets the failures.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

/// Milliseconds. The longest wait after so many failures in a row before this one.
///
/// Doubles while a broker may just be restarting, then leaps, as only six tries are allowed in half a minute. It stays at
/// 12 s for two minutes and a half: a machine that restarts is back by then, and until then its users look at the page.
fn longest(failures: u32) -> u32 {
    match failures {
        0 => 0,
        1 => 250,
        2 => 500,
        3 => 1_000,
        4 => 4_000,
        5..=20 => 12_000,
        _ => 30_000,
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
    fn each_wait_lies_between_half_its_limit_and_all_of_it() {
        let few = [0, 250, 500, 1_000, 4_000];
        let longest = few.into_iter().chain([12_000; 16]).chain([30_000; 3]);
        for (failures, longest) in longest.enumerate() {
            let longest = Duration::from_millis(longest);
            let wait = |seed| {
                let mut backoff = Backoff::new(seed);
                (0..failures).for_each(|_| _ = backoff.fail());
                backoff.fail()
            };
            let mut waits: Vec<_> = (0..300).map(wait).collect();
            waits.sort();
            let (least, most) = (waits[0], waits[299]);
            assert!(
                longest / 2 <= least && most <= longest,
                "{least:?} {most:?}"
            );
            assert!(
                least <= longest * 6 / 10 && longest * 9 / 10 <= most,
                "{least:?} {most:?}"
            );
        }
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
