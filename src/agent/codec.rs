//! How messages cross the border between page and worker.

use std::process::abort;

use js_sys::Uint8Array;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

/// Postcard: a third of the code that JSON or the default codec needs for the same messages. Page and worker are one
/// program, so that no message can fail; should one do, the page says that it has stopped.
#[derive(Debug)]
pub struct Postcard;

impl yew_agent::Codec for Postcard {
    fn encode<I: Serialize>(input: I) -> JsValue {
        match postcard::to_allocvec(&input) {
            Ok(bytes) => Uint8Array::from(bytes.as_slice()).into(),
            Err(_) => abort(),
        }
    }

    fn decode<O: for<'de> Deserialize<'de>>(input: JsValue) -> O {
        match postcard::from_bytes(&Uint8Array::from(input).to_vec()) {
            Ok(output) => output,
            Err(_) => abort(),
        }
    }
}
