//! One real lamp: what it is, what is wanted of it, who changed it, and whether it is there.

use std::rc::Rc;

use lampi::duration::Duration;
use lampi::state::State;
use yew::prelude::*;

use super::color_range::{ColorRange, Dimension};
use super::lamp_picture::lamp_picture;
use super::power_button::PowerButton;
use super::presence::{BrokerPresence, presence};
use crate::age;
use crate::color;
use crate::css;
use crate::hooks::use_css::use_css;
use crate::hooks::use_now::use_now;
use crate::intent::Intent;
use crate::lamp_report::{Author, LampReport};
use crate::state::KnownLamp;
use crate::wish::Outcome;

/// Properties of [`LampPanel`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct LampPanelProps {
    /// The lamp.
    pub lamp: Rc<KnownLamp>,
    /// What the controls show, once it is known.
    pub shown: Option<State>,
    /// Whether that is still to be confirmed.
    pub is_pending: bool,
    /// Whether it cannot reach the lamp now.
    pub is_held_up: bool,
    /// Whether the page reaches the broker.
    pub broker: BrokerPresence,
    /// What the user does with it.
    pub onintent: Callback<Intent>,
}

/// Power, hue, saturation and brightness.
#[component]
pub fn LampPanel(props: &LampPanelProps) -> Html {
    let class = use_css(css!(
        r#"
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 1.25rem;

        .top {
            display: flex;
            flex-wrap: wrap;
            align-items: center;
            justify-content: space-evenly;
            gap: 1rem;
        }

        .message {
            display: flex;
            flex-wrap: wrap;
            align-items: center;
            gap: 0.5rem 0.75rem;
            min-height: 3rem;
        }

        .message p,
        .author {
            color: var(--muted);
            font-size: 0.875rem;
        }

        .message p {
            text-wrap: balance;
        }

        .message [role="status"] {
            color: var(--text);
        }

        p {
            margin: 0;
        }

        .message p {
            flex: 1 1 12rem;
        }

        .range {
            display: flex;
            flex-wrap: wrap;
            align-items: center;
            gap: 0 0.5rem;
        }

        label {
            font-weight: 600;
        }

        .spoken {
            color: var(--muted);
            font-weight: 400;
        }

        .spoken,
        [role="alert"] {
            font-size: 0.875rem;
        }

        .rail {
            flex-basis: 100%;
            position: relative;
        }

        .ghost {
            position: absolute;
            top: 0.25rem;
            left: calc(0.875rem + var(--at) * (100% - 1.75rem) - 1px);
            width: 2px;
            height: 2.25rem;
            border-radius: 1px;
            background: var(--text);
            pointer-events: none;
        }

        input[type="number"] {
            width: 5rem;
        }

        .number {
            display: flex;
            flex-direction: row-reverse;
            align-items: center;
            gap: 0.75rem;
            margin-inline-start: auto;
        }

        input:out-of-range {
            border-color: var(--bad);
            outline-color: var(--bad);
        }

        :not(:out-of-range) + [role="alert"] {
            display: none;
        }
        "#
    ));
    let now = use_now();
    let report = &props.lamp.report;
    let told_for = now.saturating_sub(props.lamp.told_at);
    let reachable = presence(report, props.broker.report(now), told_for, true);
    let (Some(state), Some(confirmed)) = (props.shown, report.confirmed) else {
        return html! {
            <div ~className={class}>
                <div class="message">
                    <p id="lamp-message">
                        { "This lamp has not told its state yet. Its controls appear when it does." }
                        if props.is_pending {
                            { " Your change waits for that." }
                        }
                    </p>
                    if props.is_pending {
                        { give_up(&props.onintent) }
                    }
                </div>
                { reachable }
            </div>
        };
    };
    let onwant = props.onintent.reform(Intent::Want);
    let range =
        |dimension| html! { <ColorRange {dimension} {state} {confirmed} onwant={&onwant} /> };
    let trouble = trouble(props);
    let tinted = color::css_of_hue(state.hue, state.saturation);

    html! {
        <div ~className={class}>
            <div class="top">
                { lamp_picture("lamp-color", &tinted, state.on.then(|| state.brightness.get())) }
                <PowerButton
                    id="lamp-power"
                    on={state.on}
                    light={state.on.then(|| AttrValue::from(tinted.clone()))}
                    ontoggle={props.onintent.reform(move |()| Intent::Want(State { on: !state.on, ..state }))}
                />
            </div>
            <div class="message">
                // Not a live region as a whole: a screen reader would speak of it at each step of a slider.
                <p id="lamp-message">
                    <span role="status">{ trouble }</span>
                    if trouble.is_empty() {
                        { progress(props) }
                    }
                </p>
                if props.is_pending && props.is_held_up {
                    { give_up(&props.onintent) }
                }
            </div>
            { range(Dimension::Hue) }
            { range(Dimension::Saturation) }
            { range(Dimension::Brightness) }
            <p class="author" id="lamp-author">{ author(report, told_for) }</p>
            { reachable }
        </div>
    }
}

fn give_up(onintent: &Callback<Intent>) -> Html {
    html! {
        <button id="lamp-give-up" class="button" type="button" onclick={onintent.reform(|_: MouseEvent| Intent::GiveUp)}>
            { "Drop the change" }
        </button>
    }
}

fn trouble(props: &LampPanelProps) -> &'static str {
    let report = &props.lamp.report;
    match props.is_pending {
        true if report.is_absent() => "The lamp is away. Your change waits for it.",
        true if props.is_held_up => "The lamp cannot be reached now. Your change waits.",
        false if report.is_absent() => "The lamp is away. This is how it was last.",
        false if report.ended.outcome == Outcome::Unanswered => {
            "The lamp did not accept the last change. This is how it is."
        }
        _ => "",
    }
}

fn progress(props: &LampPanelProps) -> String {
    match props.lamp.report.ended.outcome {
        _ if props.is_pending => "Waiting for the lamp".to_owned(),
        _ if props.broker.is_reached == Some(false) => "This is how it was last.".to_owned(),
        Outcome::Confirmed(None) => "Confirmed by the lamp".to_owned(),
        Outcome::Confirmed(Some(round_trip)) => {
            format!("Confirmed by the lamp in {} ms", round_trip.as_millis())
        }
        Outcome::None | Outcome::Unanswered => String::new(),
    }
}

fn author(report: &LampReport, told_for: Duration) -> String {
    let quoted;
    let author = match &report.author {
        Author::Unknown => "somebody",
        Author::ThisTab => "this tab",
        // Perhaps this one before a reload.
        Author::AnotherBrowser => "a browser",
        Author::Touchscreen => "the touchscreen",
        Author::Bluetooth => "Bluetooth",
        Author::CommandLine => "the command line",
        Author::Other(name) => {
            // Isolated: a name of another direction leaves the order of the rest alone.
            quoted = format!("“\u{2068}{name}\u{2069}”");
            &quoted
        }
    };
    let when = match report.changed_ago {
        Some(ago) => age::ago(ago + told_for),
        None => "some time ago".to_owned(),
    };
    format!("Last changed by {author}, {when}")
}
