//! Whether a lamp can be reached, in its three layers.

use lampi::duration::Duration;
use yew::prelude::*;

use crate::age;
use crate::lamp_report::{LampReport, PresenceReport};

/// Whether the page reaches the broker, and since when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BrokerPresence {
    /// `None` if it is not known, or there is none.
    pub is_reached: Option<bool>,
    /// On the page's clock.
    pub since: Duration,
}

impl BrokerPresence {
    /// The same as it is told of the lamp's parts.
    pub fn report(self, now: Duration) -> PresenceReport {
        PresenceReport {
            is_up: self.is_reached,
            for_so_long: self.is_reached.map(|_| now.saturating_sub(self.since)),
        }
    }
}

/// Browser to broker, lamp to broker, lamp's service: each is up, down or unknown, and for how long. Of the lamp the
/// page was told `told_for` ago. `in_words`, or as dots with words for those who do not see them.
pub fn presence(
    report: &LampReport,
    broker: PresenceReport,
    told_for: Duration,
    in_words: bool,
) -> Html {
    // What was last heard of the lamp's parts may have changed since.
    let heard = |part| match broker.is_up {
        Some(false) => PresenceReport::default(),
        _ => part,
    };
    let layers = [
        ("broker", broker, Duration::ZERO),
        ("lamp's bridge", heard(report.bridge), told_for),
        ("lamp service", heard(report.service), told_for),
    ];
    let layer = |(name, presence, told_for): (&str, PresenceReport, Duration)| {
        let state = match presence.is_up {
            Some(true) => "up",
            Some(false) => "down",
            None => "unknown",
        };
        let text = match presence.for_so_long {
            Some(so_long) => format!("{name} {state} for {}", age::span(so_long + told_for)),
            None => format!("{name} {state}"),
        };
        html! { <li ~className={state} title={text.clone()}><span>{ text }</span></li> }
    };
    // The dots have no name: they are part of a link, in which screen readers would read it instead of the words.
    let (list, name) = match in_words {
        true => ("presence", Some("Reachable")),
        false => ("presence dots", None),
    };
    // The dots leave out the broker, which is the same for all lamps; a demonstration has none.
    let skipped = usize::from(!in_words || broker.is_up.is_none());
    html! {
        <ul ~className={list} aria-label={name}>{ for layers.into_iter().skip(skipped).map(layer) }</ul>
    }
}
