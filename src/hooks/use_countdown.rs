//! Counts seconds down to zero.

use gloo_timers::callback::Timeout;
use lampi::duration::Duration;
use yew::prelude::*;

/// Seconds left of `duration`, rounded up. Starts anew when `duration` changes.
#[hook]
pub fn use_countdown(duration: Duration) -> u32 {
    let counted = use_state(|| (duration, 0));
    let passed = match *counted {
        (known, passed) if known == duration => passed,
        _ => 0,
    };
    let left = (duration.as_millis() as u32)
        .div_ceil(1000)
        .saturating_sub(passed);
    use_effect_with((duration, left), {
        let counted = counted.setter();
        move |&(duration, left)| {
            let tick =
                (left > 0).then(|| Timeout::new(1000, move || counted.set((duration, passed + 1))));
            || drop(tick)
        }
    });
    left
}
