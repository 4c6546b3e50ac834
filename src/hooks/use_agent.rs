//! Joins the agent and the state.

use std::cell::RefCell;

use gloo_timers::callback::Timeout;
use lampi::state::State;
use yew::platform::spawn_local;
use yew::prelude::*;

use super::use_now::now;
use crate::agent::Agent;
use crate::connection::Connection;
use crate::intent::Intent;
use crate::lesson::Setting;
use crate::message::{Command, Event, LampWish, Pace};
use crate::mqtt::Credentials;
use crate::settings::Settings;
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
/// far, and with these `wishes`.
#[hook]
pub fn use_agent(agent: &Agent, kept: &Kept, known: &AppState, wishes: &[LampWish]) -> AgentHandle {
    let state = use_reducer(|| known.clone());
    let joint = use_memo((), |()| Joint {
        agent: agent.clone(),
        dispatcher: state.dispatcher(),
        kept: kept.clone(),
        settings: RefCell::new(known.settings.clone()),
        wishes: RefCell::new(wishes.to_vec()),
        login: RefCell::new(kept.login()),
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
    /// What the user wants now. The state that a callback was made with may be one render old.
    settings: RefCell<Settings>,
    /// The newest wish for each lamp.
    wishes: RefCell<Vec<LampWish>>,
    /// What the user has typed, now or before the page was loaded anew.
    login: RefCell<Option<Credentials>>,
}

impl Joint {
    fn learn(&self, event: Event) {
        if let Event::Connection(Connection {
            broker: Some(_), ..
        }) = event
            && let Some(login) = &*self.login.borrow()
        {
            self.kept.keep_login(login);
        }
        let newest = self.settings.borrow().number();
        self.kept.learn(&event, newest, &self.wishes.borrow());
        self.dispatcher.dispatch(Action::Agent(event, now()));
    }

    fn act(&self, device: AttrValue, intent: Intent) {
        let Setting { on, level } = self.settings.borrow().of(&device);
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
        let change = self.settings.borrow_mut().set(&device, setting);
        self.kept.keep_change(&device, setting);
        let settings = self.settings.borrow().clone();
        self.dispatcher.dispatch(Action::Set(settings));
        self.agent.send(Command::Change {
            device: device.to_string(),
            change,
            pace,
        });
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
