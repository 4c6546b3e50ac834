//! The MQTT session: connects, subscribes, publishes, keeps alive and reconnects without end.
//!
//! It knows bytes and time, never a socket or a clock. Feed it one [`Input`], then take every [`Output`],
//! then sleep until [`Session::deadline`] or the next input. All times are on the caller's clock.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use mqttbytes::QoS;
use mqttbytes::v4::{
    Connect, ConnectReturnCode, Login, PingReq, PubAck, Publish, SubAck, Subscribe,
    SubscribeReasonCode,
};
use serde::{Deserialize, Serialize};

use super::backoff::Backoff;
use super::error::{LostReason, ProtocolError, RefusedReason, Step};
use super::framing::{Framing, Packet};
use super::outbox::{Outbox, SUBSCRIBE_PACKET_ID};

/// How long opening the WebSocket, CONNACK and SUBACK may take, each.
pub const STEP_TIMEOUT: Duration = Duration::from_secs(5);

/// How long PUBACK may take.
pub const PUBLISH_TIMEOUT: Duration = Duration::from_secs(10);

/// Longest silence before a PINGREQ; the broker is told the same (section 3.1.2.10).
pub const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// How long PINGRESP may take. With [`KEEP_ALIVE`], a dead link is found within 1.5 times the keep-alive.
pub const PING_TIMEOUT: Duration = Duration::from_secs(15);

/// How long a connection must have lasted for its loss to be tried again at once. A broker that lets the page
/// in only to drop it is met with ever longer waits instead.
pub const STEADY: Duration = Duration::from_secs(5);

/// What a session needs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// WebSocket URLs, tried in turn. Not empty.
    pub brokers: Vec<String>,
    /// Unique at the broker; 1 to 23 letters and digits are accepted everywhere (section 3.1.3.1).
    pub client_id: String,
    /// Sent in CONNECT.
    pub credentials: Option<Credentials>,
    /// Topic filter to subscribe to, at QoS 0.
    pub filter: String,
}

/// A login (sections 3.1.3.4 and 3.1.3.5).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// User name, not empty.
    pub username: String,
    /// Password, may be empty.
    pub password: String,
}

impl std::fmt::Debug for Credentials {
    /// Keeps the password out of any log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Credentials({})", self.username)
    }
}

/// What happens to a session.
#[derive(Debug)]
pub enum Input<'a> {
    /// The WebSocket is open.
    Opened,
    /// A binary frame.
    Received(&'a [u8]),
    /// A text frame, which MQTT forbids.
    ReceivedText,
    /// The WebSocket is closed, or never opened.
    Closed,
    /// Deliver this payload at least once; a newer one for the topic replaces it.
    Publish {
        /// Topic name.
        topic: &'a str,
        /// UTF-8 text.
        payload: String,
    },
    /// The user asks to try now.
    Retry,
    /// The deadline has come.
    Tick,
}

/// What a session wants done or known.
#[derive(Debug, PartialEq)]
pub enum Output {
    /// Open a WebSocket to this URL, sub-protocol `mqtt`, and forget any earlier one.
    Open(String),
    /// Send a binary frame.
    Send(Bytes),
    /// Close the WebSocket.
    Close,
    /// The connection's state changed.
    Status(Status),
    /// A message arrived.
    Message {
        /// Topic name.
        topic: String,
        /// Payload.
        payload: Bytes,
    },
    /// A message arrived that was too long to read.
    PassedOver,
    /// Whether any payload still waits for its PUBACK.
    Undelivered(bool),
}

/// State of the connection, as the user needs to know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// On the way to a broker.
    Connecting {
        /// WebSocket URL.
        broker: String,
        /// Why the last connection ended, if there was one.
        after: Option<LostReason>,
    },
    /// Connected and subscribed.
    Connected {
        /// WebSocket URL.
        broker: String,
    },
    /// Waiting for the next try.
    Offline {
        /// The broker that failed.
        broker: String,
        /// Why.
        reason: LostReason,
        /// Time from now to the next try.
        retry_in: Duration,
    },
    /// Nothing is tried until the user asks for it.
    Refused {
        /// The broker that refused.
        broker: String,
        /// Why.
        reason: RefusedReason,
    },
}

