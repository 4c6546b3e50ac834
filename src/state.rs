//! What the page shows, and how it changes. Pure.

use std::rc::Rc;

use lampi::duration::Duration;
use yew::Reducible;

use crate::changes::Changes;
use crate::connection::{self, Connection};
use crate::ignored::Ignored;
use crate::lamp_report::LampReport;
use crate::message::{Event, LampWish};

/// Everything that changes while the page is open.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AppState {
    /// State of the connection.
    pub connection: Connection,
    /// When the agent tries again, if it waits for that, on the page's clock.
    pub retry_at: Option<Duration>,
    /// Since when the broker is reached, or not, on the page's clock.
    pub reached_since: Duration,
    /// The connection has just been lost, and is tried anew at once.
    pub is_just_lost: bool,
    /// What the user has changed; shown at once, whether it is delivered or not.
    pub changes: Changes,
    /// Number of the newest change that the broker has acknowledged.
    pub delivered: u32,
    /// Every lamp that was heard of, by device.
    pub lamps: Vec<Rc<KnownLamp>>,
    /// The newest wish for each lamp, ended or not.
    pub wishes: Vec<LampWish>,
    /// Messages that could not be used.
    pub ignored: Option<Ignored>,
}

/// A lamp, and when the page was told of it, on the page's clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownLamp {
    /// What the agent told.
    pub report: LampReport,
    /// When.
    pub told_at: Duration,
}

/// A reason to change.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// The user changed the lesson's setting.
    Change(Changes),
    /// The user wants a lamp to be so.
    Want(LampWish),
    /// The agent reports, at this time on the page's clock.
    Agent(Event, Duration),
    /// The agent should have reported long ago.
    AgentMissing,
}

impl AppState {
    /// Whether the last change still waits for the broker.
    pub fn is_undelivered(&self) -> bool {
        self.delivered != self.changes.number()
    }

    /// Whether the page is connected to a broker. `None` before that is known, and in the demo, which has none.
    pub fn is_broker_reached(&self) -> Option<bool> {
        match self.connection.state {
            connection::State::Starting | connection::State::Missing | connection::State::Demo => {
                None
            }
            state => Some(state == connection::State::Connected),
        }
    }

    /// Whether something wanted of a lamp has not ended.
    pub fn is_wishing(&self) -> bool {
        let mut lamps = self.lamps.iter();
        lamps.any(|lamp| lamp.report.pending(&self.wishes).is_some())
    }

    /// What is known of a lamp.
    pub fn lamp(&self, device: &str) -> Option<&Rc<KnownLamp>> {
        let index = self.lamp_index(device).ok()?;
        self.lamps.get(index)
    }

    /// Number of the next wish.
    pub fn next_wish(&self) -> u32 {
        self.wishes
            .iter()
            .map(|wish| wish.number)
            .max()
            .unwrap_or(0)
            + 1
    }

    /// Whether a wish cannot be sent to its lamp now: the lamp or the broker is away, or the broker does not take it.
    pub fn is_held_up(&self, lamp: &LampReport) -> bool {
        lamp.is_out_of_reach(self.is_broker_reached()) || lamp.is_held_back
    }

    /// Changes what the page shows.
    pub fn apply(&mut self, action: Action) {
        match action {
            Action::Change(changes) => self.changes = changes,
            Action::Want(wish) => {
                self.wishes.retain(|known| known.device != wish.device);
                self.wishes.push(wish);
            }
            Action::AgentMissing => {
                if self.connection.state == connection::State::Starting {
                    self.connection = Connection::missing();
                }
            }
            Action::Agent(Event::Connection(connection), now) => {
                let was_reached = self.is_broker_reached();
                self.is_just_lost =
                    was_reached == Some(true) && connection.state == connection::State::Connecting;
                self.retry_at = connection.retry_in.map(|wait| now + wait);
                self.connection = connection;
                if self.is_broker_reached() != was_reached {
                    self.reached_since = now;
                }
            }
            Action::Agent(Event::Delivered(number), _) => self.delivered = number,
            Action::Agent(Event::Lamps(reports), now) => self.learn(reports, now),
            Action::Agent(Event::Ignored(ignored), _) => self.ignored = Some(ignored),
            // Shown by itself: the rest of the page need not be drawn anew for it.
            Action::Agent(Event::Label(_), _) => {}
        }
    }

