//! What a client may expect of the broker, seen from `rumqttc`, a client that shares no code with it.
//! Each rule holds on both listeners.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may")]

use std::{net::SocketAddr, time::Duration};

use broker::Broker;
use rumqttc::{
    Client, Connection, Event, LastWill, MqttOptions, Outgoing, Packet, Publish, QoS, Transport,
};

const KIB: usize = 1024;

/// Longest wait for an answer: only a failing test waits this long.
const PATIENCE: Duration = Duration::from_secs(10);

#[test]
fn a_wildcard_subscription_receives_what_the_other_listener_was_sent() {
    let broker = start();
    for (subscriber, publisher) in [(Over::Tcp, Over::WebSocket), (Over::WebSocket, Over::Tcp)] {
        let mut lamp = Peer::connect(&broker, subscriber, "subscriber");
        lamp.subscribe("devices/+/label/changed");
        let mut sender = Peer::connect(&broker, publisher, "publisher");
        sender.publish("devices/foobar/label/other", "no");
        sender.publish("devices/foobar/label/changed", "yes");
        let message = lamp.message();
        assert_eq!(message.topic, "devices/foobar/label/changed");
        assert_eq!(message.payload, "yes");
    }
}

#[test]
fn a_qos_1_publish_is_acknowledged() {
    let broker = start();
    for over in Over::BOTH {
        let mut sender = Peer::connect(&broker, over, "publisher");
        sender.deliver("devices/TEST/test/poke_value", false, "{}");
    }
}

#[test]
fn a_retained_message_comes_with_every_subscribe() {
    let broker = start();
    let mut sender = Peer::connect(&broker, Over::Tcp, "publisher");
    sender.deliver("devices/kept/label/changed", true, "kept");
    for over in Over::BOTH {
        let mut lamp = Peer::connect(&broker, over, "subscriber");
        for _ in 0..2 {
            lamp.subscribe("devices/+/label/changed");
            let message = lamp.message();
            assert_eq!(message.payload, "kept");
            assert!(message.retain);
        }
    }
}

#[test]
fn a_lamps_bridge_may_tell_its_state_in_the_brokers_own_tree() {
    let (topic, filter) = (
        "$SYS/broker/connection/b827eb000001_broker/state",
        "$SYS/broker/connection/+/state",
    );
    let broker = start();
    let mut page = Peer::connect(&broker, Over::WebSocket, "before");
    page.subscribe(filter);
    let mut bridge = Peer::connect(&broker, Over::Tcp, "bridge");
    bridge.deliver(topic, true, "1");
    let live = page.message();
    assert_eq!((&*live.topic, &*live.payload), (topic, &b"1"[..]));
    assert!(!live.retain);
    for over in Over::BOTH {
        let mut page = Peer::connect(&broker, over, "after");
        page.subscribe(filter);
        let kept = page.message();
        assert_eq!((&*kept.topic, &*kept.payload), (topic, &b"1"[..]));
        assert!(kept.retain);
    }
}

#[test]
fn a_client_that_vanishes_leaves_its_will() {
    let broker = start();
    for over in Over::BOTH {
        let topic = format!("$SYS/broker/connection/{over:?}_broker/state");
        let will = LastWill::new(&topic, "0", QoS::AtLeastOnce, true);
        let mut page = Peer::connect(&broker, Over::WebSocket, "page");
        page.subscribe(&topic);
        drop(Peer::connect_with(&broker, over, "bridge", |options| {
            options.set_last_will(will);
        }));
        assert_eq!(page.message().payload, "0");
        page.subscribe(&topic);
        let kept = page.message();
        assert_eq!(kept.payload, "0");
        assert!(kept.retain);
    }
}

#[test]
fn a_lasting_session_is_given_what_it_missed() {
    let broker = start();
    let topic = "devices/b827eb000001/lamp/set_config";
    let lasting = |options: &mut MqttOptions| {
        options.set_clean_session(false);
    };
    for over in Over::BOTH {
        let id = format!("{over:?}");
        let mut lamp = Peer::connect_with(&broker, over, &id, lasting);
        lamp.subscribe_at(QoS::AtLeastOnce, topic);
        drop(lamp);
        let mut page = Peer::connect(&broker, Over::WebSocket, "page");
        for payload in ["first", "second"] {
            page.deliver(topic, false, payload);
        }
        let mut lamp = Peer::connect_with(&broker, over, &id, lasting);
        assert_eq!(lamp.message().payload, "first");
        assert_eq!(lamp.message().payload, "second");
    }
}