/// One client's session, over as many connections as it takes.
#[derive(Debug)]
pub struct Session {
    settings: Settings,
    broker: usize,
    /// How many brokers have refused in a row.
    refusals: usize,
    state: State,
    backoff: Backoff,
    framing: Framing,
    outbox: Outbox,
    last_sent: Duration,
    last_received: Duration,
    ping_sent: Option<Duration>,
    said_undelivered: bool,
    outputs: VecDeque<Output>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// No connection; the next try is at `until`.
    Waiting { until: Duration },
    /// The WebSocket is opening.
    Opening { since: Duration },
    /// CONNECT is sent.
    Connecting { since: Duration },
    /// SUBSCRIBE is sent.
    Subscribing { since: Duration },
    /// SUBACK is here.
    Connected { since: Duration },
    /// No connection; the user must act.
    Refused,
}

impl Session {
    /// Starts to connect at once. `seed` makes the waits between tries differ from page to page.
    pub fn new(settings: Settings, seed: u64, now: Duration) -> Self {
        let mut session = Self {
            settings,
            broker: 0,
            refusals: 0,
            state: State::Waiting { until: now },
            backoff: Backoff::new(seed),
            framing: Framing::default(),
            outbox: Outbox::default(),
            last_sent: now,
            last_received: now,
            ping_sent: None,
            said_undelivered: false,
            outputs: VecDeque::new(),
        };
        session.expire(now);
        session
    }

    /// Takes one input.
    pub fn handle(&mut self, input: Input<'_>, now: Duration) {
        match input {
            Input::Opened => self.opened(now),
            Input::Received(bytes) => self.received(bytes, now),
            Input::ReceivedText => self.received_text(now),
            Input::Closed => self.closed(now),
            Input::Publish { topic, payload } => self.outbox.offer(topic, payload),
            Input::Retry => self.retry(now),
            Input::Tick => {}
        }
        self.expire(now);
        self.flush_outbox(now);
    }

    /// The next thing to do or to tell, until there is none.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to come back with [`Input::Tick`] at the latest.
    pub fn deadline(&self) -> Option<Duration> {
        match self.state {
            State::Waiting { until } => Some(until),
            State::Opening { since }
            | State::Connecting { since }
            | State::Subscribing { since } => Some(since + STEP_TIMEOUT),
            State::Connected { .. } => {
                let (ping, publish) = (self.ping_deadline(), self.publish_deadline());
                Some(publish.map_or(ping, |publish| publish.min(ping)))
            }
            State::Refused => None,
        }
    }

    /// When to send a ping, or to give up waiting for its answer. Whatever arrives shows that the link is alive.
    fn ping_deadline(&self) -> Duration {
        match self.ping_sent {
            Some(sent) => sent.max(self.last_received) + PING_TIMEOUT,
            None => self.last_sent.min(self.last_received) + KEEP_ALIVE,
        }
    }

    /// When to give up waiting for a PUBACK. It may stand behind a long packet that is still arriving.
    fn publish_deadline(&self) -> Option<Duration> {
        let sent = self.outbox.oldest_in_flight()?;
        let waiting_since = match self.framing.is_inside_packet() {
            true => sent.max(self.last_received),
            false => sent,
        };
        Some(waiting_since + PUBLISH_TIMEOUT)
    }

    fn open(&mut self, after: Option<LostReason>, now: Duration) {
        self.framing = Framing::default();
        self.ping_sent = None;
        self.state = State::Opening { since: now };
        let broker = self.broker_url();
        self.outputs.push_back(Output::Open(broker.clone()));
        self.tell(Status::Connecting { broker, after });
    }

    fn retry(&mut self, now: Duration) {
        if matches!(self.state, State::Waiting { .. } | State::Refused) {
            self.open(None, now);
        }
    }

