//! The MQTT session against the standard's bytes, on a virtual clock.
// Support code is not marked as a test, but runs in tests only.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Duration;

use lampi_web::mqtt::session::{KEEP_ALIVE, PING_TIMEOUT, PUBLISH_TIMEOUT, STEADY, STEP_TIMEOUT};
use lampi_web::mqtt::{
    Credentials, Input, LostReason, Output, ProtocolError, RefusedReason, Session, Settings,
    Status, Step,
};

const CONNACK: [u8; 4] = [0x20, 2, 0, 0];
const SUBACK: [u8; 5] = [0x90, 3, 0xff, 0xff, 0];
const PINGREQ: [u8; 2] = [0xc0, 0];
const PINGRESP: [u8; 2] = [0xd0, 0];

/// SUBSCRIBE to "a/+" at QoS 0 with packet id 0xffff.
const SUBSCRIBE: [u8; 10] = [0x82, 8, 0xff, 0xff, 0, 3, b'a', b'/', b'+', 0];

/// A session, its clock, and what it has done.
struct Rig {
    session: Session,
    now: Duration,
}

impl Rig {
    fn new() -> Self {
        Self::with(&["ws://one/"], None)
    }

    fn with(brokers: &[&str], credentials: Option<Credentials>) -> Self {
        let settings = Settings {
            brokers: brokers.iter().map(|&url| url.to_owned()).collect(),
            client_id: "me".to_owned(),
            credentials,
            filter: "a/+".to_owned(),
        };
        let now = Duration::from_secs(100);
        Self {
            session: Session::new(settings, 7, now),
            now,
        }
    }

    /// A session that has seen CONNACK and SUBACK, all its outputs taken.
    fn connected() -> Self {
        let mut rig = Self::new();
        rig.connect();
        rig
    }

    fn connect(&mut self) {
        self.input(Input::Opened);
        self.receive(&CONNACK);
        self.receive(&SUBACK);
    }

    fn outputs(&mut self) -> Vec<Output> {
        std::iter::from_fn(|| self.session.poll()).collect()
    }

    fn input(&mut self, input: Input<'_>) -> Vec<Output> {
        self.session.handle(input, self.now);
        self.outputs()
    }

    fn receive(&mut self, bytes: &[u8]) -> Vec<Output> {
        self.input(Input::Received(bytes))
    }

    fn publish(&mut self, payload: &str) -> Vec<Output> {
        self.input(Input::Publish {
            topic: "t",
            payload: payload.to_owned(),
        })
    }

    /// Lets time pass up to the deadline.
    fn sleep(&mut self) -> Vec<Output> {
        self.now = self.session.deadline().expect("nothing to wait for");
        self.input(Input::Tick)
    }
}

fn sent(outputs: &[Output]) -> Vec<&[u8]> {
    let bytes = outputs.iter().map(|output| match output {
        Output::Send(bytes) => Some(bytes.as_ref()),
        _ => None,
    });
    bytes.flatten().collect()
}

fn statuses(outputs: &[Output]) -> Vec<&Status> {
    let statuses = outputs.iter().map(|output| match output {
        Output::Status(status) => Some(status),
        _ => None,
    });
    statuses.flatten().collect()
}

/// Why the connection was given up, whether the next try is at once or later.
fn lost(outputs: &[Output]) -> LostReason {
    assert!(outputs.contains(&Output::Close), "not closed: {outputs:?}");
    match statuses(outputs).last() {
        Some(&Status::Connecting {
            after: Some(reason),
            ..
        }) => *reason,
        Some(&Status::Offline { reason, .. }) => *reason,
        other => panic!("not lost: {other:?}"),
    }
}

/// PUBLISH on "t" at QoS 1.
fn publish_packet(packet_id: u8, payload: &str) -> Vec<u8> {
    let mut packet = vec![0x32, 5 + payload.len() as u8, 0, 1, b't', 0, packet_id];
    packet.extend(payload.as_bytes());
    packet
}

fn puback(packet_id: u8) -> [u8; 4] {
    [0x40, 2, 0, packet_id]
}

