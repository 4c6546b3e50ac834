//! A picture of the lamp, as bright as it is set.

use stylist::yew::use_style;
use yew::prelude::*;

use crate::lamp::Lamp;

/// Properties of [`LampPicture`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct LampPictureProps {
    /// What to show.
    pub lamp: Lamp,
}

/// Decoration: all it says is also said by the controls.
#[component]
pub fn LampPicture(props: &LampPictureProps) -> Html {
    let style = use_style!(
        r#"
        width: 9rem;
        height: 9rem;
        overflow: visible;

        .shade {
            fill: var(--track);
            stroke: var(--control);
            stroke-width: 1.5;
        }

        .light {
            fill: var(--glow);
            transition: opacity 0.15s;
        }

        .halo {
            fill: var(--halo);
            filter: blur(9px);
            transition: opacity 0.15s;
        }

        .base {
            fill: var(--control);
        }
        "#
    );
    // In percent, and never quite dark while it is on.
    let brightness = match props.lamp.on {
        true => 15 + u16::from(props.lamp.level.percent()) * 85 / 100,
        false => 0,
    };
    let opacity = format!("{brightness}%");

    html! {
        <svg class={style} viewBox="0 0 96 96" aria-hidden="true">
            <ellipse class="halo" cx="48" cy="42" rx="44" ry="38" opacity={opacity.clone()} />
            <path class="shade" d="M30 14h36l12 44H18z" stroke-linejoin="round" />
            <path class="light" d="M30 14h36l12 44H18z" opacity={opacity} />
            <path class="base" d="M45 59h6v22h13a3 3 0 0 1 3 3v2H29v-2a3 3 0 0 1 3-3h13z" />
        </svg>
    }
}
