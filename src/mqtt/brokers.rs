//! Which broker to try next, and when.
//!
//! The one that worked last comes first, then the others in turn, but for those that have refused. Until a broker has
//! worked well, it is not tried more than [`MAX_ATTEMPTS`] times within [`ATTEMPTS_WINDOW`], unless the user asks or
//! something wakes it: the user, the network or the machine that is back. A broker that has let the page in before may
//! refuse for a trouble of its own: it is asked again after [`RECONSIDER`].

use std::collections::VecDeque;

use lampi::duration::Duration;

use super::backoff::Backoff;

/// Tries of one broker within [`ATTEMPTS_WINDOW`].
pub const MAX_ATTEMPTS: usize = 6;

/// See [`MAX_ATTEMPTS`].
pub const ATTEMPTS_WINDOW: Duration = Duration::from_secs(30);

/// When the user wants something of a broker, it is tried at once if its last try is this long ago, or twice this long if its
/// WebSocket may yet open. Tries this far apart do not exceed [`MAX_ATTEMPTS`].
pub const REST: Duration = Duration::from_secs(5);

/// For so long after a wake that has cleared the tries, others clear nothing: the network's and the user's come in bunches.
pub const WAKE_PAUSE: Duration = Duration::from_secs(5);

/// How long a broker that has worked before is left alone after it has refused.
pub const RECONSIDER: Duration = Duration::from_secs(60);

/// The brokers and what is known of them. One is the current: it is tried, or it is the next to be. Times are on the
/// caller's clock.
#[derive(Debug)]
pub struct Brokers {
    list: Vec<Broker>,
    current: usize,
    backoff: Backoff,
    /// When a wake last began anew.
    woken: Option<Duration>,
}

#[derive(Debug)]
struct Broker {
    url: String,
    /// When it was tried, the newest last, [`MAX_ATTEMPTS`] at most.
    attempts: VecDeque<Duration>,
    /// Until when it is passed over, if it has refused.
    refused_until: Option<Duration>,
    has_worked: bool,
}

impl Broker {
    fn may_be_tried(&self, now: Duration) -> bool {
        self.refused_until.is_none_or(|until| until <= now)
    }
}

impl Brokers {
    /// Begins with the first of `urls`. `seed` makes the waits differ from page to page.
    pub fn new(urls: Vec<String>, seed: u64) -> Self {
        let broker = |url| Broker {
            url,
            attempts: VecDeque::new(),
            refused_until: None,
            has_worked: false,
        };
        Self {
            list: urls.into_iter().map(broker).collect(),
            current: 0,
            backoff: Backoff::new(seed),
            woken: None,
        }
    }

    /// Address of the current broker.
    pub fn url(&self) -> &str {
        self.list
            .get(self.current)
            .map_or("", |broker| broker.url.as_str())
    }

    /// The current broker's place in the list.
    pub fn place(&self) -> usize {
        self.current
    }

    /// Whether no other than the current broker may be tried.
    pub fn is_only(&self, now: Duration) -> bool {
        let mut candidates = self.list.iter().filter(|broker| broker.may_be_tried(now));
        candidates.nth(1).is_none()
    }

    /// The current broker is tried now.
    pub fn attempt(&mut self, now: Duration) {
        if let Some(broker) = self.list.get_mut(self.current) {
            broker.attempts.push_back(now);
            if broker.attempts.len() > MAX_ATTEMPTS {
                broker.attempts.pop_front();
            }
        }
    }

    /// The earliest time at which the current broker may be tried without being asked for.
    pub fn earliest(&self) -> Duration {
        match self.list.get(self.current) {
            Some(broker) if broker.attempts.len() == MAX_ATTEMPTS => {
                broker.attempts.front().copied().unwrap_or_default() + ATTEMPTS_WINDOW
            }
            _ => Duration::ZERO,
        }
    }

    /// Whether the current broker may be tried for a user who wants something of it, so long after the last try.
    pub fn is_rested(&self, rest: Duration, now: Duration) -> bool {
        let broker = self.list.get(self.current);
        let last = broker.and_then(|broker| broker.attempts.back());
        self.earliest() <= now && last.is_none_or(|last| *last + rest <= now)
    }

    /// The current broker has let the page in: all may be asked again.
    pub fn granted(&mut self) {
        self.forgive();
        if let Some(broker) = self.list.get_mut(self.current) {
            broker.has_worked = true;
        }
    }

