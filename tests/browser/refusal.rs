//! A broker whose access list keeps the labels from the page.

use super::support::broker::Broker;
use super::support::visit::Visit;

browser_tests!(keeps_labels: a_refused_subscription_is_told);

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
