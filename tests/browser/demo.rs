//! The demonstration: a lamp inside the page.

use super::support::broker::Broker;
use super::support::visit::Visit;

browser_tests!(
    mosquitto: it_needs_no_broker,
    it_is_offered_where_no_broker_answers,
);
browser_tests!(
    alone: its_lamp_can_be_changed,
    after_a_reload_going_back_leads_to_its_lamp,
);

async fn it_needs_no_broker(mut broker: Broker) {
    broker.stop();
    let page = Visit::to(&broker).query("?demo").open().await;
    page.text_mentions("#status[data-state=connected]", "Demo")
        .await;
    page.text_becomes("#sub_value", "2").await;
}

async fn its_lamp_can_be_changed() {
    let page = Visit::as_built().query("?demo").open().await;
    page.click("#lamp-power").await;
    page.text_mentions("#lamp-message", "Confirmed").await;
    page.text_becomes("#lamp-power", "Off").await;
}

async fn after_a_reload_going_back_leads_to_its_lamp() {
    let page = Visit::as_built().query("?demo").open().await;
    page.click("#devices [href$='device=TEST']").await;
    page.find("#power").await;
    page.browser.refresh().await.unwrap();
    page.find("#power").await;
    page.browser.back().await.unwrap();
    page.text_becomes("header p", "device demo").await;
}

async fn it_is_offered_where_no_broker_answers(mut broker: Broker) {
    broker.stop();
    let page = Visit::to(&broker).open().await;
    page.catch("#demo").await;
    page.find("#lamp-power").await;
}
