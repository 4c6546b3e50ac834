//! A program that has failed says so: a page that looks alive and does nothing would be worse than none. No message, file
//! or address brings that about, so its memory is overwritten.

use std::fs;

use serde_json::Value;

use super::support::broker::Broker;
use super::support::client::Client;
use super::support::page::Page;
use super::support::site::{Instead, built, built_files};
use super::support::visit::Visit;

browser_tests!(
    mosquitto: a_page_whose_program_has_failed_says_so,
    a_page_whose_worker_has_failed_says_so,
);

async fn a_page_whose_program_has_failed_says_so(broker: Broker) {
    let page = visit(&broker).await;
    overwrite(&page, "window").await;
    page.click_power().await;
    page.text_mentions("[role=alert]", "Reload the page").await;
}

async fn a_page_whose_worker_has_failed_says_so(broker: Broker) {
    let page = visit(&broker).await;
    let mut client = Client::connect(&broker).await;
    overwrite(&page, "worker").await;
    client.label(r#"{"value": "lost"}"#).await;
    page.text_mentions("[role=alert]", "Reload the page").await;
}

/// To a page whose program's memory can be reached from outside.
async fn visit(broker: &Broker) -> Page {
    const OPENED: &str = "{
        const { Instance } = WebAssembly;
        WebAssembly.Instance = function (...of) {
            const instance = new Instance(...of);
            const memory = Object.values(instance.exports).find((it) => it instanceof WebAssembly.Memory);
            const channel = new BroadcastChannel(globalThis.document ? 'window' : 'worker');
            channel.onmessage = () => {
                new Uint8Array(memory.buffer).fill(255);
                channel.postMessage('overwritten');
            };
            return instance;
        };
    }";
    let mut visit = Visit::to(broker);
    for file in built_files(".js") {
        let script = fs::read_to_string(built().join(&file)).unwrap();
        visit = visit.replacing(&file, Instead::Script(format!("{OPENED}{script}")));
    }
    visit.connect().await
}

async fn overwrite(page: &Page, thread: &str) {
    const SCRIPT: &str = "const channel = new BroadcastChannel(arguments[0]);
        channel.onmessage = done;
        channel.postMessage('')";
    page.await_script::<Value>(SCRIPT, vec![thread.into()])
        .await;
}
