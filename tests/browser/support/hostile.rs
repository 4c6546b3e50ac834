//! Servers that look like a broker's WebSocket listener, and are none.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use futures::{SinkExt, StreamExt};
use mqttbytes::QoS;
use mqttbytes::v4::{self, Packet, SubAck, SubscribeReasonCode};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio_tungstenite::accept_hdr_async;
use tokio_tungstenite::tungstenite::Message;

use super::PATIENCE;
use super::relay::choose_protocol;

const LET_IN: [u8; 4] = [0x20, 2, 0, 0];
/// PUBLISH at QoS 0 of the longest packet there can be (section 2.2.3).
const LONGEST_PUBLISH: [u8; 5] = [0x30, 0xff, 0xff, 0xff, 0x7f];
const MEGABYTE: usize = 1 << 20;

/// What a server does wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Manner {
    ClosesBeforeTheHandshake,
    SpeaksNoWebSocket,
    ClosesAtOnce,
    NeverAnswers,
    SendsText,
    SendsGarbage,
    SendsHalfAPacket,
    /// CONNACK with this return code.
    Refuses(u8),
    /// SUBACK where CONNACK belongs.
    MixesUpTheOrder,
    PromisesALongPacket,
    /// The promise, and a good part of it.
    SendsALongPacket,
    SendsInvalidUtf8,
    AcknowledgesTheUnknown,
    LetsInAndCloses,
    /// As brokers do that do not let the page publish.
    ClosesAtAChange,
}

pub struct Hostile {
    address: SocketAddr,
    tell: watch::Sender<Seen>,
    seen: watch::Receiver<Seen>,
    task: JoinHandle<()>,
}

#[derive(Clone, Default)]
struct Seen {
    attempts: Vec<Instant>,
    ended: usize,
}

impl Hostile {
    pub async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, seen) = watch::channel(Seen::default());
        let task = tokio::spawn(serve(listener, manner, tell.clone()));
        Self {
            address,
            tell,
            seen,
            task,
        }
    }

    pub fn url(&self) -> String {
        format!("ws://{}/mqtt", self.address)
    }

    /// When the page came, each time.
    pub fn attempts(&self) -> Vec<Instant> {
        self.seen.borrow().attempts.clone()
    }

    /// Counts from nothing again.
    pub fn forget(&mut self) {
        self.tell.send_replace(Seen::default());
    }

    /// Waits until the page came so often, and tells when each time was.
    pub async fn attempted(&mut self, times: usize, patience: Duration) -> Vec<Instant> {
        let enough = self.seen.wait_for(|seen| seen.attempts.len() >= times);
        let seen = tokio::time::timeout(patience, enough).await;
        let seen = seen.unwrap_or_else(|_| panic!("no {times} attempts in {patience:?}"));
        seen.unwrap().attempts.clone()
    }

    /// Waits until a connection has ended.
    pub async fn ended(&mut self) {
        let ended = self.seen.wait_for(|seen| seen.ended > 0);
        tokio::time::timeout(PATIENCE, ended)
            .await
            .expect("the page keeps the connection")
            .unwrap();
    }
}

impl Drop for Hostile {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, manner: Manner, tell: watch::Sender<Seen>) {
    let mut connections = JoinSet::new();
    while let Ok((page, _)) = listener.accept().await {
        tell.send_modify(|seen| seen.attempts.push(Instant::now()));
        let tell = tell.clone();
        connections.spawn(async move {
            // Whatever goes wrong here is the page that went away.
            meet(page, manner).await.unwrap_or_default();
            tell.send_modify(|seen| seen.ended += 1);
        });
    }
}

async fn meet(
    mut page: TcpStream,
    manner: Manner,
) -> Result<(), tokio_tungstenite::tungstenite::Error> {
    match manner {
        Manner::ClosesBeforeTheHandshake => return Ok(()),
        Manner::SpeaksNoWebSocket => {
            page.write_all(b"220 mail.lamp.test ESMTP\r\n").await?;
            page.shutdown().await?;
            return Ok(());
        }
        _ => {}
    }
    let mut page = accept_hdr_async(page, choose_protocol).await?;
    if manner == Manner::ClosesAtOnce {
        return page.close(None).await;
    }
    let connect = page.next().await;
    for frame in answers_to_connect(manner) {
        page.send(frame).await?;
    }
    if lets_in(manner)
        && connect.is_some()
        && let Some(Ok(subscribe)) = page.next().await
    {
        for frame in answers_to_subscribe(manner, &subscribe.into_data()) {
            page.send(frame).await?;
        }
    }
    if manner == Manner::LetsInAndCloses {
        return page.close(None).await;
    }
    while let Some(Ok(packet)) = page.next().await {
        let is_publish = packet
            .into_data()
            .first()
            .is_some_and(|byte| byte >> 4 == 3);
        if is_publish && manner == Manner::ClosesAtAChange {
            return page.close(None).await;
        }
    }
    Ok(())
}

fn lets_in(manner: Manner) -> bool {
    matches!(
        manner,
        Manner::SendsInvalidUtf8
            | Manner::AcknowledgesTheUnknown
            | Manner::LetsInAndCloses
            | Manner::ClosesAtAChange
    )
}

fn answers_to_connect(manner: Manner) -> Vec<Message> {
    let answer: &[u8] = match manner {
        Manner::SendsText => return vec![Message::text("hello, page")],
        Manner::SendsALongPacket => {
            let begin = [&LET_IN[..], &LONGEST_PUBLISH].concat();
            let rest = std::iter::repeat_n(Message::binary(vec![0; MEGABYTE]), 128);
            return std::iter::once(Message::binary(begin))
                .chain(rest)
                .collect();
        }
        Manner::SendsGarbage => &[0xff; 64],
        Manner::SendsHalfAPacket => &LET_IN[..2],
        Manner::Refuses(code) => return vec![Message::binary(vec![0x20, 2, 0, code])],
        Manner::MixesUpTheOrder => &[0x90, 3, 0, 1, 0],
        Manner::PromisesALongPacket => &LONGEST_PUBLISH,
        _ if lets_in(manner) => &LET_IN,
        _ => return vec![],
    };
    vec![Message::binary(answer.to_vec())]
}

fn answers_to_subscribe(manner: Manner, subscribe: &[u8]) -> Vec<Message> {
    let Ok(Packet::Subscribe(subscribe)) = v4::read(&mut subscribe.into(), 10_000) else {
        panic!("not a SUBSCRIBE: {subscribe:?}");
    };
    let codes = vec![SubscribeReasonCode::Success(QoS::AtMostOnce); subscribe.filters.len()];
    let mut granted = BytesMut::new();
    SubAck::new(subscribe.pkid, codes)
        .write(&mut granted)
        .unwrap();
    let answer: &[u8] = match manner {
        Manner::SendsInvalidUtf8 => &[0x30, 6, 0, 2, 0xc3, 0x28, b'{', b'}'],
        Manner::AcknowledgesTheUnknown => &[0x40, 2, 0xbe, 0xef],
        _ => &[],
    };
    granted.extend_from_slice(answer);
    vec![Message::binary(granted.to_vec())]
}
