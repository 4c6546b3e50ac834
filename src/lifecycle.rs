//! Tells the agent when the network and the user come and go. Its own timers know nothing of either.

use gloo_events::EventListener;
use lampi::duration::Duration;
use wasm_bindgen::JsCast;
use web_sys::{Event, PageTransitionEvent, Window};

use crate::agent::Agent;
use crate::message::Command;
use crate::now::now;

/// How long [`linger`] takes: too short to be noticed. Tried in Chromium: 2 ms are enough mostly, 20 ms nearly always.
const LINGER: Duration = Duration::from_millis(30);

/// Watches while the page is loaded.
pub fn watch(window: &Window, agent: &Agent) {
    on(window, "online", agent, |_| Some(Command::Wake));
    on(window, "offline", agent, |_| Some(Command::Offline));
    on(window, "pageshow", agent, |event| {
        is_restored(event).then_some(Command::Wake)
    });
    on(window, "pagehide", agent, |_| Some(Command::Leave));
    EventListener::new(window, "pagehide", |_| linger()).forget();
    if let Some(document) = window.document() {
        let target = document.clone();
        on(&target, "visibilitychange", agent, move |_| {
            (!document.hidden()).then_some(Command::Wake)
        });
    }
}

/// Whether the page comes back from the browser's cache. It is shown for the first time, too, and then nobody has been away.
fn is_restored(event: &Event) -> bool {
    event.unchecked_ref::<PageTransitionEvent>().persisted()
}

/// Keeps the page for a moment. Otherwise browsers mostly end the worker before it has said good-bye to the broker.
fn linger() {
    let end = now() + LINGER;
    while now() < end {}
}

fn on(
    target: &web_sys::EventTarget,
    event: &'static str,
    agent: &Agent,
    command: impl Fn(&Event) -> Option<Command> + 'static,
) {
    let agent = agent.clone();
    EventListener::new(target, event, move |event| {
        if let Some(command) = command(event) {
            agent.send(command);
        }
    })
    .forget();
}
