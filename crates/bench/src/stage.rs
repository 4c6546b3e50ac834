//! Broker, web servers and networks: all that the pages meet.

use std::time::Duration;

use serde_json::json;
use tokio::time::{sleep, timeout};

use crate::{
    broker::{Broker, Client},
    browser::{Browser, Page},
    contestant::{BrokerSource, Contestant},
    devtools::DevtoolsError,
    error::BenchError,
    network::{Link, Port},
    site::Site,
};

/// How a browser reaches the servers, and on what machine it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// This machine as it is.
    Loopback,
    /// A fast 3G, and a machine whose pages are [`SLOW_DOWN`] times slower.
    Slow,
}

const SLOW_DOWN: u32 = 4;

/// The label that each page is shown first: the broker retains it.
const FIRST_LABEL: u64 = 0;

/// Resolves with the milliseconds from the start of the navigation to the first label.
const WATCH: &str = "globalThis.firstLabel = new Promise((resolve) => {
  new MutationObserver((_, observer) => {
    if (document.getElementById('sub_value')?.textContent === '0') {
      resolve(performance.now());
      observer.disconnect();
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });
})";

/// The topic that labels are published to.
pub const TOPIC: &str = "devices/bench/label/changed";

/// All that is needed to measure.
#[derive(Debug)]
pub struct Stage {
    pub broker: Broker,
    pub publisher: Client,
    pub stands: Vec<Stand>,
    pub link: Link,
}

/// A page with its web servers.
#[derive(Debug)]
pub struct Stand {
    /// The page's name.
    pub name: String,
    loopback: Place,
    slow: Place,
    /// Where the slow network begins for this page's files.
    pub port: Port,
}

#[derive(Debug)]
struct Place {
    site: Site,
    url: String,
}

impl Stage {
    /// Starts the servers.
    ///
    /// # Errors
    /// When one does not start.
    pub async fn new(contestants: &[Contestant]) -> Result<Stage, BenchError> {
        let broker = Broker::start().await?;
        let mut publisher = Client::connect(broker.mqtt, "publisher").await?;
        publisher.retain(TOPIC, &label(FIRST_LABEL)).await?;
        let mut link = Link::new();
        let slow_broker = link.forward(broker.websocket).await?;
        let mut stands = Vec::new();
        for contestant in contestants {
            let mut loopback = Place::new(contestant, broker.websocket.port()).await?;
            let mut slow = Place::new(contestant, slow_broker.address.port()).await?;
            let port = link.forward(slow.site.address).await?;
            loopback.url = format!("http://{}/{}", loopback.site.address, loopback.url);
            slow.url = format!("http://{}/{}", port.address, slow.url);
            stands.push(Stand {
                name: contestant.name.clone(),
                loopback,
                slow,
                port,
            });
        }
        Ok(Stage {
            broker,
            publisher,
            stands,
            link,
        })
    }

    /// The pages, by their place among all, in the order of a run.
    pub fn turns(&self, run: u32) -> Vec<usize> {
        order(self.stands.len(), run)
    }
}

impl Stand {
    /// The page's web server in a network.
    pub fn site(&self, network: Network) -> &Site {
        &self.place(network).site
    }

    fn place(&self, network: Network) -> &Place {
        match network {
            Network::Loopback => &self.loopback,
            Network::Slow => &self.slow,
        }
    }

    /// Visits the page in a new tab until it shows its first label; tells how many milliseconds that took.
    ///
    /// # Errors
    /// When the browser refuses or the label does not come.
    pub async fn visit(
        &self,
        browser: &Browser,
        network: Network,
    ) -> Result<(Page, f64), BenchError> {
        let page = browser.open().await?;
        if network == Network::Slow {
            page.slow_down(SLOW_DOWN).await?;
        }
        page.prepare(WATCH).await?;
        // Until the machine is at rest: opening the tab is no part of the visit.
        sleep(Duration::from_millis(300)).await;
        page.navigate(&self.place(network).url).await?;
        let time = self
            .within_reason(&page, "its first label", page.evaluate("firstLabel"))
            .await?;
        Ok((page, time))
    }

    /// What to say if the page did less than its measure takes for granted.
    pub fn unmeasured(&self, reason: &'static str) -> BenchError {
        BenchError::Unmeasured {
            page: self.name.clone(),
            reason,
        }
    }

    /// Waits until the page shows a label.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn shows(&self, page: &Page, value: u64) -> Result<(), BenchError> {
        let script = format!(
            "new Promise((resolve) => {{
              const look = () => document.getElementById('sub_value').textContent === '{value}'
                ? resolve(true)
                : setTimeout(look, 20);
              look();
            }})"
        );
        let what = format!("the label {value}");
        self.within_reason(page, &what, page.evaluate::<bool>(&script))
            .await?;
        Ok(())
    }

    async fn within_reason<T>(
        &self,
        page: &Page,
        what: &str,
        shown: impl Future<Output = Result<T, DevtoolsError>>,
    ) -> Result<T, BenchError> {
        const PATIENCE: Duration = Duration::from_secs(60);
        if let Ok(shown) = timeout(PATIENCE, shown).await {
            return Ok(shown?);
        }
        Err(BenchError::NotShown {
            page: self.name.clone(),
            what: what.to_owned(),
            seconds: PATIENCE.as_secs(),
            instead: page.evaluate("document.body.innerText").await?,
        })
    }
}

/// Another order each run until there have been all, so that no page is always first or always after the same one.
fn order(count: usize, run: u32) -> Vec<usize> {
    let mut left: Vec<usize> = (0..count).collect();
    let mut number = run as usize;
    let next = |choices| {
        let next = left.remove(number % choices);
        number /= choices;
        next
    };
    (1..=count).rev().map(next).collect()
}

impl Place {
    /// `broker` is the port of its WebSocket listener. The URL has only its query until the caller puts in front where the
    /// page is reached.
    async fn new(contestant: &Contestant, broker: u16) -> Result<Place, BenchError> {
        let (config, url) = match contestant.broker_source {
            BrokerSource::PageAddress => (json!({}), format!("?port={broker}")),
            BrokerSource::Config => {
                let address = format!("ws://127.0.0.1:{broker}/mqtt");
                (json!({"brokers": [address]}), String::new())
            }
        };
        let site = Site::start(contestant.files.clone(), &config.to_string()).await?;
        Ok(Place { site, url })
    }
}

/// A label message.
pub fn label(value: u64) -> String {
    json!({"value": value}).to_string()
}

/// Labels that count up from `first`, all for one device.
pub fn labels(first: u64, count: u64) -> impl Iterator<Item = (String, String)> {
    (first..first + count).map(|value| (TOPIC.to_owned(), label(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_take_turns_in_all_orders() {
        let orders: Vec<Vec<usize>> = (0..6).map(|run| order(3, run)).collect();
        assert_eq!(
            orders,
            [
                [0, 1, 2],
                [1, 0, 2],
                [2, 0, 1],
                [0, 2, 1],
                [1, 2, 0],
                [2, 1, 0]
            ]
        );
        assert_eq!(order(3, 6), order(3, 0));
    }
}
