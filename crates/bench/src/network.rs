//! A slow network: a link that every connection of a page shares, in front of web server and broker.
//!
//! The browser's own emulation does not hold workers and WebSockets to it.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinSet,
    time::{Instant, sleep, sleep_until},
};

/// What fits into one packet, in bytes.
const PACKET: usize = 1460;

/// How long a packet takes from one end to the other, besides its transmission.
const ONE_WAY: Duration = Duration::from_millis(75);

/// Bits a second, in each direction: with [`ONE_WAY`], what is called a fast 3G.
const RATE: u64 = 1_600_000;

/// A link to servers on this machine.
#[derive(Debug)]
pub struct Link {
    forwards: JoinSet<()>,
    lanes: [Arc<Lane>; 2],
    connections: Arc<Mutex<JoinSet<()>>>,
    hurries: Arc<AtomicBool>,
}

impl Link {
    /// A link that leads nowhere yet.
    pub fn new() -> Link {
        Link {
            forwards: JoinSet::new(),
            lanes: [Arc::default(), Arc::default()],
            connections: Arc::default(),
            hurries: Arc::default(),
        }
    }

    /// Opens a port whose connections reach `server` over this link.
    ///
    /// # Errors
    /// When the system has no port left.
    pub async fn forward(&mut self, server: SocketAddr) -> io::Result<Port> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = Port {
            address: listener.local_addr()?,
            received: Arc::default(),
        };
        let received = port.received.clone();
        let lanes = self.lanes.clone();
        let connections = self.connections.clone();
        let hurries = self.hurries.clone();
        self.forwards.spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let lanes = lanes.clone();
                let received = received.clone();
                let hurries = hurries.load(Ordering::Relaxed);
                if let Ok(mut connections) = connections.lock() {
                    connections.spawn(async move {
                        // A browser that hangs up is no fault.
                        let _ = match hurries {
                            true => carry_at_once(client, server).await,
                            false => carry(client, server, lanes, &received).await,
                        };
                    });
                }
            }
        });
        Ok(port)
    }

    /// Takes the slowness away for a while, or brings it back, for connections that begin from now on.
    pub fn hurry(&self, hurry: bool) {
        self.hurries.store(hurry, Ordering::Relaxed);
    }

    /// Breaks all connections, as time does between two visits.
    pub fn hang_up(&self) {
        if let Ok(mut connections) = self.connections.lock() {
            connections.abort_all();
        }
    }
}

/// Where a link begins.
#[derive(Debug)]
pub struct Port {
    /// What a browser connects to.
    pub address: SocketAddr,
    received: Arc<AtomicU64>,
}

impl Port {
    /// The bytes that came from the server since this was asked last.
    pub fn received(&self) -> u64 {
        self.received.swap(0, Ordering::Relaxed)
    }
}

async fn carry_at_once(mut client: TcpStream, server: SocketAddr) -> io::Result<()> {
    let mut server = TcpStream::connect(server).await?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

async fn carry(
    client: TcpStream,
    server: SocketAddr,
    [up, down]: [Arc<Lane>; 2],
    received: &AtomicU64,
) -> io::Result<()> {
    client.set_nodelay(true)?;
    // This port has accepted the client at once; over the link that would take a round trip.
    sleep(2 * ONE_WAY).await;
    let server = TcpStream::connect(server).await?;
    server.set_nodelay(true)?;
    let (client_in, client_out) = client.into_split();
    let (server_in, server_out) = server.into_split();
    let sent = AtomicU64::default();
    tokio::select! {
        outcome = pump(client_in, server_out, &up, &sent) => outcome,
        outcome = pump(server_in, client_out, &down, received) => outcome,
    }
}

/// Carries one direction of one connection to its end.
async fn pump(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    lane: &Lane,
    carried: &AtomicU64,
) -> io::Result<()> {
    let (sender, mut on_the_way) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
    let read = async move {
        loop {
            let mut packet = vec![0; PACKET];
            let length = from.read(&mut packet).await?;
            if length == 0 {
                return io::Result::Ok(());
            }
            packet.truncate(length);
            carried.fetch_add(length as u64, Ordering::Relaxed);
            let sent = lane.send(length, Instant::now());
            // Fails only after `write` has failed, which reports that itself.
            let _ = sender.send((sent.end + ONE_WAY, packet));
            // One packet ahead, so that connections take turns and the lane never waits for us.
            sleep_until(sent.start).await;
        }
    };
    let write = async move {
        while let Some((arrival, packet)) = on_the_way.recv().await {
            sleep_until(arrival).await;
            to.write_all(&packet).await?;
        }
        io::Result::Ok(())
    };
    tokio::try_join!(read, write)?;
    Ok(())
}

/// One direction of a link: one packet after the other.
#[derive(Debug, Default)]
struct Lane {
    free: Mutex<Option<Instant>>,
}

/// When a packet is on the lane.
#[derive(Debug, PartialEq)]
struct Sent {
    start: Instant,
    end: Instant,
}

impl Lane {
    fn send(&self, length: usize, now: Instant) -> Sent {
        let Ok(mut free) = self.free.lock() else {
            return Sent {
                start: now,
                end: now,
            };
        };
        let start = free.map_or(now, |free| free.max(now));
        let end = start + transmission(length);
        *free = Some(end);
        Sent { start, end }
    }
}

fn transmission(length: usize) -> Duration {
    Duration::from_nanos(length as u64 * 8 * 1_000_000_000 / RATE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_queue_up_behind_each_other() {
        let lane = Lane::default();
        let now = Instant::now();
        let ms = Duration::from_millis;
        let first = lane.send(2_000, now);
        assert_eq!((first.start, first.end), (now, now + ms(10)));
        let second = lane.send(1_000, now);
        assert_eq!((second.start, second.end), (now + ms(10), now + ms(15)));
        let late = lane.send(1_000, now + ms(40));
        assert_eq!((late.start, late.end), (now + ms(40), now + ms(45)));
    }

    #[test]
    fn two_hundred_kilobytes_take_a_second() {
        assert_eq!(transmission(200_000), Duration::from_secs(1));
    }

    #[tokio::test]
    async fn a_first_answer_takes_two_round_trips() {
        let server = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let mut link = Link::new();
        let port = link.forward(server.local_addr().unwrap()).await.unwrap();
        let start = Instant::now();
        let mut client = TcpStream::connect(port.address).await.unwrap();
        client.write_all(b"?").await.unwrap();
        let (mut accepted, _) = server.accept().await.unwrap();
        assert_eq!(accepted.read_u8().await.unwrap(), b'?');
        accepted.write_all(b"!").await.unwrap();
        assert_eq!(client.read_u8().await.unwrap(), b'!');
        assert!(start.elapsed() >= 4 * ONE_WAY);
        assert_eq!(port.received(), 1);
    }
}