#[test]
fn it_opens_the_first_broker_at_once() {
    let mut rig = Rig::new();
    let outputs = rig.outputs();
    assert_eq!(outputs[0], Output::Open("ws://one/".to_owned()));
    assert_eq!(
        statuses(&outputs),
        [&Status::Connecting {
            broker: "ws://one/".to_owned(),
            after: None
        }]
    );
}

#[test]
fn connect_asks_for_a_clean_session_and_states_the_keep_alive() {
    let mut rig = Rig::new();
    let outputs = rig.input(Input::Opened);
    let connect = b"\x10\x0e\x00\x04MQTT\x04\x02\x00\x1e\x00\x02me";
    assert_eq!(sent(&outputs), [connect.as_slice()]);
}

#[test]
fn connect_carries_the_login() {
    let credentials = Credentials {
        username: "u".to_owned(),
        password: "pw".to_owned(),
    };
    let mut rig = Rig::with(&["ws://one/"], Some(credentials));
    let outputs = rig.input(Input::Opened);
    let connect = b"\x10\x15\x00\x04MQTT\x04\xc2\x00\x1e\x00\x02me\x00\x01u\x00\x02pw";
    assert_eq!(sent(&outputs), [connect.as_slice()]);
}

#[test]
fn it_subscribes_after_connack_and_is_connected_after_suback() {
    let mut rig = Rig::new();
    rig.input(Input::Opened);
    assert_eq!(sent(&rig.receive(&CONNACK)), [&SUBSCRIBE]);
    let broker = "ws://one/".to_owned();
    assert_eq!(
        rig.receive(&SUBACK),
        [Output::Status(Status::Connected { broker })]
    );
}

#[test]
fn a_message_is_handed_on() {
    let mut rig = Rig::connected();
    let outputs = rig.receive(b"\x30\x06\x00\x03a/bx");
    let topic = "a/b".to_owned();
    let payload = b"x".as_slice().into();
    assert_eq!(outputs, [Output::Message { topic, payload }]);
}

#[test]
fn a_message_at_qos_1_is_acknowledged() {
    let mut rig = Rig::connected();
    let outputs = rig.receive(b"\x32\x08\x00\x03a/b\x00\x09x");
    assert_eq!(sent(&outputs), [&puback(9)]);
}

#[test]
fn a_message_may_come_before_suback() {
    let mut rig = Rig::new();
    rig.input(Input::Opened);
    rig.receive(&CONNACK);
    let outputs = rig.receive(b"\x31\x06\x00\x03a/bx");
    assert!(
        matches!(outputs[..], [Output::Message { .. }]),
        "{outputs:?}"
    );
}

#[test]
fn a_payload_is_undelivered_until_its_puback() {
    let mut rig = Rig::connected();
    let outputs = rig.publish("1");
    assert_eq!(sent(&outputs), [publish_packet(1, "1")]);
    assert!(outputs.contains(&Output::Undelivered(true)));
    assert_eq!(rig.receive(&puback(1)), [Output::Undelivered(false)]);
}

#[test]
fn the_newest_payload_follows_once_the_first_is_acknowledged() {
    let mut rig = Rig::connected();
    rig.publish("1");
    assert!(sent(&rig.publish("2")).is_empty());
    assert!(sent(&rig.publish("3")).is_empty());
    assert_eq!(sent(&rig.receive(&puback(1))), [publish_packet(2, "3")]);
}

#[test]
fn a_payload_from_before_the_connection_goes_out_with_it() {
    let mut rig = Rig::new();
    assert!(sent(&rig.publish("1")).is_empty());
    rig.input(Input::Opened);
    let outputs = rig.receive(&CONNACK);
    assert_eq!(
        sent(&outputs),
        [&SUBSCRIBE, publish_packet(1, "1").as_slice()]
    );
}

#[test]
fn an_unacknowledged_payload_goes_out_again_after_reconnecting() {
    let mut rig = Rig::connected();
    rig.publish("1");
    rig.input(Input::Closed);
    rig.input(Input::Opened);
    let outputs = rig.receive(&CONNACK);
    assert_eq!(
        sent(&outputs),
        [&SUBSCRIBE, publish_packet(2, "1").as_slice()]
    );
}

