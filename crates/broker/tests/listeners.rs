//! How the broker takes and gives back its addresses, and what it makes of WebSocket frames, byte by byte.

#![allow(clippy::unwrap_used, reason = "a test may")]

#[path = "../../../tests/browser/support/port.rs"]
mod port;

use std::{
    net::{SocketAddr, TcpListener, TcpStream},
    time::Duration,
};

use broker::{Broker, BrokerError};
use tungstenite::{ClientRequestBuilder, Message, WebSocket, client};

/// MQTT 3.1.1 CONNECT: clean session, keep alive 60 s, client id "t".
const CONNECT: &[u8] = b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x3c\x00\x01t";
const CONNACK: &[u8] = b"\x20\x02\x00\x00";
/// SUBSCRIBE, packet id 1, to "a" at QoS 0.
const SUBSCRIBE: &[u8] = b"\x82\x06\x00\x01\x00\x01a\x00";
const SUBACK: &[u8] = b"\x90\x03\x00\x01\x00";
const PINGREQ: &[u8] = b"\xc0\x00";
const PINGRESP: &[u8] = b"\xd0\x00";

#[test]
fn an_address_in_use_is_named() {
    let taken = TcpListener::bind(any_port()).unwrap();
    let taken = taken.local_addr().unwrap();
    for (mqtt, websocket) in [(taken, any_port()), (any_port(), taken)] {
        match Broker::start(mqtt, websocket) {
            Err(BrokerError::AddressInUse(address)) => assert_eq!(address, taken),
            other => panic!("expected an address in use, got {other:?}"),
        }
    }
}

#[test]
fn a_dropped_broker_gives_its_addresses_back() {
    let (mqtt, websocket) = (port::free(), port::free());
    let broker = Broker::start(mqtt, websocket).unwrap();
    // Connections in every stage: in a session, upgraded to a WebSocket, fresh.
    let mut session = open(&broker);
    session.send(binary(CONNECT)).unwrap();
    assert_eq!(receive(&mut session, CONNACK.len()), CONNACK);
    let _upgraded = open(&broker);
    let _fresh = [mqtt, websocket].map(|address| TcpStream::connect(address).unwrap());
    drop(broker);
    Broker::start(mqtt, websocket).unwrap();
}

#[test]
fn a_broker_may_be_dropped_as_soon_as_it_has_started() {
    for _ in 0..10 {
        drop(start());
    }
}

#[test]
fn the_websocket_listener_answers_with_the_mqtt_sub_protocol() {
    let (_, response) = handshake(&start());
    assert_eq!(response.headers()["sec-websocket-protocol"], "mqtt");
}

#[test]
fn several_packets_may_share_a_frame() {
    let broker = start();
    let mut socket = open(&broker);
    socket
        .send(binary(&[CONNECT, SUBSCRIBE, PINGREQ].concat()))
        .unwrap();
    let expected = [CONNACK, SUBACK, PINGRESP].concat();
    assert_eq!(receive(&mut socket, expected.len()), expected);
}

#[test]
fn a_packet_may_span_frames() {
    let broker = start();
    let mut socket = open(&broker);
    for byte in CONNECT {
        socket.send(binary(&[*byte])).unwrap();
    }
    assert_eq!(receive(&mut socket, CONNACK.len()), CONNACK);
}

#[test]
fn a_client_that_talks_nonsense_harms_nobody_else() {
    let broker = start();
    let mut good = open(&broker);
    good.send(binary(CONNECT)).unwrap();
    assert_eq!(receive(&mut good, CONNACK.len()), CONNACK);
    let mut bad = open(&broker);
    bad.send(binary(b"\xff\xff\xff\xff\xff\xff")).unwrap();
    while bad.read().is_ok() {}
    good.send(binary(PINGREQ)).unwrap();
    assert_eq!(receive(&mut good, PINGRESP.len()), PINGRESP);
}

fn any_port() -> SocketAddr {
    ([127, 0, 0, 1], 0).into()
}

fn start() -> Broker {
    Broker::start(any_port(), any_port()).unwrap()
}

fn open(broker: &Broker) -> WebSocket<TcpStream> {
    handshake(broker).0
}

fn handshake(
    broker: &Broker,
) -> (
    WebSocket<TcpStream>,
    tungstenite::handshake::client::Response,
) {
    let address = broker.websocket_address();
    let stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    let url = format!("ws://{address}/mqtt").parse().unwrap();
    client(
        ClientRequestBuilder::new(url).with_sub_protocol("mqtt"),
        stream,
    )
    .unwrap()
}

fn binary(bytes: &[u8]) -> Message {
    Message::binary(bytes.to_vec())
}

/// Joins frames until `length` bytes have come.
fn receive(socket: &mut WebSocket<TcpStream>, length: usize) -> Vec<u8> {
    let mut received = Vec::new();
    while received.len() < length {
        received.extend(socket.read().unwrap().into_data());
    }
    received
}
