//! The MQTT session: connects, subscribes, publishes, keeps alive and reconnects without end.
//!
//! It knows bytes and time, never a socket or a clock. Feed it one [`Input`], then take every [`Output`],
//! then sleep until [`Session::deadline`] or the next input. All times are on the caller's clock.
//!
//! Here is how a connection begins, goes on and ends. Which broker is tried, and when, is left to [`Brokers`]; what to ask
//! for to [`Subscriptions`]; what to send, and again, to [`Outbox`]; when to ping to [`Liveness`]; and what to tell of
//! trouble to [`Trouble`].

use std::collections::VecDeque;

use lampi::duration::Duration;

use super::brokers::{Brokers, REST};
use super::error::{LostReason, ProtocolError, RefusedReason, Step};
use super::framing::Framing;
use super::io::{Input, Output};
use super::liveness::Liveness;
use super::options::{Credentials, Login, SessionOptions};
use super::outbox::Outbox;
use super::packet::{self, DISCONNECT, PINGREQ, Packet, Publish};
use super::status::Status;
use super::subscriptions::Subscriptions;
use super::trouble::Trouble;
use crate::broker_address::{is_local_network, is_mixed_content};

/// How long each step may take: opening the WebSocket, CONNACK and SUBACK, the last one longer while messages come before
/// it. Each try that ends because this was too short gives each step of the next try this much more, up to six times this.
///
/// If there is no other broker to try, a WebSocket that is too slow is not closed, but may open until the next try: after
/// failures, Firefox puts off dialling by up to a minute (RFC 6455, section 7.2.3).
pub const STEP_TIMEOUT: Duration = Duration::from_secs(5);

/// How long nothing may arrive while a PUBACK is awaited. After [`STEP_TIMEOUT`] of it, a ping asks for a sign of life.
pub const PUBLISH_TIMEOUT: Duration = Duration::from_secs(10);

/// How long PUBACK may take on a link that is alive.
pub const LIVE_PUBLISH_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a connection must have lasted for its loss to be tried again at once. A broker that lets the page
/// in only to drop it is met with ever longer waits instead.
pub const STEADY: Duration = Duration::from_secs(5);

/// How many connections in a row must have been dropped before they were steady, for the user to be told so.
pub const DROPS: usize = 3;

/// A connection that is closed so soon after a PUBLISH or SUBSCRIBE is taken to be closed because of it.
const REBUFF: Duration = Duration::from_secs(2);

/// How long nothing is published on a topic for which the broker has closed [`DROPS`] connections in a row.
pub const HOLD: Duration = Duration::from_secs(60);

/// How many outages without a steady connection between them are taken for restarts of the broker. After more of them, it
/// is one that keeps crashing.
pub const FORGIVEN: u32 = 30;

/// A deadline missed by so much was slept through: the machine slept, or the browser froze the page.
pub const OVERSLEPT: Duration = Duration::from_secs(2);

/// One client's session, over as many connections as it takes.
#[derive(Debug)]
pub struct Session {
    /// The whole seconds that the broker is told.
    keep_alive: Duration,
    client_id: String,
    login: Login,
    is_page_secure: bool,
    brokers: Brokers,
    subscriptions: Subscriptions,
    state: State,
    framing: Framing,
    liveness: Liveness,
    outbox: Outbox,
    trouble: Trouble,
    /// Connections in a row that were dropped before they were steady.
    drops: usize,
    /// Tries in a row that ended because a broker did not answer. One whose WebSocket may still open has not ended.
    silences: u32,
    /// Outages that were forgiven since a connection was steady.
    forgiven: u32,
    /// Before this connection, no broker could be reached.
    is_after_outage: bool,
    /// SUBSCRIBE goes out without waiting for CONNACK, which saves a round trip.
    is_hurrying: bool,
    outputs: VecDeque<Output>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// No connection; the next try is at `until`.
    Waiting {
        until: Duration,
        /// Whether the WebSocket of the last try may still open.
        is_opening: bool,
    },
    /// The WebSocket is opening.
    Opening { since: Duration },
    /// CONNECT is sent.
    Connecting { since: Duration },
    /// SUBSCRIBE is sent.
    Subscribing { since: Duration },
    /// Every SUBACK is here.
    Connected { since: Duration },
    /// No connection: all brokers have refused. The user must act, or one that has worked before is asked again.
    Refused,
    /// No connection: there was none yet, or the user has left the page.
    Idle,
}

