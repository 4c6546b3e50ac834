//! The page open in two tabs of one browser.

use thirtyfour::WindowHandle;

use super::support::broker::Broker;
use super::support::client::Client;
use super::support::page::Page;
use super::support::relay::{Frames, Relay};
use super::support::visit::Visit;

browser_tests!(
    mosquitto: both_show_labels,
    both_publish,
    neither_throws_the_other_out,
);

async fn both_show_labels(broker: Broker) {
    let (page, tabs, _relay) = open_both(&broker).await;
    let mut client = Client::connect(&broker).await;
    client.label(r#"{"value": "for both"}"#).await;
    for tab in &tabs {
        page.turn_to(tab).await;
        page.text_becomes("#sub_value", "for both").await;
    }
}

async fn both_publish(broker: Broker) {
    let (page, tabs, _relay) = open_both(&broker).await;
    let mut client = Client::connect(&broker).await;
    for (tab, slider) in tabs.iter().zip([11, 22]) {
        page.turn_to(tab).await;
        page.slide_to(slider).await;
        assert_eq!(client.poke().await.json()["slider"], slider);
    }
}

async fn neither_throws_the_other_out(broker: Broker) {
    let (page, tabs, relay) = open_both(&broker).await;
    let mut client = Client::connect(&broker).await;
    // Each has been heard by the broker after the other came.
    for tab in &tabs {
        page.turn_to(tab).await;
        page.click_power().await;
        client.poke().await;
    }
    let connections = relay.connections();
    assert_eq!(connections.len(), 2);
    assert!(!connections.iter().any(|connection| connection.ended));
    assert_ne!(connections[0].client_id(), connections[1].client_id());
}

async fn open_both(broker: &Broker) -> (Page, [WindowHandle; 2], Relay) {
    let relay = Relay::before(broker, Frames::AsSent).await;
    let page = Visit::through(relay.url()).connect().await;
    let first = page.browser.window().await.unwrap();
    let second = page.open_tab("").await;
    page.status_becomes("connected").await;
    (page, [first, second], relay)
}
