//! How long something takes or is past, in as few words as will do.

use lampi::duration::Duration;

/// `12 s`, `3 min`, `2 h` or `5 d`, with a no-break space.
pub fn span(age: Duration) -> String {
    let seconds = age.as_secs();
    let (number, unit) = match seconds {
        0..60 => (seconds, "s"),
        60..3600 => (seconds / 60, "min"),
        3600..86400 => (seconds / 3600, "h"),
        _ => (seconds / 86400, "d"),
    };
    // A number is not parted from its unit.
    format!("{number}\u{a0}{unit}")
}

/// `just now`, or a span `ago`.
pub fn ago(age: Duration) -> String {
    if age < Duration::from_secs(5) {
        return "just now".to_owned();
    }
    format!("{} ago", span(age))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn spans_are_told_in_the_largest_unit() {
        let cases = [
            (0, "0\u{a0}s"),
            (59, "59\u{a0}s"),
            (60, "1\u{a0}min"),
            (3599, "59\u{a0}min"),
            (3600, "1\u{a0}h"),
            (86399, "23\u{a0}h"),
            (86400, "1\u{a0}d"),
        ];
        for (seconds, expected) in cases {
            assert_eq!(span(secs(seconds)), expected);
        }
    }

    #[test]
    fn what_has_hardly_passed_is_now() {
        assert_eq!(ago(secs(4)), "just now");
        assert_eq!(ago(secs(5)), "5\u{a0}s ago");
    }
}
