//! Every lamp that the page has heard of: its state, who changed it, whether it is there, and what is wanted of it.
//!
//! Pure: times are on the caller's clock.

use lampi::duration::Duration;
use lampi::state::{Changed, State};
use lampi::topics::{Kind, Topics};

use crate::ignored::IgnoredReason;
use crate::lamp_report::{Author, LampReport, PresenceReport, is_absent};
use crate::message::LampWish;
use crate::wish::Wish;

/// How many lamps are kept, beside the one that the page is opened for. Messages of further ones are ignored: without a
/// limit, each message could take any time.
pub const MAX_LAMPS: usize = 1000;

/// The page is told of changes at most this often. The first one is told at once.
pub const INTERVAL: Duration = Duration::from_millis(50);

/// With many lamps, reports are further apart: by this much for each lamp, as the page has a long list to draw.
const INTERVAL_A_LAMP: Duration = Duration::from_millis(1);

/// How long the broker has after a connection to tell which lamps are there.
pub const SETTLE: Duration = Duration::from_millis(300);

/// All lamps.
#[derive(Debug)]
pub struct Lamps {
    /// This page's name in `client`.
    client: String,
    /// The device that the page is opened for, which always has a place.
    first: String,
    topics: Topics,
    lamps: Vec<Lamp>,
    /// The newest wish for each lamp whose state is not known yet.
    early: Vec<LampWish>,
    next_report: Duration,
    /// When the broker has had time to tell which lamps are there. `None` without a broker.
    settled: Option<Duration>,
}

#[derive(Debug)]
struct Lamp {
    device: String,
    confirmed: Option<State>,
    author: Author,
    changed_at: Option<Duration>,
    bridge: Presence,
    service: Presence,
    wish: Wish,
    /// The broker does not take requests for it.
    is_held_back: bool,
    has_news: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Presence {
    is_up: Option<bool>,
    since: Option<Duration>,
    /// The broker has not told it again since it was lost.
    is_stale: bool,
}

impl Lamps {
    /// None yet. `client` names this page, which is opened for the device `first`.
    pub fn new(client: String, first: String, topics: Topics) -> Self {
        Self {
            client,
            first,
            topics,
            lamps: Vec::new(),
            early: Vec::new(),
            next_report: Duration::ZERO,
            settled: None,
        }
    }

    /// Takes a message on one of the lamps' topics.
    ///
    /// # Errors
    /// It is to be ignored; why.
    pub fn message(
        &mut self,
        kind: Kind,
        device: &str,
        payload: &[u8],
        is_retained: bool,
        now: Duration,
    ) -> Result<(), IgnoredReason> {
        match kind {
            Kind::Changed => self.changed(device, payload, is_retained, now),
            Kind::Bridge | Kind::Service => {
                let heard_at = (!is_retained).then_some(now);
                self.presence(kind, device, payload, heard_at)
            }
            Kind::Label | Kind::Connection => Ok(()),
        }
    }

    /// The user wants a lamp to be so. It waits until the lamp's first state is known.
    pub fn want(&mut self, wish: LampWish) {
        match self.known(&wish.device) {
            Some(lamp) if lamp.confirmed.is_some() => lamp.wish.want(wish.number, wish.state),
            _ => {
                self.early.retain(|early| early.device != wish.device);
                self.early.push(wish);
            }
        }
    }

    /// The user does not want it any more.
    pub fn give_up(&mut self, device: &str) {
        let early = self.take_early(device);
        if let Some(lamp) = self.known(device) {
            if let Some(LampWish { number, state, .. }) = early {
                lamp.wish.want(number, state);
            }
            lamp.wish.give_up();
            lamp.has_news = true;
        }
    }

    /// The broker has acknowledged what was published on this topic.
    pub fn acknowledged(&mut self, topic: &str, now: Duration) {
        let topics = &self.topics;
        let mut lamps = self.lamps.iter_mut();
        if let Some(lamp) = lamps.find(|lamp| topics.set_config(&lamp.device) == topic) {
            lamp.has_news |= lamp.wish.acknowledged(now);
        }
    }

