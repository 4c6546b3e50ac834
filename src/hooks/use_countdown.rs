//! Counts seconds down to zero.

use std::time::Duration;

use gloo_timers::callback::Interval;
use yew::prelude::*;

/// Seconds left of `duration`, rounded up. Starts anew when `duration` changes.
#[hook]
pub fn use_countdown(duration: Duration) -> u64 {
    let seconds = duration.as_millis().div_ceil(1000) as u64;
    let left = use_state(|| seconds);
    use_effect_with(seconds, {
        let left = left.setter();
        move |&seconds| {
            left.set(seconds);
            let mut remaining = seconds;
            let interval = Interval::new(1000, move || {
                remaining = remaining.saturating_sub(1);
                left.set(remaining);
            });
            || drop(interval)
        }
    });
    *left
}
