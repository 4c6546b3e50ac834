//! Whether a lamp is there.

use lampi::duration::Duration;
use lampi::state::State;
use lampi::topics::Topics;
use lampi_web::lamps::SETTLE;
use lampi_web::mqtt;

use super::world::*;

#[test]
fn a_lamp_is_found_by_what_it_publishes() {
    let mut world = World::new();
    world.lamp_comes();
    world.pass(Duration::from_secs(1));
    let report = world.last();
    assert_eq!(report.device, DEVICE);
    assert_eq!(report.confirmed, Some(State::default()));
    assert_eq!(
        (report.bridge.is_up, report.service.is_up),
        (Some(true), Some(true))
    );
}

#[test]
fn since_when_a_lamp_is_away_is_known_to_who_has_heard_it_go() {
    let mut world = World::new();
    let service = Topics::default().service(DEVICE);
    world.publish_retained(&service, b"0");
    assert_eq!(world.last().service.for_so_long, None);
    for payload in [b"1", b"0"] {
        world.pass(Duration::from_secs(1));
        world.publish(&service, payload);
    }
    assert_eq!(world.last().service.for_so_long, Some(Duration::ZERO));
}

#[test]
fn since_when_a_lamp_is_there_is_not_known_to_who_did_not_listen_all_the_time() {
    let mut world = World::new();
    world.lamp_comes();
    world.disconnect();
    world.pass(Duration::from_secs(60));
    world.lamp_goes();
    world.lamp_comes();
    world.reconnect();
    world.pass(SETTLE);
    let bridge = world.last().bridge;
    assert_eq!((bridge.is_up, bridge.for_so_long), (Some(true), None));
}

#[test]
fn a_lamp_of_which_a_new_connection_tells_nothing_is_not_away() {
    let mut world = World::new();
    world.lamp_comes();
    world.lamp_goes();
    world.disconnect();
    world.want(brightness(10));
    world.is_lamp_there = true;
    world.connect_again();
    world.pass(SETTLE);
    assert_eq!(world.last().service.is_up, None);
    assert_eq!(world.requests.len(), 1);
}

#[test]
fn what_was_known_of_a_lamp_stays_until_a_new_connection_has_had_time_to_tell() {
    let mut world = World::new();
    world.lamp_comes();
    world.lamp_goes();
    world.disconnect();
    world.connect_again();
    world.pass(SETTLE - Duration::from_millis(1));
    assert_eq!(world.last().service.is_up, Some(false));
}

#[test]
fn what_a_new_connection_does_not_tell_of_a_lamp_is_forgotten_beside_what_it_tells() {
    let mut world = World::new();
    world.lamp_comes();
    world.disconnect();
    world.connect_again();
    world.publish_retained(&Topics::default().bridge(DEVICE), b"1");
    world.pass(SETTLE);
    let report = world.last();
    assert_eq!(
        (report.bridge.is_up, report.service.is_up),
        (Some(true), None)
    );
}

#[test]
fn what_is_told_of_a_lamp_before_the_last_suback_counts() {
    let mut world = World::new();
    world.disconnect();
    world.open();
    // All but the bridges, which the page then asks for by name.
    let granted = [0x90, 6, 0xff, 0xff, 0, 0, 0, 0x80];
    world.session(mqtt::Input::Received(&granted));
    let topics = Topics::default();
    let state = State::default().with_client("");
    world.publish_retained(&topics.changed(DEVICE), state.as_bytes());
    world.publish_retained(&topics.service(DEVICE), b"0");
    world.session(mqtt::Input::Received(&[0x90, 3, 0xff, 0xfe, 0x80]));
    world.want(brightness(33));
    world.pass(Duration::from_secs(1));
    assert_eq!(world.last().service.is_up, Some(false));
    assert_eq!(world.requests, [""; 0]);
}

#[test]
fn what_an_admin_deletes_is_unknown_and_no_fault() {
    let mut world = World::new();
    world.lamp_comes();
    let topics = Topics::default();
    for topic in [topics.service(DEVICE), topics.changed(DEVICE)] {
        world.publish(&topic, b"");
        world.pass(Duration::from_secs(1));
    }
    assert_eq!(world.last().service.is_up, None);
    assert_eq!(world.last().bridge.is_up, Some(true));
    assert_eq!(world.last().confirmed, None);
    assert_eq!(world.ignored, 0);
}

#[test]
fn what_is_neither_1_nor_0_is_no_presence() {
    let mut world = World::new();
    world.lamp_comes();
    world.publish(&Topics::default().service(DEVICE), b"up");
    world.pass(Duration::from_secs(1));
    assert_eq!(world.last().service.is_up, Some(true));
    assert_eq!(world.ignored, 1);
}
