//! A lamp that returns to its broker later than the page.

use lampi::duration::Duration;
use lampi::simulated::Faults;
use lampi::state::State;
use lampi::topics::Topics;
use lampi_web::lamps::{INTERVAL, SETTLE};
use lampi_web::mqtt;
use lampi_web::wish::{Outcome, PATIENCE, RETURN, THROTTLE};

use super::answers::SUBACK;
use super::world::*;

#[test]
fn a_wish_that_a_lamp_took_with_it_is_granted_when_it_returns() {
    let mut world = World::with(Faults {
        delay: Duration::from_secs(1),
        ..Faults::default()
    });
    world.lamp_comes();
    world.want(brightness(33));
    world.lamp_goes();
    world.pass(Duration::from_secs(10));
    assert_eq!(world.last().ended.outcome, Outcome::None);
    world.lamp_comes();
    world.pass(Duration::from_secs(2));
    assert_eq!(world.last().confirmed, Some(brightness(33)));
}

#[test]
fn a_wish_that_a_broker_took_before_the_lamp_was_back_is_granted_when_it_returns() {
    let mut world = asked_too_early(Faults::default());
    world.pass(RETURN - Duration::from_secs(1));
    world.lamp_comes();
    world.pass(Duration::from_secs(1));
    assert_eq!(world.last().confirmed, Some(brightness(33)));
    assert!(matches!(world.last().ended.outcome, Outcome::Confirmed(_)));
}

#[test]
fn a_wish_that_a_broker_took_is_granted_if_the_lamp_returns_while_the_page_is_away() {
    let mut world = asked_too_early(Faults::default());
    world.disconnect();
    world.is_lamp_there = true;
    world.reconnect();
    world.pass(Duration::from_secs(1));
    assert_eq!(world.last().confirmed, Some(brightness(33)));
    assert!(matches!(world.last().ended.outcome, Outcome::Confirmed(_)));
}

#[test]
fn a_lamp_that_somebody_changed_while_the_page_was_away_is_not_asked_again() {
    let mut world = asked_too_early(Faults::default());
    world.disconnect();
    world.is_lamp_there = true;
    world.foreign("lamp_ui", brightness(44));
    world.reconnect();
    world.pass(Duration::from_secs(1));
    assert_eq!(world.last().confirmed, Some(brightness(44)));
    assert_eq!(world.requests.len(), 1);
}

#[test]
fn a_lamp_that_does_not_return_to_the_broker_is_given_up_after_a_minute() {
    let mut world = asked_too_early(Faults::default());
    world.pass(RETURN - SETTLE - Duration::from_millis(1));
    assert_eq!(world.last().ended.outcome, Outcome::None);
    world.pass(Duration::from_secs(1));
    assert_eq!(world.last().ended.outcome, Outcome::Unanswered);
}

#[test]
fn a_lamp_that_is_back_at_the_broker_is_expected_to_answer_soon() {
    let mut world = asked_too_early(Faults {
        rejects: true,
        ..Faults::default()
    });
    world.lamp_comes();
    world.pass(THROTTLE + PATIENCE + INTERVAL);
    assert_eq!(world.last().ended.outcome, Outcome::Unanswered);
}

#[test]
fn a_lamp_that_is_first_told_of_before_suback_is_not_on_its_way_back() {
    let mut world = World::new();
    world.disconnect();
    world.open();
    let state = State::default().with_client("");
    let topic = Topics::default().changed(DEVICE);
    world.publish_retained(&topic, state.as_bytes());
    world.session(mqtt::Input::Received(&SUBACK));
    world.want(brightness(33));
    world.pass(SETTLE + PATIENCE + INTERVAL);
    assert_eq!(world.last().ended.outcome, Outcome::Unanswered);
}

/// A broker that keeps nothing restarts, and takes a wish for a lamp that is not back yet.
fn asked_too_early(faults: Faults) -> World {
    let mut world = World::with(faults);
    world.lamp_comes();
    world.is_lamp_there = false;
    world.disconnect();
    world.want(brightness(33));
    world.connect_again();
    world.pass(SETTLE);
    assert_eq!(world.requests.len(), 1);
    world
}
