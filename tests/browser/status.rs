//! What the page tells about its connection, and how it gets over losing it.

use serde_json::json;

use super::support::broker::Broker;
use super::support::client::Client;
use super::support::page::seconds_left;
use super::support::relay::{Frames, Relay};
use super::support::visit::Visit;

browser_tests!(
    mosquitto: it_is_connected_once_the_broker_answers,
    it_is_offline_when_the_broker_stops,
    it_says_when_it_tries_again,
    it_says_which_broker_is_lost,
    a_try_that_fails_is_not_told_again,
    labels_resume_when_the_broker_is_back,
    a_change_made_offline_arrives_later,
);
// A broker has its own way to go and to come back.
browser_tests!(embedded: labels_resume_when_the_broker_is_back);
browser_tests!(alone: it_is_connecting_until_the_broker_answers);

async fn it_is_connecting_until_the_broker_answers() {
    // Takes the connection, as a broker would, and then says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}/mqtt", silent.local_addr().unwrap());
    let page = Visit::through(&url).open().await;
    page.text_mentions("#status[data-state=connecting]", &url)
        .await;
}

async fn it_is_connected_once_the_broker_answers(broker: Broker) {
    let page = Visit::to(&broker).open().await;
    page.status_becomes("connected").await;
}

async fn it_is_offline_when_the_broker_stops(mut broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    broker.stop();
    page.status_becomes("offline").await;
}

async fn it_says_when_it_tries_again(mut broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    broker.stop();
    let text = page.status_becomes("offline").await;
    assert!(seconds_left(&text) > 0, "no wait: {text}");
}

async fn it_says_which_broker_is_lost(mut broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    broker.stop();
    let text = page.status_becomes("offline").await;
    assert!(text.contains(&broker.url()), "{text}");
}

async fn a_try_that_fails_is_not_told_again(mut broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    broker.stop();
    page.text_mentions("#status [role=status]", "does not answer")
        .await;
    const TRY: &str = "const status = document.getElementById('status');
        const live = status.querySelector('[role=status]');
        const told = [];
        new MutationObserver(() => told.push(live.textContent))
            .observe(live, { characterData: true, childList: true, subtree: true });
        new MutationObserver(() => status.dataset.state === 'offline' && done(told))
            .observe(status, { attributes: true });
        document.getElementById('retry').click()";
    let told: Vec<String> = page.await_script(TRY, vec![]).await;
    assert!(told.is_empty(), "{told:?}");
}

async fn labels_resume_when_the_broker_is_back(mut broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    broker.stop();
    page.status_becomes("offline").await;
    broker.start_again().await;
    page.status_becomes("connected").await;
    Client::connect(&broker)
        .await
        .label(r#"{"value": "again"}"#)
        .await;
    page.text_becomes("#sub_value", "again").await;
}

async fn a_change_made_offline_arrives_later(broker: Broker) {
    // The broker stays, so that our client hears everything; what is lost is the way to it.
    let mut client = Client::connect(&broker).await;
    let relay = Relay::before(&broker, Frames::AsSent).await;
    let page = Visit::through(relay.url()).connect().await;
    let address = relay.take_away().await;
    page.status_becomes("offline").await;
    page.click_power().await;
    page.slide_to(64).await;
    page.text_becomes("#sliderState", "64").await;
    let _relay = Relay::at(address, &broker, Frames::AsSent).await;
    page.status_becomes("connected").await;
    // Should the way be back within the slider's debounce, power arrives alone first.
    let wanted = json!({"on": true, "slider": 64});
    client.pokes_until(|poke| *poke == wanted).await;
}
