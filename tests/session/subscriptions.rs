//! What the broker lets the page read.

use lampi::duration::Duration;
use lampi_web::mqtt::session::STEADY;
use lampi_web::mqtt::{
    LostReason, Output, ProtocolError, RefusedReason, SessionOptions, Status, Subscription,
};

use super::rig::*;

#[test]
fn a_refused_subscription_names_the_filter() {
    let mut rig = Rig::new();
    rig.let_in();
    rig.receive(&[0x90, 3, 0xff, 0xff, 0x80]);
    let outputs = rig.receive(&[0x90, 3, 0xff, 0xfe, 0x80]);
    let filter = "a/+".to_owned();
    let reason = RefusedReason::Subscription { filter };
    assert_eq!(statuses(&outputs), [&stopped("ws://one/", reason)]);
}

#[test]
fn instead_of_a_refused_filter_a_narrower_one_is_asked_for() {
    let mut rig = Rig::with(two_subscriptions());
    rig.let_in();
    let outputs = rig.receive(&[0x90, 4, 0xff, 0xff, 0, 0x80]);
    assert_eq!(sent(&outputs), [b"\x82\x08\xff\xfe\x00\x03b/1\x00"]);
    let outputs = rig.receive(&[0x90, 3, 0xff, 0xfe, 0]);
    assert_eq!(statuses(&outputs), [&connected("ws://one/")]);
}

#[test]
fn what_the_page_may_not_read_is_told_beside_what_it_may() {
    assert_eq!(unread(two_subscriptions()), ["b/+"]);
}

#[test]
fn what_a_broker_keeps_of_its_own_topics_is_no_news() {
    let mut options = two_subscriptions();
    options.subscriptions[1].filter = "$SYS/+".to_owned();
    assert!(unread(options).is_empty());
}

#[test]
fn of_a_broker_that_hangs_up_instead_of_suback_less_is_asked() {
    let mut rig = hangs_up_on_the_second();
    assert_eq!(asked(&mut rig), 1);
    let outputs = rig.receive(&[0x90, 3, 0xff, 0xff, 0]);
    assert_eq!(statuses(&outputs), [&connected_without("b/+")]);
}

#[test]
fn something_is_always_asked() {
    let mut rig = hangs_up_on_the_second();
    for _ in 0..2 {
        assert_eq!(asked(&mut rig), 1);
        rig.hang_up();
    }
}

#[test]
fn what_one_broker_hangs_up_on_another_is_asked() {
    let mut options = two_subscriptions();
    options.brokers.push("ws://two/".to_owned());
    let mut rig = Rig::with(options);
    rig.let_in();
    for _ in 0..2 {
        rig.hang_up();
        assert_eq!(asked(&mut rig), 2);
    }
}

#[test]
fn a_broker_that_was_away_meanwhile_is_asked_all_again() {
    let mut rig = hangs_up_on_the_second();
    rig.hang_up();
    assert_eq!(asked(&mut rig), 2);
}

#[test]
fn a_broker_that_hangs_up_later_does_so_for_another_reason() {
    let mut rig = Rig::with(two_subscriptions());
    rig.let_in();
    for _ in 0..2 {
        rig.hang_up();
        assert_eq!(asked(&mut rig), 2);
        rig.now += Duration::from_secs(3);
    }
}

#[test]
fn if_it_may_have_been_a_publish_that_waits_for_suback() {
    let mut rig = Rig::with(two_subscriptions());
    rig.publish("1");
    rig.let_in();
    rig.hang_up();
    assert_eq!(asked(&mut rig), 2);
    rig.hang_up();
    assert_eq!(asked(&mut rig), 1);
    assert_eq!(sent(&rig.receive(&SUBACK)), [publish_packet(2, "1")]);
}

#[test]
fn after_a_steady_connection_all_is_asked_again() {
    let mut rig = hangs_up_on_the_second();
    asked(&mut rig);
    rig.receive(&[0x90, 3, 0xff, 0xff, 0]);
    rig.now += STEADY;
    rig.hang_up();
    assert_eq!(asked(&mut rig), 2);
}

