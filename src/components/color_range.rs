//! One of a lamp's three numbers: a slider painted with what it would give, and a field to type it in.

use lampi::hundredths::Hundredths;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::finger;

/// What [`color_range`] shows, and whom it tells.
#[derive(Debug)]
pub struct ColorRange {
    /// The slider's element id.
    pub id: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// Position to show.
    pub value: Hundredths,
    /// Where the lamp says it is.
    pub confirmed: Hundredths,
    /// CSS background of the track.
    pub track: String,
    /// The value as it is spoken.
    pub spoken: String,
    /// The user takes hold of the slider, or lets go.
    pub onhold: Callback<bool>,
    /// The user moved it.
    pub onchange: Callback<Hundredths>,
}

/// A native range input from 0 to 1 in steps of 0.01, as on the wire. A mark shows what the lamp has confirmed.
pub fn color_range(range: ColorRange) -> Html {
    let value = AttrValue::from(range.value.to_string());
    let spoken = AttrValue::from(range.spoken);
    let press = {
        let onhold = range.onhold.clone();
        Callback::from(move |event: PointerEvent| {
            // Other buttons open menus, and their end is not told.
            if event.button() == 0 {
                finger::put_on(&event);
                onhold.emit(true);
            }
        })
    };
    let cancel = {
        let (onhold, onchange) = (range.onhold.clone(), range.onchange.clone());
        Callback::from(move |event: PointerEvent| {
            if let Some(slider) = finger::scrolls(&event) {
                onchange.emit(hundredths(&slider));
            }
            onhold.emit(false);
        })
    };
    let release = range.onhold.reform(|()| false);
    let oninput = range
        .onchange
        .reform(|event: InputEvent| hundredths(&event.target_unchecked_into()));
    html! {
        <div class="range">
            <label for={range.id}>
                { range.label }{ " " }<span class="spoken" aria-hidden="true">{ &spoken }</span>
            </label>
            <NumberField
                label={format!("{}, number from 0 to 1", range.label)}
                value={value.clone()}
                onchange={range.onchange}
            />
            <div class="rail" style={format!("--at:{};--track-paint:{}", range.confirmed, range.track)}>
                <span class="ghost" hidden={range.value == range.confirmed}></span>
                <input
                    id={range.id}
                    type="range"
                    min="0"
                    max="1"
                    step="0.01"
                    value={&value}
                    aria-valuetext={spoken}
                    {oninput}
                    onpointerdown={press}
                    onpointerup={release.reform(|_| ())}
                    onpointercancel={cancel}
                    onchange={release.reform(|_| ())}
                />
            </div>
        </div>
    }
}

#[derive(Clone, Debug, PartialEq, Properties)]
struct NumberFieldProps {
    label: String,
    value: AttrValue,
    onchange: Callback<Hundredths>,
}

/// Shows the value, but not over what the user is typing.
#[component]
fn NumberField(props: &NumberFieldProps) -> Html {
    let typed = use_state(|| None::<String>);
    let oninput = {
        let typed = typed.setter();
        Callback::from(move |event: InputEvent| {
            let field: HtmlInputElement = event.target_unchecked_into();
            typed.set(Some(field.value()));
        })
    };
    let onchange = {
        let (typed, onchange) = (typed.setter(), props.onchange.clone());
        Callback::from(move |event: Event| {
            let field: HtmlInputElement = event.target_unchecked_into();
            typed.set(None);
            if (0.0..=1.0).contains(&field.value_as_number()) {
                onchange.emit(hundredths(&field));
            }
        })
    };
    let onblur = {
        let typed = typed.setter();
        Callback::from(move |_| typed.set(None))
    };
    let value = (*typed)
        .clone()
        .map_or_else(|| props.value.clone(), AttrValue::from);

    html! {
        <input type="number" min="0" max="1" step="0.01" aria-label={props.label.clone()} {value} {oninput} {onchange} {onblur} />
    }
}

fn hundredths(input: &HtmlInputElement) -> Hundredths {
    Hundredths::clamped((input.value_as_number() * 100.0 + 0.5).clamp(0.0, 100.0) as u8)
}