impl Session {
    /// Starts to connect at once. `seed` makes the waits between tries differ from page to page.
    pub fn new(options: SessionOptions, seed: u64, now: Duration) -> Self {
        let mut session = Self {
            keep_alive: options.keep_alive,
            client_id: options.client_id,
            login: options.login,
            is_page_secure: options.is_page_secure,
            brokers: Brokers::new(options.brokers, seed),
            subscriptions: Subscriptions::new(options.subscriptions),
            state: State::Idle,
            framing: Framing::default(),
            liveness: Liveness::new(options.keep_alive, now),
            outbox: Outbox::default(),
            trouble: Trouble::default(),
            drops: 0,
            silences: 0,
            forgiven: 0,
            is_after_outage: false,
            is_hurrying: true,
            outputs: VecDeque::new(),
        };
        session.open(now);
        session
    }

    /// Takes one input.
    pub fn handle(&mut self, input: Input<'_>, now: Duration) {
        if self
            .deadline()
            .is_some_and(|deadline| deadline + OVERSLEPT <= now)
        {
            self.overslept(now);
        }
        match input {
            Input::Opened => self.opened(now),
            Input::Received(bytes) => self.received(bytes, now),
            Input::ReceivedText => self.received_text(now),
            Input::Closed => self.closed(now),
            Input::Publish { topic, payload } => self.outbox.offer(topic, payload, true),
            Input::Request { topic, payload } => self.outbox.offer(topic, payload, false),
            Input::Retry => self.retry(now),
            Input::LogIn(credentials) => self.log_in(credentials, now),
            Input::Wanted => self.wanted(now),
            Input::Wake => self.wake(now),
            Input::Offline => self.probe(now),
            Input::Leave => self.leave(now),
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
            State::Waiting { until, .. } => Some(until),
            State::Opening { since } | State::Connecting { since } => Some(since + self.patience()),
            State::Subscribing { since } => {
                Some(self.suback_deadline(since).min(self.liveness.heard_until()))
            }
            State::Connected { since } => {
                let mut deadline = self.liveness.deadline(self.outbox.oldest_in_flight());
                if let Some(publish) = self.publish_deadline() {
                    deadline = deadline.min(publish);
                }
                if self.is_holding_back() {
                    deadline = deadline.min(since + HOLD);
                }
                Some(deadline)
            }
            State::Refused => self.brokers.reconsider_at(),
            State::Idle => None,
        }
    }

    /// Whether every payload that was to be delivered at least once has its PUBACK.
    pub fn is_delivered(&self) -> bool {
        self.outbox.is_delivered()
    }

    /// When to give up waiting for the SUBACK of a SUBSCRIBE that went out at `asked`. Messages may come before it (section
    /// 3.8.4), but not for ever.
    fn suback_deadline(&self, asked: Duration) -> Duration {
        let silent_since = self.liveness.silent_since(asked);
        let patience = self.patience();
        (silent_since + patience).min(asked + patience.max(self.keep_alive))
    }

    /// How long a broker may take to answer: longer after each time that was too short, or a slow one would never be in
    /// time.
    fn patience(&self) -> Duration {
        STEP_TIMEOUT * (1 + self.silences.min(5))
    }

    /// When to give up waiting for a PUBACK. Other packets may come before it, or a long one that is still arriving.
    fn publish_deadline(&self) -> Option<Duration> {
        let sent = self.outbox.oldest_in_flight()?;
        let deadline = self.liveness.silent_since(sent) + PUBLISH_TIMEOUT;
        Some(match self.framing.is_inside_packet() {
            true => deadline,
            false => deadline.min(sent + LIVE_PUBLISH_TIMEOUT),
        })
    }