#[test]
fn it_is_refused_when_nothing_at_all_is_granted() {
    let mut rig = Rig::with(two_subscriptions());
    rig.let_in();
    let outputs = rig.receive(&[0x90, 4, 0xff, 0xff, 0x80, 0x80]);
    assert_eq!(sent(&outputs).len(), 1);
    assert!(statuses(&outputs).is_empty());
    let outputs = rig.receive(&[0x90, 4, 0xff, 0xfe, 0x80, 0x80]);
    let filter = "a/+".to_owned();
    let reason = RefusedReason::Subscription { filter };
    assert_eq!(statuses(&outputs), [&stopped("ws://one/", reason)]);
}

#[test]
fn a_narrower_filter_is_enough() {
    let mut rig = Rig::with(two_subscriptions());
    rig.let_in();
    rig.receive(&[0x90, 4, 0xff, 0xff, 0x80, 0x80]);
    let outputs = rig.receive(&[0x90, 4, 0xff, 0xfe, 0x80, 0]);
    assert_eq!(statuses(&outputs), [&connected_without("a/+")]);
}

#[test]
fn a_broker_that_does_not_answer_for_the_narrower_filter_is_of_use() {
    let mut rig = first_of_two_granted(two_subscriptions());
    let outputs = rig.sleep();
    assert_eq!(statuses(&outputs), [&connected_without("b/+")]);
}

#[test]
fn the_answer_for_the_narrower_filter_may_come_when_nobody_waits_for_it() {
    let mut rig = first_of_two_granted(two_subscriptions());
    rig.sleep();
    let outputs = rig.receive(&[0x90, 3, 0xff, 0xfe, 0]);
    assert_eq!(outputs, [Output::Status(connected("ws://one/"))]);
}

#[test]
fn a_suback_answers_each_filter() {
    let mut rig = Rig::with(two_subscriptions());
    rig.let_in();
    let reason = lost(&rig.receive(&SUBACK));
    assert_eq!(reason, LostReason::Protocol(ProtocolError::Malformed));
}

fn two_subscriptions() -> SessionOptions {
    let mut options = options(&["ws://one/"]);
    options.subscriptions.push(Subscription {
        filter: "b/+".to_owned(),
        instead: "b/1".to_owned(),
    });
    options
}

/// The broker grants the first of two subscriptions, and has yet to answer for the narrower filter of the second.
fn first_of_two_granted(options: SessionOptions) -> Rig {
    let mut rig = Rig::with(options);
    rig.let_in();
    rig.receive(&[0x90, 4, 0xff, 0xff, 0, 0x80]);
    rig
}

/// What a broker that grants the first of two subscriptions is said not to let the page read.
fn unread(options: SessionOptions) -> Vec<String> {
    let mut rig = first_of_two_granted(options);
    let outputs = rig.receive(&[0x90, 3, 0xff, 0xfe, 0x80]);
    match statuses(&outputs)[..] {
        [Status::Connected { unread, .. }] => unread.clone(),
        ref other => panic!("not connected: {other:?}"),
    }
}

fn connected_without(filter: &str) -> Status {
    Status::Connected {
        broker: "ws://one/".to_owned(),
        held_back: Vec::new(),
        unread: vec![filter.to_owned()],
    }
}

/// A broker that hangs up on the second of two filters, once it has been asked for both.
fn hangs_up_on_the_second() -> Rig {
    let mut rig = Rig::with(two_subscriptions());
    rig.let_in();
    rig.hang_up();
    assert_eq!(asked(&mut rig), 2);
    rig.hang_up();
    rig
}

/// How many filters are asked for once CONNACK is here.
fn asked(rig: &mut Rig) -> usize {
    let outputs = rig.let_in();
    let [subscribe] = sent(&outputs)[..] else {
        panic!("{outputs:?}");
    };
    subscribe.iter().filter(|&&byte| byte == b'+').count()
}
