//! Keeps the keyboard's place when what has the focus goes.

use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement};
use yew::prelude::*;

/// When a render takes away what has the focus, an heir gets it: the next in its list, or else what is around it and has a
/// `tabindex`. Browsers would leave the focus nowhere.
#[hook]
pub fn use_focus_heir() {
    // Yew leaves a render's effects for later if it took longer than a frame, and other renders may come before them.
    let place = use_mut_ref(|| None::<Place>);
    // Looked up now, before the render takes anything away.
    if let Some(element) = focused() {
        let heirs = heirs(&element);
        place.replace(Some(Place { element, heirs }));
    }
    use_effect(move || {
        if let Some(Place { element, heirs }) = place.take()
            && !element.is_connected()
            && focused().is_none()
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

struct Place {
    element: Element,
    heirs: [Option<Element>; 3],
}

/// What has the focus: nothing if it is the body.
fn focused() -> Option<Element> {
    let document = web_sys::window()?.document()?;
    let body = document.body().map(Element::from);
    document
        .active_element()
        .filter(|focused| Some(focused) != body.as_ref())
}

fn heirs(focused: &Element) -> [Option<Element>; 3] {
    let around = |selector| focused.closest(selector).ok().flatten();
    let next = around("li").and_then(|item| item.next_element_sibling()?.first_element_child());
    [next, around("[tabindex]"), around("main")]
}
