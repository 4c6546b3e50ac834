//! Joins the agent and the state.

use gloo_timers::callback::Timeout;
use yew::platform::spawn_local;
use yew::prelude::*;

use crate::agent::Agent;
use crate::lamp::{Lamp, Level};
use crate::message::{Command, Pace};
use crate::state::{Action, AppState};

/// Milliseconds. An agent reports as soon as it runs, so one that is silent for so long never started.
const AGENT_PATIENCE: u32 = 8_000;

/// What [`use_lamp`] gives.
#[derive(Debug)]
pub struct LampHandle {
    /// What to show.
    pub state: UseReducerHandle<AppState>,
    /// Switches the lamp on or off.
    pub toggle_power: Callback<()>,
    /// Moves the slider.
    pub set_level: Callback<Level>,
    /// Asks for a try to connect now.
    pub retry: Callback<()>,
}

/// The lamp's state, kept up to date from the agent, and the verbs to change it.
#[hook]
pub fn use_lamp(agent: &Agent) -> LampHandle {
    let state = use_reducer(AppState::default);
    // What the user wants now. Callbacks read it here: the state they were made with may be one render old.
    let wanted = use_mut_ref(Lamp::default);

    use_effect_with(agent.clone(), {
        let dispatcher = state.dispatcher();
        move |agent| {
            let agent = agent.clone();
            let missing = dispatcher.clone();
            Timeout::new(AGENT_PATIENCE, move || {
                missing.dispatch(Action::AgentMissing)
            })
            .forget();
            spawn_local(async move {
                while let Some(event) = agent.next().await {
                    dispatcher.dispatch(Action::Agent(event));
                }
            });
        }
    });

    let change = {
        let agent = agent.clone();
        let dispatcher = state.dispatcher();
        move |change: &dyn Fn(&mut Lamp), pace| {
            change(&mut wanted.borrow_mut());
            let lamp = *wanted.borrow();
            dispatcher.dispatch(Action::Set(lamp));
            agent.send(Command::Change(lamp, pace));
        }
    };
    let toggle_power = {
        let change = change.clone();
        Callback::from(move |()| change(&|lamp| lamp.on = !lamp.on, Pace::AtOnce))
    };
    let set_level =
        Callback::from(move |level| change(&|lamp| lamp.level = level, Pace::Debounced));
    let retry = {
        let agent = agent.clone();
        Callback::from(move |()| agent.send(Command::Retry))
    };
    LampHandle {
        state,
        toggle_power,
        set_level,
        retry,
    }
}
