//! The page's end of the agent.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use futures::StreamExt;
use yew::Callback;
use yew_agent::Spawnable;
use yew_agent::reactor::ReactorBridge;

use super::LampAgent;
use super::codec::Postcard;
use crate::coalesce::{LabelReport, Shown};
use crate::message::{Command, Event};

/// The one agent of a page; clones speak to the same.
#[derive(Clone)]
pub struct Agent(Rc<Inner>);

struct Inner {
    bridge: RefCell<ReactorBridge<LampAgent>>,
    /// Came before [`Agent::next`] was asked.
    early: RefCell<VecDeque<Event>>,
    onlabel: RefCell<Callback<Shown>>,
}

impl Agent {
    /// Starts the agent, in the worker that `boot.js` has at hand.
    pub fn spawn() -> Self {
        // Encoding first: in yew-agent 0.5.0 it forgets what was set before.
        let spawner = LampAgent::spawner().encoding::<Postcard>();
        let bridge = spawner.as_module(true).with_loader(true).spawn("boot.js");
        Self(Rc::new(Inner {
            bridge: RefCell::new(bridge),
            early: RefCell::default(),
            onlabel: RefCell::default(),
        }))
    }

    /// Sends a command; it waits until the worker is ready.
    pub fn send(&self, command: Command) {
        self.0.bridge.borrow().send_input(command);
    }

    /// Tells of each label, as long as somebody waits for [`Agent::next`]. One listener: a later one takes its place.
    pub fn listen_to_labels(&self, onlabel: Callback<Shown>) {
        self.0.onlabel.replace(onlabel);
    }

    /// Waits for news ([`Event::is_news`]), which [`Agent::next`] then gives, with all that came before.
    pub fn poll_news(&self, cx: &mut Context<'_>) -> Poll<()> {
        while let Some(event) = ready!(self.0.bridge.borrow_mut().poll_next_unpin(cx)) {
            let is_news = event.is_news();
            self.0.early.borrow_mut().push_back(event);
            if is_news {
                break;
            }
        }
        Poll::Ready(())
    }

    /// The next event that is more than a label; `None` once the agent has ended.
    pub async fn next(&self) -> Option<Event> {
        loop {
            let mut event = poll_fn(|cx| match self.0.early.borrow_mut().pop_front() {
                Some(event) => Poll::Ready(Some(event)),
                None => self.0.bridge.borrow_mut().poll_next_unpin(cx),
            })
            .await?;
            if let Event::Labels(LabelReport { newest, ignored }) = &mut event
                && let Some(newest) = newest.take()
            {
                self.0.onlabel.borrow().emit(newest);
                if ignored.is_none() {
                    continue;
                }
            }
            return Some(event);
        }
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
