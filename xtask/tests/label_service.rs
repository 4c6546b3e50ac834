//! The label service, run alone against the embedded broker.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may")]

use std::{
    io::{BufRead, BufReader, Lines},
    net::SocketAddr,
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use broker::Broker;
use rumqttc::{Client, Connection, Event, MqttOptions, Packet, Publish, QoS};

#[test]
fn labels_count_up_from_zero_on_the_devices_topic() {
    let broker = start(0);
    let mut subscriber = Subscriber::new(&broker);
    let _service = Service::start(&broker, &["--device", "lamp"]);
    for value in 0..3 {
        let message = subscriber.message();
        assert_eq!(message.topic, "devices/lamp/label/changed");
        assert_eq!(message.payload, format!("{{\"value\": {value}}}"));
        assert_eq!((message.qos, message.retain), (QoS::AtMostOnce, false));
    }
}

#[test]
fn the_log_tells_what_was_sent() {
    let broker = start(0);
    let mut service = Service::start(&broker, &[]);
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
    let broker = start(0);
    let address = broker.mqtt_address();
    let mut service = Service::start(&broker, &[]);
    drop(broker);
    service.await_line(&format!("the broker at {address} is away"));
    let _broker = start(address.port());
    assert_eq!(service.line(), format!("connected to {address}"));
}

fn start(port: u16) -> Broker {
    let address = |port| SocketAddr::from(([127, 0, 0, 1], port));
    Broker::start(address(port), address(0)).unwrap()
}

/// The service as a process, ten labels a second; killed when dropped.
struct Service {
    process: Child,
    log: Lines<BufReader<ChildStdout>>,
}

impl Service {
    fn start(broker: &Broker, flags: &[&str]) -> Service {
        let mut process = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(["label-service", "--every", "100", "--broker"])
            .arg(broker.mqtt_address().to_string())
            .args(flags)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(process.stdout.take().unwrap()).lines();
        Service { process, log }
    }

    fn line(&mut self) -> String {
        self.log.next().expect("the service runs").unwrap()
    }

    fn await_line(&mut self, start: &str) {
        while !self.line().starts_with(start) {}
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

struct Subscriber {
    /// The connection ends with its last client.
    _client: Client,
    connection: Connection,
}

impl Subscriber {
    fn new(broker: &Broker) -> Subscriber {
        let address = broker.mqtt_address();
        let options = MqttOptions::new("subscriber", address.ip().to_string(), address.port());
        let (client, connection) = Client::new(options, 10);
        client.subscribe("devices/#", QoS::AtMostOnce).unwrap();
        let mut subscriber = Subscriber {
            _client: client,
            connection,
        };
        while !matches!(subscriber.packet(), Packet::SubAck(_)) {}
        subscriber
    }

    fn message(&mut self) -> Publish {
        loop {
            if let Packet::Publish(message) = self.packet() {
                return message;
            }
        }
    }

    fn packet(&mut self) -> Packet {
        loop {
            let event = self.connection.recv_timeout(Duration::from_secs(10));
            if let Event::Incoming(packet) = event.expect("an event in time").unwrap() {
                return packet;
            }
        }
    }
}
