//! A WebSocket frame is not an MQTT packet.

use serde_json::json;

use super::support::broker::Broker;
use super::support::client::Client;
use super::support::relay::{Frames, Relay};
use super::support::visit::Visit;

browser_tests!(mosquitto: packets_may_come_byte_by_byte, packets_may_share_a_frame);
browser_tests!(embedded: packets_may_come_byte_by_byte, packets_may_share_a_frame);

async fn packets_may_come_byte_by_byte(broker: Broker) {
    works_through(Frames::OneByteEach, &broker).await;
}

async fn packets_may_share_a_frame(broker: Broker) {
    works_through(Frames::Merged, &broker).await;
}

async fn works_through(frames: Frames, broker: &Broker) {
    let relay = Relay::before(broker, frames).await;
    let mut client = Client::connect(broker).await;
    let page = Visit::through(relay.url()).connect().await;
    for value in ["first", "second", "last"] {
        client.label(format!(r#"{{"value": "{value}"}}"#)).await;
    }
    page.text_becomes("#sub_value", "last").await;
    page.click_power().await;
    assert_eq!(
        client.poke().await.json(),
        json!({"value": "last", "on": true, "slider": 50})
    );
}
