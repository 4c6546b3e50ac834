//! What the label shows of what is published.

use std::process::{Child, Command};

use super::support::broker::Broker;
use super::support::client::Client;
use super::support::page::Page;
use super::support::visit::Visit;
use super::support::{eventually, needed};

browser_tests!(
    mosquitto: it_is_empty_before_the_first_message,
    a_fraction_is_shown_as_it_was_written,
    an_exponent_is_shown_as_it_was_written,
    a_big_integer_is_shown_as_it_was_written,
    a_string_is_shown_as_it_is,
    markup_stays_text,
    other_json_is_shown_compact,
    a_message_without_a_value_leaves_it_alone,
    any_device_may_set_it,
    a_paho_publisher_drives_it,
);
// Whose labels come depends on the broker too.
browser_tests!(embedded: any_device_may_set_it, a_paho_publisher_drives_it);

async fn it_is_empty_before_the_first_message(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    page.find("#sub_value").await;
    assert_eq!(page.text("#sub_value").await, "");
}

async fn a_fraction_is_shown_as_it_was_written(broker: Broker) {
    shows(broker, r#"{"value": 1.50}"#, "1.50").await;
}

async fn an_exponent_is_shown_as_it_was_written(broker: Broker) {
    shows(broker, r#"{"value": 1e3}"#, "1e3").await;
}

async fn a_big_integer_is_shown_as_it_was_written(broker: Broker) {
    shows(
        broker,
        r#"{"value": 123456789012345678901234567890}"#,
        "123456789012345678901234567890",
    )
    .await;
}

async fn a_string_is_shown_as_it_is(broker: Broker) {
    shows(
        broker,
        r#"{"value": "grün \"7\" \u2713  two spaces"}"#,
        "grün \"7\" ✓  two spaces",
    )
    .await;
}

async fn markup_stays_text(broker: Broker) {
    let markup = "<b onclick=alert(1)>bold</b><img src=x onerror=alert(1)>&amp;";
    let page = shows(broker, &format!(r#"{{"value": "{markup}"}}"#), markup).await;
    let elements: u64 = page
        .run(
            "return document.querySelectorAll('#sub_value *').length",
            vec![],
        )
        .await;
    assert_eq!(elements, 0);
}

async fn other_json_is_shown_compact(broker: Broker) {
    shows(
        broker,
        r#"{"value": [1, {"a": null}, true]}"#,
        r#"[1,{"a":null},true]"#,
    )
    .await;
}

async fn a_message_without_a_value_leaves_it_alone(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    let mut client = Client::connect(&broker).await;
    client.label(r#"{"value": "stays"}"#).await;
    page.text_becomes("#sub_value", "stays").await;
    // A button press carries the last message's keys, so it tells that the second one was taken in.
    client.label(r#"{"mood": "calm"}"#).await;
    taken_in(&page, &mut client, "mood").await;
    assert_eq!(page.text("#sub_value").await, "stays");
}

async fn any_device_may_set_it(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    let mut client = Client::connect(&broker).await;
    for device in ["foobar", "b827eb08451e", "ünïcode lamp"] {
        client
            .publish(
                &format!("devices/{device}/label/changed"),
                format!(r#"{{"value": "{device}"}}"#),
            )
            .await;
        page.text_becomes("#sub_value", device).await;
    }
}

async fn a_paho_publisher_drives_it(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    let _publisher = Publisher::start(&broker);
    eventually(async || match page.text("#sub_value").await.parse() {
        Ok(5_u32..) => Ok(()),
        count => Err(format!("the label counted to {count:?}")),
    })
    .await;
}

async fn shows(broker: Broker, payload: &str, text: &str) -> Page {
    let page = Visit::to(&broker).connect().await;
    let mut client = Client::connect(&broker).await;
    client.label(payload).await;
    page.text_becomes("#sub_value", text).await;
    page
}

async fn taken_in(page: &Page, client: &mut Client, key: &str) {
    eventually(async || {
        page.click_power().await;
        let poke = client.poke().await.json();
        poke.get(key)
            .map(drop)
            .ok_or_else(|| format!("{poke} has no {key}"))
    })
    .await;
}

/// The lesson's way to publish, in a process of its own.
struct Publisher(Child);

impl Publisher {
    fn start(broker: &Broker) -> Self {
        let python = needed("LAMPI_PAHO_PYTHON", "a Python that has paho-mqtt 1.x");
        let child = Command::new(python)
            .arg(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/tests/browser/publisher.py"
            ))
            .args([broker.mqtt.port().to_string(), "0.1".to_owned()])
            .spawn()
            .expect("LAMPI_PAHO_PYTHON does not start");
        Self(child)
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}
