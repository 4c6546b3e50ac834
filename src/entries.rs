//! Named values in one text, as the browser keeps them: a line each, the newest last. Pure.

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
    fn what_makes_no_sense_is_left_out() {
        assert_eq!(read("\nnonsense\n\n"), []);
    }
}
