use std::collections::BTreeMap;

use lampi::hundredths::Hundredths;
use lampi_web::lesson::{Label, MAX_LABEL_LENGTH, Setting};
use serde_json::value::RawValue;

/// A label goes back as JSON with the page's settings in it and every other key as it was, and is a label again.
pub fn label(data: &[u8]) {
    let Ok(label) = Label::parse(data) else {
        return;
    };
    let setting = Setting {
        on: true,
        level: Hundredths::clamped(7),
    };
    let published = label.keys.with(setting);

    let mut expected = members(data);
    expected.insert("on".to_owned(), "true".to_owned());
    expected.insert("slider".to_owned(), "7".to_owned());
    assert_eq!(members(published.as_bytes()), expected);

    // The settings may have made it too long.
    if published.len() <= MAX_LABEL_LENGTH {
        let again = Label::parse(published.as_bytes()).map(|label| label.text);
        assert_eq!(again, Ok(label.text));
    }
}

/// Keys and the text of their values. Nothing where the bytes are not a JSON object.
fn members(json: &[u8]) -> BTreeMap<String, String> {
    let members: BTreeMap<String, Box<RawValue>> = serde_json::from_slice(json).unwrap_or_default();
    members
        .into_iter()
        .map(|(key, value)| (key, value.get().to_owned()))
        .collect()
}
