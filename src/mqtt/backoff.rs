//! How long to wait before the next try.

use lampi::duration::Duration;

/// Milliseconds. The longest wait before each try; the last one counts for all that follow.
///
/// Doubles while a broker may just be restarting, then leaps, so that six tries span half a minute.
const LONGEST: [u32; 7] = [0, 250, 500, 1_000, 4_000, 16_000, 30_000];

/// Exponential back-off with jitter: at once after the first failure, then a random wait between half a limit and all
/// of it, which grows with each failure up to 30 s. Randomness keeps many pages from returning in step. Not down to
/// zero: short waits would use up the early tries before a broker that restarts is back.
#[derive(Debug)]
pub struct Backoff {
    failures: usize,
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
        let [.., cap] = LONGEST;
        let longest = LONGEST.get(self.failures).copied().unwrap_or(cap);
        self.failures = self.failures.saturating_add(1);
        Duration::from_millis(self.random.u32(longest / 2..=longest).into())
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
    fn each_wait_lies_between_half_its_limit_and_all_of_it() {
        for (failures, longest) in LONGEST.iter().chain([&30_000; 3]).enumerate() {
            let longest = Duration::from_millis(u64::from(*longest));
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
