//! What the agent does, without I/O: joins the session, the debounce, the labels and the lamps.
//!
//! Used as a session is: one [`Input`] in, every [`Output`] out, sleep until the deadline.

use lampi::duration::Duration;
use lampi::topics::{Kind, Topics};

use crate::coalesce::Coalesce;
use crate::config::Config;
use crate::connection::Connection;
use crate::demo::Demo;
use crate::ignored::{IgnoredMessages, IgnoredReason};
use crate::lamps::Lamps;
use crate::last_labels::LastLabels;
use crate::lesson::{Label, LabelKeys, Setting};
use crate::message::{Change, Command, Event, Pace};
use crate::mqtt::{self, Session, SessionOptions, Status, Subscription};
use crate::wish::THROTTLE;

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
    /// Open a WebSocket to this URL.
    Open(String),
    /// Send a binary frame.
    Send(Vec<u8>),
    /// Close the WebSocket.
    Close,
    /// Tell the page.
    Event(Event),
}

/// The agent's state.
#[derive(Debug)]
pub struct Control {
    topics: Topics,
    link: Link,
    waiting: Option<Waiting>,
    label_keys: LabelKeys,
    last_labels: LastLabels,
    labels: Coalesce,
    ignored: IgnoredMessages,
    lamps: Lamps,
    /// Number of the newest change.
    newest: u32,
    /// Number of the newest change that the page knows to be delivered.
    delivered: u32,
}

/// The lesson's newest change, not published yet. Newer ones take its place, but do not put off when it is due.
#[derive(Debug)]
struct Waiting {
    due: Duration,
    topic: String,
    setting: Setting,
}

/// What is at the other end.
#[derive(Debug)]
enum Link {
    Broker(Box<Session>),
    Demo(Box<Demo>),
}

impl Control {
    /// Starts to connect. `random` makes the client id and the waits between tries unique.
    pub fn new(config: Config, random: u64, now: Duration) -> Self {
        let client_id = format!("lampi{random:016x}");
        let topics = config.topics;
        let device = &config.device;
        let narrowed = |filter, instead| Subscription { filter, instead };
        let options = SessionOptions {
            brokers: config.brokers,
            client_id: client_id.clone(),
            login: config.login,
            subscriptions: vec![
                narrowed(topics.label_filter(), topics.label(device)),
                narrowed(topics.changed_filter(), topics.changed(device)),
                narrowed(topics.connection_filter(), topics.service(device)),
                narrowed(topics.bridge_filter(), topics.bridge(device)),
            ],
            keep_alive: config.keep_alive,
            is_page_secure: config.is_page_secure,
        };
        let link = if config.is_demo {
            Link::Demo(Box::new(Demo::new(&topics, now)))
        } else {
            Link::Broker(Box::new(Session::new(options, random, now)))
        };
        Self {
            link,
            waiting: None,
            label_keys: LabelKeys::default(),
            last_labels: LastLabels::default(),
            labels: Coalesce::default(),
            ignored: IgnoredMessages::default(),
            lamps: Lamps::new(client_id, config.device, topics.clone()),
            topics,
            newest: 0,
            delivered: 0,
        }
    }

    /// Takes one input.
    pub fn handle(&mut self, input: Input<'_>, now: Duration) {
        match input {
            Input::Command(command) => self.command(command, now),
            Input::Session(input) => {
                // Here and not in `poll`: a tick comes once all that has arrived is read, a lamp's answer perhaps among it.
                if let mqtt::Input::Tick = input {
                    self.lamps.tick(now);
                }
                self.link.handle(input, now);
            }
        }
    }

    /// The next thing to do, until there is none.
    pub fn poll(&mut self, now: Duration) -> Option<Output> {
        let due = self.waiting.take_if(|waiting| waiting.due <= now);
        self.publish(due, now);
        loop {
            let Some(output) = self.link.poll() else {
                // Only once all that has arrived is read: it may say that a lamp has gone, which is not asked then.
                if self.request(now, now) {
                    continue;
                }
                break;
            };
            match output {
                mqtt::Output::Open(url) => return Some(Output::Open(url)),
                mqtt::Output::Send(bytes) => return Some(Output::Send(bytes)),
                mqtt::Output::Close => return Some(Output::Close),
                mqtt::Output::Status(status) => {
                    self.tell_lamps(&status, now);
                    let connection = Connection::of(&status);
                    return Some(Output::Event(Event::Connection(connection)));
                }
                mqtt::Output::Message {
                    topic,
                    payload,
                    is_retained,
                } => self.message(topic, &payload, is_retained, now),
                mqtt::Output::PassedOver => {
                    self.ignored.add(IgnoredReason::TooLong, String::new());
                }
                mqtt::Output::Acknowledged { topic } => self.lamps.acknowledged(&topic, now),
            }
        }
        let event = self
            .take_delivered()
            .or_else(|| self.lamps.take_reports(now).map(Event::Lamps))
            .or_else(|| self.labels.take_due(now).map(Event::Label))
            .or_else(|| self.ignored.take_due(now).map(Event::Ignored))?;
        Some(Output::Event(event))
    }

