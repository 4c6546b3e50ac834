//! A lamp as the page is told of it.

use lampi::duration::Duration;
use lampi::state::State;
use serde::{Deserialize, Serialize};

use crate::message::LampWish;
use crate::wish::Ended;

/// One lamp, when the report was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LampReport {
    /// Its id in topics.
    pub device: String,
    /// What the lamp last said that it is.
    pub confirmed: Option<State>,
    /// Who made it so.
    pub author: Author,
    /// How long ago. `None` if this page did not listen when it happened.
    pub changed_ago: Option<Duration>,
    /// Whether the lamp's bridge reaches the broker.
    pub bridge: PresenceReport,
    /// Whether the lamp's service runs.
    pub service: PresenceReport,
    /// Whether the broker does not take requests for it.
    pub is_held_back: bool,
    /// How wishes ended.
    pub ended: Ended,
}

/// Whether something is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceReport {
    /// `None` if nothing was heard: unknown is not absent.
    pub is_up: Option<bool>,
    /// For how long. `None` if this page did not listen when it began.
    pub for_so_long: Option<Duration>,
}

/// Who changed a lamp last, from `client`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Author {
    /// Nobody yet, or the lamp does not say.
    #[default]
    Unknown,
    /// This page.
    ThisTab,
    /// A page like this one.
    AnotherBrowser,
    /// The lamp's own screen.
    Touchscreen,
    /// A phone beside the lamp.
    Bluetooth,
    /// The lamp's command line.
    CommandLine,
    /// Somebody else, by name.
    Other(String),
}

impl LampReport {
    /// What is wanted of it, until that wish has ended. `wishes` are the newest for each lamp.
    pub fn pending(&self, wishes: &[LampWish]) -> Option<State> {
        let wish = wishes.iter().find(|wish| wish.device == self.device)?;
        (!self.has_ended(wish)).then_some(wish.state)
    }

    /// Whether a wish of this page for it has ended.
    pub fn has_ended(&self, wish: &LampWish) -> bool {
        self.ended.number >= wish.number
    }

    /// Whether nothing reaches the lamp now: it is away, or the broker is.
    pub fn is_out_of_reach(&self, is_broker_reached: Option<bool>) -> bool {
        self.is_absent() || is_broker_reached == Some(false)
    }

    /// Whether the lamp is known not to be there.
    pub fn is_absent(&self) -> bool {
        is_absent(self.bridge.is_up, self.service.is_up)
    }
}

impl Author {
    /// From `client` in a lamp's state. `this_page` is what this page calls itself there.
    pub fn of(client: String, this_page: &str) -> Self {
        match client.as_str() {
            "" => Self::Unknown,
            name if name == this_page => Self::ThisTab,
            "lamp_ui" => Self::Touchscreen,
            "lamp_bt_peripheral" => Self::Bluetooth,
            "lamp_cmd" => Self::CommandLine,
            name if is_page(name) => Self::AnotherBrowser,
            _ => Self::Other(client),
        }
    }
}

/// Whether a lamp is known not to be there, from whether its bridge and its service are.
pub fn is_absent(bridge_is_up: Option<bool>, service_is_up: Option<bool>) -> bool {
    bridge_is_up == Some(false) || service_is_up == Some(false)
}

/// Client ids of pages like this one: see [`crate::control::Control::new`].
fn is_page(client: &str) -> bool {
    client
        .strip_prefix("lampi")
        .is_some_and(|id| id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
