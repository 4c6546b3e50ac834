//! What the power button shows and publishes.

use rumqttc::QoS;
use serde_json::json;
use thirtyfour::Key;

use super::support::broker::Broker;
use super::support::client::Client;
use super::support::page::Page;
use super::support::visit::Visit;

browser_tests!(
    mosquitto: it_starts_off,
    a_click_turns_it_on,
    a_second_click_turns_it_off,
    space_and_enter_press_it,
    a_click_publishes_the_page_s_state,
    a_second_click_publishes_off,
    it_publishes_with_qos_1,
    it_publishes_nothing_retained,
    every_click_is_published,
    other_keys_of_the_last_label_are_published_with_it,
    a_label_does_not_override_power_and_slider,
);
// With what a message is published, and kept, depends on the broker too.
browser_tests!(
    embedded: a_click_publishes_the_page_s_state,
    it_publishes_with_qos_1,
    it_publishes_nothing_retained,
);

async fn it_starts_off(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    shows(&page, "Off", "false").await;
}

async fn a_click_turns_it_on(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    page.click_power().await;
    shows(&page, "On", "true").await;
}

async fn a_second_click_turns_it_off(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    page.click_power().await;
    shows(&page, "On", "true").await;
    page.click_power().await;
    shows(&page, "Off", "false").await;
}

async fn space_and_enter_press_it(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    page.find("#power").await.focus().await.unwrap();
    page.press(" ").await;
    shows(&page, "On", "true").await;
    page.press(Key::Enter).await;
    shows(&page, "Off", "false").await;
}

async fn a_click_publishes_the_page_s_state(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    let mut client = Client::connect(&broker).await;
    page.click_power().await;
    let poke = client.poke().await;
    assert_eq!(poke.topic, "devices/TEST/test/poke_value");
    assert_eq!(poke.json(), json!({"on": true, "slider": 50}));
}

async fn a_second_click_publishes_off(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    let mut client = Client::connect(&broker).await;
    page.click_power().await;
    client.poke().await;
    page.click_power().await;
    assert_eq!(
        client.poke().await.json(),
        json!({"on": false, "slider": 50})
    );
}

async fn it_publishes_with_qos_1(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    let mut client = Client::connect(&broker).await;
    page.click_power().await;
    assert_eq!(client.poke().await.qos, QoS::AtLeastOnce);
}

async fn it_publishes_nothing_retained(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    let mut client = Client::connect(&broker).await;
    page.click_power().await;
    client.poke().await;
    // A newcomer would be given retained messages before anything that is published later.
    let mut newcomer = Client::connect(&broker).await;
    newcomer.publish("devices/after/all", "").await;
    assert_eq!(newcomer.hear().await.topic, "devices/after/all");
}

async fn every_click_is_published(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    let mut client = Client::connect(&broker).await;
    for on in [true, false, true] {
        page.click_power().await;
        assert_eq!(client.poke().await.json()["on"], on);
    }
}

async fn other_keys_of_the_last_label_are_published_with_it(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    let mut client = Client::connect(&broker).await;
    client.label(r#"{"value": "first", "gone": true}"#).await;
    page.text_becomes("#sub_value", "first").await;
    let nested = r#"{"h":0.50,"s":[1e3,{"deep":123456789012345678901234567890}]}"#;
    client
        .label(format!(
            r#"{{"value": "last", "color": {nested}, "client": "lampi \u00fc"}}"#
        ))
        .await;
    page.text_becomes("#sub_value", "last").await;
    page.click_power().await;
    let poke = client.poke().await;
    let keys: std::collections::BTreeMap<String, &serde_json::value::RawValue> =
        serde_json::from_slice(&poke.payload).unwrap();
    assert_eq!(
        keys.keys().collect::<Vec<_>>(),
        ["client", "color", "on", "slider", "value"]
    );
    assert_eq!(keys["color"].get(), nested);
    assert_eq!(poke.json()["client"], "lampi ü");
    assert_eq!(poke.json()["value"], "last");
}

async fn a_label_does_not_override_power_and_slider(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    let mut client = Client::connect(&broker).await;
    client
        .label(r#"{"value": "bossy", "on": true, "slider": 3}"#)
        .await;
    page.text_becomes("#sub_value", "bossy").await;
    shows(&page, "Off", "false").await;
    assert_eq!(page.text("#sliderState").await, "50");
    page.click_power().await;
    assert_eq!(
        client.poke().await.json(),
        json!({"value": "bossy", "on": true, "slider": 50})
    );
}

async fn shows(page: &Page, state: &str, pressed: &str) {
    page.text_becomes("#power #powerState", state).await;
    assert_eq!(
        page.find("#power")
            .await
            .attr("aria-pressed")
            .await
            .unwrap()
            .as_deref(),
        Some(pressed)
    );
}
