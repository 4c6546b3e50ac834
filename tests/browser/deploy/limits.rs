//! Nobody takes the broker down for the others.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::page::let_in;
use crate::support::certificates::{HOST, SIGNED};
use crate::support::deployment::Deployment;
use crate::support::page::Page;
use crate::support::{PATIENCE, eventually};

browser_tests!(
    alone: who_sends_too_long_a_packet_is_cut_off_and_nobody_else,
    a_packet_that_announces_more_than_the_broker_s_memory_is_cut_off,
    a_message_that_is_too_long_is_dropped,
    five_hundred_idle_lamps_leave_the_page_served,
    five_hundred_idle_pages_leave_the_page_served,
    all_pages_together_have_so_many_connections,
    the_broker_s_plain_ports_are_closed_to_the_outside,
);

const CROWD: usize = 500;
/// Another address than the page's.
const STRANGER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

async fn who_sends_too_long_a_packet_is_cut_off_and_nobody_else() {
    let deployment = Deployment::hardened().await;
    let page = let_in(&deployment).await;
    let mut sender = deployment.client("label-service").await;
    sender.shout_label("x".repeat(20_000)).await;
    sender.is_cut_off().await;
    is_served(&page, &deployment).await;
}

async fn a_packet_that_announces_more_than_the_broker_s_memory_is_cut_off() {
    /// Masked with zeros, as a client's must be: the beginning of a CONNECT of 256 MB, the longest that can be announced.
    const FRAME: [u8; 11] = [0x82, 0x85, 0, 0, 0, 0, 0x10, 0xff, 0xff, 0xff, 0x7f];
    let deployment = Deployment::hardened().await;
    let (mut connection, status) = ask_for_the_broker(deployment.ports.https, STRANGER).await;
    assert_eq!(status, "101");
    connection.write_all(&FRAME).await.unwrap();
    // However it ends, with the rest of the answer before.
    let _ = timeout(PATIENCE, connection.read_to_end(&mut Vec::new()))
        .await
        .expect("the broker keeps the connection");
}

async fn a_message_that_is_too_long_is_dropped() {
    let deployment = Deployment::hardened().await;
    let mut student = deployment.client("student").await;
    let mut service = deployment.client("label-service").await;
    service.label("x".repeat(10_000)).await;
    service.label("short").await;
    assert_eq!(student.hear().await.payload, b"short");
}

async fn five_hundred_idle_lamps_leave_the_page_served() {
    let deployment = Deployment::hardened().await;
    let crowd: Vec<TcpStream> = (0..CROWD)
        .map(|_| TcpStream::connect(deployment.ports.lamps).unwrap())
        .collect();
    eventually(
        async || match crowd.iter().filter(|one| is_open(one)).count() {
            400 => Ok(()),
            open => Err(format!("{open} connections are open")),
        },
    )
    .await;
    is_served(&let_in(&deployment).await, &deployment).await;
}

async fn five_hundred_idle_pages_leave_the_page_served() {
    let deployment = Deployment::hardened().await;
    let mut crowd = Vec::new();
    let mut let_through = 0;
    for _ in 0..CROWD {
        let (connection, status) = ask_for_the_broker(deployment.ports.https, STRANGER).await;
        crowd.push(connection);
        match &*status {
            "101" => let_through += 1,
            status => assert_eq!(status, "429"),
        }
    }
    assert_eq!(let_through, 100);
    is_served(&let_in(&deployment).await, &deployment).await;
}

async fn all_pages_together_have_so_many_connections() {
    let deployment = Deployment::with_room_for(5).await;
    let mut crowd = Vec::new();
    for page in 0..9 {
        let address = Ipv4Addr::new(127, 0, 1, page);
        let (connection, status) = ask_for_the_broker(deployment.ports.https, address).await;
        crowd.push(connection);
        assert_eq!(status, if page < 5 { "101" } else { "429" });
    }
}

async fn the_broker_s_plain_ports_are_closed_to_the_outside() {
    let deployment = Deployment::hardened().await;
    let _page = let_in(&deployment).await;
    for port in [
        deployment.ports.mqtt.port(),
        deployment.ports.websocket.port(),
    ] {
        // Stands for an address that others reach.
        let other = SocketAddr::from((Ipv4Addr::new(127, 0, 0, 2), port));
        assert!(TcpStream::connect(other).is_err(), "{other} is open");
    }
}

/// Whether the broker has not closed it.
fn is_open(connection: &TcpStream) -> bool {
    connection.set_nonblocking(true).unwrap();
    let nothing_yet = connection.peek(&mut [0]).map_err(|error| error.kind());
    nothing_yet == Err(ErrorKind::WouldBlock)
}

async fn is_served(page: &Page, deployment: &Deployment) {
    let mut service = deployment.client("label-service").await;
    page.a_label_comes(&mut service).await;
}

/// Opens a WebSocket to the broker as a page at this address does, and says no more. Tells the web server's answer.
async fn ask_for_the_broker(
    web_server: SocketAddr,
    address: Ipv4Addr,
) -> (TlsStream<tokio::net::TcpStream>, String) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((address, 0).into()).unwrap();
    let stream = socket.connect(web_server).await.unwrap();
    let mut trusted = RootCertStore::empty();
    let authority = CertificateDer::from_pem_slice(SIGNED.authority.as_bytes()).unwrap();
    trusted.add(authority).unwrap();
    let config = ClientConfig::builder()
        .with_root_certificates(trusted)
        .with_no_client_auth();
    let mut stream = TlsConnector::from(Arc::new(config))
        .connect(ServerName::try_from(HOST).unwrap(), stream)
        .await
        .unwrap();
    let request = format!(
        "GET /mqtt HTTP/1.1\r\nHost: {HOST}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         Sec-WebSocket-Protocol: mqtt\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    let status = String::from_utf8_lossy(&answer["HTTP/1.1 ".len()..]);
    (stream, status.into_owned())
}
