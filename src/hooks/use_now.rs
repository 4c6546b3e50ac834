//! Keeps ages fresh.

use std::cell::RefCell;

use gloo_timers::callback::Interval;
use lampi::duration::Duration;
use yew::prelude::*;

use crate::clock::{Clock, Reading};

/// Milliseconds.
const EVERY: u32 = 5_000;

/// Time on the page's clock. Renders anew every five seconds.
#[hook]
pub fn use_now() -> Duration {
    let tick = use_force_update();
    use_effect_with((), move |()| {
        let interval = Interval::new(EVERY, move || tick.force_update());
        || drop(interval)
    });
    now()
}

/// Time since the page was opened, the time that the machine slept included.
pub fn now() -> Duration {
    let monotonic = web_sys::window()
        .and_then(|window| window.performance())
        .map_or(0.0, |clock| clock.now());
    let millis = |millis: f64| Duration::from_millis(millis as u64);
    CLOCK.with_borrow_mut(|clock| {
        clock.now(Reading {
            monotonic: millis(monotonic),
            wall: millis(js_sys::Date::now()),
        })
    })
}

thread_local! {
    static CLOCK: RefCell<Clock> = RefCell::default();
}
