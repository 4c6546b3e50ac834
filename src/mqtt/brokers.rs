//! Which broker to try next, and when.
//!
//! The one that worked last comes first, then the others in turn. Whatever a broker does, it is not tried more
//! than [`MAX_ATTEMPTS`] times within [`ATTEMPTS_WINDOW`], unless the user asks.

use std::collections::VecDeque;
use std::time::Duration;

use super::backoff::Backoff;

/// Tries of one broker within [`ATTEMPTS_WINDOW`].
pub const MAX_ATTEMPTS: usize = 6;

/// See [`MAX_ATTEMPTS`].
pub const ATTEMPTS_WINDOW: Duration = Duration::from_secs(30);

/// The brokers and what is known of them. Times are on the caller's clock.
#[derive(Debug)]
pub struct Brokers {
    list: Vec<Broker>,
    current: usize,
    /// How many have refused in a row.
    refusals: usize,
    backoff: Backoff,
}

#[derive(Debug)]
struct Broker {
    url: String,
    /// When it was tried, the newest last.
    attempts: VecDeque<Duration>,
}

impl Brokers {
    /// Begins with the first of `urls`. `seed` makes the waits differ from page to page.
    pub fn new(urls: Vec<String>, seed: u64) -> Self {
        let broker = |url| Broker {
            url,
            attempts: VecDeque::new(),
        };
        Self {
            list: urls.into_iter().map(broker).collect(),
            current: 0,
            refusals: 0,
            backoff: Backoff::new(seed),
        }
    }

    /// Address of the broker whose turn it is.
    pub fn url(&self) -> &str {
        self.list
            .get(self.current)
            .map_or("", |broker| broker.url.as_str())
    }

    /// It is tried now.
    pub fn attempt(&mut self, now: Duration) {
        if let Some(broker) = self.list.get_mut(self.current) {
            broker.attempts.push_back(now);
            if broker.attempts.len() > MAX_ATTEMPTS {
                broker.attempts.pop_front();
            }
        }
    }

    /// The earliest time at which it may be tried by itself.
    pub fn earliest(&self) -> Duration {
        match self.list.get(self.current) {
            Some(broker) if broker.attempts.len() == MAX_ATTEMPTS => {
                broker.attempts.front().copied().unwrap_or_default() + ATTEMPTS_WINDOW
            }
            _ => Duration::ZERO,
        }
    }

    /// It has let the page in and read its subscription.
    pub fn granted(&mut self) {
        self.refusals = 0;
    }

    /// It has worked well: what went wrong before is forgotten.
    pub fn proven(&mut self) {
        self.backoff.reset();
        if let Some(broker) = self.list.get_mut(self.current) {
            broker.attempts.clear();
        }
    }

    /// It is the next one's turn.
    pub fn turn(&mut self) {
        self.current = (self.current + 1) % self.list.len().max(1);
    }

    /// A connection failed. When to try the broker whose turn it is now.
    pub fn failed(&mut self, now: Duration) -> Duration {
        self.refusals = 0;
        (now + self.backoff.fail()).max(self.earliest())
    }

    /// The current broker refused, and it is the next one's turn. Whether all have refused, one after the other.
    pub fn refused(&mut self) -> bool {
        self.turn();
        self.refusals += 1;
        let all = self.refusals >= self.list.len();
        if all {
            self.refusals = 0;
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn brokers(urls: &[&str]) -> Brokers {
        Brokers::new(urls.iter().map(|&url| url.to_owned()).collect(), 1)
    }

    #[test]
    fn brokers_take_turns() {
        let mut brokers = brokers(&["one", "two"]);
        let mut seen = Vec::new();
        for _ in 0..3 {
            seen.push(brokers.url().to_owned());
            brokers.turn();
        }
        assert_eq!(seen, ["one", "two", "one"]);
    }

    #[test]
    fn the_seventh_try_waits_until_the_first_is_half_a_minute_old() {
        let mut brokers = brokers(&["one"]);
        for second in 1..=6 {
            assert_eq!(brokers.earliest(), Duration::ZERO);
            brokers.attempt(secs(second));
        }
        assert_eq!(brokers.earliest(), secs(31));
        brokers.attempt(secs(31));
        assert_eq!(brokers.earliest(), secs(32));
    }

    #[test]
    fn tries_of_one_broker_do_not_hold_back_another() {
        let mut brokers = brokers(&["one", "two"]);
        for _ in 0..6 {
            brokers.attempt(secs(1));
        }
        brokers.turn();
        assert_eq!(brokers.earliest(), Duration::ZERO);
    }

    #[test]
    fn a_broker_that_works_well_is_forgiven() {
        let mut brokers = brokers(&["one"]);
        for _ in 0..6 {
            brokers.attempt(secs(1));
            brokers.failed(secs(1));
        }
        brokers.proven();
        assert_eq!(brokers.failed(secs(2)), secs(2));
    }

    #[test]
    fn refusals_count_only_in_a_row() {
        let mut brokers = brokers(&["one", "two"]);
        assert!(!brokers.refused());
        brokers.failed(secs(1));
        assert!(!brokers.refused());
        brokers.granted();
        assert!(!brokers.refused());
        assert!(brokers.refused());
    }
}
