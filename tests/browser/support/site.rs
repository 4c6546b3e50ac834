//! The built page on a plain web server, with single files put in its place by a test.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::routing::get;
use axum::serve::Listener;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::server::TlsStream;
use tower_http::services::ServeDir;

use super::certificates::SIGNED;

/// Serves until dropped.
pub struct Site {
    pub address: String,
    server: Option<JoinHandle<()>>,
}

/// A file of the page as a test wants it.
#[derive(Clone)]
pub enum Instead {
    Json(String),
    /// The same, which is answered while this says so.
    JsonWhile(String, watch::Receiver<bool>),
    Script(String),
    NotFound,
}

impl Site {
    /// Puts the page under `folder`, which is empty or begins with a slash and ends without one. Browsers take it from
    /// `host`: 127.0.0.1, or a name that they are led there by.
    pub async fn serve(
        host: &str,
        folder: &str,
        instead: Vec<(String, Instead)>,
        https: bool,
    ) -> Self {
        let mut files = Router::new().fallback_service(ServeDir::new(built()));
        for (name, instead) in instead {
            files = files.route(&format!("/{name}"), get(async || answer(instead).await));
        }
        let root = if folder.is_empty() {
            files
        } else {
            Router::new().nest_service(folder, files)
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (scheme, server) = if https {
            let listener = Tls::new(listener);
            (
                "https",
                tokio::spawn(async { axum::serve(listener, root).await.unwrap() }),
            )
        } else {
            (
                "http",
                tokio::spawn(async { axum::serve(listener, root).await.unwrap() }),
            )
        };
        Self {
            address: format!("{scheme}://{host}:{port}{folder}/"),
            server: Some(server),
        }
    }

    /// A site that somebody else serves.
    pub fn of_others(address: String) -> Self {
        Self {
            address,
            server: None,
        }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if let Some(server) = &self.server {
            server.abort();
        }
    }
}

/// Shows the certificate of this run to everyone who connects.
struct Tls {
    address: SocketAddr,
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
}

impl Tls {
    fn new(listener: TcpListener) -> Self {
        let address = listener.local_addr().unwrap();
        let (hand_over, ready) = mpsc::channel(16);
        tokio::spawn(shake_hands(listener, hand_over));
        Self { address, ready }
    }
}

impl Listener for Tls {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        self.ready.recv().await.unwrap()
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        Ok(self.address)
    }
}

/// With everyone at once: browsers open connections that they may use later.
async fn shake_hands(
    listener: TcpListener,
    hand_over: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>,
) {
    let chain = CertificateDer::pem_slice_iter(SIGNED.chain.as_bytes())
        .collect::<Result<_, _>>()
        .unwrap();
    let key = PrivateKeyDer::from_pem_slice(SIGNED.key.as_bytes()).unwrap();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    while let Ok((stream, from)) = listener.accept().await {
        let (acceptor, hand_over) = (acceptor.clone(), hand_over.clone());
        tokio::spawn(async move {
            if let Ok(stream) = acceptor.accept(stream).await {
                hand_over.send((stream, from)).await.unwrap_or_default();
            }
        });
    }
}

/// The folder of the built page.
pub fn built() -> PathBuf {
    let folder = std::env::var_os("LAMPI_DIST").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/dist")),
        PathBuf::from,
    );
    assert!(
        folder.join("index.html").is_file(),
        "no page in {}: build it, or set LAMPI_DIST",
        folder.display()
    );
    folder
}

/// The names of the built page's files that end like this.
pub fn built_files(ending: &str) -> Vec<String> {
    let names: Vec<String> = std::fs::read_dir(built())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(ending))
        .collect();
    assert!(!names.is_empty(), "the built page has no {ending} file");
    names
}

type Answer = (StatusCode, [(header::HeaderName, &'static str); 1], String);

async fn answer(instead: Instead) -> Answer {
    match instead {
        Instead::Json(text) => json(text),
        Instead::JsonWhile(text, mut is_given) => {
            is_given.wait_for(|is_given| *is_given).await.unwrap();
            json(text)
        }
        Instead::Script(text) => (
            StatusCode::OK,
            [(header::CONTENT_TYPE, "text/javascript")],
            text,
        ),
        Instead::NotFound => (
            StatusCode::NOT_FOUND,
            [(header::CONTENT_TYPE, "text/plain")],
            String::new(),
        ),
    }
}

fn json(text: String) -> Answer {
    (
        StatusCode::OK,
        [(header::CONTENT_TYPE, "application/json")],
        text,
    )
}
