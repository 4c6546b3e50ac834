//! Wishes that wait: for a lamp's first state, for a lamp that is away, for a broker.

use lampi::duration::Duration;
use lampi::topics::Topics;
use lampi_web::lamps::{INTERVAL, SETTLE};
use lampi_web::message::{Command, LampWish};
use lampi_web::mqtt;
use lampi_web::wish::THROTTLE;

use super::world::*;

#[test]
fn nothing_is_published_before_the_first_state_is_known() {
    let mut world = World::new();
    world.publish(&Topics::default().service(DEVICE), b"1");
    world.want(brightness(33));
    world.pass(Duration::from_secs(10));
    assert_eq!(world.requests, [""; 0]);
}

#[test]
fn a_wish_made_before_the_first_state_waits_for_it() {
    let mut world = World::new();
    world.want(brightness(33));
    world.pass(Duration::from_secs(10));
    world.lamp_comes();
    world.pass(Duration::from_secs(1));
    assert_eq!(world.requests.len(), 1);
    assert_eq!(world.last().confirmed, Some(brightness(33)));
}

#[test]
fn of_wishes_made_before_the_first_state_the_newest_counts() {
    let mut world = World::new();
    world.want(brightness(33));
    world.want(brightness(44));
    world.lamp_comes();
    world.pass(Duration::from_secs(1));
    assert_eq!(world.requests.len(), 1);
    assert_eq!(world.last().confirmed, Some(brightness(44)));
}

#[test]
fn wishes_for_several_lamps_wait_for_their_first_states() {
    let mut world = World::new();
    let others = "b827eb000002";
    for (number, device) in [(1, DEVICE), (2, others)] {
        world.command(Command::Want(LampWish {
            device: device.to_owned(),
            number,
            state: brightness(33),
        }));
    }
    for device in [DEVICE, others] {
        world.changed(device, brightness(1), "x");
    }
    world.pass(SETTLE);
    assert_eq!(world.requests.len(), 2);
}

#[test]
fn a_wish_from_before_waits_until_the_broker_has_told_that_the_lamp_is_away() {
    let mut world = World::new();
    world.session(mqtt::Input::Closed);
    world.want(brightness(33));
    world.connect();
    let topics = Topics::default();
    world.publish_retained(
        &topics.changed(DEVICE),
        brightness(1).with_client("x").as_bytes(),
    );
    world.pass(SETTLE / 2);
    world.publish_retained(&topics.service(DEVICE), b"0");
    world.pass(Duration::from_secs(10));
    assert_eq!(world.requests, [""; 0]);
}

#[test]
fn a_wish_made_without_a_broker_waits_for_what_the_broker_tells_of_the_lamp() {
    let mut world = World::new();
    world.lamp_comes();
    world.session(mqtt::Input::Closed);
    world.want(brightness(10));
    world.pass(Duration::from_secs(1));
    world.connect();
    assert_eq!(world.requests, [""; 0]);
    world.lamp_goes();
    world.pass(Duration::from_secs(10));
    assert_eq!(world.requests, [""; 0]);
    world.lamp_comes();
    world.pass(SETTLE);
    assert_eq!(world.requests.len(), 1);
}

#[test]
fn a_lamp_that_goes_during_a_drag_gets_one_request_when_it_returns() {
    let mut world = World::new();
    world.lamp_comes();
    world.want(brightness(10));
    world.pass(Duration::from_secs(1));
    world.lamp_goes();
    let before = world.requests.len();
    for step in 20..60 {
        world.want(brightness(step));
        world.pass(Duration::from_millis(50));
    }
    assert_eq!(
        world.requests.len(),
        before,
        "sent to a lamp that is not there"
    );
    world.lamp_comes();
    world.pass(Duration::from_secs(10));
    assert_eq!(world.requests.len(), before + 1);
    assert_eq!(world.last().confirmed, Some(brightness(59)));
}

#[test]
fn what_the_user_drops_is_not_sent() {
    let mut world = World::new();
    world.lamp_comes();
    world.lamp_goes();
    world.want(brightness(10));
    world.give_up();
    world.lamp_comes();
    world.pass(Duration::from_secs(10));
    assert_eq!(world.requests, [""; 0]);
    assert_eq!(world.last().ended.number, 1);
}

#[test]
fn what_the_user_drops_before_the_first_state_is_known_is_not_sent() {
    let mut world = World::new();
    world.publish(&Topics::default().service(DEVICE), b"1");
    world.want(brightness(10));
    world.give_up();
    world.pass(INTERVAL);
    assert_eq!(world.last().ended.number, 1);
    world.lamp_comes();
    world.pass(Duration::from_secs(10));
    assert_eq!(world.requests, [""; 0]);
}

#[test]
fn a_request_that_waits_for_its_turn_is_not_sent_once_the_lamp_has_gone() {
    let mut world = two_requests_to_a_slow_broker();
    world.lamp_goes();
    world.acknowledge();
    world.pass(Duration::from_secs(1));
    assert_eq!(world.requests.len(), 1);
    world.lamp_comes();
    world.pass(Duration::from_secs(1));
    assert_eq!(world.last().confirmed, Some(brightness(20)));
}

#[test]
fn a_request_that_waits_for_its_turn_is_not_sent_once_the_user_drops_it() {
    let mut world = two_requests_to_a_slow_broker();
    world.give_up();
    world.acknowledge();
    world.pass(Duration::from_secs(1));
    assert_eq!(world.requests.len(), 1);
}

fn two_requests_to_a_slow_broker() -> World {
    let mut world = World::new();
    world.lamp_comes();
    world.is_slow = true;
    world.want(brightness(10));
    world.pass(THROTTLE);
    world.want(brightness(20));
    world.pass(THROTTLE);
    assert_eq!(world.requests.len(), 1);
    world
}
