//! Where the keyboard's focus is when what had it has gone.

use serde_json::{Value, json};
use thirtyfour::Key;

use super::support::broker::{Broker, PASSWORD, USERNAME};
use super::support::client::Client;
use super::support::eventually;
use super::support::lamp::Lamp;
use super::support::page::Page;
use super::support::visit::Visit;

const DEVICE: &str = "b827eb000001";
const OTHER: &str = "b827eb000002";

browser_tests!(login_only: after_the_login_it_is_on_the_status);
browser_tests!(
    mosquitto: after_a_try_it_is_on_the_status,
    after_a_change_is_dropped_it_is_on_the_lamp,
    after_a_preset_is_deleted_it_is_on_the_next,
    after_going_back_to_where_no_preset_is_it_is_on_the_page,
    when_a_device_turns_out_to_be_a_lamp_it_is_on_its_panel,
    a_second_change_in_a_slow_page_does_not_lose_it,
    after_going_back_it_is_on_the_other_lamp,
    after_a_device_is_chosen_it_is_on_its_link,
    after_a_long_label_it_is_on_the_short_one,
    what_goes_without_it_leaves_it_alone,
    a_long_list_of_devices_can_be_skipped,
);

async fn after_the_login_it_is_on_the_status(broker: Broker) {
    let page = Visit::to(&broker).open().await;
    page.status_becomes("refused").await;
    page.find("#username").await.focus().await.unwrap();
    page.press(USERNAME).await;
    page.press(Key::Tab).await;
    page.press(PASSWORD).await;
    page.press(Key::Enter).await;
    page.status_becomes("connected").await;
    focus_becomes(&page, "#status").await;
}

async fn after_a_try_it_is_on_the_status(mut broker: Broker) {
    let page = offline(&mut broker).await;
    focus(&page, "#retry").await;
    broker.start_again().await;
    page.press(Key::Enter).await;
    page.status_becomes("connected").await;
    focus_becomes(&page, "#status").await;
}

async fn after_a_change_is_dropped_it_is_on_the_lamp(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    lamp.goes();
    page.text_mentions("#lamp-message", "The lamp is away")
        .await;
    focus(&page, "#lamp-power").await;
    page.press(Key::Enter).await;
    focus(&page, "#lamp-give-up").await;
    page.run::<Value>("window.before = scrollY", vec![]).await;
    page.press(Key::Enter).await;
    focus_becomes(&page, &panel_of(DEVICE)).await;
    assert!(page.run::<bool>("return scrollY === before", vec![]).await);
}

async fn after_a_preset_is_deleted_it_is_on_the_next(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    for name in ["one", "two", "three"] {
        focus(&page, "#preset-name").await;
        page.press(name).await;
        page.press(Key::Enter).await;
        page.text_mentions("#presets ul", name).await;
    }
    for (deleted, heir) in [
        ("two", "#presets li:last-child button"),
        ("three", "#presets"),
        ("one", "#presets"),
    ] {
        focus(&page, &format!("[aria-label='Delete {deleted}']")).await;
        page.press(Key::Enter).await;
        focus_becomes(&page, heir).await;
        assert!(!page.text("#presets ul").await.contains(deleted));
    }
}

async fn after_going_back_to_where_no_preset_is_it_is_on_the_page(broker: Broker) {
    let _lamp = Lamp::at(&broker, DEVICE).await;
    let page = Visit::to(&broker).connect().await;
    focus(&page, &link_to(DEVICE)).await;
    page.press(Key::Enter).await;
    focus(&page, "#preset-save").await;
    page.browser.back().await.unwrap();
    focus_becomes(&page, "main").await;
}

async fn when_a_device_turns_out_to_be_a_lamp_it_is_on_its_panel(broker: Broker) {
    let query = format!("?device={DEVICE}");
    let page = Visit::to(&broker).query(query).connect().await;
    focus(&page, "#power").await;
    let _lamp = Lamp::at(&broker, DEVICE).await;
    page.find("#lamp-power").await;
    focus_becomes(&page, &panel_of(DEVICE)).await;
}

