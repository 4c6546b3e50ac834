//! Tells new labels from repeated ones: at each connection the broker sends what it has kept once more. Pure.

/// How many devices' labels are remembered. Each label of a further device counts as new.
const MAX_DEVICES: usize = 64;

/// The last label messages of each topic.
#[derive(Debug, Default)]
pub struct LastLabels(Vec<LastLabel>);

#[derive(Debug)]
struct LastLabel {
    topic: String,
    /// What it said last.
    said: Vec<u8>,
    /// The last retained message; empty before the first. It may be older than `said`, as not each label is retained.
    kept: Vec<u8>,
}

impl LastLabels {
    /// Whether this message is news: it has just been published, or it is neither what its topic said last nor what the
    /// broker had kept before. Remembers it.
    pub fn is_news(&mut self, topic: &str, payload: &[u8], is_retained: bool) -> bool {
        let Some(last) = self.0.iter_mut().find(|last| last.topic == topic) else {
            self.remember(topic, payload, is_retained);
            return true;
        };
        let is_news = !is_retained || last.said != payload && last.kept != payload;
        if is_retained {
            payload.clone_into(&mut last.kept);
        }
        if is_news {
            payload.clone_into(&mut last.said);
        }
        is_news
    }

    fn remember(&mut self, topic: &str, payload: &[u8], is_retained: bool) {
        if self.0.len() < MAX_DEVICES {
            let kept = if is_retained { payload } else { &[] };
            self.0.push(LastLabel {
                topic: topic.to_owned(),
                said: payload.to_owned(),
                kept: kept.to_owned(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_broker_has_kept_is_news_once() {
        let mut labels = LastLabels::default();
        assert!(labels.is_news("a", b"1", true));
        assert!(!labels.is_news("a", b"1", true));
        assert!(labels.is_news("b", b"1", true));
        assert!(labels.is_news("a", b"2", true));
    }

    #[test]
    fn what_was_heard_when_it_was_published_is_no_news_when_it_is_told_again() {
        let mut labels = LastLabels::default();
        assert!(labels.is_news("a", b"1", false));
        assert!(labels.is_news("a", b"1", false));
        assert!(!labels.is_news("a", b"1", true));
    }

    #[test]
    fn what_the_broker_has_kept_since_before_something_newer_is_no_news() {
        let mut labels = LastLabels::default();
        assert!(labels.is_news("a", b"1", true));
        assert!(labels.is_news("a", b"2", false));
        assert!(!labels.is_news("a", b"1", true));
    }

    #[test]
    fn what_was_so_before_something_else_is_news() {
        let mut labels = LastLabels::default();
        for payload in [b"1", b"2", b"1"] {
            assert!(labels.is_news("a", payload, true));
        }
    }

    #[test]
    fn of_many_devices_some_are_remembered() {
        let mut labels = LastLabels::default();
        let mut are_news = |count: usize| {
            let topics = (0..count).map(|number| number.to_string());
            topics
                .filter(|topic| labels.is_news(topic, b"", true))
                .count()
        };
        assert_eq!(are_news(MAX_DEVICES + 1), MAX_DEVICES + 1);
        assert_eq!(are_news(MAX_DEVICES + 1), 1);
    }
}
