//! A broker that lets in only whom it knows.

use serde_json::json;

use super::support::broker::{Broker, PASSWORD, USERNAME};
use super::support::client::Client;
use super::support::visit::Visit;

browser_tests!(
    login_only: a_page_without_a_login_is_refused,
    a_wrong_password_is_refused,
    a_refusal_says_how_to_mend_it,
    a_page_with_the_login_is_let_in,
    the_login_is_not_sent_to_a_broker_of_the_query,
);

async fn a_page_without_a_login_is_refused(broker: Broker) {
    let page = Visit::to(&broker).open().await;
    page.status_becomes("refused").await;
}

async fn a_wrong_password_is_refused(broker: Broker) {
    let config = json!({"brokers": [broker.url()], "username": USERNAME, "password": "wrong"});
    let page = Visit::configured(config).open().await;
    page.status_becomes("refused").await;
}

async fn a_refusal_says_how_to_mend_it(broker: Broker) {
    let page = Visit::to(&broker).open().await;
    let text = page.status_becomes("refused").await;
    for word in ["username", "password", "config.json"] {
        assert!(text.contains(word), "{word} is not in: {text}");
    }
}

async fn a_page_with_the_login_is_let_in(broker: Broker) {
    let config = json!({"brokers": [broker.url()], "username": USERNAME, "password": PASSWORD});
    let page = Visit::configured(config).connect().await;
    Client::connect(&broker)
        .await
        .label(r#"{"value": "let in"}"#)
        .await;
    page.text_becomes("#sub_value", "let in").await;
}

async fn the_login_is_not_sent_to_a_broker_of_the_query(broker: Broker) {
    let config = json!({"username": USERNAME, "password": PASSWORD});
    let page = Visit::configured(config)
        .query(format!("?broker={}", broker.url()))
        .open()
        .await;
    page.status_becomes("refused").await;
}
