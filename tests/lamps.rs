//! The agent and a lamp at the other end of a broker, on a virtual clock.
// Support code is not marked as a test, but runs in tests only.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/steps.rs"]
mod steps;

use std::collections::HashSet;

use lampi::duration::Duration;
use lampi::hundredths::Hundredths;
use lampi::simulated::{Faults, Message, SimulatedLamp};
use lampi::state::State;
use lampi::topics::Topics;
use lampi_web::config::{Config, ConfigFile, PageAddress};
use lampi_web::control::{Control, Input, Output};
use lampi_web::lamps::{Author, INTERVAL, LampReport, MAX_LAMPS, SETTLE};
use lampi_web::message::{Command, Event, LampWish};
use lampi_web::mqtt;
use lampi_web::mqtt::session::{DROPS, HOLD};
use lampi_web::wish::{Outcome, PATIENCE, RETURN, THROTTLE};
use mqttbytes::QoS;
use mqttbytes::v4::{Packet, PubAck, Publish, read};
use proptest::collection::vec;
use proptest::prelude::*;
use steps::Steps;

const DEVICE: &str = "b827eb000001";

fn brightness(hundredths: u8) -> State {
    State {
        brightness: Hundredths::clamped(hundredths),
        ..State::default()
    }
}

/// A page's agent, the broker, and the lamp behind it.
struct World {
    control: Control,
    lamp: SimulatedLamp,
    is_lamp_there: bool,
    is_connected: bool,
    /// The broker takes its time to acknowledge.
    is_slow: bool,
    /// What it has not acknowledged yet.
    owed: Vec<u16>,
    now: Duration,
    steps: Steps,
    wishes: u32,
    requests: Vec<String>,
    reports: Vec<LampReport>,
    /// Messages that could not be used.
    ignored: u64,
}

impl World {
    fn new() -> Self {
        Self::with(Faults::default())
    }

