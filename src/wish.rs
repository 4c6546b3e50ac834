//! What the user wants of a lamp and what the lamp has confirmed: two things.
//!
//! A wish goes to the lamp, which answers with the state it has taken, or not at all. Until then the page shows the
//! wish; afterwards what the lamp confirmed. Pure: times are on the caller's clock.

use lampi::duration::Duration;
use lampi::state::State;
use serde::{Deserialize, Serialize};

use crate::mqtt::session::{OVERSLEPT, STEP_TIMEOUT};

/// A control under the finger sends at most this often.
pub const THROTTLE: Duration = Duration::from_millis(100);

/// How long a lamp that has been sent a wish may stay silent.
pub const PATIENCE: Duration = Duration::from_secs(3);

/// How long a lamp may take to return to a broker that was lost: it may have restarted, and a bridge waits up to half a
/// minute before it tries again.
pub const RETURN: Duration = Duration::from_secs(60);

/// The wish for one lamp, if there is one, and how the last ones ended.
#[derive(Debug, Default)]
pub struct Wish {
    wanted: Option<Wanted>,
    /// Sent and not answered yet, the oldest first. A lamp answers in this order, but may leave some out.
    unanswered: Vec<State>,
    /// The broker has not acknowledged what was sent last. The next wish waits here for that: so it can still be held back
    /// or dropped, and is not lost with the connection.
    is_in_flight: bool,
    next_send: Duration,
    /// Until then, the lamp may be on its way back to a broker that was lost. Zero once it was heard there.
    may_be_back: Duration,
    ended: Ended,
}

#[derive(Debug)]
struct Wanted {
    number: u32,
    state: State,
    stage: Stage,
    /// The lamp has told this state since, and no other after it: perhaps for an older wish.
    is_so: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    /// To be sent, as soon as it may.
    Held,
    /// On its way to the broker. `confirmed` is when the lamp told the wanted state.
    Sent {
        at: Duration,
        confirmed: Option<Duration>,
    },
    /// The broker has it: now it is the lamp's turn.
    Taken {
        /// `None` once the page may not have heard the answer at its time.
        sent: Option<Duration>,
        /// From when on the lamp's patience counts. `None` while the page would not hear its answer.
        since: Option<Duration>,
    },
}

/// How wishes ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// Number of the newest wish that has ended.
    pub number: u32,
    /// How it ended.
    pub outcome: Outcome,
}

/// How a wish ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// There was none, or it does not matter any more.
    #[default]
    None,
    /// The lamp confirmed it, so long after it was sent; `None` if the page may not have heard that at its time, or the
    /// lamp told it for an older wish only.
    Confirmed(Option<Duration>),
    /// The lamp stayed silent.
    Unanswered,
}

impl Wish {
    /// The user wants this. Takes the place of an older wish.
    pub fn want(&mut self, number: u32, state: State) {
        self.wanted = Some(Wanted {
            number,
            state,
            stage: Stage::Held,
            is_so: false,
        });
    }

    /// What to send now, if anything. Ask only while the lamp may be there.
    pub fn take_due(&mut self, now: Duration) -> Option<State> {
        let wanted = self.wanted.as_mut()?;
        if wanted.stage != Stage::Held || self.is_in_flight || now < self.next_send {
            return None;
        }
        wanted.stage = Stage::Sent {
            at: now,
            confirmed: None,
        };
        self.unanswered.push(wanted.state);
        self.is_in_flight = true;
        self.next_send = now + THROTTLE;
        Some(wanted.state)
    }

    /// The broker has acknowledged what was sent. True if the lamp has confirmed it already.
    pub fn acknowledged(&mut self, now: Duration) -> bool {
        self.is_in_flight = false;
        let Some(Wanted { stage, .. }) = &mut self.wanted else {
            return false;
        };
        let Stage::Sent { at, confirmed } = *stage else {
            return false;
        };
        *stage = Stage::Taken {
            sent: Some(at),
            since: Some(now),
        };
        if let Some(confirmed) = confirmed {
            self.end(Outcome::Confirmed(Some(confirmed.saturating_sub(at))));
        }
        confirmed.is_some()
    }

