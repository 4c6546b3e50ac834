//! Numbers that are typed beside the sliders.

use serde_json::Value;

use super::{DEVICE, brightness, panel, panel_that_sends, value_becomes};
use crate::support::broker::Broker;
use crate::support::lamp::Lamp;
use crate::support::page::Page;

browser_tests!(
    mosquitto: a_number_may_be_typed,
    a_number_that_is_none_of_the_lamp_s_changes_nothing,
    a_number_out_of_range_is_told_until_the_field_is_left,
    what_is_being_typed_is_left_alone,
    what_is_being_typed_for_one_lamp_is_not_another_s,
);

async fn a_number_may_be_typed(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    type_hue(&page, "0.42").await;
    lamp.is_asked(r#""h":0.42"#).await;
    value_becomes(&page, "hue", "0.42").await;
}

async fn a_number_that_is_none_of_the_lamp_s_changes_nothing(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel_that_sends(&broker, &lamp).await;
    for number in ["50", "-1", ""] {
        type_hue(&page, number).await;
        assert_eq!(left_with(&page).await, "0.5", "after {number:?}");
    }
    type_hue(&page, "0.42").await;
    lamp.is_asked(r#""h":0.42"#).await;
    assert_eq!(lamp.requests().len(), 2);
}

async fn a_number_out_of_range_is_told_until_the_field_is_left(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    assert_eq!(told(&page).await, "");
    for number in ["50", "-1", "1.001"] {
        type_hue(&page, number).await;
        assert_eq!(told(&page).await, "0 to 1", "at {number:?}");
        assert_eq!(left_with(&page).await, "1");
        assert_eq!(told(&page).await, "", "after {number:?}");
    }
}

async fn what_is_being_typed_is_left_alone(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    begin_to_type(&page).await;
    lamp.changes(brightness(7), "lamp_ui");
    value_becomes(&page, "brightness", "0.07").await;
    assert_eq!(
        page.run::<String>("return field.value", vec![]).await,
        "0.4"
    );
}

async fn what_is_being_typed_for_one_lamp_is_not_another_s(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let other = Lamp::at(&broker, "b827eb000002").await;
    let page = panel(&broker, &other).await;
    page.browser
        .goto(format!("{}{}", page.site.address, lamp.query()))
        .await
        .unwrap();
    page.find("#brightness").await;
    begin_to_type(&page).await;
    page.click("#devices li:nth-child(3) a").await;
    page.text_mentions("header", "b827eb000002").await;
    const TYPED: &str = "return document.querySelector('.range [type=number]').value";
    assert_eq!(page.run::<String>(TYPED, vec![]).await, "1");
}

/// Types a hue and does not leave the field, which is `window.field` from then on.
async fn begin_to_type(page: &Page) {
    const SCRIPT: &str = "window.field = document.querySelector('.range [type=number]');
        field.value = '0.4';
        field.dispatchEvent(new Event('input', {bubbles: true}))";
    page.run::<Value>(SCRIPT, vec![]).await;
}

/// Types a number beside the slider and presses Enter in the field, which is `window.field` from then on.
async fn type_hue(page: &Page, number: &str) {
    const SCRIPT: &str = "window.field = document.querySelector('#hue').closest('.range').querySelector('[type=number]');
        field.value = arguments[0];
        field.dispatchEvent(new Event('input', {bubbles: true}));
        field.dispatchEvent(new Event('change', {bubbles: true}));
        setTimeout(done)";
    page.await_script::<Value>(SCRIPT, vec![number.into()])
        .await;
}

/// Leaves the field, and gives what is in it then.
async fn left_with(page: &Page) -> String {
    const SCRIPT: &str = "field.dispatchEvent(new FocusEvent('blur'));
        setTimeout(() => done(field.value))";
    page.await_script(SCRIPT, vec![]).await
}

/// The words beside number fields that are seen.
async fn told(page: &Page) -> String {
    const SCRIPT: &str = "return [...document.querySelectorAll('.range [role=alert]')]
        .map(words => words.checkVisibility() ? words.textContent : '').join('')";
    page.run(SCRIPT, vec![]).await
}
