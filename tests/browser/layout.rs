//! The page on small and wide screens, with long labels.

use serde_json::json;

use super::support::broker::Broker;
use super::support::client::Client;
use super::support::page::Page;
use super::support::visit::Visit;

browser_tests!(
    mosquitto: it_fits_320_pixels,
    it_fits_390_pixels,
    it_fits_1280_pixels,
    a_label_of_200_letters_fits_320_pixels,
    a_label_of_5000_letters_fits_320_pixels,
    a_label_of_5000_letters_fits_1280_pixels,
    light_and_dark_differ,
);

async fn it_fits_320_pixels(broker: Broker) {
    fits(&broker, 320, 2).await;
}

async fn it_fits_390_pixels(broker: Broker) {
    fits(&broker, 390, 2).await;
}

async fn it_fits_1280_pixels(broker: Broker) {
    fits(&broker, 1280, 2).await;
}

async fn a_label_of_200_letters_fits_320_pixels(broker: Broker) {
    fits(&broker, 320, 200).await;
}

async fn a_label_of_5000_letters_fits_320_pixels(broker: Broker) {
    fits(&broker, 320, 5_000).await;
}

async fn a_label_of_5000_letters_fits_1280_pixels(broker: Broker) {
    fits(&broker, 1280, 5_000).await;
}

async fn light_and_dark_differ(broker: Broker) {
    let light = background(&Visit::to(&broker).theme("light").open().await).await;
    let dark = background(&Visit::to(&broker).theme("dark").open().await).await;
    assert_ne!(light, dark);
}

/// Nothing scrolls sideways, reaches past the screen's sides, or is cut off inside its own box.
async fn fits(broker: &Broker, width: u32, letters: usize) {
    let page = Visit::to(broker).width(width).connect().await;
    let label = "W".repeat(letters);
    Client::connect(broker)
        .await
        .label(json!({"value": label}).to_string())
        .await;
    page.text_becomes("#sub_value", &label).await;
    const SCRIPT: &str = "const root = document.documentElement;
        const unseen = box => box.width <= 1 && box.height <= 1;
        const misfits = [...document.body.querySelectorAll('*')].filter(element => {
            const box = element.getBoundingClientRect();
            if (unseen(box)) return false;
            const cut = ['hidden', 'clip'].includes(getComputedStyle(element).overflowX)
                && element.scrollWidth > element.clientWidth;
            return cut || box.left < 0 || box.right > innerWidth + 0.5;
        }).map(element => element.outerHTML.slice(0, 120));
        if (root.scrollWidth > root.clientWidth) misfits.push(`page scrolls: ${root.scrollWidth}`);
        return [innerWidth, misfits]";
    let (seen, misfits): (u32, Vec<String>) = page.run(SCRIPT, vec![]).await;
    assert_eq!(seen, width);
    assert!(misfits.is_empty(), "{misfits:#?}");
}

async fn background(page: &Page) -> String {
    const SCRIPT: &str = "const colour = element => getComputedStyle(element).backgroundColor;
        return colour(document.documentElement) + colour(document.body)";
    page.run(SCRIPT, vec![]).await
}
