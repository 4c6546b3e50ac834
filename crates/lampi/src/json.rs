//! A JSON object whose values stay the raw text they arrived as.
//!
//! So a number keeps the form it was written in, and nothing is parsed that nobody reads.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Members in the order they came. Of two with the same key the last counts; both are kept.
#[derive(Debug, Default)]
pub struct Object(Vec<(String, Box<RawValue>)>);

impl Object {
    /// Reads an object.
    ///
    /// # Errors
    /// The text is not JSON, or (then [`serde_json::Error::is_data`]) not an object.
    pub fn parse(json: &str) -> serde_json::Result<Self> {
        serde_json::from_str(json)
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&RawValue> {
        self.members()
            .filter(|(known, _)| *known == key)
            .last()
            .map(|(_, value)| value)
    }

    /// All keys and values.
    pub fn members(&self) -> impl Iterator<Item = (&str, &RawValue)> {
        self.0.iter().map(|(key, value)| (key.as_str(), &**value))
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Object(members))
    }
}

/// Appends a string as JSON.
pub fn push_string(json: &mut String, text: &str) {
    // A string always has a JSON form; were there none, the empty one is still valid JSON.
    json.push_str(&serde_json::to_string(text).unwrap_or_else(|_| "\"\"".into()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(json: &str) -> Vec<(String, String)> {
        let object = Object::parse(json).unwrap();
        let owned = |(key, value): (&str, &RawValue)| (key.to_owned(), value.get().to_owned());
        object.members().map(owned).collect()
    }

    #[test]
    fn members_keep_their_order_and_their_text() {
        let (b, a) = (
            ("b".to_owned(), "1.50".to_owned()),
            ("a".to_owned(), "[1 ]".to_owned()),
        );
        assert_eq!(members(r#"{"b": 1.50, "a": [1 ]}"#), [b, a]);
    }

    #[test]
    fn the_last_of_two_equal_keys_counts() {
        let object = Object::parse(r#"{"a": 1, "b": 2, "a": 3}"#).unwrap();
        assert_eq!(object.get("a").map(RawValue::get), Some("3"));
    }

    #[test]
    fn what_is_no_object_is_told_from_what_is_no_json() {
        let is_data = |json| Object::parse(json).unwrap_err().is_data();
        for json in ["1", "[]", "null", "\"{}\""] {
            assert!(is_data(json), "{json:?}");
        }
        for json in ["", "x", "{", "{}x", "{\"a\"}"] {
            assert!(!is_data(json), "{json:?}");
        }
    }
}
