//! What crosses the border between page and worker, and how.

use js_sys::Uint8Array;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsValue, throw_str};

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

/// Postcard: a third of the code that JSON or the default codec needs for the same messages.
#[derive(Debug)]
pub struct Postcard;

impl yew_agent::Codec for Postcard {
    fn encode<I: Serialize>(input: I) -> JsValue {
        match postcard::to_allocvec(&input) {
            Ok(bytes) => Uint8Array::from(bytes.as_slice()).into(),
            Err(_) => throw_str("a message of our own cannot be encoded"),
        }
    }

    fn decode<O: for<'de> Deserialize<'de>>(input: JsValue) -> O {
        match postcard::from_bytes(&Uint8Array::new(&input).to_vec()) {
            Ok(output) => output,
            Err(_) => throw_str("page and worker are of different versions: reload the page"),
        }
    }
}
