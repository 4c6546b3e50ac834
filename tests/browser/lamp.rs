//! A real lamp's panel: what is wanted, what is confirmed, who did it.

use lampi::hundredths::Hundredths;
use lampi::simulated::Faults;
use lampi::state::State;
use lampi_web::wish::THROTTLE;
use serde_json::{Value, json};

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
    a_number_may_be_typed,
    a_number_that_is_none_of_the_lamp_s_changes_nothing,
    a_number_out_of_range_is_told_until_the_field_is_left,
    what_is_being_typed_is_left_alone,
    what_is_being_typed_for_one_lamp_is_not_another_s,
    a_second_page_follows_the_first_and_back,
    a_change_from_elsewhere_names_its_author,
    a_change_from_elsewhere_is_never_sent_back,
    a_held_control_does_not_move,
    a_held_slider_stays_under_the_finger_when_another_one_had_the_focus_before,
    a_held_slider_leaves_alone_what_others_change,
    a_lamp_that_is_away_is_not_shown_as_live,
    nothing_is_claimed_of_a_lamp_while_the_broker_is_away,
    a_lamp_that_rejects_is_told_and_the_control_falls_back,
    a_lamp_that_goes_during_a_drag_gets_one_request_when_it_returns,
    a_change_that_waits_may_be_dropped,
    a_change_that_waits_for_the_broker_may_be_dropped,
    a_change_that_waits_for_the_lamp_s_state_may_be_dropped,
    a_finger_that_scrolls_the_page_sends_nothing,
    a_finger_that_taps_a_slider_moves_it_there,
    a_finger_that_drags_and_then_scrolls_changes_nothing_in_the_end,
    a_change_that_waits_survives_a_reload,
    a_change_that_waits_survives_a_reload_at_another_lamp,
    the_browser_asks_before_a_change_that_waits_is_left,
    a_state_that_makes_no_sense_is_counted_and_changes_nothing,
    every_control_has_a_role_a_name_and_a_value,
    sliders_speak_their_value_in_words,
    the_preview_has_the_lamp_s_colour,
    presets_are_saved_applied_and_deleted,
    presets_of_two_tabs_are_all_kept,
    a_preset_of_another_tab_comes_and_goes_by_itself,
    a_browser_without_room_keeps_the_presets_that_it_has,
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
    page.find("#lamp-power").await.click().await.unwrap();
    lamp.is_asked(r#""on":false"#).await;
    page.text_becomes("#lamp-power", "Off").await;
}

