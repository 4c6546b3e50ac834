//! States that are saved under a name.

use serde_json::Value;

use super::{DEVICE, panel, slide};
use crate::support::broker::Broker;
use crate::support::eventually;
use crate::support::lamp::Lamp;
use crate::support::page::Page;

const SPOKEN: &str = "#presets [role=status]";

browser_tests!(
    mosquitto: presets_are_saved_applied_and_deleted,
    that_a_preset_is_saved_or_deleted_is_spoken,
    a_second_save_under_the_same_name_is_spoken_again,
    presets_of_two_tabs_are_all_kept,
    a_preset_of_another_tab_comes_and_goes_by_itself,
    a_browser_without_room_keeps_the_presets_that_it_has,
    a_browser_that_keeps_nothing_is_not_said_to_be_full,
);

async fn presets_are_saved_applied_and_deleted(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    save_preset(&page, "full red").await;
    slide(&page, "hue", "0.5").await;
    lamp.is_asked(r#""h":0.5"#).await;
    page.click("#presets li button").await;
    lamp.is_asked(r#""h":1,"#).await;
    page.browser.refresh().await.unwrap();
    page.text_mentions("#presets li", "full red").await;
    page.click("#presets [aria-label='Delete full red']").await;
    page.text_becomes("#presets li", "").await;
}

async fn that_a_preset_is_saved_or_deleted_is_spoken(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    page.save_preset("full red").await;
    page.text_becomes(SPOKEN, "Saved full red").await;
    page.click("#presets [aria-label='Delete full red']").await;
    page.text_becomes(SPOKEN, "Deleted full red").await;
}

async fn a_second_save_under_the_same_name_is_spoken_again(broker: Broker) {
    const HEAR: &str = "window.heard = [];
        new MutationObserver(() => heard.push(document.querySelector(arguments[0]).textContent))
            .observe(document.querySelector(arguments[0]), {childList: true, characterData: true, subtree: true})";
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    page.run::<Value>(HEAR, vec![SPOKEN.into()]).await;
    page.save_preset("full red").await;
    page.text_becomes(SPOKEN, "Saved full red").await;
    page.save_preset("full red").await;
    eventually(async || {
        let heard: Vec<String> = page.run("return heard", vec![]).await;
        match heard == ["Saved full red", "", "Saved full red"] {
            true => Ok(()),
            false => Err(format!("{heard:?}")),
        }
    })
    .await;
}

async fn presets_of_two_tabs_are_all_kept(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    let first = page.browser.window().await.unwrap();
    page.open_tab(&lamp.query()).await;
    save_preset(&page, "one").await;
    page.turn_to(&first).await;
    save_preset(&page, "two").await;
    page.text_mentions("#presets ul", "one").await;
}

async fn a_preset_of_another_tab_comes_and_goes_by_itself(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    let first = page.browser.window().await.unwrap();
    let second = page.open_tab(&lamp.query()).await;
    save_preset(&page, "one").await;
    page.turn_to(&first).await;
    page.text_mentions("#presets ul", "one").await;
    page.turn_to(&second).await;
    page.click("[aria-label='Delete one']").await;
    page.turn_to(&first).await;
    page.text_becomes("#presets ul", "").await;
}

async fn a_browser_without_room_keeps_the_presets_that_it_has(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    save_preset(&page, "kept").await;
    const FULL: &str = "Storage.prototype.setItem = () => { throw new DOMException('full') }";
    page.run::<Value>(FULL, vec![]).await;
    page.save_preset("red").await;
    page.text_mentions("#presets [role=alert]", "Not saved")
        .await;
    page.text_mentions("#presets ul", "kept").await;
}

async fn a_browser_that_keeps_nothing_is_not_said_to_be_full(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    const DENIED: &str = "Object.defineProperty(window, 'localStorage', {
            get() { throw new DOMException('denied', 'SecurityError') }
        })";
    page.run::<Value>(DENIED, vec![]).await;
    page.save_preset("red").await;
    page.text_becomes(
        "#presets [role=alert]",
        "Not saved: this browser does not let the page keep it.",
    )
    .await;
}

async fn save_preset(page: &Page, name: &str) {
    page.save_preset(name).await;
    page.text_mentions("#presets ul", name).await;
}
