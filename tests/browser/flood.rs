//! Labels faster than anyone can read.

use std::time::Duration;

use serde_json::json;
use tokio::sync::Mutex;

use super::support::broker::Broker;
use super::support::client::Client;
use super::support::relay::{Frames, Relay};
use super::support::visit::Visit;

const LABELS: u32 = 20_000;

/// Two floods at once would measure each other.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

browser_tests!(
    mosquitto: the_last_of_a_flood_is_shown_soon,
    the_page_answers_during_a_flood,
);

async fn the_last_of_a_flood_is_shown_soon(broker: Broker) {
    let _alone = ONE_AT_A_TIME.lock().await;
    // Tells when the last label reached the page, however far behind the broker is.
    let relay = Relay::before(&broker, Frames::AsSent).await;
    let page = Visit::through(relay.url()).connect().await;
    let client = Client::connect(&broker).await;
    pour(&client).await;
    page.text_becomes("#sub_value", &LABELS.to_string()).await;
    let late = relay.last_frame().elapsed();
    assert!(
        late < Duration::from_secs(2),
        "shown {late:?} after it came"
    );
}

async fn the_page_answers_during_a_flood(broker: Broker) {
    let _alone = ONE_AT_A_TIME.lock().await;
    let page = Visit::to(&broker).connect().await;
    let client = Client::connect(&broker).await;
    const WATCH: &str = "window.longest = 0;
        let last = performance.now();
        setInterval(() => {
            const now = performance.now();
            longest = Math.max(longest, now - last);
            last = now;
        }, 10)";
    page.run::<serde_json::Value>(WATCH, vec![]).await;
    pour(&client).await;
    page.text_becomes("#sub_value", &LABELS.to_string()).await;
    let longest: f64 = page.run("return longest", vec![]).await;
    assert!(longest < 250.0, "the page did not answer for {longest} ms");
}

async fn pour(client: &Client) {
    for value in 1..=LABELS {
        client
            .shout_label(json!({"value": value}).to_string())
            .await;
    }
}
