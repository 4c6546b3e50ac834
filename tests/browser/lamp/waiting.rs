//! A change that waits: for the lamp, its state or the broker.

use super::{DEVICE, PRESENCE, panel_that_sends, slide, value, value_becomes};
use crate::support::broker::Broker;
use crate::support::client::Client;
use crate::support::lamp::Lamp;
use crate::support::page::Page;

browser_tests!(
    mosquitto: a_change_that_waits_may_be_dropped,
    a_change_that_waits_for_the_broker_may_be_dropped,
    a_change_that_waits_for_the_lamp_s_state_may_be_dropped,
    a_change_that_waits_survives_a_reload,
    a_change_that_waits_survives_a_reload_at_another_lamp,
    the_browser_asks_before_a_change_that_waits_is_left,
);

async fn a_change_that_waits_may_be_dropped(broker: Broker) {
    let (lamp, page) = waiting_for_the_lamp(&broker).await;
    page.click("#lamp-give-up").await;
    value_becomes(&page, "brightness", "1").await;
    lamp.comes();
    page.text_mentions(PRESENCE, "lamp service up").await;
    // Whatever the page would send comes before what it is made to send.
    slide(&page, "hue", "0.6").await;
    lamp.is_asked(r#""h":0.6"#).await;
    assert_eq!(lamp.requests().len(), 2);
}

async fn a_change_that_waits_for_the_broker_may_be_dropped(mut broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel_that_sends(&broker, &lamp).await;
    broker.stop();
    page.status_becomes("offline").await;
    slide(&page, "brightness", "0.5").await;
    page.text_mentions("#lamp-message", "The lamp cannot be reached now")
        .await;
    page.click("#lamp-give-up").await;
    value_becomes(&page, "brightness", "1").await;
}

async fn a_change_that_waits_for_the_lamp_s_state_may_be_dropped(broker: Broker) {
    let (_lamp, page) = waiting_for_the_lamp(&broker).await;
    let mut client = Client::connect(&broker).await;
    let changed = format!("devices/{DEVICE}/lamp/changed");
    client.publish(&changed, "").await;
    page.text_mentions("#lamp-message", "waits for that").await;
    page.click("#lamp-give-up").await;
    let told = "This lamp has not told its state yet. Its controls appear when it does.";
    page.text_becomes("#lamp-message", told).await;
}

async fn a_change_that_waits_survives_a_reload(broker: Broker) {
    let (lamp, page) = waiting_for_the_lamp(&broker).await;
    page.browser.refresh().await.unwrap();
    page.find("#lamp-give-up").await;
    assert_eq!(value(&page, "brightness").await, "0.5");
    lamp.comes();
    lamp.is_asked(r#""brightness":0.5"#).await;
    page.text_mentions("#lamp-message", "Confirmed").await;
    page.browser.refresh().await.unwrap();
    page.find("#brightness").await;
    // A change that waits is told from the first, and how it ended afterwards.
    page.text_becomes("#lamp-message", "").await;
    slide(&page, "hue", "0.6").await;
    lamp.is_asked(r#""h":0.6"#).await;
    assert_eq!(lamp.requests().len(), 3);
}

async fn a_change_that_waits_survives_a_reload_at_another_lamp(broker: Broker) {
    let (lamp, page) = waiting_for_the_lamp(&broker).await;
    let another = format!("{}?device=another", page.site.address);
    page.browser.goto(another).await.unwrap();
    page.status_becomes("connected").await;
    lamp.comes();
    lamp.is_asked(r#""brightness":0.5"#).await;
}

async fn the_browser_asks_before_a_change_that_waits_is_left(broker: Broker) {
    let (_lamp, page) = waiting_for_the_lamp(&broker).await;
    // Browsers ask only whom the user has touched.
    page.click("#lamp-power").await;
    page.browser.goto("about:blank").await.unwrap();
    assert_eq!(page.questions().await, ["beforeunload"]);
}

/// A lamp that has gone, and its panel, where brightness 0.5 is wanted of it. It has been asked for something once.
async fn waiting_for_the_lamp(broker: &Broker) -> (Lamp, Page) {
    let lamp = Lamp::at(broker, DEVICE).await;
    let page = panel_that_sends(broker, &lamp).await;
    lamp.goes();
    page.text_mentions(PRESENCE, "lamp service down").await;
    slide(&page, "brightness", "0.5").await;
    page.find("#lamp-give-up").await;
    (lamp, page)
}
