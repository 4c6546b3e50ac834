//! How long values that rise take to come through.

/// Milliseconds from each value that was given to the first that came and is as high: it or a later one. Each value stands
/// with its time. None if a value never came through.
pub fn delays(given: &[(u64, f64)], came: &[(u64, f64)]) -> Option<Vec<f64>> {
    let delay = |(value, at): &(u64, f64)| {
        let (_, then) = came.iter().find(|(as_high, _)| as_high >= value)?;
        Some(then - at)
    };
    given.iter().map(delay).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIVEN: [(u64, f64); 3] = [(1, 10.0), (2, 20.0), (3, 30.0)];

    #[test]
    fn a_value_that_was_left_out_waits_for_the_next() {
        let came = [(1, 11.0), (3, 35.0)];
        assert_eq!(delays(&GIVEN, &came), Some(vec![1.0, 15.0, 5.0]));
    }

    #[test]
    fn only_the_first_time_counts() {
        let came = [(3, 31.0), (3, 90.0)];
        assert_eq!(delays(&GIVEN, &came), Some(vec![21.0, 11.0, 1.0]));
    }

    #[test]
    fn there_are_no_delays_if_the_last_value_never_came() {
        assert_eq!(delays(&GIVEN, &[(1, 11.0), (2, 21.0)]), None);
    }
}