    /// The broker is back, or lost, and nothing may be published on topics that it does not take.
    pub fn broker_is(&mut self, is_connected: bool, held_back: &[String], now: Duration) {
        for lamp in &mut self.lamps {
            let is_held_back = held_back.contains(&self.topics.set_config(&lamp.device));
            lamp.has_news |= lamp.is_held_back != is_held_back;
            lamp.is_held_back = is_held_back;
            // Not once it is back: some is told before the last SUBACK.
            lamp.bridge.is_stale |= !is_connected;
            lamp.service.is_stale |= !is_connected;
        }
        if self.settled.is_some() == is_connected {
            return;
        }
        self.settled = is_connected.then_some(now + SETTLE);
        for lamp in &mut self.lamps {
            match is_connected {
                true => lamp.wish.broker_is_back(now),
                false => lamp.wish.broker_has_gone(),
            }
        }
    }

    /// Time has passed: what the lamps have not answered will not be answered, and what the broker has not told again is
    /// not known any more.
    pub fn tick(&mut self, now: Duration) {
        let is_settled = self.settled.is_some_and(|settled| settled <= now);
        for lamp in &mut self.lamps {
            lamp.has_news |= lamp.wish.expire(now);
            for presence in [&mut lamp.bridge, &mut lamp.service] {
                if is_settled && presence.is_stale {
                    *presence = Presence::default();
                    lamp.has_news = true;
                }
            }
        }
    }

    /// The next request to publish: its topic and its payload. None without a broker, as the user could not drop what the
    /// session keeps; and none before the broker has told which lamps are there.
    pub fn take_request(&mut self, now: Duration) -> Option<(String, String)> {
        if self.settled.is_none_or(|settled| now < settled) {
            return None;
        }
        let lamp = self
            .lamps
            .iter_mut()
            .filter(|lamp| lamp.can_be_asked())
            .find_map(|lamp| Some((lamp.wish.take_due(now)?, &lamp.device)));
        let (state, device) = lamp?;
        let topic = self.topics.set_config(device);
        Some((topic, state.with_client(&self.client)))
    }

    /// What is new, once its time has come. Never empty.
    pub fn take_reports(&mut self, now: Duration) -> Option<Vec<LampReport>> {
        if now < self.next_report || !self.has_news() {
            return None;
        }
        self.next_report = now + INTERVAL.max(INTERVAL_A_LAMP * self.lamps.len() as u32);
        let news = self.lamps.iter_mut().filter(|lamp| lamp.has_news);
        Some(news.map(|lamp| lamp.report(now)).collect())
    }

    /// When there is something to do.
    pub fn deadline(&self) -> Option<Duration> {
        let wishes = self.lamps.iter().flat_map(|lamp| {
            let settled = self.settled.filter(|_| lamp.can_be_asked());
            let send = lamp.wish.send_deadline().zip(settled);
            let send = send.map(|(due, settled)| due.max(settled));
            let is_stale = lamp.bridge.is_stale || lamp.service.is_stale;
            let forget = self.settled.filter(|_| is_stale);
            [send, lamp.wish.answer_deadline(), forget]
        });
        let report = self.has_news().then_some(self.next_report);
        wishes.flatten().chain(report).min()
    }

    fn changed(
        &mut self,
        device: &str,
        payload: &[u8],
        is_retained: bool,
        now: Duration,
    ) -> Result<(), IgnoredReason> {
        // An empty message deletes the one that the broker has kept (section 3.3.1.3).
        if payload.is_empty() {
            if let Some(lamp) = self.known(device) {
                lamp.confirmed = None;
                lamp.has_news = true;
                lamp.wish.lamp_is_heard();
            }
            return Ok(());
        }
        let changed = Changed::parse(payload)?;
        let author = Author::of(changed.client, &self.client);
        let early = self.take_early(device);
        let lamp = self.lamp(device).ok_or(IgnoredReason::TooManyLamps)?;
        let was_so = lamp.confirmed.replace(changed.state) == Some(changed.state);
        let is_known = was_so && lamp.author == author;
        // What is retained and known is no change: the broker repeats it at each connection.
        if !(is_retained && is_known) {
            lamp.changed_at = (!is_retained).then_some(now);
        }
        lamp.author = author;
        if !is_retained {
            lamp.wish.lamp_is_heard();
        }
        lamp.wish.lamp_is(changed.state, was_so, now);
        if is_retained && is_known {
            lamp.wish.lamp_is_as_it_was();
        }
        if let Some(LampWish { number, state, .. }) = early {
            lamp.wish.want(number, state);
        }
        Ok(())
    }

