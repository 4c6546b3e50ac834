//! Broker, web servers and networks: all that the pages meet.

use serde_json::json;

use crate::{
    broker::{self, Broker, Client},
    browser::{Browser, Page},
    contestant::{self, Contestant},
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

/// A page in its place.
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
        let publisher = Client::connect(broker.mqtt, "publisher").await?;
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

    /// The pages in the order of a run: another begins each time.
    pub fn turns(&self, run: u32) -> impl Iterator<Item = &Stand> {
        let count = self.stands.len();
        (0..count).map(move |turn| &self.stands[(turn + run as usize) % count])
    }

    /// Has the broker give `value` to whoever subscribes.
    ///
    /// # Errors
    /// When the broker is gone.
    pub async fn retain(&mut self, value: u64) -> Result<(), broker::BrokerError> {
        self.publisher.retain(TOPIC, &label(value)).await
    }
}

impl Stand {
    /// The page's address in a network.
    pub fn url(&self, network: Network) -> &str {
        &self.place(network).url
    }

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

    /// An empty tab on the machine that goes with a network.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn open(&self, browser: &Browser, network: Network) -> Result<Page, BenchError> {
        let page = browser.open().await?;
        if network == Network::Slow {
            page.slow_down(SLOW_DOWN).await?;
        }
        Ok(page)
    }
}

impl Place {
    /// Its address is but a query until it is known where the page is reached.
    async fn new(contestant: &Contestant, broker: u16) -> Result<Place, BenchError> {
        let (config, url) = match contestant.broker {
            contestant::Broker::InAddress => (json!({}), format!("?port={broker}")),
            contestant::Broker::InConfig => {
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
