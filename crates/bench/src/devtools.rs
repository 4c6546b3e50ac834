//! The DevTools protocol, as thin as it can be: calls, and nothing kept of what else the browser tells.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{
    select,
    sync::{broadcast, mpsc, oneshot},
    time::timeout,
};
use tokio_tungstenite::{
    connect_async_with_config,
    tungstenite::{self, Message, protocol::WebSocketConfig},
};

/// No call takes longer unless the browser hangs.
const PATIENCE: Duration = Duration::from_secs(600);

/// Why the browser did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum DevtoolsError {
    /// It could not be started.
    #[error("chromium did not start: {0}")]
    NotStarted(String),

    /// The connection to it failed.
    #[error("the connection to chromium failed: {0}")]
    Connection(#[from] Box<tungstenite::Error>),

    /// It went away.
    #[error("chromium ended or hangs in {0}")]
    Gone(String),

    /// It refused.
    #[error("chromium refuses {method}: {reason}")]
    Refused {
        /// The protocol's method.
        method: String,
        /// The browser's reason.
        reason: String,
    },

    /// It answered, but not what it was asked for.
    #[error("chromium answers {method}, but does not tell {what}")]
    Untold {
        /// The protocol's method.
        method: &'static str,
        /// What is missing.
        what: &'static str,
    },

    /// A script in a page failed.
    #[error("a script failed in the page: {0}")]
    Script(String),
}

type Pending = Arc<Mutex<HashMap<u64, oneshot::Sender<Value>>>>;

/// A connection to a browser; clones share it.
#[derive(Clone, Debug)]
pub struct Devtools {
    calls: mpsc::UnboundedSender<Message>,
    pending: Pending,
    number: Arc<AtomicU64>,
    events: broadcast::Sender<Event>,
}

/// Something that the browser tells unasked.
#[derive(Clone, Debug)]
pub struct Event {
    /// The session it belongs to; empty for the browser's own.
    pub session: String,
    /// The protocol's name of it.
    pub method: String,
    /// What it tells.
    pub params: Value,
}

impl Devtools {
    /// Connects to the address that a browser names when it starts.
    ///
    /// # Errors
    /// When nobody answers there.
    pub async fn connect(address: &str) -> Result<Devtools, DevtoolsError> {
        let unlimited = WebSocketConfig::default()
            .max_message_size(None)
            .max_frame_size(None);
        let (stream, _) = connect_async_with_config(address, Some(unlimited), true)
            .await
            .map_err(Box::new)?;
        let (mut sink, mut stream) = stream.split();
        let (calls, mut outgoing) = mpsc::unbounded_channel();
        let (events, _) = broadcast::channel(1024);
        let pending = Pending::default();
        let devtools = Devtools {
            calls,
            pending: pending.clone(),
            number: Arc::default(),
            events: events.clone(),
        };
        tokio::spawn(async move {
            loop {
                select! {
                    call = outgoing.recv() => {
                        let Some(call) = call else { break };
                        if sink.send(call).await.is_err() {
                            break;
                        }
                    }
                    message = stream.next() => match message {
                        Some(Ok(Message::Text(text))) => hear(&text, &pending, &events),
                        Some(Ok(_)) => {}
                        _ => break,
                    },
                }
            }
            // Whoever waits learns that nothing comes any more, and so does whoever calls from now on.
            drop(outgoing);
            lock(&pending).clear();
        });
        Ok(devtools)
    }

    /// Calls a method of the browser, or in a session of one of its targets.
    ///
    /// # Errors
    /// When the browser refuses or is gone.
    pub async fn call(
        &self,
        session: Option<&str>,
        method: &str,
        params: Value,
    ) -> Result<Value, DevtoolsError> {
        let id = self.number.fetch_add(1, Ordering::Relaxed);
        let mut call = json!({"id": id, "method": method, "params": params});
        if let Some(session) = session {
            call["sessionId"] = session.into();
        }
        let (sender, receiver) = oneshot::channel();
        lock(&self.pending).insert(id, sender);
        let gone = || DevtoolsError::Gone(method.into());
        self.calls
            .send(Message::text(call.to_string()))
            .map_err(|_| gone())?;
        let mut answer = timeout(PATIENCE, receiver)
            .await
            .map_err(|_| gone())?
            .map_err(|_| gone())?;
        if let Some(reason) = answer["error"]["message"].as_str() {
            return Err(DevtoolsError::Refused {
                method: method.into(),
                reason: reason.into(),
            });
        }
        Ok(answer["result"].take())
    }

    /// What the browser tells from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }
}

fn hear(text: &str, pending: &Pending, events: &broadcast::Sender<Event>) {
    let Ok(mut message) = serde_json::from_str::<Value>(text) else {
        return;
    };
    if let Some(id) = message["id"].as_u64() {
        if let Some(caller) = lock(pending).remove(&id) {
            // The caller may have lost patience.
            let _ = caller.send(message);
        }
        return;
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    // Mostly nobody listens.
    let _ = events.send(Event {
        session: text(&message["sessionId"]),
        method: text(&message["method"]),
        params: message["params"].take(),
    });
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
