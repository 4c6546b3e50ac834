//! Lengths of time, small in the page.

use std::{
    ops::{Add, AddAssign, Div, Mul, Sub},
    time,
};

use serde::{Deserialize, Serialize};

/// A length of time, or a time on a clock that began at 0, in microseconds.
///
/// As [`std::time::Duration`], which keeps seconds and nanoseconds apart: 2 KB more of the page. 64 bits are half a million
/// years.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Duration(u64);

impl Duration {
    /// No time.
    pub const ZERO: Self = Self(0);

    /// Longer than anything lasts.
    pub const MAX: Self = Self(u64::MAX);

    /// So many seconds.
    pub const fn from_secs(seconds: u64) -> Self {
        Self::from_millis(seconds * 1000)
    }

    /// So many thousandths of a second.
    pub const fn from_millis(millis: u64) -> Self {
        Self::from_micros(millis * 1000)
    }

    /// So many millionths of a second.
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// Whole seconds.
    pub const fn as_secs(self) -> u64 {
        self.as_millis() / 1000
    }

    /// Whole thousandths of a second.
    pub const fn as_millis(self) -> u64 {
        self.as_micros() / 1000
    }

    /// Millionths of a second.
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// The difference, no time if `other` is longer.
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl From<time::Duration> for Duration {
    /// Its whole microseconds.
    fn from(duration: time::Duration) -> Self {
        Self::from_micros(u64::try_from(duration.as_micros()).unwrap_or(u64::MAX))
    }
}

impl From<Duration> for time::Duration {
    fn from(duration: Duration) -> Self {
        Self::from_micros(duration.as_micros())
    }
}

impl Add for Duration {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Duration {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Duration {
    type Output = Self;

    /// `other` must not be longer.
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Mul<u32> for Duration {
    type Output = Self;

    fn mul(self, factor: u32) -> Self {
        Self(self.0 * u64::from(factor))
    }
}

impl Div<u32> for Duration {
    type Output = Self;

    /// `divisor` must not be 0.
    fn div(self, divisor: u32) -> Self {
        Self(self.0 / u64::from(divisor))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// In whole microseconds, of a thousand years at most.
        #[test]
        fn it_counts_as_the_standard_library_s(a in 0..1_u64 << 55, b in 0..1_u64 << 55, n in 1..50_u32) {
            let (long, short) = (a.max(b), a.min(b));
            let [theirs, their_short] = [long, short].map(time::Duration::from_micros);
            let [ours, our_short] = [long, short].map(Duration::from_micros);
            prop_assert_eq!(ours, theirs.into());
            prop_assert_eq!(time::Duration::from(ours), theirs);
            prop_assert_eq!(ours.as_secs(), theirs.as_secs());
            prop_assert_eq!(u128::from(ours.as_millis()), theirs.as_millis());
            prop_assert_eq!(ours + our_short, (theirs + their_short).into());
            prop_assert_eq!(ours - our_short, (theirs - their_short).into());
            prop_assert_eq!(our_short.saturating_sub(ours), Duration::ZERO);
            prop_assert_eq!(ours * n, (theirs * n).into());
            prop_assert_eq!(ours / n, (theirs / n).into());
        }
    }

    #[test]
    fn units_are_a_thousand_apart() {
        assert_eq!(Duration::from_secs(2), Duration::from_millis(2_000));
        assert_eq!(Duration::from_millis(2), Duration::from_micros(2_000));
    }

    #[test]
    fn a_sum_beyond_all_time_is_the_end_of_time() {
        let end = Duration::from_micros(u64::MAX);
        assert_eq!(end + Duration::from_secs(1), end);
    }
}
