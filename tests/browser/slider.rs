//! What the slider shows and publishes, and how seldom.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::json;
use thirtyfour::Key;

use super::support::broker::Broker;
use super::support::client::Client;
use super::support::page::Page;
use super::support::visit::Visit;

/// Longer than any debounce: what has not come by then is not coming.
const QUIET: Duration = Duration::from_millis(500);

browser_tests!(
    mosquitto: it_goes_from_0_to_100_by_1_and_starts_at_50,
    its_value_is_shown_at_once,
    its_value_is_spoken,
    arrow_keys_move_it_by_one,
    home_and_end_reach_its_ends,
    a_change_waits_for_100_ms,
    a_second_of_changes_is_published_at_most_ten_times,
    the_last_value_is_published_last,
    a_drag_is_published_where_it_ends,
    a_power_click_carries_the_newest_value,
    a_finger_that_drags_and_then_scrolls_changes_nothing_in_the_end,
    nothing_is_published_before_it_is_touched,
);

async fn it_goes_from_0_to_100_by_1_and_starts_at_50(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    let slider = page.find("input#slider.slider").await;
    for (attribute, wanted) in [
        ("type", "range"),
        ("min", "0"),
        ("max", "100"),
        ("step", "1"),
    ] {
        assert_eq!(
            slider.attr(attribute).await.unwrap().as_deref(),
            Some(wanted),
            "{attribute}"
        );
    }
    assert_eq!(slider.value().await.unwrap().as_deref(), Some("50"));
    assert_eq!(page.text("#sliderState").await, "50");
}

async fn its_value_is_shown_at_once(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    const SCRIPT: &str = "const slider = document.querySelector('#slider');
        slider.value = 73;
        slider.dispatchEvent(new Event('input', {bubbles: true}));
        const shown = () => done(document.querySelector('#sliderState').textContent);
        requestAnimationFrame(() => setTimeout(shown))";
    assert_eq!(
        page.await_script::<String>(SCRIPT, vec![]).await,
        "73",
        "a frame later"
    );
}

async fn its_value_is_spoken(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    let slider = page.find("#slider").await;
    assert_eq!(
        slider.attr("aria-valuetext").await.unwrap().as_deref(),
        Some("50 percent")
    );
    page.slide_to(7).await;
    page.text_becomes("#sliderState", "7").await;
    assert_eq!(
        slider.attr("aria-valuetext").await.unwrap().as_deref(),
        Some("7 percent")
    );
}

async fn arrow_keys_move_it_by_one(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    let mut client = Client::connect(&broker).await;
    page.find("#slider").await.focus().await.unwrap();
    for (key, value) in [
        (Key::Right, 51),
        (Key::Left, 50),
        (Key::Up, 51),
        (Key::Down, 50),
    ] {
        page.press(key).await;
        page.text_becomes("#sliderState", &value.to_string()).await;
        assert_eq!(
            client.poke().await.json(),
            json!({"on": false, "slider": value})
        );
    }
}

async fn home_and_end_reach_its_ends(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    let mut client = Client::connect(&broker).await;
    page.find("#slider").await.focus().await.unwrap();
    for (key, value) in [(Key::End, 100), (Key::Home, 0)] {
        page.press(key).await;
        page.text_becomes("#sliderState", &value.to_string()).await;
        assert_eq!(
            client.poke().await.json(),
            json!({"on": false, "slider": value})
        );
    }
}

async fn a_change_waits_for_100_ms(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    let mut client = Client::connect(&broker).await;
    let changed = page.slide_to(20).await;
    let published = client
        .poke()
        .await
        .at
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs_f64()
        * 1e3;
    let later = published - changed;
    // The clocks of browser and test are read at moments that are not quite the same.
    assert!(later >= 80.0, "published {later} ms later");
}

async fn a_second_of_changes_is_published_at_most_ten_times(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    let mut client = Client::connect(&broker).await;
    let value = slide_for_a_second(&page).await;
    let count = client.pokes_until(|poke| poke["slider"] == value).await;
    // The last value may come after the second. More than that one come meanwhile, on a busy machine not many more.
    assert!((2..=11).contains(&count), "published {count} times");
}

async fn the_last_value_is_published_last(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    let mut client = Client::connect(&broker).await;
    let value = slide_for_a_second(&page).await;
    is_published_last(&page, &mut client, value).await;
}

async fn a_drag_is_published_where_it_ends(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    let mut client = Client::connect(&broker).await;
    let slider = page.find("#slider").await;
    let mut drag = page
        .browser
        .action_chain_with_delay(None, None)
        .click_and_hold_element(&slider);
    for _ in 0..8 {
        drag = drag.move_by_offset(10, 0);
    }
    drag.release().perform().await.unwrap();
    let value: u8 = slider.value().await.unwrap().unwrap().parse().unwrap();
    assert!(value > 50, "the drag moved nothing");
    page.text_becomes("#sliderState", &value.to_string()).await;
    is_published_last(&page, &mut client, value).await;
}

async fn a_power_click_carries_the_newest_value(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    let mut client = Client::connect(&broker).await;
    let both = "const slider = document.querySelector('#slider');
        slider.value = 88;
        slider.dispatchEvent(new Event('input', {bubbles: true}));
        document.querySelector('#power').click()";
    page.run::<()>(both, vec![]).await;
    assert_eq!(
        client.poke().await.json(),
        json!({"on": true, "slider": 88})
    );
}

async fn a_finger_that_drags_and_then_scrolls_changes_nothing_in_the_end(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    let mut client = Client::connect(&broker).await;
    pointer(&page, "pointerdown").await;
    page.slide_to(30).await;
    page.slide_to(20).await;
    client.pokes_until(|poke| poke["slider"] == 20).await;
    pointer(&page, "pointercancel").await;
    client.pokes_until(|poke| poke["slider"] == 50).await;
}

async fn pointer(page: &Page, event: &str) {
    const SCRIPT: &str = "document.getElementById('slider')
        .dispatchEvent(new PointerEvent(arguments[0], {bubbles: true, pointerType: 'touch'}))";
    page.run::<serde_json::Value>(SCRIPT, vec![event.into()])
        .await;
}

async fn nothing_is_published_before_it_is_touched(broker: Broker) {
    let mut client = Client::connect(&broker).await;
    let _page = Visit::to(&broker).connect().await;
    assert!(client.poke_within(QUIET).await.is_none());
}

/// Changes the value a hundred times within a second and returns the last one, which follows at once on another.
async fn slide_for_a_second(page: &Page) -> u8 {
    const SCRIPT: &str = "const slider = document.querySelector('#slider');
        const change = () => {
            slider.value = (Number(slider.value) + 7) % 101;
            slider.dispatchEvent(new Event('input', {bubbles: true}));
        };
        const begin = performance.now();
        const timer = setInterval(() => {
            change();
            if (performance.now() - begin > 1000) {
                clearInterval(timer);
                change();
                done(Number(slider.value));
            }
        }, 10)";
    page.await_script(SCRIPT, vec![]).await
}

/// The value is published, and nothing after it until something else is changed.
async fn is_published_last(page: &Page, client: &mut Client, value: u8) {
    client.pokes_until(|poke| poke["slider"] == value).await;
    page.click_power().await;
    assert_eq!(
        client.poke().await.json(),
        json!({"on": true, "slider": value})
    );
}
