//! The names of lamp states that the user has saved. Pure; the browser keeps them.

/// Characters of a name that are kept.
pub const MAX_NAME: usize = 40;

/// A name as it is kept; empty if nothing is left of what was typed.
pub fn name(typed: &str) -> String {
    let kept = typed.chars().filter(|c| !c.is_control()).take(MAX_NAME);
    kept.collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_short_and_of_one_line() {
        assert_eq!(name(" warm\n\twhite "), "warmwhite");
        assert_eq!(name(&"é".repeat(50)), "é".repeat(MAX_NAME));
        assert_eq!(name(" \t"), "");
    }
}
