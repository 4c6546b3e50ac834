//! Keeps ages fresh.

use std::time::Duration;

use gloo_timers::callback::Interval;
use yew::prelude::*;

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

/// Time since the page was opened.
pub fn now() -> Duration {
    let clock = web_sys::window().and_then(|window| window.performance());
    Duration::from_millis(clock.map_or(0.0, |clock| clock.now()) as u64)
}
