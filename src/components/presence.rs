//! Whether a lamp can be reached, in its three layers.

use std::time::Duration;

use stylist::yew::use_style;
use yew::prelude::*;

use crate::age;
use crate::lamps::{LampReport, PresenceReport};

/// Properties of [`Presence`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct PresenceProps {
    /// What is known of the lamp.
    pub report: LampReport,
    /// Whether the page reaches the broker.
    pub is_connected: bool,
    /// How long ago the page was told.
    pub told_for: Duration,
    /// Say it in words, not only to those who do not see the dots.
    pub is_verbose: bool,
}

/// Three dots: browser to broker, lamp to broker, lamp's service. Each is up, down or unknown, and for how long.
#[component]
pub fn Presence(props: &PresenceProps) -> Html {
    let style = use_style!(
        r#"
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem 1rem;
        margin: 0;
        padding: 0;
        list-style: none;
        font-size: 0.875rem;
        color: var(--muted);

        &.dots {
            gap: 0.25rem;
        }

        li {
            display: flex;
            align-items: center;
            gap: 0.375rem;
        }

        li::before {
            content: "";
            flex: none;
            width: 0.625rem;
            height: 0.625rem;
            border: 2px solid var(--control);
            border-radius: 50%;
        }

        .up::before {
            border-color: var(--good);
            background: var(--good);
        }

        .down::before {
            border-color: var(--bad);
        }

        .hidden {
            position: absolute;
            width: 1px;
            height: 1px;
            overflow: hidden;
            clip-path: inset(50%);
            white-space: nowrap;
        }
        "#
    );
    let broker = PresenceReport {
        is_up: Some(props.is_connected),
        for_so_long: None,
    };
    let layers = [
        ("broker", broker),
        ("lamp's bridge", props.report.bridge),
        ("lamp service", props.report.service),
    ];
    let text_class = (!props.is_verbose).then_some("hidden");
    let layer = |(name, presence): (&str, PresenceReport)| {
        let state = match presence.is_up {
            Some(true) => "up",
            Some(false) => "down",
            None => "unknown",
        };
        let text = match presence.for_so_long {
            Some(so_long) => format!("{name} {state} for {}", age::span(so_long + props.told_for)),
            None => format!("{name} {state}"),
        };
        html! { <li class={state} title={text.clone()}><span class={text_class}>{ text }</span></li> }
    };

    html! {
        <ul class={classes!(style, (!props.is_verbose).then_some("dots"))} aria-label="Reachable">
            { for layers.into_iter().map(layer) }
        </ul>
    }
}
