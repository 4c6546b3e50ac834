//! A simulated LAMPI at a broker, which comes and goes as a test wants.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use lampi::simulated::{Faults, Message, SimulatedLamp};
use lampi::state::State;
use lampi::topics::Topics;
use rumqttc::{AsyncClient, Event, Packet, QoS};
use tokio::sync::mpsc::{self, UnboundedSender};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use super::broker::Broker;
use super::{client, eventually};

/// Shines until dropped.
pub struct Lamp {
    device: String,
    requests: Arc<Mutex<Vec<String>>>,
    orders: UnboundedSender<Order>,
    task: JoinHandle<()>,
}

enum Order {
    Come,
    Go,
    /// Somebody else than the page asks for a state.
    Change(String),
}

impl Lamp {
    pub async fn at(broker: &Broker, device: &str) -> Self {
        Self::with(broker, device, Faults::default()).await
    }

    /// A lamp that is there once this returns.
    pub async fn with(broker: &Broker, device: &str, faults: Faults) -> Self {
        let options = client::options(format!("lamp-{device}"), broker.mqtt, None);
        let (client, mut network) = AsyncClient::new(options, 1_000);
        let (orders, mut ordered) = mpsc::unbounded_channel();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let mut lamp = SimulatedLamp::new(device.to_owned(), Topics::default(), faults);
        let topic = lamp.subscription();
        client.subscribe(&topic, QoS::AtLeastOnce).await.unwrap();
        let heard = requests.clone();
        let (mut said, mut acknowledged) = (0, 0);
        let (arrive, arrived) = oneshot::channel();
        let mut arrive = Some(arrive);
        let task = tokio::spawn(async move {
            let clock = Instant::now();
            loop {
                while let Some(message) = lamp.poll(clock.elapsed().into()) {
                    say(&client, message).await;
                }
                let wait = lamp.deadline().map_or(Duration::MAX, |due| {
                    Duration::from(due).saturating_sub(clock.elapsed())
                });
                tokio::select! {
                    () = sleep(wait) => {}
                    event = network.poll() => match event {
                        Ok(Event::Incoming(Packet::SubAck(_))) => {
                            for message in lamp.start() {
                                said += 1;
                                say(&client, message).await;
                            }
                        }
                        Ok(Event::Incoming(Packet::PubAck(_))) => {
                            acknowledged += 1;
                            if acknowledged == said && let Some(arrive) = arrive.take() {
                                arrive.send(()).unwrap_or_default();
                            }
                        }
                        Ok(Event::Incoming(Packet::Publish(publish))) => {
                            let payload = String::from_utf8(publish.payload.to_vec()).unwrap();
                            lamp.handle(&publish.topic, payload.as_bytes(), clock.elapsed().into());
                            heard.lock().unwrap().push(payload);
                        }
                        Ok(_) => {}
                        Err(_) => return,
                    },
                    Some(order) = ordered.recv() => match order {
                        Order::Come => for message in lamp.start() {
                            say(&client, message).await;
                        },
                        Order::Go => for message in lamp.offline() {
                            say(&client, message).await;
                        },
                        Order::Change(request) => {
                            lamp.handle(&topic, request.as_bytes(), clock.elapsed().into());
                        }
                    },
                }
            }
        });
        arrived.await.expect("the broker does not take the lamp in");
        Self {
            device: device.to_owned(),
            requests,
            orders,
            task,
        }
    }

    pub fn query(&self) -> String {
        format!("?device={}", self.device)
    }

    pub fn comes(&self) {
        self.order(Order::Come);
    }

    pub fn goes(&self) {
        self.order(Order::Go);
    }

    /// The lamp changes, as `client` wants it.
    pub fn changes(&self, state: State, client: &str) {
        self.order(Order::Change(state.with_client(client)));
    }

    /// What it was asked for so far.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// Waits until it is asked for something with these words in it.
    pub async fn is_asked(&self, words: &str) {
        eventually(async || {
            let last = self.requests().last().cloned().unwrap_or_default();
            if last.contains(words) {
                Ok(())
            } else {
                Err(format!("the lamp was asked for {last:?}, not {words}"))
            }
        })
        .await;
    }

    fn order(&self, order: Order) {
        assert!(self.orders.send(order).is_ok(), "the lamp is gone");
    }
}

impl Drop for Lamp {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn say(client: &AsyncClient, message: Message) {
    client
        .publish(
            message.topic,
            QoS::AtLeastOnce,
            message.retain,
            message.payload,
        )
        .await
        .unwrap();
}
