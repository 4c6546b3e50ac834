//! Lamp states that the user has named. Pure; the browser keeps their text.

use lampi::hundredths::Hundredths;
use lampi::state::State;

/// Presets that are kept; a new one takes the place of the oldest.
pub const MAX_PRESETS: usize = 50;

/// Characters of a name that are kept.
pub const MAX_NAME: usize = 40;

/// In the order in which they were saved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presets(Vec<Preset>);

/// A named state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preset {
    /// What the user calls it.
    pub name: String,
    /// What the lamp becomes.
    pub state: State,
}

impl Presets {
    /// Reads what [`Presets::text`] wrote. Lines that make no sense are left out.
    pub fn read(text: &str) -> Self {
        Self(text.lines().filter_map(read_line).collect())
    }

    /// All presets, a line each.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for Preset { name, state } in &self.0 {
            text.push_str(&state_text(*state));
            text.push(' ');
            text.push_str(name);
            text.push('\n');
        }
        text
    }

    /// Each preset.
    pub fn iter(&self) -> impl Iterator<Item = &Preset> {
        self.0.iter()
    }

    /// Saves a state under a name, instead of what had the name before. An empty name saves nothing.
    pub fn save(&mut self, name: &str, state: State) {
        let name: String = name
            .chars()
            .filter(|c| !c.is_control())
            .take(MAX_NAME)
            .collect();
        let name = name.trim();
        if name.is_empty() {
            return;
        }
        self.delete(name);
        if self.0.len() == MAX_PRESETS {
            self.0.remove(0);
        }
        self.0.push(Preset {
            name: name.to_owned(),
            state,
        });
    }

    /// Forgets a name.
    pub fn delete(&mut self, name: &str) {
        self.0.retain(|preset| preset.name != name);
    }
}

/// A state as [`read_state`] reads it.
pub fn state_text(state: State) -> String {
    let mut text = String::new();
    for number in [state.hue, state.saturation, state.brightness] {
        text.push_str(&number.get().to_string());
        text.push(' ');
    }
    text.push_str(if state.on { "on" } else { "off" });
    text
}

/// Reads what [`state_text`] wrote. `None` if it makes no sense.
pub fn read_state(text: &str) -> Option<State> {
    let mut words = text.split(' ');
    let mut number = || {
        let number = words.next()?.parse::<u8>().ok()?;
        (number <= 100).then(|| Hundredths::clamped(number))
    };
    let (hue, saturation, brightness) = (number()?, number()?, number()?);
    let on = match words.next()? {
        "on" => true,
        "off" => false,
        _ => return None,
    };
    Some(State {
        hue,
        saturation,
        brightness,
        on,
    })
}

fn read_line(line: &str) -> Option<Preset> {
    let state = read_state(line)?;
    let name = line.splitn(5, ' ').nth(4)?;
    (!name.is_empty()).then(|| Preset {
        name: name.to_owned(),
        state,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(presets: &Presets) -> Vec<&str> {
        presets.iter().map(|preset| preset.name.as_str()).collect()
    }

    #[test]
    fn what_is_saved_is_read_again() {
        let mut presets = Presets::default();
        presets.save("warm white", State::default());
        presets.save(
            "nuit bleue é",
            State {
                on: false,
                ..State::default()
            },
        );
        assert_eq!(Presets::read(&presets.text()), presets);
    }

    #[test]
    fn a_name_is_saved_once() {
        let mut presets = Presets::default();
        presets.save("a", State::default());
        presets.save("b", State::default());
        presets.save(
            " a\n",
            State {
                on: false,
                ..State::default()
            },
        );
        assert_eq!(names(&presets), ["b", "a"]);
        assert!(!presets.iter().last().unwrap().state.on);
        presets.save("  ", State::default());
        presets.delete("b");
        assert_eq!(names(&presets), ["a"]);
    }

    #[test]
    fn the_oldest_gives_way() {
        let mut presets = Presets::default();
        for number in 0..=MAX_PRESETS {
            presets.save(&number.to_string(), State::default());
        }
        assert_eq!(presets.iter().count(), MAX_PRESETS);
        assert_eq!(names(&presets)[0], "1");
    }

    #[test]
    fn lines_that_make_no_sense_are_left_out() {
        let text = "nonsense\n1 2 300 on x\n1 2 3 maybe x\n1 2 3 on\n1 2 3 on \n1 2 3 on x y\n";
        assert_eq!(names(&Presets::read(text)), ["x y"]);
    }
}
