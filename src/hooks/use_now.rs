//! Keeps ages fresh.

use gloo_timers::callback::Interval;
use lampi::duration::Duration;
use yew::prelude::*;

use crate::now::now;

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