#[test]
fn a_large_payload_arrives_whole() {
    let broker = start();
    for over in Over::BOTH {
        let mut lamp = Peer::connect(&broker, over, "subscriber");
        lamp.subscribe("large");
        let mut sender = Peer::connect(&broker, over, "publisher");
        for size in [256 * KIB, 1024 * KIB] {
            let payload = vec![b'x'; size];
            sender.deliver("large", false, payload.clone());
            assert!(
                lamp.message().payload == payload,
                "{size} bytes over {over:?}"
            );
        }
    }
}

#[test]
fn brokers_in_one_process_share_nothing() {
    let brokers = [start(), start()];
    let mut lamps = brokers.each_ref().map(|broker| {
        let mut lamp = Peer::connect(broker, Over::WebSocket, "subscriber");
        lamp.subscribe("#");
        lamp
    });
    for (broker, lamp) in brokers.iter().zip(&mut lamps) {
        let payload = broker.mqtt_address().to_string();
        let mut sender = Peer::connect(broker, Over::Tcp, "publisher");
        sender.publish("name", &payload);
        assert_eq!(lamp.message().payload, payload);
    }
}

#[test]
fn sessions_end_when_the_broker_is_dropped() {
    for over in Over::BOTH {
        let broker = start();
        let mut lamp = Peer::connect(&broker, over, "subscriber");
        drop(broker);
        lamp.await_end();
    }
}

fn start() -> Broker {
    let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
    Broker::start(any_port, any_port).unwrap()
}

#[derive(Clone, Copy, Debug)]
enum Over {
    Tcp,
    WebSocket,
}

impl Over {
    const BOTH: [Over; 2] = [Over::Tcp, Over::WebSocket];
}

/// One connected client, driven by the test that owns it.
struct Peer {
    client: Client,
    connection: Connection,
}

impl Peer {
    fn connect(broker: &Broker, over: Over, id: &str) -> Peer {
        Peer::connect_with(broker, over, id, |_| {})
    }

    fn connect_with(
        broker: &Broker,
        over: Over,
        id: &str,
        set: impl FnOnce(&mut MqttOptions),
    ) -> Peer {
        let mut options = match over {
            Over::Tcp => {
                let address = broker.mqtt_address();
                MqttOptions::new(id, address.ip().to_string(), address.port())
            }
            Over::WebSocket => {
                let address = broker.websocket_address();
                let url = format!("ws://{address}/mqtt");
                let mut options = MqttOptions::new(id, url, address.port());
                options.set_transport(Transport::Ws);
                options
            }
        };
        options.set_max_packet_size(2048 * KIB, 2048 * KIB);
        set(&mut options);
        let (client, connection) = Client::new(options, 10);
        let mut peer = Peer { client, connection };
        peer.await_packet(|packet| matches!(packet, Packet::ConnAck(_)).then_some(()));
        peer
    }

    fn subscribe(&mut self, filter: &str) {
        self.subscribe_at(QoS::AtMostOnce, filter);
    }

    fn subscribe_at(&mut self, qos: QoS, filter: &str) {
        self.client.subscribe(filter, qos).unwrap();
        self.await_packet(|packet| matches!(packet, Packet::SubAck(_)).then_some(()));
    }

    /// Publishes at QoS 1 and returns when the broker has it.
    fn deliver(&mut self, topic: &str, retain: bool, payload: impl Into<Vec<u8>>) {
        self.client
            .publish(topic, QoS::AtLeastOnce, retain, payload)
            .unwrap();
        self.await_packet(|packet| matches!(packet, Packet::PubAck(_)).then_some(()));
    }

    /// Publishes at QoS 0 and returns when the message has left.
    fn publish(&mut self, topic: &str, payload: &str) {
        self.client
            .publish(topic, QoS::AtMostOnce, false, payload)
            .unwrap();
        loop {
            if let Event::Outgoing(Outgoing::Publish(_)) = self.next() {
                return;
            }
        }
    }

    fn message(&mut self) -> Publish {
        self.await_packet(|packet| match packet {
            Packet::Publish(message) => Some(message),
            _ => None,
        })
    }

    fn await_packet<T>(&mut self, wanted: impl Fn(Packet) -> Option<T>) -> T {
        loop {
            if let Event::Incoming(packet) = self.next()
                && let Some(found) = wanted(packet)
            {
                return found;
            }
        }
    }

    fn await_end(&mut self) {
        while self.try_next().is_some() {}
    }

    fn next(&mut self) -> Event {
        self.try_next().expect("the session goes on")
    }

    /// Nothing when the session has ended.
    fn try_next(&mut self) -> Option<Event> {
        let event = self.connection.recv_timeout(PATIENCE);
        event.expect("an event in time").ok()
    }
}
