//! What goes into a session and what comes out of it. Whatever takes a session's place, such as the demo, does the same.

use super::options::Credentials;
use super::status::Status;

/// What happens to a session.
#[derive(Debug)]
pub enum Input<'a> {
    /// The WebSocket is open.
    Opened,
    /// A binary frame.
    Received(&'a [u8]),
    /// A text frame, which MQTT forbids.
    ReceivedText,
    /// The WebSocket is closed, or never opened.
    Closed,
    /// Deliver this payload at least once; a newer one for the topic replaces it.
    Publish {
        /// Topic name.
        topic: &'a str,
        /// UTF-8 text.
        payload: String,
    },
    /// Publish this payload, but not again if it is lost with the connection.
    Request {
        /// Topic name.
        topic: &'a str,
        /// UTF-8 text.
        payload: String,
    },
    /// The user asks to try now.
    Retry,
    /// The user logs in.
    LogIn(Credentials),
    /// The user wants something of the broker.
    Wanted,
    /// The network is back, or the user: things may have changed unseen.
    Wake,
    /// The network has gone. A broker on this machine may still be reached.
    Offline,
    /// The page is being left. It may come back, then with [`Input::Wake`].
    Leave,
    /// The deadline has come.
    Tick,
}

/// What a session wants done or known.
#[derive(Debug, PartialEq)]
pub enum Output {
    /// Open a WebSocket to this URL, sub-protocol `mqtt`.
    Open(String),
    /// Send a binary frame.
    Send(Vec<u8>),
    /// Close the WebSocket.
    Close,
    /// The connection's state changed.
    Status(Status),
    /// A message arrived.
    Message {
        /// Topic name.
        topic: String,
        /// Payload.
        payload: Vec<u8>,
        /// Whether the broker kept it from before the subscription (section 3.3.1.3).
        is_retained: bool,
    },
    /// A message arrived that was too long to read.
    PassedOver,
    /// The broker has this topic's payload.
    Acknowledged {
        /// Topic name.
        topic: String,
    },
}
