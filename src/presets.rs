//! Lamp states that the user has named. Pure; the browser keeps them.

use lampi::state::{Changed, State};

/// Characters of a name that are kept.
pub const MAX_NAME: usize = 40;

/// A name as it is kept; empty if nothing is left of what was typed.
pub fn name(typed: &str) -> String {
    let kept = typed.chars().filter(|c| !c.is_control()).take(MAX_NAME);
    kept.collect::<String>().trim().to_owned()
}

/// A state as [`read_state`] reads it.
pub fn state_text(state: State) -> String {
    state.with_client("")
}

/// Reads what [`state_text`] wrote. `None` if it makes no sense.
pub fn read_state(text: &str) -> Option<State> {
    Some(Changed::parse(text.as_bytes()).ok()?.state)
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

    #[test]
    fn what_is_saved_is_read_again() {
        let on = false;
        let state = State {
            on,
            ..State::default()
        };
        assert_eq!(read_state(&state_text(state)), Some(state));
        assert_eq!(read_state("100 100 100 on"), None);
    }
}
