//! What only the user can mend.

use lampi_web::mqtt::brokers::RECONSIDER;
use lampi_web::mqtt::session::STEADY;
use lampi_web::mqtt::{Failure, Input, LostReason, Output, RefusedReason, SessionOptions, Status};

use super::rig::*;

#[test]
fn a_refusal_is_not_tried_again_until_the_user_asks() {
    let refusals = [
        (1, RefusedReason::ProtocolVersion),
        (2, RefusedReason::ClientId),
        (4, RefusedReason::LoginWanted),
        (5, RefusedReason::LoginWanted),
    ];
    for (code, expected) in refusals {
        let mut rig = Rig::new();
        rig.input(Input::Opened);
        let outputs = rig.receive(&[0x20, 2, 0, code]);
        assert!(outputs.contains(&Output::Close));
        let reason = expected;
        assert_eq!(statuses(&outputs), [&stopped("ws://one/", reason)]);
        assert_eq!(rig.session.deadline(), None);
        assert!(
            rig.input(Input::Retry)
                .contains(&Output::Open("ws://one/".to_owned()))
        );
    }
}

#[test]
fn a_broker_that_has_worked_is_asked_again_by_itself() {
    let mut rig = refused_after_it_worked();
    let refused_at = rig.now;
    assert_eq!(opened(&rig.sleep()), Some("ws://one/"));
    assert_eq!(rig.now - refused_at, RECONSIDER);
    let outputs = rig.refuse();
    let refused = stopped("ws://one/", RefusedReason::LoginWanted);
    assert_eq!(statuses(&outputs), [&refused]);
    rig.sleep();
    rig.let_in();
    let outputs = rig.receive(&SUBACK);
    assert_eq!(statuses(&outputs), [&connected("ws://one/")]);
}

#[test]
fn when_all_have_refused_the_one_that_has_worked_is_asked_again() {
    let mut rig = Rig::with(options(&["ws://one/", "ws://two/"]));
    rig.connect();
    rig.now += STEADY;
    rig.input(Input::Closed);
    for _ in 0..2 {
        rig.refuse();
    }
    assert_eq!(opened(&rig.sleep()), Some("ws://one/"));
}

#[test]
fn a_broker_that_refuses_for_another_reason_by_now_is_said_to() {
    let mut rig = refused_after_it_worked();
    rig.sleep();
    rig.input(Input::Opened);
    let outputs = rig.receive(&[0x20, 2, 0, 2]);
    let refused = stopped("ws://one/", RefusedReason::ClientId);
    assert_eq!(statuses(&outputs), [&refused]);
}

#[test]
fn a_broker_that_refused_and_is_down_now_is_said_to_be_down() {
    let mut rig = refused_after_it_worked();
    rig.sleep();
    let outputs = rig.input(Input::Closed);
    assert!(
        matches!(
            statuses(&outputs)[..],
            [Status::Offline { .. } | Status::Connecting { after: Some(_), .. }]
        ),
        "{outputs:?}"
    );
}

#[test]
fn after_a_refusal_the_other_brokers_are_tried() {
    let mut rig = Rig::with(options(&["ws://one/", "ws://two/"]));
    let outputs = rig.refuse();
    assert!(outputs.contains(&Output::Open("ws://two/".to_owned())));
    rig.connect();
    assert!(rig.session.deadline().is_some());
}

#[test]
fn it_is_refused_once_every_broker_has_refused() {
    let mut rig = Rig::with(options(&["ws://one/", "ws://two/"]));
    for _ in 0..2 {
        rig.refuse();
    }
    assert_eq!(rig.session.deadline(), None);
    assert!(
        rig.input(Input::Retry)
            .contains(&Output::Open("ws://one/".to_owned()))
    );
}

/// A broker that wants a login now and let the page in before without one.
fn refused_after_it_worked() -> Rig {
    let mut rig = Rig::connected();
    rig.now += STEADY;
    rig.input(Input::Closed);
    rig.refuse();
    rig
}

#[test]
fn a_refusal_is_told_when_the_other_brokers_fail() {
    let mut rig = Rig::with(options(&["ws://one/", "ws://two/"]));
    rig.refuse();
    let outputs = rig.wait();
    let refused = Status::Refused {
        broker: "ws://one/".to_owned(),
        reason: RefusedReason::LoginWanted,
        meanwhile: Some(Failure {
            broker: "ws://two/".to_owned(),
            reason: LostReason::Unreachable,
        }),
    };
    assert_eq!(statuses(&outputs), [&refused]);
}

#[test]
fn a_refusal_from_before_a_broker_worked_is_told_no_more() {
    let mut rig = Rig::with(options(&["ws://one/", "ws://two/"]));
    rig.refuse();
    rig.connect();
    let outputs = rig.wait();
    assert!(matches!(statuses(&outputs)[..], [Status::Offline { .. }]));
}

#[test]
fn the_other_brokers_are_tried_on_without_a_word() {
    let mut rig = one_refuses_and_two_fails();
    for _ in 0..20 {
        let outputs = rig.sleep();
        assert_eq!(opened(&outputs), Some("ws://two/"));
        assert!(statuses(&outputs).is_empty());
        rig.input(Input::Closed);
    }
    rig.sleep();
    rig.let_in();
    let outputs = rig.receive(&SUBACK);
    assert_eq!(statuses(&outputs), [&connected("ws://two/")]);
}

#[test]
fn when_the_user_asks_the_others_are_tried_at_once_too() {
    let mut rig = one_refuses_and_two_fails();
    // With the two tries before, six.
    for _ in 0..4 {
        rig.sleep();
        rig.input(Input::Closed);
    }
    rig.input(Input::Retry);
    rig.input(Input::Opened);
    assert_eq!(opened(&rig.receive(&REFUSAL)), Some("ws://two/"));
}

#[test]
fn of_two_that_refuse_the_one_that_wants_a_login_is_told() {
    let mut rig = Rig::with(SessionOptions {
        is_page_secure: true,
        ..options(&["ws://one/", "wss://two/"])
    });
    let outputs = rig.refuse();
    assert_eq!(
        statuses(&outputs),
        [&stopped("wss://two/", RefusedReason::LoginWanted)]
    );
}

#[test]
fn a_broker_that_restarts_is_found_again_beside_one_that_refuses() {
    let mut rig = Rig::with(options(&["ws://one/", "ws://two/"]));
    rig.refuse();
    rig.connect();
    rig.now += STEADY;
    let mut outputs = rig.input(Input::Closed);
    for _ in 0..20 {
        outputs = match &*rig.try_again(&outputs) {
            "ws://one/" => rig.refuse(),
            _ => rig.input(Input::Closed),
        };
    }
    assert_eq!(rig.try_again(&outputs), "ws://two/");
}

#[test]
fn brokers_that_refuse_one_after_the_other_are_all_let_go() {
    let mut rig = one_refuses_and_two_fails();
    rig.sleep();
    let outputs = rig.refuse();
    assert_eq!(
        statuses(&outputs),
        [&stopped("ws://one/", RefusedReason::LoginWanted)]
    );
    assert_eq!(rig.session.deadline(), None);
}

/// The second of two brokers is tried on.
pub fn one_refuses_and_two_fails() -> Rig {
    let mut rig = Rig::with(options(&["ws://one/", "ws://two/"]));
    rig.refuse();
    rig.wait();
    rig
}
