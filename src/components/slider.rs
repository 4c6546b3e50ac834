//! Sets the lamp's level.

use lampi::hundredths::Hundredths;
use yew::prelude::*;

use crate::css;
use crate::hooks::use_css::use_css;
use crate::hooks::use_hold::use_hold;

/// Properties of [`Slider`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct SliderProps {
    /// Position to show.
    pub level: Hundredths,
    /// Whether a change, of whatever device, still waits for the broker.
    pub undelivered: bool,
    /// The user moved the slider.
    pub onchange: Callback<Hundredths>,
}

/// A native range input with its value beside it.
#[component]
pub fn Slider(props: &SliderProps) -> Html {
    let class = use_css(css!(
        r#"
        width: 100%;

        .head {
            display: flex;
            align-items: baseline;
            justify-content: space-between;
            font-weight: 600;
        }

        output {
            font-size: 1.25rem;
            font-variant-numeric: tabular-nums;
        }

        output::after {
            content: "%";
            margin-left: 0.1em;
            color: var(--muted);
            font-size: 0.875rem;
        }

        .delivery {
            min-height: 1.5em;
            margin: 0;
            color: var(--muted);
            font-size: 0.875rem;
        }
        "#
    ));
    let hold = use_hold(props.level, 1.0, props.onchange.clone());
    let percent = hold.position.get();

    html! {
        <div ~className={class}>
            <div class="head">
                <label for="slider">{ "Level" }</label>
                // Not a live region: screen readers speak the slider's value already.
                <output id="sliderState" for="slider" aria-live="off">{ percent }</output>
            </div>
            <input
                id="slider"
                class="slider"
                type="range"
                min="0"
                max="100"
                step="1"
                value={percent.to_string()}
                aria-valuetext={format!("{percent} percent")}
                style={format!("--track-paint:linear-gradient(to right,var(--glow) {percent}%,var(--track) {percent}%)")}
                oninput={hold.oninput}
                onchange={hold.onchange}
                onpointerdown={hold.onpointerdown}
                onpointerup={hold.onpointerup}
                onpointercancel={hold.onpointercancel}
            />
            <p id="delivery" class="delivery" aria-live="polite">
                if props.undelivered {
                    <span class="late">{ "Your change waits for the broker" }</span>
                }
            </p>
        </div>
    }
}
