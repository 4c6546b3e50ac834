//! The agent without its shell: commands and broker bytes in, broker bytes and events out, on a virtual clock.
// Support code is not marked as a test, but runs in tests only.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/answers.rs"]
mod answers;
#[path = "support/steps.rs"]
mod steps;

use answers::{CONNACK, SUBACK, puback};
use lampi::duration::Duration;
use lampi::hundredths::Hundredths;
use lampi::state::State;
use lampi_web::coalesce::{FRAME, LabelReport};
use lampi_web::config::{Config, ConfigFile, PageAddress};
use lampi_web::control::{Control, DEBOUNCE, Input, Output};
use lampi_web::demo;
use lampi_web::ignored::Ignored;
use lampi_web::lamp_report::LampReport;
use lampi_web::lesson::Setting;
use lampi_web::message::{Change, Command, Event, LampWish, Pace};
use lampi_web::mqtt::{self, brokers::REST, session::STEADY};
use lampi_web::wish::Outcome;
use mqttbytes::v4::{Packet, Publish};
use mqttbytes::{QoS, v4};
use steps::Steps;

/// An agent on a broker that acknowledges at once, and its clock.
struct Rig {
    control: Control,
    now: Duration,
    steps: Steps,
    /// Sockets that were opened.
    tries: usize,
    published: Vec<(Duration, Publish)>,
    labels: Vec<(Duration, LabelReport)>,
    ignored: Vec<Ignored>,
    lamps: Vec<LampReport>,
    /// Number of the newest change.
    changes: u32,
    delivered: Vec<u32>,
    is_silent: bool,
    /// Whose setting the user changes.
    device: &'static str,
}

impl Rig {
    fn with(page: PageAddress<'_>) -> Self {
        let (config, _) = Config::read(ConfigFile::Missing, page);
        let now = Duration::from_secs(100);
        Self {
            control: Control::new(config, 7, now),
            now,
            steps: Steps::default(),
            tries: 0,
            published: Vec::new(),
            labels: Vec::new(),
            ignored: Vec::new(),
            lamps: Vec::new(),
            changes: 0,
            delivered: Vec::new(),
            is_silent: false,
            device: "TEST",
        }
    }

    fn connected() -> Self {
        let mut rig = Self::with(PageAddress::default());
        rig.session(mqtt::Input::Opened);
        rig.session(mqtt::Input::Received(&CONNACK));
        rig.session(mqtt::Input::Received(&SUBACK));
        rig
    }

    fn input(&mut self, input: Input<'_>) {
        self.steps.count();
        self.control.handle(input, self.now);
        while let Some(output) = self.control.poll(self.now) {
            self.steps.count();
            match output {
                Output::Open(_) => self.tries += 1,
                Output::Send(bytes) => self.broker(&bytes),
                Output::Event(Event::Label(label)) => self.labels.push((self.now, label)),
                Output::Event(Event::Ignored(ignored)) => self.ignored.push(ignored),
                Output::Event(Event::Lamps(reports)) => self.lamps.extend(reports),
                Output::Event(Event::Delivered(number)) => self.delivered.push(number),
                _ => {}
            }
        }
    }

    fn session(&mut self, input: mqtt::Input<'_>) {
        self.input(Input::Session(input));
    }

    fn broker(&mut self, bytes: &[u8]) {
        if let Packet::Publish(publish) = v4::read(&mut bytes.into(), 1000).unwrap() {
            let packet_id = publish.pkid;
            self.published.push((self.now, publish));
            if !self.is_silent {
                let input = Input::Session(mqtt::Input::Received(&puback(packet_id)));
                self.control.handle(input, self.now);
            }
        }
    }

    fn change(&mut self, on: bool, percent: u8, pace: Pace) {
        self.changes += 1;
        let level = Hundredths::clamped(percent);
        let change = Change {
            number: self.changes,
            setting: Setting { on, level },
        };
        self.input(Input::Command(Command::Change {
            device: self.device.to_owned(),
            change,
            pace,
        }));
    }