#[test]
fn silence_is_broken_by_a_ping() {
    let mut rig = Rig::connected();
    let before = rig.now;
    assert_eq!(sent(&rig.sleep()), [&PINGREQ]);
    assert_eq!(rig.now - before, KEEP_ALIVE);
    rig.receive(&PINGRESP);
    assert_eq!(sent(&rig.sleep()), [&PINGREQ]);
}

#[test]
fn labels_do_not_replace_the_ping_that_the_broker_waits_for() {
    let mut rig = Rig::connected();
    let before = rig.now;
    rig.now += KEEP_ALIVE - Duration::from_secs(1);
    rig.receive(b"\x30\x06\x00\x03a/bx");
    assert_eq!(rig.session.deadline(), Some(before + KEEP_ALIVE));
}

#[test]
fn a_missing_pingresp_ends_the_connection() {
    let mut rig = Rig::connected();
    rig.sleep();
    let before = rig.now;
    assert_eq!(lost(&rig.sleep()), LostReason::Silent(Step::Ping));
    assert_eq!(rig.now - before, PING_TIMEOUT);
}

#[test]
fn a_missing_puback_ends_the_connection() {
    let mut rig = Rig::connected();
    rig.publish("1");
    let before = rig.now;
    assert_eq!(lost(&rig.sleep()), LostReason::Silent(Step::Publish));
    assert_eq!(rig.now - before, PUBLISH_TIMEOUT);
}

#[test]
fn a_pingresp_may_stand_behind_what_still_arrives() {
    let mut rig = Rig::connected();
    rig.sleep();
    rig.now += PING_TIMEOUT - Duration::from_secs(1);
    rig.receive(b"\x30\x06\x00\x03a/bx");
    assert_eq!(rig.session.deadline(), Some(rig.now + PING_TIMEOUT));
}

#[test]
fn a_puback_may_stand_behind_a_packet_that_still_arrives() {
    let mut rig = Rig::connected();
    rig.publish("1");
    rig.now += PUBLISH_TIMEOUT - Duration::from_secs(1);
    rig.receive(&[0x30, 6, 0]);
    assert_eq!(rig.session.deadline(), Some(rig.now + PUBLISH_TIMEOUT));
}

#[test]
fn a_puback_does_not_wait_for_whole_packets() {
    let mut rig = Rig::connected();
    rig.publish("1");
    let sent = rig.now;
    rig.now += Duration::from_secs(1);
    rig.receive(b"\x30\x06\x00\x03a/bx");
    assert_eq!(rig.session.deadline(), Some(sent + PUBLISH_TIMEOUT));
}