    fn lamp_index(&self, device: &str) -> Result<usize, usize> {
        self.lamps
            .binary_search_by(|lamp| lamp.report.device.as_str().cmp(device))
    }

    fn learn(&mut self, reports: Vec<LampReport>, told_at: Duration) {
        for report in reports {
            let index = self.lamp_index(&report.device);
            let lamp = Rc::new(KnownLamp { report, told_at });
            match index {
                Ok(index) => self.lamps[index] = lamp,
                Err(index) => self.lamps.insert(index, lamp),
            }
        }
    }
}

impl Reducible for AppState {
    type Action = Action;

    fn reduce(mut self: Rc<Self>, action: Action) -> Rc<Self> {
        Rc::make_mut(&mut self).apply(action);
        self
    }
}

#[cfg(test)]
mod tests {
    use lampi::hundredths::Hundredths;
    use lampi::state::State;

    use super::*;
    use crate::lesson::Setting;
    use crate::wish::Ended;

    fn agent(event: Event) -> Action {
        Action::Agent(event, Duration::from_secs(1))
    }

    fn connection(state: connection::State) -> Event {
        Event::Connection(Connection {
            state,
            ..Connection::default()
        })
    }

    fn after(actions: impl IntoIterator<Item = Action>) -> AppState {
        let mut state = AppState::default();
        for action in actions {
            state.apply(action);
        }
        state
    }

    #[test]
    fn the_time_counts_from_when_the_broker_was_reached_or_lost() {
        let (connecting, connected) = (connection::State::Connecting, connection::State::Connected);
        let states = [connecting, connecting, connected, connecting, connecting];
        let mut state = AppState::default();
        let mut since = Vec::new();
        for (second, told) in (1..).zip(states) {
            state.apply(Action::Agent(connection(told), Duration::from_secs(second)));
            since.push(state.reached_since.as_secs());
        }
        assert_eq!(since, [1, 1, 3, 4, 4]);
    }

    #[test]
    fn a_connection_is_just_lost_until_more_is_known() {
        let (connecting, connected, offline) = (
            connection::State::Connecting,
            connection::State::Connected,
            connection::State::Offline,
        );
        let mut state = AppState::default();
        let states = [connecting, connected, connecting, offline, connecting];
        let just_lost = states.map(|told| {
            state.apply(agent(connection(told)));
            state.is_just_lost
        });
        assert_eq!(just_lost, [false, false, true, false, false]);
    }

    #[test]
    fn the_next_try_is_on_the_page_s_clock() {
        let offline = agent(Event::Connection(Connection {
            retry_in: Some(Duration::from_secs(4)),
            ..Connection::default()
        }));
        assert_eq!(after([offline]).retry_at, Some(Duration::from_secs(5)));
    }

    #[test]
    fn an_agent_that_has_reported_is_not_missing() {
        let report = agent(connection(connection::State::Connected));
        let is_missing = |actions: &[Action]| {
            let state = after(actions.iter().cloned());
            state.connection.state == connection::State::Missing
        };
        assert!(is_missing(&[Action::AgentMissing]));
        assert!(!is_missing(&[report.clone(), Action::AgentMissing]));
        assert!(!is_missing(&[Action::AgentMissing, report]));
    }

    fn change(number: u32) -> Action {
        let mut changes = Changes::default();
        for _ in 0..number {
            changes.set("TEST", Setting::default());
        }
        Action::Change(changes)
    }

    #[test]
    fn a_change_waits_until_it_is_delivered() {
        let delivered = |number| agent(Event::Delivered(number));
        assert!(!after([]).is_undelivered());
        assert!(after([change(1)]).is_undelivered());
        assert!(!after([change(1), delivered(1)]).is_undelivered());
        assert!(after([change(1), change(2), delivered(1)]).is_undelivered());
    }

