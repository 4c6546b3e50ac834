//! An MQTT client that is not ours, on the broker's other side.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use lampi::state::State;
use lampi::topics::Topics;
use rumqttc::{AsyncClient, ConnectionError, Event, EventLoop, MqttOptions, Packet, QoS};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::mpsc::{self, UnboundedReceiver};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::PATIENCE;
use super::broker::Broker;

/// More than any page has to say in a test.
const MOST_POKES: usize = 1_000;

/// Publishes labels and hears everything under `devices/`.
pub struct Client {
    requests: AsyncClient,
    granted: UnboundedReceiver<()>,
    heard: UnboundedReceiver<Message>,
    network: JoinHandle<()>,
}

pub struct Message {
    pub topic: String,
    pub payload: Vec<u8>,
    pub qos: QoS,
    pub at: SystemTime,
}

impl Message {
    fn is_poke(&self) -> bool {
        self.topic.ends_with("/test/poke_value")
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.payload).expect("the payload is not JSON")
    }

    /// What a page asks for.
    pub fn wanted(&self) -> Wanted {
        serde_json::from_slice(&self.payload).expect("the payload is not a page's")
    }
}

/// The lesson's lamp as a page wants it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
pub struct Wanted {
    pub on: bool,
    pub slider: u8,
}

impl Client {
    pub async fn connect(broker: &Broker) -> Self {
        let login = broker
            .wants_login()
            .then_some((super::broker::USERNAME, super::broker::PASSWORD));
        Self::connect_to(broker.mqtt, login).await
    }

    /// With a user name and password, if any.
    pub async fn connect_to(broker: SocketAddr, login: Option<(&str, &str)>) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let id = format!("test-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let mut options = options(id, broker, login);
        options.set_max_packet_size(2 << 20, 2 << 20);
        let (requests, network) = AsyncClient::new(options, 1_000);
        let (grant, granted) = mpsc::unbounded_channel();
        let (hear, heard) = mpsc::unbounded_channel();
        let network = tokio::spawn(attend(network, grant, hear));
        let mut client = Self {
            requests,
            granted,
            heard,
            network,
        };
        client.subscribe("devices/#").await;
        client
    }

    /// Whether the broker does not let in whoever comes so.
    pub async fn is_refused(broker: SocketAddr, login: Option<(&str, &str)>) -> bool {
        let (_requests, mut network) = AsyncClient::new(options("refused", broker, login), 1);
        match network.poll().await {
            Ok(Event::Incoming(Packet::ConnAck(_))) => false,
            Err(ConnectionError::ConnectionRefused(_)) => true,
            other => panic!("{other:?}"),
        }
    }

    /// Hears these topics too.
    pub async fn subscribe(&mut self, filter: &str) {
        self.requests
            .subscribe(filter, QoS::AtLeastOnce)
            .await
            .unwrap();
        self.is_granted().await;
    }

    /// Publishes on the lesson's label topic.
    pub async fn label(&mut self, payload: impl Into<Vec<u8>>) {
        self.publish("devices/foobar/label/changed", payload).await;
    }

    /// The broker keeps it.
    pub async fn retain_label(&mut self, payload: impl Into<Vec<u8>>) {
        self.say("devices/foobar/label/changed", true, payload)
            .await;
    }

    /// A lamp of this name tells its state, and no more than that.
    pub async fn lamp_tells(&mut self, lamp: &str) {
        let topic = Topics::default().changed(lamp);
        let state = State::default().with_client("x");
        self.publish(&topic, state.as_str()).await;
    }

    pub async fn publish(&mut self, topic: &str, payload: impl Into<Vec<u8>>) {
        self.say(topic, false, payload).await;
    }

    async fn say(&mut self, topic: &str, retain: bool, payload: impl Into<Vec<u8>>) {
        self.requests
            .publish(topic, QoS::AtLeastOnce, retain, payload)
            .await
            .unwrap();
        self.is_granted().await;
    }

