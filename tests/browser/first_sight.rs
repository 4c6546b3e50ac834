//! The first that is seen of the page.

use serde_json::json;

use super::support::broker::Broker;
use super::support::lamp::Lamp;
use super::support::visit::Visit;

browser_tests!(mosquitto: what_the_broker_retains_has_the_page_drawn);

async fn what_the_broker_retains_has_the_page_drawn(broker: Broker) {
    let lamp = Lamp::at(&broker, "b827eb000001").await;
    let page = Visit::to(&broker).query(lamp.query()).connect().await;
    // The page waits 50 ms for a broker nearby, here as long as the machine takes.
    const SCRIPT: &str = "const wait = setTimeout;
        setTimeout = (then, time) => time === 50 ? 0 : wait(then, time);";
    page.browser
        .cdp()
        .send_raw(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({"source": SCRIPT}),
        )
        .await
        .unwrap();
    page.browser.refresh().await.unwrap();
    page.status_becomes("connected").await;
    page.find("#lamp-power").await;
}
