use std::collections::BTreeMap;

use bytes::BytesMut;
use lampi::duration::Duration;
use lampi_web::mqtt::framing::{Framing, MAX_PACKET};
use lampi_web::mqtt::packet::Packet;
use lampi_web::mqtt::{
    Credentials, Input, Login, Output, Session, SessionOptions, Status, Subscription,
};
use mqttbytes::v4;

use crate::input;

/// What the page changes.
const TOPICS: [&str; 3] = ["a", "b", "c"];

/// Whatever happens, the session goes on: it knows its next step or tells that it was refused, has one change a topic
/// on its way, and says that all is delivered only when it is. Whatever happened, a good broker then gets the newest
/// change of each topic.
///
/// The input is what happens, a letter each, some with more bytes behind: see `Event::read`. It happens to a session with
/// one broker, and to one with two.
pub fn session(data: &[u8]) {
    for brokers in [&["ws://one/"][..], &["ws://one/", "ws://two/"]] {
        let mut data = data;
        let mut observer = Observer::new(brokers);
        while let Some(event) = Event::read(&mut data) {
            observer.happens(event);
        }
        observer.meets_a_good_broker();
    }
}

enum Event<'a> {
    Input(Input<'a>),
    /// The user changes one of the topics.
    Change(u8),
    /// The timer goes off.
    Deadline,
    /// Time passes, and the timer is late.
    Seconds(u8),
    Nothing,
}

impl<'a> Event<'a> {
    /// Takes the next event off the input. Letters rather than numbers: a kept input means the same when events are
    /// added, and a person can write one.
    fn read(data: &mut &'a [u8]) -> Option<Self> {
        Some(match input::byte(data)? {
            b'o' => Self::Input(Input::Opened),
            b'r' => {
                let length = input::byte(data)?;
                Self::Input(Input::Received(input::bytes(data, length.into())))
            }
            b't' => Self::Input(Input::ReceivedText),
            b'x' => Self::Input(Input::Closed),
            b'y' => Self::Input(Input::Retry),
            b'u' => Self::Input(Input::Wanted),
            b'w' => Self::Input(Input::Wake),
            b'l' => Self::Input(Input::Leave),
            b'i' => Self::Input(Input::LogIn(Credentials {
                username: "u".to_owned(),
                password: String::new(),
            })),
            b'c' => Self::Change(input::byte(data)?),
            b'd' => Self::Deadline,
            b's' => Self::Seconds(input::byte(data)?),
            _ => Self::Nothing,
        })
    }
}

/// A session, its clock, and what can be seen of it from outside.
struct Observer {
    session: Session,
    now: Duration,
    /// The WebSocket is open or opening.
    has_socket: bool,
    /// Reads the broker's bytes as the session does, for its acknowledgements.
    framing: Framing,
    status: Option<Status>,
    /// The last thing that happened to the page was that it was left.
    is_left: bool,
    changes: usize,
    /// The newest payload by topic.
    changed: BTreeMap<String, String>,
    /// The payload that was acknowledged last, by topic.
    delivered: BTreeMap<String, String>,
    /// Topic and payload by packet id.
    in_flight: BTreeMap<u16, (String, String)>,
}

impl Observer {
    fn new(brokers: &[&str]) -> Self {
        let options = SessionOptions {
            brokers: brokers.iter().map(|&url| url.to_owned()).collect(),
            client_id: "me".to_owned(),
            login: Login::Unknown,
            subscriptions: vec![Subscription {
                filter: "a/+".to_owned(),
                instead: "a/1".to_owned(),
            }],
            keep_alive: Duration::from_secs(30),
            is_page_secure: false,
        };
        let now = Duration::ZERO;
        let mut observer = Self {
            session: Session::new(options, 1, now),
            now,
            has_socket: false,
            framing: Framing::default(),
            status: None,
            is_left: false,
            changes: 0,
            changed: BTreeMap::new(),
            delivered: BTreeMap::new(),
            in_flight: BTreeMap::new(),
        };
        observer.outputs();
        observer
    }

