//! Turns a flood of messages into at most one batch a frame.
//!
//! The first message leaves at once, so that a lone label is never late. What follows within a frame waits
//! for its end, and only the newest label of each topic is kept.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::ignored::{Ignored, IgnoredReason};

/// One frame of a 60 Hz screen: the page cannot show more.
pub const FRAME: Duration = Duration::from_millis(16);

/// Topics in a batch; beyond, the oldest give way. Bounds the work a message makes.
pub const MAX_TOPICS: usize = 1000;

/// What the page is told at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelBatch {
    /// The newest label of each topic, the last to arrive last.
    pub labels: Vec<Shown>,
    /// Set if messages were ignored since the last batch.
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

/// Collects a batch until it may leave.
#[derive(Debug, Default)]
pub struct Coalesce {
    next_batch: Duration,
    ignored: u64,
    batch: LabelBatch,
}

impl Coalesce {
    /// Takes a topic's newest label.
    pub fn show(&mut self, topic: String, text: String) {
        let labels = &mut self.batch.labels;
        let known = labels.iter().position(|shown| shown.topic == topic);
        if let Some(outdated) = known.or((labels.len() == MAX_TOPICS).then_some(0)) {
            labels.remove(outdated);
        }
        labels.push(Shown { topic, text });
    }

    /// Counts a message that is ignored.
    pub fn ignore(&mut self, reason: IgnoredReason) {
        self.ignored += 1;
        self.batch.ignored = Some(Ignored {
            count: self.ignored,
            last: reason,
        });
    }

    /// The batch, once its time has come. It is never empty.
    pub fn take_due(&mut self, now: Duration) -> Option<LabelBatch> {
        if self.is_empty() || now < self.next_batch {
            return None;
        }
        self.next_batch = now + FRAME;
        Some(std::mem::take(&mut self.batch))
    }

    /// When [`Coalesce::take_due`] has something to give.
    pub fn deadline(&self) -> Option<Duration> {
        (!self.is_empty()).then_some(self.next_batch)
    }

    fn is_empty(&self) -> bool {
        self.batch.labels.is_empty() && self.batch.ignored.is_none()
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

    fn take(labels: &mut Coalesce, now: u64) -> Option<Vec<(String, String)>> {
        let batch = labels.take_due(ms(now))?;
        Some(
            batch
                .labels
                .into_iter()
                .map(|shown| (shown.topic, shown.text))
                .collect(),
        )
    }

    fn batch(entries: &[(&str, &str)]) -> Option<Vec<(String, String)>> {
        Some(
            entries
                .iter()
                .map(|&(topic, text)| (topic.to_owned(), text.to_owned()))
                .collect(),
        )
    }

    #[test]
    fn the_first_message_leaves_at_once() {
        let mut labels = Coalesce::default();
        show(&mut labels, "a", "1");
        assert_eq!(take(&mut labels, 1000), batch(&[("a", "1")]));
    }

    #[test]
    fn the_newest_of_a_frame_leaves_at_its_end() {
        let mut labels = Coalesce::default();
        show(&mut labels, "a", "1");
        take(&mut labels, 1000);
        show(&mut labels, "a", "2");
        show(&mut labels, "a", "3");
        assert_eq!(take(&mut labels, 1015), None);
        assert_eq!(labels.deadline(), Some(ms(1016)));
        assert_eq!(take(&mut labels, 1016), batch(&[("a", "3")]));
    }

    #[test]
    fn each_topic_keeps_its_newest_and_the_last_to_arrive_is_last() {
        let mut labels = Coalesce::default();
        show(&mut labels, "a", "1");
        show(&mut labels, "b", "2");
        show(&mut labels, "a", "3");
        assert_eq!(take(&mut labels, 0), batch(&[("b", "2"), ("a", "3")]));
    }

    #[test]
    fn of_too_many_topics_the_newest_are_kept() {
        let mut labels = Coalesce::default();
        for topic in 0..=MAX_TOPICS {
            show(&mut labels, &topic.to_string(), "x");
        }
        let batch = take(&mut labels, 0).unwrap();
        assert_eq!(batch.len(), MAX_TOPICS);
        assert_eq!(batch[0].0, "1");
    }

    #[test]
    fn an_empty_frame_makes_no_batch() {
        let mut labels = Coalesce::default();
        assert_eq!(take(&mut labels, 1000), None);
        assert_eq!(labels.deadline(), None);
    }

    #[test]
    fn ignored_messages_are_counted_over_all_batches_and_told_once_a_frame() {
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
