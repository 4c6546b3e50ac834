//! Brokers whose access rules keep something from the page.

use super::support::broker::{Broker, ONE_LAMP};
use super::support::lamp::Lamp;
use super::support::visit::Visit;

browser_tests!(keeps_all: a_refused_subscription_is_told);
browser_tests!(keeps_labels: what_cannot_be_read_is_told_where_the_rest_can);
browser_tests!(one_lamp: the_configured_lamp_works_where_others_are_refused);

async fn a_refused_subscription_is_told(broker: Broker) {
    let text = Visit::to(&broker)
        .open()
        .await
        .status_becomes("refused")
        .await;
    for words in ["does not let this page read", "devices/+/label/changed"] {
        assert!(text.contains(words), "{words} is not in: {text}");
    }
}

async fn what_cannot_be_read_is_told_where_the_rest_can(broker: Broker) {
    let text = Visit::to(&broker)
        .open()
        .await
        .status_becomes("connected")
        .await;
    let words = "does not let this page read devices/+/label/changed:";
    assert!(text.contains(words), "{words} is not in: {text}");
}

async fn the_configured_lamp_works_where_others_are_refused(broker: Broker) {
    let lamp = Lamp::at(&broker, ONE_LAMP).await;
    let page = Visit::to(&broker).query(lamp.query()).connect().await;
    page.click("#lamp-power").await;
    page.text_mentions("#lamp-message", "Confirmed").await;
    page.text_mentions("#devices", "service up").await;
}
