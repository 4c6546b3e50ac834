//! What is told of a lamp's state, how often, and whose change it was.

use std::collections::HashSet;

use lampi::duration::Duration;
use lampi::state::State;
use lampi::topics::Topics;
use lampi_web::lamp_report::Author;
use lampi_web::lamps::MAX_LAMPS;
use lampi_web::mqtt;

use super::world::*;

#[test]
fn an_incoming_state_causes_no_publish() {
    let mut world = World::new();
    world.lamp_comes();
    world.foreign("lamp_ui", brightness(5));
    world.pass(Duration::from_secs(10));
    assert_eq!(world.requests, [""; 0]);
    assert_eq!(world.last().confirmed, Some(brightness(5)));
}

#[test]
fn authors_are_known_by_their_client_names() {
    let cases = [
        ("lamp_ui", Author::Touchscreen),
        ("lamp_bt_peripheral", Author::Bluetooth),
        ("lamp_cmd", Author::CommandLine),
        ("lampi00000000000000ff", Author::AnotherBrowser),
        ("lampi0000000000000007", Author::ThisTab),
        ("", Author::Unknown),
        ("lampiX", Author::Other("lampiX".to_owned())),
    ];
    for (client, author) in cases {
        let mut world = World::new();
        world.lamp_comes();
        world.changed(DEVICE, brightness(5), client);
        world.pass(Duration::from_secs(1));
        assert_eq!(world.last().author, author, "{client}");
    }
}

#[test]
fn what_is_told_again_after_a_reconnect_is_no_news() {
    let ago = changed_ago_after_a_reconnect("lamp_ui", brightness(5));
    assert!(ago >= Some(Duration::from_secs(1)));
}

#[test]
fn a_change_that_the_page_did_not_hear_has_no_time() {
    for (client, state) in [("lamp_ui", brightness(6)), ("lamp_cmd", brightness(5))] {
        assert_eq!(changed_ago_after_a_reconnect(client, state), None);
    }
}

/// What is said of a lamp's last change if the touchscreen set a brightness of 5 before the connection was lost, and
/// the broker tells this after it.
fn changed_ago_after_a_reconnect(client: &str, state: State) -> Option<Duration> {
    let mut world = World::new();
    world.lamp_comes();
    world.foreign("lamp_ui", brightness(5));
    world.pass(Duration::from_secs(1));
    world.session(mqtt::Input::Closed);
    world.connect();
    let topic = Topics::default().changed(DEVICE);
    world.publish_retained(&topic, state.with_client(client).as_bytes());
    world.pass(Duration::from_secs(1));
    world.last().changed_ago
}

#[test]
fn a_state_that_is_set_again_is_news() {
    let mut world = World::new();
    world.lamp_comes();
    for _ in 0..2 {
        world.pass(Duration::from_secs(1));
        world.foreign("lamp_ui", brightness(5));
        assert_eq!(world.last().changed_ago, Some(Duration::ZERO));
    }
}

#[test]
fn states_that_make_no_sense_change_nothing() {
    let mut world = World::new();
    world.lamp_comes();
    let topic = Topics::default().changed(DEVICE);
    for payload in [
        "nonsense",
        "{}",
        r#"{"color":{"h":2,"s":1},"brightness":1,"on":true,"client":""}"#,
        r#"{"color":{"h":1},"brightness":1,"on":true,"client":""}"#,
        r#"{"color":{"h":1,"s":1},"brightness":1,"on":2,"client":""}"#,
    ] {
        world.publish(&topic, payload.as_bytes());
    }
    world.pass(Duration::from_secs(1));
    assert_eq!(world.last().confirmed, Some(State::default()));
}

#[test]
fn lamps_beyond_a_thousand_are_ignored() {
    let mut world = World::new();
    for number in 0..=MAX_LAMPS {
        world.changed(&number.to_string(), brightness(1), "x");
    }
    world.pass(Duration::from_secs(5));
    assert_eq!(world.ignored, 1);
    let devices: HashSet<&str> = world.reports.iter().map(|report| &*report.device).collect();
    assert_eq!(devices.len(), MAX_LAMPS);
}

#[test]
fn reports_of_a_flood_come_twenty_times_a_second() {
    let mut world = World::new();
    world.lamp_comes();
    world.pass(Duration::from_secs(1));
    world.reports.clear();
    for step in 0..1000_u32 {
        world.changed(DEVICE, brightness((step % 100) as u8), "x");
        world.pass(Duration::from_millis(1));
    }
    assert!(
        (19..=21).contains(&world.reports.len()),
        "{}",
        world.reports.len()
    );
}

#[test]
fn of_many_lamps_each_is_told_less_often() {
    let mut world = World::new();
    for lamp in 0..200 {
        world.changed(&lamp.to_string(), brightness(0), "x");
    }
    world.pass(Duration::from_secs(1));
    world.reports.clear();
    for step in 0..1000_u32 {
        world.changed("0", brightness((step % 100) as u8), "x");
        world.pass(Duration::from_millis(1));
    }
    assert!((5..=6).contains(&world.reports.len()));
}

#[test]
fn a_lamp_without_news_wakes_nobody() {
    let mut world = World::new();
    world.lamp_comes();
    world.pass(Duration::from_secs(1));
    assert!(world.control.deadline() > Some(world.now + Duration::from_secs(10)));
}
