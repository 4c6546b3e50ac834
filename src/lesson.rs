//! What the lesson's topics carry: labels in; out, the keys of the last one with what the user has set.

use lampi::hundredths::Hundredths;
use lampi::json::{self, Object, ObjectError};
use serde::{Deserialize, Serialize};

use crate::ignored::IgnoredReason;

/// Bytes. A longer label is ignored: it is sent back with each change, up to ten times a second.
pub const MAX_LABEL_LENGTH: usize = 16 * 1024;

/// Arrays and objects inside each other. A deeper label is ignored.
pub const MAX_LABEL_DEPTH: usize = 64;

/// What the user sets: power and level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// Whether the lamp is on.
    pub on: bool,
    /// Position of the slider, in percent.
    pub level: Hundredths,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            on: false,
            level: Hundredths::clamped(50),
        }
    }
}

impl Setting {
    /// As [`Setting::read`] reads it.
    pub fn text(self) -> String {
        let power = if self.on { "on" } else { "off" };
        format!("{power} {}", self.level.get())
    }

    /// Reads what [`Setting::text`] wrote. `None` if it makes no sense.
    pub fn read(text: &str) -> Option<Self> {
        let (power, percent) = text.split_once(' ')?;
        let on = match power {
            "on" => true,
            "off" => false,
            _ => return None,
        };
        let level = Hundredths::clamped(percent.parse().ok()?);
        Some(Self { on, level })
    }
}

/// One message on a label topic.
#[derive(Debug)]
pub struct Label {
    /// What to show, if the message has a `value`: a number as it was written, a string as it is, any other
    /// JSON without white space.
    pub text: Option<String>,
    /// All keys of the message.
    pub keys: LabelKeys,
}

impl Label {
    /// Reads a payload.
    ///
    /// # Errors
    /// [`IgnoredReason`] says why the message is to be ignored.
    pub fn parse(payload: &[u8]) -> Result<Self, IgnoredReason> {
        if payload.len() > MAX_LABEL_LENGTH {
            return Err(IgnoredReason::TooLong);
        }
        let json = str::from_utf8(payload).map_err(|_| IgnoredReason::NotUtf8)?;
        if json::depth(json) > MAX_LABEL_DEPTH {
            return Err(IgnoredReason::TooDeep);
        }
        let object = Object::parse(json).map_err(|error| match error {
            ObjectError::NotAnObject => IgnoredReason::NotAnObject,
            ObjectError::NotJson => IgnoredReason::NotJson,
        })?;
        let text = object.get("value").map(shown);
        let keys = LabelKeys(object);
        Ok(Self { text, keys })
    }
}

/// The keys of the last label message, which go back to the broker with every change: the lesson's `configurationState`.
#[derive(Debug, Default)]
pub struct LabelKeys(Object);

impl LabelKeys {
    /// The JSON object to publish: every key, with `on` and `slider` set to what the user has set.
    pub fn with(&self, setting: Setting) -> String {
        let mut json = String::from("{");
        for (key, value) in self.0.members() {
            if key != "on" && key != "slider" {
                json::push_string(&mut json, key);
                json.push(':');
                json.push_str(value);
                json.push(',');
            }
        }
        json.push_str(if setting.on {
            r#""on":true"#
        } else {
            r#""on":false"#
        });
        json.push_str(r#","slider":"#);
        json.push_str(&setting.level.get().to_string());
        json.push('}');
        json
    }
}

fn shown(value: &str) -> String {
    json::string(value).unwrap_or_else(|| json::compact(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(payload: &str) -> Option<String> {
        Label::parse(payload.as_bytes()).unwrap().text
    }

    fn published(payload: &str, setting: Setting) -> String {
        let label = Label::parse(payload.as_bytes()).unwrap();
        label.keys.with(setting)
    }

    fn setting(on: bool, percent: u8) -> Setting {
        Setting {
            on,
            level: Hundredths::clamped(percent),
        }
    }

    #[test]
    fn a_number_is_shown_as_it_was_written() {
        for number in ["0", "-1", "1.50", "1e3", "123456789012345678901234567890"] {
            assert_eq!(text(&format!(r#"{{"value": {number} }}"#)).unwrap(), number);
        }
    }

    #[test]
    fn a_string_is_shown_as_it_is() {
        assert_eq!(
            text(r#"{"value":"<b>a \"b\"</b> \u00e9"}"#).unwrap(),
            "<b>a \"b\"</b> é"
        );
    }

    #[test]
    fn other_json_is_shown_compact() {
        assert_eq!(
            text("{\"value\": [1, {\"a b\" : null,\n \"c\\\" d\": true}]}").unwrap(),
            r#"[1,{"a b":null,"c\" d":true}]"#
        );
    }

    #[test]
    fn a_message_without_value_shows_nothing() {
        assert_eq!(text(r#"{"other": 1}"#), None);
    }

    #[test]
    fn every_key_goes_back_as_it_was_written() {
        assert_eq!(
            published(
                r#"{"value": 1.50, "deep": {"b": [1]}, "q\"": "x"}"#,
                setting(true, 7)
            ),
            r#"{"value":1.50,"deep":{"b": [1]},"q\"":"x","on":true,"slider":7}"#
        );
    }

    #[test]
    fn the_page_s_own_settings_win_over_the_message_s() {
        assert_eq!(
            published(r#"{"on": "yes", "slider": -1}"#, setting(false, 100)),
            r#"{"on":false,"slider":100}"#
        );
    }

    #[test]
    fn before_any_label_only_the_settings_go_out() {
        assert_eq!(
            LabelKeys::default().with(setting(true, 50)),
            r#"{"on":true,"slider":50}"#
        );
    }

    #[test]
    fn what_is_not_a_label_is_named() {
        let cases: [(&[u8], IgnoredReason); 6] = [
            (b"", IgnoredReason::NotJson),
            (b"hello", IgnoredReason::NotJson),
            (b"{\"value\":", IgnoredReason::NotJson),
            (b"{\"value\":1} x", IgnoredReason::NotJson),
            (b"[1]", IgnoredReason::NotAnObject),
            (b"{\"value\":\"\xff\"}", IgnoredReason::NotUtf8),
        ];
        for (payload, expected) in cases {
            assert_eq!(Label::parse(payload).unwrap_err(), expected);
        }
    }

    #[test]
    fn a_label_is_at_most_16_kib_long() {
        let json = r#"{"value":1}"#;
        assert!(Label::parse(format!("{json:16384}").as_bytes()).is_ok());
        let longer = Label::parse(format!("{json:16385}").as_bytes());
        assert_eq!(longer.unwrap_err(), IgnoredReason::TooLong);
    }

    #[test]
    fn a_label_is_at_most_64_levels_deep() {
        let nested = |arrays| {
            let (open, close) = ("[".repeat(arrays), "]".repeat(arrays));
            Label::parse(format!(r#"{{"value":{open}1{close}}}"#).as_bytes())
        };
        assert!(nested(63).is_ok());
        assert_eq!(nested(64).unwrap_err(), IgnoredReason::TooDeep);
    }

    #[test]
    fn brackets_inside_strings_are_not_depth() {
        let brackets = "[".repeat(100);
        assert_eq!(
            text(&format!(r#"{{"value":"{brackets}"}}"#)).unwrap(),
            brackets
        );
    }

    #[test]
    fn a_setting_is_written_and_read() {
        for text in ["on 0", "off 100"] {
            assert_eq!(Setting::read(text).unwrap().text(), text);
        }
        for text in ["", "on", "on x", "dim 5", "on 300", "on  5"] {
            assert_eq!(Setting::read(text), None, "{text:?}");
        }
    }
}
