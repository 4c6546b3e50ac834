//! One of a lamp's three numbers: a slider painted with what it would give, and a field to type it in.

use lampi::hundredths::Hundredths;
use stylist::yew::use_style;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Properties of [`ColorRange`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ColorRangeProps {
    /// The slider's element id.
    pub id: AttrValue,
    /// What it is called.
    pub label: AttrValue,
    /// Position to show.
    pub value: Hundredths,
    /// Where the lamp says it is.
    pub confirmed: Hundredths,
    /// CSS background of the track.
    pub track: AttrValue,
    /// The value as it is spoken.
    pub spoken: AttrValue,
    /// The user takes hold of the slider, or lets go.
    pub onhold: Callback<bool>,
    /// The user moved it.
    pub onchange: Callback<Hundredths>,
}

/// A native range input from 0 to 1 in steps of 0.01, as on the wire.
#[component]
pub fn ColorRange(props: &ColorRangeProps) -> Html {
    let style = use_style!(
        r#"
        display: grid;
        grid-template-columns: 1fr auto;
        align-items: center;
        gap: 0 1rem;

        label {
            font-weight: 600;
        }

        .spoken {
            color: var(--muted);
            font-weight: 400;
            font-size: 0.875rem;
        }

        .rail {
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

        input[type="range"] {
            appearance: none;
            display: block;
            width: 100%;
            height: 2.75rem;
            margin: 0;
            background: transparent;
            cursor: pointer;
            touch-action: pan-y;
        }

        input::-webkit-slider-runnable-track {
            height: 1rem;
            border: 1px solid var(--control);
            border-radius: 0.5rem;
            background: var(--track-paint);
        }

        input::-moz-range-track {
            height: 1rem;
            border: 1px solid var(--control);
            border-radius: 0.5rem;
            background: var(--track-paint);
        }

        input::-webkit-slider-thumb {
            appearance: none;
            width: 1.75rem;
            height: 1.75rem;
            margin-top: -0.4375rem;
            border: 2px solid var(--control);
            border-radius: 50%;
            background: var(--knob);
            box-shadow: var(--shadow);
        }

        input::-moz-range-thumb {
            width: 1.5rem;
            height: 1.5rem;
            border: 2px solid var(--control);
            border-radius: 50%;
            background: var(--knob);
        }

        input[type="number"] {
            width: 4.5rem;
            height: 2.25rem;
            padding: 0 0.5rem;
            border: 1px solid var(--control);
            border-radius: 0.5rem;
            background: var(--page);
            color: inherit;
            font: inherit;
        }
        "#
    );
    let value = props.value.to_string();
    let hold = |holds: bool| {
        let onhold = props.onhold.clone();
        move || onhold.emit(holds)
    };
    let oninput = {
        let onchange = props.onchange.clone();
        Callback::from(move |event: InputEvent| {
            onchange.emit(hundredths(&event.target_unchecked_into()))
        })
    };
    let ontype = {
        let onchange = props.onchange.clone();
        Callback::from(move |event: Event| {
            let field: HtmlInputElement = event.target_unchecked_into();
            if !field.value_as_number().is_nan() {
                onchange.emit(hundredths(&field));
            }
        })
    };
    let (press, release, cancel, done) = (hold(true), hold(false), hold(false), hold(false));

    html! {
        <div class={style}>
            <label for={&props.id}>
                { &props.label }{ " " }<span class="spoken" aria-hidden="true">{ &props.spoken }</span>
            </label>
            <input
                type="number"
                min="0"
                max="1"
                step="0.01"
                aria-label={format!("{}, number from 0 to 1", props.label)}
                value={value.clone()}
                onchange={ontype}
            />
            <div class="rail" style={format!("grid-column: 1 / -1; --at: {}; --track-paint: {}", props.confirmed, props.track)}>
                <span class="ghost" hidden={props.value == props.confirmed}></span>
                <input
                    id={&props.id}
                    type="range"
                    min="0"
                    max="1"
                    step="0.01"
                    {value}
                    aria-valuetext={&props.spoken}
                    {oninput}
                    onpointerdown={move |_| press()}
                    onpointerup={move |_| release()}
                    onpointercancel={move |_| cancel()}
                    onchange={move |_| done()}
                />
            </div>
        </div>
    }
}

fn hundredths(input: &HtmlInputElement) -> Hundredths {
    Hundredths::clamped((input.value_as_number() * 100.0 + 0.5).clamp(0.0, 100.0) as u8)
}
