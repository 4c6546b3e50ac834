//! A finger that is put on a slider moves it, but may turn out to scroll the page.

use web_sys::HtmlInputElement;
use yew::prelude::*;

/// The finger is put on a slider (`pointerdown`): the slider keeps where it was.
pub fn put_on(event: &PointerEvent) {
    let slider: HtmlInputElement = event.target_unchecked_into();
    slider.set_default_value(&slider.value());
}

/// The finger scrolls the page instead (`pointercancel`): gives the slider, which is where it was.
pub fn scrolls(event: &PointerEvent) -> HtmlInputElement {
    let slider: HtmlInputElement = event.target_unchecked_into();
    slider.set_value(&slider.default_value());
    slider
}
