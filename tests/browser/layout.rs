//! The page on small and wide screens, with long labels.

use lampi::state::State;
use serde_json::json;

use super::support::broker::Broker;
use super::support::client::Client;
use super::support::lamp::Lamp;
use super::support::page::Page;
use super::support::visit::Visit;

browser_tests!(
    mosquitto: it_fits_320_pixels,
    it_fits_390_pixels,
    it_fits_1280_pixels,
    a_label_of_200_letters_fits_320_pixels,
    a_label_of_5000_letters_fits_320_pixels,
    a_label_of_5000_letters_fits_1280_pixels,
    a_lamp_with_long_names_fits_320_pixels,
    a_long_list_of_lamps_leaves_nothing_below_the_page,
    number_fields_stand_below_each_other,
    the_words_on_buttons_stay_whole,
    light_and_dark_differ,
    on_and_off_differ_where_colours_are_forced,
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

async fn a_lamp_with_long_names_fits_320_pixels(broker: Broker) {
    let long = "W".repeat(60);
    let lamp = Lamp::at(&broker, &long).await;
    let visit = Visit::to(&broker).width(320).query(lamp.query());
    let page = visit.connect().await;
    lamp.changes(State::default(), &long);
    page.text_mentions("#lamp-author", &long).await;
    page.save_preset("Wohnzimmerabendbeleuchtung").await;
    page.find("#presets li").await;
    nothing_sticks_out(&page, 320).await;
}

async fn a_long_list_of_lamps_leaves_nothing_below_the_page(broker: Broker) {
    let page = Visit::to(&broker).width(390).connect().await;
    let mut client = Client::connect(&broker).await;
    for lamp in 0..40 {
        client.lamp_tells(&format!("lamp{lamp:02}")).await;
    }
    page.text_mentions("#devices", "lamp39").await;
    const SCRIPT: &str =
        "const end = document.querySelector('footer').getBoundingClientRect().bottom;
        return document.documentElement.scrollHeight - scrollY - end";
    let below: f64 = page.run(SCRIPT, vec![]).await;
    assert!(below < 50.0, "{below} pixels");
}

async fn number_fields_stand_below_each_other(broker: Broker) {
    let lamp = Lamp::at(&broker, "b827eb000001").await;
    let visit = Visit::to(&broker).width(285).query(lamp.query());
    let page = visit.connect().await;
    lamp.changes(State::default(), "x");
    page.text_mentions("[for=saturation]", "100%").await;
    const SCRIPT: &str = "return [...document.querySelectorAll('input[type=number]')]
        .map(field => field.getBoundingClientRect().right)";
    let edges: Vec<f64> = page.run(SCRIPT, vec![]).await;
    assert_eq!(edges, [edges[0]; 3]);
}

async fn the_words_on_buttons_stay_whole(mut broker: Broker) {
    let lamp = Lamp::at(&broker, "b827eb000001").await;
    for width in [320, 1280] {
        let visit = Visit::to(&broker).width(width).query(lamp.query());
        let page = visit.connect().await;
        page.find("#preset-save").await;
        buttons_are_a_line_high(&page).await;
    }
    let visit = Visit::to(&broker).width(320).query(lamp.query());
    let page = visit.connect().await;
    broker.stop();
    page.status_becomes("offline").await;
    page.click("#lamp-power").await;
    page.find("#lamp-give-up").await;
    buttons_are_a_line_high(&page).await;
}

async fn buttons_are_a_line_high(page: &Page) {
    const SCRIPT: &str = "return [...document.querySelectorAll('.button')]
        .filter(button => button.offsetHeight > 50)
        .map(button => button.textContent)";
    let broken: Vec<String> = page.run(SCRIPT, vec![]).await;
    assert!(broken.is_empty(), "{broken:?}");
}

async fn light_and_dark_differ(broker: Broker) {
    let light = background(&Visit::to(&broker).theme("light").open().await).await;
    let dark = background(&Visit::to(&broker).theme("dark").open().await).await;
    assert_ne!(light, dark);
}

async fn on_and_off_differ_where_colours_are_forced(broker: Broker) {
    let page = Visit::to(&broker).forcing_colors().connect().await;
    page.click_power().await;
    page.text_becomes("#powerState", "On").await;
    const BORDER: &str = "return getComputedStyle(document.querySelector('#power')).borderStyle";
    assert_eq!(page.run::<String>(BORDER, vec![]).await, "double");
}

async fn fits(broker: &Broker, width: u32, letters: usize) {
    let page = Visit::to(broker).width(width).connect().await;
    let label = "W".repeat(letters);
    Client::connect(broker)
        .await
        .label(json!({"value": label}).to_string())
        .await;
    page.text_becomes("#sub_value", &label).await;
    nothing_sticks_out(&page, width).await;
}

/// Nothing scrolls sideways, reaches past the screen's sides, or is cut off inside its own box.
async fn nothing_sticks_out(page: &Page, width: u32) {
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
