//! JSON objects whose values stay the raw text they arrived as.
//!
//! So a number keeps the form it was written in, and nothing is parsed that nobody reads. serde_json tells what is JSON
//! and what is not; taking apart what it has let pass is done here, as its own way brings 4 KB along, most of it the
//! texts of errors that nobody sees.

use serde::de::IgnoredAny;

/// Members in the order they came. Of two with the same key the last counts; both are kept.
#[derive(Debug, Default)]
pub struct Object(Vec<(String, String)>);

/// Why a text is no object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ObjectError {
    /// It is not JSON.
    #[error("not JSON")]
    NotJson,
    /// It is some other JSON.
    #[error("not a JSON object")]
    NotAnObject,
}

impl Object {
    /// Reads an object.
    ///
    /// # Errors
    /// The text is not JSON, or not an object.
    pub fn parse(json: &str) -> Result<Self, ObjectError> {
        serde_json::from_str::<IgnoredAny>(json).map_err(|_| ObjectError::NotJson)?;
        let inside = inside(json, '{', '}').ok_or(ObjectError::NotAnObject)?;
        let members = items(inside).map(member).collect::<Option<_>>();
        members.map(Self).ok_or(ObjectError::NotJson)
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.members()
            .filter(|(known, _)| *known == key)
            .last()
            .map(|(_, value)| value)
    }