    /// The lamp says that it is in this state; `was_so` if it was known to be before. What was not sent yet is not
    /// fulfilled by that, what the broker has not acknowledged may still be lost, and what answers an older wish is
    /// followed by other states.
    pub fn lamp_is(&mut self, state: State, was_so: bool, now: Duration) {
        let answered = self.unanswered.iter().position(|sent| *sent == state);
        self.unanswered.drain(..answered.map_or(0, |last| last + 1));
        let Some(wanted) = &mut self.wanted else {
            if !was_so {
                self.ended.outcome = Outcome::None;
            }
            return;
        };
        let is_so = wanted.state == state;
        wanted.is_so = is_so && wanted.stage != Stage::Held;
        let is_granted = is_so && self.unanswered.iter().all(|sent| *sent == state);
        match &mut wanted.stage {
            Stage::Held => {}
            Stage::Sent { confirmed, .. } => *confirmed = is_granted.then_some(now),
            Stage::Taken { sent, .. } if is_granted => {
                let round_trip = sent.map(|sent| now.saturating_sub(sent));
                self.end(Outcome::Confirmed(round_trip));
            }
            Stage::Taken { .. } => {}
        }
    }

    /// The lamp has gone, or has just come: what it has not confirmed is sent again when it is there.
    pub fn lamp_was_away(&mut self) {
        self.unanswered.clear();
        if let Some(wanted) = &mut self.wanted {
            wanted.stage = Stage::Held;
        }
    }

    /// The lamp is as it was before the connection was lost: what the broker has taken may never have reached it, and is
    /// sent again. Not called if the lamp has changed: it may have fulfilled the wish before somebody changed it.
    pub fn lamp_is_as_it_was(&mut self) {
        if let Some(Wanted {
            stage: stage @ Stage::Taken { .. },
            ..
        }) = &mut self.wanted
        {
            *stage = Stage::Held;
        }
    }

    /// The broker is lost: what it has not acknowledged is sent again, and the lamp cannot be heard.
    pub fn broker_has_gone(&mut self) {
        self.unanswered.clear();
        self.is_in_flight = false;
        self.may_be_back = Duration::MAX;
        if let Some(Wanted { stage, .. }) = &mut self.wanted {
            match stage {
                Stage::Held => {}
                Stage::Sent { .. } => *stage = Stage::Held,
                Stage::Taken { sent, since } => (*sent, *since) = (None, None),
            }
        }
    }

    /// The broker is back. What it has taken may have been answered in the meantime, or the lamp may not be there yet.
    pub fn broker_is_back(&mut self, now: Duration) {
        self.wait_anew(now);
        self.may_be_back = self.may_be_back.min(now + RETURN);
    }

    /// The lamp is there: it said something just now.
    pub fn lamp_is_heard(&mut self) {
        self.may_be_back = Duration::ZERO;
    }

    /// Gives up a wish that the lamp has not answered in time. True if there was one.
    pub fn expire(&mut self, now: Duration) -> bool {
        let Some(deadline) = self.answer_deadline().filter(|deadline| *deadline <= now) else {
            return false;
        };
        if deadline + OVERSLEPT <= now {
            // The machine slept. The answer may have arrived, still unread, or the broker may have gone, which a step's
            // timeout shows.
            self.wait_anew(now + STEP_TIMEOUT);
            return false;
        }
        self.unanswered.clear();
        self.end(match &self.wanted {
            Some(Wanted { is_so: true, .. }) => Outcome::Confirmed(None),
            _ => Outcome::Unanswered,
        });
        true
    }

    /// The user does not want it any more.
    pub fn give_up(&mut self) {
        self.end(Outcome::None);
    }

    /// When there is something to send, should the lamp be there.
    pub fn send_deadline(&self) -> Option<Duration> {
        let wanted = self.wanted.as_ref()?;
        (wanted.stage == Stage::Held && !self.is_in_flight).then_some(self.next_send)
    }

    /// When the lamp's patience ends.
    pub fn answer_deadline(&self) -> Option<Duration> {
        match self.wanted.as_ref()?.stage {
            Stage::Taken { since, .. } => Some(self.may_be_back.max(since? + PATIENCE)),
            _ => None,
        }
    }

    /// How wishes ended so far.
    pub fn ended(&self) -> Ended {
        self.ended
    }

    /// What the broker has taken may have been answered unheard: the lamp's patience counts anew, from then on.
    fn wait_anew(&mut self, from: Duration) {
        if let Some(Wanted {
            stage: Stage::Taken { sent, since },
            ..
        }) = &mut self.wanted
        {
            (*sent, *since) = (None, Some(from));
        }
    }

