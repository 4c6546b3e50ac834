//! When the user leaves the page, and comes back to it.

use lampi_web::mqtt::{Input, Output, Status};

use super::rig::*;

#[test]
fn the_broker_is_told_good_bye() {
    let outputs = Rig::connected().input(Input::Leave);
    assert_eq!(sent(&outputs), [&DISCONNECT]);
    assert_eq!(outputs.last(), Some(&Output::Close));
}

#[test]
fn a_change_without_acknowledgement_is_not_delivered_by_leaving() {
    let mut rig = Rig::connected();
    rig.publish("1");
    rig.input(Input::Leave);
    assert!(!rig.session.is_delivered());
}

#[test]
fn nothing_is_tried_while_the_user_is_away() {
    let mut rig = Rig::connected();
    rig.input(Input::Leave);
    assert_eq!(rig.session.deadline(), None);
    assert_eq!(rig.input(Input::Closed), []);
}

#[test]
fn nothing_is_closed_when_the_page_is_left_between_two_tries() {
    let mut rig = Rig::new();
    rig.wait();
    assert_eq!(rig.input(Input::Leave), []);
}

#[test]
fn a_page_that_is_come_back_to_connects_and_delivers() {
    let mut rig = Rig::connected();
    rig.publish("1");
    rig.input(Input::Leave);
    assert!(opened(&rig.input(Input::Wake)).is_some());
    assert_eq!(sent(&rig.let_in()), [publish_packet(2, "1")]);
}

#[test]
fn what_failed_before_is_no_news_to_who_comes_back() {
    let mut rig = Rig::new();
    rig.wait();
    rig.input(Input::Leave);
    let outputs = rig.input(Input::Wake);
    assert!(matches!(
        statuses(&outputs)[..],
        [Status::Connecting { after: None, .. }]
    ));
}
