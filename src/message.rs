//! What crosses the border between page and worker.

use serde::{Deserialize, Serialize};

use crate::coalesce::LabelBatch;
use crate::config::Config;
use crate::lamp::Lamp;
use crate::mqtt::Status;

/// From the page to the agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Connect. The first command; later ones are ignored.
    Start(Config),
    /// The user changed the lamp.
    Change(Lamp, Pace),
    /// Do not wait for the next try.
    Retry,
}

/// How soon a change goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pace {
    /// Now.
    AtOnce,
    /// With the changes that follow within [`crate::control::DEBOUNCE`].
    Debounced,
}

/// From the agent to the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// The connection's state changed.
    Status(Status),
    /// Labels arrived, or messages were ignored.
    Labels(LabelBatch),
    /// Whether a change still waits for the broker's acknowledgement.
    Undelivered(bool),
}