    fn opened(&mut self, now: Duration) {
        if !matches!(self.state, State::Opening { .. }) {
            return;
        }
        let mut connect = Connect::new(self.settings.client_id.as_str());
        connect.keep_alive = KEEP_ALIVE.as_secs() as u16;
        connect.login = self.settings.credentials.as_ref().map(|credentials| Login {
            username: credentials.username.clone(),
            password: credentials.password.clone(),
        });
        self.state = State::Connecting { since: now };
        self.last_received = now;
        self.send(now, |buffer| connect.write(buffer));
    }

    fn closed(&mut self, now: Duration) {
        match self.state {
            State::Waiting { .. } | State::Refused => {}
            State::Opening { .. } => self.lost(LostReason::Unreachable, now),
            _ => self.lost(LostReason::Closed, now),
        }
    }

    fn received(&mut self, bytes: &[u8], now: Duration) {
        self.last_received = now;
        self.framing.push(bytes);
        while self.is_open() {
            let handled = match self.framing.next_packet() {
                Ok(Some(packet)) => self.packet(packet, now),
                Ok(None) => return,
                Err(error) => Err(error),
            };
            if let Err(error) = handled {
                self.lost(LostReason::Protocol(error), now);
            }
        }
    }

    fn received_text(&mut self, now: Duration) {
        if self.is_open() {
            self.lost(LostReason::Protocol(ProtocolError::TextFrame), now);
        }
    }

    fn packet(&mut self, packet: Packet, now: Duration) -> Result<(), ProtocolError> {
        match (self.state, packet) {
            (State::Connecting { .. }, Packet::ConnAck(connack)) => {
                self.connack(connack.code, now);
            }
            (State::Subscribing { .. }, Packet::SubAck(suback)) => self.suback(&suback, now)?,
            (State::Subscribing { .. } | State::Connected { .. }, packet) => match packet {
                Packet::Publish(publish) => self.publish(publish, now)?,
                Packet::LongPublish => self.outputs.push_back(Output::PassedOver),
                Packet::PubAck(puback) if self.outbox.acknowledge(puback.pkid) => {}
                Packet::PingResp => self.ping_sent = None,
                _ => return Err(ProtocolError::Unexpected),
            },
            _ => return Err(ProtocolError::Unexpected),
        }
        Ok(())
    }

    fn connack(&mut self, code: ConnectReturnCode, now: Duration) {
        let login_sent = self.settings.credentials.is_some();
        match code {
            ConnectReturnCode::Success => self.subscribe(now),
            ConnectReturnCode::ServiceUnavailable => self.lost(LostReason::Unavailable, now),
            ConnectReturnCode::RefusedProtocolVersion => {
                self.refused(RefusedReason::ProtocolVersion, now);
            }
            ConnectReturnCode::BadClientId => self.refused(RefusedReason::ClientId, now),
            ConnectReturnCode::BadUserNamePassword | ConnectReturnCode::NotAuthorized
                if login_sent =>
            {
                self.refused(RefusedReason::LoginRejected, now);
            }
            ConnectReturnCode::BadUserNamePassword | ConnectReturnCode::NotAuthorized => {
                self.refused(RefusedReason::LoginWanted, now);
            }
        }
    }

    fn subscribe(&mut self, now: Duration) {
        let mut subscribe = Subscribe::new(self.settings.filter.as_str(), QoS::AtMostOnce);
        subscribe.pkid = SUBSCRIBE_PACKET_ID;
        self.state = State::Subscribing { since: now };
        self.send(now, |buffer| subscribe.write(buffer));
    }

    fn suback(&mut self, suback: &SubAck, now: Duration) -> Result<(), ProtocolError> {
        if suback.pkid != SUBSCRIBE_PACKET_ID {
            return Err(ProtocolError::Unexpected);
        }
        match suback.return_codes.as_slice() {
            [SubscribeReasonCode::Success(_)] => {
                self.state = State::Connected { since: now };
                self.refusals = 0;
                let broker = self.broker_url();
                self.tell(Status::Connected { broker });
            }
            [SubscribeReasonCode::Failure] => {
                let filter = self.settings.filter.clone();
                self.refused(RefusedReason::Subscription { filter }, now);
            }
            _ => return Err(ProtocolError::Malformed),
        }
        Ok(())
    }

