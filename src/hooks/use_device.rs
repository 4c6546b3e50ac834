//! Which device the page shows: what its address says.

use gloo_events::EventListener;
use wasm_bindgen::JsValue;
use web_sys::UrlSearchParams;
use yew::prelude::*;

use crate::config;

/// What [`use_device`] gives.
#[derive(Debug)]
pub struct DeviceHandle {
    /// The device that is shown.
    pub device: AttrValue,
    /// Shows another one, as if the user had followed a link to it.
    pub select: Callback<AttrValue>,
}

/// Begins with `first`. Follows the browser's back and forward: where the address names no device, that is `unnamed`.
#[hook]
pub fn use_device(first: &AttrValue, unnamed: &AttrValue) -> DeviceHandle {
    let device = use_state_eq(|| first.clone());
    use_effect_with((), {
        let device = device.setter();
        let unnamed = unnamed.clone();
        move |()| {
            let follow = move || {
                let named = named().map_or_else(|| unnamed.clone(), AttrValue::from);
                name_page(&named);
                device.set(named);
            };
            // The user may have gone back before anybody listened.
            follow();
            let listener = web_sys::window()
                .map(|window| EventListener::new(&window, "popstate", move |_| follow()));
            || drop(listener)
        }
    });
    // The same callback each time: a list of many devices would be rendered anew for another one.
    let select = use_callback((), {
        let device = device.setter();
        move |selected: AttrValue, ()| {
            go_to(&selected);
            name_page(&selected);
            device.set(selected);
        }
    });
    DeviceHandle {
        device: (*device).clone(),
        select,
    }
}

/// The page's address with another device in it.
pub fn address(device: &str) -> String {
    let Some(query) = query() else {
        return String::new();
    };
    query.set("device", device);
    format!("?{}", query.to_string().as_string().unwrap_or_default())
}

/// What the page's address says after its path.
pub fn query() -> Option<UrlSearchParams> {
    let search = web_sys::window()?.location().search().ok()?;
    UrlSearchParams::new_with_str(&search).ok()
}

fn named() -> Option<String> {
    config::device(&query()?.get("device")?).ok()
}

fn go_to(device: &str) {
    let address = address(device);
    let history = web_sys::window().and_then(|window| window.history().ok());
    if let Some(history) = history {
        // Refused only for an address of another host, which this is not.
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&address));
    }
}

/// In tabs, bookmarks and the list of pages to go back to.
fn name_page(device: &str) {
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        document.set_title(&format!("{device} – LAMPI"));
    }
}
