//! Time on the page's clock, or on the worker's.

use std::cell::RefCell;

use lampi::duration::Duration;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::clock::{Clock, Reading};

/// Time since the page, or the worker, began: the time that the machine slept included.
pub fn now() -> Duration {
    let millis = |millis: f64| Duration::from_micros((millis * 1000.0) as u64);
    CLOCK.with_borrow_mut(|clock| {
        clock.now(Reading {
            monotonic: millis(monotonic()),
            wall: millis(js_sys::Date::now()),
        })
    })
}

thread_local! {
    static CLOCK: RefCell<Clock> = RefCell::default();
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn monotonic() -> f64;
}