/// Yew gives way to the browser after a frame's time, between a render and what is to be done after it.
async fn a_second_change_in_a_slow_page_does_not_lose_it(broker: Broker) {
    const SLOW: &str = "const [now, wait] = [Date.now, setTimeout];
        let late = 0;
        Date.now = () => now() + (late += 20);
        const waiting = [];
        setTimeout = (then, time) => time ? wait(then, time) : waiting.push(then);
        window.change = () => {
            if (!waiting.length) throw 'it did not give way';
            document.querySelector('#lamp-power').click();
            Date.now = now;
            setTimeout = wait;
            waiting.forEach(then => then());
        }";
    let query = format!("?device={DEVICE}");
    let page = Visit::to(&broker).query(query).connect().await;
    let mut client = Client::connect(&broker).await;
    focus(&page, "#power").await;
    page.run::<Value>(SLOW, vec![]).await;
    client.lamp_tells(DEVICE).await;
    page.find("#lamp-power").await;
    page.run::<Value>("change()", vec![]).await;
    focus_becomes(&page, &panel_of(DEVICE)).await;
}

async fn after_going_back_it_is_on_the_other_lamp(broker: Broker) {
    let (lamp, _other) = (
        Lamp::at(&broker, DEVICE).await,
        Lamp::at(&broker, OTHER).await,
    );
    let page = panel(&broker, &lamp).await;
    focus(&page, &link_to(OTHER)).await;
    page.press(Key::Enter).await;
    focus(&page, &format!("{} #hue", panel_of(OTHER))).await;
    page.browser.back().await.unwrap();
    focus_becomes(&page, &panel_of(DEVICE)).await;
}

async fn after_a_device_is_chosen_it_is_on_its_link(broker: Broker) {
    let _lamp = Lamp::at(&broker, DEVICE).await;
    let page = Visit::to(&broker).connect().await;
    focus(&page, &link_to(DEVICE)).await;
    page.press(Key::Enter).await;
    page.find("#lamp-power").await;
    focus_becomes(&page, &link_to(DEVICE)).await;
}

async fn after_a_long_label_it_is_on_the_short_one(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    let mut client = Client::connect(&broker).await;
    let long = "long ".repeat(9);
    client.label(json!({"value": long}).to_string()).await;
    page.find(".value[tabindex=\"0\"]").await;
    focus(&page, ".value").await;
    client.label(r#"{"value": "short"}"#).await;
    page.text_becomes("#sub_value", "short").await;
    focus_becomes(&page, ".value").await;
}

async fn what_goes_without_it_leaves_it_alone(mut broker: Broker) {
    let page = offline(&mut broker).await;
    for place in ["#slider", "body"] {
        const SCRIPT: &str = "document.activeElement.blur();
            document.querySelector(arguments[0]).focus()";
        page.run::<Value>(SCRIPT, vec![place.into()]).await;
        broker.start_again().await;
        page.status_becomes("connected").await;
        // What follows from drawing that may still be due.
        page.await_script::<Value>("setTimeout(done)", vec![]).await;
        focus_becomes(&page, place).await;
        broker.stop();
        page.status_becomes("offline").await;
    }
}

async fn a_long_list_of_devices_can_be_skipped(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    let mut client = Client::connect(&broker).await;
    for lamp in 0..7 {
        client.lamp_tells(&format!("lamp{lamp}")).await;
    }
    focus(&page, "#device-search").await;
    for key in [Key::Tab, Key::Enter, Key::Tab] {
        page.press(key).await;
    }
    focus_becomes(&page, "#power").await;
}

/// The page, whose broker has gone.
async fn offline(broker: &mut Broker) -> Page {
    let page = Visit::to(broker).connect().await;
    broker.stop();
    page.status_becomes("offline").await;
    page
}

async fn panel(broker: &Broker, lamp: &Lamp) -> Page {
    let page = Visit::to(broker).query(lamp.query()).connect().await;
    page.find("#presets").await;
    page
}

fn panel_of(device: &str) -> String {
    format!("[aria-label='Lamp {device}']")
}

fn link_to(device: &str) -> String {
    format!("#devices [href='?device={device}']")
}

/// Gives the focus to an element, once it is there.
async fn focus(page: &Page, selector: &str) {
    const SCRIPT: &str = "const wanted = document.querySelector(arguments[0]);
        wanted?.focus();
        return wanted !== null && document.activeElement === wanted";
    eventually(
        async || match page.run(SCRIPT, vec![selector.into()]).await {
            true => Ok(()),
            false => Err(format!("{selector} has not the focus")),
        },
    )
    .await;
}

async fn focus_becomes(page: &Page, selector: &str) {
    const SCRIPT: &str = "const focused = document.activeElement;
        return [focused === document.querySelector(arguments[0]), focused.cloneNode().outerHTML]";
    eventually(async || {
        let (is_there, instead): (bool, String) = page.run(SCRIPT, vec![selector.into()]).await;
        match is_there {
            true => Ok(()),
            false => Err(format!("{instead} has the focus, not {selector}")),
        }
    })
    .await;
}
