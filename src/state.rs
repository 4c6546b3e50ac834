//! What the page shows, and how it changes. Pure.

use std::rc::Rc;

use yew::Reducible;

use crate::coalesce::{Ignored, Shown};
use crate::message::{Change, Event};
use crate::mqtt::Status;

/// Everything that changes while the page is open.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AppState {
    /// State of the connection, once the agent has told it.
    pub status: Option<Status>,
    /// The agent has not said anything for so long that it cannot be running.
    pub is_agent_missing: bool,
    /// What the user has set; shown at once, whether it is delivered or not.
    pub wanted: Change,
    /// Number of the newest change that the broker has acknowledged.
    pub delivered: u32,
    /// The newest label.
    pub label: Option<Shown>,
    /// Messages that were no labels.
    pub ignored: Option<Ignored>,
}

/// A reason to change.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// The user changed the lamp.
    Set(Change),
    /// The agent reports.
    Agent(Event),
    /// The agent should have reported long ago.
    AgentMissing,
}

impl AppState {
    /// Whether the last change still waits for the broker.
    pub fn is_undelivered(&self) -> bool {
        self.delivered != self.wanted.number
    }

    fn apply(&mut self, action: Action) {
        match action {
            Action::Set(change) => self.wanted = change,
            Action::AgentMissing => self.is_agent_missing = self.status.is_none(),
            Action::Agent(Event::Status(status)) => self.status = Some(status),
            Action::Agent(Event::Delivered(number)) => self.delivered = number,
            Action::Agent(Event::Labels(batch)) => {
                if let Some(newest) = batch.labels.into_iter().last() {
                    self.label = Some(newest);
                }
                if batch.ignored.is_some() {
                    self.ignored = batch.ignored;
                }
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
    use super::*;
    use crate::coalesce::LabelBatch;
    use crate::lamp::{LabelError, Lamp};

    fn labels(texts: &[&str]) -> Action {
        let shown = |&text: &&str| Shown {
            topic: "t".to_owned(),
            text: text.to_owned(),
        };
        Action::Agent(Event::Labels(LabelBatch {
            labels: texts.iter().map(shown).collect(),
            ignored: None,
        }))
    }

    fn ignored(count: u64) -> Action {
        let last = LabelError::NotJson;
        Action::Agent(Event::Labels(LabelBatch {
            labels: Vec::new(),
            ignored: Some(Ignored { count, last }),
        }))
    }

    fn after(actions: impl IntoIterator<Item = Action>) -> AppState {
        let mut state = AppState::default();
        for action in actions {
            state.apply(action);
        }
        state
    }

    fn label(state: &AppState) -> Option<&str> {
        state.label.as_ref().map(|shown| shown.text.as_str())
    }

    #[test]
    fn the_last_label_of_a_batch_is_shown() {
        assert_eq!(label(&after([labels(&["1", "2"])])), Some("2"));
    }

    #[test]
    fn ignored_messages_leave_the_label_alone() {
        assert_eq!(label(&after([labels(&["1"]), ignored(1)])), Some("1"));
    }

    #[test]
    fn labels_leave_the_count_of_ignored_messages_alone() {
        let state = after([ignored(3), labels(&["1"])]);
        assert_eq!(state.ignored.map(|ignored| ignored.count), Some(3));
    }

    #[test]
    fn labels_never_move_the_lamp() {
        assert_eq!(after([labels(&["1"])]).wanted, Change::default());
    }

    #[test]
    fn an_agent_that_has_reported_is_not_missing() {
        let broker = "ws://one/".to_owned();
        let report = Action::Agent(Event::Status(Status::Connected { broker }));
        assert!(after([Action::AgentMissing]).is_agent_missing);
        assert!(!after([report, Action::AgentMissing]).is_agent_missing);
    }

    fn change(number: u32) -> Action {
        let lamp = Lamp {
            on: true,
            ..Lamp::default()
        };
        Action::Set(Change { number, lamp })
    }

    #[test]
    fn a_change_shows_at_once() {
        assert!(after([change(1)]).wanted.lamp.on);
    }

    #[test]
    fn a_change_waits_until_it_is_delivered() {
        let delivered = |number| Action::Agent(Event::Delivered(number));
        assert!(!after([]).is_undelivered());
        assert!(after([change(1)]).is_undelivered());
        assert!(!after([change(1), delivered(1)]).is_undelivered());
        assert!(after([change(1), change(2), delivered(1)]).is_undelivered());
    }
}
