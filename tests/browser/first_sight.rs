//! The first that is seen of the page.

use lampi_web::page::PATIENCE;
use serde_json::json;

use super::support::broker::Broker;
use super::support::eventually;
use super::support::lamp::Lamp;
use super::support::visit::Visit;

browser_tests!(mosquitto: what_the_broker_retains_is_drawn_with_the_page);

async fn what_the_broker_retains_is_drawn_with_the_page(broker: Broker) {
    let lamp = Lamp::at(&broker, "b827eb000001").await;
    let page = Visit::to(&broker).query(lamp.query()).connect().await;
    // The page waits so long for a broker nearby, here as long as the machine takes.
    let patience = format!(
        "const wait = setTimeout;
        setTimeout = (then, time) => time === {PATIENCE} ? 0 : wait(then, time);"
    );
    const SEEN: &str = "new MutationObserver((_, observer) => {
            const status = document.querySelector('#status');
            if (!status) return;
            const panel = document.querySelector('#power') ? 'lesson' : 'lamp';
            window.seen = `${status.dataset.state}, ${panel}`;
            observer.disconnect();
        }).observe(document, {childList: true, subtree: true})";
    page.browser
        .cdp()
        .send_raw(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({"source": patience + SEEN}),
        )
        .await
        .unwrap();
    page.browser.refresh().await.unwrap();
    let seen: String = eventually(async || {
        let seen: Option<String> = page.run("return window.seen", vec![]).await;
        seen.ok_or_else(|| "the page is not drawn".to_owned())
    })
    .await;
    assert_eq!(seen, "connected, lamp");
}
