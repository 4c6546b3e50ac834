//! Keeps the user from losing a change by closing the tab.

use gloo_events::{EventListener, EventListenerOptions};
use yew::prelude::*;

/// While set, the browser asks before it leaves the page. Only then does it listen, as a page that listens all the
/// time is kept out of the browser's cache for going back.
#[hook]
pub fn use_leave_warning(is_waiting: bool) {
    use_effect_with(is_waiting, |&is_waiting| {
        let listener = web_sys::window().filter(|_| is_waiting).map(|window| {
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&window, "beforeunload", options, |event| {
                event.prevent_default();
            })
        });
        || drop(listener)
    });
}
