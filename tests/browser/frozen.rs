//! A broker that is stopped where it stands: its connections stay open and nothing comes of them.

use std::time::Duration;

use serde_json::json;

use super::support::broker::Broker;
use super::support::client::Client;
use super::support::page::Page;
use super::support::visit::Visit;

const KEEPALIVE: u64 = 5;

/// For the page to notice: one and a half keepalives, and a moment for the test to see it.
const NOTICED: Duration = Duration::from_millis(KEEPALIVE * 1500 + 500);

browser_tests!(
    mosquitto: it_is_noticed_within_one_and_a_half_keepalives,
    the_page_is_back_when_the_broker_thaws,
    a_change_made_meanwhile_arrives,
);

async fn it_is_noticed_within_one_and_a_half_keepalives(broker: Broker) {
    let page = visit(&broker).await;
    broker.freeze();
    let noticed = page.notices_silence(KEEPALIVE).await;
    assert!(noticed < NOTICED, "after {noticed:?}");
}

async fn the_page_is_back_when_the_broker_thaws(broker: Broker) {
    let page = visit(&broker).await;
    broker.freeze();
    page.notices_silence(KEEPALIVE).await;
    broker.thaw();
    page.status_becomes("connected").await;
    let mut client = Client::connect(&broker).await;
    client.label(r#"{"value": "thawed"}"#).await;
    page.text_becomes("#sub_value", "thawed").await;
}

async fn a_change_made_meanwhile_arrives(broker: Broker) {
    let page = visit(&broker).await;
    let mut client = Client::connect(&broker).await;
    broker.freeze();
    page.click_power().await;
    page.text_mentions("#delivery", "waits").await;
    page.notices_silence(KEEPALIVE).await;
    page.slide_to(64).await;
    broker.thaw();
    let wanted = json!({"on": true, "slider": 64});
    client.pokes_until(|poke| *poke == wanted).await;
}

async fn visit(broker: &Broker) -> Page {
    Visit::configured(json!({"brokers": [broker.url()], "keepalive": KEEPALIVE}))
        .connect()
        .await
}
