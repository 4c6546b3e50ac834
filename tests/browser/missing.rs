//! A browser that cannot run the page gets a word in plain language instead of a blank screen.

use std::fs;

use super::support::broker::Broker;
use super::support::eventually;
use super::support::page::Page;
use super::support::site::{Instead, built, built_files};
use super::support::visit::Visit;

browser_tests!(
    mosquitto: without_javascript_it_says_so,
    without_its_wasm_it_says_so,
    without_its_worker_it_says_so,
);

async fn without_javascript_it_says_so(broker: Broker) {
    let page = Visit::to(&broker).without_javascript().open().await;
    says(&page, "needs JavaScript").await;
}

async fn without_its_wasm_it_says_so(broker: Broker) {
    let mut visit = Visit::to(&broker);
    for file in built_files(".wasm") {
        visit = visit.replacing(&file, Instead::NotFound);
    }
    says(&visit.open().await, "cannot start").await;
}

async fn without_its_worker_it_says_so(broker: Broker) {
    const SILENT_WORKER: &str =
        "globalThis.Worker = class extends EventTarget { postMessage() {} };";
    let mut visit = Visit::to(&broker);
    for file in built_files(".js") {
        let script = fs::read_to_string(built().join(&file)).unwrap();
        visit = visit.replacing(&file, Instead::Script(format!("{SILENT_WORKER}{script}")));
    }
    let page = visit.open().await;
    // From then on the page waits for its worker.
    page.find("#status").await;
    let text = page.status_becomes("refused").await;
    assert!(text.contains("Reload the page"), "{text}");
}

/// The words are among those that the page offers to eyes and screen readers.
async fn says(page: &Page, words: &str) {
    eventually(async || {
        let tree = page.accessibility_tree().await;
        let texts: Vec<&str> = tree
            .iter()
            .filter_map(|node| node["name"]["value"].as_str())
            .collect();
        if texts.iter().any(|text| text.contains(words)) {
            Ok(())
        } else {
            Err(format!("no {words} in {texts:?}"))
        }
    })
    .await;
}
