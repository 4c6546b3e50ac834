//! Keeps the keyboard's place when what has the focus goes.

use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement};
use yew::prelude::*;

/// When a render takes away what has the focus, an heir gets it: the next in its list, or else what is around it and has a
/// `tabindex`. Browsers would leave the focus nowhere.
#[hook]
pub fn use_focus_heir() {
    // Looked up now, before the render takes anything away.
    let document = web_sys::window().and_then(|window| window.document());
    let focused = document.and_then(|document| document.active_element());
    let heirs = focused.as_ref().map(heirs).unwrap_or_default();
    use_effect(move || {
        if focused.is_some_and(|focused| !focused.is_connected())
            && let Some(heir) = heirs.iter().flatten().find(|heir| heir.is_connected())
        {
            let options = FocusOptions::new();
            options.set_prevent_scroll(true);
            // Fails for no element of a page.
            let _ = heir
                .unchecked_ref::<HtmlElement>()
                .focus_with_options(&options);
        }
    });
}

fn heirs(focused: &Element) -> [Option<Element>; 3] {
    let around = |selector| focused.closest(selector).ok().flatten();
    let next = around("li").and_then(|item| item.next_element_sibling()?.first_element_child());
    [next, around("[tabindex]"), around("main")]
}
