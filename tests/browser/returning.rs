//! Somebody who was here before: the broker that worked last has a head start, and no more than that.

use serde_json::{Value, json};
use tokio::sync::watch;

use super::support::broker::Broker;
use super::support::page::Page;
use super::support::proxy::Proxy;
use super::support::relay::{Frames, Relay};
use super::support::site::Instead;
use super::support::visit::Visit;

browser_tests!(
    mosquitto: the_last_good_broker_is_dialled_before_config_json_is_there,
    a_broker_that_config_json_names_no_more_is_left_alone,
    a_broker_of_the_address_has_no_head_start_later,
);

async fn the_last_good_broker_is_dialled_before_config_json_is_there(broker: Broker) {
    let proxy = Proxy::before(&broker).await;
    let config = json!({"brokers": [proxy.url()]}).to_string();
    let (give, is_given) = watch::channel(true);
    let page = Visit::as_built()
        .replacing("config.json", Instead::JsonWhile(config, is_given))
        .connect()
        .await;
    let before = proxy.connections();
    give.send_replace(false);
    page.browser.refresh().await.unwrap();
    proxy.connected(before + 1).await;
}

async fn a_broker_that_config_json_names_no_more_is_left_alone(broker: Broker) {
    let old = Relay::before(&broker, Frames::AsSent).await;
    let new = Proxy::before(&broker).await;
    let page = visit(&new).connect().await;
    worked_last(&page, old.url()).await;
    page.browser.refresh().await.unwrap();
    page.text_mentions("#status[data-state=connected]", &new.url())
        .await;
    assert!(old.only_one_ends().await.packets.is_empty());
}

async fn a_broker_of_the_address_has_no_head_start_later(broker: Broker) {
    let (named, listed) = (Proxy::before(&broker).await, Proxy::before(&broker).await);
    let page = visit(&listed)
        .query(format!("?broker={}", named.url()))
        .connect()
        .await;
    let before = named.connections();
    page.browser.goto(&page.site.address).await.unwrap();
    page.text_mentions("#status[data-state=connected]", &listed.url())
        .await;
    assert_eq!(named.connections(), before);
}

fn visit(proxy: &Proxy) -> Visit {
    Visit::through(proxy.url())
}

/// Makes the page believe so.
async fn worked_last(page: &Page, broker: String) {
    const SCRIPT: &str = "for (const key of Object.keys(localStorage)) {
            if (key.startsWith('lampi broker ')) localStorage[key] = arguments[0];
        }";
    page.run::<Value>(SCRIPT, vec![broker.into()]).await;
}
