//! The devices that the page has heard of.

use std::time::Instant;

use lampi_web::page::LAMP_PATIENCE;
use serde_json::{Value, json};

use super::support::broker::Broker;
use super::support::client::Client;
use super::support::lamp::Lamp;
use super::support::page::Page;
use super::support::visit::Visit;
use super::support::{eventually, tell};

const DEVICE: &str = "b827eb000001";
const TEST: &str = "#devices a[href$='device=TEST']";
const PRESENCE_OF_TEST: &str = "$SYS/broker/connection/TEST_broker/state";

browser_tests!(
    mosquitto: a_lamp_is_listed_by_what_it_left_behind,
    the_lesson_s_panel_is_the_default,
    an_entry_tells_colour_power_and_presence,
    a_new_entry_leaves_the_others_in_the_keyboard_s_hand,
    a_device_has_an_address_of_its_own,
    back_and_forward_go_through_devices,
    after_a_reload_going_back_shows_what_the_address_says,
    going_back_before_the_page_is_drawn_shows_what_the_address_says,
    a_change_after_going_back_is_the_shown_device_s,
    choosing_what_is_shown_adds_nothing_to_go_back_to,
    the_title_names_the_device,
    a_device_is_set_by_itself,
    the_lesson_s_panel_stays_whatever_is_said_of_its_device_s_presence,
    the_lesson_s_panel_is_there_beside_a_configured_device,
    an_entry_tells_of_a_change_that_waits,
    a_link_tells_those_who_do_not_see_it_what_is_down,
    from_eight_devices_up_they_can_be_searched,
    capitals_of_any_script_do_not_matter_to_the_search,
    the_shown_device_is_in_sight_in_a_long_list,
    two_hundred_lamps_leave_the_page_idle,
);

async fn a_lamp_is_listed_by_what_it_left_behind(broker: Broker) {
    drop(Lamp::at(&broker, DEVICE).await);
    let page = Visit::to(&broker).connect().await;
    page.text_mentions("#devices", DEVICE).await;
}

async fn the_lesson_s_panel_is_the_default(broker: Broker) {
    let _lamp = Lamp::at(&broker, DEVICE).await;
    let page = Visit::to(&broker).connect().await;
    page.text_mentions("#devices", DEVICE).await;
    page.text_mentions("#devices [aria-current=page]", "TEST")
        .await;
    page.find("#power").await;
}

async fn an_entry_tells_colour_power_and_presence(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = Visit::to(&broker).connect().await;
    for words in ["On", "bridge up", "service up"] {
        page.text_mentions("#devices li:nth-child(2)", words).await;
    }
    const SWATCH: &str =
        "return document.querySelector('#devices li:nth-child(2) .swatch').style.background";
    assert_eq!(page.run::<String>(SWATCH, vec![]).await, "rgb(255, 0, 0)");
    lamp.goes();
    page.text_mentions("#devices li:nth-child(2)", "service down")
        .await;
}

async fn a_new_entry_leaves_the_others_in_the_keyboard_s_hand(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    let mut client = Client::connect(&broker).await;
    client.lamp_tells("b").await;
    page.find("#devices [href='?device=b']").await;
    const FOCUS: &str = "window.links = [...document.querySelectorAll('#devices li a')];
        links[0].focus()";
    page.run::<Value>(FOCUS, vec![]).await;
    for (lamp, link) in [
        ("a", "#devices [href='?device=a']"),
        ("c", "#devices [href='?device=c']"),
    ] {
        client.lamp_tells(lamp).await;
        page.find(link).await;
    }
    const KEPT: &str =
        "return [document.activeElement === links[0], ...links.map(link => link.isConnected)]";
    let kept: Vec<bool> = page.run(KEPT, vec![]).await;
    assert_eq!(kept, [true; 3]);
}

async fn a_device_has_an_address_of_its_own(broker: Broker) {
    let _lamp = Lamp::at(&broker, DEVICE).await;
    let page = Visit::to(&broker).connect().await;
    choose(&page).await;
    page.find("#brightness").await;
    assert!(address(&page).await.ends_with(&format!("?device={DEVICE}")));
}

async fn back_and_forward_go_through_devices(broker: Broker) {
    let _lamp = Lamp::at(&broker, DEVICE).await;
    let page = Visit::to(&broker).connect().await;
    choose(&page).await;
    page.find("#brightness").await;
    page.browser.back().await.unwrap();
    page.find("#power").await;
    page.browser.forward().await.unwrap();
    page.find("#brightness").await;
}

async fn after_a_reload_going_back_shows_what_the_address_says(broker: Broker) {
    let _lamp = Lamp::at(&broker, DEVICE).await;
    let page = Visit::to(&broker).connect().await;
    choose(&page).await;
    page.find("#brightness").await;
    page.browser.refresh().await.unwrap();
    page.find("#brightness").await;
    page.browser.back().await.unwrap();
    eventually(async || match address(&page).await {
        address if address.contains("device") => Err(address),
        _ => Ok(()),
    })
    .await;
    page.text_becomes("header p", "device TEST").await;
}