    fn with(faults: Faults) -> Self {
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

    fn connect(&mut self) {
        self.session(mqtt::Input::Opened);
        self.session(mqtt::Input::Received(&[0x20, 2, 0, 0]));
        self.session(mqtt::Input::Received(&[0x90, 6, 0xff, 0xff, 0, 0, 0, 0]));
        self.is_connected = true;
    }

    fn disconnect(&mut self) {
        self.hung_up();
        self.session(mqtt::Input::Closed);
    }

    fn hung_up(&mut self) {
        self.is_connected = false;
        self.owed.clear();
    }

    /// The broker is back and tells what it has kept.
    fn reconnect(&mut self) {
        self.input(Input::Command(Command::Retry));
        self.connect();
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
    fn acknowledge(&mut self) {
        for packet_id in std::mem::take(&mut self.owed) {
            let mut puback = bytes::BytesMut::new();
            PubAck::new(packet_id).write(&mut puback).unwrap();
            self.session(mqtt::Input::Received(&puback));
        }
    }

    fn lamp_comes(&mut self) {
        self.is_lamp_there = true;
        for message in self.lamp.start() {
            self.deliver(&message);
        }
    }

    fn lamp_goes(&mut self) {
        self.is_lamp_there = false;
        for message in self.lamp.offline() {
            self.deliver(&message);
        }
    }

    fn want(&mut self, state: State) {
        self.wishes += 1;
        self.input(Input::Command(Command::Want(LampWish {
            device: DEVICE.to_owned(),
            number: self.wishes,
            state,
        })));
    }

    /// Somebody else changes the lamp.
    fn foreign(&mut self, client: &str, state: State) {
        let topic = Topics::default().set_config(DEVICE);
        let payload = state.with_client(client);
        self.lamp.handle(&topic, payload.as_bytes(), self.now);
        self.pass(Duration::ZERO);
    }

    fn pass(&mut self, duration: Duration) {
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

    fn publish(&mut self, topic: &str, payload: &[u8]) {
        self.send(Publish::new(topic, QoS::AtMostOnce, payload));
    }

    fn publish_retained(&mut self, topic: &str, payload: &[u8]) {
        let mut publish = Publish::new(topic, QoS::AtMostOnce, payload);
        publish.retain = true;
        self.send(publish);
    }

    fn send(&mut self, publish: Publish) {
        let mut bytes = bytes::BytesMut::new();
        publish.write(&mut bytes).unwrap();
        self.session(mqtt::Input::Received(&bytes));
    }

    fn session(&mut self, input: mqtt::Input<'_>) {
        self.input(Input::Session(input));
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
            let mut puback = bytes::BytesMut::new();
            PubAck::new(publish.pkid).write(&mut puback).unwrap();
            let input = Input::Session(mqtt::Input::Received(&puback));
            self.control.handle(input, self.now);
        }
    }

    fn last(&self) -> &LampReport {
        self.reports.last().expect("nothing was told of the lamp")
    }
}

#[test]
fn a_lamp_is_found_by_what_it_publishes() {
    let mut world = World::new();
    world.lamp_comes();
    world.pass(Duration::from_secs(1));
    let report = world.last();
    assert_eq!(report.device, DEVICE);
    assert_eq!(report.confirmed, Some(State::default()));
    assert_eq!(
        (report.bridge.is_up, report.service.is_up),
        (Some(true), Some(true))
    );
}

#[test]
fn a_wish_reaches_the_lamp_and_is_confirmed() {
    let mut world = World::new();
    world.lamp_comes();
    world.want(brightness(33));
    world.pass(Duration::from_secs(1));
    assert_eq!(world.requests.len(), 1);
    let report = world.last();
    assert_eq!(report.confirmed, Some(brightness(33)));
    assert_eq!(report.ended.number, 1);
    assert!(matches!(report.ended.outcome, Outcome::Confirmed(_)));
    assert_eq!(report.author, Author::ThisTab);
}

#[test]
fn nothing_is_published_before_the_first_state_is_known() {
    let mut world = World::new();
    world.publish(&Topics::default().service(DEVICE), b"1");
    world.want(brightness(33));
    world.pass(Duration::from_secs(10));
    assert_eq!(world.requests, [""; 0]);
}

#[test]
fn a_wish_from_before_waits_until_the_broker_has_told_that_the_lamp_is_away() {
    let mut world = World::new();
    world.session(mqtt::Input::Closed);
    world.want(brightness(33));
    world.connect();
    let topics = Topics::default();
    world.publish_retained(
        &topics.changed(DEVICE),
        brightness(1).with_client("x").as_bytes(),
    );
    world.pass(SETTLE / 2);
    world.publish_retained(&topics.service(DEVICE), b"0");
    world.pass(Duration::from_secs(10));
    assert_eq!(world.requests, [""; 0]);
}

#[test]
fn a_wish_made_before_the_first_state_waits_for_it() {
    let mut world = World::new();
    world.want(brightness(33));
    world.pass(Duration::from_secs(10));
    world.lamp_comes();
    world.pass(Duration::from_secs(1));
    assert_eq!(world.requests.len(), 1);
    assert_eq!(world.last().confirmed, Some(brightness(33)));
}

#[test]
fn of_wishes_made_before_the_first_state_the_newest_counts() {
    let mut world = World::new();
    world.want(brightness(33));
    world.want(brightness(44));
    world.lamp_comes();
    world.pass(Duration::from_secs(1));
    assert_eq!(world.requests.len(), 1);
    assert_eq!(world.last().confirmed, Some(brightness(44)));
}

#[test]
fn a_wish_that_a_lamp_took_with_it_is_granted_when_it_returns() {
    let mut world = World::with(Faults {
        delay: Duration::from_secs(1),
        ..Faults::default()
    });
    world.lamp_comes();
    world.want(brightness(33));
    world.lamp_goes();
    world.pass(Duration::from_secs(10));
    assert_eq!(world.last().ended.outcome, Outcome::None);
    world.lamp_comes();
    world.pass(Duration::from_secs(2));
    assert_eq!(world.last().confirmed, Some(brightness(33)));
}

/// A broker that keeps nothing restarts, and takes a wish for a lamp that is not back yet.
fn asked_too_early(faults: Faults) -> World {
    let mut world = World::with(faults);
    world.lamp_comes();
    world.is_lamp_there = false;
    world.disconnect();
    world.want(brightness(33));
    world.input(Input::Command(Command::Retry));
    world.connect();
    world.pass(SETTLE);
    assert_eq!(world.requests.len(), 1);
    world
}

#[test]
fn a_wish_that_a_broker_took_before_the_lamp_was_back_is_granted_when_it_returns() {
    let mut world = asked_too_early(Faults::default());
    world.pass(RETURN - Duration::from_secs(1));
    world.lamp_comes();
    world.pass(Duration::from_secs(1));
    assert_eq!(world.last().confirmed, Some(brightness(33)));
    assert!(matches!(world.last().ended.outcome, Outcome::Confirmed(_)));
}

#[test]
fn a_wish_that_a_broker_took_is_granted_if_the_lamp_returns_while_the_page_is_away() {
    let mut world = asked_too_early(Faults::default());
    world.disconnect();
    world.is_lamp_there = true;
    world.reconnect();
    world.pass(Duration::from_secs(1));
    assert_eq!(world.last().confirmed, Some(brightness(33)));
    assert!(matches!(world.last().ended.outcome, Outcome::Confirmed(_)));
}

#[test]
fn a_lamp_that_somebody_changed_while_the_page_was_away_is_not_asked_again() {
    let mut world = asked_too_early(Faults::default());
    world.disconnect();
    world.is_lamp_there = true;
    world.foreign("lamp_ui", brightness(44));
    world.reconnect();
    world.pass(Duration::from_secs(1));
    assert_eq!(world.last().confirmed, Some(brightness(44)));
    assert_eq!(world.requests.len(), 1);
}

#[test]
fn a_lamp_that_does_not_return_to_the_broker_is_given_up_after_a_minute() {
    let mut world = asked_too_early(Faults::default());
    world.pass(RETURN - SETTLE - Duration::from_millis(1));
    assert_eq!(world.last().ended.outcome, Outcome::None);
    world.pass(Duration::from_secs(1));
    assert_eq!(world.last().ended.outcome, Outcome::Unanswered);
}

#[test]
fn a_lamp_that_is_back_at_the_broker_is_expected_to_answer_soon() {
    let mut world = asked_too_early(Faults {
        rejects: true,
        ..Faults::default()
    });
    world.lamp_comes();
    world.pass(THROTTLE + PATIENCE + INTERVAL);
    assert_eq!(world.last().ended.outcome, Outcome::Unanswered);
}

#[test]
fn since_when_a_lamp_is_away_is_known_to_who_has_heard_it_go() {
    let mut world = World::new();
    let service = Topics::default().service(DEVICE);
    world.publish_retained(&service, b"0");
    assert_eq!(world.last().service.for_so_long, None);
    for payload in [b"1", b"0"] {
        world.pass(Duration::from_secs(1));
        world.publish(&service, payload);
    }
    assert_eq!(world.last().service.for_so_long, Some(Duration::ZERO));
}

#[test]
fn an_incoming_state_causes_no_publish() {
    let mut world = World::new();
    world.lamp_comes();
    world.foreign("lamp_ui", brightness(5));
    world.pass(Duration::from_secs(10));
    assert_eq!(world.requests, [""; 0]);
    assert_eq!(world.last().confirmed, Some(brightness(5)));
}

#[test]
fn authors_are_known_by_their_client_names() {
    let cases = [
        ("lamp_ui", Author::Touchscreen),
        ("lamp_bt_peripheral", Author::Bluetooth),
        ("lamp_cmd", Author::CommandLine),
        ("lampi00000000000000ff", Author::AnotherBrowser),
        ("lampi0000000000000007", Author::ThisTab),
        ("", Author::Unknown),
        ("lampiX", Author::Other("lampiX".to_owned())),
    ];
    for (client, author) in cases {
        let mut world = World::new();
        world.lamp_comes();
        let topic = Topics::default().changed(DEVICE);
        world.publish(&topic, brightness(5).with_client(client).as_bytes());
        world.pass(Duration::from_secs(1));
        assert_eq!(world.last().author, author, "{client}");
    }
}

#[test]
fn a_lamp_that_rejects_a_wish_is_told_after_a_while() {
    let mut world = World::with(Faults {
        rejects: true,
        ..Faults::default()
    });
    world.lamp_comes();
    world.want(brightness(33));
    world.pass(PATIENCE - Duration::from_millis(100));
    assert_eq!(world.last().ended.outcome, Outcome::None);
    world.pass(Duration::from_millis(200));
    let report = world.last();
    assert_eq!(
        (report.ended.number, report.ended.outcome),
        (1, Outcome::Unanswered)
    );
    assert_eq!(report.confirmed, Some(State::default()));
}

#[test]
fn a_drag_sends_ten_requests_a_second_and_ends_with_its_last() {
    let mut world = World::new();
    world.lamp_comes();
    for step in 0..100 {
        world.want(brightness(step));
        world.pass(THROTTLE / 10);
    }
    world.pass(Duration::from_secs(1));
    assert!(
        (10..=11).contains(&world.requests.len()),
        "{}",
        world.requests.len()
    );
    assert_eq!(world.last().confirmed, Some(brightness(99)));
    assert_eq!(world.last().ended.number, 100);
}

#[test]
fn a_lamp_that_goes_during_a_drag_gets_one_request_when_it_returns() {
    let mut world = World::new();
    world.lamp_comes();
    world.want(brightness(10));
    world.pass(Duration::from_secs(1));
    world.lamp_goes();
    let before = world.requests.len();
    for step in 20..60 {
        world.want(brightness(step));
        world.pass(Duration::from_millis(50));
    }
    assert_eq!(
        world.requests.len(),
        before,
        "sent to a lamp that is not there"
    );
    world.lamp_comes();
    world.pass(Duration::from_secs(10));
    assert_eq!(world.requests.len(), before + 1);
    assert_eq!(world.last().confirmed, Some(brightness(59)));
}

#[test]
fn what_the_user_drops_is_not_sent() {
    let mut world = World::new();
    world.lamp_comes();
    world.lamp_goes();
    world.want(brightness(10));
    world.input(Input::Command(Command::GiveUp(DEVICE.to_owned())));
    world.lamp_comes();
    world.pass(Duration::from_secs(10));
    assert_eq!(world.requests, [""; 0]);
    assert_eq!(world.last().ended.number, 1);
}

#[test]
fn what_the_user_drops_before_the_first_state_is_known_is_not_sent() {
    let mut world = World::new();
    world.publish(&Topics::default().service(DEVICE), b"1");
    world.want(brightness(10));
    world.input(Input::Command(Command::GiveUp(DEVICE.to_owned())));
    world.pass(INTERVAL);
    assert_eq!(world.last().ended.number, 1);
    world.lamp_comes();
    world.pass(Duration::from_secs(10));
    assert_eq!(world.requests, [""; 0]);
}

#[test]
fn a_request_that_waits_for_its_turn_is_not_sent_once_the_lamp_has_gone() {
    let mut world = two_requests_to_a_slow_broker();
    world.lamp_goes();
    world.acknowledge();
    world.pass(Duration::from_secs(1));
    assert_eq!(world.requests.len(), 1);
    world.lamp_comes();
    world.pass(Duration::from_secs(1));
    assert_eq!(world.last().confirmed, Some(brightness(20)));
}

#[test]
fn a_request_that_waits_for_its_turn_is_not_sent_once_the_user_drops_it() {
    let mut world = two_requests_to_a_slow_broker();
    world.input(Input::Command(Command::GiveUp(DEVICE.to_owned())));
    world.acknowledge();
    world.pass(Duration::from_secs(1));
    assert_eq!(world.requests.len(), 1);
}

fn two_requests_to_a_slow_broker() -> World {
    let mut world = World::new();
    world.lamp_comes();
    world.is_slow = true;
    world.want(brightness(10));
    world.pass(THROTTLE);
    world.want(brightness(20));
    world.pass(THROTTLE);
    assert_eq!(world.requests.len(), 1);
    world
}

#[test]
fn wishes_for_several_lamps_wait_for_their_first_states() {
    let mut world = World::new();
    let others = "b827eb000002";
    for (number, device) in [(1, DEVICE), (2, others)] {
        world.input(Input::Command(Command::Want(LampWish {
            device: device.to_owned(),
            number,
            state: brightness(33),
        })));
    }
    for device in [DEVICE, others] {
        let topic = Topics::default().changed(device);
        world.publish(&topic, brightness(1).with_client("x").as_bytes());
    }
    world.pass(SETTLE);
    assert_eq!(world.requests.len(), 2);
}

#[test]
fn a_wish_made_without_a_broker_waits_for_what_the_broker_tells_of_the_lamp() {
    let mut world = World::new();
    world.lamp_comes();
    world.session(mqtt::Input::Closed);
    world.want(brightness(10));
    world.pass(Duration::from_secs(1));
    world.connect();
    assert_eq!(world.requests, [""; 0]);
    world.lamp_goes();
    world.pass(Duration::from_secs(10));
    assert_eq!(world.requests, [""; 0]);
    world.lamp_comes();
    world.pass(SETTLE);
    assert_eq!(world.requests.len(), 1);
}

#[test]
fn a_lamp_of_which_a_new_connection_tells_nothing_is_not_away() {
    let mut world = World::new();
    world.lamp_comes();
    world.lamp_goes();
    world.disconnect();
    world.want(brightness(10));
    world.is_lamp_there = true;
    world.input(Input::Command(Command::Retry));
    world.connect();
    world.pass(SETTLE);
    assert_eq!(world.last().service.is_up, None);
    assert_eq!(world.requests.len(), 1);
}

#[test]
fn what_was_known_of_a_lamp_stays_until_a_new_connection_has_had_time_to_tell() {
    let mut world = World::new();
    world.lamp_comes();
    world.lamp_goes();
    world.disconnect();
    world.input(Input::Command(Command::Retry));
    world.connect();
    world.pass(SETTLE - Duration::from_millis(1));
    assert_eq!(world.last().service.is_up, Some(false));
}

#[test]
fn what_a_new_connection_does_not_tell_of_a_lamp_is_forgotten_beside_what_it_tells() {
    let mut world = World::new();
    world.lamp_comes();
    world.disconnect();
    world.input(Input::Command(Command::Retry));
    world.connect();
    world.publish_retained(&Topics::default().bridge(DEVICE), b"1");
    world.pass(SETTLE);
    let report = world.last();
    assert_eq!(
        (report.bridge.is_up, report.service.is_up),
        (Some(true), None)
    );
}

#[test]
fn that_the_broker_takes_no_requests_for_a_lamp_is_told_until_they_are_tried_again() {
    let mut world = World::new();
    world.lamp_comes();
    world.is_slow = true;
    world.want(brightness(10));
    for _ in 0..DROPS {
        world.pass(SETTLE);
        world.disconnect();
        world.input(Input::Command(Command::Retry));
        world.connect();
    }
    world.pass(INTERVAL);
    assert!(world.last().is_held_back);
    world.input(Input::Command(Command::Retry));
    world.pass(INTERVAL);
    assert!(!world.last().is_held_back);
}

#[test]
fn what_an_admin_deletes_is_unknown_and_no_fault() {
    let mut world = World::new();
    world.lamp_comes();
    let topics = Topics::default();
    for topic in [topics.service(DEVICE), topics.changed(DEVICE)] {
        world.publish(&topic, b"");
        world.pass(Duration::from_secs(1));
    }
    assert_eq!(world.last().service.is_up, None);
    assert_eq!(world.last().bridge.is_up, Some(true));
    assert_eq!(world.last().confirmed, None);
    assert_eq!(world.ignored, 0);
}

#[test]
fn what_is_neither_1_nor_0_is_no_presence() {
    let mut world = World::new();
    world.lamp_comes();
    world.publish(&Topics::default().service(DEVICE), b"up");
    world.pass(Duration::from_secs(1));
    assert_eq!(world.last().service.is_up, Some(true));
    assert_eq!(world.ignored, 1);
}

#[test]
fn lamps_beyond_a_thousand_are_ignored() {
    let mut world = World::new();
    for number in 0..=MAX_LAMPS {
        let topic = Topics::default().changed(&number.to_string());
        world.publish(&topic, brightness(1).with_client("x").as_bytes());
    }
    world.pass(Duration::from_secs(5));
    assert_eq!(world.ignored, 1);
    let devices: HashSet<&str> = world.reports.iter().map(|report| &*report.device).collect();
    assert_eq!(devices.len(), MAX_LAMPS);
}

#[test]
fn leaving_sends_what_the_throttle_holds_back() {
    let mut world = World::new();
    world.lamp_comes();
    world.want(brightness(10));
    world.want(brightness(20));
    assert_eq!(world.requests.len(), 1);
    world.input(Input::Command(Command::Leave));
    assert_eq!(world.requests.len(), 2);
}

#[test]
fn what_the_lamp_accepts_while_the_page_is_left_is_not_said_to_be_rejected() {
    let mut world = World::with(Faults {
        delay: Duration::from_secs(1),
        ..Faults::default()
    });
    world.lamp_comes();
    world.want(brightness(33));
    world.pass(Duration::from_millis(500));
    world.input(Input::Command(Command::Leave));
    // On coming back, a timer may ring before anything else.
    world.now += PATIENCE + Duration::from_millis(500);
    world.session(mqtt::Input::Tick);
    world.input(Input::Command(Command::Wake));
    world.pass(Duration::ZERO);
    assert_eq!(world.last().ended.outcome, Outcome::None);
    world.reconnect();
    world.pass(Duration::from_secs(1));
    let report = world.last();
    assert_eq!(report.confirmed, Some(brightness(33)));
    assert!(matches!(report.ended.outcome, Outcome::Confirmed(_)));
}

#[test]
fn what_is_told_again_after_a_reconnect_is_no_news() {
    let ago = changed_ago_after_a_reconnect("lamp_ui", brightness(5));
    assert!(ago >= Some(Duration::from_secs(1)));
}

#[test]
fn a_change_that_the_page_did_not_hear_has_no_time() {
    for (client, state) in [("lamp_ui", brightness(6)), ("lamp_cmd", brightness(5))] {
        assert_eq!(changed_ago_after_a_reconnect(client, state), None);
    }
}

/// What is said of a lamp's last change if the touchscreen set a brightness of 5 before the connection was lost, and
/// the broker tells this after it.
fn changed_ago_after_a_reconnect(client: &str, state: State) -> Option<Duration> {
    let mut world = World::new();
    world.lamp_comes();
    world.foreign("lamp_ui", brightness(5));
    world.pass(Duration::from_secs(1));
    world.session(mqtt::Input::Closed);
    world.connect();
    let topic = Topics::default().changed(DEVICE);
    world.publish_retained(&topic, state.with_client(client).as_bytes());
    world.pass(Duration::from_secs(1));
    world.last().changed_ago
}

#[test]
fn a_state_that_is_set_again_is_news() {
    let mut world = World::new();
    world.lamp_comes();
    for _ in 0..2 {
        world.pass(Duration::from_secs(1));
        world.foreign("lamp_ui", brightness(5));
        assert_eq!(world.last().changed_ago, Some(Duration::ZERO));
    }
}

#[test]
fn states_that_make_no_sense_change_nothing() {
    let mut world = World::new();
    world.lamp_comes();
    let topic = Topics::default().changed(DEVICE);
    for payload in [
        "nonsense",
        "{}",
        r#"{"color":{"h":2,"s":1},"brightness":1,"on":true,"client":""}"#,
        r#"{"color":{"h":1},"brightness":1,"on":true,"client":""}"#,
        r#"{"color":{"h":1,"s":1},"brightness":1,"on":2,"client":""}"#,
    ] {
        world.publish(&topic, payload.as_bytes());
    }
    world.pass(Duration::from_secs(1));
    assert_eq!(world.last().confirmed, Some(State::default()));
}

#[test]
fn reports_of_a_flood_come_twenty_times_a_second() {
    let mut world = World::new();
    world.lamp_comes();
    world.pass(Duration::from_secs(1));
    world.reports.clear();
    let topic = Topics::default().changed(DEVICE);
    for step in 0..1000_u32 {
        world.publish(
            &topic,
            brightness((step % 100) as u8).with_client("x").as_bytes(),
        );
        world.pass(Duration::from_millis(1));
    }
    assert!(
        (19..=21).contains(&world.reports.len()),
        "{}",
        world.reports.len()
    );
}

#[test]
fn of_many_lamps_each_is_told_less_often() {
    let mut world = World::new();
    let tell = |world: &mut World, lamp: u32, value| {
        let topic = Topics::default().changed(&lamp.to_string());
        world.publish(&topic, brightness(value).with_client("x").as_bytes());
    };
    for lamp in 0..200 {
        tell(&mut world, lamp, 0);
    }
    world.pass(Duration::from_secs(1));
    world.reports.clear();
    for step in 0..1000_u32 {
        tell(&mut world, 0, (step % 100) as u8);
        world.pass(Duration::from_millis(1));
    }
    assert!((5..=6).contains(&world.reports.len()));
}

#[test]
fn a_lamp_without_news_wakes_nobody() {
    let mut world = World::new();
    world.lamp_comes();
    world.pass(Duration::from_secs(1));
    assert!(world.control.deadline() > Some(world.now + Duration::from_secs(10)));
}

proptest! {
    /// Drags, changes by others, lamps and brokers that come and go: in the end every wish has ended, what the page
    /// believes is what the lamp is, and that is what was last wanted or the page says that it was not accepted; unless the
    /// lamp is away, and then the page says so.
    #[test]
    fn wishes_end_at_the_lamp_s_state_or_wait_for_it(
        steps in vec(step(), 0..80),
        rejects in prop::bool::weighted(0.2),
        delay in 0_u64..200,
    ) {
        let delay = Duration::from_millis(delay);
        let mut world = World::with(Faults { rejects, delay });
        world.lamp_comes();
        let mut asked = 0;
        let mut last = None;
        for step in steps {
            match step {
                Step::Want(value) => last = Some(brightness(value)),
                Step::Foreign(_) if world.is_lamp_there => last = None,
                Step::GiveUp => last = None,
                _ => {}
            }
            match step {
                Step::Want(value) => world.want(brightness(value)),
                Step::Foreign(value) if world.is_lamp_there => world.foreign("lamp_ui", brightness(value)),
                Step::Foreign(_) => {}
                Step::Pass(millis) => world.pass(Duration::from_millis(millis.into())),
                Step::Come => world.lamp_comes(),
                Step::Go => world.lamp_goes(),
                Step::GiveUp => world.input(Input::Command(Command::GiveUp(DEVICE.to_owned()))),
                Step::Lose => world.disconnect(),
                Step::Connect if world.is_connected => {}
                Step::Connect => world.reconnect(),
                Step::Slow => world.is_slow = true,
                Step::Acknowledge => world.acknowledge(),
            }
            if world.is_lamp_there {
                asked = world.requests.len();
            }
            prop_assert_eq!(world.requests.len(), asked, "asked a lamp that is away");
        }
        world.is_slow = false;
        world.acknowledge();
        if !world.is_connected {
            world.reconnect();
        }
        world.pass(HOLD + Duration::from_secs(20));
        let is_there = world.is_lamp_there;
        let report = world.last().clone();
        if is_there {
            prop_assert_eq!(report.ended.number, world.wishes);
            let truth = world.lamp.start();
            let changed = truth.iter().find(|message| message.topic.ends_with("/changed")).unwrap();
            let state = lampi::state::Changed::parse(changed.payload.as_bytes()).unwrap().state;
            prop_assert_eq!(report.confirmed, Some(state));
            if let Some(last) = last && report.ended.outcome != Outcome::Unanswered {
                prop_assert_eq!(state, last, "lost without a word");
            }
        } else {
            prop_assert!(report.is_absent());
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Want(u8),
    Foreign(u8),
    Pass(u16),
    Come,
    Go,
    GiveUp,
    Lose,
    Connect,
    Slow,
    Acknowledge,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        // Few, so that what was wanted before is wanted again.
        5 => (0..=2_u8).prop_map(Step::Want),
        2 => (0..=2_u8).prop_map(Step::Foreign),
        4 => (0..2_000_u16).prop_map(Step::Pass),
        1 => Just(Step::Come),
        1 => Just(Step::Go),
        1 => Just(Step::GiveUp),
        1 => Just(Step::Lose),
        2 => Just(Step::Connect),
        1 => Just(Step::Slow),
        2 => Just(Step::Acknowledge),
    ]
}
