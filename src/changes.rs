//! What the user has changed on the lesson's panel, for each device by itself. Pure.

use crate::lesson::Setting;
use crate::message::Change;

/// How all devices are set, and how many changes made it so.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    number: u32,
    set: Vec<(String, Setting)>,
}

impl Changes {
    /// How a device is set: as the lesson begins, if the user has not set it.
    pub fn of(&self, device: &str) -> Setting {
        let mut set = self.set.iter();
        set.find(|(known, _)| known == device)
            .map_or_else(Setting::default, |(_, setting)| *setting)
    }

    /// Number of the newest change; 0 before any.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The user sets a device so.
    pub fn set(&mut self, device: &str, setting: Setting) -> Change {
        self.number += 1;
        self.set.retain(|(known, _)| known != device);
        self.set.push((device.to_owned(), setting));
        Change {
            number: self.number,
            setting,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_device_is_set_to_is_not_another_s() {
        let on = Setting {
            on: true,
            ..Setting::default()
        };
        let mut changes = Changes::default();
        assert_eq!(changes.set("a", on).number, 1);
        assert_eq!(changes.of("a"), on);
        assert_eq!(changes.of("b"), Setting::default());
        assert_eq!(changes.set("b", Setting::default()).number, 2);
        assert_eq!(changes.of("a"), on);
    }

    #[test]
    fn what_a_device_was_set_to_last_counts() {
        let mut changes = Changes::default();
        for on in [true, false] {
            let setting = Setting {
                on,
                ..Setting::default()
            };
            changes.set("a", setting);
            assert_eq!(changes.of("a"), setting);
        }
    }
}
