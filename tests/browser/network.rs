//! A network that cuts, stalls and delays.

use std::time::Duration;

use serde_json::{Value, json};

use super::support::broker::Broker;
use super::support::client::Client;
use super::support::page::Page;
use super::support::proxy::{Proxy, Stalled};
use super::support::visit::Visit;

const KEEPALIVE: u64 = 5;

browser_tests!(
    mosquitto: labels_come_again_after_a_cut,
    a_cut_moves_nothing_before_more_is_known,
    a_change_whose_acknowledgement_is_cut_off_arrives,
    a_stalled_network_is_noticed_within_one_and_a_half_keepalives,
    labels_come_again_after_a_stall,
    a_network_that_has_gone_is_noticed_soon,
    a_slow_network_is_used,
    a_change_in_a_slow_network_is_shown_as_waiting_until_it_is_acknowledged,
);

async fn labels_come_again_after_a_cut(broker: Broker) {
    let network = Proxy::before(&broker).await;
    let page = visit(&network).await;
    let before = network.connections();
    network.cut();
    network.connected(before + 1).await;
    page.labels_come(&mut Client::connect(&broker).await).await;
}

async fn a_cut_moves_nothing_before_more_is_known(broker: Broker) {
    const WATCH: &str =
        "const top = () => document.getElementById('power').getBoundingClientRect().top;
        const before = top();
        const status = document.getElementById('status');
        new MutationObserver(() => {
            if (status.dataset.state === 'connecting') window.moved ??= top() - before;
        }).observe(status, { attributes: true })";
    let network = Proxy::before(&broker).await;
    let page = visit(&network).await;
    page.run::<Value>(WATCH, vec![]).await;
    // Or the page may be connected again before it has drawn that it is not.
    network.delay(Duration::from_millis(200));
    network.cut();
    const MOVED: &str =
        "const look = () => 'moved' in window ? done(moved) : requestAnimationFrame(look);
        look()";
    let moved: f64 = page.await_script(MOVED, vec![]).await;
    assert_eq!(moved, 0.0);
}

async fn a_change_whose_acknowledgement_is_cut_off_arrives(broker: Broker) {
    let network = Proxy::before(&broker).await;
    let mut client = Client::connect(&broker).await;
    let page = visit(&network).await;
    network.stall(Stalled::Answers);
    page.click_power().await;
    assert_eq!(client.poke().await.json()["on"], true);
    page.click_power().await;
    network.cut();
    network.stall(Stalled::Nothing);
    // What was not acknowledged may come a second time; what is wanted now comes last.
    client.pokes_until(|poke| poke["on"] == false).await;
}

async fn a_stalled_network_is_noticed_within_one_and_a_half_keepalives(broker: Broker) {
    let network = Proxy::before(&broker).await;
    let page = visit(&network).await;
    network.stall(Stalled::Everything);
    let noticed = page.notices_silence(KEEPALIVE).await;
    assert!(
        noticed < Duration::from_millis(KEEPALIVE * 1500 + 500),
        "after {noticed:?}"
    );
}

async fn a_network_that_has_gone_is_noticed_soon(broker: Broker) {
    const SCRIPT: &str = "dispatchEvent(new Event('offline'))";
    let network = Proxy::before(&broker).await;
    // Its keep-alive is many times as long.
    let page = Visit::through(network.url()).connect().await;
    network.stall(Stalled::Everything);
    page.run::<Value>(SCRIPT, vec![]).await;
    page.notices_silence(KEEPALIVE).await;
}

async fn labels_come_again_after_a_stall(broker: Broker) {
    let network = Proxy::before(&broker).await;
    let page = visit(&network).await;
    network.stall(Stalled::Everything);
    page.notices_silence(KEEPALIVE).await;
    network.stall(Stalled::Nothing);
    page.status_becomes("connected").await;
    page.labels_come(&mut Client::connect(&broker).await).await;
}

async fn a_slow_network_is_used(broker: Broker) {
    let network = Proxy::before(&broker).await;
    // Each step takes two seconds, one there and one back.
    network.delay(Duration::from_secs(1));
    let page = visit(&network).await;
    page.labels_come(&mut Client::connect(&broker).await).await;
}

async fn a_change_in_a_slow_network_is_shown_as_waiting_until_it_is_acknowledged(broker: Broker) {
    let network = Proxy::before(&broker).await;
    let page = visit(&network).await;
    network.delay(Duration::from_secs(1));
    page.click_power().await;
    page.text_mentions("#delivery", "waits").await;
    page.text_becomes("#delivery", "").await;
}

async fn visit(network: &Proxy) -> Page {
    Visit::configured(json!({"brokers": [network.url()], "keepalive": KEEPALIVE}))
        .connect()
        .await
}