async fn a_number_may_be_typed(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    type_hue(&page, "0.42").await;
    lamp.is_asked(r#""h":0.42"#).await;
    value_becomes(&page, "hue", "0.42").await;
}

async fn a_number_that_is_none_of_the_lamp_s_changes_nothing(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel_that_sends(&broker, &lamp).await;
    for number in ["50", "-1", ""] {
        type_hue(&page, number).await;
        assert_eq!(left_with(&page).await, "0.5", "after {number:?}");
    }
    type_hue(&page, "0.42").await;
    lamp.is_asked(r#""h":0.42"#).await;
    assert_eq!(lamp.requests().len(), 2);
}

async fn a_number_out_of_range_is_told_until_the_field_is_left(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    assert_eq!(told(&page).await, "");
    for number in ["50", "-1", "1.001"] {
        type_hue(&page, number).await;
        assert_eq!(told(&page).await, "0 to 1", "at {number:?}");
        assert_eq!(left_with(&page).await, "1");
        assert_eq!(told(&page).await, "", "after {number:?}");
    }
}

async fn what_is_being_typed_for_one_lamp_is_not_another_s(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let other = Lamp::at(&broker, "b827eb000002").await;
    let page = panel(&broker, &other).await;
    page.browser
        .goto(format!("{}{}", page.site.address, lamp.query()))
        .await
        .unwrap();
    page.find("#brightness").await;
    begin_to_type(&page).await;
    page.find("#devices li:nth-child(3) a")
        .await
        .click()
        .await
        .unwrap();
    page.text_mentions("header", "b827eb000002").await;
    const TYPED: &str = "return document.querySelector('.range [type=number]').value";
    assert_eq!(page.run::<String>(TYPED, vec![]).await, "1");
}

async fn what_is_being_typed_is_left_alone(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    begin_to_type(&page).await;
    lamp.changes(brightness(7), "lamp_ui");
    value_becomes(&page, "brightness", "0.07").await;
    assert_eq!(
        page.run::<String>("return field.value", vec![]).await,
        "0.4"
    );
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

async fn a_held_control_does_not_move(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    pointer(&page, "mouse", "pointerdown").await;
    lamp.changes(brightness(7), "lamp_ui");
    page.text_mentions("#lamp-author", "touchscreen").await;
    assert_eq!(value(&page, "brightness").await, "1");
    pointer(&page, "mouse", "pointerup").await;
    value_becomes(&page, "brightness", "0.07").await;
}

async fn a_held_slider_stays_under_the_finger_when_another_one_had_the_focus_before(
    broker: Broker,
) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    let hue = page.find("#hue").await;
    let drag = page.browser.action_chain().click_and_hold_element(&hue);
    let drag = drag.move_by_offset(10, 0).release();
    drag.perform().await.unwrap();
    page.text_mentions("#lamp-message", "Confirmed").await;
    let slider = page.find("#brightness").await;
    let hold = page.browser.action_chain().click_and_hold_element(&slider);
    hold.perform().await.unwrap();
    let held = value(&page, "brightness").await;
    assert_eq!(held, "0.5", "the finger is in the middle");
    lamp.is_asked(r#""brightness":0.5"#).await;
    lamp.changes(brightness(7), "lamp_ui");
    page.text_mentions("#lamp-author", "touchscreen").await;
    assert_eq!(value(&page, "brightness").await, held);
}

async fn a_held_slider_leaves_alone_what_others_change(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel_that_sends(&broker, &lamp).await;
    pointer(&page, "mouse", "pointerdown").await;
    let green = State {
        hue: Hundredths::clamped(33),
        ..State::default()
    };
    lamp.changes(green, "lamp_ui");
    page.text_mentions("#lamp-author", "touchscreen").await;
    drag(&page, "brightness", "0.9").await;
    lamp.is_asked(r#""h":0.33,"s":1},"brightness":0.9"#).await;
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

async fn a_lamp_that_goes_during_a_drag_gets_one_request_when_it_returns(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel_that_sends(&broker, &lamp).await;
    pointer(&page, "mouse", "pointerdown").await;
    drag(&page, "brightness", "0.9").await;
    lamp.is_asked(r#""brightness":0.9"#).await;
    page.text_mentions("#lamp-message", "Confirmed").await;
    lamp.goes();
    page.text_mentions(PRESENCE, "lamp service down").await;
    let before = lamp.requests().len();
    for value in ["0.8", "0.7", "0.6"] {
        drag(&page, "brightness", value).await;
    }
    pointer(&page, "mouse", "pointerup").await;
    page.text_mentions("#lamp-message", "waits for it").await;
    lamp.comes();
    page.text_mentions("#lamp-message", "Confirmed").await;
    assert_eq!(lamp.requests().len(), before + 1);
    lamp.is_asked(r#""brightness":0.6"#).await;
}

async fn a_change_that_waits_may_be_dropped(broker: Broker) {
    let (lamp, page) = waiting_for_the_lamp(&broker).await;
    page.find("#lamp-give-up").await.click().await.unwrap();
    value_becomes(&page, "brightness", "1").await;
    lamp.comes();
    page.text_mentions(PRESENCE, "lamp service up").await;
    // Whatever the page would send comes before what it is made to send.
    slide(&page, "hue", "0.6").await;
    lamp.is_asked(r#""h":0.6"#).await;
    assert_eq!(lamp.requests().len(), 2);
}

async fn a_change_that_waits_for_the_broker_may_be_dropped(mut broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel_that_sends(&broker, &lamp).await;
    broker.stop();
    page.status_becomes("offline").await;
    slide(&page, "brightness", "0.5").await;
    page.text_mentions("#lamp-message", "The lamp cannot be reached now")
        .await;
    page.find("#lamp-give-up").await.click().await.unwrap();
    value_becomes(&page, "brightness", "1").await;
}

async fn a_change_that_waits_for_the_lamp_s_state_may_be_dropped(broker: Broker) {
    let (_lamp, page) = waiting_for_the_lamp(&broker).await;
    let mut client = Client::connect(&broker).await;
    let changed = format!("devices/{DEVICE}/lamp/changed");
    client.publish(&changed, "").await;
    page.text_mentions("#lamp-message", "waits for that").await;
    page.find("#lamp-give-up").await.click().await.unwrap();
    let told = "This lamp has not told its state yet. Its controls appear when it does.";
    page.text_becomes("#lamp-message", told).await;
}

async fn a_finger_that_scrolls_the_page_sends_nothing(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel_on_a_phone(&broker, &lamp).await;
    let (x, y) = middle_of(&page, "brightness").await;
    let before = page.run::<f64>("return scrollY", vec![]).await;
    touch(&page, "touchStart", &[(x, y)]).await;
    for step in 1..10 {
        let y = y + 10.0 * f64::from(step);
        touch(&page, "touchMove", &[(x, y)]).await;
    }
    touch(&page, "touchEnd", &[]).await;
    assert_ne!(page.run::<f64>("return scrollY", vec![]).await, before);
    value_becomes(&page, "brightness", "1").await;
    page.find("#lamp-power").await.click().await.unwrap();
    lamp.is_asked(r#""brightness":1,"on":false"#).await;
    assert_eq!(lamp.requests().len(), 1);
}

async fn a_finger_that_taps_a_slider_moves_it_there(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel_on_a_phone(&broker, &lamp).await;
    let (x, y) = middle_of(&page, "brightness").await;
    touch(&page, "touchStart", &[(x, y)]).await;
    touch(&page, "touchEnd", &[]).await;
    lamp.is_asked(r#""brightness":0.5"#).await;
    assert_eq!(lamp.requests().len(), 1);
}

async fn a_finger_that_drags_and_then_scrolls_changes_nothing_in_the_end(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel_that_sends(&broker, &lamp).await;
    pointer(&page, "touch", "pointerdown").await;
    drag(&page, "brightness", "0.3").await;
    drag(&page, "brightness", "0.2").await;
    lamp.is_asked(r#""brightness":0.2"#).await;
    pointer(&page, "touch", "pointercancel").await;
    lamp.is_asked(r#""brightness":1,"#).await;
    value_becomes(&page, "brightness", "1").await;
}

async fn a_change_that_waits_survives_a_reload(broker: Broker) {
    let (lamp, page) = waiting_for_the_lamp(&broker).await;
    page.browser.refresh().await.unwrap();
    page.find("#lamp-give-up").await;
    assert_eq!(value(&page, "brightness").await, "0.5");
    lamp.comes();
    lamp.is_asked(r#""brightness":0.5"#).await;
    page.text_mentions("#lamp-message", "Confirmed").await;
    page.browser.refresh().await.unwrap();
    page.find("#brightness").await;
    // A change that waits is told from the first, and how it ended afterwards.
    page.text_becomes("#lamp-message", "").await;
    slide(&page, "hue", "0.6").await;
    lamp.is_asked(r#""h":0.6"#).await;
    assert_eq!(lamp.requests().len(), 3);
}

async fn a_change_that_waits_survives_a_reload_at_another_lamp(broker: Broker) {
    let (lamp, page) = waiting_for_the_lamp(&broker).await;
    let another = format!("{}?device=another", page.site.address);
    page.browser.goto(another).await.unwrap();
    page.status_becomes("connected").await;
    lamp.comes();
    lamp.is_asked(r#""brightness":0.5"#).await;
}

async fn the_browser_asks_before_a_change_that_waits_is_left(broker: Broker) {
    let (_lamp, page) = waiting_for_the_lamp(&broker).await;
    // Browsers ask only whom the user has touched.
    page.find("#lamp-power").await.click().await.unwrap();
    page.browser.goto("about:blank").await.unwrap();
    assert_eq!(page.questions().await, ["beforeunload"]);
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

async fn every_control_has_a_role_a_name_and_a_value(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    slide(&page, "hue", "0.5").await;
    let expected = [
        "slider Hue: 0.5",
        "slider Saturation: 1",
        "slider Brightness: 1",
        "spinbutton Hue, number from 0 to 1: 0.5",
        "spinbutton Saturation, number from 0 to 1: 1",
        "spinbutton Brightness, number from 0 to 1: 1",
        "button Power On: true",
    ];
    eventually(async || {
        let spoken = spoken(&page).await;
        match expected
            .iter()
            .find(|wanted| !spoken.iter().any(|said| said == *wanted))
        {
            None => Ok(()),
            Some(missing) => Err(format!("{missing:?} is not in {spoken:?}")),
        }
    })
    .await;
}

async fn sliders_speak_their_value_in_words(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    slide(&page, "hue", "0.58").await;
    const SCRIPT: &str = "return ['hue', 'saturation', 'brightness'].map(id =>
        document.getElementById(id).getAttribute('aria-valuetext'))";
    eventually(async || {
        let spoken: Vec<String> = page.run(SCRIPT, vec![]).await;
        if spoken == ["209°, blue", "100%", "100%"] {
            Ok(())
        } else {
            Err(format!("{spoken:?}"))
        }
    })
    .await;
}

async fn the_preview_has_the_lamp_s_colour(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    const SCRIPT: &str = "return getComputedStyle(document.getElementById('lamp-color')).fill";
    assert_eq!(page.run::<String>(SCRIPT, vec![]).await, "rgb(255, 0, 0)");
}

async fn presets_are_saved_applied_and_deleted(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    save_preset(&page, "full red").await;
    slide(&page, "hue", "0.5").await;
    lamp.is_asked(r#""h":0.5"#).await;
    page.find("#presets li button").await.click().await.unwrap();
    lamp.is_asked(r#""h":1,"#).await;
    page.browser.refresh().await.unwrap();
    page.text_mentions("#presets li", "full red").await;
    page.find("#presets [aria-label='Delete full red']")
        .await
        .click()
        .await
        .unwrap();
    page.text_becomes("#presets li", "").await;
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
    page.find("[aria-label='Delete one']")
        .await
        .click()
        .await
        .unwrap();
    page.turn_to(&first).await;
    page.text_becomes("#presets ul", "").await;
}

async fn a_browser_without_room_keeps_the_presets_that_it_has(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    save_preset(&page, "kept").await;
    const FULL: &str = "Storage.prototype.setItem = () => { throw new DOMException('full') }";
    page.run::<Value>(FULL, vec![]).await;
    let name = page.find("#preset-name").await;
    name.send_keys("red").await.unwrap();
    page.find("#preset-save").await.click().await.unwrap();
    page.text_mentions("#presets [role=alert]", "Not saved")
        .await;
    page.text_mentions("#presets ul", "kept").await;
}

/// A lamp that has gone, and its panel, where brightness 0.5 is wanted of it. It has been asked for something once.
async fn waiting_for_the_lamp(broker: &Broker) -> (Lamp, Page) {
    let lamp = Lamp::at(broker, DEVICE).await;
    let page = panel_that_sends(broker, &lamp).await;
    lamp.goes();
    page.text_mentions(PRESENCE, "lamp service down").await;
    slide(&page, "brightness", "0.5").await;
    page.find("#lamp-give-up").await;
    (lamp, page)
}

async fn save_preset(page: &Page, name: &str) {
    page.find("#preset-name")
        .await
        .send_keys(name)
        .await
        .unwrap();
    page.find("#preset-save").await.click().await.unwrap();
    page.text_mentions("#presets ul", name).await;
}

/// What a screen reader is told of each control: its role, its name and its value.
async fn spoken(page: &Page) -> Vec<String> {
    let tree = page
        .browser
        .cdp()
        .send_raw("Accessibility.getFullAXTree", json!({}))
        .await
        .unwrap();
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let nodes = tree["nodes"].as_array().unwrap();
    nodes
        .iter()
        .map(|node| {
            let property = |name: &str| {
                let properties = node["properties"].as_array()?;
                let property = properties
                    .iter()
                    .find(|property| property["name"] == name)?;
                Some(text(&property["value"]["value"]))
            };
            let value = property("pressed").unwrap_or_else(|| text(&node["value"]["value"]));
            format!(
                "{} {}: {value}",
                text(&node["role"]["value"]),
                text(&node["name"]["value"])
            )
        })
        .collect()
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

/// Types a hue and does not leave the field, which is `window.field` from then on.
async fn begin_to_type(page: &Page) {
    const SCRIPT: &str = "window.field = document.querySelector('.range [type=number]');
        field.value = '0.4';
        field.dispatchEvent(new Event('input', {bubbles: true}))";
    page.run::<Value>(SCRIPT, vec![]).await;
}

/// Types a number beside the slider and presses Enter in the field, which is `window.field` from then on.
async fn type_hue(page: &Page, number: &str) {
    const SCRIPT: &str = "window.field = document.querySelector('#hue').closest('.range').querySelector('[type=number]');
        field.value = arguments[0];
        field.dispatchEvent(new Event('input', {bubbles: true}));
        field.dispatchEvent(new Event('change', {bubbles: true}));
        setTimeout(done)";
    page.await_script::<Value>(SCRIPT, vec![number.into()])
        .await;
}

/// Leaves the field, and gives what is in it then.
async fn left_with(page: &Page) -> String {
    const SCRIPT: &str = "field.dispatchEvent(new FocusEvent('blur'));
        setTimeout(() => done(field.value))";
    page.await_script(SCRIPT, vec![]).await
}

/// The words beside number fields that are seen.
async fn told(page: &Page) -> String {
    const SCRIPT: &str = "return [...document.querySelectorAll('.range [role=alert]')]
        .map(words => words.checkVisibility() ? words.textContent : '').join('')";
    page.run(SCRIPT, vec![]).await
}

async fn pointer(page: &Page, kind: &str, event: &str) {
    const SCRIPT: &str = "document.getElementById('brightness')
        .dispatchEvent(new PointerEvent(arguments[0], {bubbles: true, pointerType: arguments[1]}))";
    page.run::<Value>(SCRIPT, vec![event.into(), kind.into()])
        .await;
}

async fn panel_on_a_phone(broker: &Broker, lamp: &Lamp) -> Page {
    opened(Visit::to(broker).query(lamp.query()).width(390)).await
}

/// At these points, as a finger does it.
async fn touch(page: &Page, event: &str, points: &[(f64, f64)]) {
    let points: Vec<Value> = points
        .iter()
        .map(|(x, y)| json!({"x": x, "y": y}))
        .collect();
    let event = json!({"type": event, "touchPoints": points});
    let tools = page.browser.cdp();
    tools
        .send_raw("Input.dispatchTouchEvent", event)
        .await
        .unwrap();
}

/// In CSS pixels of the window, once it is scrolled there.
async fn middle_of(page: &Page, id: &str) -> (f64, f64) {
    const SCRIPT: &str = "const element = document.getElementById(arguments[0]);
        element.scrollIntoView({ block: 'center', behavior: 'instant' });
        const { x, y, width, height } = element.getBoundingClientRect();
        return [x + width / 2, y + height / 2]";
    page.run(SCRIPT, vec![id.into()]).await
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
