//! A session, its clock, and what it does.

use lampi::duration::Duration;
use lampi_web::mqtt::{
    Credentials, Input, Login, LostReason, Output, RefusedReason, Session, SessionOptions, Status,
    Subscription,
};

use super::steps::Steps;

pub const CONNACK: [u8; 4] = [0x20, 2, 0, 0];
pub const REFUSAL: [u8; 4] = [0x20, 2, 0, 5];
pub const SUBACK: [u8; 5] = [0x90, 3, 0xff, 0xff, 0];
pub const PINGREQ: [u8; 2] = [0xc0, 0];
pub const PINGRESP: [u8; 2] = [0xd0, 0];
pub const DISCONNECT: [u8; 2] = [0xe0, 0];

/// SUBSCRIBE to "a/+" at QoS 0 with packet id 0xffff.
pub const SUBSCRIBE: [u8; 10] = [0x82, 8, 0xff, 0xff, 0, 3, b'a', b'/', b'+', 0];

/// PUBLISH of "x" on "a/b" at QoS 0.
pub const PUBLISH: &[u8] = b"\x30\x06\x00\x03a/bx";

pub const KEEP_ALIVE: Duration = Duration::from_secs(40);

/// Half a [`KEEP_ALIVE`].
pub const PING_TIMEOUT: Duration = Duration::from_secs(20);

pub fn options(brokers: &[&str]) -> SessionOptions {
    SessionOptions {
        brokers: brokers.iter().map(|&url| url.to_owned()).collect(),
        client_id: "me".to_owned(),
        login: Login::Unknown,
        subscriptions: vec![Subscription {
            filter: "a/+".to_owned(),
            instead: "a/1".to_owned(),
        }],
        keep_alive: KEEP_ALIVE,
        is_page_secure: false,
    }
}

pub fn credentials() -> Credentials {
    Credentials {
        username: "u".to_owned(),
        password: "pw".to_owned(),
    }
}

pub struct Rig {
    pub session: Session,
    pub now: Duration,
    steps: Steps,
}

impl Rig {
    pub fn new() -> Self {
        Self::with(options(&["ws://one/"]))
    }

    pub fn with(options: SessionOptions) -> Self {
        let now = Duration::from_secs(100);
        Self {
            session: Session::new(options, 7, now),
            now,
            steps: Steps::default(),
        }
    }

    /// A session that has seen CONNACK and SUBACK, all its outputs taken.
    pub fn connected() -> Self {
        let mut rig = Self::new();
        rig.connect();
        rig
    }

    /// The socket opens, and the broker grants all.
    pub fn connect(&mut self) -> Vec<Output> {
        let mut outputs = self.let_in();
        outputs.extend(self.receive(&SUBACK));
        outputs
    }

    /// The socket opens, and the broker lets the page in, but has not answered for what it asks to read.
    pub fn let_in(&mut self) -> Vec<Output> {
        self.input(Input::Opened);
        self.receive(&CONNACK)
    }

    /// The socket opens, and the broker wants a login.
    pub fn refuse(&mut self) -> Vec<Output> {
        self.input(Input::Opened);
        self.receive(&REFUSAL)
    }

    pub fn outputs(&mut self) -> Vec<Output> {
        let mut outputs = Vec::new();
        while let Some(output) = self.session.poll() {
            self.steps.count();
            outputs.push(output);
        }
        outputs
    }

    pub fn input(&mut self, input: Input<'_>) -> Vec<Output> {
        self.steps.count();
        self.session.handle(input, self.now);
        self.outputs()
    }

    pub fn receive(&mut self, bytes: &[u8]) -> Vec<Output> {
        self.input(Input::Received(bytes))
    }

    pub fn publish(&mut self, payload: &str) -> Vec<Output> {
        self.input(Input::Publish {
            topic: "t",
            payload: payload.to_owned(),
        })
    }

    /// Lets time pass up to the deadline.
    pub fn sleep(&mut self) -> Vec<Output> {
        self.now = self.session.deadline().expect("nothing to wait for");
        self.input(Input::Tick)
    }

    /// Lets tries fail until the session waits before the next one; what it does then.
    pub fn wait(&mut self) -> Vec<Output> {
        loop {
            let outputs = self.input(Input::Closed);
            if opened(&outputs).is_none() {
                return outputs;
            }
        }
    }

    /// The broker hangs up, and time passes until the next try; tells whom it asks.
    pub fn hang_up(&mut self) -> String {
        let outputs = self.input(Input::Closed);
        self.try_again(&outputs)
    }

    /// Lets time pass until the next try; tells whom it asks.
    pub fn try_again(&mut self, outputs: &[Output]) -> String {
        let at_once = opened(outputs).map(str::to_owned);
        at_once.unwrap_or_else(|| opened(&self.sleep()).expect("no other try").to_owned())
    }
}

pub fn sent(outputs: &[Output]) -> Vec<&[u8]> {
    let sent = outputs.iter().filter_map(|output| match output {
        Output::Send(bytes) => Some(bytes.as_ref()),
        _ => None,
    });
    sent.collect()
}

pub fn statuses(outputs: &[Output]) -> Vec<&Status> {
    let statuses = outputs.iter().filter_map(|output| match output {
        Output::Status(status) => Some(status),
        _ => None,
    });
    statuses.collect()
}

/// All is well with a broker.
pub fn connected(broker: &str) -> Status {
    Status::Connected {
        broker: broker.to_owned(),
        held_back: Vec::new(),
        unread: Vec::new(),
    }
}

/// What is told when no broker is tried any more.
pub fn stopped(broker: &str, reason: RefusedReason) -> Status {
    Status::Refused {
        broker: broker.to_owned(),
        reason,
        meanwhile: None,
    }
}

/// The address that is tried, after all.
pub fn opened(outputs: &[Output]) -> Option<&str> {
    outputs.iter().rev().find_map(|output| match output {
        Output::Open(url) => Some(url.as_str()),
        _ => None,
    })
}

/// Why the connection was given up, whether the next try is at once or later.
pub fn lost(outputs: &[Output]) -> LostReason {
    assert!(outputs.contains(&Output::Close), "not closed: {outputs:?}");
    match statuses(outputs).last() {
        Some(
            Status::Connecting {
                after: Some(failure),
                ..
            }
            | Status::Offline { failure, .. },
        ) => failure.reason,
        other => panic!("not lost: {other:?}"),
    }
}

/// PUBLISH on "t" at QoS 1.
pub fn publish_packet(packet_id: u8, payload: &str) -> Vec<u8> {
    let mut packet = vec![0x32, 5 + payload.len() as u8, 0, 1, b't', 0, packet_id];
    packet.extend(payload.as_bytes());
    packet
}

pub fn puback(packet_id: u8) -> [u8; 4] {
    [0x40, 2, 0, packet_id]
}
