//! Shows the newest label.

use lampi::topics::Topics;
use yew::prelude::*;

use crate::agent::Agent;
use crate::coalesce::LabelReport;
use crate::css;
use crate::hooks::use_css::use_css;
use crate::hooks::use_label::use_label;

/// Properties of [`LatestLabel`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct LatestLabelProps {
    /// Tells of labels.
    pub agent: Agent,
    /// How topics are named.
    pub topics: Topics,
    /// The label to begin with.
    pub first: Option<LabelReport>,
}

/// The label's text, as text and never as HTML, and the device it came from.
#[component]
pub fn LatestLabel(props: &LatestLabelProps) -> Html {
    let class = use_css(css!(
        r#"
        display: flex;
        flex-direction: column;
        gap: 0.5rem;
        height: 100%;
        --size: clamp(2rem, 9vw, 3.5rem);

        h2 {
            margin: 0;
            font-size: 1rem;
            font-weight: 600;
        }

        .value {
            flex: 1;
            display: grid;
            align-items: center;
            min-height: calc(3.5 * var(--size));
            margin: 0;
            overflow-y: auto;
            font-size: var(--size);
            font-weight: 300;
            line-height: 1.15;
            font-variant-numeric: tabular-nums;
            text-align: center;
            white-space: pre-wrap;
        }

        /* Labels come by the frame: the rest of the page need not be laid out for them. */
        .value[tabindex="-1"] {
            contain: strict;
        }

        .value[tabindex="0"] {
            max-height: 18rem;
            font-size: 1.125rem;
            font-weight: 400;
            align-items: safe center;
        }

        .from {
            margin: 0;
            color: var(--muted);
            font-size: 0.875rem;
        }
        "#
    ));
    let label = use_label(&props.agent, &props.first);
    let text = label.as_ref().map_or("", |shown| shown.text.as_str());
    let line_breaks = text.bytes().filter(|&byte| byte == b'\n').count();
    let is_long = text.chars().nth(24).is_some() || line_breaks > 1;
    let from = match &label {
        Some(shown) => match props.topics.parse(&shown.topic) {
            Some((_, device)) if text.is_empty() => format!("an empty text from {device}"),
            Some((_, device)) => format!("from {device}"),
            None => String::new(),
        },
        None => "No label yet. A device's label appears here.".to_owned(),
    };

    html! {
        <div ~className={class}>
            <h2 id="label-heading">{ "Latest label" }</h2>
            <p class="value" dir="auto" tabindex={if is_long { "0" } else { "-1" }}>
                <span id="sub_value">{ text }</span>
            </p>
            <p class="from">{ from }</p>
        </div>
    }
}