    /// The user asks: all may be tried again, and the first that has refused comes first.
    pub fn ask_again(&mut self) {
        let mut list = self.list.iter();
        if let Some(first) = list.position(|broker| broker.refused_until.is_some()) {
            self.current = first;
        }
        self.forgive();
        self.begin_anew();
    }

    /// Things may have changed unseen: begins anew, unless it just has.
    pub fn wake(&mut self, now: Duration) {
        if self.woken.is_none_or(|woken| woken + WAKE_PAUSE <= now) {
            self.woken = Some(now);
            self.begin_anew();
        }
    }

    /// Tries and waits count from the first one on again.
    fn begin_anew(&mut self) {
        self.backoff.reset();
        for broker in &mut self.list {
            broker.attempts.clear();
        }
    }

    /// The current broker has worked well: what went wrong before is forgotten.
    pub fn proven(&mut self) {
        self.backoff.reset();
        if let Some(broker) = self.list.get_mut(self.current) {
            broker.attempts.clear();
        }
    }

    /// It is the next broker's turn, if another may be tried.
    pub fn turn(&mut self, now: Duration) {
        let following = (self.current + 1..self.list.len()).chain(0..self.current);
        let mut candidates = following.filter(|&index| self.list[index].may_be_tried(now));
        self.current = candidates.next().unwrap_or(self.current);
    }

    /// A connection failed. When to try the current broker.
    pub fn failed(&mut self, now: Duration) -> Duration {
        (now + self.backoff.fail()).max(self.earliest())
    }

    /// The current broker has refused: it is the next one's turn.
    pub fn refused(&mut self, now: Duration) {
        if let Some(broker) = self.list.get_mut(self.current) {
            broker.refused_until = Some(match broker.has_worked {
                true => now + RECONSIDER,
                false => Duration::MAX,
            });
        }
        self.turn(now);
    }

    /// Whether there is none left to be tried.
    pub fn have_all_refused(&self, now: Duration) -> bool {
        !self.list.iter().any(|broker| broker.may_be_tried(now))
    }

    /// When the first of those that have refused is asked again; `None` if none is by itself.
    pub fn reconsider_at(&self) -> Option<Duration> {
        let until = self.list.iter().filter_map(|broker| broker.refused_until);
        until.min().filter(|until| *until < Duration::MAX)
    }

    fn forgive(&mut self) {
        for broker in &mut self.list {
            broker.refused_until = None;
        }
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
            brokers.turn(secs(1));
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
        brokers.turn(secs(1));
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
    fn a_wake_begins_anew_but_not_two_in_a_row() {
        let mut brokers = brokers(&["one"]);
        for is_anew in [true, false] {
            (0..6).for_each(|_| brokers.attempt(secs(1)));
            brokers.wake(secs(1));
            assert_eq!(brokers.earliest() <= secs(1), is_anew);
        }
    }

    #[test]
    fn a_broker_that_has_refused_is_passed_over() {
        let mut brokers = brokers(&["one", "two", "three"]);
        brokers.refused(secs(1));
        let mut seen = Vec::new();
        for _ in 0..3 {
            seen.push(brokers.url().to_owned());
            brokers.turn(secs(1));
        }
        assert_eq!(seen, ["two", "three", "two"]);
        assert!(!brokers.have_all_refused(secs(1)));
    }

    #[test]
    fn refusals_from_before_a_broker_worked_do_not_count() {
        let mut brokers = brokers(&["one", "two"]);
        brokers.refused(secs(1));
        brokers.granted();
        brokers.refused(secs(1));
        assert!(!brokers.have_all_refused(secs(1)));
    }

    #[test]
    fn a_broker_that_has_worked_is_asked_again_after_a_while() {
        let mut brokers = brokers(&["one", "two"]);
        brokers.granted();
        brokers.refused(secs(1));
        brokers.refused(secs(1));
        assert!(brokers.have_all_refused(secs(60)));
        assert_eq!(brokers.reconsider_at(), Some(secs(61)));
        brokers.turn(secs(61));
        assert_eq!(brokers.url(), "one");
    }

    #[test]
    fn asked_again_the_first_that_has_refused_comes_first() {
        let mut brokers = brokers(&["one", "two"]);
        brokers.refused(secs(1));
        brokers.ask_again();
        assert_eq!(brokers.url(), "one");
        assert!(!brokers.is_only(secs(1)));
    }
}
