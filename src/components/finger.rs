//! A finger that is put on a slider moves it, but may turn out to scroll the page.

use web_sys::HtmlInputElement;
use yew::prelude::*;

/// The finger is put on a slider (`pointerdown`): the slider keeps where it was.
pub fn put_on(event: &PointerEvent) {
    let slider: HtmlInputElement = event.target_unchecked_into();
    slider.set_default_value(&slider.value());
}

/// The finger scrolls the page instead (`pointercancel`): gives the slider, which is where it was again, if it has moved.
pub fn scrolls(event: &PointerEvent) -> Option<HtmlInputElement> {
    let slider: HtmlInputElement = event.target_unchecked_into();
    let before = slider.default_value();
    let has_moved = slider.value() != before;
    has_moved.then(|| {
        slider.set_value(&before);
        slider
    })
}
