//! What the user wants of a lamp and what the lamp has confirmed: two things.
//!
//! A wish goes to the lamp, which answers with the state it has taken, or not at all. Until then the page shows the
//! wish; afterwards what the lamp confirmed. Pure: times are on the caller's clock.

use std::time::Duration;

use lampi::state::State;
use serde::{Deserialize, Serialize};

/// A control under the finger sends at most this often.
pub const THROTTLE: Duration = Duration::from_millis(100);

/// How long a lamp that has been sent a wish may stay silent.
pub const PATIENCE: Duration = Duration::from_secs(3);

/// The wish for one lamp, if there is one, and how the last ones ended.
#[derive(Debug, Default)]
pub struct Wish {
    wanted: Option<Wanted>,
    next_send: Duration,
    ended: Ended,
}

#[derive(Debug)]
struct Wanted {
    number: u32,
    state: State,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    /// To be sent, as soon as it may.
    Held,
    /// On its way to the broker.
    Sent { at: Duration },
    /// The broker has it: now it is the lamp's turn.
    Taken { sent: Duration, since: Duration },
}

/// How wishes ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// Number of the newest wish that has ended.
    pub number: u32,
    /// Whether the lamp has not accepted it.
    pub is_rejected: bool,
    /// Time from sending to the lamp's confirmation, of the last wish that was confirmed.
    pub round_trip: Option<Duration>,
}

impl Wish {
    /// The user wants this. Takes the place of an older wish.
    pub fn want(&mut self, number: u32, state: State) {
        self.wanted = Some(Wanted {
            number,
            state,
            stage: Stage::Held,
        });
    }

    /// What to send now, if anything. Ask only while the lamp may be there.
    pub fn take_due(&mut self, now: Duration) -> Option<State> {
        let wanted = self.wanted.as_mut()?;
        if wanted.stage != Stage::Held || now < self.next_send {
            return None;
        }
        wanted.stage = Stage::Sent { at: now };
        self.next_send = now + THROTTLE;
        Some(wanted.state)
    }

    /// The broker has acknowledged what was sent.
    pub fn acknowledged(&mut self, now: Duration) {
        if let Some(Wanted { stage, .. }) = &mut self.wanted
            && let Stage::Sent { at } = *stage
        {
            *stage = Stage::Taken {
                sent: at,
                since: now,
            };
        }
    }

    /// The lamp is in this state now. What was not sent yet is not fulfilled by it.
    pub fn confirmed(&mut self, state: State, now: Duration) {
        let Some(wanted) = &self.wanted else { return };
        if let Stage::Sent { at } | Stage::Taken { sent: at, .. } = wanted.stage
            && wanted.state == state
        {
            self.ended.round_trip = Some(now.saturating_sub(at));
            self.end(false);
        }
    }

    /// The lamp has gone: what it has not confirmed is sent again when it returns.
    pub fn lamp_has_gone(&mut self) {
        if let Some(wanted) = &mut self.wanted {
            wanted.stage = Stage::Held;
        }
    }

    /// The broker is back. The lamp may have answered in the meantime; its patience begins anew.
    pub fn broker_is_back(&mut self, now: Duration) {
        if let Some(Wanted {
            stage: Stage::Taken { since, .. },
            ..
        }) = &mut self.wanted
        {
            *since = now;
        }
    }

    /// Gives up a wish that the lamp has not answered in time. True if there was one.
    pub fn expire(&mut self, now: Duration) -> bool {
        let is_late = self
            .answer_deadline()
            .is_some_and(|deadline| deadline <= now);
        if is_late {
            self.end(true);
        }
        is_late
    }

    /// The user does not want it any more.
    pub fn give_up(&mut self) {
        self.end(false);
    }

    /// When there is something to send, should the lamp be there.
    pub fn send_deadline(&self) -> Option<Duration> {
        let wanted = self.wanted.as_ref()?;
        (wanted.stage == Stage::Held).then_some(self.next_send)
    }

