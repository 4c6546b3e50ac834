//! The label service, run alone against the embedded broker.

mod support;

use broker::Broker;
use rumqttc::QoS;
use support::{
    Peer, Task, ends_quietly_when_nobody_reads_it, says_that_it_wants_a_login, start, start_at,
};

#[test]
fn labels_count_up_from_zero_on_the_devices_topic() {
    let broker = start();
    let mut subscriber = Peer::subscribed(&broker, "subscriber", "devices/#");
    let _service = label_service(&broker, &["--device", "lamp"]);
    for value in 0..3 {
        let message = subscriber.message();
        assert_eq!(message.topic, "devices/lamp/label/changed");
        assert_eq!(message.payload, format!("{{\"value\": {value}}}"));
        assert_eq!((message.qos, message.retain), (QoS::AtMostOnce, false));
    }
}

#[test]
fn the_log_tells_what_was_sent() {
    let broker = start();
    let mut service = label_service(&broker, &[]);
    assert_eq!(
        service.line(),
        format!("connected to {}", broker.mqtt_address())
    );
    assert_eq!(
        service.line(),
        r#"devices/foobar/label/changed {"value": 0}"#
    );
}

#[test]
fn the_service_says_that_the_broker_is_away_and_goes_on_when_it_is_back() {
    let broker = start();
    let address = broker.mqtt_address();
    let mut service = label_service(&broker, &[]);
    drop(broker);
    service.await_line(&format!("the broker at {address} is away"));
    let _broker = start_at(address);
    assert_eq!(service.line(), format!("connected to {address}"));
}

#[test]
fn the_service_says_that_it_asks_at_the_port_for_pages() {
    let broker = start();
    let address = broker.websocket_address();
    let mut service = Task::at(address, &["label-service"]);
    let line = service.line();
    let start = format!("the broker at {address} cannot be used: ");
    assert!(line.starts_with(&start), "{line}");
    assert!(line.contains("plain MQTT port"), "{line}");
}

#[test]
fn the_service_says_that_it_wants_a_login() {
    says_that_it_wants_a_login("label-service");
}

#[test]
fn the_service_ends_quietly_when_nobody_reads_it() {
    ends_quietly_when_nobody_reads_it("label-service");
}

/// Ten labels a second.
fn label_service(broker: &Broker, flags: &[&str]) -> Task {
    Task::start(
        broker,
        &[&["label-service", "--every", "100"], flags].concat(),
    )
}
