//! The topics of labels and lamps: which one carries what, and of which device.

use serde::{Deserialize, Serialize};

const CONNECTION: &str = "/lamp/connection/";
const SERVICE: &str = "lamp_service";
const BRIDGES: &str = "$SYS/broker/connection/";
const STATE: &str = "/state";

/// Bytes of a device's name. MQTT 3.1.1 allows 65,535 (section 1.5.3); sensible names are far shorter.
pub const MAX_NAME_LENGTH: usize = 1024;

/// What a device's name cannot have: it is one level of a topic (section 4.7 of MQTT 3.1.1), and people read it.
pub fn is_no_part_of_a_name(c: char) -> bool {
    matches!(c, '/' | '+' | '#') || c.is_control()
}

/// The topics of a broker's lamps. What differs from one year of the course to the next is a setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topics {
    /// What stands before a device's name, its slash included.
    pub prefix: String,
    /// What follows a device's name in the name of its bridge.
    pub bridge_suffix: String,
}

/// What a topic carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A label, JSON.
    Label,
    /// The lamp's state, JSON.
    Changed,
    /// `1` or `0`: whether a process of the lamp other than its service is connected.
    Connection,
    /// `1` or `0`: whether the lamp service is connected.
    Service,
    /// `1` or `0`: whether the lamp's own broker is connected.
    Bridge,
}

impl Default for Topics {
    fn default() -> Self {
        Self {
            prefix: "devices/".into(),
            bridge_suffix: "_broker".into(),
        }
    }
}

impl Topics {
    /// Every device's label.
    pub fn label_filter(&self) -> String {
        self.label("+")
    }

    /// Every lamp's state.
    pub fn changed_filter(&self) -> String {
        self.changed("+")
    }

    /// Every process of every lamp, its service among them.
    pub fn connection_filter(&self) -> String {
        self.connection("+", "+")
    }

    /// Every bridge, those of other things than lamps among them: a wildcard stands for a whole name.
    pub fn bridge_filter(&self) -> String {
        [BRIDGES, "+", STATE].concat()
    }

    /// The device's label.
    pub fn label(&self, device: &str) -> String {
        self.of(device, "/label/changed")
    }

    /// The lamp's state, retained.
    pub fn changed(&self, device: &str) -> String {
        self.of(device, "/lamp/changed")
    }

    /// Whether the lamp service is connected, retained.
    pub fn service(&self, device: &str) -> String {
        self.connection(device, SERVICE)
    }

    /// Whether the lamp's own broker is connected, retained.
    pub fn bridge(&self, device: &str) -> String {
        [BRIDGES, device, &self.bridge_suffix, STATE].concat()
    }

    /// Where the lamp is asked for a state.
    pub fn set_config(&self, device: &str) -> String {
        self.of(device, "/lamp/set_config")
    }

    /// Where changes made on the lesson's panel go.
    pub fn poke_value(&self, device: &str) -> String {
        self.of(device, "/test/poke_value")
    }