    fn presence(
        &mut self,
        kind: Kind,
        device: &str,
        payload: &[u8],
        heard_at: Option<Duration>,
    ) -> Result<(), IgnoredReason> {
        let is_up = match payload {
            b"1" => Some(true),
            b"0" => Some(false),
            b"" => None,
            _ => return Err(IgnoredReason::NotAPresence),
        };
        // An empty message deletes: of an unknown lamp there is nothing to delete.
        if is_up.is_none() && self.known(device).is_none() {
            return Ok(());
        }
        let lamp = self.lamp(device).ok_or(IgnoredReason::TooManyLamps)?;
        let presence = match kind {
            Kind::Bridge => &mut lamp.bridge,
            _ => &mut lamp.service,
        };
        // What is told again after an outage may have gone and come back in the meantime.
        if presence.is_up != is_up || presence.is_stale {
            presence.is_up = is_up;
            presence.since = heard_at;
        }
        presence.is_stale = false;
        if heard_at.is_some() {
            lamp.wish.lamp_is_heard();
        }
        // What has just come may have been away when the broker took the request, which then never reached the lamp.
        let has_come = is_up == Some(true) && heard_at.is_some();
        if has_come || is_up == Some(false) {
            lamp.wish.lamp_was_away();
        }
        Ok(())
    }

    fn take_early(&mut self, device: &str) -> Option<LampWish> {
        let index = self.early.iter().position(|wish| wish.device == device)?;
        Some(self.early.swap_remove(index))
    }

    fn has_news(&self) -> bool {
        self.lamps.iter().any(|lamp| lamp.has_news)
    }

    fn known(&mut self, device: &str) -> Option<&mut Lamp> {
        self.lamps.iter_mut().find(|lamp| lamp.device == device)
    }

    /// The lamp with this id, which has news. `None` if there are too many.
    fn lamp(&mut self, device: &str) -> Option<&mut Lamp> {
        let known = self.lamps.iter().position(|lamp| lamp.device == device);
        let index = match known {
            Some(index) => index,
            None if self.lamps.len() >= MAX_LAMPS && device != self.first => return None,
            None => {
                self.lamps.push(Lamp::new(device));
                self.lamps.len() - 1
            }
        };
        let lamp = self.lamps.get_mut(index)?;
        lamp.has_news = true;
        Some(lamp)
    }
}

impl Lamp {
    fn new(device: &str) -> Self {
        Self {
            device: device.to_owned(),
            confirmed: None,
            author: Author::Unknown,
            changed_at: None,
            bridge: Presence::default(),
            service: Presence::default(),
            wish: Wish::default(),
            is_held_back: false,
            has_news: true,
        }
    }

    fn is_absent(&self) -> bool {
        is_absent(self.bridge.is_up, self.service.is_up)
    }

    fn can_be_asked(&self) -> bool {
        !self.is_absent() && !self.is_held_back
    }

    fn report(&mut self, now: Duration) -> LampReport {
        self.has_news = false;
        let ago = |at: Option<Duration>| at.map(|at| now.saturating_sub(at));
        let presence = |presence: Presence| PresenceReport {
            is_up: presence.is_up,
            for_so_long: ago(presence.since),
        };
        LampReport {
            device: self.device.clone(),
            confirmed: self.confirmed,
            author: self.author.clone(),
            changed_ago: ago(self.changed_at),
            bridge: presence(self.bridge),
            service: presence(self.service),
            is_held_back: self.is_held_back,
            ended: self.wish.ended(),
        }
    }
}