    /// When the lamp's patience ends.
    pub fn answer_deadline(&self) -> Option<Duration> {
        match self.wanted.as_ref()?.stage {
            Stage::Taken { since, .. } => Some(since + PATIENCE),
            _ => None,
        }
    }

    /// What is wanted and not confirmed.
    pub fn wanted(&self) -> Option<State> {
        self.wanted.as_ref().map(|wanted| wanted.state)
    }

    /// How wishes ended so far.
    pub fn ended(&self) -> Ended {
        self.ended
    }

    fn end(&mut self, is_rejected: bool) {
        if let Some(wanted) = self.wanted.take() {
            self.ended.number = wanted.number;
            self.ended.is_rejected = is_rejected;
        }
    }
}

#[cfg(test)]
mod tests {
    use lampi::hundredths::Hundredths;

    use super::*;

    fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn hue(hundredths: u8) -> State {
        State {
            hue: Hundredths::clamped(hundredths),
            ..State::default()
        }
    }

    #[test]
    fn the_first_wish_is_sent_at_once_and_the_next_ones_ten_times_a_second() {
        let mut wish = Wish::default();
        let mut sent = Vec::new();
        for now in 0..1000 {
            wish.want(1, hue((now / 10) as u8));
            if wish.take_due(ms(now)).is_some() {
                sent.push(now);
            }
        }
        assert_eq!(sent, [0, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
        assert_eq!(wish.take_due(ms(1000)), Some(hue(99)));
    }

    #[test]
    fn the_lamp_s_confirmation_ends_it_and_tells_the_round_trip() {
        let mut wish = Wish::default();
        wish.want(7, hue(1));
        wish.take_due(ms(10));
        wish.confirmed(hue(1), ms(35));
        assert_eq!(wish.wanted(), None);
        let ended = wish.ended();
        assert_eq!((ended.number, ended.is_rejected), (7, false));
        assert_eq!(ended.round_trip, Some(ms(25)));
    }

    #[test]
    fn the_echo_of_an_older_wish_ends_nothing() {
        let mut wish = Wish::default();
        wish.want(1, hue(1));
        wish.take_due(ms(0));
        wish.want(2, hue(2));
        wish.confirmed(hue(1), ms(10));
        assert_eq!(wish.wanted(), Some(hue(2)));
    }

    #[test]
    fn what_was_not_sent_cannot_be_confirmed() {
        let mut wish = Wish::default();
        wish.want(1, hue(1));
        wish.confirmed(hue(1), ms(10));
        assert_eq!(wish.take_due(ms(20)), Some(hue(1)));
    }

    #[test]
    fn a_lamp_that_stays_silent_has_not_accepted_it() {
        let mut wish = Wish::default();
        wish.want(1, hue(1));
        wish.take_due(ms(0));
        wish.acknowledged(ms(50));
        assert_eq!(wish.answer_deadline(), Some(ms(50) + PATIENCE));
        assert!(!wish.expire(ms(49) + PATIENCE));
        assert!(wish.expire(ms(50) + PATIENCE));
        assert_eq!(wish.wanted(), None);
        assert!(wish.ended().is_rejected);
    }

    #[test]
    fn while_the_broker_has_not_got_it_the_lamp_is_not_to_blame() {
        let mut wish = Wish::default();
        wish.want(1, hue(1));
        wish.take_due(ms(0));
        assert_eq!(wish.answer_deadline(), None);
    }

    #[test]
    fn a_wish_that_a_lamp_took_with_it_is_sent_once_more() {
        let mut wish = Wish::default();
        wish.want(1, hue(1));
        wish.take_due(ms(0));
        wish.acknowledged(ms(1));
        wish.lamp_has_gone();
        assert_eq!(wish.answer_deadline(), None);
        assert_eq!(wish.take_due(ms(200)), Some(hue(1)));
        assert_eq!(wish.take_due(ms(400)), None);
    }

    #[test]
    fn a_wish_given_up_is_not_sent() {
        let mut wish = Wish::default();
        wish.want(3, hue(1));
        wish.give_up();
        assert_eq!(wish.take_due(ms(0)), None);
        assert_eq!(wish.ended().number, 3);
    }
}
