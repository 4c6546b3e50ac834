//! Whatever arrives, in whatever pieces: nothing panics, and the pieces do not matter.
// Support code is not marked as a test, but runs in tests only.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/steps.rs"]
mod steps;

use lampi::duration::Duration;
use lampi_web::broker_address;
use lampi_web::config::{Config, ConfigFile, PageAddress};
use lampi_web::lesson::{Label, Setting};
use lampi_web::mqtt::framing::Framing;
use lampi_web::mqtt::packet::{self, Packet};
use lampi_web::mqtt::{Input, Login, Output, Session, SessionOptions, Status, Subscription};
use proptest::collection::vec;
use proptest::prelude::*;
use steps::Steps;

proptest! {
    #[test]
    fn packets_arrive_whole_however_they_are_split(
        payloads in vec(vec(any::<u8>(), 0..300), 1..20),
        cuts in vec(1_usize..50, 1..2000),
    ) {
        let publish = |payload: &Vec<u8>| packet::publish("a/b", payload, 1);
        let bytes: Vec<u8> = payloads.iter().flat_map(publish).collect();
        let mut bytes = bytes.as_slice();
        let mut framing = Framing::default();
        let mut arrived = Vec::new();
        let mut steps = Steps::default();
        let mut cuts = cuts.into_iter().cycle();
        while !bytes.is_empty() {
            let cut = cuts.next().unwrap_or(1).min(bytes.len());
            let (part, rest) = bytes.split_at(cut);
            framing.push(part);
            bytes = rest;
            while let Some(Packet::Publish(packet)) = framing.next_packet().unwrap() {
                steps.count();
                arrived.push(packet.payload);
            }
        }
        prop_assert_eq!(arrived, payloads);
    }

    #[test]
    fn any_bytes_leave_the_framing_standing(frames in vec(vec(any::<u8>(), 0..100), 0..20)) {
        let mut framing = Framing::default();
        let mut steps = Steps::default();
        for frame in frames {
            framing.push(&frame);
            while let Ok(Some(_)) = framing.next_packet() {
                steps.count();
            }
        }
    }

    #[test]
    fn any_bytes_leave_a_session_with_a_next_step(frames in vec(broker_bytes(), 0..30)) {
        let options = SessionOptions {
            brokers: vec!["ws://one/".to_owned()],
            client_id: "me".to_owned(),
            login: Login::Unknown,
            subscriptions: vec![Subscription {
                filter: "a/+".to_owned(),
                instead: "a/1".to_owned(),
            }],
            keep_alive: Duration::from_secs(30),
            is_page_secure: false,
        };
        let mut session = Session::new(options, 1, Duration::ZERO);
        let (mut is_refused, mut has_worked) = (false, false);
        let mut steps = Steps::default();
        for (millis, frame) in (0..).step_by(700).zip(frames) {
            let now = Duration::from_millis(millis);
            session.handle(Input::Opened, now);
            session.handle(Input::Received(&frame), now);
            while let Some(output) = session.poll() {
                steps.count();
                if let Output::Status(status) = output {
                    is_refused = matches!(status, Status::Refused { .. });
                    has_worked |= matches!(status, Status::Connected { .. });
                }
            }
            prop_assert_eq!(session.deadline().is_none(), is_refused && !has_worked);
        }
    }

    #[test]
    fn any_bytes_are_a_label_or_an_error(payload in vec(any::<u8>(), 0..200)) {
        let _ = Label::parse(&payload);
    }

    #[test]
    fn any_json_object_is_a_label_and_goes_back_with_the_same_keys(object in json_object()) {
        let label = Label::parse(object.to_string().as_bytes()).unwrap();
        let published = label.keys.with(Setting::default());
        let mut published: serde_json::Value = serde_json::from_str(&published).unwrap();
        let mut expected = object.clone();
        expected["on"] = false.into();
        expected["slider"] = 50.into();
        prop_assert_eq!(published.take(), expected);
    }

    #[test]
    fn a_string_is_shown_as_it_is(text in any::<String>()) {
        let payload = serde_json::json!({ "value": text }).to_string();
        prop_assert_eq!(Label::parse(payload.as_bytes()).unwrap().text, Some(text));
    }

    #[test]
    fn any_settings_give_a_broker_and_a_device(
        file in config_file(),
        device in proptest::option::of(".{0,40}"),
        broker in proptest::option::of("(wss?://)?.{0,40}"),
    ) {
        let page = PageAddress {
            host: "h",
            device: device.as_deref(),
            broker: broker.as_deref(),
            ..PageAddress::default()
        };
        let (config, _) = Config::read(ConfigFile::Text(&file), page);
        prop_assert!(!config.brokers.is_empty());
        prop_assert!(config.brokers.iter().all(|url| broker_address::fault(url).is_none()));
        prop_assert!(!config.topics.prefix.contains(['+', '#']));
        prop_assert!(!config.device.is_empty() && !config.device.contains(['/', '+', '#']));
    }
}

/// Mostly settings, of any type, and noise.
fn config_file() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec![
        "brokers",
        "device",
        "username",
        "password",
        "keepalive",
        "prefix",
        "bridgeSuffix",
    ]);
    let value = prop_oneof![
        ".{0,40}".prop_map(serde_json::Value::from),
        any::<i64>().prop_map(Into::into),
        vec("(wss?://)?.{0,40}", 0..4).prop_map(Into::into),
    ];
    let settings = proptest::collection::hash_map(key, value, 0..5);
    prop_oneof![
        4 => settings.prop_map(|settings| serde_json::json!(settings).to_string()),
        1 => ".{0,200}",
    ]
}

/// Packets a broker may send, in any order, and noise.
fn broker_bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(vec![0x20, 2, 0, 0]),
        Just(vec![0x90, 3, 0xff, 0xff, 0]),
        Just(vec![0x20, 2, 0, 5]),
        Just(vec![0xd0, 0]),
        Just(b"\x30\x06\x00\x03a/bx".to_vec()),
        (any::<u8>()).prop_map(|id| vec![0x40, 2, 0, id]),
        vec(any::<u8>(), 0..60),
    ]
}

fn json_object() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    let value = leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Into::into),
            proptest::collection::hash_map(any::<String>(), inner, 0..5)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    });
    proptest::collection::hash_map(any::<String>(), value, 0..6)
        .prop_map(|map| serde_json::Value::Object(map.into_iter().collect()))
}
