//! What a session is told at its start: whom to ask, for what, and as whom.

use std::fmt;

use lampi::duration::Duration;
use serde::{Deserialize, Serialize};

/// What a session is told at its start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionOptions {
    /// WebSocket URLs, tried in turn. Not empty.
    pub brokers: Vec<String>,
    /// Unique at the broker; 1 to 23 letters and digits are accepted everywhere (section 3.1.3.1).
    pub client_id: String,
    /// Sent in CONNECT.
    pub login: Login,
    /// What to subscribe to, at QoS 0. Not empty.
    pub subscriptions: Vec<Subscription>,
    /// Longest silence, in whole seconds, 1 to 65,535, as the broker is told (section 3.1.2.10). The page pings
    /// after three quarters of it and waits half of it for the answer.
    pub keep_alive: Duration,
    /// Whether the page came over https, from where browsers open only encrypted connections.
    pub is_page_secure: bool,
}

/// A topic filter, and a narrower one to ask for if the broker refuses it. The page is of use as long as one is granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Topic filter (section 4.7).
    pub filter: String,
    /// What is asked for instead.
    pub instead: String,
}

/// As whom to connect.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Login {
    /// As nobody, unless the user logs in.
    #[default]
    Unknown,
    /// As nobody, whatever happens: the broker is not to be trusted with a login.
    Withheld,
    /// With these.
    Known(Credentials),
}

/// A login (sections 3.1.3.4 and 3.1.3.5).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// User name, not empty.
    pub username: String,
    /// Password, may be empty.
    pub password: String,
}

impl fmt::Debug for Credentials {
    /// Keeps the password out of any log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({})", self.username)
    }
}