    fn slide(&mut self, percent: u8) {
        self.change(false, percent, Pace::Debounced);
    }

    fn want(&mut self, device: &str) {
        self.input(Input::Command(Command::Want(LampWish {
            device: device.to_owned(),
            number: 1,
            state: State::default(),
        })));
    }

    fn label(&mut self, device: &str, payload: &[u8]) {
        self.label_message(device, payload, false);
    }

    fn retained_label(&mut self, device: &str, payload: &[u8]) {
        self.label_message(device, payload, true);
    }

    fn label_message(&mut self, device: &str, payload: &[u8], retain: bool) {
        let topic = format!("devices/{device}/label/changed");
        let mut packet = bytes::BytesMut::new();
        let mut publish = Publish::new(topic, QoS::AtMostOnce, payload);
        publish.retain = retain;
        publish.write(&mut packet).unwrap();
        self.session(mqtt::Input::Received(&packet));
    }

    /// Lets time pass, waking at each deadline.
    fn pass(&mut self, duration: Duration) {
        let end = self.now + duration;
        while let Some(deadline) = self.control.deadline().filter(|&deadline| deadline <= end) {
            self.now = deadline.max(self.now);
            self.session(mqtt::Input::Tick);
        }
        self.now = end;
    }

    /// The broker does not answer until the page would wait for longer than [`REST`]; so long it has waited then.
    fn wait_in_vain(&mut self) {
        self.pass(STEADY);
        loop {
            self.session(mqtt::Input::Closed);
            let until = self.control.deadline().unwrap();
            if self.now + REST < until {
                break;
            }
            self.pass(until - self.now);
        }
        self.now += REST;
    }

    fn payloads(&self) -> Vec<String> {
        let text = |publish: &Publish| String::from_utf8(publish.payload.to_vec()).unwrap();
        self.published
            .iter()
            .map(|(_, publish)| text(publish))
            .collect()
    }
}

#[test]
fn a_change_has_a_broker_tried_that_is_away() {
    let mut rig = Rig::connected();
    rig.wait_in_vain();
    let tries = rig.tries;
    rig.slide(20);
    assert_eq!(rig.tries, tries + 1);
}

#[test]
fn what_is_wanted_of_a_lamp_has_a_broker_tried_that_is_away() {
    let mut rig = Rig::connected();
    rig.wait_in_vain();
    let tries = rig.tries;
    rig.want("b827eb08451e");
    assert_eq!(rig.tries, tries + 1);
}

#[test]
fn changes_of_two_devices_are_delivered_once_both_are() {
    let mut rig = Rig::connected();
    rig.is_silent = true;
    rig.change(true, 50, Pace::AtOnce);
    rig.device = "other";
    rig.change(true, 50, Pace::AtOnce);
    for (index, delivered) in [(1, &[][..]), (0, &[2])] {
        let packet_id = rig.published[index].1.pkid;
        rig.session(mqtt::Input::Received(&puback(packet_id)));
        assert_eq!(rig.delivered, delivered);
    }
}

