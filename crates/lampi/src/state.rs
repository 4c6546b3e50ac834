//! What the lamp and its controllers say: a complete state, and who asked for it.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    hundredths::Hundredths,
    json::{self, Object, ObjectError},
};

/// Bytes. A longer message is ignored.
pub const MAX_STATE_LENGTH: usize = 4 * 1024;

/// Bytes. A message with a longer `client` is ignored.
pub const MAX_CLIENT_LENGTH: usize = 256;

/// What can be set on a lamp. The default is a new lamp: red, full and on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Hue, a part of the circle of 360 degrees; 0 and 1 are both red.
    pub hue: Hundredths,
    /// Saturation; 0 is white.
    pub saturation: Hundredths,
    /// Brightness; 0 is as dark as off.
    pub brightness: Hundredths,
    /// Whether the lamp is on.
    pub on: bool,
}

/// A state, and who asked for it: what both `changed` and `set_config` say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// The state.
    pub state: State,
    /// Who asked for it; empty when nobody did, at most [`MAX_CLIENT_LENGTH`] bytes.
    pub client: String,
}

/// Why a message is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum StateError {
    /// More than [`MAX_STATE_LENGTH`] bytes.
    #[error("longer than 4 KiB")]
    TooLong,
    /// The bytes are not text.
    #[error("not UTF-8 text")]
    NotUtf8,
    /// The text is not JSON.
    #[error("not JSON")]
    NotJson,
    /// JSON, but not an object.
    #[error("not a JSON object")]
    NotAnObject,
    /// A state is complete or none.
    #[error("{0} is missing")]
    Missing(Part),
    /// Hue, saturation or brightness is something else.
    #[error("{0} is not a number from 0 to 1")]
    NotInRange(Part),
    /// `on` is neither a Boolean nor 0 or 1.
    #[error("power is neither on nor off")]
    NotAPower,
    /// `client` is not text, or longer than [`MAX_CLIENT_LENGTH`].
    #[error("client is not text of at most 256 bytes")]
    NotAClient,
}

/// A part of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `color.h`
    Hue,
    /// `color.s`
    Saturation,
    /// `brightness`
    Brightness,
    /// `on`
    Power,
    /// `client`
    Client,
}

impl Default for State {
    fn default() -> Self {
        Self {
            hue: Hundredths::ONE,
            saturation: Hundredths::ONE,
            brightness: Hundredths::ONE,
            on: true,
        }
    }
}

impl State {
    /// As [`State::read`] reads it.
    pub fn text(self) -> String {
        self.with_client("")
    }

    /// Reads what [`State::text`] wrote. `None` if it makes no sense.
    pub fn read(text: &str) -> Option<Self> {
        Some(Changed::parse(text.as_bytes()).ok()?.state)
    }

