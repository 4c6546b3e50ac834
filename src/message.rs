//! What crosses the border between page and worker.

use lampi::state::State;
use serde::{Deserialize, Serialize};

use crate::coalesce::LabelReport;
use crate::config::Config;
use crate::connection::{self, Connection};
use crate::ignored::Ignored;
use crate::lamp_report::LampReport;
use crate::lesson::Setting;
use crate::mqtt::Credentials;

/// From the page to the agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Connect. The first command; later ones are ignored.
    Start(Config),
    /// The user changed the lesson's setting.
    Change {
        /// Whose.
        device: String,
        /// To what.
        change: Change,
        /// How soon it goes out.
        pace: Pace,
    },
    /// The user wants a real lamp to be so.
    Want(LampWish),
    /// The user does not wait any more for this lamp.
    GiveUp(String),
    /// Do not wait for the next try.
    Retry,
    /// The user logs in at the broker.
    LogIn(Credentials),
    /// The network or the user is back.
    Wake,
    /// The network has gone.
    Offline,
    /// The user leaves the page.
    Leave,
}

/// What the user wants a real lamp to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LampWish {
    /// The lamp's id.
    pub device: String,
    /// Counts the wishes of this page, from 1.
    pub number: u32,
    /// All of what is wanted.
    pub state: State,
}

/// What the user sets on the lesson's panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Counts the changes of this page, from 1.
    pub number: u32,
    /// All of what is wanted.
    pub setting: Setting,
}

/// How soon a change goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pace {
    /// Now.
    AtOnce,
    /// With the changes that follow within [`crate::control::DEBOUNCE`].
    Debounced,
}

/// From the agent to the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// The connection's state changed.
    Connection(Connection),
    /// Labels arrived: the newest.
    Label(LabelReport),
    /// Messages were ignored.
    Ignored(Ignored),
    /// News of lamps.
    Lamps(Vec<LampReport>),
    /// The broker has acknowledged the change with this number, or a newer one in its place.
    Delivered(u32),
}

impl Event {
    /// Whether it tells more than that the agent connects, or has connected.
    pub fn is_news(&self) -> bool {
        !matches!(
            self,
            Event::Connection(Connection {
                state: connection::State::Connecting | connection::State::Connected,
                ..
            })
        )
    }

    /// The same for a page of a device that may be a lamp: a label does not tell whether it is one.
    pub fn is_news_of(&self, device: &str) -> bool {
        match self {
            Event::Lamps(lamps) => lamps.iter().any(|lamp| lamp.device == device),
            Event::Label(_) => false,
            event => event.is_news(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(state: connection::State) -> Event {
        Event::Connection(Connection {
            state,
            ..Connection::default()
        })
    }

    #[test]
    fn that_the_agent_connects_is_no_news() {
        assert!(!event(connection::State::Connecting).is_news());
        assert!(!event(connection::State::Connected).is_news());
    }

    #[test]
    fn of_a_lamp_it_is_news_what_it_tells_or_that_nothing_can_be_told() {
        let label = Event::Label(LabelReport {
            topic: "devices/desk/label/changed".to_owned(),
            text: String::new(),
        });
        assert!(label.is_news());
        assert!(!label.is_news_of("desk"));
        let lamp = |device: &str| LampReport {
            device: device.to_owned(),
            ..LampReport::default()
        };
        let lamps = Event::Lamps(vec![lamp("door"), lamp("desk")]);
        assert!(lamps.is_news_of("desk"));
        assert!(!lamps.is_news_of("shelf"));
        assert!(event(connection::State::Offline).is_news_of("desk"));
        assert!(!event(connection::State::Connected).is_news_of("desk"));
    }

    #[test]
    fn that_it_cannot_connect_is_news() {
        assert!(event(connection::State::Offline).is_news());
    }
}
