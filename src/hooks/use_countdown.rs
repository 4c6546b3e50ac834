//! Counts seconds down to zero.

use std::time::Duration;

use gloo_timers::callback::Timeout;
use yew::prelude::*;

/// Seconds left of `duration`, rounded up. Starts anew when `duration` changes.
#[hook]
pub fn use_countdown(duration: Duration) -> u32 {
    let seconds = (duration.as_millis() as u32).div_ceil(1000);
    let left = use_state_eq(|| seconds);
    use_effect_with(duration, {
        let left = left.setter();
        move |_| left.set(seconds)
    });
    use_effect_with(*left, {
        let left = left.setter();
        move |&now_left| {
            let tick = Timeout::new(1000, move || left.set(now_left.saturating_sub(1)));
            || drop(tick)
        }
    });
    *left
}
