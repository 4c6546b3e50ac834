//! A real lamp's panel: what is wanted, what is confirmed, who did it.

mod holding;
mod numbers;
mod presets;
mod spoken;
mod waiting;

use lampi::hundredths::Hundredths;
use lampi::simulated::Faults;
use lampi::state::State;
use lampi_web::wish::THROTTLE;
use serde_json::Value;

use super::support::broker::Broker;
use super::support::client::Client;
use super::support::eventually;
use super::support::lamp::Lamp;
use super::support::page::Page;
use super::support::visit::Visit;

const DEVICE: &str = "b827eb000001";

/// Whether the panel's lamp can be reached, in words.
const PRESENCE: &str = ".cards .presence";

browser_tests!(
    mosquitto: the_panel_shows_the_retained_state,
    every_control_reaches_the_lamp,
    a_second_page_follows_the_first_and_back,
    a_change_from_elsewhere_names_its_author,
    a_change_from_elsewhere_is_never_sent_back,
    a_lamp_that_is_away_is_not_shown_as_live,
    nothing_is_claimed_of_a_lamp_while_the_broker_is_away,
    a_lamp_that_rejects_is_told_and_the_control_falls_back,
    a_state_that_makes_no_sense_is_counted_and_changes_nothing,
    the_preview_has_the_lamp_s_colour,
);

async fn the_panel_shows_the_retained_state(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    lamp.changes(brightness(25), "lamp_ui");
    let page = panel(&broker, &lamp).await;
    value_becomes(&page, "brightness", "0.25").await;
    page.text_becomes("#lamp-power", "On").await;
}

async fn every_control_reaches_the_lamp(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    for (id, words) in [
        ("hue", r#""h":0.33"#),
        ("saturation", r#""s":0.33"#),
        ("brightness", r#""brightness":0.33"#),
    ] {
        slide(&page, id, "0.33").await;
        lamp.is_asked(words).await;
        page.text_mentions("#lamp-message", "Confirmed").await;
    }
    page.click("#lamp-power").await;
    lamp.is_asked(r#""on":false"#).await;
    page.text_becomes("#lamp-power", "Off").await;
}

async fn a_second_page_follows_the_first_and_back(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let one = panel(&broker, &lamp).await;
    let two = panel(&broker, &lamp).await;
    slide(&one, "hue", "0.6").await;
    value_becomes(&two, "hue", "0.6").await;
    slide(&two, "brightness", "0.1").await;
    value_becomes(&one, "brightness", "0.1").await;
    value_becomes(&one, "hue", "0.6").await;
    one.text_mentions("#lamp-author", "a browser").await;
    two.text_mentions("#lamp-author", "this tab").await;
}

async fn a_change_from_elsewhere_names_its_author(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    for (client, name) in [
        ("lamp_ui", "touchscreen"),
        ("lamp_bt_peripheral", "Bluetooth"),
        ("lamp_cmd", "command line"),
        ("<b>me</b>", "<b>me</b>"),
    ] {
        lamp.changes(brightness(7), client);
        page.text_mentions("#lamp-author", name).await;
    }
}

async fn a_change_from_elsewhere_is_never_sent_back(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel_that_sends(&broker, &lamp).await;
    lamp.changes(brightness(7), "lamp_ui");
    value_becomes(&page, "brightness", "0.07").await;
    // Whatever the page would send comes before what it is made to send.
    slide(&page, "hue", "0.6").await;
    lamp.is_asked(r#""h":0.6"#).await;
    assert_eq!(lamp.requests().len(), 2);
}

async fn a_lamp_that_is_away_is_not_shown_as_live(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    lamp.goes();
    page.text_mentions("#lamp-message", "The lamp is away")
        .await;
    lamp.comes();
    page.text_becomes("#lamp-message", "").await;
}

async fn nothing_is_claimed_of_a_lamp_while_the_broker_is_away(mut broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    page.text_mentions(PRESENCE, "lamp service up").await;
    broker.stop();
    page.text_mentions(PRESENCE, "lamp service unknown").await;
}

async fn a_lamp_that_rejects_is_told_and_the_control_falls_back(broker: Broker) {
    let faults = Faults {
        rejects: true,
        ..Faults::default()
    };
    let lamp = Lamp::with(&broker, DEVICE, faults).await;
    let page = panel(&broker, &lamp).await;
    slide(&page, "brightness", "0.5").await;
    page.text_mentions("label[for=brightness]", "50%").await;
    page.text_mentions("#lamp-message", "did not accept").await;
    assert_eq!(value(&page, "brightness").await, "1");
}

async fn a_state_that_makes_no_sense_is_counted_and_changes_nothing(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    let mut client = Client::connect(&broker).await;
    let topic = format!("devices/{DEVICE}/lamp/changed");
    client
        .publish(
            &topic,
            r#"{"color":{"h":9,"s":1},"brightness":0.2,"on":true}"#,
        )
        .await;
    let words = format!("1 message ignored on {topic}");
    page.text_mentions("#ignored", &words).await;
    assert_eq!(value(&page, "brightness").await, "1");
}

async fn the_preview_has_the_lamp_s_colour(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    const SCRIPT: &str = "return getComputedStyle(document.getElementById('lamp-color')).fill";
    assert_eq!(page.run::<String>(SCRIPT, vec![]).await, "rgb(255, 0, 0)");
}

/// The page on this lamp's panel.
async fn panel(broker: &Broker, lamp: &Lamp) -> Page {
    opened(Visit::to(broker).query(lamp.query())).await
}

async fn opened(visit: Visit) -> Page {
    let page = visit.connect().await;
    page.find("#brightness").await;
    page
}

/// As [`panel`], once whatever it wants of the lamp would go out at once: after connecting it waits a moment for what the
/// broker tells, and from one request to the next. The lamp has been asked for something once.
async fn panel_that_sends(broker: &Broker, lamp: &Lamp) -> Page {
    let page = panel(broker, lamp).await;
    slide(&page, "hue", "0.5").await;
    lamp.is_asked(r#""h":0.5"#).await;
    page.text_mentions("#lamp-message", "Confirmed").await;
    tokio::time::sleep(THROTTLE.into()).await;
    page
}

fn brightness(hundredths: u8) -> State {
    State {
        brightness: Hundredths::clamped(hundredths),
        ..State::default()
    }
}

/// Moves a control as a finger does that is there in one jump, and lets go.
async fn slide(page: &Page, id: &str, value: &str) {
    drag(page, id, value).await;
    const SCRIPT: &str = "document.getElementById(arguments[0])
        .dispatchEvent(new Event('change', {bubbles: true}))";
    page.run::<Value>(SCRIPT, vec![id.into()]).await;
}

/// The same without letting go.
async fn drag(page: &Page, id: &str, value: &str) {
    const SCRIPT: &str = "const control = document.getElementById(arguments[0]);
        control.value = arguments[1];
        control.dispatchEvent(new Event('input', {bubbles: true}))";
    page.run::<Value>(SCRIPT, vec![id.into(), value.into()])
        .await;
}

async fn value(page: &Page, id: &str) -> String {
    page.run(
        "return document.getElementById(arguments[0]).value",
        vec![id.into()],
    )
    .await
}

async fn value_becomes(page: &Page, id: &str, wanted: &str) {
    eventually(async || {
        let value = value(page, id).await;
        if value == wanted {
            Ok(())
        } else {
            Err(format!("{id} is {value}, not {wanted}"))
        }
    })
    .await;
}
