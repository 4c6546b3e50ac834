//! A lamp inside the page, and a label that counts: what a broker would bring, without one.
//!
//! Takes the session's place: the same words in and out, nothing on the network.

use std::collections::VecDeque;

use lampi::duration::Duration;
use lampi::simulated::{Faults, Message, SimulatedLamp};
use lampi::topics::Topics;

use crate::mqtt::{Input, Output, Status};

/// The demo's one lamp.
pub const DEVICE: &str = "demo";

/// How often the label counts, as the lesson's service does.
const TICK: Duration = Duration::from_secs(1);

/// How long the lamp takes to answer, so that one sees the wish before the answer.
const LAMP_DELAY: Duration = Duration::from_millis(80);

/// The simulated lamp and what it has to say.
#[derive(Debug)]
pub struct Demo {
    lamp: SimulatedLamp,
    label_topic: String,
    count: u32,
    next_tick: Duration,
    outputs: VecDeque<Output>,
}

impl Demo {
    /// Starts at once.
    pub fn new(topics: &Topics, now: Duration) -> Self {
        let faults = Faults {
            delay: LAMP_DELAY,
            ..Faults::default()
        };
        let mut lamp = SimulatedLamp::new(DEVICE.to_owned(), topics.clone(), faults);
        let mut outputs = VecDeque::from([Output::Status(Status::Demo)]);
        outputs.extend(lamp.start().into_iter().map(arrived));
        Self {
            lamp,
            label_topic: topics.label(DEVICE),
            count: 0,
            next_tick: now + TICK,
            outputs,
        }
    }

    /// Takes one input.
    pub fn handle(&mut self, input: Input<'_>, now: Duration) {
        if let Input::Publish { topic, payload } | Input::Request { topic, payload } = input {
            let topic = topic.to_owned();
            self.lamp.handle(&topic, payload.as_bytes(), now);
            self.outputs.push_back(Output::Acknowledged { topic });
        }
        while let Some(message) = self.lamp.poll(now) {
            self.outputs.push_back(arrived(message));
        }
        if self.next_tick <= now {
            self.next_tick = now + TICK;
            self.count = self.count.wrapping_add(1);
            let mut payload = String::from(r#"{"value":"#);
            payload.push_str(&self.count.to_string());
            payload.push('}');
            self.outputs.push_back(arrived(Message {
                topic: self.label_topic.clone(),
                payload,
                retain: false,
            }));
        }
    }

    /// The next thing to tell, until there is none.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to come back with [`Input::Tick`] at the latest.
    pub fn deadline(&self) -> Duration {
        let lamp = self.lamp.deadline();
        lamp.map_or(self.next_tick, |lamp| lamp.min(self.next_tick))
    }
}

fn arrived(message: Message) -> Output {
    Output::Message {
        topic: message.topic,
        payload: message.payload.into(),
        is_retained: false,
    }
}
