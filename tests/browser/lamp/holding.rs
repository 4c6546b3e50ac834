//! Sliders under a finger, and fingers that only pass over them.

use lampi::hundredths::Hundredths;
use lampi::state::State;
use serde_json::{Value, json};

use super::{
    DEVICE, PRESENCE, brightness, drag, opened, panel, panel_that_sends, value, value_becomes,
};
use crate::support::broker::Broker;
use crate::support::eventually;
use crate::support::lamp::Lamp;
use crate::support::page::Page;
use crate::support::visit::Visit;

browser_tests!(
    mosquitto: a_held_control_does_not_move,
    a_held_slider_stays_under_the_finger_when_another_one_had_the_focus_before,
    a_held_slider_leaves_alone_what_others_change,
    a_lamp_that_goes_during_a_drag_gets_one_request_when_it_returns,
    a_finger_that_scrolls_the_page_sends_nothing,
    a_finger_that_scrolls_the_page_before_it_is_drawn_sends_nothing,
    a_finger_that_taps_a_slider_moves_it_there,
    a_finger_that_drags_and_then_scrolls_changes_nothing_in_the_end,
);

async fn a_held_control_does_not_move(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    pointer(&page, "mouse", "pointerdown").await;
    lamp.changes(brightness(7), "lamp_ui");
    page.text_mentions("#lamp-author", "touchscreen").await;
    assert_eq!(value(&page, "brightness").await, "1");
    pointer(&page, "mouse", "pointerup").await;
    value_becomes(&page, "brightness", "0.07").await;
}

async fn a_held_slider_stays_under_the_finger_when_another_one_had_the_focus_before(
    broker: Broker,
) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    let hue = page.find("#hue").await;
    let drag = page.browser.action_chain().click_and_hold_element(&hue);
    let drag = drag.move_by_offset(10, 0).release();
    drag.perform().await.unwrap();
    page.text_mentions("#lamp-message", "Confirmed").await;
    let slider = page.find("#brightness").await;
    let hold = page.browser.action_chain().click_and_hold_element(&slider);
    hold.perform().await.unwrap();
    let held = value(&page, "brightness").await;
    assert_eq!(held, "0.5", "the finger is in the middle");
    lamp.is_asked(r#""brightness":0.5"#).await;
    lamp.changes(brightness(7), "lamp_ui");
    page.text_mentions("#lamp-author", "touchscreen").await;
    assert_eq!(value(&page, "brightness").await, held);
}

