//! Label messages that make no sense: ignored, counted, and the page goes on.

use super::support::broker::Broker;
use super::support::client::Client;
use super::support::page::Page;
use super::support::visit::Visit;

browser_tests!(
    mosquitto: what_is_not_json_is_ignored,
    what_is_not_an_object_is_ignored,
    what_is_not_utf_8_is_ignored,
    an_empty_message_is_ignored,
    ten_thousand_levels_are_ignored,
    every_ignored_message_is_counted,
    nothing_is_said_while_nothing_is_ignored,
    the_count_covers_nothing,
);
// Mosquitto 2.0 takes half a minute to pass a megabyte to a WebSocket.
browser_tests!(embedded: a_megabyte_is_ignored);

async fn what_is_not_json_is_ignored(broker: Broker) {
    ignores(&broker, vec!["{value: 1}".into()]).await;
}

async fn what_is_not_an_object_is_ignored(broker: Broker) {
    ignores(&broker, vec!["42".into()]).await;
}

async fn what_is_not_utf_8_is_ignored(broker: Broker) {
    ignores(&broker, vec![b"{\"value\": \"\xff\xfe\"}".to_vec()]).await;
}

async fn an_empty_message_is_ignored(broker: Broker) {
    ignores(&broker, vec![Vec::new()]).await;
}

async fn a_megabyte_is_ignored(broker: Broker) {
    ignores(
        &broker,
        vec![format!(r#"{{"value": "{}"}}"#, "x".repeat(1 << 20)).into()],
    )
    .await;
}

async fn ten_thousand_levels_are_ignored(broker: Broker) {
    let value = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    ignores(&broker, vec![format!(r#"{{"value": {value}}}"#).into()]).await;
}

async fn every_ignored_message_is_counted(broker: Broker) {
    ignores(&broker, vec!["[]".into(), "null".into(), "\"7\"".into()]).await;
}

async fn nothing_is_said_while_nothing_is_ignored(broker: Broker) {
    let page = ignores(&broker, vec![]).await;
    assert_eq!(page.text("#ignored").await, "");
}

async fn the_count_covers_nothing(broker: Broker) {
    let page = ignores(&broker, vec!["nonsense".into()]).await;
    // Whatever is on top in the middle of each part belongs to that part.
    const SCRIPT: &str =
        "return ['#power', '#slider', '#sub_value', '#status'].filter(selector => {
            const part = document.querySelector(selector);
            part.scrollIntoView({block: 'center'});
            const {left, top, width, height} = part.getBoundingClientRect();
            const onTop = document.elementFromPoint(left + width / 2, top + height / 2);
            return !part.contains(onTop);
        })";
    let covered: Vec<String> = page.run(SCRIPT, vec![]).await;
    assert!(covered.is_empty(), "covered: {covered:?}");
}

/// The page says how many it ignored, and shows the good label that comes after.
async fn ignores(broker: &Broker, bad: Vec<Vec<u8>>) -> Page {
    let page = Visit::to(broker).connect().await;
    let mut client = Client::connect(broker).await;
    let count = bad.len();
    for (number, payload) in bad.into_iter().enumerate() {
        // A device each, so that none is coalesced with the next.
        client
            .publish(&format!("devices/bad{number}/label/changed"), payload)
            .await;
    }
    client.label(r#"{"value": "good"}"#).await;
    page.text_becomes("#sub_value", "good").await;
    if count > 0 {
        page.text_mentions("#ignored", &count.to_string()).await;
    }
    page
}