    /// Publishes without waiting for anyone: the fastest the client can.
    pub async fn shout_label(&self, payload: String) {
        self.shout("devices/foobar/label/changed", payload).await;
    }

    /// The same on any topic.
    pub async fn shout(&self, topic: &str, payload: String) {
        self.requests
            .publish(topic, QoS::AtMostOnce, false, payload)
            .await
            .unwrap();
    }

    /// The next message of a page.
    pub async fn poke(&mut self) -> Message {
        self.poke_within(PATIENCE)
            .await
            .expect("the page published nothing")
    }

    /// The next message of a page, if it comes in time.
    pub async fn poke_within(&mut self, time: Duration) -> Option<Message> {
        timeout(time, async {
            loop {
                let message = self.next().await;
                if message.is_poke() {
                    return message;
                }
            }
        })
        .await
        .ok()
    }

    /// Takes what pages publish, up to such a message; tells how many those were.
    pub async fn pokes_until(&mut self, is_meant: impl Fn(&Value) -> bool) -> usize {
        for count in 1..MOST_POKES {
            if is_meant(&self.poke().await.json()) {
                return count;
            }
        }
        panic!("the page goes on publishing something else");
    }

    /// The last message of a page before the broker ended, if none has been taken since.
    pub async fn last_poke(&mut self) -> Option<Message> {
        (&mut self.network).await.unwrap();
        let rest = std::iter::from_fn(|| self.heard.try_recv().ok());
        rest.filter(Message::is_poke).last()
    }

    /// What the page wants at last, beginning with what was heard before: this, or whatever it is once nothing more comes.
    pub async fn wanted_at_last(&mut self, wanted: Wanted, mut heard: Wanted) -> Wanted {
        while heard != wanted
            && let Some(poke) = self.poke_within(PATIENCE).await
        {
            heard = poke.wanted();
        }
        heard
    }

    /// The next message of anyone, this client's own included.
    pub async fn hear(&mut self) -> Message {
        timeout(PATIENCE, self.next())
            .await
            .expect("nothing is heard")
    }

    /// The next message on this topic.
    pub async fn hears(&mut self, topic: &str) -> Message {
        loop {
            let message = self.hear().await;
            if message.topic == topic {
                return message;
            }
        }
    }

    /// Whether anything has been heard that was not taken yet.
    pub fn has_heard(&self) -> bool {
        !self.heard.is_empty()
    }

    /// Waits until the broker ends the connection.
    pub async fn is_cut_off(&mut self) {
        timeout(PATIENCE, &mut self.network)
            .await
            .expect("the broker keeps the connection")
            .unwrap();
    }

    async fn next(&mut self) -> Message {
        self.heard.recv().await.expect("the broker is gone")
    }

    async fn is_granted(&mut self) {
        timeout(PATIENCE, self.granted.recv())
            .await
            .expect("the broker does not answer")
            .expect("the broker is gone");
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.network.abort();
    }
}

/// What a client of this name comes to a broker with.
pub fn options(
    id: impl Into<String>,
    broker: SocketAddr,
    login: Option<(&str, &str)>,
) -> MqttOptions {
    let mut options = MqttOptions::new(id, broker.ip().to_string(), broker.port());
    if let Some((username, password)) = login {
        options.set_credentials(username, password);
    }
    options
}

async fn attend(
    mut network: EventLoop,
    grant: mpsc::UnboundedSender<()>,
    hear: mpsc::UnboundedSender<Message>,
) {
    while let Ok(event) = network.poll().await {
        match event {
            Event::Incoming(Packet::SubAck(_) | Packet::PubAck(_)) => {
                grant.send(()).unwrap_or_default()
            }
            Event::Incoming(Packet::Publish(publish)) => {
                let message = Message {
                    topic: publish.topic,
                    payload: publish.payload.to_vec(),
                    qos: publish.qos,
                    at: SystemTime::now(),
                };
                hear.send(message).unwrap_or_default();
            }
            _ => {}
        }
    }
}
