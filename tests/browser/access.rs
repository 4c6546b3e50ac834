//! The page for people who do not use a mouse, or do not see it.

use serde_json::Value;
use thirtyfour::Key;

use super::support::broker::Broker;
use super::support::client::Client;
use super::support::lamp::Lamp;
use super::support::needed;
use super::support::page::Page;
use super::support::visit::Visit;

browser_tests!(
    mosquitto: axe_finds_nothing_in_light,
    axe_finds_nothing_in_dark,
    axe_finds_nothing_while_offline,
    axe_finds_nothing_on_a_lamp_in_light,
    axe_finds_nothing_on_a_lamp_in_dark,
    tab_reaches_power_and_then_slider,
    what_has_the_focus_shows_it,
    a_change_of_status_is_announced,
);

async fn axe_finds_nothing_in_light(broker: Broker) {
    axe_finds_nothing(&used(&broker, "light").await).await;
}

async fn axe_finds_nothing_in_dark(broker: Broker) {
    axe_finds_nothing(&used(&broker, "dark").await).await;
}

async fn axe_finds_nothing_while_offline(mut broker: Broker) {
    let page = used(&broker, "light").await;
    broker.stop();
    page.status_becomes("offline").await;
    axe_finds_nothing(&page).await;
}

async fn axe_finds_nothing_on_a_lamp_in_light(broker: Broker) {
    axe_finds_nothing(&on_a_lamp(&broker, "light").await).await;
}

async fn axe_finds_nothing_on_a_lamp_in_dark(broker: Broker) {
    axe_finds_nothing(&on_a_lamp(&broker, "dark").await).await;
}

async fn tab_reaches_power_and_then_slider(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    let mut reached = Vec::new();
    for _ in 0..2 {
        page.press(Key::Tab).await;
        reached.push(
            page.run::<String>("return document.activeElement.id", vec![])
                .await,
        );
    }
    assert_eq!(reached, ["power", "slider"]);
}

async fn what_has_the_focus_shows_it(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    for id in ["power", "slider"] {
        let before = ring(&page, id).await;
        page.press(Key::Tab).await;
        assert_ne!(ring(&page, id).await, before, "{id}");
    }
}

async fn a_change_of_status_is_announced(mut broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    const SCRIPT: &str = "const live = '[role=status], [aria-live=polite]';
        const status = document.querySelector('#status');
        return (status.closest(live) ?? status.querySelector(live))?.textContent ?? ''";
    let before: String = page.run(SCRIPT, vec![]).await;
    broker.stop();
    page.status_becomes("offline").await;
    let after: String = page.run(SCRIPT, vec![]).await;
    assert!(
        !before.is_empty() && !after.is_empty() && before != after,
        "{before} / {after}"
    );
}

/// The page with a label, an ignored message, and both controls used.
async fn used(broker: &Broker, theme: &'static str) -> Page {
    let page = Visit::to(broker).theme(theme).connect().await;
    let mut client = Client::connect(broker).await;
    client
        .publish("devices/bad/label/changed", "nonsense")
        .await;
    client.label(r#"{"value": 7}"#).await;
    page.text_becomes("#sub_value", "7").await;
    page.text_mentions("#ignored", "1").await;
    page.click_power().await;
    page.text_becomes("#powerState", "On").await;
    page
}

/// The panel of a lamp that has gone, with a preset and a change that waits.
async fn on_a_lamp(broker: &Broker, theme: &'static str) -> Page {
    let lamp = Lamp::at(broker, "b827eb000001").await;
    let page = Visit::to(broker)
        .theme(theme)
        .query(lamp.query())
        .connect()
        .await;
    page.save_preset("red").await;
    lamp.goes();
    page.text_mentions("#devices .presence", "service down")
        .await;
    page.click("#lamp-power").await;
    page.find("#lamp-give-up").await;
    page
}

async fn axe_finds_nothing(page: &Page) {
    let axe = std::fs::read_to_string(needed("LAMPI_AXE", "axe-core's axe.min.js")).unwrap();
    page.run::<Value>(&axe, vec![]).await;
    const SCRIPT: &str = "axe.run().then(({passes, violations}) => done([
            passes.length,
            violations.flatMap(({help, nodes}) => nodes.map(({html, failureSummary}) => [help, html, failureSummary].join('\\n'))),
        ]))";
    let (passes, violations): (usize, Vec<String>) = page.await_script(SCRIPT, vec![]).await;
    assert!(
        passes > 10,
        "axe saw too little to judge: {passes} checks passed"
    );
    assert!(violations.is_empty(), "{}", violations.join("\n\n"));
}

/// What draws a ring around an element.
async fn ring(page: &Page, id: &str) -> String {
    const SCRIPT: &str = "const style = getComputedStyle(document.getElementById(arguments[0]));
        return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow].join(' ')";
    page.run(SCRIPT, vec![id.into()]).await
}
