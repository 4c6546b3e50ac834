//! What is wanted of a lamp that is there.

use lampi::duration::Duration;
use lampi::simulated::Faults;
use lampi::state::State;
use lampi_web::lamp_report::Author;
use lampi_web::lamps::{INTERVAL, SETTLE};
use lampi_web::message::Command;
use lampi_web::mqtt;
use lampi_web::mqtt::session::DROPS;
use lampi_web::wish::{Outcome, PATIENCE, THROTTLE};

use super::world::*;

#[test]
fn a_wish_reaches_the_lamp_and_is_confirmed() {
    let mut world = World::new();
    world.lamp_comes();
    world.want(brightness(33));
    world.pass(Duration::from_secs(1));
    assert_eq!(world.requests.len(), 1);
    let report = world.last();
    assert_eq!(report.confirmed, Some(brightness(33)));
    assert_eq!(report.ended.number, 1);
    assert!(matches!(report.ended.outcome, Outcome::Confirmed(_)));
    assert_eq!(report.author, Author::ThisTab);
}

#[test]
fn a_lamp_that_rejects_a_wish_is_told_after_a_while() {
    let mut world = World::with(Faults {
        rejects: true,
        ..Faults::default()
    });
    world.lamp_comes();
    world.want(brightness(33));
    world.pass(PATIENCE - Duration::from_millis(100));
    assert_eq!(world.last().ended.outcome, Outcome::None);
    world.pass(Duration::from_millis(200));
    let report = world.last();
    assert_eq!(
        (report.ended.number, report.ended.outcome),
        (1, Outcome::Unanswered)
    );
    assert_eq!(report.confirmed, Some(State::default()));
}

#[test]
fn a_drag_sends_ten_requests_a_second_and_ends_with_its_last() {
    let mut world = World::new();
    world.lamp_comes();
    for step in 0..100 {
        world.want(brightness(step));
        world.pass(THROTTLE / 10);
    }
    world.pass(Duration::from_secs(1));
    assert!(
        (10..=11).contains(&world.requests.len()),
        "{}",
        world.requests.len()
    );
    assert_eq!(world.last().confirmed, Some(brightness(99)));
    assert_eq!(world.last().ended.number, 100);
}

#[test]
fn that_the_broker_takes_no_requests_for_a_lamp_is_told_until_they_are_tried_again() {
    let mut world = World::new();
    world.lamp_comes();
    world.is_slow = true;
    world.want(brightness(10));
    for _ in 0..DROPS {
        world.pass(SETTLE);
        world.disconnect();
        world.connect_again();
    }
    world.pass(INTERVAL);
    assert!(world.last().is_held_back);
    world.command(Command::Retry);
    world.pass(INTERVAL);
    assert!(!world.last().is_held_back);
}

#[test]
fn leaving_sends_what_the_throttle_holds_back() {
    let mut world = World::new();
    world.lamp_comes();
    world.want(brightness(10));
    world.want(brightness(20));
    assert_eq!(world.requests.len(), 1);
    world.command(Command::Leave);
    assert_eq!(world.requests.len(), 2);
}

#[test]
fn what_the_lamp_accepts_while_the_page_is_left_is_not_said_to_be_rejected() {
    let mut world = World::with(Faults {
        delay: Duration::from_secs(1),
        ..Faults::default()
    });
    world.lamp_comes();
    world.want(brightness(33));
    world.pass(Duration::from_millis(500));
    world.command(Command::Leave);
    // On coming back, a timer may ring before anything else.
    world.now += PATIENCE + Duration::from_millis(500);
    world.session(mqtt::Input::Tick);
    world.command(Command::Wake);
    world.pass(Duration::ZERO);
    assert_eq!(world.last().ended.outcome, Outcome::None);
    world.reconnect();
    world.pass(Duration::from_secs(1));
    let report = world.last();
    assert_eq!(report.confirmed, Some(brightness(33)));
    assert!(matches!(report.ended.outcome, Outcome::Confirmed(_)));
}
