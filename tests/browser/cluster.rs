//! A cluster of three brokers, of which the page's own is killed three times in a row.

use std::time::{Duration, Instant};

use rumqttc::{AsyncClient, Event, Packet, QoS};
use serde_json::json;
use tokio::sync::OnceCell;
use tokio::time::timeout;

use super::support::client::{self, Client, Wanted};
use super::support::cluster::{Cluster, LAMPS, NODES, PAGE};
use super::support::page::Page;
use super::support::visit::Visit;
use super::support::{PATIENCE, eventually, tell};

const KILLS: usize = 3;

browser_tests!(
    alone: a_label_from_another_node_reaches_the_page,
    the_page_is_on_another_node_within_two_seconds,
    a_change_made_while_a_node_dies_arrives,
    labels_go_on_when_a_node_has_died,
    nobody_speaks_for_a_lamp_but_who_may,
);

async fn a_label_from_another_node_reaches_the_page() {
    assert!(drill().await.is_label_shown);
}

async fn the_page_is_on_another_node_within_two_seconds() {
    let drill = drill().await;
    tell(format_args!(
        "a cluster of {NODES} started in {:?}; {KILLS} kills: on another node after {:?}",
        drill.started, drill.failovers
    ));
    let slowest = drill.failovers.iter().max().unwrap();
    assert!(*slowest < Duration::from_secs(2), "{slowest:?}");
}

async fn a_change_made_while_a_node_dies_arrives() {
    let lost = &drill().await.lost;
    assert!(lost.is_empty(), "lost: {lost:#?}");
}

async fn labels_go_on_when_a_node_has_died() {
    let without_label = &drill().await.without_label;
    assert!(without_label.is_empty(), "not after {without_label:?}");
}

async fn nobody_speaks_for_a_lamp_but_who_may() {
    assert_eq!(drill().await.speakers, [LAMPS.0]);
}

/// What became of the kills.
struct Drill {
    started: Duration,
    is_label_shown: bool,
    /// From a kill until the page says that it is connected.
    failovers: Vec<Duration>,
    /// Last changes that never reached a node that lived on: what was wanted, and what came instead.
    lost: Vec<(Wanted, Wanted)>,
    /// Kills after which no label was shown.
    without_label: Vec<usize>,
    /// Who of all users could publish a label.
    speakers: Vec<&'static str>,
}

/// A cluster takes its time to start: that is done once, and each rule looks at what came of it.
async fn drill() -> &'static Drill {
    static DRILL: OnceCell<Drill> = OnceCell::const_new();
    DRILL.get_or_init(kill_three_times).await
}

async fn kill_three_times() -> Drill {
    let start = Instant::now();
    let mut cluster = Cluster::start().await;
    let mut drill = Drill {
        started: start.elapsed(),
        is_label_shown: false,
        failovers: Vec::new(),
        lost: Vec::new(),
        without_label: Vec::new(),
        speakers: speakers(&cluster).await,
    };
    let page = Visit::configured(json!({
        "brokers": cluster.urls(),
        "username": PAGE.0,
        "password": PAGE.1,
    }))
    .connect()
    .await;
    page.write_down_returns().await;
    let mut own = node_of(&page, &cluster, |_| true).await;
    let mut heard = Wanted::default();
    let mut wanted = Wanted::default();
    for kill in 1..=KILLS {
        let mut client = Client::connect_to(cluster.mqtt((own + 2) % NODES), Some(LAMPS)).await;
        if kill == 1 {
            client.label(r#"{"value": "from afar"}"#).await;
            drill.is_label_shown = page.shows_label("from afar").await;
        }
        // On its way when the node dies, with or without an acknowledgement.
        page.click_power().await;
        let killed = cluster.kill(own);
        page.slide_to(kill as u8).await;
        wanted = Wanted {
            on: !wanted.on,
            slider: kill as u8,
        };
        let next = node_of(&page, &cluster, |node| node != own).await;
        drill.failovers.push(page.last_return(killed).await);
        heard = client.wanted_at_last(wanted, heard).await;
        if heard != wanted {
            drill.lost.push((wanted, heard));
        }
        let label = format!("after kill {kill}");
        client.label(json!({"value": label}).to_string()).await;
        if !page.shows_label(&label).await {
            drill.without_label.push(kill);
        }
        if kill < KILLS {
            cluster.start_again(own).await;
        }
        own = next;
    }
    drill
}

/// The node that the page is connected to, once that is one of these.
async fn node_of(page: &Page, cluster: &Cluster, is_meant: impl Fn(usize) -> bool) -> usize {
    eventually(async || {
        let status = page.text("#status[data-state=connected]").await;
        (0..NODES)
            .find(|&node| is_meant(node) && status.contains(&cluster.url(node)))
            .ok_or_else(|| format!("the status is {status:?}"))
    })
    .await
}

async fn speakers(cluster: &Cluster) -> Vec<&'static str> {
    const GUEST: (&str, &str) = ("guest", "guest");
    let mut speakers = Vec::new();
    for user in [GUEST, LAMPS, PAGE] {
        if may_publish_a_label(cluster, user).await {
            speakers.push(user.0);
        }
    }
    speakers
}

async fn may_publish_a_label(cluster: &Cluster, user: (&str, &str)) -> bool {
    let options = client::options(user.0, cluster.mqtt(0), Some(user));
    let (client, mut network) = AsyncClient::new(options, 1);
    client
        .publish(
            "devices/foobar/label/changed",
            QoS::AtLeastOnce,
            false,
            "{}",
        )
        .await
        .unwrap();
    timeout(PATIENCE, async {
        loop {
            match network.poll().await {
                Ok(Event::Incoming(Packet::PubAck(_))) => return true,
                Ok(_) => {}
                Err(_) => return false,
            }
        }
    })
    .await
    .expect("the node neither takes the message nor hangs up")
}