    fn end(&mut self, outcome: Outcome) {
        if let Some(Wanted { number, .. }) = self.wanted.take() {
            self.ended = Ended { number, outcome };
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

    /// For hue 1, and on its way to the broker.
    fn sent() -> Wish {
        let mut wish = Wish::default();
        wish.want(1, hue(1));
        wish.take_due(ms(0));
        wish
    }

    fn wanted(wish: &Wish) -> Option<State> {
        wish.wanted.as_ref().map(|wanted| wanted.state)
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
                wish.acknowledged(ms(now));
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
        wish.acknowledged(ms(20));
        wish.lamp_is(hue(1), false, ms(35));
        assert_eq!(wanted(&wish), None);
        let ended = wish.ended();
        assert_eq!(
            (ended.number, ended.outcome),
            (7, Outcome::Confirmed(Some(ms(25))))
        );
    }

    #[test]
    fn a_confirmation_counts_once_the_broker_has_what_it_confirms() {
        let mut wish = Wish::default();
        wish.want(7, hue(1));
        wish.take_due(ms(10));
        wish.lamp_is(hue(1), false, ms(35));
        assert_eq!(wanted(&wish), Some(hue(1)));
        assert!(wish.acknowledged(ms(60)));
        assert_eq!(wish.ended().outcome, Outcome::Confirmed(Some(ms(25))));
    }

    #[test]
    fn no_round_trip_is_told_if_the_broker_was_lost_meanwhile() {
        let mut wish = sent();
        wish.acknowledged(ms(20));
        wish.broker_has_gone();
        // Heard before the last SUBACK, as what is retained often is.
        wish.lamp_is(hue(1), false, ms(3_600_035));
        assert_eq!(wish.ended().outcome, Outcome::Confirmed(None));
    }

    #[test]
    fn no_round_trip_is_told_if_the_machine_slept_meanwhile() {
        let mut wish = sent();
        wish.acknowledged(ms(20));
        wish.expire(ms(3_600_000));
        wish.lamp_is(hue(1), false, ms(3_600_035));
        assert_eq!(wish.ended().outcome, Outcome::Confirmed(None));
    }

    #[test]
    fn what_an_older_wish_brought_about_for_a_moment_confirms_nothing() {
        let mut wish = Wish::default();
        wish.want(7, hue(1));
        wish.take_due(ms(10));
        wish.lamp_is(hue(1), false, ms(35));
        wish.lamp_is(hue(2), false, ms(40));
        assert!(!wish.acknowledged(ms(60)));
        assert_eq!(wanted(&wish), Some(hue(1)));
    }

    #[test]
    fn the_next_one_waits_until_the_broker_has_the_last() {
        let mut wish = sent();
        wish.want(2, hue(2));
        assert_eq!(wish.take_due(ms(500)), None);
        assert_eq!(wish.send_deadline(), None);
        wish.acknowledged(ms(500));
        assert_eq!(wish.take_due(ms(500)), Some(hue(2)));
    }

    #[test]
    fn what_is_held_back_by_the_throttle_is_due_when_that_ends() {
        let mut wish = sent();
        wish.acknowledged(ms(10));
        assert_eq!(wish.send_deadline(), None);
        wish.want(2, hue(2));
        assert_eq!(wish.send_deadline(), Some(THROTTLE));
    }

    #[test]
    fn another_state_than_the_wanted_one_confirms_nothing() {
        let mut wish = sent();
        wish.acknowledged(ms(10));
        wish.lamp_is(hue(2), false, ms(20));
        assert_eq!(wanted(&wish), Some(hue(1)));
    }

    #[test]
    fn the_next_one_does_not_wait_for_a_broker_that_was_lost() {
        let mut wish = sent();
        wish.broker_has_gone();
        wish.want(2, hue(2));
        assert_eq!(wish.take_due(ms(500)), Some(hue(2)));
    }

    #[test]
    fn a_sleep_is_no_silence_of_the_lamp() {
        let mut wish = sent();
        wish.acknowledged(ms(50));
        let woken = ms(60_000);
        assert!(!wish.expire(woken));
        assert_eq!(
            wish.answer_deadline(),
            Some(woken + STEP_TIMEOUT + PATIENCE)
        );
        assert!(wish.expire(woken + STEP_TIMEOUT + PATIENCE));
    }

    #[test]
    fn the_echo_of_an_older_wish_ends_nothing() {
        let mut wish = sent();
        wish.want(2, hue(2));
        wish.lamp_is(hue(1), false, ms(10));
        assert_eq!(wanted(&wish), Some(hue(2)));
    }

    /// Wishes for these hues, which the broker has taken, the last at 1 s.
    fn taken(hues: &[u8]) -> Wish {
        let mut wish = Wish::default();
        for (number, wanted) in (1..).zip(hues) {
            let now = ms(1000 - (hues.len() as u64 - u64::from(number)) * 100);
            wish.want(number, hue(*wanted));
            wish.take_due(now);
            wish.acknowledged(now);
        }
        wish
    }

    #[test]
    fn the_echo_of_an_older_wish_for_the_same_ends_nothing() {
        let mut wish = taken(&[1, 2, 1]);
        wish.lamp_is(hue(1), false, ms(1100));
        wish.lamp_is(hue(2), false, ms(1200));
        assert_eq!(wanted(&wish), Some(hue(1)));
        wish.lamp_is(hue(1), false, ms(1300));
        assert_eq!(wish.ended().outcome, Outcome::Confirmed(Some(ms(300))));
    }

    #[test]
    fn the_echo_of_the_last_wish_ends_it_whatever_the_lamp_left_out() {
        let mut wish = taken(&[1, 2, 3]);
        wish.lamp_is(hue(3), false, ms(1300));
        assert_eq!(wish.ended().outcome, Outcome::Confirmed(Some(ms(300))));
    }

    #[test]
    fn one_echo_is_enough_for_wishes_for_the_same() {
        let mut wish = taken(&[1, 1]);
        wish.lamp_is(hue(1), false, ms(1300));
        assert_eq!(wish.ended().outcome, Outcome::Confirmed(Some(ms(300))));
    }

    #[test]
    fn a_lamp_that_has_told_the_wanted_state_last_has_accepted_it() {
        let mut wish = taken(&[1, 2, 1]);
        wish.lamp_is(hue(1), false, ms(1300));
        assert!(wish.expire(ms(1000) + PATIENCE));
        assert_eq!(wish.ended().outcome, Outcome::Confirmed(None));
    }

    #[test]
    fn a_lamp_that_has_told_another_state_last_has_not_accepted_it() {
        let mut wish = taken(&[1, 2, 1]);
        wish.lamp_is(hue(1), false, ms(1300));
        wish.lamp_is(hue(2), false, ms(1400));
        assert!(wish.expire(ms(1000) + PATIENCE));
        assert_eq!(wish.ended().outcome, Outcome::Unanswered);
    }

    #[test]
    fn what_was_not_sent_cannot_be_confirmed() {
        let mut wish = Wish::default();
        wish.want(1, hue(1));
        wish.lamp_is(hue(1), false, ms(10));
        assert_eq!(wish.take_due(ms(20)), Some(hue(1)));
    }

    #[test]
    fn a_lamp_that_stays_silent_has_not_accepted_it() {
        let mut wish = sent();
        wish.acknowledged(ms(50));
        assert_eq!(wish.answer_deadline(), Some(ms(50) + PATIENCE));
        assert!(!wish.expire(ms(49) + PATIENCE));
        assert!(wish.expire(ms(50) + PATIENCE));
        assert_eq!(wanted(&wish), None);
        assert_eq!(wish.ended().outcome, Outcome::Unanswered);
        wish.lamp_is(hue(0), true, ms(8000));
        assert_eq!(wish.ended().outcome, Outcome::Unanswered);
        wish.lamp_is(hue(9), false, ms(9000));
        assert_eq!(wish.ended().outcome, Outcome::None);
    }

    #[test]
    fn without_the_broker_the_lamp_is_not_to_blame() {
        let mut wish = sent();
        wish.acknowledged(ms(50));
        wish.broker_has_gone();
        assert!(!wish.expire(ms(60_000)));
        wish.broker_is_back(ms(60_000));
        wish.lamp_is_heard();
        assert_eq!(wish.answer_deadline(), Some(ms(60_000) + PATIENCE));
    }

    #[test]
    fn what_the_broker_did_not_acknowledge_is_sent_again() {
        let mut wish = sent();
        wish.broker_has_gone();
        wish.broker_is_back(ms(5000));
        assert_eq!(wish.take_due(ms(5000)), Some(hue(1)));
    }

    #[test]
    fn while_the_broker_has_not_got_it_the_lamp_is_not_to_blame() {
        let wish = sent();
        assert_eq!(wish.answer_deadline(), None);
    }

    #[test]
    fn a_wish_that_a_lamp_took_with_it_is_sent_once_more() {
        let mut wish = sent();
        wish.acknowledged(ms(1));
        wish.lamp_was_away();
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
