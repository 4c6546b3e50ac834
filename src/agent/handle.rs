//! The page's end of the agent.

use std::cell::RefCell;
use std::fmt;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll};

use futures::{FutureExt, StreamExt};
use gloo_timers::future::TimeoutFuture;
use yew::Callback;
use yew_agent::Spawnable;
use yew_agent::reactor::ReactorBridge;

use super::LampAgent;
use super::codec::Postcard;
use crate::coalesce::LabelReport;
use crate::message::{Command, Event};

/// The one agent of a page; clones speak to the same.
#[derive(Clone)]
pub struct Agent(Rc<Inner>);

struct Inner {
    bridge: RefCell<ReactorBridge<LampAgent>>,
    onlabel: RefCell<Callback<LabelReport>>,
}

impl Agent {
    /// Starts the agent, in the worker that `boot.js` has at hand.
    pub fn spawn() -> Self {
        // Encoding first: in yew-agent 0.5.0 it forgets what was set before.
        let spawner = LampAgent::spawner().encoding::<Postcard>();
        let bridge = spawner.as_module(true).with_loader(true).spawn("boot.js");
        Self(Rc::new(Inner {
            bridge: RefCell::new(bridge),
            onlabel: RefCell::default(),
        }))
    }

    /// Sends a command; it waits until the worker is ready.
    pub fn send(&self, command: Command) {
        self.0.bridge.borrow().send_input(command);
    }

    /// Tells of each label, as long as somebody waits for [`Agent::next`]. One listener: a later one takes its place.
    pub fn listen_to_labels(&self, onlabel: Callback<LabelReport>) {
        self.0.onlabel.replace(onlabel);
    }

    /// Waits for an event that is enough, but not for more than so many milliseconds; gives it with all that came before.
    pub async fn events_until(
        &self,
        is_enough: &dyn Fn(&Event) -> bool,
        patience: u32,
    ) -> Vec<Event> {
        let mut patience = TimeoutFuture::new(patience);
        let mut events = Vec::new();
        poll_fn(|cx| {
            while let Poll::Ready(Some(event)) = self.poll_next(cx) {
                let is_last = is_enough(&event);
                events.push(event);
                if is_last {
                    return Poll::Ready(());
                }
            }
            patience.poll_unpin(cx)
        })
        .await;
        events
    }

    /// The next event that is more than a label; `None` once the agent has ended.
    pub async fn next(&self) -> Option<Event> {
        loop {
            match poll_fn(|cx| self.poll_next(cx)).await? {
                Event::Label(label) => self.0.onlabel.borrow().emit(label),
                event => return Some(event),
            }
        }
    }

    fn poll_next(&self, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        self.0.bridge.borrow_mut().poll_next_unpin(cx)
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
