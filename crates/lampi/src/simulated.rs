//! A simulated lamp: what a LAMPI answers, without hardware and without I/O.
//!
//! Whoever owns it brings it what arrives at [`SimulatedLamp::subscription`] and sends what it returns.

use std::collections::VecDeque;

use crate::{duration::Duration, state::Changed, topics::Topics};

/// A lamp, its service and its bridge. It starts offline, as a new lamp.
#[derive(Debug)]
pub struct SimulatedLamp {
    device: String,
    topics: Topics,
    faults: Faults,
    online: bool,
    changed: Changed,
    /// What it has accepted, with the time at which it does it.
    accepted: VecDeque<(Duration, Changed)>,
}

/// What is wrong with a lamp; by default nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// It does nothing that it is asked for, and says nothing.
    pub rejects: bool,
    /// It takes so long for everything that it is asked for. Requests do not wait for each other.
    pub delay: Duration,
}

/// What the lamp publishes, at QoS 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Where.
    pub topic: String,
    /// What.
    pub payload: String,
    /// Whether the broker keeps it for later subscribers.
    pub retain: bool,
}

impl SimulatedLamp {
    /// A new lamp with a device's name.
    pub fn new(device: String, topics: Topics, faults: Faults) -> Self {
        Self {
            device,
            topics,
            faults,
            online: false,
            changed: Changed::default(),
            accepted: VecDeque::new(),
        }
    }

    /// The one topic that the lamp listens to.
    pub fn subscription(&self) -> String {
        self.topics.set_config(&self.device)
    }

    /// The last wills of the lamp's two sessions, its bridge's and its service's.
    pub fn wills(&self) -> [Message; 2] {
        self.connections("0")
    }

    /// The lamp goes online: it says that it is there, and what it shows.
    pub fn start(&mut self) -> Vec<Message> {
        self.online = true;
        let mut messages = Vec::from(self.connections("1"));
        messages.push(self.report());
        messages
    }

    /// The lamp goes offline: what a broker says for it then. What it shows stays; what it has not done yet is lost.
    pub fn offline(&mut self) -> Vec<Message> {
        self.online = false;
        self.accepted.clear();
        self.wills().into()
    }

    /// Takes a message that arrived at `now`, counted from any fixed moment. Of a bad one nobody hears again, nor of any
    /// while the lamp is offline.
    pub fn handle(&mut self, topic: &str, payload: &[u8], now: Duration) {
        if !self.online || self.faults.rejects || topic != self.subscription() {
            return;
        }
        if let Ok(request) = Changed::parse_request(payload) {
            let due = now + self.faults.delay;
            self.accepted.push_back((due, request));
        }
    }

    /// Does the next thing that is due at `now`, and returns what the lamp says then. To be asked until it is `None`.
    pub fn poll(&mut self, now: Duration) -> Option<Message> {
        self.deadline().filter(|due| *due <= now)?;
        self.changed = self.accepted.pop_front()?.1;
        Some(self.report())
    }

    /// When to poll next, if ever.
    pub fn deadline(&self) -> Option<Duration> {
        self.accepted.front().map(|(due, _)| *due)
    }

    fn report(&self) -> Message {
        let Changed { state, client } = &self.changed;
        retained(self.topics.changed(&self.device), state.with_client(client))
    }

    fn connections(&self, state: &str) -> [Message; 2] {
        [
            self.topics.bridge(&self.device),
            self.topics.service(&self.device),
        ]
        .map(|topic| retained(topic, state.into()))
    }
}

