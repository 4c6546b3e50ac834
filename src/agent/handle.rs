//! The page's end of the agent.

use std::cell::RefCell;
use std::fmt;
use std::future::poll_fn;
use std::rc::Rc;

use futures::StreamExt;
use yew_agent::Spawnable;
use yew_agent::reactor::ReactorBridge;

use super::LampAgent;
use super::codec::Postcard;
use crate::message::{Command, Event};

/// Script that starts this WASM file, in a window and in a worker.
const BOOT_SCRIPT: &str = "boot.js";

/// The one agent of a page; clones speak to the same.
#[derive(Clone)]
pub struct Agent(Rc<RefCell<ReactorBridge<LampAgent>>>);

impl Agent {
    /// Starts the worker.
    pub fn spawn() -> Self {
        // Encoding first: in yew-agent 0.5.0 it forgets what was set before.
        let spawner = LampAgent::spawner().encoding::<Postcard>();
        let bridge = spawner.as_module(true).with_loader(true).spawn(BOOT_SCRIPT);
        Self(Rc::new(RefCell::new(bridge)))
    }

    /// Sends a command; it waits until the worker is ready.
    pub fn send(&self, command: Command) {
        self.0.borrow().send_input(command);
    }

    /// The next event; `None` once the agent has ended.
    pub async fn next(&self) -> Option<Event> {
        poll_fn(|cx| self.0.borrow_mut().poll_next_unpin(cx)).await
    }
}

impl PartialEq for Agent {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Agent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Agent")
    }
}