    /// All keys, and the text of their values.
    pub fn members(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

/// What a string says. `None` of other JSON, and of half a surrogate pair, which no text can hold.
pub fn string(json: &str) -> Option<String> {
    let mut rest = json.strip_prefix('"')?.strip_suffix('"')?;
    let mut text = String::new();
    while let Some((plain, escaped)) = rest.split_once('\\') {
        text.push_str(plain);
        let (name, after) = escaped.split_at_checked(1)?;
        rest = after;
        text.push(match name {
            "b" => '\u{8}',
            "f" => '\u{c}',
            "n" => '\n',
            "r" => '\r',
            "t" => '\t',
            "u" => code_point(&mut rest)?,
            itself => itself.chars().next()?,
        });
    }
    text.push_str(rest);
    Some(text)
}

/// What the strings of an array say. `None` of other JSON.
pub fn strings(json: &str) -> Option<Vec<String>> {
    items(inside(json, '[', ']')?).map(string).collect()
}

/// JSON without the white space between its tokens.
pub fn compact(json: &str) -> String {
    let mut place = Place::default();
    json.chars()
        .filter(|&c| place.pass(c) || !c.is_ascii_whitespace())
        .collect()
}

/// How deep arrays and objects stand inside each other, in JSON or anything else.
pub fn depth(text: &str) -> usize {
    let mut place = Place::default();
    let depths = text.chars().map(|c| {
        place.pass(c);
        place.depth
    });
    depths.max().unwrap_or_default()
}

/// Appends a string as JSON.
pub fn push_string(json: &mut String, text: &str) {
    // A string always has a JSON form; were there none, the empty one is still valid JSON.
    json.push_str(&serde_json::to_string(text).unwrap_or_else(|_| "\"\"".into()));
}

fn member(json: &str) -> Option<(String, String)> {
    let mut parts = split(json, ':');
    Some((string(parts.next()?)?, parts.next()?.to_owned()))
}

/// What stands between the brackets of an array or object. `None` of other JSON.
fn inside(json: &str, open: char, close: char) -> Option<&str> {
    json.trim().strip_prefix(open)?.strip_suffix(close)
}

/// The parts of an array's or object's inside.
fn items(inside: &str) -> impl Iterator<Item = &str> {
    split(inside, ',').filter(|item| !item.is_empty())
}

/// Splits at a sign that belongs neither to a string nor to an array or object inside.
fn split(json: &str, sign: char) -> impl Iterator<Item = &str> {
    let mut place = Place::default();
    json.split(move |c| !place.pass(c) && place.depth == 0 && c == sign)
        .map(str::trim)
}

/// The character whose number stands behind `\u`, in one or two halves.
fn code_point(rest: &mut &str) -> Option<char> {
    let first = hexadecimal(rest)?;
    if let Some(code_point) = char::from_u32(first) {
        return Some(code_point);
    }
    *rest = rest.strip_prefix("\\u")?;
    let pair = [first, hexadecimal(rest)?].map(|half| half as u16);
    char::decode_utf16(pair).next()?.ok()
}

/// A number of four digits.
fn hexadecimal(rest: &mut &str) -> Option<u32> {
    let (digits, after) = rest.split_at_checked(4)?;
    *rest = after;
    u32::from_str_radix(digits, 16).ok()
}

/// Where in a JSON text one is.
#[derive(Default)]
struct Place {
    is_quoted: bool,
    is_escaped: bool,
    depth: usize,
}

impl Place {
    /// Passes a character. Whether it is part of a string.
    fn pass(&mut self, c: char) -> bool {
        let was_quoted = self.is_quoted;
        match c {
            _ if self.is_escaped => self.is_escaped = false,
            '\\' => self.is_escaped = was_quoted,
            '"' => self.is_quoted = !was_quoted,
            '[' | '{' if !was_quoted => self.depth += 1,
            ']' | '}' if !was_quoted => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        was_quoted
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde_json::value::RawValue;

    use super::*;

    fn members(json: &str) -> Vec<(String, String)> {
        Object::parse(json).unwrap().0
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
    fn signs_in_strings_and_inside_take_nothing_apart() {
        let json = r#" { "a,:}\"" : {"b" : [1, 2], "c": ","} , "": "\\" } "#;
        let expected = [(r#"a,:}""#, r#"{"b" : [1, 2], "c": ","}"#), ("", r#""\\""#)];
        assert_eq!(
            members(json),
            expected.map(|(key, value)| (key.to_owned(), value.to_owned()))
        );
    }

    #[test]
    fn the_last_of_two_equal_keys_counts() {
        let object = Object::parse(r#"{"a": 1, "b": 2, "a": 3}"#).unwrap();
        assert_eq!(object.get("a"), Some("3"));
    }

    #[test]
    fn what_is_no_object_is_told_from_what_is_no_json() {
        let error = |json| Object::parse(json).unwrap_err();
        for json in ["1", "[]", "null", "\"{}\""] {
            assert_eq!(error(json), ObjectError::NotAnObject, "{json:?}");
        }
        for json in ["", "x", "{", "{}x", "{\"a\"}", r#"{"\ud800": 1}"#] {
            assert_eq!(error(json), ObjectError::NotJson, "{json:?}");
        }
    }

    #[test]
    fn what_closes_without_being_open_makes_nothing_deeper() {
        assert_eq!(depth("]}[{\"[\"}][]"), 2);
    }

    #[test]
    fn half_a_surrogate_pair_is_no_text() {
        for json in [
            r#""\ud83d""#,
            r#""\ud83dx""#,
            r#""\ud83d\n""#,
            r#""\ude00\ud83d""#,
        ] {
            assert_eq!(string(json), None, "{json}");
        }
        assert_eq!(string(r#""\ud83D\ude00""#).as_deref(), Some("😀"));
    }

    #[test]
    fn an_array_of_strings_has_nothing_else_in_it() {
        assert_eq!(strings(" [ ] "), Some(vec![]));
        let two = ["a,]".to_owned(), "b".to_owned()];
        assert_eq!(strings(r#"["a,]" , "b"]"#), Some(two.to_vec()));
        for json in [r#"["a", 1]"#, r#"[["a"]]"#, r#""a""#, r#"{"a": "b"}"#] {
            assert_eq!(strings(json), None, "{json}");
        }
    }

    /// Mostly JSON.
    fn json() -> impl Strategy<Value = String> {
        let string = r#""([a,:{}\[\] é😀]|\\["\\/bfnrt]|\\u00[0-9a-fA-F]{2}|\\ud83d\\ude0[0-9]|\\ud[89a-f]00){0,6}""#;
        let leaf = prop_oneof![
            string,
            "-?(0|[1-9][0-9]{0,3})(\\.[0-9]{1,3})?([eE][-+]?[0-9]{1,3})?",
            "true|false|null|x?",
        ];
        leaf.prop_recursive(4, 30, 5, move |inner| {
            let array = prop::collection::vec(inner.clone(), 0..5)
                .prop_map(|items| format!("[{}]", items.join(" , ")));
            let member = (string, inner).prop_map(|(key, value)| format!("{key}:\t{value}\n"));
            let object = prop::collection::vec(member, 0..5)
                .prop_map(|members| format!(" {{{} }}", members.join(",")));
            prop_oneof![array, object]
        })
    }

    proptest! {
        #[test]
        fn it_is_taken_apart_as_serde_json_does(json in json()) {
            let expected = serde_json::from_str::<BTreeMap<String, Box<RawValue>>>(&json).ok();
            let text = |(key, value): (_, Box<RawValue>)| (key, value.get().to_owned());
            let expected: Option<BTreeMap<_, _>> =
                expected.map(|members| members.into_iter().map(text).collect());
            let found = Object::parse(&json).ok();
            prop_assert_eq!(found.map(|object| object.0.into_iter().collect()), expected);
        }

        #[test]
        fn a_string_says_what_serde_json_reads(json in json()) {
            if let Ok(raw) = serde_json::from_str::<&RawValue>(&json) {
                let expected = serde_json::from_str::<String>(raw.get()).ok();
                prop_assert_eq!(string(raw.get()), expected);
                prop_assert_eq!(strings(&json), serde_json::from_str::<Vec<String>>(&json).ok());
            }
        }

        #[test]
        fn compact_json_says_the_same(json in json()) {
            let read = |json: &str| serde_json::from_str::<serde_json::Value>(json).ok();
            prop_assert_eq!(read(&compact(&json)), read(&json));
        }

        #[test]
        fn any_text_is_survived(text in ".*") {
            let _ = (Object::parse(&text), string(&text), strings(&text), compact(&text), depth(&text));
        }
    }
}
