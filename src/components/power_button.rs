//! Switches the lamp on and off.

use yew::prelude::*;

use crate::css;
use crate::hooks::use_css::use_css;

/// Properties of [`PowerButton`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct PowerButtonProps {
    /// The button's element id.
    pub id: AttrValue,
    /// Whether the lamp is on.
    pub on: bool,
    /// CSS colour while it is on, instead of the page's own.
    #[prop_or_default]
    pub light: Option<AttrValue>,
    /// The user pressed the button.
    pub ontoggle: Callback<()>,
}

/// A toggle button (WAI-ARIA: `aria-pressed`). Its name holds the text that is seen (WCAG 2.2, 2.5.3).
#[component]
pub fn PowerButton(props: &PowerButtonProps) -> Html {
    let class = use_css(css!(
        r#"
        display: flex;
        flex-direction: column;
        align-items: center;
        justify-content: center;
        gap: 0.25rem;
        width: 6.5rem;
        height: 6.5rem;
        padding: 0;
        border: 2px solid var(--control);
        border-radius: 50%;
        background: var(--card);
        color: var(--text);
        font: inherit;
        font-weight: 600;
        cursor: pointer;
        transition: background-color 0.2s, box-shadow 0.2s;

        &[aria-pressed="true"] {
            background: var(--glow);
            /* Tells a white light from none. */
            border: 3px solid;
            color: var(--on-glow);
            box-shadow: 0 0 2rem color-mix(in srgb, var(--glow) 75%, transparent);
        }

        svg {
            width: 2rem;
            height: 2rem;
        }
        "#
    ));
    let power = if props.on { "On" } else { "Off" };
    let onclick = props.ontoggle.reform(|_: MouseEvent| ());

    html! {
        <button
            id={&props.id}
            ~className={class}
            type="button"
            aria-label={format!("Power: {power}")}
            aria-pressed={props.on.to_string()}
            style={props.light.as_ref().map(|light| format!("--glow:color-mix(in srgb,{light},#fff 40%);color:#000"))}
            {onclick}
        >
            <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true">
                <path d="M12 3v9M6.3 6.8a8 8 0 1 0 11.4 0" />
            </svg>
            <span id={(props.id == "power").then_some("powerState")}>{ power }</span>
        </button>
    }
}
