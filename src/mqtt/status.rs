//! How the connection is, as the user needs to know it.

use lampi::duration::Duration;

use super::error::{Failure, RefusedReason};

/// State of the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// On the way to a broker.
    Connecting {
        /// WebSocket URL.
        broker: String,
        /// What failed last, if anything did.
        after: Option<Failure>,
        /// A broker has refused for want of another login, which is tried now.
        is_logging_in: bool,
    },
    /// Connected and subscribed.
    Connected {
        /// WebSocket URL.
        broker: String,
        /// Nothing is published on these topics until [`HOLD`](super::session::HOLD) is over or the user asks, as the broker
        /// hung up each time.
        held_back: Vec<String>,
        /// The topic filters that the broker refuses, but for those of its own topics (section 4.7.2), which many keep to
        /// themselves.
        unread: Vec<String>,
    },
    /// Waiting for the next try.
    Offline {
        /// What failed last.
        failure: Failure,
        /// Time from now to the next try.
        retry_in: Duration,
    },
    /// There is no broker, as the user asked for a demonstration. Never said by a session.
    Demo,
    /// This broker is not tried until the user asks for it, another has worked, or this one had worked before and a
    /// minute has passed.
    Refused {
        /// The broker that refused.
        broker: String,
        /// Why.
        reason: RefusedReason,
        /// What failed last of the brokers that are tried on. `None` if all have refused.
        meanwhile: Option<Failure>,
    },
}