    fn brightness(hundredths: u8) -> State {
        State {
            brightness: Hundredths::clamped(hundredths),
            ..State::default()
        }
    }

    fn report(device: &str, confirmed: State, ended: u32) -> Action {
        agent(Event::Lamps(vec![LampReport {
            device: device.to_owned(),
            confirmed: Some(confirmed),
            ended: Ended {
                number: ended,
                ..Ended::default()
            },
            ..LampReport::default()
        }]))
    }

    fn want(number: u32, state: State) -> Action {
        Action::Want(LampWish {
            device: "a".to_owned(),
            number,
            state,
        })
    }

    fn pending(state: &AppState) -> Option<State> {
        state.lamp("a").unwrap().report.pending(&state.wishes)
    }

    #[test]
    fn lamps_are_sorted_and_known_once() {
        let lamp = |device| report(device, brightness(1), 0);
        let state = after([lamp("b"), lamp("a"), lamp("c"), lamp("b")]);
        let devices: Vec<&str> = state
            .lamps
            .iter()
            .map(|lamp| lamp.report.device.as_str())
            .collect();
        assert_eq!(devices, ["a", "b", "c"]);
    }

    #[test]
    fn a_wish_is_pending_until_it_has_ended() {
        let lamp = |ended| report("a", brightness(1), ended);
        let wish = || want(1, brightness(2));
        assert_eq!(pending(&after([lamp(0)])), None);
        assert_eq!(pending(&after([lamp(0), wish()])), Some(brightness(2)));
        let state = after([lamp(0), wish(), lamp(1)]);
        assert_eq!(pending(&state), None);
        assert!(!state.is_wishing());
    }

    #[test]
    fn a_wish_is_pending_before_the_lamp_s_state_is_known() {
        let mut unknown = report("a", brightness(1), 0);
        if let Action::Agent(Event::Lamps(reports), _) = &mut unknown {
            reports[0].confirmed = None;
        }
        let state = after([unknown, want(1, brightness(2))]);
        assert_eq!(pending(&state), Some(brightness(2)));
        assert!(state.is_wishing());
    }

    #[test]
    fn the_newest_wish_counts() {
        let wishes = [want(1, brightness(2)), want(2, brightness(3))];
        let mut state = after(wishes);
        state.apply(report("a", brightness(1), 1));
        assert_eq!(pending(&state), Some(brightness(3)));
        assert_eq!(state.next_wish(), 3);
    }

    #[test]
    fn a_lamp_is_held_up_by_what_keeps_its_own_changes_back() {
        let connected = |can_retry| {
            agent(Event::Connection(Connection {
                state: connection::State::Connected,
                can_retry,
                ..Connection::default()
            }))
        };
        let mut held_back = report("a", brightness(1), 0);
        if let Action::Agent(Event::Lamps(reports), _) = &mut held_back {
            reports[0].is_held_back = true;
        }
        let is_held_up = |actions: [Action; 2]| {
            let state = after(actions);
            state.is_held_up(&state.lamp("a").unwrap().report)
        };
        let lamp = report("a", brightness(1), 0);
        assert!(!is_held_up([connected(false), lamp.clone()]));
        assert!(
            !is_held_up([connected(true), lamp.clone()]),
            "another one's topic is held back"
        );
        assert!(is_held_up([connected(true), held_back]));
        assert!(is_held_up([
            agent(connection(connection::State::Offline)),
            lamp
        ]));
    }

    #[test]
    fn a_wish_for_one_lamp_is_not_forgotten_for_another_s() {
        let other = Action::Want(LampWish {
            device: "b".to_owned(),
            number: 2,
            state: brightness(3),
        });
        let lamp = report("a", brightness(1), 0);
        let state = after([lamp, want(1, brightness(2)), other]);
        assert_eq!(pending(&state), Some(brightness(2)));
        assert!(state.is_wishing());
    }
}
