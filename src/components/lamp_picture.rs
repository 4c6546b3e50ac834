//! A picture of the lamp, as bright as it is set.

use stylist::yew::use_style;
use yew::prelude::*;

/// Properties of [`LampPicture`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct LampPictureProps {
    /// The light's element id.
    #[prop_or_default]
    pub id: Option<AttrValue>,
    /// CSS colour of its light.
    pub light: AttrValue,
    /// How much of the light is seen, 0 to 100 percent.
    #[prop_or(100)]
    pub opacity: u8,
    /// Whether it shines.
    pub is_on: bool,
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
            transition: opacity 0.15s;
        }

        .halo {
            filter: blur(9px);
            transition: opacity 0.15s;
        }

        .base {
            fill: var(--control);
        }
        "#
    );
    let opacity = format!("{}%", if props.is_on { props.opacity } else { 0 });
    let fill = format!("fill:{}", props.light);

    html! {
        <svg class={style} viewBox="0 0 96 96" aria-hidden="true">
            <ellipse class="halo" cx="48" cy="42" rx="44" ry="38" style={fill.clone()} opacity={opacity.clone()} />
            <path class="shade" d="M30 14h36l12 44H18z" stroke-linejoin="round" />
            <path id={props.id.clone()} class="light" d="M30 14h36l12 44H18z" style={fill} {opacity} />
            <path class="base" d="M45 59h6v22h13a3 3 0 0 1 3 3v2H29v-2a3 3 0 0 1 3-3h13z" />
        </svg>
    }
}
