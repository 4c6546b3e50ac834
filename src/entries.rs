//! Named values in one text, as the browser keeps them: a line each, the newest last. Pure.

/// Entries that are kept; a new one takes the place of the oldest.
pub const MAX_ENTRIES: usize = 50;

/// The names, each with its value. Lines that make no sense are left out.
pub fn read(text: &str) -> Vec<(&str, &str)> {
    let mut entries = Vec::new();
    for line in text.split('\n') {
        entries.extend(line.split_once('\t'));
    }
    entries
}

/// The text with this value under the name, or with none. Neither may have a control character.
pub fn with(text: &str, name: &str, value: Option<&str>) -> String {
    let start = [name, "\t"].concat();
    let mut lines = Vec::new();
    for line in text.split('\n') {
        if line.contains('\t') && !line.starts_with(&start) {
            lines.push(line);
        }
    }
    let newest;
    if let Some(value) = value {
        if lines.len() == MAX_ENTRIES {
            lines.remove(0);
        }
        newest = [&start, value].concat();
        lines.push(&newest);
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(changes: &[(&str, Option<&str>)]) -> String {
        let change = |text: String, (name, value): &(&str, Option<&str>)| with(&text, name, *value);
        changes.iter().fold(String::new(), change)
    }

    #[test]
    fn each_name_has_its_newest_value_and_the_newest_is_last() {
        let text = after(&[
            ("nuit é", Some("1")),
            ("c", Some("2")),
            ("nuit é", Some("3")),
        ]);
        assert_eq!(read(&text), [("c", "2"), ("nuit é", "3")]);
    }

    #[test]
    fn what_is_forgotten_leaves_the_others_alone() {
        let text = after(&[("a", Some("1")), ("b", Some("2")), ("a", None), ("c", None)]);
        assert_eq!(read(&text), [("b", "2")]);
    }

    #[test]
    fn the_oldest_gives_way() {
        let names: Vec<String> = (0..=MAX_ENTRIES).map(|number| number.to_string()).collect();
        let changes: Vec<_> = names.iter().map(|name| (&**name, Some("1"))).collect();
        let text = after(&changes);
        assert_eq!(read(&text).len(), MAX_ENTRIES);
        assert_eq!(read(&text)[0], ("1", "1"));
    }

    #[test]
    fn what_makes_no_sense_is_left_out() {
        assert_eq!(read("\nnonsense\n\n"), []);
    }
}
