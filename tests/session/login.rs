//! A login: the page's own, and one that the user gives.

use lampi_web::mqtt::{Credentials, Input, Login, Output, RefusedReason, SessionOptions, Status};

use super::refusal::one_refuses_and_two_fails;
use super::rig::*;

#[test]
fn the_user_can_log_in() {
    let mut rig = Rig::new();
    rig.refuse();
    let outputs = rig.input(Input::LogIn(credentials()));
    assert_eq!(opened(&outputs), Some("ws://one/"));
    let outputs = rig.input(Input::Opened);
    assert!(sent(&outputs)[0].ends_with(b"\x00\x01u\x00\x02pw"));
}

#[test]
fn while_a_login_is_tried_that_is_said() {
    let mut rig = Rig::new();
    rig.refuse();
    for ask in [Input::LogIn(credentials()), Input::Retry] {
        let outputs = rig.input(ask);
        assert!(is_logging_in(&outputs));
        rig.refuse();
    }
    rig.input(Input::Retry);
    let outputs = rig.input(Input::Closed);
    assert!(!is_logging_in(&outputs), "it failed for another reason");
}

#[test]
fn a_second_login_takes_the_place_of_one_that_is_tried() {
    let mut rig = logging_in();
    rig.input(Input::Opened);
    let other = Credentials {
        username: "other".to_owned(),
        password: String::new(),
    };
    let outputs = rig.input(Input::LogIn(other));
    assert!(outputs.contains(&Output::Close) && is_logging_in(&outputs));
    let outputs = rig.input(Input::Opened);
    assert!(sent(&outputs)[0].ends_with(b"other\x00\x00"));
}

#[test]
fn after_a_login_that_is_no_more_the_trouble_a_try_is_no_login() {
    let mut rig = logging_in();
    rig.input(Input::Opened);
    rig.receive(&[0x20, 2, 0, 2]);
    assert!(!is_logging_in(&rig.input(Input::Retry)));
}

#[test]
fn after_a_login_that_worked_a_retry_changes_nothing() {
    let mut rig = logging_in();
    rig.connect();
    assert_eq!(rig.input(Input::Retry), []);
}

#[test]
fn the_user_can_log_in_while_the_other_brokers_are_tried() {
    let mut rig = one_refuses_and_two_fails();
    rig.sleep();
    let outputs = rig.input(Input::LogIn(credentials()));
    assert!(outputs.contains(&Output::Close));
    assert_eq!(opened(&outputs), Some("ws://one/"));
}

#[test]
fn a_wrong_login_may_be_mended_while_the_other_brokers_are_tried() {
    let mut rig = one_refuses_and_two_fails();
    rig.input(Input::LogIn(credentials()));
    let mut outputs = rig.refuse();
    while opened(&outputs).is_some() {
        assert!(is_logging_in(&outputs), "{outputs:?}");
        outputs = rig.input(Input::Closed);
    }
    assert!(matches!(statuses(&outputs)[..], [Status::Refused { .. }]));
}

#[test]
fn a_login_that_was_sent_and_refused_is_said_to_be_wrong() {
    let reason = refused_with(Login::Known(credentials()));
    assert_eq!(reason, RefusedReason::LoginRejected);
}

#[test]
fn a_login_that_is_withheld_is_said_to_be() {
    let reason = refused_with(Login::Withheld);
    assert_eq!(reason, RefusedReason::LoginWithheld);
}

#[test]
fn a_login_that_is_withheld_stays_so() {
    let mut rig = Rig::with(SessionOptions {
        login: Login::Withheld,
        ..options(&["ws://one/"])
    });
    rig.refuse();
    assert_eq!(rig.input(Input::LogIn(credentials())), []);
}

/// The broker wants a login, and the user gives one.
fn logging_in() -> Rig {
    let mut rig = Rig::new();
    rig.refuse();
    rig.input(Input::LogIn(credentials()));
    rig
}

fn is_logging_in(outputs: &[Output]) -> bool {
    let mut told = statuses(outputs).into_iter();
    told.any(|status| {
        matches!(
            status,
            Status::Connecting {
                is_logging_in: true,
                ..
            }
        )
    })
}

/// Why a broker's CONNACK 5 is said to be.
fn refused_with(login: Login) -> RefusedReason {
    let mut rig = Rig::with(SessionOptions {
        login,
        ..options(&["ws://one/"])
    });
    let outputs = rig.refuse();
    match statuses(&outputs)[..] {
        [Status::Refused { reason, .. }] => reason.clone(),
        ref other => panic!("not refused: {other:?}"),
    }
}
