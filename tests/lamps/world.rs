//! The agent, a broker, and a lamp at its other end, on a virtual clock.

use lampi::duration::Duration;
use lampi::hundredths::Hundredths;
use lampi::simulated::{Faults, Message, SimulatedLamp};
use lampi::state::State;
use lampi::topics::Topics;
use lampi_web::config::{Config, ConfigFile, PageAddress};
use lampi_web::control::{Control, Input, Output};
use lampi_web::lamp_report::LampReport;
use lampi_web::lamps::SETTLE;
use lampi_web::message::{Command, Event, LampWish};
use lampi_web::mqtt;
use mqttbytes::QoS;
use mqttbytes::v4::{Packet, Publish, read};

use super::answers::{CONNACK, SUBACK, puback};
use super::steps::Steps;

pub const DEVICE: &str = "b827eb000001";

pub fn brightness(hundredths: u8) -> State {
    State {
        brightness: Hundredths::clamped(hundredths),
        ..State::default()
    }
}

/// A page's agent, the broker, and the lamp behind it.
pub struct World {
    pub control: Control,
    pub lamp: SimulatedLamp,
    pub is_lamp_there: bool,
    pub is_connected: bool,
    /// The broker takes its time to acknowledge.
    pub is_slow: bool,
    /// What it has not acknowledged yet.
    owed: Vec<u16>,
    pub now: Duration,
    steps: Steps,
    pub wishes: u32,
    pub requests: Vec<String>,
    pub reports: Vec<LampReport>,
    /// Messages that could not be used.
    pub ignored: u64,
}

impl World {
    pub fn new() -> Self {
        Self::with(Faults::default())
    }

    pub fn with(faults: Faults) -> Self {
        let (config, _) = Config::read(ConfigFile::Missing, PageAddress::default());
        let now = Duration::from_secs(100);
        let mut world = Self {
            control: Control::new(config, 7, now),
            lamp: SimulatedLamp::new(DEVICE.to_owned(), Topics::default(), faults),
            is_lamp_there: false,
            is_connected: false,
            is_slow: false,
            owed: Vec::new(),
            now,
            steps: Steps::default(),
            wishes: 0,
            requests: Vec::new(),
            reports: Vec::new(),
            ignored: 0,
        };
        world.connect();
        world.pass(SETTLE);
        world
    }

    pub fn connect(&mut self) {
        self.open();
        self.session(mqtt::Input::Received(&SUBACK));
        self.is_connected = true;
    }

    /// The broker lets the page in, and has not answered its SUBSCRIBE yet.
    pub fn open(&mut self) {
        self.session(mqtt::Input::Opened);
        self.session(mqtt::Input::Received(&CONNACK));
    }

    pub fn disconnect(&mut self) {
        self.hung_up();
        self.session(mqtt::Input::Closed);
    }

    fn hung_up(&mut self) {
        self.is_connected = false;
        self.owed.clear();
    }

    /// The broker is back and tells nothing.
    pub fn connect_again(&mut self) {
        self.command(Command::Retry);
        self.connect();
    }

    /// The broker is back and tells what it has kept.
    pub fn reconnect(&mut self) {
        self.connect_again();
        let state = self.lamp.start();
        for Message { topic, payload, .. } in if self.is_lamp_there {
            state
        } else {
            let changed = state
                .into_iter()
                .filter(|message| message.topic.ends_with("/changed"));
            changed.chain(self.lamp.offline()).collect()
        } {
            self.publish_retained(&topic, payload.as_bytes());
        }
    }

    /// The broker makes up for what it has not acknowledged.
    pub fn acknowledge(&mut self) {
        for packet_id in std::mem::take(&mut self.owed) {
            self.session(mqtt::Input::Received(&puback(packet_id)));
        }
    }

    pub fn lamp_comes(&mut self) {
        self.is_lamp_there = true;
        for message in self.lamp.start() {
            self.deliver(&message);
        }
    }

