//! What the agent does, without I/O: joins the session, the debounce and the labels.
//!
//! Used as a session is: one [`Input`] in, every [`Output`] out, sleep until the deadline.

use std::time::Duration;

use bytes::Bytes;

use crate::coalesce::Coalesce;
use crate::config::Config;
use crate::debounce::Debounce;
use crate::lamp::{Configuration, LABEL_FILTER, Label, LabelError, Lamp, configuration_topic};
use crate::message::{Change, Command, Event, Pace};
use crate::mqtt::{self, Session, Settings};

/// A slider under the finger publishes at most this often.
pub const DEBOUNCE: Duration = Duration::from_millis(100);

/// What happens to the agent.
#[derive(Debug)]
pub enum Input<'a> {
    /// The page asks for something.
    Command(Command),
    /// The connection or the clock has news for the session.
    Session(mqtt::Input<'a>),
}

/// What the agent has to do.
#[derive(Debug, PartialEq)]
pub enum Output {
    /// Open a WebSocket to this URL and forget any earlier one.
    Open(String),
    /// Send a binary frame.
    Send(Bytes),
    /// Close the WebSocket.
    Close,
    /// Tell the page.
    Event(Event),
}

/// The agent's state.
#[derive(Debug)]
pub struct Control {
    topic: String,
    session: Session,
    debounce: Debounce<Lamp>,
    configuration: Configuration,
    labels: Coalesce,
    /// Number of the newest change.
    newest: u32,
    /// Number of the newest change that the page knows to be delivered.
    delivered: u32,
}

impl Control {
    /// Starts to connect. `random` makes the client id and the waits between tries unique.
    pub fn new(config: Config, random: u64, now: Duration) -> Self {
        let settings = Settings {
            brokers: config.brokers,
            client_id: format!("lampi{random:016x}"),
            login: config.login,
            filter: LABEL_FILTER.to_owned(),
            keep_alive: config.keep_alive,
            is_page_secure: config.is_page_secure,
        };
        Self {
            topic: configuration_topic(&config.device),
            session: Session::new(settings, random, now),
            debounce: Debounce::new(DEBOUNCE),
            configuration: Configuration::default(),
            labels: Coalesce::default(),
            newest: 0,
            delivered: 0,
        }
    }

    /// Takes one input.
    pub fn handle(&mut self, input: Input<'_>, now: Duration) {
        match input {
            Input::Command(command) => self.command(command, now),
            Input::Session(input) => self.session.handle(input, now),
        }
    }

    /// The next thing to do, until there is none.
    pub fn poll(&mut self, now: Duration) -> Option<Output> {
        if let Some(lamp) = self.debounce.take_due(now) {
            self.publish(lamp, now);
        }
        while let Some(output) = self.session.poll() {
            match output {
                mqtt::Output::Open(url) => return Some(Output::Open(url)),
                mqtt::Output::Send(bytes) => return Some(Output::Send(bytes)),
                mqtt::Output::Close => return Some(Output::Close),
                mqtt::Output::Status(status) => {
                    return Some(Output::Event(Event::Status(status)));
                }
                mqtt::Output::Message { topic, payload } => self.message(topic, &payload),
                mqtt::Output::PassedOver => self.labels.ignore(LabelError::TooLong),
            }
        }
        if self.delivered != self.newest && self.is_delivered() {
            self.delivered = self.newest;
            return Some(Output::Event(Event::Delivered(self.newest)));
        }
        self.labels
            .take_due(now)
            .map(Event::Labels)
            .map(Output::Event)
    }

    /// When to come back with [`Input::Tick`] at the latest.
    pub fn deadline(&self) -> Option<Duration> {
        [
            self.session.deadline(),
            self.debounce.deadline(),
            self.labels.deadline(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    fn command(&mut self, command: Command, now: Duration) {
        match command {
            Command::Start(_) => {}
            Command::Change(Change { number, lamp }, pace) => {
                self.newest = number;
                self.debounce.offer(lamp, now);
                if pace == Pace::AtOnce {
                    self.publish_held_back(now);
                }
            }
            Command::Retry => self.session.handle(mqtt::Input::Retry, now),
            Command::LogIn(login) => self.session.handle(mqtt::Input::LogIn(login), now),
            Command::Wake => self.session.handle(mqtt::Input::Wake, now),
            Command::Leave => {
                self.publish_held_back(now);
                self.session.handle(mqtt::Input::Leave, now);
            }
        }
    }

    fn is_delivered(&self) -> bool {
        self.debounce.is_empty() && self.session.is_delivered()
    }

    fn publish_held_back(&mut self, now: Duration) {
        if let Some(lamp) = self.debounce.take() {
            self.publish(lamp, now);
        }
    }

    fn publish(&mut self, lamp: Lamp, now: Duration) {
        let input = mqtt::Input::Publish {
            topic: &self.topic,
            payload: self.configuration.with(lamp),
        };
        self.session.handle(input, now);
    }

    fn message(&mut self, topic: String, payload: &[u8]) {
        match Label::parse(payload) {
            Ok(label) => {
                self.configuration = label.configuration;
                if let Some(text) = label.text {
                    self.labels.show(topic, text);
                }
            }
            Err(error) => self.labels.ignore(error),
        }
    }
}