    /// The JSON object that asks for this state (`set_config`) or tells it (`changed`).
    pub fn with_client(self, client: &str) -> String {
        let mut json = String::from(r#"{"color":{"h":"#);
        json.extend(self.hue.chars());
        json.push_str(r#","s":"#);
        json.extend(self.saturation.chars());
        json.push_str(r#"},"brightness":"#);
        json.extend(self.brightness.chars());
        json.push_str(r#","on":"#);
        json.push_str(if self.on { "true" } else { "false" });
        json.push_str(r#","client":"#);
        json::push_string(&mut json, client);
        json.push('}');
        json
    }
}

impl Changed {
    /// Reads what a lamp says. Old lamps do not say who asked.
    ///
    /// # Errors
    /// [`StateError`] says why the message as a whole is to be ignored.
    pub fn parse(payload: &[u8]) -> Result<Self, StateError> {
        let (state, client) = read(payload)?;
        let client = client.unwrap_or_default();
        Ok(Self { state, client })
    }

    /// Reads what a lamp is asked for. Whoever asks must say so.
    ///
    /// # Errors
    /// [`StateError`] says why the message as a whole is to be ignored.
    pub fn parse_request(payload: &[u8]) -> Result<Self, StateError> {
        let (state, client) = read(payload)?;
        let client = client.ok_or(StateError::Missing(Part::Client))?;
        Ok(Self { state, client })
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hue => "hue",
            Self::Saturation => "saturation",
            Self::Brightness => "brightness",
            Self::Power => "power",
            Self::Client => "client",
        })
    }
}

fn read(payload: &[u8]) -> Result<(State, Option<String>), StateError> {
    if payload.len() > MAX_STATE_LENGTH {
        return Err(StateError::TooLong);
    }
    let json = str::from_utf8(payload).map_err(|_| StateError::NotUtf8)?;
    let message = Object::parse(json).map_err(|error| match error {
        ObjectError::NotAnObject => StateError::NotAnObject,
        ObjectError::NotJson => StateError::NotJson,
    })?;
    // A color that is no object has neither hue nor saturation.
    let color = message.get("color");
    let color = color.and_then(|color| Object::parse(color).ok());
    let color = color.unwrap_or_default();
    let state = State {
        hue: number(&color, "h", Part::Hue)?,
        saturation: number(&color, "s", Part::Saturation)?,
        brightness: number(&message, "brightness", Part::Brightness)?,
        on: power(&message)?,
    };
    let client = message.get("client").map(client).transpose()?;
    Ok((state, client))
}

fn number(object: &Object, key: &str, part: Part) -> Result<Hundredths, StateError> {
    let value = object.get(key).ok_or(StateError::Missing(part))?;
    Hundredths::parse(value).ok_or(StateError::NotInRange(part))
}

fn power(message: &Object) -> Result<bool, StateError> {
    let value = message.get("on").ok_or(StateError::Missing(Part::Power))?;
    match value {
        "true" | "1" | "1.0" => Ok(true),
        "false" | "0" | "0.0" => Ok(false),
        _ => Err(StateError::NotAPower),
    }
}

fn client(value: &str) -> Result<String, StateError> {
    json::string(value)
        .filter(|client| client.len() <= MAX_CLIENT_LENGTH)
        .ok_or(StateError::NotAClient)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn state(hue: u8, saturation: u8, brightness: u8, on: bool) -> State {
        let [hue, saturation, brightness] = [hue, saturation, brightness].map(Hundredths::clamped);
        State {
            hue,
            saturation,
            brightness,
            on,
        }
    }

    fn error(json: &str) -> StateError {
        Changed::parse(json.as_bytes()).unwrap_err()
    }

    #[test]
    fn a_state_is_written_as_the_course_does() {
        assert_eq!(
            state(33, 100, 5, false).with_client("a \"b\""),
            r#"{"color":{"h":0.33,"s":1},"brightness":0.05,"on":false,"client":"a \"b\""}"#
        );
    }

    #[test]
    fn a_new_lamp_is_red_full_and_on() {
        assert_eq!(State::default(), state(100, 100, 100, true));
    }

    #[test]
    fn a_state_is_read_in_any_order_among_other_keys() {
        let json = br#" {"x": [], "on": true, "client": "lamp_ui", "brightness": 5E-1,
            "color": {"s": 1.0, "v": null, "h": 0.3333}} "#;
        let changed = Changed::parse(json).unwrap();
        assert_eq!(changed.state, state(33, 100, 50, true));
        assert_eq!(changed.client, "lamp_ui");
    }

    #[test]
    fn power_may_be_a_number() {
        for (on, expected) in [
            ("true", true),
            ("1", true),
            ("1.0", true),
            ("false", false),
            ("0", false),
            ("0.0", false),
        ] {
            let json = format!(r#"{{"color":{{"h":0,"s":0}},"brightness":0,"on":{on}}}"#);
            let changed = Changed::parse(json.as_bytes()).unwrap();
            assert_eq!(changed.state.on, expected, "{on}");
        }
    }

    #[test]
    fn a_lamp_may_leave_out_who_asked_and_a_controller_may_not() {
        let json = br#"{"color":{"h":0,"s":0},"brightness":0,"on":true}"#;
        assert_eq!(Changed::parse(json).unwrap().client, "");
        assert_eq!(
            Changed::parse_request(json),
            Err(StateError::Missing(Part::Client))
        );
    }

    #[test]
    fn a_missing_part_is_named() {
        for (json, part) in [
            ("{}", Part::Hue),
            (r#"{"color":7,"brightness":0,"on":true}"#, Part::Hue),
            (
                r#"{"color":{"h":0},"brightness":0,"on":true}"#,
                Part::Saturation,
            ),
            (r#"{"color":{"h":0,"s":0},"on":true}"#, Part::Brightness),
            (r#"{"color":{"h":0,"s":0},"brightness":0}"#, Part::Power),
        ] {
            assert_eq!(error(json), StateError::Missing(part), "{json}");
        }
    }

    #[test]
    fn a_part_out_of_range_is_named() {
        for (json, part) in [
            (
                r#"{"color":{"h":"0","s":0},"brightness":0,"on":true}"#,
                Part::Hue,
            ),
            (
                r#"{"color":{"h":0,"s":-0.1},"brightness":0,"on":true}"#,
                Part::Saturation,
            ),
            (
                r#"{"color":{"h":0,"s":0},"brightness":1.001,"on":true}"#,
                Part::Brightness,
            ),
        ] {
            assert_eq!(error(json), StateError::NotInRange(part), "{json}");
        }
    }

    #[test]
    fn power_is_nothing_else() {
        for on in ["2", "\"on\"", "null", "0.5", "[]"] {
            let json = format!(r#"{{"color":{{"h":0,"s":0}},"brightness":0,"on":{on}}}"#);
            assert_eq!(error(&json), StateError::NotAPower, "{on}");
        }
    }

    #[test]
    fn a_client_is_a_text_of_some_length() {
        let with = |client: String| {
            format!(r#"{{"color":{{"h":0,"s":0}},"brightness":0,"on":true,"client":{client}}}"#)
        };
        let longest = format!("\"{}\"", "x".repeat(MAX_CLIENT_LENGTH));
        assert!(Changed::parse(with(longest).as_bytes()).is_ok());
        let too_long = format!("\"{}\"", "x".repeat(MAX_CLIENT_LENGTH + 1));
        for client in ["null", "1", r#""\ud800""#, &too_long] {
            assert_eq!(error(&with(client.into())), StateError::NotAClient);
        }
    }

    #[test]
    fn the_error_names_the_longest_client() {
        let limit = format!("at most {MAX_CLIENT_LENGTH} bytes");
        assert!(StateError::NotAClient.to_string().contains(&limit));
    }

    #[test]
    fn what_is_no_object_is_named() {
        let cases: [(&[u8], StateError); 5] = [
            (b"", StateError::NotJson),
            (b"{\"on\":", StateError::NotJson),
            (b"{} x", StateError::NotJson),
            (b"1", StateError::NotAnObject),
            (b"\xff", StateError::NotUtf8),
        ];
        for (payload, expected) in cases {
            assert_eq!(Changed::parse(payload), Err(expected));
        }
    }

    #[test]
    fn a_message_is_at_most_4_kib_long() {
        let json = r#"{"color":{"h":0,"s":0},"brightness":0,"on":true}"#;
        assert!(Changed::parse(format!("{json:4096}").as_bytes()).is_ok());
        assert_eq!(error(&format!("{json:4097}")), StateError::TooLong);
    }

    #[test]
    fn an_error_reads_as_a_short_sentence() {
        assert_eq!(
            StateError::NotInRange(Part::Hue).to_string(),
            "hue is not a number from 0 to 1"
        );
    }

    #[test]
    fn a_state_written_is_a_state_read() {
        let on = false;
        let state = State {
            on,
            ..State::default()
        };
        assert_eq!(State::read(&state.text()), Some(state));
        assert_eq!(State::read("100 100 100 on"), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            (hue, saturation, brightness) in (0..=100_u8, 0..=100_u8, 0..=100_u8),
            on: bool,
            client in ".{0,60}",
        ) {
            let state = state(hue, saturation, brightness, on);
            let json = state.with_client(&client);
            let expected = Changed { state, client };
            prop_assert_eq!(Changed::parse(json.as_bytes()), Ok(expected.clone()));
            prop_assert_eq!(Changed::parse_request(json.as_bytes()), Ok(expected));
        }

        #[test]
        fn any_bytes_are_survived(payload: Vec<u8>) {
            let _ = Changed::parse(&payload);
        }

        #[test]
        fn anything_like_a_state_is_survived(
            json in r#"\{("(color|brightness|on|client|h|s)":(\{"h":|[-0-9.e]{1,5}|true|"\\\\?[a-z]*"|null)\}?,?){0,6}\}?"#
        ) {
            let _ = Changed::parse(json.as_bytes());
        }
    }
}
