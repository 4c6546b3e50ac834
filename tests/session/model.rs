//! A session on a broker that does anything, in any order, at any time.

use std::collections::HashMap;

use lampi::duration::Duration;
use lampi_web::mqtt::{Input, Output, Session};
use mqttbytes::v4::{Packet, PubAck, read};
use proptest::collection::vec;
use proptest::prelude::*;

use super::rig::*;
use super::steps::Steps;

const BROKERS: [&str; 2] = ["ws://one/", "ws://two/"];

const TOPICS: [&str; 3] = ["t", "u", "v"];

proptest! {
    #[test]
    fn the_last_value_of_each_topic_arrives_and_one_a_topic_is_in_flight(
        brokers in 1..=BROKERS.len(),
        steps in vec(step(), 0..120),
    ) {
        let mut world = World::new(&BROKERS[..brokers]);
        for step in steps {
            world.take(step);
        }
        world.settle();
        prop_assert!(world.session.is_delivered());
        prop_assert_eq!(world.delivered, world.wanted);
    }
}

#[derive(Clone, Debug)]
enum Step {
    /// The user changes a topic's value.
    Change(usize),
    /// The broker handles the oldest packet it has not yet answered.
    Answer,
    /// Time passes.
    Pass(u16),
    Close,
    Text,
    Noise(Vec<u8>),
    Wanted,
    Wake,
    Retry,
    Leave,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..TOPICS.len()).prop_map(Step::Change),
        8 => Just(Step::Answer),
        3 => any::<u16>().prop_map(Step::Pass),
        1 => Just(Step::Close),
        1 => Just(Step::Text),
        1 => vec(any::<u8>(), 0..20).prop_map(Step::Noise),
        1 => Just(Step::Wanted),
        1 => Just(Step::Wake),
        1 => Just(Step::Retry),
        1 => Just(Step::Leave),
    ]
}

/// The session, and a broker that keeps what it is sent.
struct World {
    session: Session,
    now: Duration,
    steps: Steps,
    is_opening: bool,
    unanswered: Vec<Vec<u8>>,
    /// Topics whose PUBACK is owed on this connection, by packet id.
    in_flight: HashMap<u16, String>,
    counter: u32,
    wanted: HashMap<String, String>,
    delivered: HashMap<String, String>,
}

impl World {
    fn new(brokers: &[&str]) -> Self {
        let now = Duration::from_secs(100);
        let mut world = Self {
            session: Session::new(options(brokers), 7, now),
            now,
            steps: Steps::default(),
            is_opening: false,
            unanswered: Vec::new(),
            in_flight: HashMap::new(),
            counter: 0,
            wanted: HashMap::new(),
            delivered: HashMap::new(),
        };
        world.carry_out();
        world
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Change(topic) => {
                self.counter += 1;
                let topic = TOPICS[topic];
                let payload = self.counter.to_string();
                self.wanted.insert(topic.to_owned(), payload.clone());
                self.input(Input::Publish { topic, payload });
            }
            Step::Answer => self.answer(),
            Step::Pass(millis) => {
                self.now += Duration::from_millis(millis.into());
                self.input(Input::Tick);
            }
            Step::Close => self.input(Input::Closed),
            Step::Text => self.input(Input::ReceivedText),
            Step::Noise(bytes) => self.input(Input::Received(&bytes)),
            Step::Wanted => self.input(Input::Wanted),
            Step::Wake => self.input(Input::Wake),
            Step::Retry => self.input(Input::Retry),
            Step::Leave => self.input(Input::Leave),
        }
    }

    /// Now all goes well, until nothing is left to deliver.
    fn settle(&mut self) {
        self.input(Input::Retry);
        for _ in 0..200 {
            while self.is_opening || !self.unanswered.is_empty() {
                self.answer();
            }
            if self.session.is_delivered() {
                return;
            }
            self.now = self.session.deadline().unwrap_or(self.now);
            self.input(Input::Tick);
        }
    }

    fn answer(&mut self) {
        if std::mem::take(&mut self.is_opening) {
            return self.input(Input::Opened);
        }
        if self.unanswered.is_empty() {
            return;
        }
        let packet = self.unanswered.remove(0);
        match packet[0] >> 4 {
            1 => self.input(Input::Received(&CONNACK)),
            8 => self.input(Input::Received(&SUBACK)),
            12 => self.input(Input::Received(&PINGRESP)),
            3 => {
                let Ok(Packet::Publish(publish)) = read(&mut packet.as_slice().into(), 1000) else {
                    panic!("not a PUBLISH: {packet:?}");
                };
                let payload = String::from_utf8(publish.payload.to_vec()).unwrap();
                self.delivered.insert(publish.topic, payload);
                self.in_flight.remove(&publish.pkid);
                let mut puback = bytes::BytesMut::new();
                PubAck::new(publish.pkid).write(&mut puback).unwrap();
                self.input(Input::Received(&puback));
            }
            _ => {}
        }
    }

    fn input(&mut self, input: Input<'_>) {
        self.steps.count();
        self.session.handle(input, self.now);
        self.carry_out();
    }

    fn carry_out(&mut self) {
        while let Some(output) = self.session.poll() {
            self.steps.count();
            match output {
                Output::Open(_) => {
                    self.hang_up();
                    self.is_opening = true;
                }
                Output::Close => self.hang_up(),
                Output::Send(bytes) => {
                    if let Ok(Packet::Publish(publish)) = read(&mut bytes.as_slice().into(), 1000) {
                        let others = self
                            .in_flight
                            .values()
                            .filter(|topic| **topic == publish.topic);
                        assert_eq!(others.count(), 0, "two in flight on {}", publish.topic);
                        self.in_flight.insert(publish.pkid, publish.topic);
                    }
                    self.unanswered.push(bytes);
                }
                _ => {}
            }
        }
    }

    fn hang_up(&mut self) {
        self.is_opening = false;
        self.unanswered.clear();
        self.in_flight.clear();
    }
}
