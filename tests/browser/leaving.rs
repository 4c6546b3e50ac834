//! Leaving the page, and coming back to it.

use mqttbytes::v4::Packet;
use serde_json::{Value, json};

use super::support::broker::Broker;
use super::support::client::Client;
use super::support::page::Page;
use super::support::proxy::{Proxy, Stalled};
use super::support::relay::{Frames, Relay};
use super::support::visit::Visit;

browser_tests!(
    mosquitto: an_undelivered_change_survives_a_reload,
    an_undelivered_change_of_another_device_survives_a_reload,
    a_delivered_change_is_not_delivered_again_by_a_reload,
    the_browser_asks_before_an_undelivered_change_is_left,
    the_browser_does_not_ask_when_all_is_delivered,
    a_change_goes_out_before_the_page_says_good_bye,
    going_back_to_the_page_connects_it_again,
);

async fn an_undelivered_change_survives_a_reload(broker: Broker) {
    let (page, mut way, mut client) = switched_on_offline(&broker).await;
    page.slide_to(64).await;
    page.browser.refresh().await.unwrap();
    page.text_becomes("#powerState", "On").await;
    page.text_becomes("#sliderState", "64").await;
    way.open().await;
    assert_eq!(
        client.poke().await.json(),
        json!({"on": true, "slider": 64})
    );
}

async fn an_undelivered_change_of_another_device_survives_a_reload(broker: Broker) {
    let (page, mut way, mut client) = switched_on_offline(&broker).await;
    let another = format!("{}?device=another", page.site.address);
    page.browser.goto(another).await.unwrap();
    page.text_mentions("#delivery", "waits").await;
    way.open().await;
    let poke = client.poke().await;
    assert_eq!(poke.topic, "devices/TEST/test/poke_value");
    assert_eq!(poke.json(), json!({"on": true, "slider": 50}));
}

async fn a_delivered_change_is_not_delivered_again_by_a_reload(broker: Broker) {
    let (page, _way) = visit(&broker).await;
    let mut client = Client::connect(&broker).await;
    page.click_power().await;
    assert_eq!(client.poke().await.json()["on"], true);
    page.text_becomes("#delivery", "").await;
    page.browser.refresh().await.unwrap();
    page.status_becomes("connected").await;
    // Were the old one sent again, it would come before the new one.
    page.slide_to(64).await;
    assert_eq!(client.poke().await.json()["slider"], 64);
}

async fn the_browser_asks_before_an_undelivered_change_is_left(broker: Broker) {
    let (page, way) = visit(&broker).await;
    way.stall(Stalled::Everything);
    page.click_power().await;
    page.text_mentions("#delivery", "waits").await;
    page.browser.goto("about:blank").await.unwrap();
    assert_eq!(page.questions().await, ["beforeunload"]);
}

async fn the_browser_does_not_ask_when_all_is_delivered(broker: Broker) {
    let (page, _way) = visit(&broker).await;
    let mut client = Client::connect(&broker).await;
    page.click_power().await;
    client.poke().await;
    page.text_becomes("#delivery", "").await;
    // What follows from the last change to the document may still be due.
    page.await_script::<Value>("setTimeout(done)", vec![]).await;
    page.browser.goto("about:blank").await.unwrap();
    assert!(page.questions().await.is_empty());
}

async fn a_change_goes_out_before_the_page_says_good_bye(broker: Broker) {
    let relay = Relay::before(&broker, Frames::AsSent).await;
    let page = visit_by(&relay.url()).await;
    const SCRIPT: &str = "const slider = document.querySelector('#slider');
        slider.value = 64;
        slider.dispatchEvent(new Event('input', {bubbles: true}));
        location = 'about:blank'";
    page.run::<Value>(SCRIPT, vec![]).await;
    let packets = relay.only_one_ends().await.packets;
    let [.., (_, Packet::Publish(change)), (_, Packet::Disconnect)] = &packets[..] else {
        panic!("{packets:?}");
    };
    let change: Value = serde_json::from_slice(&change.payload).unwrap();
    assert_eq!(change, json!({"on": false, "slider": 64}));
}

async fn going_back_to_the_page_connects_it_again(broker: Broker) {
    let page = visit_by(&broker.url()).await;
    page.click_power().await;
    page.text_becomes("#delivery", "").await;
    page.run::<Value>("window.mark = 'kept'", vec![]).await;
    page.browser.goto("about:blank").await.unwrap();
    page.browser.back().await.unwrap();
    // Not a page that was loaded anew, of which other tests tell.
    const MARK: &str = "return window.mark ?? 'lost'";
    assert_eq!(page.run::<String>(MARK, vec![]).await, "kept");
    page.labels_come(&mut Client::connect(&broker).await).await;
}

/// A page without a way to its broker, whose power was pressed since, and who hears what comes of it.
async fn switched_on_offline(broker: &Broker) -> (Page, Proxy, Client) {
    let (page, mut way) = visit(broker).await;
    let client = Client::connect(broker).await;
    way.close().await;
    way.cut();
    page.status_becomes("offline").await;
    page.click_power().await;
    (page, way, client)
}

async fn visit(broker: &Broker) -> (Page, Proxy) {
    let way = Proxy::before(broker).await;
    (visit_by(&way.url()).await, way)
}

async fn visit_by(url: &str) -> Page {
    Visit::through(url).connect().await
}
