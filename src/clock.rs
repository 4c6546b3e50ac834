//! Time as the session needs it: it never goes back, and does not stop while the machine sleeps.

use lampi::duration::Duration;

/// A leap of the wall clock that is longer than this was a sleep; shorter ones are the clock being corrected.
const LEAP: Duration = Duration::from_secs(1);

/// Joins a monotonic clock, which stands still while some machines sleep, and the wall clock, which does not.
#[derive(Debug, Default)]
pub struct Clock {
    last: Option<Reading>,
    slept: Duration,
}

/// What the two clocks show at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// Since any fixed moment. Never goes back.
    pub monotonic: Duration,
    /// Since 1970. May be set forward and back.
    pub wall: Duration,
}

impl Clock {
    /// Time on this clock at a reading.
    pub fn now(&mut self, reading: Reading) -> Duration {
        if let Some(last) = self.last {
            let monotonic = reading.monotonic.saturating_sub(last.monotonic);
            let wall = reading.wall.saturating_sub(last.wall);
            if wall > monotonic + LEAP {
                self.slept += wall - monotonic;
            }
        }
        self.last = Some(reading);
        reading.monotonic + self.slept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(readings: &[(u64, u64)]) -> Vec<u64> {
        let mut clock = Clock::default();
        let reading = |&(monotonic, wall)| Reading {
            monotonic: Duration::from_secs(monotonic),
            wall: Duration::from_secs(wall),
        };
        let times = readings.iter().map(reading);
        times.map(|reading| clock.now(reading).as_secs()).collect()
    }

    #[test]
    fn awake_it_follows_the_monotonic_clock() {
        assert_eq!(times(&[(1, 1000), (5, 1004), (9, 1009)]), [1, 5, 9]);
    }

    #[test]
    fn it_counts_the_time_asleep() {
        assert_eq!(times(&[(1, 1000), (2, 1601), (5, 1604)]), [1, 602, 605]);
    }

    #[test]
    fn a_wall_clock_that_is_set_back_changes_nothing() {
        assert_eq!(times(&[(1, 1000), (2, 400), (5, 403)]), [1, 2, 5]);
    }
}