    pub fn lamp_goes(&mut self) {
        self.is_lamp_there = false;
        for message in self.lamp.offline() {
            self.deliver(&message);
        }
    }

    pub fn want(&mut self, state: State) {
        self.wishes += 1;
        self.command(Command::Want(LampWish {
            device: DEVICE.to_owned(),
            number: self.wishes,
            state,
        }));
    }

    pub fn give_up(&mut self) {
        self.command(Command::GiveUp(DEVICE.to_owned()));
    }

    /// Somebody else changes the lamp.
    pub fn foreign(&mut self, client: &str, state: State) {
        let topic = Topics::default().set_config(DEVICE);
        let payload = state.with_client(client);
        self.lamp.handle(&topic, payload.as_bytes(), self.now);
        self.pass(Duration::ZERO);
    }

    pub fn pass(&mut self, duration: Duration) {
        let end = self.now + duration;
        loop {
            while let Some(message) = self.lamp.poll(self.now) {
                if self.is_lamp_there {
                    self.deliver(&message);
                }
            }
            self.session(mqtt::Input::Tick);
            let deadlines = [self.control.deadline(), self.lamp.deadline()];
            match deadlines.into_iter().flatten().min() {
                Some(deadline) if deadline <= end => self.now = deadline.max(self.now),
                _ => break,
            }
        }
        self.now = end;
    }

    fn deliver(&mut self, message: &Message) {
        if self.is_connected {
            self.publish(&message.topic, message.payload.as_bytes());
        }
    }

    /// A lamp's state comes.
    pub fn changed(&mut self, device: &str, state: State, client: &str) {
        let topic = Topics::default().changed(device);
        self.publish(&topic, state.with_client(client).as_bytes());
    }

    pub fn publish(&mut self, topic: &str, payload: &[u8]) {
        self.send(Publish::new(topic, QoS::AtMostOnce, payload));
    }

    pub fn publish_retained(&mut self, topic: &str, payload: &[u8]) {
        let mut publish = Publish::new(topic, QoS::AtMostOnce, payload);
        publish.retain = true;
        self.send(publish);
    }

    fn send(&mut self, publish: Publish) {
        let mut bytes = bytes::BytesMut::new();
        publish.write(&mut bytes).unwrap();
        self.session(mqtt::Input::Received(&bytes));
    }

    pub fn session(&mut self, input: mqtt::Input<'_>) {
        self.input(Input::Session(input));
    }

    pub fn command(&mut self, command: Command) {
        self.input(Input::Command(command));
    }

    fn input(&mut self, input: Input<'_>) {
        self.steps.count();
        self.control.handle(input, self.now);
        while let Some(output) = self.control.poll(self.now) {
            self.steps.count();
            match output {
                Output::Send(bytes) => self.broker(&bytes),
                Output::Event(Event::Lamps(reports)) => self.reports.extend(reports),
                Output::Event(Event::Ignored(ignored)) => {
                    self.ignored = ignored.count;
                }
                Output::Close => self.hung_up(),
                _ => {}
            }
        }
    }

    fn broker(&mut self, bytes: &[u8]) {
        if bytes == [0xc0, 0] {
            let input = Input::Session(mqtt::Input::Received(&[0xd0, 0]));
            self.control.handle(input, self.now);
        }
        if let Ok(Packet::Publish(publish)) = read(&mut bytes.into(), 10_000) {
            let payload = String::from_utf8(publish.payload.to_vec()).unwrap();
            if self.is_lamp_there {
                self.lamp
                    .handle(&publish.topic, payload.as_bytes(), self.now);
            }
            self.requests.push(payload);
            if self.is_slow {
                return self.owed.push(publish.pkid);
            }
            let input = Input::Session(mqtt::Input::Received(&puback(publish.pkid)));
            self.control.handle(input, self.now);
        }
    }

    pub fn last(&self) -> &LampReport {
        self.reports.last().expect("nothing was told of the lamp")
    }
}
