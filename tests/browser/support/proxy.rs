//! A network before a broker: plain TCP, which a test can cut, stall, slow down and close.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout};

use super::broker::Broker;
use super::{PATIENCE, listen, port};

/// Bytes that go no further, until they may again.
#[derive(Clone, Copy, PartialEq)]
pub enum Stalled {
    Nothing,
    Answers,
    Everything,
}

pub struct Proxy {
    address: SocketAddr,
    broker: SocketAddr,
    weather: watch::Sender<Weather>,
    connections: watch::Sender<usize>,
    listener: Option<JoinHandle<()>>,
}

#[derive(Clone, Copy)]
struct Weather {
    stalled: Stalled,
    delay: Duration,
    cuts: u32,
}

#[derive(Clone, Copy)]
enum Direction {
    Request,
    Answer,
}

impl Proxy {
    pub async fn before(broker: &Broker) -> Self {
        let (weather, _) = watch::channel(Weather {
            stalled: Stalled::Nothing,
            delay: Duration::ZERO,
            cuts: 0,
        });
        let mut proxy = Self {
            address: port::free(),
            broker: broker.websocket,
            weather,
            connections: watch::Sender::new(0),
            listener: None,
        };
        proxy.open().await;
        proxy
    }

    pub fn url(&self) -> String {
        format!("ws://{}/mqtt", self.address)
    }

    /// How often the page came so far.
    pub fn connections(&self) -> usize {
        *self.connections.borrow()
    }

    /// Waits until the page has come so often.
    pub async fn connected(&self, times: usize) {
        let mut connections = self.connections.subscribe();
        let enough = connections.wait_for(|connections| *connections >= times);
        timeout(PATIENCE, enough)
            .await
            .expect("the page does not come")
            .unwrap();
    }

    /// Ends every connection; new ones are taken.
    pub fn cut(&self) {
        self.weather.send_modify(|weather| weather.cuts += 1);
    }

    pub fn stall(&self, stalled: Stalled) {
        self.weather
            .send_modify(|weather| weather.stalled = stalled);
    }

    /// How long bytes take to the other side, each way.
    pub fn delay(&self, delay: Duration) {
        self.weather.send_modify(|weather| weather.delay = delay);
    }

    /// Takes no new connection; those there are stay.
    pub async fn close(&mut self) {
        if let Some(listener) = self.listener.take() {
            listener.abort();
            // The port is free only when the task is gone.
            listener.await.unwrap_err();
        }
    }

    pub async fn open(&mut self) {
        let listener = listen(self.address).await;
        self.listener = Some(tokio::spawn(serve(
            listener,
            self.broker,
            self.weather.subscribe(),
            self.connections.clone(),
        )));
    }
}

async fn serve(
    listener: TcpListener,
    broker: SocketAddr,
    weather: watch::Receiver<Weather>,
    connections: watch::Sender<usize>,
) {
    while let Ok((page, _)) = listener.accept().await {
        connections.send_modify(|connections| *connections += 1);
        tokio::spawn(forward(page, broker, weather.clone()));
    }
}

async fn forward(page: TcpStream, broker: SocketAddr, mut weather: watch::Receiver<Weather>) {
    let Ok(broker) = TcpStream::connect(broker).await else {
        return;
    };
    for stream in [&page, &broker] {
        stream.set_nodelay(true).unwrap();
    }
    let (from_page, to_page) = page.into_split();
    let (from_broker, to_broker) = broker.into_split();
    let up = pump(from_page, to_broker, Direction::Request, weather.clone());
    let down = pump(from_broker, to_page, Direction::Answer, weather.clone());
    let cuts = weather.borrow().cuts;
    tokio::select! {
        () = up => {}
        () = down => {}
        _ = weather.wait_for(|weather| weather.cuts != cuts) => {}
    }
}

async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    direction: Direction,
    mut weather: watch::Receiver<Weather>,
) {
    let (start, mut under_way) = mpsc::unbounded_channel();
    let now = weather.clone();
    let read = async move {
        let mut buffer = vec![0; 1 << 16];
        while let Ok(length @ 1..) = from.read(&mut buffer).await {
            let due = Instant::now() + now.borrow().delay;
            start.send((due, buffer[..length].to_vec())).unwrap();
        }
    };
    let write = async {
        while let Some((due, bytes)) = under_way.recv().await {
            sleep_until(due).await;
            let may_pass = |weather: &Weather| match weather.stalled {
                Stalled::Nothing => true,
                Stalled::Answers => matches!(direction, Direction::Request),
                Stalled::Everything => false,
            };
            if weather.wait_for(may_pass).await.is_err() || to.write_all(&bytes).await.is_err() {
                break;
            }
        }
        // What is still read has nowhere to go.
        under_way.close();
    };
    tokio::join!(read, write);
}
