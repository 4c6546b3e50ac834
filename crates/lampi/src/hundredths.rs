//! The lamp's numbers: hundredths of the range from 0 to 1, as the lamp service rounds them.

use std::fmt::{self, Write};

use serde::{Deserialize, Serialize};

/// 0, 0.01, 0.02 and so on to 1. Serialized as the number of hundredths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "u8")]
pub struct Hundredths(u8);

impl Hundredths {
    /// 0.
    pub const ZERO: Self = Self(0);

    /// 1.
    pub const ONE: Self = Self(100);

    /// The nearest to `hundredths`, of which there are at most 100.
    pub const fn clamped(hundredths: u8) -> Self {
        Self(if hundredths > 100 { 100 } else { hundredths })
    }

    /// How many, 0 to 100.
    pub const fn get(self) -> u8 {
        self.0
    }

    /// Reads a JSON number from 0 to 1, in any form that JSON allows, with nothing around it. The decimal digits are
    /// rounded as they are written, a half up. `None` for any other number or text.
    pub fn parse(json_number: &str) -> Option<Self> {
        let number = Number::read(json_number)?;
        let mut digits = number.digits();
        let Some(first) = digits.next() else {
            return Some(Self::ZERO);
        };
        if number.negative {
            return None;
        }
        match number.magnitude() {
            1 if first == 1 && digits.all(|digit| digit == 0) => Some(Self::ONE),
            1.. => None,
            0 => {
                let tens = 10 * first + digits.next().unwrap_or(0);
                Some(Self(tens + half_up(digits.next())))
            }
            -1 => Some(Self(first + half_up(digits.next()))),
            -2 => Some(Self(half_up(Some(first)))),
            _ => Some(Self::ZERO),
        }
    }

    /// The shortest JSON number: `0`, `0.05`, `0.5`, `1`.
    pub fn chars(self) -> impl Iterator<Item = char> {
        let [ones, tenths, hundredths] = [self.0 / 100, self.0 / 10 % 10, self.0 % 10];
        let length = match (tenths, hundredths) {
            (0, 0) => 1,
            (_, 0) => 3,
            _ => 4,
        };
        [b'0' + ones, b'.', b'0' + tenths, b'0' + hundredths]
            .into_iter()
            .take(length)
            .map(char::from)
    }
}

impl From<u8> for Hundredths {
    fn from(hundredths: u8) -> Self {
        Self::clamped(hundredths)
    }
}

impl fmt::Display for Hundredths {
    /// As [`Hundredths::chars`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.chars().try_for_each(|c| f.write_char(c))
    }
}

fn half_up(next_digit: Option<u8>) -> u8 {
    u8::from(next_digit >= Some(5))
}

/// The parts of a JSON number.
struct Number<'a> {
    negative: bool,
    integer: &'a [u8],
    fraction: &'a [u8],
    exponent: i64,
}

impl<'a> Number<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let bytes = text.as_bytes();
        let (negative, bytes) = match bytes.strip_prefix(b"-") {
            Some(rest) => (true, rest),
            None => (false, bytes),
        };
        let (integer, bytes) = leading_digits(bytes)?;
        if integer.len() > 1 && integer.starts_with(b"0") {
            return None;
        }
        let (fraction, bytes) = match bytes.strip_prefix(b".") {
            Some(rest) => leading_digits(rest)?,
            None => (&[][..], bytes),
        };
        Some(Self {
            negative,
            integer,
            fraction,
            exponent: exponent(bytes)?,
        })
    }

    /// Every digit from the first that is not 0.
    fn digits(&self) -> impl Iterator<Item = u8> {
        self.integer
            .iter()
            .chain(self.fraction)
            .map(|digit| digit - b'0')
            .skip_while(|digit| *digit == 0)
    }

    /// The exponent of the least power of ten that is greater than the number: 1 for 1 to 9.9, 0 for 0.1 to 0.99.
    fn magnitude(&self) -> i64 {
        let length = self.integer.len() + self.fraction.len();
        let leading_zeros = length - self.digits().count();
        // No slice is as long as half the range of an i64.
        let before_the_point = self.integer.len() as i64 - leading_zeros as i64;
        self.exponent.saturating_add(before_the_point)
    }
}

/// At least one digit, and what follows.
fn leading_digits(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let length = bytes.iter().take_while(|byte| is_digit(byte)).count();
    (length > 0).then(|| bytes.split_at(length))
}

