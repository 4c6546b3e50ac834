//! Whether the link to a broker is alive: when to ping, and when the broker has been silent for too long after that
//! (sections 3.1.2.10 and 3.12).

use lampi::duration::Duration;

use super::session::STEP_TIMEOUT;

/// When something last went over one connection.
#[derive(Debug)]
pub struct Liveness {
    /// Without anything sent or received for so long, a ping is due.
    interval: Duration,
    last_sent: Duration,
    last_received: Duration,
    ping: Option<Ping>,
}

/// A PINGREQ without its PINGRESP.
#[derive(Debug)]
struct Ping {
    sent: Duration,
    /// How long the broker may be silent from then on.
    patience: Duration,
}

impl Liveness {
    /// A new connection. `keep_alive` is what the broker is told: a ping in three quarters of it comes in time.
    pub fn new(keep_alive: Duration, now: Duration) -> Self {
        Self {
            interval: keep_alive * 3 / 4,
            last_sent: now,
            last_received: now,
            ping: None,
        }
    }

    /// A packet goes out.
    pub fn sent(&mut self, now: Duration) {
        self.last_sent = now;
    }

    /// Bytes arrive: the link is alive.
    pub fn received(&mut self, now: Duration) {
        self.last_received = now;
    }

    /// PINGREQ goes out, to be answered before the broker has been silent for so long.
    pub fn pinged(&mut self, patience: Duration, now: Duration) {
        let sent = now;
        self.ping = Some(Ping { sent, patience });
    }

    /// PINGRESP arrives.
    pub fn answered(&mut self) {
        self.ping = None;
    }

    /// Since when nothing has arrived, counted from then at the earliest.
    pub fn silent_since(&self, then: Duration) -> Duration {
        then.max(self.last_received)
    }

    /// When the broker must hear from the page again.
    pub fn heard_until(&self) -> Duration {
        self.last_sent + self.interval
    }

    /// When to send the next ping, or to give up waiting for the last one's answer; other packets may come before that. If a
    /// PUBACK is awaited, `published` is since when: the ping comes sooner then.
    pub fn deadline(&self, published: Option<Duration>) -> Duration {
        match self.given_up_at() {
            Some(given_up) => given_up.min(self.heard_until()),
            None => {
                let deadline = self.last_sent.min(self.last_received) + self.interval;
                let late = published.map(|sent| self.silent_since(sent) + STEP_TIMEOUT);
                late.map_or(deadline, |late| late.min(deadline))
            }
        }
    }

    /// When to give up waiting for a ping's answer. `None` if none is awaited.
    pub fn given_up_at(&self) -> Option<Duration> {
        let ping = self.ping.as_ref()?;
        Some(self.silent_since(ping.sent) + ping.patience)
    }
}
