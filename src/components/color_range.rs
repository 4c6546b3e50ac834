//! One of a lamp's three numbers: a slider painted with what it would give, and a field to type it in.

use lampi::hundredths::Hundredths;
use lampi::state::State;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::color;
use crate::hooks::use_hold::{position, use_hold};

/// One of a lamp's three numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// The colour, around the colour wheel.
    Hue,
    /// How strong the colour is: 0 is white.
    Saturation,
    /// How bright the light is.
    Brightness,
}

/// Properties of [`ColorRange`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ColorRangeProps {
    /// What is changed.
    pub dimension: Dimension,
    /// What is shown of the lamp.
    pub state: State,
    /// What the lamp says that it is.
    pub confirmed: State,
    /// The user wants the lamp to be so.
    pub onwant: Callback<State>,
}

/// From the inputs' values, 0 to 1, to hundredths.
const SCALE: f64 = 100.0;

/// A native range input from 0 to 1 in steps of 0.01, as on the wire. A mark shows what the lamp has confirmed. The field
/// shows the value, but not over what the user is typing, and says beside it where that is out of range.
#[component]
pub fn ColorRange(props: &ColorRangeProps) -> Html {
    let ColorRangeProps {
        dimension,
        state,
        confirmed,
        ..
    } = *props;
    let typed = use_state(|| None::<AttrValue>);
    let onchange = props
        .onwant
        .reform(move |value| dimension.with(state, value));
    let hold = use_hold(dimension.of(state), SCALE, onchange.clone());
    let value = hold.position;
    let confirmed = dimension.of(confirmed);
    let ontype = {
        let typed = typed.setter();
        Callback::from(move |event: InputEvent| {
            let field: HtmlInputElement = event.target_unchecked_into();
            typed.set(Some(field.value().into()));
        })
    };
    let oncommit = {
        let typed = typed.setter();
        Callback::from(move |event: Event| {
            let field: HtmlInputElement = event.target_unchecked_into();
            // A value out of range stays in the field, to be mended, until the user leaves it.
            if (0.0..=1.0).contains(&field.value_as_number()) {
                typed.set(None);
                onchange.emit(position(&field, SCALE));
            }
        })
    };
    let onblur = {
        let typed = typed.setter();
        Callback::from(move |_| typed.set(None))
    };
    let text = AttrValue::from(value.to_string());
    let spoken = AttrValue::from(dimension.spoken(value));
    let label = dimension.label();
    html! {
        <div class="range">
            <label for={dimension.id()}>
                { label }{ " " }<span class="spoken" aria-hidden="true">{ &spoken }</span>
            </label>
            <div class="number">
                <input
                    class="field"
                    type="number"
                    min="0"
                    max="1"
                    step="0.01"
                    aria-label={format!("{label}, number from 0 to 1")}
                    value={typed.as_ref().unwrap_or(&text)}
                    oninput={ontype}
                    onchange={oncommit}
                    {onblur}
                />
                <span role="alert">{ "0 to 1" }</span>
            </div>
            <div class="rail" style={format!("--at:{confirmed};--track-paint:linear-gradient(to right,{})", dimension.colors(state))}>
                <span class="ghost" hidden={value == confirmed}></span>
                <input
                    id={dimension.id()}
                    type="range"
                    min="0"
                    max="1"
                    step="0.01"
                    value={text}
                    aria-valuetext={spoken}
                    oninput={hold.oninput}
                    onchange={hold.onchange}
                    onpointerdown={hold.onpointerdown}
                    onpointerup={hold.onpointerup}
                    onpointercancel={hold.onpointercancel}
                />
            </div>
        </div>
    }
}

impl Dimension {
    /// The slider's element id.
    fn id(self) -> &'static str {
        match self {
            Self::Hue => "hue",
            Self::Saturation => "saturation",
            Self::Brightness => "brightness",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Hue => "Hue",
            Self::Saturation => "Saturation",
            Self::Brightness => "Brightness",
        }
    }

    fn of(self, state: State) -> Hundredths {
        match self {
            Self::Hue => state.hue,
            Self::Saturation => state.saturation,
            Self::Brightness => state.brightness,
        }
    }

    fn with(self, mut state: State, value: Hundredths) -> State {
        match self {
            Self::Hue => state.hue = value,
            Self::Saturation => state.saturation = value,
            Self::Brightness => state.brightness = value,
        }
        state
    }

    fn spoken(self, value: Hundredths) -> String {
        match self {
            Self::Hue => format!("{}°, {}", color::degrees(value), color::name(value)),
            _ => format!("{}%", value.get()),
        }
    }

    /// What each position would give, as the colours of a CSS gradient. Hues are in full colour also where the lamp is
    /// white, as one looks for a hue there.
    fn colors(
        self,
        State {
            hue, saturation, ..
        }: State,
    ) -> String {
        match self {
            Self::Hue => "red,#ff0,lime,#0ff,blue,#f0f,red".to_owned(),
            Self::Saturation => format!("#fff,{}", color::css_of_hue(hue, Hundredths::ONE)),
            Self::Brightness => format!("#000,{}", color::css_of_hue(hue, saturation)),
        }
    }
}