async fn going_back_before_the_page_is_drawn_shows_what_the_address_says(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    page.run::<Value>("history.pushState(null, '', '?device=away')", vec![])
        .await;
    let go_back = format!(
        "const wait = setTimeout;
        setTimeout = (then, time) => {{
            if (time === {LAMP_PATIENCE}) history.back();
            return wait(then, time);
        }}"
    );
    page.run_on_each_load(go_back).await;
    page.browser.refresh().await.unwrap();
    page.text_becomes("header p", "device TEST").await;
}

async fn a_change_after_going_back_is_the_shown_device_s(broker: Broker) {
    let _lamp = Lamp::at(&broker, DEVICE).await;
    let page = Visit::to(&broker).query("?device=other").connect().await;
    choose(&page).await;
    page.find("#brightness").await;
    page.browser.refresh().await.unwrap();
    page.find("#brightness").await;
    page.browser.back().await.unwrap();
    let mut client = Client::connect(&broker).await;
    page.click_power().await;
    assert_eq!(client.poke().await.topic, "devices/other/test/poke_value");
}

async fn choosing_what_is_shown_adds_nothing_to_go_back_to(broker: Broker) {
    let _lamp = Lamp::at(&broker, DEVICE).await;
    let page = Visit::to(&broker).connect().await;
    page.text_mentions("#devices", DEVICE).await;
    page.click(TEST).await;
    choose(&page).await;
    page.find("#brightness").await;
    choose(&page).await;
    page.browser.back().await.unwrap();
    page.find("#power").await;
    assert_eq!(page.browser.current_url().await.unwrap().query(), None);
}

async fn the_title_names_the_device(broker: Broker) {
    let _lamp = Lamp::at(&broker, DEVICE).await;
    let page = Visit::to(&broker).connect().await;
    title_becomes(&page, "TEST – LAMPI").await;
    choose(&page).await;
    title_becomes(&page, &format!("{DEVICE} – LAMPI")).await;
    page.browser.back().await.unwrap();
    title_becomes(&page, "TEST – LAMPI").await;
}

async fn the_lesson_s_panel_stays_whatever_is_said_of_its_device_s_presence(broker: Broker) {
    let _lamp = Lamp::at(&broker, DEVICE).await;
    let page = Visit::to(&broker).connect().await;
    page.text_mentions("#devices", DEVICE).await;
    let mut client = Client::connect(&broker).await;
    client.publish(PRESENCE_OF_TEST, "0").await;
    page.a_label_comes(&mut client).await;
    page.find("#power").await;
    const ENTRIES: &str = "return document.querySelectorAll('ul.devices > li').length";
    assert_eq!(page.run::<u32>(ENTRIES, vec![]).await, 2);
}

async fn the_lesson_s_panel_is_there_beside_a_configured_device(broker: Broker) {
    let page = Visit::configured(json!({"brokers": [broker.url()], "device": "other"}))
        .connect()
        .await;
    let mut client = Client::connect(&broker).await;
    client.publish(PRESENCE_OF_TEST, "1").await;
    page.click(TEST).await;
    page.text_becomes("header p", "device TEST").await;
    page.find("#power").await;
}

async fn a_device_is_set_by_itself(broker: Broker) {
    let _lamp = Lamp::at(&broker, DEVICE).await;
    let page = Visit::to(&broker).query("?device=other").connect().await;
    page.click_power().await;
    page.text_becomes("#powerState", "On").await;
    page.click(TEST).await;
    page.text_becomes("header p", "device TEST").await;
    page.text_becomes("#powerState", "Off").await;
    page.browser.back().await.unwrap();
    page.text_becomes("#powerState", "On").await;
}

async fn an_entry_tells_of_a_change_that_waits(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = Visit::to(&broker).query(lamp.query()).connect().await;
    lamp.goes();
    let entry = "#devices li:nth-child(2)";
    page.text_mentions(entry, "service down").await;
    page.click("#lamp-power").await;
    page.text_mentions(entry, "A change waits").await;
}

async fn a_link_tells_those_who_do_not_see_it_what_is_down(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = Visit::to(&broker).connect().await;
    lamp.goes();
    eventually(async || {
        let tree = page.accessibility_tree().await;
        let links = tree.iter().filter(|node| node["role"]["value"] == "link");
        let names: Vec<&str> = links
            .filter_map(|node| node["name"]["value"].as_str())
            .collect();
        let tells = |name: &&str| name.contains(DEVICE) && name.contains("service down");
        match names.iter().any(tells) {
            true => Ok(()),
            false => Err(format!("{names:?}")),
        }
    })
    .await;
}

