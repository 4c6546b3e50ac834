//! What `boot.js` has found and begun while the program was loading: `config.json` in the window, the first broker's
//! WebSocket in the worker.

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::WebSocket;

/// The text of `config.json`; `null` if the server has no such file, `undefined` if it does not give it out.
pub fn config() -> JsValue {
    begun()
        .and_then(|begun| Reflect::get(&begun, &"config".into()).ok())
        .unwrap_or_default()
}

/// The WebSocket to the first broker, if that is this one. Gives it once; closes it if the first broker is another.
pub fn socket(broker: &str) -> Option<WebSocket> {
    let begun = begun()?;
    let _ = Reflect::set(&js_sys::global(), &NAME.into(), &JsValue::UNDEFINED);
    let socket: WebSocket = Reflect::get(&begun, &"socket".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let dialled = Reflect::get(&begun, &"broker".into()).ok()?;
    if dialled.as_string().as_deref() == Some(broker) {
        return Some(socket);
    }
    let _ = socket.close();
    None
}

const NAME: &str = "boot";

fn begun() -> Option<JsValue> {
    let begun = Reflect::get(&js_sys::global(), &NAME.into()).ok()?;
    begun.is_object().then_some(begun)
}
