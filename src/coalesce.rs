//! Turns a flood of labels into few reports.
//!
//! The first label leaves at once, so that a lone label is never late. What follows within a frame waits
//! for its end, and only the newest label is kept, of whatever device: the page shows one. While labels go on to
//! come faster than anybody can read, four reports a second are enough; the last one leaves once they have stopped for
//! a moment, at the end of its frame at the soonest.

use lampi::duration::Duration;
use serde::{Deserialize, Serialize};

/// One frame of a 60 Hz screen: the page cannot show more.
pub const FRAME: Duration = Duration::from_millis(16);

/// Between two reports of a flood.
const FLOODED: Duration = Duration::from_millis(250);

/// Without a label for so long, a flood is over.
const QUIET: Duration = Duration::from_millis(4);

/// A label to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelReport {
    /// Topic name it came on.
    pub topic: String,
    /// Text to show, as it is.
    pub text: String,
}

/// Keeps the newest label until it may leave.
#[derive(Debug, Default)]
pub struct Coalesce {
    next_report: Duration,
    /// Even a flood does not put the next report off beyond this.
    latest_report: Duration,
    /// When a label last took the place of one that waited.
    replaced: Option<Duration>,
    newest: Option<LabelReport>,
}

impl Coalesce {
    /// Takes the newest label.
    pub fn show(&mut self, topic: String, text: String, now: Duration) {
        let before = self.newest.replace(LabelReport { topic, text });
        if before.is_some() {
            self.replaced = Some(now);
        }
    }

    /// The newest label, once its time has come.
    pub fn take_due(&mut self, now: Duration) -> Option<LabelReport> {
        if self.newest.is_none() || now < self.next_report {
            return None;
        }
        let quiet_at = self.replaced.map_or(now, |at| at + QUIET);
        let due = quiet_at.min(self.latest_report);
        if now < due {
            self.next_report = due;
            return None;
        }
        self.next_report = now + FRAME;
        self.latest_report = now + FLOODED;
        self.newest.take()
    }

    /// When to ask [`Coalesce::take_due`] again.
    pub fn deadline(&self) -> Option<Duration> {
        self.newest.as_ref().map(|_| self.next_report)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn show(labels: &mut Coalesce, topic: &str, text: &str, now: u64) {
        labels.show(topic.to_owned(), text.to_owned(), ms(now));
    }

    fn take(labels: &mut Coalesce, now: u64) -> Option<(String, String)> {
        let newest = labels.take_due(ms(now))?;
        Some((newest.topic, newest.text))
    }

    fn shown(topic: &str, text: &str) -> Option<(String, String)> {
        Some((topic.to_owned(), text.to_owned()))
    }

    #[test]
    fn the_first_label_leaves_at_once() {
        let mut labels = Coalesce::default();
        show(&mut labels, "a", "1", 1000);
        assert_eq!(take(&mut labels, 1000), shown("a", "1"));
    }

    #[test]
    fn the_newest_of_a_frame_leaves_at_its_end() {
        let mut labels = Coalesce::default();
        show(&mut labels, "a", "1", 1000);
        take(&mut labels, 1000);
        show(&mut labels, "a", "2", 1001);
        show(&mut labels, "b", "3", 1002);
        assert_eq!(take(&mut labels, 1015), None);
        assert_eq!(labels.deadline(), Some(ms(1016)));
        assert_eq!(take(&mut labels, 1016), shown("b", "3"));
    }

    #[test]
    fn the_newest_of_many_at_once_leaves_at_once() {
        let mut labels = Coalesce::default();
        show(&mut labels, "a", "1", 1000);
        show(&mut labels, "b", "2", 1000);
        assert_eq!(take(&mut labels, 1000), shown("b", "2"));
    }

    /// A label each millisecond, and when which of them were told.
    fn flood(labels: &mut Coalesce, times: std::ops::Range<u64>) -> Vec<(u64, String)> {
        let mut told = Vec::new();
        for now in times {
            show(labels, "a", &now.to_string(), now);
            told.extend(take(labels, now).map(|(_, text)| (now, text)));
        }
        told
    }

    #[test]
    fn a_flood_is_told_four_times_a_second() {
        let told = flood(&mut Coalesce::default(), 1000..1600);
        let expected = [1000, 1250, 1500].map(|now| (now, now.to_string()));
        assert_eq!(told, expected);
    }

    #[test]
    fn the_last_of_a_flood_leaves_once_it_is_quiet() {
        let mut labels = Coalesce::default();
        flood(&mut labels, 1000..1015);
        assert_eq!(labels.deadline(), Some(ms(1016)));
        assert_eq!(take(&mut labels, 1016), None);
        assert_eq!(labels.deadline(), Some(ms(1018)));
        assert_eq!(take(&mut labels, 1018), shown("a", "1014"));
    }

    #[test]
    fn a_frame_without_labels_makes_no_report() {
        let mut labels = Coalesce::default();
        assert_eq!(take(&mut labels, 1000), None);
        assert_eq!(labels.deadline(), None);
    }
}
