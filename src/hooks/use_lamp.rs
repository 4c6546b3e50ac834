//! Joins the agent and the state.

use gloo_timers::callback::Timeout;
use yew::platform::spawn_local;
use yew::prelude::*;

use crate::agent::Agent;
use crate::lamp::{Lamp, Level};
use crate::message::{Change, Command, Event, Pace};
use crate::mqtt::{Credentials, Status};
use crate::state::{Action, AppState};
use crate::storage::Kept;

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
    /// Logs in at the broker.
    pub log_in: Callback<Credentials>,
}

/// The lamp's state, kept up to date from the agent, and the verbs to change it. Begins with what was `wanted` before.
#[hook]
pub fn use_lamp(agent: &Agent, kept: &Kept, wanted: Change) -> LampHandle {
    let state = use_reducer(|| AppState {
        wanted,
        ..AppState::default()
    });
    // What the user wants now. Callbacks read it here: the state they were made with may be one render old.
    let wanted = use_mut_ref(|| wanted);

    use_effect_with(agent.clone(), {
        let dispatcher = state.dispatcher();
        let kept = kept.clone();
        let wanted = wanted.clone();
        move |agent| {
            let agent = agent.clone();
            let missing = dispatcher.clone();
            Timeout::new(AGENT_PATIENCE, move || {
                missing.dispatch(Action::AgentMissing)
            })
            .forget();
            spawn_local(async move {
                while let Some(event) = agent.next().await {
                    match &event {
                        Event::Status(Status::Connected { broker }) => {
                            kept.keep_good_broker(broker)
                        }
                        Event::Delivered(number) if *number == wanted.borrow().number => {
                            kept.forget_change();
                        }
                        _ => {}
                    }
                    dispatcher.dispatch(Action::Agent(event));
                }
            });
        }
    });

    let change = {
        let agent = agent.clone();
        let dispatcher = state.dispatcher();
        let kept = kept.clone();
        move |change: &dyn Fn(&mut Lamp), pace| {
            let mut wanted = wanted.borrow_mut();
            change(&mut wanted.lamp);
            wanted.number += 1;
            kept.keep_change(wanted.lamp);
            dispatcher.dispatch(Action::Set(*wanted));
            agent.send(Command::Change(*wanted, pace));
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
    let log_in = {
        let agent = agent.clone();
        let kept = kept.clone();
        Callback::from(move |login| {
            kept.keep_login(&login);
            agent.send(Command::LogIn(login));
        })
    };
    LampHandle {
        state,
        toggle_power,
        set_level,
        retry,
        log_in,
    }
}