    fn open(&mut self, now: Duration) {
        let broker = self.brokers.url().to_owned();
        if self.is_page_secure && is_mixed_content(&broker) {
            return self.refused(RefusedReason::MixedContent, now);
        }
        self.hang_up();
        self.framing = Framing::default();
        self.liveness = Liveness::new(self.keep_alive, now);
        self.brokers.attempt(now);
        self.state = State::Opening { since: now };
        self.outputs.push_back(Output::Open(broker));
        self.tell_connecting();
    }

    fn retry(&mut self, now: Duration) {
        let is_waiting = matches!(
            self.state,
            State::Waiting { .. } | State::Refused | State::Idle
        );
        if is_waiting || self.trouble.awaits_user() {
            self.trouble.user_asks();
            self.brokers.ask_again();
            self.open(now);
        } else if matches!(self.state, State::Connected { .. }) {
            self.release();
        }
    }

    /// Publishes once more what was held back.
    fn release(&mut self) {
        if self.is_holding_back() {
            let broker = self.brokers.place();
            self.outbox.forget_rebuffs(broker, DROPS - 1);
            self.tell_connected();
        }
    }

    fn log_in(&mut self, credentials: Credentials, now: Duration) {
        if self.login != Login::Withheld {
            self.login = Login::Known(credentials);
            self.retry(now);
        }
    }

    fn wanted(&mut self, now: Duration) {
        let rest = match self.state {
            // Dialled anew each time, a slow one would never open.
            State::Waiting {
                is_opening: true, ..
            } => REST * 2,
            State::Waiting { .. } => REST,
            _ => return,
        };
        if self.brokers.is_rested(rest, now) {
            self.open(now);
        }
    }

    fn wake(&mut self, now: Duration) {
        match self.state {
            State::Waiting { .. } => {
                self.brokers.wake(now);
                if self.brokers.earliest() <= now {
                    self.open(now);
                }
            }
            State::Idle => self.retry(now),
            // It may dial in a network that is gone: the next tries come soon. Before any failure they do anyhow.
            State::Opening { .. } if self.trouble.has_failed() => {
                self.brokers.wake(now);
                self.silences = 0;
            }
            _ => self.probe(now),
        }
    }

    /// Asks a broker for a sign of life, unless one is awaited as soon.
    fn probe(&mut self, now: Duration) {
        let given_up_at = self.liveness.given_up_at();
        let is_awaited = given_up_at.is_some_and(|at| at <= now + STEP_TIMEOUT);
        if matches!(self.state, State::Connected { .. }) && !is_awaited {
            self.ping(STEP_TIMEOUT, now);
        }
    }

    /// Says good-bye (section 3.14), so that the broker does not take it for a fault.
    fn leave(&mut self, now: Duration) {
        if self.is_open() {
            self.send(DISCONNECT.to_vec(), now);
        }
        self.trouble.user_leaves();
        self.hang_up();
    }

    /// What was waited for may be here, unread: all waits begin anew, and a ping shows whether the link is alive.
    fn overslept(&mut self, now: Duration) {
        match &mut self.state {
            State::Opening { since }
            | State::Connecting { since }
            | State::Subscribing { since } => {
                *since = now;
            }
            State::Connected { .. } => {
                self.outbox.wait_anew(now);
                self.ping(STEP_TIMEOUT, now);
            }
            State::Waiting { .. } => self.brokers.wake(now),
            State::Refused | State::Idle => {}
        }
    }

