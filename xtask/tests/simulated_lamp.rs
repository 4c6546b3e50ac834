//! The simulated lamp, run alone against the embedded broker.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use std::time::{Duration, Instant};

use broker::Broker;
use rumqttc::Publish;
use support::{
    Peer, Task, ends_quietly_when_nobody_reads_it, says_that_it_wants_a_login, start, start_at,
};

const ID: &str = "b827eb000001";
const BRIDGE: &str = "$SYS/broker/connection/b827eb000001_broker/state";
const SERVICE: &str = "devices/b827eb000001/lamp/connection/lamp_service/state";
const CHANGED: &str = "devices/b827eb000001/lamp/changed";
const SET_CONFIG: &str = "devices/b827eb000001/lamp/set_config";
const NEW: &str = r#"{"color":{"h":1,"s":1},"brightness":1,"on":true,"client":""}"#;
const REQUEST: &str = r#"{"color":{"h":0.3333,"s":0.5},"brightness":0.05,"on":0,"client":"page"}"#;
const ANSWER: &str = r#"{"color":{"h":0.33,"s":0.5},"brightness":0.05,"on":false,"client":"page"}"#;
const FIRST: [(&str, &str); 3] = [(BRIDGE, "1"), (SERVICE, "1"), (CHANGED, NEW)];

#[test]
fn who_comes_later_finds_the_lamp_by_wildcards() {
    let broker = start();
    let _lamp = online(&broker, &[]);
    for (filter, topic, payload) in [
        ("$SYS/broker/connection/+/state", BRIDGE, "1"),
        ("devices/+/lamp/connection/+/state", SERVICE, "1"),
        ("devices/+/lamp/changed", CHANGED, NEW),
    ] {
        let message = Peer::subscribed(&broker, "page", filter).message();
        assert_eq!(said(&message), (topic, payload));
        assert!(message.retain, "{topic}");
    }
}

#[test]
fn a_request_is_done_and_told() {
    let broker = start();
    let _lamp = online(&broker, &[]);
    let mut watcher = Peer::subscribed(&broker, "watcher", CHANGED);
    assert_eq!(said(&watcher.message()), (CHANGED, NEW));
    page(&broker).publish(SET_CONFIG, REQUEST);
    assert_eq!(said(&watcher.message()), (CHANGED, ANSWER));
}

#[test]
fn a_message_that_is_too_long_for_a_lamp_does_not_part_it_from_the_broker() {
    let broker = start();
    let mut lamp = online(&broker, &[]);
    let long = " ".repeat(20_000);
    page(&broker).publish(SET_CONFIG, &long);
    assert_eq!(lamp.line(), format!("heard {SET_CONFIG} {long}"));
}

#[test]
fn a_lamp_that_dies_leaves_both_wills() {
    let broker = start();
    let lamp = online(&broker, &[]);
    drop(lamp);
    for topic in [BRIDGE, SERVICE] {
        // The broker may take a moment to notice.
        let mut watcher = Peer::subscribed(&broker, "watcher", topic);
        watcher.await_payload("0");
    }
}

#[test]
fn a_rejecting_lamp_hears_and_says_nothing() {
    let broker = start();
    let mut lamp = online(&broker, &["--reject"]);
    let mut page = page(&broker);
    for _ in 0..2 {
        page.publish(SET_CONFIG, REQUEST);
        assert_eq!(lamp.line(), format!("heard {SET_CONFIG} {REQUEST}"));
    }
}

#[test]
fn a_slow_lamp_takes_its_time() {
    let broker = start();
    let mut lamp = online(&broker, &["--delay", "300"]);
    let asked = Instant::now();
    page(&broker).publish(SET_CONFIG, REQUEST);
    lamp.await_line(&format!("said {CHANGED} {ANSWER}"));
    assert!(asked.elapsed() >= Duration::from_millis(300));
}

#[test]
fn a_lamp_that_vanishes_comes_back_and_then_does_what_it_was_asked_for() {
    let broker = start();
    let mut lamp = online(&broker, &["--offline-every", "1"]);
    let mut watcher = Peer::subscribed(&broker, "watcher", BRIDGE);
    watcher.await_payload("0");
    page(&broker).publish(SET_CONFIG, REQUEST);
    watcher.await_payload("1");
    lamp.await_line("offline");
    lamp.await_line(&format!("said {CHANGED} {ANSWER}"));
}

#[test]
fn the_lamp_keeps_what_it_shows_while_the_broker_is_away() {
    let broker = start();
    let address = broker.mqtt_address();
    let mut lamp = online(&broker, &[]);
    page(&broker).publish(SET_CONFIG, REQUEST);
    lamp.await_line(&format!("said {CHANGED} {ANSWER}"));
    drop(broker);
    lamp.await_line(&format!("the broker at {address} is away"));
    let _broker = start_at(address);
    lamp.await_line(&format!("said {CHANGED} {ANSWER}"));
}

#[test]
fn the_lamp_says_that_it_wants_a_login() {
    says_that_it_wants_a_login("simulated-lamp");
}

#[test]
fn the_lamp_ends_quietly_when_nobody_reads_it() {
    ends_quietly_when_nobody_reads_it("simulated-lamp");
}

#[test]
fn two_lamps_of_one_name_ask_for_each_other_once() {
    let broker = start();
    let mut lamp = online(&broker, &[]);
    let _other = online(&broker, &[]);
    let lines: Vec<String> = (0..4 * FIRST.len()).map(|_| lamp.line()).collect();
    let troubles = lines.iter().filter(|line| line.starts_with("the broker"));
    let asks: Vec<bool> = troubles
        .map(|line| line.contains("another lamp of this name"))
        .collect();
    assert!(asks.contains(&true), "{lines:#?}");
    // A machine that is slow for a while lets a session last.
    let again = asks.windows(2).any(|pair| pair == [true, true]);
    assert!(!again, "{lines:#?}");
}

/// Returns when the broker has everything that the lamp sends first: its log is ahead of that.
fn online(broker: &Broker, flags: &[&str]) -> Task {
    let mut watcher = Peer::subscribed(broker, "first watcher", CHANGED);
    let mut lamp = Task::start(
        broker,
        &[&["simulated-lamp", "--device", ID], flags].concat(),
    );
    for (topic, payload) in FIRST {
        assert_eq!(lamp.line(), format!("said {topic} {payload}"));
    }
    watcher.message();
    lamp
}

fn page(broker: &Broker) -> Peer {
    Peer::subscribed(broker, "page", "nothing")
}

fn said(message: &Publish) -> (&str, &str) {
    (&message.topic, str::from_utf8(&message.payload).unwrap())
}