/// The exponent that the whole of `bytes` is, 0 where there is none. One out of range is the greatest or least.
fn exponent(bytes: &[u8]) -> Option<i64> {
    let bytes = match bytes {
        [] => return Some(0),
        [b'e' | b'E', rest @ ..] => rest,
        _ => return None,
    };
    let (sign, bytes) = match bytes {
        [b'-', rest @ ..] => (-1, rest),
        [b'+', rest @ ..] => (1, rest),
        _ => (1, bytes),
    };
    let (digits, []) = leading_digits(bytes)? else {
        return None;
    };
    let magnitude = digits.iter().fold(0_i64, |sum, digit| {
        sum.saturating_mul(10)
            .saturating_add(i64::from(digit - b'0'))
    });
    Some(sign * magnitude)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str) -> Option<u8> {
        Hundredths::parse(text).map(Hundredths::get)
    }

    #[test]
    fn every_form_of_a_number_is_read() {
        for (text, expected) in [
            ("0", 0),
            ("-0", 0),
            ("-0.0", 0),
            ("0e999", 0),
            ("1", 100),
            ("1.0", 100),
            ("1e-1", 10),
            ("1E0", 100),
            ("10e-1", 100),
            ("0.001e+3", 100),
            ("0.5", 50),
            ("0.3333", 33),
            ("5E-05", 0),
            ("0.99999999999999999999", 100),
        ] {
            assert_eq!(parsed(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_half_is_rounded_up() {
        for (text, expected) in [
            ("0.005", 1),
            ("0.00499999999999999999999", 0),
            ("0.015", 2),
            ("0.125", 13),
            ("0.285", 29),
            ("0.995", 100),
            ("5e-3", 1),
        ] {
            assert_eq!(parsed(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_outside_the_range_is_refused_before_it_is_rounded() {
        for text in [
            "1.000000000000000000001",
            "1.01",
            "2",
            "10",
            "-0.001",
            "-1",
            "-1e-999",
            "1e1",
        ] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }

    #[test]
    fn a_huge_exponent_is_only_a_number() {
        let zeros = "0".repeat(1000);
        assert_eq!(parsed("1e99999999999999999999"), None);
        assert_eq!(parsed("1e-99999999999999999999"), Some(0));
        assert_eq!(parsed(&format!("0.{zeros}5e1000")), Some(50));
        assert_eq!(parsed(&format!("5{zeros}e-1001")), Some(50));
    }

    #[test]
    fn what_json_does_not_call_a_number_is_refused() {
        for text in [
            "", "-", "+1", "01", "00", ".5", "1.", "1.e1", "1e", "1e+", "0x1", " 1", "1 ", "NaN",
            "true", "\"1\"", "1e1.0", "٣",
        ] {
            assert_eq!(parsed(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_shortest_form_is_written() {
        for (hundredths, text) in [
            (0, "0"),
            (5, "0.05"),
            (10, "0.1"),
            (50, "0.5"),
            (99, "0.99"),
            (100, "1"),
        ] {
            assert_eq!(Hundredths::clamped(hundredths).to_string(), text);
        }
    }

    #[test]
    fn all_of_them_are_read_as_they_were_written() {
        for hundredths in 0..=100 {
            let text = Hundredths::clamped(hundredths).to_string();
            assert_eq!(parsed(&text), Some(hundredths), "{text}");
        }
    }

    #[test]
    fn none_comes_out_of_range_from_another_side() {
        let read: Hundredths = serde_json::from_str("200").unwrap();
        assert_eq!(read, Hundredths::ONE);
    }

    proptest! {
        #[test]
        fn away_from_halves_it_is_what_floating_point_says(
            number in "-?(0|[1-9][0-9]{0,2})(\\.[0-9]{1,20})?([eE][-+]?[0-9]{1,2})?"
        ) {
            let value: f64 = number.parse().unwrap();
            let scaled = value * 100.0;
            let edge = (scaled.fract() - 0.5).abs() < 1e-9 || (value - 1.0).abs() < 1e-12;
            prop_assume!(!edge);
            let expected = (0.0..=1.0).contains(&value).then(|| scaled.round() as u8);
            // What floating point takes for 0 may still be negative.
            prop_assume!(value != 0.0);
            prop_assert_eq!(parsed(&number), expected);
        }

        #[test]
        fn it_reads_what_serde_json_calls_a_number_and_no_more(text in "[-+.eE0-9 ]{0,12}") {
            let is_number = !text.contains(' ')
                && serde_json::from_str::<&serde_json::value::RawValue>(&text).is_ok();
            prop_assert_eq!(Number::read(&text).is_some(), is_number);
        }

        #[test]
        fn any_text_is_survived(text in ".*") {
            let _ = parsed(&text);
        }
    }
}
