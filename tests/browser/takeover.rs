//! Another client that calls itself what the page does.

use std::time::Duration;

use rumqttc::AsyncClient;
use serde_json::Value;
use tokio::task::JoinHandle;

use super::support::broker::Broker;
use super::support::client;
use super::support::page::Page;
use super::support::relay::{Frames, Relay};
use super::support::visit::Visit;
use super::support::within;

browser_tests!(
    mosquitto: a_rival_for_the_client_id_is_told,
    the_page_is_back_when_the_rival_is_gone,
    a_reload_takes_another_client_id,
);

/// In it the page tries often enough to see what goes on.
const WINDOW: Duration = Duration::from_secs(30);

async fn a_rival_for_the_client_id_is_told(broker: Broker) {
    let (page, relay) = visit(&broker).await;
    let _rival = Rival::of(&relay, &broker);
    is_told(&page).await;
}

async fn the_page_is_back_when_the_rival_is_gone(broker: Broker) {
    let (page, relay) = visit(&broker).await;
    let rival = Rival::of(&relay, &broker);
    is_told(&page).await;
    drop(rival);
    // Unless the page is back already.
    page.run::<Value>("document.querySelector('#retry')?.click()", vec![])
        .await;
    page.status_becomes("connected").await;
}

async fn a_reload_takes_another_client_id(broker: Broker) {
    let (page, relay) = visit(&broker).await;
    page.browser.refresh().await.unwrap();
    page.status_becomes("connected").await;
    let connections = relay.connections();
    assert_eq!(connections.len(), 2);
    assert_ne!(connections[0].client_id(), connections[1].client_id());
}

async fn visit(broker: &Broker) -> (Page, Relay) {
    let relay = Relay::before(broker, Frames::AsSent).await;
    let page = Visit::through(relay.url()).connect().await;
    (page, relay)
}

async fn is_told(page: &Page) {
    within(WINDOW, async || {
        let text = page.text("#status").await;
        if text.contains("lets the page in and closes the connection") {
            Ok(())
        } else {
            Err(format!("the status is {text}"))
        }
    })
    .await;
}

/// Comes back each time that it is thrown out, until dropped.
struct Rival(JoinHandle<()>);

impl Rival {
    fn of(relay: &Relay, broker: &Broker) -> Self {
        let connections = relay.connections();
        let id = connections[0].client_id().unwrap();
        let options = client::options(id, broker.mqtt, None);
        let (client, mut network) = AsyncClient::new(options, 1);
        Self(tokio::spawn(async move {
            let _client = client;
            loop {
                // An error is that it was thrown out; the next poll connects again.
                network.poll().await.map(drop).unwrap_or_default();
            }
        }))
    }
}

impl Drop for Rival {
    fn drop(&mut self) {
        self.0.abort();
    }
}