#[test]
fn power_goes_out_at_once() {
    let mut rig = Rig::connected();
    rig.change(true, 50, Pace::AtOnce);
    assert_eq!(rig.payloads(), [r#"{"on":true,"slider":50}"#]);
}

#[test]
fn a_change_goes_to_the_configured_device_at_qos_1_and_is_not_retained() {
    let mut rig = Rig::connected();
    rig.change(true, 50, Pace::AtOnce);
    let (_, publish) = &rig.published[0];
    assert_eq!(publish.topic, "devices/TEST/test/poke_value");
    assert_eq!(publish.qos, QoS::AtLeastOnce);
    assert!(!publish.retain);
}

#[test]
fn the_slider_goes_out_when_the_debounce_is_over() {
    let mut rig = Rig::connected();
    let start = rig.now;
    rig.slide(51);
    assert!(rig.published.is_empty());
    rig.pass(Duration::from_secs(1));
    assert_eq!(rig.payloads(), [r#"{"on":false,"slider":51}"#]);
    assert_eq!(rig.published[0].0 - start, DEBOUNCE);
}

#[test]
fn later_changes_take_the_place_of_the_first_and_go_out_when_it_is_due() {
    let mut rig = Rig::connected();
    let start = rig.now;
    rig.slide(51);
    rig.pass(DEBOUNCE - Duration::from_millis(1));
    rig.slide(52);
    rig.pass(Duration::from_secs(1));
    assert_eq!(rig.payloads(), [r#"{"on":false,"slider":52}"#]);
    assert_eq!(rig.published[0].0 - start, DEBOUNCE);
}

#[test]
fn a_drag_goes_out_ten_times_a_second_and_ends_with_its_last_value() {
    let mut rig = Rig::connected();
    for step in 0..100 {
        rig.slide(step);
        rig.pass(Duration::from_millis(10));
    }
    rig.pass(Duration::from_secs(1));
    assert_eq!(rig.published.len(), 10);
    assert_eq!(
        rig.payloads().last().unwrap(),
        r#"{"on":false,"slider":99}"#
    );
}

#[test]
fn power_takes_the_slider_s_change_with_it() {
    let mut rig = Rig::connected();
    rig.slide(60);
    rig.change(true, 60, Pace::AtOnce);
    assert_eq!(rig.published.len(), 1);
    rig.pass(Duration::from_secs(1));
    assert_eq!(rig.payloads(), [r#"{"on":true,"slider":60}"#]);
}

#[test]
fn a_change_is_delivered_once_the_broker_acknowledges_it() {
    let mut rig = Rig::connected();
    rig.change(true, 50, Pace::AtOnce);
    assert_eq!(rig.delivered, [1]);
}

#[test]
fn a_change_is_not_delivered_without_acknowledgement() {
    let mut rig = Rig::connected();
    rig.is_silent = true;
    rig.change(true, 50, Pace::AtOnce);
    assert_eq!(rig.published.len(), 1);
    assert!(rig.delivered.is_empty());
}

#[test]
fn a_change_that_is_held_back_is_not_delivered() {
    let mut rig = Rig::connected();
    rig.change(true, 50, Pace::AtOnce);
    rig.slide(51);
    assert_eq!(rig.delivered, [1]);
    rig.pass(Duration::from_secs(1));
    assert_eq!(rig.delivered, [1, 2]);
}

#[test]
fn each_device_s_change_goes_to_its_own_topic() {
    let mut rig = Rig::connected();
    rig.slide(51);
    rig.device = "other";
    rig.slide(52);
    rig.pass(Duration::from_secs(1));
    let topics: Vec<&str> = rig
        .published
        .iter()
        .map(|(_, publish)| publish.topic.as_str())
        .collect();
    assert_eq!(
        topics,
        [
            "devices/TEST/test/poke_value",
            "devices/other/test/poke_value"
        ]
    );
}

#[test]
fn a_change_of_another_device_sends_what_waits_and_waits_by_itself() {
    let mut rig = Rig::connected();
    rig.slide(51);
    rig.pass(DEBOUNCE / 2);
    rig.device = "other";
    let start = rig.now;
    rig.slide(52);
    assert_eq!(rig.payloads(), [r#"{"on":false,"slider":51}"#]);
    rig.pass(Duration::from_secs(1));
    assert_eq!(rig.published[1].0 - start, DEBOUNCE);
}

#[test]
fn leaving_does_not_wait_for_the_debounce() {
    let mut rig = Rig::connected();
    rig.slide(51);
    rig.input(Input::Command(Command::Leave));
    assert_eq!(rig.payloads(), [r#"{"on":false,"slider":51}"#]);
}

#[test]
fn a_change_carries_the_keys_of_the_last_label_message() {
    let mut rig = Rig::connected();
    rig.label("foobar", br#"{"value": 1, "old": 1}"#);
    rig.label("foobar", br#"{"other": [1.50], "on": 3}"#);
    rig.change(true, 50, Pace::AtOnce);
    assert_eq!(
        rig.payloads(),
        [r#"{"other":[1.50],"on":true,"slider":50}"#]
    );
}

#[test]
fn a_message_that_is_no_label_leaves_the_keys_of_the_last_one_alone() {
    let mut rig = Rig::connected();
    rig.label("foobar", br#"{"value": 1}"#);
    rig.label("foobar", b"nonsense");
    rig.change(true, 50, Pace::AtOnce);
    assert_eq!(rig.payloads(), [r#"{"value":1,"on":true,"slider":50}"#]);
}

#[test]
fn labels_cause_no_publish() {
    let mut rig = Rig::connected();
    rig.label("foobar", br#"{"value": 1, "on": true, "slider": 3}"#);
    rig.pass(Duration::from_secs(1));
    assert!(rig.published.is_empty());
}

#[test]
fn a_flood_is_told_in_few_reports_and_ends_with_the_last_label() {
    let mut rig = Rig::connected();
    for value in 0..1000 {
        rig.label("foobar", format!(r#"{{"value":{value}}}"#).as_bytes());
        rig.pass(Duration::from_millis(1));
    }
    rig.pass(Duration::from_secs(1));
    assert!(rig.labels.len() <= 23, "{}", rig.labels.len());
    let gaps = rig.labels.windows(2).map(|pair| pair[1].0 - pair[0].0);
    assert!(gaps.min().unwrap() >= FRAME);
    assert_eq!(rig.labels.last().unwrap().1.text, "999");
}

#[test]
fn a_label_that_the_broker_tells_again_hides_no_newer_one_of_another_device() {
    let mut rig = Rig::connected();
    rig.retained_label("shelf", br#"{"value":"kept","color":3}"#);
    rig.pass(Duration::from_secs(1));
    rig.label("foobar", br#"{"value":1}"#);
    rig.pass(Duration::from_secs(1));
    rig.retained_label("shelf", br#"{"value":"kept","color":3}"#);
    rig.pass(Duration::from_secs(1));
    assert_eq!(rig.labels.last().unwrap().1.text, "1");
    rig.change(true, 50, Pace::AtOnce);
    assert_eq!(rig.payloads(), [r#"{"value":1,"on":true,"slider":50}"#]);
}

#[test]
fn a_label_without_value_hides_none_that_came_in_the_same_frame() {
    let mut rig = Rig::connected();
    rig.label("foobar", br#"{"value":1}"#);
    rig.label("foobar", br#"{"value":2}"#);
    rig.label("foobar", br#"{"other":3}"#);
    rig.pass(FRAME);
    assert_eq!(rig.labels.last().unwrap().1.text, "2");
}

#[test]
fn a_message_too_long_to_read_is_counted_as_ignored() {
    let mut rig = Rig::connected();
    rig.label("foobar", &vec![b'x'; 1024 * 1024]);
    let Ignored { count, last, .. } = &rig.ignored[0];
    assert_eq!((*count, last.as_str()), (1, "longer than 16 KiB"));
}

#[test]
fn a_demo_that_was_left_still_takes_wishes() {
    let page = PageAddress {
        is_demo: true,
        ..PageAddress::default()
    };
    let mut rig = Rig::with(page);
    rig.pass(Duration::from_secs(1));
    rig.input(Input::Command(Command::Leave));
    rig.input(Input::Command(Command::Wake));
    rig.want(demo::DEVICE);
    rig.pass(Duration::from_secs(1));
    let ended = rig.lamps.last().unwrap().ended;
    assert!(matches!(ended.outcome, Outcome::Confirmed(_)));
}
