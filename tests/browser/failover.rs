//! Several brokers: which of them is used, and when.

use serde_json::json;

use super::support::broker::{self, Broker};
use super::support::client::Client;
use super::support::page::Page;
use super::support::proxy::Proxy;
use super::support::visit::Visit;

browser_tests!(
    mosquitto: the_second_is_used_while_the_first_is_dead,
    the_last_good_one_is_tried_first_after_a_loss,
    the_last_good_one_is_tried_first_at_the_next_visit,
    the_next_one_is_used_when_the_last_good_one_stays_away,
    one_that_refuses_is_told_while_another_is_tried,
);

async fn the_second_is_used_while_the_first_is_dead(broker: Broker) {
    let (page, _first, _second) = on_the_second(&broker).await;
    let mut client = Client::connect(&broker).await;
    client.label(r#"{"value": "second"}"#).await;
    page.text_becomes("#sub_value", "second").await;
}

async fn the_last_good_one_is_tried_first_after_a_loss(broker: Broker) {
    let (page, mut first, second) = on_the_second(&broker).await;
    first.open().await;
    let before = second.connections();
    second.cut();
    second.connected(before + 1).await;
    page.text_mentions("#status[data-state=connected]", &second.url())
        .await;
    assert_eq!(first.connections(), 0);
}

async fn the_last_good_one_is_tried_first_at_the_next_visit(broker: Broker) {
    let (page, mut first, second) = on_the_second(&broker).await;
    first.open().await;
    page.browser.refresh().await.unwrap();
    page.text_mentions("#status[data-state=connected]", &second.url())
        .await;
    assert_eq!(first.connections(), 0);
}

async fn the_next_one_is_used_when_the_last_good_one_stays_away(broker: Broker) {
    let (page, mut first, mut second) = on_the_second(&broker).await;
    first.open().await;
    second.close().await;
    second.cut();
    page.text_mentions("#status[data-state=connected]", &first.url())
        .await;
}

async fn one_that_refuses_is_told_while_another_is_tried(broker: Broker) {
    let refusing = broker::login_only().await;
    let mut way = Proxy::before(&broker).await;
    let page = Visit::configured(json!({"brokers": [refusing.url(), way.url()]}))
        .connect()
        .await;
    way.close().await;
    way.cut();
    let text = page.status_becomes("refused").await;
    assert!(text.contains("wants a user name"), "{text}");
    assert!(text.contains("does not answer"), "{text}");
    page.find("#login").await;
    // By itself it may have used up its tries.
    page.catch("#retry").await;
    way.open().await;
    page.status_becomes("connected").await;
}

/// A page that lists two ways to the broker, of which only the second was there at first.
async fn on_the_second(broker: &Broker) -> (Page, Proxy, Proxy) {
    let mut first = Proxy::before(broker).await;
    first.close().await;
    let second = Proxy::before(broker).await;
    let page = Visit::configured(json!({"brokers": [first.url(), second.url()]}))
        .connect()
        .await;
    page.text_mentions("#status[data-state=connected]", &second.url())
        .await;
    (page, first, second)
}
