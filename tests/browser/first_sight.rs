//! The first that is seen of the page.

use lampi_web::page::LAMP_PATIENCE;

use super::support::broker::Broker;
use super::support::client::Client;
use super::support::eventually;
use super::support::lamp::Lamp;
use super::support::page::Page;
use super::support::visit::Visit;

browser_tests!(
    mosquitto: what_the_broker_retains_is_drawn_with_the_page,
    a_lamp_s_page_does_not_begin_with_the_lesson_s_panel,
);

const DEVICE: &str = "b827eb000001";

async fn what_the_broker_retains_is_drawn_with_the_page(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = Visit::to(&broker).query(lamp.query()).connect().await;
    reload(&page).await;
    assert_eq!(first_sight(&page).await, "connected, lamp");
}

async fn a_lamp_s_page_does_not_begin_with_the_lesson_s_panel(broker: Broker) {
    let mut client = Client::connect(&broker).await;
    client.retain_label(r#"{"value": 1}"#).await;
    let query = format!("?device={DEVICE}");
    let page = Visit::to(&broker).query(query).connect().await;
    reload(&page).await;
    let _lamp = Lamp::at(&broker, DEVICE).await;
    assert_eq!(first_sight(&page).await, "connected, lamp");
}

/// Has the page wait for its first news as long as the machine takes, and see what it draws then.
async fn reload(page: &Page) {
    let patience = format!(
        "const wait = setTimeout;
        setTimeout = (then, time) => time === {LAMP_PATIENCE} ? 0 : wait(then, time);"
    );
    const SEE: &str = "new MutationObserver((_, observer) => {
            const status = document.querySelector('#status');
            if (!status) return;
            const panel = document.querySelector('#power') ? 'lesson' : 'lamp';
            window.seen = `${status.dataset.state}, ${panel}`;
            observer.disconnect();
        }).observe(document, {childList: true, subtree: true})";
    page.run_on_each_load(patience + SEE).await;
    page.browser.refresh().await.unwrap();
}

async fn first_sight(page: &Page) -> String {
    eventually(async || {
        let seen: Option<String> = page.run("return window.seen", vec![]).await;
        seen.ok_or_else(|| "the page is not drawn".to_owned())
    })
    .await
}
