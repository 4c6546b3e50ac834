//! A web server that treats all pages alike: everything compressed beforehand as hard as brotli can, what never changes
//! kept by the browser, the rest asked for anew.

use std::{
    collections::HashMap,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use tokio::{net::TcpListener, task::JoinHandle};

/// A page's files, ready to be served.
#[derive(Debug, Default)]
pub struct Files(HashMap<String, Served>);

#[derive(Debug)]
struct Served {
    brotli: Bytes,
    kind: &'static str,
    etag: String,
    never_changes: bool,
}

impl Files {
    /// Adds a file. If it `never_changes`, browsers are told to keep it for good.
    pub fn add(&mut self, name: &str, content: &[u8], never_changes: bool) {
        let served = Served {
            // Neither end can fail: both are memory.
            brotli: compress::brotli(content).unwrap_or_default().into(),
            kind: kind(name),
            etag: format!("\"{:016x}\"", fingerprint(content)),
            never_changes,
        };
        self.0.insert(name.to_owned(), served);
    }
}

/// FNV-1a.
fn fingerprint(content: &[u8]) -> u64 {
    content.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

/// A running web server; it ends when this is dropped.
#[derive(Debug)]
pub struct Site {
    /// Where it listens.
    pub address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    server: JoinHandle<()>,
}

/// A request that was answered.
#[derive(Clone, Debug)]
pub struct Request {
    /// When it came.
    pub at: Instant,
    /// Without the leading slash; `index.html` for the folder itself.
    pub name: String,
    /// The answer's status.
    pub status: u16,
    /// Length of the answer's body as transferred.
    pub body: usize,
}

impl Site {
    /// Serves these files on a free port, with this `config.json`.
    ///
    /// # Errors
    /// When the system has no port left.
    pub async fn start(files: Arc<Files>, config: &str) -> io::Result<Site> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let mut own = Files::default();
        own.add("config.json", config.as_bytes(), false);
        let requests = Arc::<Mutex<Vec<Request>>>::default();
        let shared = Shared {
            files,
            own: own.into(),
            requests: requests.clone(),
        };
        let router = Router::new().fallback(answer).with_state(shared);
        let server = tokio::spawn(async move {
            // Ends with the process at the latest.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Site {
            address,
            requests,
            server,
        })
    }

    /// The requests since this was asked last.
    pub fn requests(&self) -> Vec<Request> {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *requests)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.abort();
    }
}

#[derive(Clone)]
struct Shared {
    files: Arc<Files>,
    own: Arc<Files>,
    requests: Arc<Mutex<Vec<Request>>>,
}

async fn answer(State(shared): State<Shared>, uri: Uri, headers: HeaderMap) -> Response {
    let at = Instant::now();
    let name = match uri.path().trim_start_matches('/') {
        "" => "index.html",
        name => name,
    };
    let file = shared.own.0.get(name).or_else(|| shared.files.0.get(name));
    let (response, body) = match file {
        None => (StatusCode::NOT_FOUND.into_response(), 0),
        Some(file)
            if headers
                .get(header::IF_NONE_MATCH)
                .is_some_and(|known| known == file.etag.as_str()) =>
        {
            (StatusCode::NOT_MODIFIED.into_response(), 0)
        }
        Some(file) => (file.response(), file.brotli.len()),
    };
    let request = Request {
        at,
        name: name.to_owned(),
        status: response.status().as_u16(),
        body,
    };
    shared
        .requests
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(request);
    response
}

impl Served {
    fn response(&self) -> Response {
        let keep = match self.never_changes {
            true => "public, max-age=31536000, immutable",
            false => "no-cache",
        };
        let headers = [
            (header::CONTENT_TYPE, self.kind),
            (header::CONTENT_ENCODING, "br"),
            (header::CACHE_CONTROL, keep),
            (header::ETAG, &self.etag),
        ];
        (headers, Body::from(self.brotli.clone())).into_response()
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpStream,
    };

    use super::*;

    #[tokio::test]
    async fn what_never_changes_is_kept_for_good() {
        let site = site().await;
        let answer = get(&site, "page.js", "").await;
        assert!(answer.contains("cache-control: public, max-age=31536000, immutable"));
        assert!(answer.contains("content-encoding: br"));
        assert!(answer.contains("content-type: text/javascript"));
    }

    #[tokio::test]
    async fn what_is_known_is_not_sent_again() {
        let site = site().await;
        let answer = get(&site, "", "").await;
        assert!(answer.contains("cache-control: no-cache"));
        let etag = answer.lines().find_map(|line| line.strip_prefix("etag: "));
        let again = get(&site, "", &format!("if-none-match: {}\r\n", etag.unwrap())).await;
        assert!(again.starts_with("HTTP/1.1 304 "));
        let requests = site.requests();
        assert_eq!(requests[1].name, "index.html");
        assert!(requests[0].body > 0);
        assert_eq!(requests[1].body, 0);
    }

    async fn site() -> Site {
        let mut files = Files::default();
        files.add("index.html", b"<p>Here</p>", false);
        files.add("page.js", b"start()", true);
        Site::start(files.into(), "{}").await.unwrap()
    }

    async fn get(site: &Site, name: &str, headers: &str) -> String {
        let mut stream = TcpStream::connect(site.address).await.unwrap();
        let request =
            format!("GET /{name} HTTP/1.1\r\nhost: here\r\n{headers}connection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }
}