    fn happens(&mut self, event: Event<'_>) {
        match event {
            Event::Input(input) => self.input(input),
            Event::Change(number) => self.change(TOPICS[usize::from(number) % TOPICS.len()]),
            Event::Deadline => {
                self.now = self.session.deadline().unwrap_or_default().max(self.now);
                self.input(Input::Tick);
            }
            Event::Seconds(seconds) => self.now += Duration::from_secs(seconds.into()),
            Event::Nothing => {}
        }
    }

    fn meets_a_good_broker(&mut self) {
        self.input(Input::Closed);
        self.input(Input::Retry);
        self.input(Input::Opened);
        self.input(Input::Received(b"\x20\x02\x00\x00"));
        self.input(Input::Received(b"\x90\x03\xff\xff\x00"));
        // What the last broker hung up on is tried once more.
        self.input(Input::Retry);
        while let Some((id, _)) = self.in_flight.first_key_value() {
            let [high, low] = id.to_be_bytes();
            self.input(Input::Received(&[0x40, 2, high, low]));
        }
        assert!(matches!(self.status, Some(Status::Connected { .. })));
        assert_eq!(self.changed, self.delivered);
    }

    fn change(&mut self, topic: &str) {
        self.changes += 1;
        let payload = self.changes.to_string();
        self.changed.insert(topic.to_owned(), payload.clone());
        self.input(Input::Publish { topic, payload });
    }

    fn input(&mut self, input: Input<'_>) {
        if let Input::Received(bytes) = input {
            self.acknowledgements(bytes);
        }
        self.is_left |= matches!(input, Input::Leave);
        self.session.handle(input, self.now);
        self.outputs();
    }

    fn acknowledgements(&mut self, bytes: &[u8]) {
        self.framing.push(bytes);
        while let Ok(Some(packet)) = self.framing.next_packet() {
            if let Packet::PubAck(packet_id) = packet
                && let Some((topic, payload)) = self.in_flight.remove(&packet_id)
            {
                self.delivered.insert(topic, payload);
            }
        }
    }

    fn outputs(&mut self) {
        while let Some(output) = self.session.poll() {
            match output {
                Output::Open(_) => {
                    assert!(!self.has_socket);
                    self.has_socket = true;
                    self.is_left = false;
                }
                Output::Close => {
                    assert!(self.has_socket);
                    self.has_socket = false;
                    self.in_flight.clear();
                }
                Output::Send(frame) => {
                    assert!(self.has_socket);
                    self.sent(frame.as_slice().into());
                }
                Output::Status(status) => self.status = Some(status),
                Output::Message { .. } | Output::PassedOver | Output::Acknowledged { .. } => {}
            }
        }
        match self.session.deadline() {
            Some(deadline) => assert!(deadline > self.now),
            None => assert!(self.is_left || matches!(self.status, Some(Status::Refused { .. }))),
        }
        assert!(self.changed == self.delivered || !self.session.is_delivered());
    }

    fn sent(&mut self, mut frame: BytesMut) {
        let packet = v4::read(&mut frame, MAX_PACKET);
        assert!(packet.is_ok() && frame.is_empty());
        // A new connection: what was left of the bytes of the last one is not read.
        if let Ok(v4::Packet::Connect(_)) = packet {
            self.framing = Framing::default();
        }
        if let Ok(v4::Packet::Publish(publish)) = packet {
            let mut topics = self.in_flight.values().map(|(topic, _)| topic);
            assert!(topics.all(|topic| *topic != publish.topic));
            let payload = String::from_utf8_lossy(&publish.payload).into_owned();
            let same_id = self
                .in_flight
                .insert(publish.pkid, (publish.topic, payload));
            assert_eq!(same_id, None);
        }
    }
}