#[test]
fn each_step_towards_a_connection_has_its_time() {
    let steps: [(&[Input<'_>], Step); 3] = [
        (&[], Step::Open),
        (&[Input::Opened], Step::Connect),
        (&[Input::Opened, Input::Received(&CONNACK)], Step::Subscribe),
    ];
    for (inputs, step) in steps {
        let mut rig = Rig::new();
        rig.outputs();
        for input in inputs {
            match input {
                Input::Received(bytes) => rig.receive(bytes),
                _ => rig.input(Input::Opened),
            };
        }
        let before = rig.now;
        assert_eq!(lost(&rig.sleep()), LostReason::Silent(step));
        assert_eq!(rig.now - before, STEP_TIMEOUT);
    }
}

#[test]
fn a_lost_connection_is_tried_again_at_once() {
    let mut rig = Rig::connected();
    let outputs = rig.input(Input::Closed);
    assert_eq!(lost(&outputs), LostReason::Closed);
    assert!(outputs.contains(&Output::Open("ws://one/".to_owned())));
}

#[test]
fn the_loss_of_a_steady_connection_is_tried_again_at_once() {
    let mut rig = Rig::connected();
    for _ in 0..3 {
        rig.now += STEADY;
        let outputs = rig.input(Input::Closed);
        assert!(outputs.contains(&Output::Open("ws://one/".to_owned())));
        rig.connect();
    }
}

#[test]
fn a_broker_that_drops_us_again_and_again_is_met_with_longer_waits() {
    let mut rig = Rig::connected();
    let start = rig.now;
    for _ in 0..12 {
        let outputs = rig.input(Input::Closed);
        if !outputs
            .iter()
            .any(|output| matches!(output, Output::Open(_)))
        {
            rig.sleep();
        }
        rig.connect();
    }
    assert!(
        rig.now - start > Duration::from_secs(30),
        "{:?}",
        rig.now - start
    );
}

#[test]
fn an_unanswered_ping_of_one_connection_does_not_end_the_next() {
    let mut rig = Rig::connected();
    rig.sleep();
    rig.input(Input::Closed);
    rig.connect();
    assert_eq!(rig.session.deadline(), Some(rig.now + KEEP_ALIVE));
}

#[test]
fn a_second_failure_waits_and_says_how_long() {
    let mut rig = Rig::new();
    rig.input(Input::Closed);
    let before = rig.now;
    let outputs = rig.input(Input::Closed);
    let Some(&Status::Offline {
        reason, retry_in, ..
    }) = statuses(&outputs).last().copied()
    else {
        panic!("not offline: {outputs:?}");
    };
    assert_eq!(reason, LostReason::Unreachable);
    assert_eq!(rig.session.deadline(), Some(before + retry_in));
    assert!(rig.sleep().contains(&Output::Open("ws://one/".to_owned())));
}

#[test]
fn it_never_stops_trying() {
    let mut rig = Rig::new();
    for _ in 0..1000 {
        let outputs = rig.input(Input::Closed);
        if !outputs
            .iter()
            .any(|output| matches!(output, Output::Open(_)))
        {
            rig.sleep();
        }
    }
    rig.connect();
    assert!(rig.session.deadline().is_some());
    assert_eq!(sent(&rig.publish("1")).len(), 1);
}

#[test]
fn the_user_can_cut_the_wait_short() {
    let mut rig = Rig::new();
    rig.input(Input::Closed);
    rig.input(Input::Closed);
    assert!(
        rig.input(Input::Retry)
            .contains(&Output::Open("ws://one/".to_owned()))
    );
}

#[test]
fn a_retry_while_connected_changes_nothing() {
    assert_eq!(Rig::connected().input(Input::Retry), []);
}

#[test]
fn brokers_are_tried_in_turn() {
    let mut rig = Rig::with(&["ws://one/", "ws://two/"], None);
    let outputs = rig.input(Input::Closed);
    assert!(outputs.contains(&Output::Open("ws://two/".to_owned())));
    rig.input(Input::Closed);
    assert!(rig.sleep().contains(&Output::Open("ws://one/".to_owned())));
}

#[test]
fn a_refusal_is_not_tried_again_until_the_user_asks() {
    let refusals = [
        (1, RefusedReason::ProtocolVersion),
        (2, RefusedReason::ClientId),
        (4, RefusedReason::LoginWanted),
        (5, RefusedReason::LoginWanted),
    ];
    for (code, expected) in refusals {
        let mut rig = Rig::new();
        rig.input(Input::Opened);
        let outputs = rig.receive(&[0x20, 2, 0, code]);
        assert!(outputs.contains(&Output::Close));
        let broker = "ws://one/".to_owned();
        let reason = expected;
        assert_eq!(statuses(&outputs), [&Status::Refused { broker, reason }]);
        assert_eq!(rig.session.deadline(), None);
        assert!(
            rig.input(Input::Retry)
                .contains(&Output::Open("ws://one/".to_owned()))
        );
    }
}

#[test]
fn after_a_refusal_the_other_brokers_are_tried() {
    let mut rig = Rig::with(&["ws://one/", "ws://two/"], None);
    rig.input(Input::Opened);
    let outputs = rig.receive(&[0x20, 2, 0, 5]);
    assert!(outputs.contains(&Output::Open("ws://two/".to_owned())));
    rig.connect();
    assert!(rig.session.deadline().is_some());
}

#[test]
fn it_is_refused_once_every_broker_has_refused() {
    let mut rig = Rig::with(&["ws://one/", "ws://two/"], None);
    for _ in 0..2 {
        rig.input(Input::Opened);
        rig.receive(&[0x20, 2, 0, 5]);
    }
    assert_eq!(rig.session.deadline(), None);
    assert!(
        rig.input(Input::Retry)
            .contains(&Output::Open("ws://one/".to_owned()))
    );
}

#[test]
fn a_login_that_was_sent_and_refused_is_said_to_be_wrong() {
    let credentials = Credentials {
        username: "u".to_owned(),
        password: String::new(),
    };
    let mut rig = Rig::with(&["ws://one/"], Some(credentials));
    rig.input(Input::Opened);
    let outputs = rig.receive(&[0x20, 2, 0, 5]);
    let broker = "ws://one/".to_owned();
    let reason = RefusedReason::LoginRejected;
    assert_eq!(statuses(&outputs), [&Status::Refused { broker, reason }]);
}

#[test]
fn a_broker_that_is_unavailable_is_tried_again() {
    let mut rig = Rig::new();
    rig.input(Input::Opened);
    assert_eq!(
        lost(&rig.receive(&[0x20, 2, 0, 3])),
        LostReason::Unavailable
    );
}

#[test]
fn a_refused_subscription_names_the_filter() {
    let mut rig = Rig::new();
    rig.input(Input::Opened);
    rig.receive(&CONNACK);
    let outputs = rig.receive(&[0x90, 3, 0xff, 0xff, 0x80]);
    let broker = "ws://one/".to_owned();
    let filter = "a/+".to_owned();
    let reason = RefusedReason::Subscription { filter };
    assert_eq!(statuses(&outputs), [&Status::Refused { broker, reason }]);
}

#[test]
fn what_is_not_mqtt_ends_the_connection_with_its_name() {
    let cases: [(&[u8], ProtocolError); 7] = [
        (&[0x00, 0], ProtocolError::Malformed),
        (&[0x30, 0xff, 0xff, 0xff, 0x7f], ProtocolError::TooLong),
        (&CONNACK, ProtocolError::Unexpected),
        (&SUBACK, ProtocolError::Unexpected),
        (&puback(9), ProtocolError::Unexpected),
        (b"\x34\x08\x00\x03a/b\x00\x09x", ProtocolError::Unexpected),
        (&[0xe0, 0], ProtocolError::Unexpected),
    ];
    for (bytes, expected) in cases {
        let mut rig = Rig::connected();
        assert_eq!(
            lost(&rig.receive(bytes)),
            LostReason::Protocol(expected),
            "{bytes:?}"
        );
    }
}

#[test]
fn a_text_frame_ends_the_connection() {
    let reason = lost(&Rig::connected().input(Input::ReceivedText));
    assert_eq!(reason, LostReason::Protocol(ProtocolError::TextFrame));
}

#[test]
fn a_text_frame_of_a_connection_that_is_gone_is_ignored() {
    let mut rig = Rig::new();
    rig.input(Input::Opened);
    rig.receive(&[0x20, 2, 0, 5]);
    assert_eq!(rig.input(Input::ReceivedText), []);
}

#[test]
fn nothing_is_read_after_the_connection_is_given_up() {
    let mut rig = Rig::connected();
    let outputs = rig.receive(b"\xe0\x00\x30\x06\x00\x03a/bx");
    assert!(
        !outputs
            .iter()
            .any(|output| matches!(output, Output::Message { .. }))
    );
}

#[test]
fn half_a_packet_of_one_connection_does_not_spoil_the_next() {
    let mut rig = Rig::connected();
    rig.receive(&[0x30, 6, 0]);
    rig.input(Input::Closed);
    rig.connect();
    let outputs = rig.receive(b"\x30\x06\x00\x03a/bx");
    assert!(
        matches!(outputs[..], [Output::Message { .. }]),
        "{outputs:?}"
    );
}