    /// What a topic carries, and of which device. `None` for a topic that no filter here matches, or whose device no
    /// setting can name.
    pub fn parse<'a>(&self, topic: &'a str) -> Option<(Kind, &'a str)> {
        let (kind, device) = self.bridge_of(topic).or_else(|| self.part_of(topic))?;
        let is_name = !device.is_empty() && device.len() <= MAX_NAME_LENGTH;
        (is_name && !device.contains(is_no_part_of_a_name)).then_some((kind, device))
    }

    fn of(&self, device: &str, rest: &str) -> String {
        [&self.prefix, device, rest].concat()
    }

    fn connection(&self, device: &str, client: &str) -> String {
        [&self.prefix, device, CONNECTION, client, STATE].concat()
    }

    fn bridge_of<'a>(&self, topic: &'a str) -> Option<(Kind, &'a str)> {
        let name = topic.strip_prefix(BRIDGES)?.strip_suffix(STATE)?;
        Some((Kind::Bridge, name.strip_suffix(&*self.bridge_suffix)?))
    }

    fn part_of<'a>(&self, topic: &'a str) -> Option<(Kind, &'a str)> {
        let topic = topic.strip_prefix(&*self.prefix)?;
        let (device, rest) = topic.split_at(topic.find('/')?);
        let kind = match rest {
            "/label/changed" => Kind::Label,
            "/lamp/changed" => Kind::Changed,
            _ => match rest.strip_prefix(CONNECTION)?.strip_suffix(STATE)? {
                SERVICE => Kind::Service,
                client if client.contains('/') => return None,
                _ => Kind::Connection,
            },
        };
        Some((kind, device))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "b827eb08451e";

    fn odd() -> Topics {
        Topics {
            prefix: "lamps/2024/".into(),
            bridge_suffix: ".bridge".into(),
        }
    }

    #[test]
    fn filters_are_the_courses() {
        let topics = Topics::default();
        assert_eq!(topics.label_filter(), "devices/+/label/changed");
        assert_eq!(topics.changed_filter(), "devices/+/lamp/changed");
        assert_eq!(
            topics.connection_filter(),
            "devices/+/lamp/connection/+/state"
        );
        assert_eq!(topics.bridge_filter(), "$SYS/broker/connection/+/state");
    }

    #[test]
    fn what_the_page_publishes_goes_to_the_courses_topics() {
        let topics = Topics::default();
        assert_eq!(
            topics.set_config(ID),
            "devices/b827eb08451e/lamp/set_config"
        );
        assert_eq!(topics.poke_value("TEST"), "devices/TEST/test/poke_value");
    }

    #[test]
    fn a_topic_tells_its_kind_and_its_device() {
        for (topic, kind, device) in [
            ("devices/foobar/label/changed", Kind::Label, "foobar"),
            ("devices/b827eb08451e/lamp/changed", Kind::Changed, ID),
            (
                "devices/b827eb08451e/lamp/connection/lamp_ui/state",
                Kind::Connection,
                ID,
            ),
            (
                "devices/b827eb08451e/lamp/connection/lamp_service/state",
                Kind::Service,
                ID,
            ),
            (
                "$SYS/broker/connection/b827eb08451e_broker/state",
                Kind::Bridge,
                ID,
            ),
        ] {
            assert_eq!(Topics::default().parse(topic), Some((kind, device)));
        }
    }

    #[test]
    fn a_strange_topic_is_nobodys() {
        for topic in [
            "",
            "devices/",
            "devices//lamp/changed",
            "devices/a",
            "devices/a\nb/lamp/changed",
            "devices/+/lamp/changed",
            "devices/#/label/changed",
            "devices/a/lamp/set_config",
            "devices/a/lamp/changed/more",
            "devices/a/lamp/connection/a/b/state",
            "devices/a/lamp/connection/state",
            "other/a/lamp/changed",
            "$SYS/broker/connection/_broker/state",
            "$SYS/broker/connection/a/state",
            "$SYS/broker/connection/a/b_broker/state",
            "$SYS/broker/clients/total",
        ] {
            assert_eq!(Topics::default().parse(topic), None, "{topic:?}");
        }
        let longest = "x".repeat(MAX_NAME_LENGTH);
        let topics = Topics::default();
        assert!(topics.parse(&topics.changed(&longest)).is_some());
        assert_eq!(topics.parse(&topics.changed(&(longest + "x"))), None);
    }

    #[test]
    fn another_course_year_is_a_setting() {
        let topics = odd();
        assert_eq!(topics.changed(ID), "lamps/2024/b827eb08451e/lamp/changed");
        assert_eq!(
            topics.bridge(ID),
            "$SYS/broker/connection/b827eb08451e.bridge/state"
        );
        assert_eq!(topics.parse("devices/a/lamp/changed"), None);
    }

    proptest! {
        #[test]
        fn a_topic_made_is_a_topic_read(device in "[^/+#\\p{Cc}]{1,20}") {
            for topics in [Topics::default(), odd()] {
                for (topic, kind) in [
                    (topics.label(&device), Kind::Label),
                    (topics.changed(&device), Kind::Changed),
                    (topics.service(&device), Kind::Service),
                    (topics.bridge(&device), Kind::Bridge),
                ] {
                    prop_assert_eq!(topics.parse(&topic), Some((kind, &*device)));
                }
            }
        }

        #[test]
        fn any_topic_is_survived(
            topic in "(devices/|\\$SYS/broker/connection/)?.{0,10}(/lamp/connection/)?.{0,10}(_broker)?(/state)?"
        ) {
            let _ = Topics::default().parse(&topic);
        }
    }
}
