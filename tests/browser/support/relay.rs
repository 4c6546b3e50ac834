//! A WebSocket relay before the broker that frames the broker's bytes anew, hears what the page says, and can be taken away.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use futures::{SinkExt, StreamExt};
use mqttbytes::v4::{Packet, read};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Bytes, Message};
use tokio_tungstenite::{accept_hdr_async, connect_async};

use super::broker::Broker;
use super::{eventually, listen, port};

const PROTOCOL: (&str, HeaderValue) = ("sec-websocket-protocol", HeaderValue::from_static("mqtt"));

/// How the broker's bytes reach the page.
#[derive(Clone, Copy)]
pub enum Frames {
    AsSent,
    OneByteEach,
    /// All that comes within a moment shares one frame.
    Merged,
}

/// Relays until dropped.
pub struct Relay {
    address: SocketAddr,
    last_frame: watch::Receiver<Instant>,
    heard: watch::Receiver<Vec<Heard>>,
    task: JoinHandle<()>,
}

/// One of a page's connections, as the relay hears it.
#[derive(Clone, Default)]
pub struct Heard {
    pub packets: Vec<(Instant, Packet)>,
    pub ended: bool,
}

impl Heard {
    /// What the page calls itself.
    pub fn client_id(&self) -> Option<&str> {
        self.packets.iter().find_map(|(_, packet)| match packet {
            Packet::Connect(connect) => Some(connect.client_id.as_str()),
            _ => None,
        })
    }
}

impl Relay {
    pub async fn before(broker: &Broker, frames: Frames) -> Self {
        Self::at(port::free(), broker, frames).await
    }

    pub async fn at(address: SocketAddr, broker: &Broker, frames: Frames) -> Self {
        let listener = listen(address).await;
        let (sent, last_frame) = watch::channel(Instant::now());
        let (hear, heard) = watch::channel(Vec::new());
        let task = tokio::spawn(serve(listener, broker.url(), frames, sent, hear));
        Self {
            address,
            last_frame,
            heard,
            task,
        }
    }

    pub fn url(&self) -> String {
        format!("ws://{}/mqtt", self.address)
    }

    /// When the page was last given a frame.
    pub fn last_frame(&self) -> Instant {
        *self.last_frame.borrow()
    }

    /// Every connection so far.
    pub fn connections(&self) -> Vec<Heard> {
        self.heard.borrow().clone()
    }

    /// Waits until the page's only connection so far has ended.
    pub async fn only_one_ends(&self) -> Heard {
        eventually(async || match &self.connections()[..] {
            [one] if one.ended => Ok(one.clone()),
            some => Err(format!("{} connections, not one that ended", some.len())),
        })
        .await
    }

    /// Cuts every connection and answers no new one; tells where it was.
    pub async fn take_away(mut self) -> SocketAddr {
        self.task.abort();
        (&mut self.task)
            .await
            .expect_err("the relay ended by itself");
        self.address
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    listener: TcpListener,
    broker: String,
    frames: Frames,
    sent: watch::Sender<Instant>,
    hear: watch::Sender<Vec<Heard>>,
) {
    let mut connections = tokio::task::JoinSet::new();
    let mut number = 0;
    while let Ok((page, _)) = listener.accept().await {
        hear.send_modify(|heard| heard.push(Heard::default()));
        let hear = Ear {
            hear: hear.clone(),
            number,
        };
        connections.spawn(relay(page, broker.clone(), frames, sent.clone(), hear));
        number += 1;
    }
}

/// Takes down what comes from the page on one connection.
struct Ear {
    hear: watch::Sender<Vec<Heard>>,
    number: usize,
}

impl Ear {
    fn hears(&self, frame: &[u8]) {
        let mut bytes = BytesMut::from(frame);
        while let Ok(packet) = read(&mut bytes, usize::MAX) {
            let packet = (Instant::now(), packet);
            self.modify(|heard| heard.packets.push(packet));
        }
    }

    fn modify(&self, change: impl FnOnce(&mut Heard)) {
        self.hear
            .send_modify(|heard| change(&mut heard[self.number]));
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.modify(|heard| heard.ended = true);
    }
}

async fn relay(
    page: TcpStream,
    broker: String,
    frames: Frames,
    sent: watch::Sender<Instant>,
    ear: Ear,
) {
    let mut request = broker.into_client_request().unwrap();
    request.headers_mut().insert(PROTOCOL.0, PROTOCOL.1);
    let (broker, _) = connect_async(request).await.unwrap();
    let page = accept_hdr_async(page, choose_protocol).await.unwrap();
    let (mut to_broker, mut from_broker) = broker.split();
    let (mut to_page, mut from_page) = page.split();
    let up = async {
        while let Some(Ok(message)) = from_page.next().await {
            if let Message::Binary(frame) = &message {
                ear.hears(frame);
            }
            if to_broker.send(message).await.is_err() {
                break;
            }
        }
    };
    let down = async {
        while let Some(Ok(message)) = from_broker.next().await {
            let mut bytes = message.into_data().to_vec();
            if let Frames::Merged = frames {
                while let Ok(Some(Ok(more))) =
                    timeout(Duration::from_millis(200), from_broker.next()).await
                {
                    bytes.extend_from_slice(&more.into_data());
                }
            }
            let size = if let Frames::OneByteEach = frames {
                1
            } else {
                bytes.len().max(1)
            };
            for frame in bytes.chunks(size) {
                to_page
                    .send(Message::Binary(Bytes::copy_from_slice(frame)))
                    .await
                    .unwrap();
            }
            sent.send_replace(Instant::now());
        }
    };
    tokio::select! { () = up => {}, () = down => {} }
}

#[expect(
    clippy::result_large_err,
    clippy::unnecessary_wraps,
    reason = "the type is the library's"
)]
pub fn choose_protocol(
    _: &Request,
    mut response: Response,
) -> Result<Response, tokio_tungstenite::tungstenite::handshake::server::ErrorResponse> {
    response.headers_mut().insert(PROTOCOL.0, PROTOCOL.1);
    Ok(response)
}
