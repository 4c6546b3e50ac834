//! Limits how often a value goes out while the user keeps changing it.
//!
//! The first change starts the clock; when it runs out, the newest value leaves. So a value leaves at most
//! once an interval, and the last one always does.

use lampi::duration::Duration;

/// Holds back the newest value until its time has come. Times are on the caller's clock.
#[derive(Debug)]
pub struct Debounce<T> {
    interval: Duration,
    held: Option<(Duration, T)>,
}

impl<T> Debounce<T> {
    /// Lets a value out `interval` after the first change.
    pub fn new(interval: Duration) -> Self {
        Self {
            interval,
            held: None,
        }
    }

    /// Replaces the value held back, and starts the clock if there was none.
    pub fn offer(&mut self, value: T, now: Duration) {
        let due = match self.held.take() {
            Some((due, _)) => due,
            None => now + self.interval,
        };
        self.held = Some((due, value));
    }

    /// The newest value, once its time has come.
    pub fn take_due(&mut self, now: Duration) -> Option<T> {
        self.held
            .take_if(|(due, _)| *due <= now)
            .map(|(_, value)| value)
    }

    /// The newest value, before its time.
    pub fn take(&mut self) -> Option<T> {
        self.held.take().map(|(_, value)| value)
    }

    /// Whether nothing is held back.
    pub fn is_empty(&self) -> bool {
        self.held.is_none()
    }

    /// When [`Debounce::take_due`] has something to give.
    pub fn deadline(&self) -> Option<Duration> {
        self.held.as_ref().map(|(due, _)| *due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVAL: Duration = Duration::from_millis(100);

    fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn a_change_waits_for_the_interval() {
        let mut debounce = Debounce::new(INTERVAL);
        debounce.offer(1, ms(5));
        assert_eq!(debounce.take_due(ms(104)), None);
        assert_eq!(debounce.take_due(ms(105)), Some(1));
    }

    #[test]
    fn the_newest_value_leaves_when_the_first_is_due() {
        let mut debounce = Debounce::new(INTERVAL);
        debounce.offer(1, ms(0));
        debounce.offer(2, ms(99));
        assert_eq!(debounce.deadline(), Some(ms(100)));
        assert_eq!(debounce.take_due(ms(100)), Some(2));
    }

    #[test]
    fn a_value_leaves_once() {
        let mut debounce = Debounce::new(INTERVAL);
        debounce.offer(1, ms(0));
        debounce.take_due(ms(100));
        assert_eq!(debounce.take_due(ms(1000)), None);
        assert_eq!(debounce.deadline(), None);
    }

    #[test]
    fn a_value_taken_early_does_not_leave_again() {
        let mut debounce = Debounce::new(INTERVAL);
        debounce.offer(1, ms(0));
        assert!(debounce.take().is_some());
        assert!(debounce.is_empty());
        assert_eq!(debounce.take_due(ms(1000)), None);
    }

    #[test]
    fn steady_changes_leave_ten_times_a_second() {
        let mut debounce = Debounce::new(INTERVAL);
        let mut left = Vec::new();
        for now in 0..1000 {
            debounce.offer(now, ms(now));
            left.extend(debounce.take_due(ms(now)));
        }
        assert_eq!(left.len(), 9);
        assert_eq!(debounce.take_due(ms(1100)), Some(999));
    }
}