fn retained(topic: String, payload: String) -> Message {
    Message {
        topic,
        payload,
        retain: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SET_CONFIG: &str = "devices/lamp/lamp/set_config";
    const BRIDGE: &str = "$SYS/broker/connection/lamp_broker/state";
    const SERVICE: &str = "devices/lamp/lamp/connection/lamp_service/state";
    const CHANGED: &str = "devices/lamp/lamp/changed";
    const NEW: &str = r#"{"color":{"h":1,"s":1},"brightness":1,"on":true,"client":""}"#;
    const NOW: Duration = Duration::from_secs(5);

    fn lamp(faults: Faults) -> SimulatedLamp {
        SimulatedLamp::new("lamp".into(), Topics::default(), faults)
    }

    fn started(faults: Faults) -> SimulatedLamp {
        let mut lamp = lamp(faults);
        lamp.start();
        lamp
    }

    fn said(messages: &[Message]) -> Vec<(&str, &str)> {
        assert!(messages.iter().all(|message| message.retain));
        messages
            .iter()
            .map(|message| (&*message.topic, &*message.payload))
            .collect()
    }

    fn request(hue: &str, client: &str) -> Vec<u8> {
        format!(r#"{{"color":{{"h":{hue},"s":0}},"brightness":0,"on":1,"client":"{client}"}}"#)
            .into_bytes()
    }

    fn answer(hue: &str, client: &str) -> String {
        format!(r#"{{"color":{{"h":{hue},"s":0}},"brightness":0,"on":true,"client":"{client}"}}"#)
    }

    #[test]
    fn it_says_that_it_is_there_and_what_it_shows() {
        assert_eq!(
            said(&lamp(Faults::default()).start()),
            [(BRIDGE, "1"), (SERVICE, "1"), (CHANGED, NEW)]
        );
    }

    #[test]
    fn it_goes_offline_as_its_wills_say() {
        let mut lamp = started(Faults::default());
        let offline = lamp.offline();
        assert_eq!(said(&offline), [(BRIDGE, "0"), (SERVICE, "0")]);
        assert_eq!(offline, lamp.wills());
    }

    #[test]
    fn it_listens_to_set_config_only() {
        let mut lamp = started(Faults::default());
        assert_eq!(lamp.subscription(), SET_CONFIG);
        lamp.handle(CHANGED, &request("0", "a"), NOW);
        assert_eq!(lamp.poll(NOW), None);
    }

    #[test]
    fn it_rounds_and_copies_the_client() {
        let mut lamp = started(Faults::default());
        lamp.handle(SET_CONFIG, &request("0.3333", "a"), NOW);
        let message = lamp.poll(NOW).unwrap();
        assert_eq!(said(&[message]), [(CHANGED, &*answer("0.33", "a"))]);
        assert_eq!(lamp.poll(NOW), None);
    }

    #[test]
    fn every_request_is_answered_in_its_turn_after_the_delay() {
        let second = Duration::from_secs(1);
        let mut lamp = started(Faults {
            delay: second * 2,
            ..Faults::default()
        });
        lamp.handle(SET_CONFIG, &request("0.1", "a"), NOW);
        lamp.handle(SET_CONFIG, &request("0.2", "b"), NOW + second);
        assert_eq!(lamp.deadline(), Some(NOW + second * 2));
        assert_eq!(lamp.poll(NOW + second), None);
        let first = lamp.poll(NOW + second * 2).unwrap();
        assert_eq!(first.payload, answer("0.1", "a"));
        assert_eq!(lamp.poll(NOW + second * 2), None);
        assert_eq!(lamp.deadline(), Some(NOW + second * 3));
        let last = lamp.poll(NOW + second * 9).unwrap();
        assert_eq!(last.payload, answer("0.2", "b"));
        assert_eq!(lamp.deadline(), None);
    }

    #[test]
    fn the_same_state_again_is_answered_again() {
        let mut lamp = started(Faults::default());
        for _ in 0..2 {
            lamp.handle(SET_CONFIG, &request("0", "a"), NOW);
        }
        assert!(lamp.poll(NOW).is_some());
        assert!(lamp.poll(NOW).is_some());
    }

    #[test]
    fn a_bad_request_gets_silence() {
        let mut lamp = started(Faults::default());
        let nobody = br#"{"color":{"h":0,"s":0},"brightness":0,"on":true}"#;
        for payload in [&b"x"[..], b"{}", nobody, &request("1.1", "a")] {
            lamp.handle(SET_CONFIG, payload, NOW);
            assert_eq!(lamp.poll(NOW), None);
        }
        assert!(lamp.start()[2].payload == NEW);
    }

    #[test]
    fn a_lamp_that_rejects_says_nothing() {
        let mut lamp = started(Faults {
            rejects: true,
            ..Faults::default()
        });
        lamp.handle(SET_CONFIG, &request("0", "a"), NOW);
        assert_eq!(lamp.poll(NOW), None);
    }

    #[test]
    fn it_hears_nothing_before_it_has_started() {
        let mut lamp = lamp(Faults::default());
        lamp.handle(SET_CONFIG, &request("0.1", "early"), NOW);
        assert_eq!(lamp.poll(NOW), None);
    }

    #[test]
    fn it_hears_nothing_while_it_is_offline() {
        let mut lamp = started(Faults::default());
        lamp.handle(SET_CONFIG, &request("0.1", "late"), NOW);
        lamp.offline();
        lamp.handle(SET_CONFIG, &request("0.2", "later"), NOW);
        assert_eq!(lamp.poll(NOW), None);
        assert_eq!(lamp.start()[2].payload, NEW);
    }

    #[test]
    fn it_still_shows_after_a_pause_what_it_showed_before() {
        let mut lamp = started(Faults::default());
        lamp.handle(SET_CONFIG, &request("0.5", "a"), NOW);
        lamp.poll(NOW);
        lamp.offline();
        assert_eq!(lamp.start()[2].payload, answer("0.5", "a"));
    }
}