async fn a_held_slider_leaves_alone_what_others_change(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel_that_sends(&broker, &lamp).await;
    pointer(&page, "mouse", "pointerdown").await;
    let green = State {
        hue: Hundredths::clamped(33),
        ..State::default()
    };
    lamp.changes(green, "lamp_ui");
    page.text_mentions("#lamp-author", "touchscreen").await;
    drag(&page, "brightness", "0.9").await;
    lamp.is_asked(r#""h":0.33,"s":1},"brightness":0.9"#).await;
}

async fn a_lamp_that_goes_during_a_drag_gets_one_request_when_it_returns(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel_that_sends(&broker, &lamp).await;
    pointer(&page, "mouse", "pointerdown").await;
    drag(&page, "brightness", "0.9").await;
    lamp.is_asked(r#""brightness":0.9"#).await;
    page.text_mentions("#lamp-message", "Confirmed").await;
    lamp.goes();
    page.text_mentions(PRESENCE, "lamp service down").await;
    let before = lamp.requests().len();
    for value in ["0.8", "0.7", "0.6"] {
        drag(&page, "brightness", value).await;
    }
    pointer(&page, "mouse", "pointerup").await;
    page.text_mentions("#lamp-message", "waits for it").await;
    lamp.comes();
    page.text_mentions("#lamp-message", "Confirmed").await;
    assert_eq!(lamp.requests().len(), before + 1);
    lamp.is_asked(r#""brightness":0.6"#).await;
}

async fn a_finger_that_scrolls_the_page_sends_nothing(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel_on_a_phone(&broker, &lamp).await;
    let (x, y) = middle_of(&page, "brightness").await;
    let before = page.run::<f64>("return scrollY", vec![]).await;
    touch(&page, "touchStart", &[(x, y)]).await;
    for step in 1..10 {
        let y = y + 10.0 * f64::from(step);
        touch(&page, "touchMove", &[(x, y)]).await;
    }
    touch(&page, "touchEnd", &[]).await;
    eventually(
        async || match page.run::<f64>("return scrollY", vec![]).await == before {
            true => Err(format!("the page is still at {before}")),
            false => Ok(()),
        },
    )
    .await;
    value_becomes(&page, "brightness", "1").await;
    page.click("#lamp-power").await;
    lamp.is_asked(r#""brightness":1,"on":false"#).await;
    assert_eq!(lamp.requests().len(), 1);
}

async fn a_finger_that_scrolls_the_page_before_it_is_drawn_sends_nothing(broker: Broker) {
    const AT_ONCE: &str = "const slider = document.getElementById('brightness');
        const tell = event => slider.dispatchEvent(event);
        const touch = {bubbles: true, pointerType: 'touch'};
        tell(new PointerEvent('pointerdown', touch));
        slider.value = 0.5;
        tell(new InputEvent('input', {bubbles: true}));
        tell(new PointerEvent('pointercancel', touch))";
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel_that_sends(&broker, &lamp).await;
    let before = lamp.requests().len();
    page.run::<Value>(AT_ONCE, vec![]).await;
    value_becomes(&page, "brightness", "1").await;
    page.click("#lamp-power").await;
    lamp.is_asked(r#""brightness":1,"on":false"#).await;
    assert_eq!(lamp.requests().len(), before + 1);
}

async fn a_finger_that_taps_a_slider_moves_it_there(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel_on_a_phone(&broker, &lamp).await;
    let (x, y) = middle_of(&page, "brightness").await;
    touch(&page, "touchStart", &[(x, y)]).await;
    touch(&page, "touchEnd", &[]).await;
    lamp.is_asked(r#""brightness":0.5"#).await;
    assert_eq!(lamp.requests().len(), 1);
}

async fn a_finger_that_drags_and_then_scrolls_changes_nothing_in_the_end(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel_that_sends(&broker, &lamp).await;
    pointer(&page, "touch", "pointerdown").await;
    drag(&page, "brightness", "0.3").await;
    drag(&page, "brightness", "0.2").await;
    lamp.is_asked(r#""brightness":0.2"#).await;
    pointer(&page, "touch", "pointercancel").await;
    lamp.is_asked(r#""brightness":1,"#).await;
    value_becomes(&page, "brightness", "1").await;
}

async fn pointer(page: &Page, kind: &str, event: &str) {
    const SCRIPT: &str = "document.getElementById('brightness')
        .dispatchEvent(new PointerEvent(arguments[0], {bubbles: true, pointerType: arguments[1]}))";
    page.run::<Value>(SCRIPT, vec![event.into(), kind.into()])
        .await;
}

async fn panel_on_a_phone(broker: &Broker, lamp: &Lamp) -> Page {
    opened(Visit::to(broker).query(lamp.query()).width(390)).await
}

/// At these points, as a finger does it.
async fn touch(page: &Page, event: &str, points: &[(f64, f64)]) {
    let points: Vec<Value> = points
        .iter()
        .map(|(x, y)| json!({"x": x, "y": y}))
        .collect();
    let event = json!({"type": event, "touchPoints": points});
    let tools = page.browser.cdp();
    tools
        .send_raw("Input.dispatchTouchEvent", event)
        .await
        .unwrap();
}

/// In CSS pixels of the window, once it is scrolled there.
async fn middle_of(page: &Page, id: &str) -> (f64, f64) {
    const SCRIPT: &str = "const element = document.getElementById(arguments[0]);
        element.scrollIntoView({ block: 'center', behavior: 'instant' });
        const { x, y, width, height } = element.getBoundingClientRect();
        return [x + width / 2, y + height / 2]";
    page.run(SCRIPT, vec![id.into()]).await
}