async fn from_eight_devices_up_they_can_be_searched(broker: Broker) {
    let mut lamps = Vec::new();
    for number in 1..=7 {
        lamps.push(Lamp::at(&broker, &format!("b827eb00000{number}")).await);
    }
    let page = Visit::to(&broker).connect().await;
    let search = page.find("#device-search").await;
    search.send_keys("EB000003").await.unwrap();
    one_is_left(&page).await;
    page.text_mentions("#devices", "b827eb000003").await;
    search.send_keys("x").await.unwrap();
    page.text_becomes("#devices [role=status]", "No device with this name")
        .await;
}

async fn capitals_of_any_script_do_not_matter_to_the_search(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    let mut client = Client::connect(&broker).await;
    for lamp in ["KÜCHE", "FLUR", "1", "2", "3", "4", "5"] {
        client.lamp_tells(lamp).await;
    }
    let search = page.find("#device-search").await;
    search.send_keys("küche").await.unwrap();
    one_is_left(&page).await;
    page.text_mentions("#devices", "KÜCHE").await;
}

async fn the_shown_device_is_in_sight_in_a_long_list(broker: Broker) {
    let page = Visit::to(&broker).query("?device=lamp49").connect().await;
    let mut client = Client::connect(&broker).await;
    for lamp in (0..50).rev() {
        client.lamp_tells(&format!("lamp{lamp:02}")).await;
    }
    page.text_mentions("#devices", "lamp00").await;
    const SCRIPT: &str = "const list = document.querySelector('.devices');
        const seen = list.getBoundingClientRect();
        const shown = list.querySelector('[aria-current]').getBoundingClientRect();
        return [shown.top >= seen.top && shown.bottom <= seen.bottom, scrollY]";
    let found: (bool, u32) = page.run(SCRIPT, vec![]).await;
    assert_eq!(found, (true, 0));
    // Who looks for another one is left alone.
    page.run::<Value>("document.querySelector('.devices').scrollTop = 60", vec![])
        .await;
    client.lamp_tells("lamp99").await;
    page.text_mentions("#devices", "lamp99").await;
    let place: u32 = page
        .run(
            "return document.querySelector('.devices').scrollTop",
            vec![],
        )
        .await;
    assert_eq!(place, 60);
}

async fn two_hundred_lamps_leave_the_page_idle(broker: Broker) {
    const LAST_ROUND: u32 = 5;
    let page = Visit::to(&broker).connect().await;
    let client = Client::connect(&broker).await;
    let shout = async |round: u32| {
        for lamp in 0..200_u32 {
            let brightness = (round * 7 + lamp) % 100;
            let on = round < LAST_ROUND;
            let payload = format!(
                r#"{{"color":{{"h":0.5,"s":1}},"brightness":0.{brightness:02},"on":{on},"client":"x"}}"#
            );
            client
                .shout(&format!("devices/b827eb{lamp:06}/lamp/changed"), payload)
                .await;
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    shout(0).await;
    page.text_mentions("#devices", "b827eb000199").await;
    const WATCH: &str = "window.long = 0;
        new PerformanceObserver(list => { long += list.getEntries().length }).observe({entryTypes: ['longtask']})";
    page.run::<Value>(WATCH, vec![]).await;
    let (start, before) = (Instant::now(), busy(&page).await);
    for round in 1..=LAST_ROUND {
        shout(round).await;
    }
    page.text_becomes("#devices li:last-child .power", "Off")
        .await;
    let share = (busy(&page).await - before) / start.elapsed().as_secs_f64();
    let long: u32 = page.run("return long", vec![]).await;
    tell(format_args!(
        "200 lamps: main thread {:.1} % busy, {long} long tasks",
        share * 100.0
    ));
    assert!(share < 0.10, "the main thread is busy {share} of the time");
}

/// Seconds of processor time that the main thread has worked: other tests run beside this one.
async fn busy(page: &Page) -> f64 {
    let tools = page.browser.cdp();
    tools
        .send_raw("Performance.enable", json!({"timeDomain": "threadTicks"}))
        .await
        .unwrap();
    let metrics = tools
        .send_raw("Performance.getMetrics", json!({}))
        .await
        .unwrap();
    metrics["metrics"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|metric| metric["name"] == "TaskDuration")
        .and_then(|metric| metric["value"].as_f64())
        .expect("no such metric")
}

async fn one_is_left(page: &Page) {
    const COUNT: &str = "return document.querySelectorAll('#devices li a').length";
    eventually(async || match page.run::<u32>(COUNT, vec![]).await {
        1 => Ok(()),
        count => Err(format!("{count} devices are left")),
    })
    .await;
}

async fn choose(page: &Page) {
    page.text_mentions("#devices", DEVICE).await;
    page.click("#devices li:nth-child(2) a").await;
}

async fn address(page: &Page) -> String {
    page.run("return location.href", vec![]).await
}

async fn title_becomes(page: &Page, wanted: &str) {
    eventually(async || {
        let title = page.browser.title().await.unwrap();
        if title == wanted {
            Ok(())
        } else {
            Err(format!("the title is {title}"))
        }
    })
    .await;
}
