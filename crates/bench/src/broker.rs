//! A Mosquitto of the benchmark's own, and MQTT clients that cost little enough to flood it.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use mosquitto::{Mosquitto, MosquittoError};
use mqttbytes::{
    QoS,
    v4::{self, Connect, Packet, Publish, Subscribe},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::{Instant, interval, sleep_until},
};

use crate::clock;

/// Why the broker is of no use.
#[derive(Debug, thiserror::Error)]
pub enum BrokerError {
    /// It does not run.
    #[error(transparent)]
    Mosquitto(#[from] MosquittoError),

    /// The system does not let it be reached.
    #[error("mosquitto cannot be used: {0}")]
    Io(#[from] io::Error),

    /// It or we do not speak MQTT.
    #[error("mosquitto and the benchmark do not understand each other: {0:?}")]
    Protocol(mqttbytes::Error),
}

impl From<mqttbytes::Error> for BrokerError {
    fn from(error: mqttbytes::Error) -> BrokerError {
        BrokerError::Protocol(error)
    }
}

/// A running Mosquitto; it is killed when this is dropped.
#[derive(Debug)]
pub struct Broker {
    /// Its listener for MQTT.
    pub mqtt: SocketAddr,
    /// Its listener for WebSockets.
    pub websocket: SocketAddr,
    waker: JoinHandle<()>,
    _mosquitto: Mosquitto,
}

impl Broker {
    /// Starts a Mosquitto on free ports and returns when both accept connections.
    ///
    /// # Errors
    /// When it cannot be started or ends at once.
    pub async fn start() -> Result<Broker, BrokerError> {
        let (mqtt, websocket) = (free_port().await?, free_port().await?);
        let mosquitto = Mosquitto::start(mqtt.port(), websocket.port()).await?;
        Ok(Broker {
            mqtt,
            websocket,
            waker: tokio::spawn(keep_awake(Client::connect(mqtt, "waker").await?)),
            _mosquitto: mosquitto,
        })
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.waker.abort();
    }
}

/// An idle Mosquitto looks for new WebSockets ten times a second only, which would hide the pages' own time.
async fn keep_awake(mut client: Client) {
    let mut ticks = interval(Duration::from_millis(2));
    while client.publish("awake", "").await.is_ok() {
        ticks.tick().await;
    }
}

async fn free_port() -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await?
        .local_addr()
}

/// At most so many messages are written at once.
const BATCH: usize = 1_000;

/// A client that speaks MQTT over TCP.
#[derive(Debug)]
pub struct Client {
    stream: TcpStream,
    received: BytesMut,
}

impl Client {
    /// Connects and waits until the broker lets it in.
    ///
    /// # Errors
    /// When it does not.
    pub async fn connect(broker: SocketAddr, name: &str) -> Result<Client, BrokerError> {
        let stream = TcpStream::connect(broker).await?;
        stream.set_nodelay(true)?;
        let mut client = Client {
            stream,
            received: BytesMut::new(),
        };
        let mut hello = Connect::new(name);
        hello.keep_alive = 0;
        client.send(|bytes| hello.write(bytes)).await?;
        client.next().await?;
        Ok(client)
    }

    /// Publishes at QoS 0.
    ///
    /// # Errors
    /// When the broker has hung up.
    pub async fn publish(&mut self, topic: &str, payload: &str) -> Result<(), BrokerError> {
        let publish = Publish::new(topic, QoS::AtMostOnce, payload);
        self.send(|bytes| publish.write(bytes)).await
    }

    /// Publishes messages at QoS 0 so many a second; tells what [`clock::now`] was at the last write.
    ///
    /// # Errors
    /// When the broker has hung up.
    pub async fn flood(
        &mut self,
        messages: impl IntoIterator<Item = (String, String)>,
        a_second: u32,
    ) -> Result<f64, BrokerError> {
        let mut messages = messages.into_iter().peekable();
        let start = Instant::now();
        let mut sent = 0;
        loop {
            let due = (start.elapsed().as_secs_f64() * f64::from(a_second)) as usize + 1;
            let mut bytes = BytesMut::new();
            let batch = messages.by_ref().take(due.saturating_sub(sent).min(BATCH));
            for (topic, payload) in batch {
                Publish::new(topic, QoS::AtMostOnce, payload).write(&mut bytes)?;
                sent += 1;
            }
            let now = clock::now();
            self.stream.write_all(&bytes).await?;
            if messages.peek().is_none() {
                return Ok(now);
            }
            let next = start + Duration::from_secs_f64(sent as f64 / f64::from(a_second));
            sleep_until(next).await;
        }
    }

    /// Subscribes at QoS 0 and waits until the broker knows.
    ///
    /// # Errors
    /// When the broker has hung up.
    pub async fn subscribe(&mut self, topic: &str) -> Result<(), BrokerError> {
        let mut subscribe = Subscribe::new(topic, QoS::AtMostOnce);
        subscribe.pkid = 1;
        self.send(|bytes| subscribe.write(bytes)).await?;
        while !matches!(self.next().await?, Packet::SubAck(_)) {}
        Ok(())
    }

    /// The payload of the next message.
    ///
    /// # Errors
    /// When the broker has hung up.
    pub async fn message(&mut self) -> Result<Bytes, BrokerError> {
        loop {
            if let Packet::Publish(publish) = self.next().await? {
                return Ok(publish.payload);
            }
        }
    }

    /// Publishes what later subscribers get too.
    ///
    /// # Errors
    /// When the broker has hung up.
    pub async fn retain(&mut self, topic: &str, payload: &str) -> Result<(), BrokerError> {
        let mut publish = Publish::new(topic, QoS::AtMostOnce, payload);
        publish.retain = true;
        self.send(|bytes| publish.write(bytes)).await
    }

    async fn send(
        &mut self,
        write: impl FnOnce(&mut BytesMut) -> Result<usize, mqttbytes::Error>,
    ) -> Result<(), BrokerError> {
        let mut bytes = BytesMut::new();
        write(&mut bytes)?;
        Ok(self.stream.write_all(&bytes).await?)
    }

    /// The next packet from the broker.
    async fn next(&mut self) -> Result<Packet, BrokerError> {
        const LONGEST: usize = 1 << 20;
        loop {
            match v4::read(&mut self.received, LONGEST) {
                Err(mqttbytes::Error::InsufficientBytes(_)) => {}
                packet => return Ok(packet?),
            }
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
            }
        }
    }
}
