//! Whether a lamp can be reached, in its three layers.

use std::time::Duration;

use yew::prelude::*;

use crate::age;
use crate::lamps::{LampReport, PresenceReport};

/// Browser to broker, lamp to broker, lamp's service: each is up, down or unknown, and for how long. The lamp was
/// told of `told_for` ago. `in_words`, or as dots with words for those who do not see them.
pub fn presence(
    report: &LampReport,
    broker_is_up: Option<bool>,
    told_for: Duration,
    in_words: bool,
) -> Html {
    let broker = PresenceReport {
        is_up: broker_is_up,
        for_so_long: None,
    };
    let layers = [
        ("broker", broker),
        ("lamp's bridge", report.bridge),
        ("lamp service", report.service),
    ];
    let layer = |(name, presence): (&str, PresenceReport)| {
        let state = match presence.is_up {
            Some(true) => "up",
            Some(false) => "down",
            None => "unknown",
        };
        let text = match presence.for_so_long {
            Some(so_long) => format!("{name} {state} for {}", age::span(so_long + told_for)),
            None => format!("{name} {state}"),
        };
        html! { <li class={state} title={text.clone()}><span>{ text }</span></li> }
    };
    let dots = (!in_words).then_some("dots");
    html! {
        <ul class={classes!("presence", dots)} aria-label="Reachable">{ for layers.into_iter().map(layer) }</ul>
    }
}
