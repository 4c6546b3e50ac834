//! The page's end of the agent.

use std::cell::RefCell;
use std::fmt;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use futures::channel::mpsc::{self, UnboundedReceiver, UnboundedSender};
use futures::{FutureExt, StreamExt};
use gloo_timers::future::TimeoutFuture;
use yew::Callback;
use yew_agent::Spawnable;
use yew_agent::worker::WorkerBridge;

use super::LampAgent;
use super::codec::Postcard;
use crate::coalesce::LabelReport;
use crate::message::{Command, Event};

/// The one agent of a page; clones speak to the same.
#[derive(Clone)]
pub struct Agent(Rc<Inner>);

struct Inner {
    bridge: WorkerBridge<LampAgent>,
    listeners: Rc<Listeners>,
    early: RefCell<UnboundedReceiver<Event>>,
}

/// Who is told of events.
struct Listeners {
    /// Before anybody listens.
    early: UnboundedSender<Event>,
    onevent: RefCell<Option<Callback<Event>>>,
    onlabel: RefCell<Callback<LabelReport>>,
}

impl Agent {
    /// Starts the agent, in the worker that `boot.js` has at hand.
    pub fn spawn() -> Self {
        let (sender, early) = mpsc::unbounded();
        let listeners = Rc::new(Listeners {
            early: sender,
            onevent: RefCell::default(),
            onlabel: RefCell::default(),
        });
        let bridge = LampAgent::spawner()
            // First: in yew-agent 0.5.0 it forgets what was set before.
            .encoding::<Postcard>()
            .callback({
                let listeners = listeners.clone();
                move |event| listeners.tell(event)
            })
            .as_module(true)
            .with_loader(true)
            .spawn("boot.js");
        Self(Rc::new(Inner {
            bridge,
            listeners,
            early: RefCell::new(early),
        }))
    }

    /// Sends a command; it waits until the worker is ready.
    pub fn send(&self, command: Command) {
        self.0.bridge.send(command);
    }

    /// Waits for an event that is enough, but not for more than so many milliseconds; gives it with all that came before.
    /// Only before [`Agent::listen`].
    pub async fn events_until(
        &self,
        is_enough: &dyn Fn(&Event) -> bool,
        patience: u32,
    ) -> Vec<Event> {
        let mut patience = TimeoutFuture::new(patience);
        let mut events = Vec::new();
        poll_fn(|cx| {
            while let Poll::Ready(Some(event)) = self.0.early.borrow_mut().poll_next_unpin(cx) {
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

    /// Tells of each label, once somebody listens to the rest. One listener: a later one takes its place.
    pub fn listen_to_labels(&self, onlabel: Callback<LabelReport>) {
        self.0.listeners.onlabel.replace(onlabel);
    }

    /// Tells of each event that is more than a label, beginning with those that came before anybody listened.
    pub fn listen(&self, onevent: Callback<Event>) {
        let listeners = &self.0.listeners;
        listeners.onevent.replace(Some(onevent));
        while let Ok(event) = self.0.early.borrow_mut().try_recv() {
            listeners.tell(event);
        }
    }
}

impl Listeners {
    fn tell(&self, event: Event) {
        match (event, &*self.onevent.borrow()) {
            (event, None) => {
                let _ = self.early.unbounded_send(event);
            }
            (Event::Label(label), Some(_)) => self.onlabel.borrow().emit(label),
            (event, Some(onevent)) => onevent.emit(event),
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