    fn opened(&mut self, now: Duration) {
        match self.state {
            State::Opening { .. } => {}
            State::Waiting {
                is_opening: true, ..
            } => self.tell_connecting(),
            _ => return,
        }
        let login = match &self.login {
            Login::Known(credentials) => Some(credentials),
            Login::Unknown | Login::Withheld => None,
        };
        let keep_alive = self.keep_alive.as_secs() as u16;
        let connect = packet::connect(&self.client_id, login, keep_alive);
        self.state = State::Connecting { since: now };
        self.send(connect, now);
        // Section 3.1.4 lets a client go on before CONNACK.
        if self.is_hurrying {
            self.send_subscribe(now);
        }
    }

    fn closed(&mut self, now: Duration) {
        match self.state {
            State::Waiting { .. } | State::Refused | State::Idle => {}
            State::Opening { .. } => self.lost(LostReason::Unreachable, now),
            _ => self.lost(LostReason::Closed, now),
        }
    }

    fn received(&mut self, bytes: &[u8], now: Duration) {
        if !self.is_open() {
            return;
        }
        self.liveness.received(now);
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
            (State::Connecting { .. }, Packet::ConnAck(code)) => {
                self.connack(code, now)?;
            }
            (State::Subscribing { .. } | State::Connected { .. }, packet) => match packet {
                Packet::Publish(publish) => self.message(publish, now),
                Packet::LongPublish => self.outputs.push_back(Output::PassedOver),
                Packet::PubAck(packet_id) => match self.outbox.acknowledge(packet_id) {
                    Some(topic) => self.outputs.push_back(Output::Acknowledged { topic }),
                    None => return Err(ProtocolError::UnknownPacketId),
                },
                Packet::PingResp => self.liveness.answered(),
                // When connected, too: one that is late is not waited for, if something can be read without it.
                Packet::SubAck { packet_id, granted } => self.suback(packet_id, &granted, now)?,
                _ => return Err(ProtocolError::Unexpected),
            },
            _ => return Err(ProtocolError::Unexpected),
        }
        Ok(())
    }

    /// Takes a return code (section 3.2.2.3).
    fn connack(&mut self, code: u8, now: Duration) -> Result<(), ProtocolError> {
        match code {
            0 => {
                self.state = State::Subscribing { since: now };
                if !self.is_hurrying {
                    self.send_subscribe(now);
                }
            }
            1 => self.refused(RefusedReason::ProtocolVersion, now),
            2 => self.refused(RefusedReason::ClientId, now),
            3 => self.lost(LostReason::Unavailable, now),
            // Bad user name or password, and not authorized.
            4 | 5 => {
                let reason = match self.login {
                    Login::Unknown => RefusedReason::LoginWanted,
                    Login::Withheld => RefusedReason::LoginWithheld,
                    Login::Known(_) => RefusedReason::LoginRejected,
                };
                self.refused(reason, now);
            }
            _ => return Err(ProtocolError::Malformed),
        }
        Ok(())
    }

    fn send_subscribe(&mut self, now: Duration) {
        let subscribe = self.subscriptions.ask(self.brokers.place());
        self.send(subscribe, now);
    }

    fn suback(
        &mut self,
        packet_id: u16,
        granted: &[bool],
        now: Duration,
    ) -> Result<(), ProtocolError> {
        if let Some(instead) = self.subscriptions.answered(packet_id, granted)? {
            self.state = State::Subscribing { since: now };
            self.send(instead, now);
        } else if self.subscriptions.is_something_granted() {
            self.granted(now);
        } else {
            let filter = self.subscriptions.refused().next().unwrap_or_default();
            let filter = filter.to_owned();
            self.refused(RefusedReason::Subscription { filter }, now);
        }
        Ok(())
    }

    fn granted(&mut self, now: Duration) {
        self.state = State::Connected { since: now };
        self.trouble.broker_works();
        self.silences = 0;
        // What was sent before may be answered only now.
        self.outbox.wait_anew(now);
        self.brokers.granted();
        self.tell_connected();
    }

    fn message(&mut self, publish: Publish, now: Duration) {
        if let Some(packet_id) = publish.packet_id {
            self.send(packet::puback(packet_id), now);
        }
        self.outputs.push_back(Output::Message {
            topic: publish.topic,
            payload: publish.payload,
            is_retained: publish.is_retained,
        });
    }

    /// Does what is due by now.
    fn expire(&mut self, now: Duration) {
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return;
        }
        match self.state {
            State::Waiting { .. } => self.open(now),
            State::Opening { .. } => self.lost(LostReason::Silent(Step::Open), now),
            State::Connecting { .. } => self.lost(LostReason::Silent(Step::Connect), now),
            State::Subscribing { since } if now < self.suback_deadline(since) => {
                self.send(PINGREQ.to_vec(), now);
            }
            // Something can be read, even if the broker does not answer for the rest.
            State::Subscribing { .. } if self.subscriptions.is_something_granted() => {
                self.granted(now);
            }
            State::Subscribing { .. } => self.lost(LostReason::Silent(Step::Subscribe), now),
            State::Connected { since } => {
                if since + HOLD <= now && self.is_holding_back() {
                    self.release();
                } else if self
                    .publish_deadline()
                    .is_some_and(|deadline| deadline <= now)
                {
                    self.lost(LostReason::Silent(Step::Publish), now);
                } else {
                    match self.liveness.given_up_at() {
                        Some(given_up) if given_up <= now => {
                            self.lost(LostReason::Silent(Step::Ping), now);
                        }
                        Some(_) => self.send(PINGREQ.to_vec(), now),
                        None => self.ping(self.keep_alive / 2, now),
                    }
                }
            }
            State::Refused => {
                self.brokers.turn(now);
                self.open(now);
            }
            State::Idle => {}
        }
    }

    fn ping(&mut self, patience: Duration, now: Duration) {
        self.liveness.pinged(patience, now);
        self.send(PINGREQ.to_vec(), now);
    }

    fn flush_outbox(&mut self, now: Duration) {
        let limit = match self.state {
            // A topic on which the broker has hung up before waits for SUBACK: a hang-up before that is the SUBSCRIBE's.
            State::Subscribing { .. } => 1,
            State::Connected { .. } => DROPS,
            _ => return,
        };
        let broker = self.brokers.place();
        while let Some(publish) = self.outbox.next_publish(broker, limit, now) {
            self.send(publish, now);
        }
    }

    /// Ends the connection and sees to the next. A broker that has worked and then just hung up is tried first again.
    fn lost(&mut self, reason: LostReason, now: Duration) {
        self.count_rebuff(reason, now);
        // It may be a broker that cannot take SUBSCRIBE before it has sent CONNACK.
        self.is_hurrying &= !matches!(
            self.state,
            State::Connecting { .. } | State::Subscribing { .. }
        );
        let reason = self.judge(reason, now);
        let stays = reason == LostReason::Closed && matches!(self.state, State::Connected { .. });
        let broker = self.brokers.url().to_owned();
        if !stays {
            self.brokers.turn(now);
        }
        let until = self.brokers.failed(now);
        let is_opening = reason == LostReason::Silent(Step::Open) && self.brokers.is_only(now);
        if !is_opening {
            self.hang_up();
            if let LostReason::Silent(Step::Open | Step::Connect | Step::Subscribe) = reason {
                self.silences += 1;
            }
        }
        let may_be_kept_away = self.is_page_secure && is_local_network(&broker);
        let reason = match may_be_kept_away && reason.is_unreached() {
            true => LostReason::KeptAway,
            false => reason,
        };
        self.trouble.failed(broker, reason);
        if until <= now {
            return self.open(now);
        }
        self.wait(until, is_opening, now);
    }

    fn wait(&mut self, until: Duration, is_opening: bool, now: Duration) {
        self.state = State::Waiting { until, is_opening };
        let status = self.trouble.while_waiting(until - now);
        self.tell(status);
    }

    /// Notes what this broker seems to have hung up on; another may take it. A PUBLISH is suspected before a SUBSCRIBE, as it
    /// can be held back.
    fn count_rebuff(&mut self, reason: LostReason, now: Duration) {
        let broker = self.brokers.place();
        let since = now.saturating_sub(REBUFF);
        let has_just_asked =
            matches!(self.state, State::Subscribing { since: asked } if since <= asked);
        match reason {
            LostReason::Closed if self.outbox.count_rebuff(broker, since) => {}
            LostReason::Closed if has_just_asked && !self.is_hurrying => {
                self.subscriptions.hung_up(broker);
            }
            // Nothing was sent just before: it hangs up for another reason, so the topics were suspected wrongly.
            LostReason::Closed => self.outbox.forget_rebuffs(broker, 0),
            // It was away, and may be configured otherwise now.
            LostReason::Unreachable => {
                self.outbox.forget_rebuffs(broker, 0);
                self.subscriptions.forget_hang_ups(broker);
            }
            _ => {}
        }
    }

    fn held_back(&self) -> impl Iterator<Item = &str> {
        self.outbox.held_back(self.brokers.place(), DROPS)
    }

    fn is_holding_back(&self) -> bool {
        self.held_back().next().is_some()
    }

    /// What the end of this connection tells about the broker.
    fn judge(&mut self, reason: LostReason, now: Duration) -> LostReason {
        let was_let_in = matches!(
            self.state,
            State::Subscribing { .. } | State::Connected { .. }
        );
        match self.state {
            State::Connected { since } if since + STEADY <= now => {
                self.brokers.proven();
                self.drops = 0;
                self.forgiven = 0;
                self.subscriptions.forget_hang_ups(self.brokers.place());
            }
            // A broker that restarts, not one that drops us.
            State::Connected { .. } if self.is_after_outage && self.forgiven < FORGIVEN => {
                self.brokers.proven();
                self.forgiven += 1;
            }
            _ if was_let_in && reason == LostReason::Closed => self.drops += 1,
            _ => self.drops = 0,
        }
        self.is_after_outage = reason.is_unreached();
        if self.drops >= DROPS {
            LostReason::Dropped
        } else {
            reason
        }
    }

    /// Goes on with the next broker, if there is one that has not refused.
    fn refused(&mut self, reason: RefusedReason, now: Duration) {
        let broker = self.brokers.url().to_owned();
        self.hang_up();
        self.trouble.refused(broker, reason);
        self.brokers.refused(now);
        let earliest = self.brokers.earliest();
        if self.brokers.have_all_refused(now) {
            self.state = State::Refused;
            let status = self.trouble.without_brokers();
            self.tell(status);
        } else if earliest <= now {
            self.open(now);
        } else {
            self.wait(earliest, false, now);
        }
    }

    fn hang_up(&mut self) {
        self.outbox.disconnected();
        if self.has_socket() {
            self.outputs.push_back(Output::Close);
        }
        self.state = State::Idle;
    }

    fn has_socket(&self) -> bool {
        match self.state {
            State::Waiting { is_opening, .. } => is_opening,
            State::Refused | State::Idle => false,
            _ => true,
        }
    }

    fn is_open(&self) -> bool {
        matches!(
            self.state,
            State::Connecting { .. } | State::Subscribing { .. } | State::Connected { .. }
        )
    }

    fn tell_connected(&mut self) {
        let broker = self.brokers.url().to_owned();
        let held_back = self.held_back().map(str::to_owned).collect();
        let unread = self.subscriptions.refused();
        let unread = unread.filter(|filter| !filter.starts_with('$'));
        let unread = unread.map(str::to_owned).collect();
        self.tell(Some(Status::Connected {
            broker,
            held_back,
            unread,
        }));
    }

    fn tell_connecting(&mut self) {
        let status = self.trouble.while_connecting(self.brokers.url());
        self.tell(status);
    }

    fn tell(&mut self, status: Option<Status>) {
        self.outputs.extend(status.map(Output::Status));
    }

    fn send(&mut self, packet: Vec<u8>, now: Duration) {
        self.liveness.sent(now);
        self.outputs.push_back(Output::Send(packet));
    }
}
