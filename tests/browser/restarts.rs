//! A broker that is killed and started again, twenty times in a row.

use std::time::{Duration, Instant, SystemTime};

use serde_json::json;
use tokio::sync::OnceCell;

use super::support::broker::Broker;
use super::support::client::{Client, Wanted};
use super::support::proxy::Proxy;
use super::support::tell;
use super::support::visit::Visit;

const KILLS: u8 = 20;

browser_tests!(
    mosquitto: every_last_change_arrives,
    labels_resume_each_time,
    the_slowest_return_takes_less_than_a_second,
);

async fn every_last_change_arrives(broker: Broker) {
    let drill = drill(broker).await;
    assert!(drill.lost.is_empty(), "lost: {:#?}", drill.lost);
}

async fn labels_resume_each_time(broker: Broker) {
    let drill = drill(broker).await;
    assert!(
        drill.without_label.is_empty(),
        "not after {:?}",
        drill.without_label
    );
}

async fn the_slowest_return_takes_less_than_a_second(broker: Broker) {
    let drill = drill(broker).await;
    let mut returns = drill.returns.clone();
    returns.sort();
    let (median, worst) = (returns[returns.len() / 2], returns[returns.len() - 1]);
    tell(format_args!(
        "{} kills: back after {median:?} (median), {worst:?} (worst), away for {:?} at most; \
         {} changes, {} of the last lost",
        returns.len(),
        drill.longest_outage,
        drill.changes,
        drill.lost.len(),
    ));
    assert!(worst < Duration::from_secs(1), "{returns:?}");
}

/// What became of twenty kills.
#[derive(Default)]
struct Drill {
    changes: u32,
    longest_outage: Duration,
    /// Last changes that never reached the broker: what was wanted, and what came instead.
    lost: Vec<(Wanted, Wanted)>,
    /// Kills after which no label was shown.
    without_label: Vec<u8>,
    /// From the moment the broker listens until the page says that it is connected.
    returns: Vec<Duration>,
}

/// Twenty kills take their time: they are done once, and each rule looks at what came of them.
async fn drill(broker: Broker) -> &'static Drill {
    static DRILL: OnceCell<Drill> = OnceCell::const_new();
    DRILL.get_or_init(|| kill_twenty_times(broker)).await
}

async fn kill_twenty_times(mut broker: Broker) -> Drill {
    // Opens only when our own client listens, which else could miss what the page delivers at once.
    let mut way = Proxy::before(&broker).await;
    let page = Visit::through(way.url()).connect().await;
    page.write_down_returns().await;
    let mut client = Client::connect(&broker).await;
    let mut heard = Wanted::default();
    let mut wanted = Wanted::default();
    let mut drill = Drill::default();
    for kill in 1..=KILLS {
        way.close().await;
        if kill % 2 == 0 {
            // On its way when the broker dies, with or without an acknowledgement.
            page.click_power().await;
            wanted.on = !wanted.on;
            drill.changes += 1;
        }
        broker.stop();
        let killed = Instant::now();
        page.status_becomes("offline").await;
        let change = async {
            page.click_power().await;
            page.slide_to(kill).await;
        };
        tokio::join!(change, broker.start_again());
        wanted = Wanted {
            on: !wanted.on,
            slider: kill,
        };
        drill.changes += 2;

        if let Some(poke) = client.last_poke().await {
            heard = poke.wanted();
        }
        client = Client::connect(&broker).await;
        way.open().await;
        let listens = SystemTime::now();
        drill.longest_outage = drill.longest_outage.max(killed.elapsed());
        page.status_becomes("connected").await;
        drill.returns.push(page.last_return(listens).await);
        heard = client.wanted_at_last(wanted, heard).await;
        if heard != wanted {
            drill.lost.push((wanted, heard));
        }
        let label = format!("after kill {kill}");
        client.label(json!({"value": label}).to_string()).await;
        if !page.shows_label(&label).await {
            drill.without_label.push(kill);
        }
    }
    drill
}
