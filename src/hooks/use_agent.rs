//! Joins the agent and the state.

use std::cell::RefCell;

use gloo_timers::callback::Timeout;
use lampi::state::State;
use yew::prelude::*;

use crate::agent::Agent;
use crate::connection::Connection;
use crate::intent::Intent;
use crate::lesson::Setting;
use crate::message::{Command, Event, LampWish, Pace};
use crate::mqtt::Credentials;
use crate::now::now;
use crate::state::{Action, AppState};
use crate::storage::Kept;

/// Milliseconds. An agent reports as soon as it runs, so one that is silent for so long never started.
const AGENT_PATIENCE: u32 = 8_000;

/// What [`use_agent`] gives.
#[derive(Debug)]
pub struct AgentHandle {
    /// What to show.
    pub state: UseReducerHandle<AppState>,
    /// Does what the user wants with this device.
    pub act: Callback<(AttrValue, Intent)>,
}

/// The page's state, kept up to date from the agent, and what the user does to change it. Begins with what is `known` so
/// far.
#[hook]
pub fn use_agent(agent: &Agent, kept: &Kept, known: &AppState) -> AgentHandle {
    let state = use_reducer(|| known.clone());
    let joint = use_memo((), |()| Joint {
        agent: agent.clone(),
        handle: state.clone(),
        kept: kept.clone(),
        login: RefCell::new(kept.login()),
    });
    use_effect_with((), {
        let joint = joint.clone();
        move |()| {
            let missing = joint.handle.dispatcher();
            Timeout::new(AGENT_PATIENCE, move || {
                missing.dispatch(Action::AgentMissing)
            })
            .forget();
            let agent = joint.agent.clone();
            agent.listen(Callback::from(move |event| joint.learn(event)));
        }
    });
    let act = Callback::from(move |(device, intent)| joint.act(device, intent));
    AgentHandle { state, act }
}

struct Joint {
    agent: Agent,
    handle: UseReducerHandle<AppState>,
    kept: Kept,
    /// What the user has typed, now or before the page was loaded anew.
    login: RefCell<Option<Credentials>>,
}

impl Joint {
    /// The state as it is now. Through a new handle each time, as a handle keeps every state that was read through it.
    fn state(&self) -> UseReducerHandle<AppState> {
        self.handle.clone()
    }

    fn learn(&self, event: Event) {
        if let Event::Connection(Connection {
            broker: Some(_), ..
        }) = event
            && let Some(login) = &*self.login.borrow()
        {
            self.kept.keep_login(login);
        }
        self.kept.learn(&event, &self.state());
        self.handle.dispatch(Action::Agent(event, now()));
    }

    fn act(&self, device: AttrValue, intent: Intent) {
        let Setting { on, level } = self.state().changes.of(&device);
        match intent {
            Intent::TogglePower => self.set(device, Setting { on: !on, level }, Pace::AtOnce),
            Intent::SetLevel(level) => self.set(device, Setting { on, level }, Pace::Debounced),
            Intent::Want(state) => self.want(device.to_string(), state),
            Intent::GiveUp => self.agent.send(Command::GiveUp(device.to_string())),
            Intent::Retry => self.agent.send(Command::Retry),
            Intent::LogIn(login) => {
                self.login.replace(Some(login.clone()));
                self.agent.send(Command::LogIn(login));
            }
        }
    }

    fn set(&self, device: AttrValue, setting: Setting, pace: Pace) {
        let mut changes = self.state().changes.clone();
        let change = changes.set(&device, setting);
        self.kept.keep_change(&device, setting);
        self.handle.dispatch(Action::Change(changes));
        self.agent.send(Command::Change {
            device: device.to_string(),
            change,
            pace,
        });
    }

    fn want(&self, device: String, state: State) {
        let number = self.state().next_wish();
        let wish = LampWish {
            device,
            number,
            state,
        };
        self.kept.keep_wish(&wish.device, state);
        self.handle.dispatch(Action::Want(wish.clone()));
        self.agent.send(Command::Want(wish));
    }
}
