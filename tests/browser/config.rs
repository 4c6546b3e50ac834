//! Where the page takes its settings from, and which win.

use serde_json::json;

use super::support::broker::Broker;
use super::support::client::Client;
use super::support::port;
use super::support::site::Instead;
use super::support::visit::Visit;

browser_tests!(
    mosquitto: the_device_of_config_json_is_published_to,
    the_next_broker_is_tried_when_one_is_dead,
    the_device_of_the_query_wins,
    the_broker_of_the_query_wins,
    a_missing_config_json_means_the_defaults,
    it_works_from_a_folder,
    the_broker_is_the_lesson_s_unless_told,
    its_prefix_begins_every_device_s_topics,
    its_bridge_suffix_ends_a_bridge_s_name,
);

async fn the_device_of_config_json_is_published_to(broker: Broker) {
    let config = json!({"brokers": [broker.url()], "device": "b827eb08451e"});
    publishes_to(
        &broker,
        "devices/b827eb08451e/test/poke_value",
        Visit::configured(config),
    )
    .await;
}

async fn the_next_broker_is_tried_when_one_is_dead(broker: Broker) {
    let config = json!({"brokers": [dead(), broker.url()]});
    Visit::configured(config).connect().await;
}

async fn the_device_of_the_query_wins(broker: Broker) {
    let config = json!({"brokers": [broker.url()], "device": "loser"});
    let visit = Visit::configured(config).query("?device=winner");
    publishes_to(&broker, "devices/winner/test/poke_value", visit).await;
}

async fn the_broker_of_the_query_wins(broker: Broker) {
    let config = json!({"brokers": [dead()]});
    Visit::configured(config)
        .query(format!("?broker={}", broker.url()))
        .connect()
        .await;
}

async fn a_missing_config_json_means_the_defaults(broker: Broker) {
    let visit = Visit::as_built()
        .replacing("config.json", Instead::NotFound)
        .query(format!("?broker={}", broker.url()));
    publishes_to(&broker, "devices/TEST/test/poke_value", visit).await;
}

async fn it_works_from_a_folder(broker: Broker) {
    let visit = Visit::to(&broker).folder("/some/deep/folder");
    publishes_to(&broker, "devices/TEST/test/poke_value", visit).await;
}

async fn the_broker_is_the_lesson_s_unless_told(broker: Broker) {
    let visit = Visit::as_built().beside(&broker);
    publishes_to(&broker, "devices/TEST/test/poke_value", visit).await;
}

async fn its_prefix_begins_every_device_s_topics(broker: Broker) {
    let mut client = Client::connect(&broker).await;
    client.subscribe("lamps/#").await;
    let page = Visit::configured(json!({"brokers": [broker.url()], "prefix": "lamps/"}))
        .connect()
        .await;
    let label = r#"{"value": "heard"}"#;
    client.publish("lamps/foobar/label/changed", label).await;
    page.text_becomes("#sub_value", "heard").await;
    page.click_power().await;
    assert_eq!(client.poke().await.topic, "lamps/TEST/test/poke_value");
}

async fn its_bridge_suffix_ends_a_bridge_s_name(broker: Broker) {
    let mut client = Client::connect(&broker).await;
    let page = Visit::configured(json!({"brokers": [broker.url()], "bridgeSuffix": "-bridge"}))
        .connect()
        .await;
    for (topic, payload) in [
        (
            "devices/b827eb000001/lamp/changed",
            r#"{"color": {"h": 0.5, "s": 1}, "brightness": 1, "on": true, "client": ""}"#,
        ),
        ("$SYS/broker/connection/b827eb000001-bridge/state", "1"),
    ] {
        client.publish(topic, payload).await;
    }
    page.text_mentions("#devices li:nth-child(2)", "bridge up")
        .await;
}

async fn publishes_to(broker: &Broker, topic: &str, visit: Visit) {
    let mut client = Client::connect(broker).await;
    let page = visit.connect().await;
    page.click_power().await;
    assert_eq!(client.poke().await.topic, topic);
}

/// The address of a broker that is not there.
fn dead() -> String {
    format!("ws://{}/mqtt", port::free())
}