    fn publish(&mut self, publish: Publish, now: Duration) -> Result<(), ProtocolError> {
        match publish.qos {
            QoS::AtMostOnce => {}
            QoS::AtLeastOnce => {
                let puback = PubAck::new(publish.pkid);
                self.send(now, |buffer| puback.write(buffer));
            }
            QoS::ExactlyOnce => return Err(ProtocolError::Unexpected),
        }
        self.outputs.push_back(Output::Message {
            topic: publish.topic,
            payload: publish.payload,
        });
        Ok(())
    }

    /// Does what is due by now.
    fn expire(&mut self, now: Duration) {
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return;
        }
        match self.state {
            State::Waiting { .. } => self.open(None, now),
            State::Opening { .. } => self.lost(LostReason::Silent(Step::Open), now),
            State::Connecting { .. } => self.lost(LostReason::Silent(Step::Connect), now),
            State::Subscribing { .. } => self.lost(LostReason::Silent(Step::Subscribe), now),
            State::Connected { .. } => {
                if self
                    .publish_deadline()
                    .is_some_and(|deadline| deadline <= now)
                {
                    self.lost(LostReason::Silent(Step::Publish), now);
                } else if self.ping_sent.is_some() {
                    self.lost(LostReason::Silent(Step::Ping), now);
                } else {
                    self.ping_sent = Some(now);
                    self.send(now, |buffer| PingReq.write(buffer));
                }
            }
            State::Refused => {}
        }
    }

    fn flush_outbox(&mut self, now: Duration) {
        if matches!(
            self.state,
            State::Subscribing { .. } | State::Connected { .. }
        ) {
            while let Some(publish) = self.outbox.next_publish(now) {
                self.send(now, |buffer| publish.write(buffer));
            }
        }
        let undelivered = !self.outbox.is_empty();
        if undelivered != self.said_undelivered {
            self.said_undelivered = undelivered;
            self.outputs.push_back(Output::Undelivered(undelivered));
        }
    }

    fn lost(&mut self, reason: LostReason, now: Duration) {
        if let State::Connected { since } = self.state
            && now >= since + STEADY
        {
            self.backoff.reset();
        }
        let broker = self.leave_broker();
        self.refusals = 0;
        let retry_in = self.backoff.fail();
        if retry_in.is_zero() {
            self.open(Some(reason), now);
        } else {
            self.state = State::Waiting {
                until: now + retry_in,
            };
            self.tell(Status::Offline {
                broker,
                reason,
                retry_in,
            });
        }
    }

    /// Goes on with the next broker, until all have refused.
    fn refused(&mut self, reason: RefusedReason, now: Duration) {
        let broker = self.leave_broker();
        self.refusals += 1;
        if self.refusals < self.settings.brokers.len() {
            return self.open(None, now);
        }
        self.refusals = 0;
        self.state = State::Refused;
        self.tell(Status::Refused { broker, reason });
    }

    /// Gives up the connection and turns to the next broker. Returns the one that is left.
    fn leave_broker(&mut self) -> String {
        let broker = self.broker_url();
        self.outbox.disconnected();
        self.outputs.push_back(Output::Close);
        self.broker = (self.broker + 1) % self.settings.brokers.len().max(1);
        broker
    }

    fn is_open(&self) -> bool {
        matches!(
            self.state,
            State::Connecting { .. } | State::Subscribing { .. } | State::Connected { .. }
        )
    }

    fn broker_url(&self) -> String {
        self.settings
            .brokers
            .get(self.broker)
            .cloned()
            .unwrap_or_default()
    }

    fn tell(&mut self, status: Status) {
        self.outputs.push_back(Output::Status(status));
    }

    fn send(
        &mut self,
        now: Duration,
        write: impl FnOnce(&mut BytesMut) -> Result<usize, mqttbytes::Error>,
    ) {
        let mut buffer = BytesMut::new();
        // Fails only beyond 256 MB, far more than any payload here.
        if write(&mut buffer).is_ok() {
            self.last_sent = now;
            self.outputs.push_back(Output::Send(buffer.freeze()));
        }
    }
}
