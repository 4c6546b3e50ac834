//! All that a browser does on the network, its pages' workers included, of whose requests the driver's log tells nothing.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::NamedTempFile;

use super::eventually;
use super::page::Page;

pub struct NetLog {
    file: NamedTempFile,
}

impl NetLog {
    pub fn new() -> Self {
        Self {
            file: NamedTempFile::new().unwrap(),
        }
    }

    /// Where the browser is to write it.
    pub fn place(&self) -> &Path {
        self.file.path()
    }

    /// The whole of it; ends the browser, which completes it only then.
    pub async fn of(self, page: Page) -> Value {
        page.browser.quit().await.unwrap();
        eventually(async || {
            let text = fs::read_to_string(self.place()).unwrap();
            serde_json::from_str(&text).map_err(|error| error.to_string())
        })
        .await
    }
}

/// The addresses that a page of this origin has asked for, by itself or in its workers.
pub fn asked_by(origin: &str, log: &Value) -> Vec<String> {
    let start = &log["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"];
    let events = log["events"].as_array().unwrap().iter();
    events
        .filter(|event| event["type"] == *start && event["params"]["initiator"] == origin)
        .map(|event| event["params"]["url"].as_str().unwrap().to_owned())
        .collect()
}
