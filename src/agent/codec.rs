//! How messages cross the border between page and worker.

use js_sys::Uint8Array;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsValue, throw_str};

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
