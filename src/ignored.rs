//! Messages that the page cannot use, and why.

use lampi::duration::Duration;
use lampi::state::StateError;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Between two reports: nobody reads a count faster.
const INTERVAL: Duration = Duration::from_secs(1);

/// A report to the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ignored {
    /// How many, since the page was opened.
    pub count: u64,
    /// What was wrong with the last one.
    pub last: String,
    /// Topic name it came on; empty if it was too long to be read.
    pub topic: String,
}

/// Counts ignored messages until that may be told. The first is told at once.
#[derive(Debug, Default)]
pub struct IgnoredMessages {
    count: u64,
    untold: Option<(IgnoredReason, String)>,
    next_report: Duration,
}

impl IgnoredMessages {
    /// Counts one. `topic` is empty if it is not known.
    pub fn add(&mut self, reason: IgnoredReason, topic: String) {
        self.count += 1;
        self.untold = Some((reason, topic));
    }

    /// What is new, once its time has come.
    pub fn take_due(&mut self, now: Duration) -> Option<Ignored> {
        if now < self.next_report {
            return None;
        }
        let (reason, topic) = self.untold.take()?;
        self.next_report = now + INTERVAL;
        Some(Ignored {
            count: self.count,
            last: reason.to_string(),
            topic,
        })
    }

    /// When to ask [`IgnoredMessages::take_due`] again.
    pub fn deadline(&self) -> Option<Duration> {
        self.untold.as_ref().map(|_| self.next_report)
    }
}

/// Why a message is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum IgnoredReason {
    /// More than [`crate::lesson::MAX_LABEL_LENGTH`] bytes.
    #[error("longer than 16 KiB")]
    TooLong,
    /// More than [`crate::lesson::MAX_LABEL_DEPTH`] levels.
    #[error("nested deeper than 64 levels")]
    TooDeep,
    /// The bytes are not text.
    #[error("not UTF-8 text")]
    NotUtf8,
    /// The text is not JSON.
    #[error("not JSON")]
    NotJson,
    /// JSON, but not an object.
    #[error("not a JSON object")]
    NotAnObject,
    /// What a lamp's topic carries is not a lamp's state.
    #[error("{0}")]
    NotAState(#[from] StateError),
    /// Whether something is there is told by `1` or `0` alone.
    #[error("neither 1 nor 0")]
    NotAPresence,
    /// [`crate::lamps::MAX_LAMPS`] are known.
    #[error("of more lamps than the page keeps")]
    TooManyLamps,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_counted_over_all_reports_and_told_once_a_second() {
        let ms = Duration::from_millis;
        let mut ignored = IgnoredMessages::default();
        ignored.add(IgnoredReason::NotUtf8, "a".to_owned());
        assert_eq!(ignored.take_due(ms(5)).unwrap().count, 1);
        ignored.add(IgnoredReason::NotUtf8, "a".to_owned());
        ignored.add(IgnoredReason::NotJson, "b".to_owned());
        assert_eq!(ignored.take_due(ms(1004)), None);
        assert_eq!(ignored.deadline(), Some(ms(1005)));
        let told = Ignored {
            count: 3,
            last: "not JSON".to_owned(),
            topic: "b".to_owned(),
        };
        assert_eq!(ignored.take_due(ms(1005)), Some(told));
        assert_eq!(ignored.deadline(), None);
    }
}
