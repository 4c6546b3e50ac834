//! A broker, a task at it as a process, and somebody who listens.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "not every test uses everything, and a test may"
)]

#[path = "../../../tests/browser/support/port.rs"]
mod port;

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use broker::Broker;
use rumqttc::{Client, Connection, Event, MqttOptions, Packet, Publish, QoS};

/// How long anything that should happen may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// An embedded broker of this machine's.
pub fn start() -> Broker {
    start_at(port::free())
}

/// The same at this MQTT address.
pub fn start_at(mqtt: SocketAddr) -> Broker {
    Broker::start(mqtt, port::free()).unwrap()
}

/// Runs a task at a broker that refuses it.
pub fn says_that_it_wants_a_login(task: &str) {
    let address = refusing();
    let line = Task::at(address, &[task]).line();
    let start = format!("the broker at {address} cannot be used: ");
    assert!(line.starts_with(&start), "{line}");
    assert!(line.contains("MQTT_PASSWORD"), "{line}");
}

/// Runs a task whose lines nobody reads.
pub fn ends_quietly_when_nobody_reads_it(task: &str) {
    let broker = start();
    let (nobody, lines) = io::pipe().unwrap();
    drop(nobody);
    let mut process = command(broker.mqtt_address(), &[task])
        .stdout(lines)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let notices = process.stderr.take().unwrap();
    let mut task = Task::heard_through(process, notices);
    let end = loop {
        match task.log.recv_timeout(PATIENCE) {
            Ok(line) => assert!(!line.starts_with("error"), "{line}"),
            Err(end) => break end,
        }
    };
    assert_eq!(end, RecvTimeoutError::Disconnected);
    assert!(task.process.wait().unwrap().success());
}

/// The address of somebody who answers each client as a broker that does not know it.
fn refusing() -> SocketAddr {
    const NOT_AUTHORISED: [u8; 4] = [0x20, 2, 0, 5];
    let listener = TcpListener::bind(port::free()).unwrap();
    let address = listener.local_addr().unwrap();
    // This ends with the test.
    thread::spawn(move || {
        for client in listener.incoming() {
            let mut client = client.unwrap();
            let hello = client.read(&mut [0; 1024]).unwrap();
            assert!(hello > 0);
            client.write_all(&NOT_AUTHORISED).unwrap();
        }
    });
    address
}

fn command(broker: SocketAddr, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command
        .args(arguments)
        .arg("--broker")
        .arg(broker.to_string());
    command
}

/// A task as a process; killed when dropped.
pub struct Task {
    process: Child,
    log: Receiver<String>,
}

impl Task {
    /// Starts `cargo xtask` with a task's name and flags, and the broker's address.
    pub fn start(broker: &Broker, arguments: &[&str]) -> Task {
        Task::at(broker.mqtt_address(), arguments)
    }

    /// The same with any address.
    pub fn at(address: SocketAddr, arguments: &[&str]) -> Task {
        let (log, output) = io::pipe().unwrap();
        let process = command(address, arguments)
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .spawn()
            .unwrap();
        Task::heard_through(process, log)
    }

    fn heard_through(process: Child, output: impl Read + Send + 'static) -> Task {
        let (hear, log) = mpsc::channel();
        // A pipe cannot be read with a time limit. This ends with the task.
        thread::spawn(move || {
            for line in BufReader::new(output).lines() {
                hear.send(line.unwrap()).unwrap_or_default();
            }
        });
        Task { process, log }
    }

    /// The next line that it prints.
    pub fn line(&mut self) -> String {
        self.log.recv_timeout(PATIENCE).expect("a line in time")
    }

    /// Waits for a line with such a beginning.
    pub fn await_line(&mut self, start: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.line().starts_with(start) {
            assert!(Instant::now() < deadline, "no line begins with {start}");
        }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// A client at the broker.
pub struct Peer {
    client: Client,
    connection: Connection,
}

impl Peer {
    /// Returns when the broker has granted the subscription.
    pub fn subscribed(broker: &Broker, id: &str, filter: &str) -> Peer {
        let address = broker.mqtt_address();
        let mut options = MqttOptions::new(id, address.ip().to_string(), address.port());
        options.set_max_packet_size(64 * 1024, 64 * 1024);
        let (client, connection) = Client::new(options, 10);
        client.subscribe(filter, QoS::AtLeastOnce).unwrap();
        let mut peer = Peer { client, connection };
        while !matches!(peer.packet(), Packet::SubAck(_)) {}
        peer
    }

    /// Publishes at QoS 1 and returns when the broker has it. What arrives meanwhile is lost.
    pub fn publish(&mut self, topic: &str, payload: &str) {
        self.client
            .publish(topic, QoS::AtLeastOnce, false, payload)
            .unwrap();
        while !matches!(self.packet(), Packet::PubAck(_)) {}
    }

    /// Waits for a message with this payload.
    pub fn await_payload(&mut self, payload: &str) {
        let deadline = Instant::now() + PATIENCE;
        while self.message().payload != payload {
            assert!(Instant::now() < deadline, "nobody says {payload}");
        }
    }

    /// The next message.
    pub fn message(&mut self) -> Publish {
        loop {
            if let Packet::Publish(message) = self.packet() {
                return message;
            }
        }
    }

    fn packet(&mut self) -> Packet {
        loop {
            let event = self.connection.recv_timeout(PATIENCE);
            if let Event::Incoming(packet) = event.expect("an event in time").unwrap() {
                return packet;
            }
        }
    }
}
