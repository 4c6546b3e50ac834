//! The built page on a plain web server, with single files put in its place by a test.

use std::path::PathBuf;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tower_http::services::ServeDir;

/// Serves until dropped.
pub struct Site {
    pub address: String,
    server: JoinHandle<()>,
}

/// A file of the page as a test wants it.
#[derive(Clone)]
pub enum Instead {
    Json(String),
    Script(&'static str),
    NotFound,
}

impl Site {
    /// Puts the page under `folder`, which is empty or begins with a slash and ends without one.
    pub async fn serve(folder: &str, instead: Vec<(String, Instead)>) -> Self {
        let mut files = Router::new().fallback_service(ServeDir::new(built()));
        for (name, instead) in instead {
            files = files.route(&format!("/{name}"), get(async || answer(instead)));
        }
        let root = if folder.is_empty() {
            files
        } else {
            Router::new().nest_service(folder, files)
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}{folder}/", listener.local_addr().unwrap());
        let server = tokio::spawn(async { axum::serve(listener, root).await.unwrap() });
        Self { address, server }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.abort();
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

fn answer(instead: Instead) -> (StatusCode, [(header::HeaderName, &'static str); 1], String) {
    match instead {
        Instead::Json(text) => (
            StatusCode::OK,
            [(header::CONTENT_TYPE, "application/json")],
            text,
        ),
        Instead::Script(text) => (
            StatusCode::OK,
            [(header::CONTENT_TYPE, "text/javascript")],
            text.to_owned(),
        ),
        Instead::NotFound => (
            StatusCode::NOT_FOUND,
            [(header::CONTENT_TYPE, "text/plain")],
            String::new(),
        ),
    }
}
