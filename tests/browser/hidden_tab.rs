//! A tab that nobody sees for three minutes.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::support::broker::Broker;
use super::support::client::Client;
use super::support::eventually;
use super::support::relay::{Frames, Heard, Relay};
use super::support::visit::Visit;

const KEEPALIVE: Duration = Duration::from_secs(15);
const HIDDEN: Duration = Duration::from_secs(180);

browser_tests!(mosquitto: it_stays_connected_and_current);

async fn it_stays_connected_and_current(broker: Broker) {
    let relay = Relay::before(&broker, Frames::AsSent).await;
    let config = json!({"brokers": [relay.url()], "keepalive": KEEPALIVE.as_secs()});
    let page = Visit::configured(config).in_a_window().connect().await;
    let mut client = Client::connect(&broker).await;
    let home = page.browser.window().await.unwrap();
    page.run::<Value>(WRITE_DOWN_SIGHT, vec![]).await;
    let other = page.browser.new_tab().await.unwrap();
    page.turn_to(&other).await;
    tokio::time::sleep(HIDDEN).await;
    let published = Instant::now();
    client.label(r#"{"value": "late"}"#).await;
    eventually(async || match relay.last_frame() > published {
        true => Ok(()),
        false => Err("the broker does not pass the label on".to_owned()),
    })
    .await;
    // The page learns a little later that it is hidden, and what the broker says.
    tokio::time::sleep(Duration::from_secs(1)).await;
    page.browser.close_window().await.unwrap();
    page.turn_to(&home).await;

    let (hidden, label): (f64, String) = page.await_script(TELL_SIGHT, vec![]).await;
    assert!(
        hidden >= HIDDEN.as_millis() as f64,
        "the tab was hidden for {hidden} ms only"
    );
    assert_eq!(label, "late");
    let connections = relay.connections();
    assert_eq!(connections.len(), 1, "the page lost its session");
    assert!(longest_silence(&connections[0]) < KEEPALIVE);
}

/// How long the tab was hidden, and what it showed in the first frame after.
const WRITE_DOWN_SIGHT: &str = "window.sight = new Promise(resolve => {
    let hidden;
    document.addEventListener('visibilitychange', () => {
        if (document.visibilityState === 'hidden') {
            hidden = Date.now();
        } else {
            const time = Date.now() - hidden;
            requestAnimationFrame(() => setTimeout(() =>
                resolve([time, document.querySelector('#sub_value').textContent])));
        }
    });
})";

const TELL_SIGHT: &str = "sight.then(done)";

fn longest_silence(connection: &Heard) -> Duration {
    let times: Vec<Instant> = connection.packets.iter().map(|(at, _)| *at).collect();
    times
        .windows(2)
        .map(|pair| pair[1] - pair[0])
        .chain([times[times.len() - 1].elapsed()])
        .max()
        .unwrap()
}
