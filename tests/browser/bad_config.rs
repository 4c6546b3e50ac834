//! Settings that are wrong: the page says which, takes something else instead and goes on.

use serde_json::{Value, json};

use super::support::broker::Broker;
use super::support::client::Client;
use super::support::site::Instead;
use super::support::visit::Visit;

browser_tests!(
    mosquitto: good_settings_are_not_remarked_on,
    a_config_json_that_is_not_json_is_named,
    a_config_json_that_is_not_an_object_is_named,
    a_device_of_the_wrong_type_is_named,
    a_device_that_is_no_topic_level_is_named,
    brokers_of_the_wrong_type_are_named,
    a_broker_that_is_not_a_websocket_is_named,
    what_is_no_broker_s_address_is_not_dialled,
    an_unknown_key_is_named,
    a_device_of_the_query_that_is_no_topic_level_is_named,
    a_broker_of_the_query_that_is_no_address_is_named,
);

async fn good_settings_are_not_remarked_on(broker: Broker) {
    let page = with(
        &broker,
        json!({"device": "lamp", "username": "me", "password": "secret"}),
    )
    .connect()
    .await;
    assert_eq!(page.text("#notices").await, "");
}

async fn a_config_json_that_is_not_json_is_named(broker: Broker) {
    let visit = Visit::as_built()
        .replacing("config.json", Instead::Json("{brokers: none}".to_owned()))
        .query(format!("?broker={}", broker.url()));
    goes_on(&broker, visit, &["config.json"]).await;
}

async fn a_config_json_that_is_not_an_object_is_named(broker: Broker) {
    let visit = Visit::configured(json!([1, 2])).query(format!("?broker={}", broker.url()));
    goes_on(&broker, visit, &["config.json"]).await;
}

async fn a_device_of_the_wrong_type_is_named(broker: Broker) {
    goes_on(
        &broker,
        with(&broker, json!({"device": 5})),
        &["device", "TEST"],
    )
    .await;
}

async fn a_device_that_is_no_topic_level_is_named(broker: Broker) {
    goes_on(
        &broker,
        with(&broker, json!({"device": "a/#"})),
        &["device", "TEST"],
    )
    .await;
}

async fn brokers_of_the_wrong_type_are_named(broker: Broker) {
    let visit =
        Visit::configured(json!({"brokers": "ws://x"})).query(format!("?broker={}", broker.url()));
    goes_on(&broker, visit, &["brokers"]).await;
}

async fn a_broker_that_is_not_a_websocket_is_named(broker: Broker) {
    let visit = Visit::configured(json!({"brokers": ["http://x", broker.url()]}));
    goes_on(&broker, visit, &["brokers", "http://x", &broker.url()]).await;
}

async fn what_is_no_broker_s_address_is_not_dialled(broker: Broker) {
    let page = Visit::configured(json!({"brokers": ["lamp", broker.url()]}))
        .connect()
        .await;
    assert_eq!(page.complaints().await, [""; 0]);
}

async fn an_unknown_key_is_named(broker: Broker) {
    goes_on(
        &broker,
        with(&broker, json!({"devices": "lamp"})),
        &["devices"],
    )
    .await;
}

async fn a_device_of_the_query_that_is_no_topic_level_is_named(broker: Broker) {
    goes_on(
        &broker,
        Visit::to(&broker).query("?device=a/b"),
        &["device", "TEST"],
    )
    .await;
}

async fn a_broker_of_the_query_that_is_no_address_is_named(broker: Broker) {
    let url = broker.url();
    goes_on(
        &broker,
        Visit::to(&broker).query("?broker=nonsense"),
        &["broker", &url],
    )
    .await;
}

/// A visit to this broker with these further settings.
fn with(broker: &Broker, mut settings: Value) -> Visit {
    settings["brokers"] = json!([broker.url()]);
    Visit::configured(settings)
}

/// The page works, publishes as the default device and mentions these words.
async fn goes_on(broker: &Broker, visit: Visit, words: &[&str]) {
    let mut client = Client::connect(broker).await;
    let page = visit.connect().await;
    for word in words {
        page.text_mentions("#notices", word).await;
    }
    page.click_power().await;
    assert_eq!(client.poke().await.topic, "devices/TEST/test/poke_value");
}