    /// When to come back with [`mqtt::Input::Tick`] at the latest.
    pub fn deadline(&self) -> Option<Duration> {
        [
            self.link.deadline(),
            self.waiting.as_ref().map(|waiting| waiting.due),
            self.labels.deadline(),
            self.ignored.deadline(),
            self.lamps.deadline(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    fn command(&mut self, command: Command, now: Duration) {
        match command {
            Command::Start(_) => {}
            Command::Change {
                device,
                change: Change { number, setting },
                pace,
            } => {
                let topic = self.topics.poke_value(&device);
                let other = self.waiting.take_if(|waiting| waiting.topic != topic);
                self.publish(other, now);
                let due = match (pace, &self.waiting) {
                    (Pace::AtOnce, _) => now,
                    (Pace::Debounced, Some(waiting)) => waiting.due,
                    (Pace::Debounced, None) => now + DEBOUNCE,
                };
                self.waiting = Some(Waiting {
                    due,
                    topic,
                    setting,
                });
                self.newest = number;
                self.link.handle(mqtt::Input::Wanted, now);
            }
            Command::Want(wish) => {
                self.lamps.want(wish);
                self.link.handle(mqtt::Input::Wanted, now);
            }
            Command::GiveUp(device) => self.lamps.give_up(&device),
            Command::Retry => self.link.handle(mqtt::Input::Retry, now),
            Command::LogIn(login) => self.link.handle(mqtt::Input::LogIn(login), now),
            Command::Wake => self.link.handle(mqtt::Input::Wake, now),
            Command::Offline => self.link.handle(mqtt::Input::Offline, now),
            Command::Leave => {
                let last = self.waiting.take();
                self.publish(last, now);
                while self.request(now + THROTTLE, now) {}
                self.link.handle(mqtt::Input::Leave, now);
                // The session does not tell that it leaves, only when it is back: so the lamps learn it here. The demo goes on.
                if let Link::Broker(_) = self.link {
                    self.lamps.broker_is(false, &[], now);
                }
            }
        }
    }

    /// Told once everything up to the newest change has its acknowledgement.
    fn take_delivered(&mut self) -> Option<Event> {
        let is_delivered = self.waiting.is_none() && self.link.is_delivered();
        if self.delivered == self.newest || !is_delivered {
            return None;
        }
        self.delivered = self.newest;
        Some(Event::Delivered(self.newest))
    }

    fn tell_lamps(&mut self, status: &Status, now: Duration) {
        let (is_connected, held_back) = match status {
            Status::Connected { held_back, .. } => (true, held_back.as_slice()),
            Status::Demo => (true, [].as_slice()),
            _ => (false, [].as_slice()),
        };
        self.lamps.broker_is(is_connected, held_back, now);
    }

    /// Publishes the next request that is due by then. False if there is none.
    fn request(&mut self, due: Duration, now: Duration) -> bool {
        let Some((topic, payload)) = self.lamps.take_request(due) else {
            return false;
        };
        // A request, which the session sends once only: the lamps keep the wish, and know when to ask again.
        let topic = &topic;
        self.link
            .handle(mqtt::Input::Request { topic, payload }, now);
        true
    }

    fn publish(&mut self, change: Option<Waiting>, now: Duration) {
        if let Some(Waiting { topic, setting, .. }) = change {
            let topic = &topic;
            let payload = self.label_keys.with(setting);
            self.link
                .handle(mqtt::Input::Publish { topic, payload }, now);
        }
    }

    fn message(&mut self, topic: String, payload: &[u8], is_retained: bool, now: Duration) {
        let outcome = match self.topics.parse(&topic) {
            Some((Kind::Label, _)) => match Label::parse(payload) {
                Ok(label) if self.last_labels.is_news(&topic, payload, is_retained) => {
                    return self.label(topic, label, now);
                }
                // The broker repeats what it keeps. Shown again, that could replace a newer label of another device.
                Ok(_) => Ok(()),
                Err(reason) => Err(reason),
            },
            Some((kind, device)) => self.lamps.message(kind, device, payload, is_retained, now),
            None => Ok(()),
        };
        if let Err(reason) = outcome {
            self.ignored.add(reason, topic);
        }
    }

    fn label(&mut self, topic: String, label: Label, now: Duration) {
        self.label_keys = label.keys;
        if let Some(text) = label.text {
            self.labels.show(topic, text, now);
        }
    }
}

impl Link {
    fn handle(&mut self, input: mqtt::Input<'_>, now: Duration) {
        match self {
            Self::Broker(session) => session.handle(input, now),
            Self::Demo(demo) => demo.handle(input, now),
        }
    }

    fn poll(&mut self) -> Option<mqtt::Output> {
        match self {
            Self::Broker(session) => session.poll(),
            Self::Demo(demo) => demo.poll(),
        }
    }

    fn deadline(&self) -> Option<Duration> {
        match self {
            Self::Broker(session) => session.deadline(),
            Self::Demo(demo) => Some(demo.deadline()),
        }
    }

    fn is_delivered(&self) -> bool {
        match self {
            Self::Broker(session) => session.is_delivered(),
            Self::Demo(_) => true,
        }
    }
}
