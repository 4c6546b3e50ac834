//! A picture of a lamp in its light.

use yew::prelude::*;

/// Decoration: all it says is also said by the controls. `light` is a CSS colour, `brightness` that of a lamp that is on,
/// 0 to 100 percent.
pub fn lamp_picture(id: &'static str, light: &str, brightness: Option<u8>) -> Html {
    // Never quite dark while it is on.
    let strength = brightness.map_or(0, |percent| 15 + u16::from(percent) * 85 / 100);
    html! {
        <div class="picture" aria-hidden="true" style={format!("color:{light};--strength:{strength}%")}>
            <svg viewBox="0 0 96 96">
                <path class="shade" d="M30 14h36l12 44H18z" stroke-linejoin="round" />
                <path {id} class="light" d="M30 14h36l12 44H18z" />
                <path class="base" d="M45 59h6v22h13a3 3 0 0 1 3 3v2H29v-2a3 3 0 0 1 3-3h13z" />
            </svg>
        </div>
    }
}
