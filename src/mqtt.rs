//! The part of MQTT 3.1.1 that the page speaks, as a state machine without I/O.
//!
//! Spoken: CONNECT with a clean session and a login, SUBSCRIBE at QoS 0, PUBLISH out at QoS 1
//! and in at QoS 0 or 1, PINGREQ, DISCONNECT, and re-connecting without end. Left out: wills, QoS 2, UNSUBSCRIBE, and
//! sessions that outlive a connection.
//! Section numbers are those of the OASIS standard, MQTT version 3.1.1.

pub mod backoff;
pub mod brokers;
pub mod error;
pub mod framing;
pub mod hang_ups;
pub mod io;
pub mod liveness;
pub mod options;
pub mod outbox;
pub mod packet;
pub mod session;
pub mod status;
pub mod subscriptions;
pub mod trouble;

pub use error::{Failure, LostReason, ProtocolError, RefusedReason, Step};
pub use io::{Input, Output};
pub use options::{Credentials, Login, SessionOptions, Subscription};
pub use session::Session;
pub use status::Status;
