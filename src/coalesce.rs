//! Turns a flood of messages into at most one report a frame.
//!
//! The first message leaves at once, so that a lone label is never late. What follows within a frame waits
//! for its end, and only the newest label is kept, of whatever device: the page shows one.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::ignored::{Ignored, IgnoredReason};

/// One frame of a 60 Hz screen: the page cannot show more.
pub const FRAME: Duration = Duration::from_millis(16);

/// What the page is told at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelReport {
    /// Set if labels arrived since the last report.
    pub newest: Option<Shown>,
    /// Set if messages were ignored since the last report.
    pub ignored: Option<Ignored>,
}

/// A label to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Topic name it came on.
    pub topic: String,
    /// Text to show, as it is.
    pub text: String,
}

/// Collects a report until it may leave.
#[derive(Debug, Default)]
pub struct Coalesce {
    next_report: Duration,
    ignored: u64,
    report: LabelReport,
}

impl Coalesce {
    /// Takes the newest label.
    pub fn show(&mut self, topic: String, text: String) {
        self.report.newest = Some(Shown { topic, text });
    }

    /// Counts a message that is ignored.
    pub fn ignore(&mut self, reason: IgnoredReason) {
        self.ignored += 1;
        self.report.ignored = Some(Ignored {
            count: self.ignored,
            last: reason,
        });
    }

    /// The report, once its time has come. It is never empty.
    pub fn take_due(&mut self, now: Duration) -> Option<LabelReport> {
        if self.is_empty() || now < self.next_report {
            return None;
        }
        self.next_report = now + FRAME;
        Some(std::mem::take(&mut self.report))
    }

    /// When [`Coalesce::take_due`] has something to give.
    pub fn deadline(&self) -> Option<Duration> {
        (!self.is_empty()).then_some(self.next_report)
    }

    fn is_empty(&self) -> bool {
        self.report.newest.is_none() && self.report.ignored.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn show(labels: &mut Coalesce, topic: &str, text: &str) {
        labels.show(topic.to_owned(), text.to_owned());
    }

    fn take(labels: &mut Coalesce, now: u64) -> Option<(String, String)> {
        let newest = labels.take_due(ms(now))?.newest?;
        Some((newest.topic, newest.text))
    }

    fn shown(topic: &str, text: &str) -> Option<(String, String)> {
        Some((topic.to_owned(), text.to_owned()))
    }

    #[test]
    fn the_first_message_leaves_at_once() {
        let mut labels = Coalesce::default();
        show(&mut labels, "a", "1");
        assert_eq!(take(&mut labels, 1000), shown("a", "1"));
    }

    #[test]
    fn the_newest_of_a_frame_leaves_at_its_end() {
        let mut labels = Coalesce::default();
        show(&mut labels, "a", "1");
        take(&mut labels, 1000);
        show(&mut labels, "a", "2");
        show(&mut labels, "b", "3");
        assert_eq!(take(&mut labels, 1015), None);
        assert_eq!(labels.deadline(), Some(ms(1016)));
        assert_eq!(take(&mut labels, 1016), shown("b", "3"));
    }

    #[test]
    fn a_frame_without_messages_makes_no_report() {
        let mut labels = Coalesce::default();
        assert_eq!(take(&mut labels, 1000), None);
        assert_eq!(labels.deadline(), None);
    }

    #[test]
    fn ignored_messages_are_counted_over_all_reports_and_told_once_a_frame() {
        let mut labels = Coalesce::default();
        labels.ignore(IgnoredReason::NotUtf8);
        labels.take_due(ms(0));
        labels.ignore(IgnoredReason::NotUtf8);
        labels.ignore(IgnoredReason::NotJson);
        assert_eq!(labels.take_due(ms(15)), None);
        let ignored = labels.take_due(ms(16)).unwrap().ignored.unwrap();
        assert_eq!((ignored.count, ignored.last), (3, IgnoredReason::NotJson));
    }
}
