//! Tells the agent when the network and the user come and go. Its own timers know nothing of either.

use gloo_events::EventListener;
use web_sys::Window;

use crate::agent::Agent;
use crate::message::Command;

/// Watches while the page is loaded.
pub fn watch(window: &Window, agent: &Agent) {
    on(window, "online", agent, || Some(Command::Wake));
    on(window, "pageshow", agent, || Some(Command::Wake));
    on(window, "pagehide", agent, || Some(Command::Leave));
    if let Some(document) = window.document() {
        let target = document.clone();
        on(&target, "visibilitychange", agent, move || {
            (!document.hidden()).then_some(Command::Wake)
        });
    }
}

fn on(
    target: &web_sys::EventTarget,
    event: &'static str,
    agent: &Agent,
    command: impl Fn() -> Option<Command> + 'static,
) {
    let agent = agent.clone();
    EventListener::new(target, event, move |_| {
        if let Some(command) = command() {
            agent.send(command);
        }
    })
    .forget();
}
