//! Joins the agent and the state.

use gloo_timers::callback::Timeout;
use lampi::state::State;
use yew::platform::spawn_local;
use yew::prelude::*;

use super::use_now::now;
use crate::agent::Agent;
use crate::lesson::{Level, Setting};
use crate::message::{Change, Command, Event, LampWish, Pace};
use crate::mqtt::{Credentials, Status};
use crate::state::{Action, AppState};
use crate::storage::Kept;

/// Milliseconds. An agent reports as soon as it runs, so one that is silent for so long never started.
const AGENT_PATIENCE: u32 = 8_000;

/// What [`use_agent`] gives.
#[derive(Debug)]
pub struct AgentHandle {
    /// What to show.
    pub state: UseReducerHandle<AppState>,
    /// Switches the lesson's device with this name on or off.
    pub toggle_power: Callback<AttrValue>,
    /// Moves its slider.
    pub set_level: Callback<(AttrValue, Level)>,
    /// Asks for a try to connect now.
    pub retry: Callback<()>,
    /// Logs in at the broker.
    pub log_in: Callback<Credentials>,
    /// Wants a real lamp to be so.
    pub want: Callback<(AttrValue, State)>,
    /// Takes hold of a real lamp's control that shows this, or lets go.
    pub hold: Callback<Option<(AttrValue, State)>>,
    /// Drops what is wanted of a real lamp.
    pub give_up: Callback<AttrValue>,
}

/// The lamp's state, kept up to date from the agent, and the verbs to change it. Begins with what was `wanted` of the `first`
/// device before.
#[hook]
pub fn use_agent(
    agent: &Agent,
    kept: &Kept,
    first: &AttrValue,
    wanted: Change,
    wish: &Option<LampWish>,
) -> AgentHandle {
    let state = use_reducer(|| AppState {
        wanted,
        wish: wish.clone(),
        ..AppState::default()
    });
    // What the user wants now, and of which device. Callbacks read it here: the state they were made with may be one render old.
    let wanted = use_mut_ref(|| (first.clone(), wanted));
    // The newest wish for each lamp.
    let wishes = use_mut_ref(|| Vec::from_iter(wish.clone()));

    use_effect_with(agent.clone(), {
        let dispatcher = state.dispatcher();
        let kept = kept.clone();
        let wanted = wanted.clone();
        let wishes = wishes.clone();
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
                        Event::Delivered(number) if *number == wanted.borrow().1.number => {
                            kept.forget_change(&wanted.borrow().0);
                        }
                        Event::Lamps(reports) => {
                            let has_ended = |wish: &&LampWish| {
                                let mut lamps = reports.iter();
                                lamps.any(|lamp| lamp.device == wish.device && lamp.has_ended(wish))
                            };
                            for wish in wishes.borrow().iter().filter(has_ended) {
                                kept.forget_wish(&wish.device);
                            }
                        }
                        _ => {}
                    }
                    dispatcher.dispatch(Action::Agent(event, now()));
                }
            });
        }
    });

    let change = {
        let agent = agent.clone();
        let dispatcher = state.dispatcher();
        let kept = kept.clone();
        move |device: AttrValue, change: &dyn Fn(&mut Setting), pace| {
            let (changed, wanted) = &mut *wanted.borrow_mut();
            change(&mut wanted.setting);
            wanted.number += 1;
            kept.keep_change(&device, wanted.setting);
            dispatcher.dispatch(Action::Set(*wanted));
            agent.send(Command::Change {
                device: device.to_string(),
                change: *wanted,
                pace,
            });
            *changed = device;
        }
    };
    let toggle_power = {
        let change = change.clone();
        Callback::from(move |device| {
            change(device, &|setting| setting.on = !setting.on, Pace::AtOnce)
        })
    };
    let set_level = Callback::from(move |(device, level)| {
        change(device, &|setting| setting.level = level, Pace::Debounced)
    });
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
    let want = {
        let agent = agent.clone();
        let dispatcher = state.dispatcher();
        let kept = kept.clone();
        Callback::from(move |(device, state): (AttrValue, State)| {
            let mut wishes = wishes.borrow_mut();
            let wish = LampWish {
                device: device.to_string(),
                number: wishes.iter().map(|wish| wish.number).max().unwrap_or(0) + 1,
                state,
            };
            kept.keep_wish(&wish.device, state);
            dispatcher.dispatch(Action::Want(wish.clone()));
            agent.send(Command::Want(wish.clone()));
            wishes.retain(|known| known.device != wish.device);
            wishes.push(wish);
        })
    };
    let hold = {
        let dispatcher = state.dispatcher();
        Callback::from(move |held: Option<(AttrValue, State)>| {
            let held = held.map(|(device, state)| (device.to_string(), state));
            dispatcher.dispatch(Action::Hold(held));
        })
    };
    let give_up = {
        let agent = agent.clone();
        Callback::from(move |device: AttrValue| agent.send(Command::GiveUp(device.to_string())))
    };
    AgentHandle {
        state,
        toggle_power,
        set_level,
        retry,
        log_in,
        want,
        hold,
        give_up,
    }
}
