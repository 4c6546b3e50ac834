//! Counts seconds down to zero.

use gloo_timers::callback::Timeout;
use lampi::duration::Duration;
use yew::prelude::*;

use crate::now::now;

/// Seconds left until `end` on the page's clock, rounded up.
#[hook]
pub fn use_countdown(end: Duration) -> u64 {
    let tick = use_force_update();
    let left = end.saturating_sub(now()).as_millis();
    let seconds = left.div_ceil(1000);
    use_effect(move || {
        let until_next = (left % 1000) as u32 + 1;
        let timer = (left > 0).then(|| Timeout::new(until_next, move || tick.force_update()));
        || drop(timer)
    });
    seconds
}
