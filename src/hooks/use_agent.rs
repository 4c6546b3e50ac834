//! Joins the agent and the state.

use std::cell::RefCell;

use gloo_timers::callback::Timeout;
use lampi::state::State;
use yew::platform::spawn_local;
use yew::prelude::*;

use super::use_now::now;
use crate::agent::Agent;
use crate::intent::Intent;
use crate::lesson::Setting;
use crate::message::{Change, Command, Event, LampWish, Pace};
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

/// The lamp's state, kept up to date from the agent, and what the user does to change it. Begins with what is `known` so
/// far; the change in it is wanted of the `device`.
#[hook]
pub fn use_agent(agent: &Agent, kept: &Kept, device: &AttrValue, known: &AppState) -> AgentHandle {
    let state = use_reducer(|| known.clone());
    let joint = use_memo((), |()| Joint {
        agent: agent.clone(),
        dispatcher: state.dispatcher(),
        kept: kept.clone(),
        wanted: RefCell::new((device.clone(), known.wanted)),
        wishes: RefCell::new(Vec::from_iter(known.wish.clone())),
    });
    use_effect_with((), {
        let joint = joint.clone();
        move |()| {
            let missing = joint.dispatcher.clone();
            Timeout::new(AGENT_PATIENCE, move || {
                missing.dispatch(Action::AgentMissing)
            })
            .forget();
            spawn_local(async move {
                while let Some(event) = joint.agent.next().await {
                    joint.learn(event);
                }
            });
        }
    });
    let act = Callback::from(move |(device, intent)| joint.act(device, intent));
    AgentHandle { state, act }
}

struct Joint {
    agent: Agent,
    dispatcher: UseReducerDispatcher<AppState>,
    kept: Kept,
    /// What the user wants now, and of which device. The state that a callback was made with may be one render old.
    wanted: RefCell<(AttrValue, Change)>,
    /// The newest wish for each lamp.
    wishes: RefCell<Vec<LampWish>>,
}

impl Joint {
    fn learn(&self, event: Event) {
        let (device, wanted) = self.wanted.borrow().clone();
        self.kept
            .learn(&event, &device, wanted, &self.wishes.borrow());
        self.dispatcher.dispatch(Action::Agent(event, now()));
    }

    fn act(&self, device: AttrValue, intent: Intent) {
        let Setting { on, level } = self.wanted.borrow().1.setting;
        match intent {
            Intent::TogglePower => self.set(device, Setting { on: !on, level }, Pace::AtOnce),
            Intent::SetLevel(level) => self.set(device, Setting { on, level }, Pace::Debounced),
            Intent::Want(state) => self.want(device.to_string(), state),
            Intent::Hold(held) => {
                let held = held.map(|state| (device.to_string(), state));
                self.dispatcher.dispatch(Action::Hold(held));
            }
            Intent::GiveUp => self.agent.send(Command::GiveUp(device.to_string())),
            Intent::Retry => self.agent.send(Command::Retry),
            Intent::LogIn(login) => {
                self.kept.keep_login(&login);
                self.agent.send(Command::LogIn(login));
            }
        }
    }

    fn set(&self, device: AttrValue, setting: Setting, pace: Pace) {
        let (changed, wanted) = &mut *self.wanted.borrow_mut();
        wanted.setting = setting;
        wanted.number += 1;
        self.kept.keep_change(&device, setting);
        self.dispatcher.dispatch(Action::Set(*wanted));
        self.agent.send(Command::Change {
            device: device.to_string(),
            change: *wanted,
            pace,
        });
        *changed = device;
    }

    fn want(&self, device: String, state: State) {
        let mut wishes = self.wishes.borrow_mut();
        let wish = LampWish {
            device,
            number: wishes.iter().map(|wish| wish.number).max().unwrap_or(0) + 1,
            state,
        };
        self.kept.keep_wish(&wish.device, state);
        self.dispatcher.dispatch(Action::Want(wish.clone()));
        self.agent.send(Command::Want(wish.clone()));
        wishes.retain(|known| known.device != wish.device);
        wishes.push(wish);
    }
}
