//! What only the user can mend.

use lampi::duration::Duration;
use lampi_web::mqtt::brokers::RECONSIDER;
use lampi_web::mqtt::session::STEADY;
use lampi_web::mqtt::{
    Credentials, Failure, Input, Login, LostReason, Output, ProtocolError, RefusedReason,
    SessionSettings, Status, Subscription,
};

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
        let broker = "ws://one/".to_owned();
        let reason = expected;
        assert_eq!(statuses(&outputs), [&stopped(broker, reason)]);
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
    let broker = "ws://one/".to_owned();
    let refused = stopped(broker, RefusedReason::LoginWanted);
    assert_eq!(statuses(&outputs), [&refused]);
    rig.sleep();
    rig.let_in();
    let outputs = rig.receive(&SUBACK);
    assert_eq!(statuses(&outputs), [&connected("ws://one/".to_owned())]);
}

#[test]
fn when_all_have_refused_the_one_that_has_worked_is_asked_again() {
    let mut rig = Rig::with(settings(&["ws://one/", "ws://two/"]));
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
    let refused = stopped("ws://one/".to_owned(), RefusedReason::ClientId);
    assert_eq!(statuses(&outputs), [&refused]);
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
    let mut rig = Rig::with(settings(&["ws://one/", "ws://two/"]));
    let outputs = rig.refuse();
    assert!(outputs.contains(&Output::Open("ws://two/".to_owned())));
    rig.connect();
    assert!(rig.session.deadline().is_some());
}

#[test]
fn it_is_refused_once_every_broker_has_refused() {
    let mut rig = Rig::with(settings(&["ws://one/", "ws://two/"]));
    for _ in 0..2 {
        rig.refuse();
    }
    assert_eq!(rig.session.deadline(), None);
    assert!(
        rig.input(Input::Retry)
            .contains(&Output::Open("ws://one/".to_owned()))
    );
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

/// A broker that wants a login now and let the page in before without one.
fn refused_after_it_worked() -> Rig {
    let mut rig = Rig::connected();
    rig.now += STEADY;
    rig.input(Input::Closed);
    rig.refuse();
    rig
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

#[test]
fn a_login_that_is_withheld_stays_so() {
    let mut rig = Rig::with(SessionSettings {
        login: Login::Withheld,
        ..settings(&["ws://one/"])
    });
    rig.refuse();
    assert_eq!(rig.input(Input::LogIn(credentials())), []);
}

#[test]
fn from_a_secure_page_no_unencrypted_broker_is_tried() {
    let mut rig = Rig::with(SessionSettings {
        is_page_secure: true,
        ..settings(&["ws://one/"])
    });
    let outputs = rig.outputs();
    assert_eq!(opened(&outputs), None);
    let broker = "ws://one/".to_owned();
    let reason = RefusedReason::MixedContent;
    assert_eq!(statuses(&outputs), [&stopped(broker, reason)]);
}

#[test]
fn from_a_secure_page_the_encrypted_brokers_are_tried() {
    let mut rig = Rig::with(SessionSettings {
        is_page_secure: true,
        ..settings(&["ws://one/", "wss://two/"])
    });
    assert_eq!(opened(&rig.outputs()), Some("wss://two/"));
}

#[test]
fn from_a_secure_page_an_unencrypted_broker_of_the_local_network_is_tried() {
    let mut rig = Rig::with(SessionSettings {
        is_page_secure: true,
        ..settings(&["ws://192.168.1.5/"])
    });
    assert_eq!(opened(&rig.outputs()), Some("ws://192.168.1.5/"));
    let tried = [rig.input(Input::Closed), rig.sleep()];
    for outputs in tried {
        let told = statuses(&outputs);
        assert!(
            matches!(
                told[..],
                [Status::Connecting { after: Some(Failure { reason, .. }), .. } | Status::Offline { failure: Failure { reason, .. }, .. }]
                    if *reason == LostReason::KeptAway
            ),
            "{told:?}"
        );
    }
    rig.connect();
    assert!(rig.session.deadline().is_some());
}

#[test]
fn a_refused_subscription_names_the_filter() {
    let mut rig = Rig::new();
    rig.let_in();
    rig.receive(&[0x90, 3, 0xff, 0xff, 0x80]);
    let outputs = rig.receive(&[0x90, 3, 0xff, 0xfe, 0x80]);
    let broker = "ws://one/".to_owned();
    let filter = "a/+".to_owned();
    let reason = RefusedReason::Subscription { filter };
    assert_eq!(statuses(&outputs), [&stopped(broker, reason)]);
}

#[test]
fn instead_of_a_refused_filter_a_narrower_one_is_asked_for() {
    let mut rig = Rig::with(two_subscriptions());
    rig.let_in();
    let outputs = rig.receive(&[0x90, 4, 0xff, 0xff, 0, 0x80]);
    assert_eq!(sent(&outputs), [b"\x82\x08\xff\xfe\x00\x03b/1\x00"]);
    let outputs = rig.receive(&[0x90, 3, 0xff, 0xfe, 0]);
    let broker = "ws://one/".to_owned();
    assert_eq!(statuses(&outputs), [&connected(broker)]);
}

#[test]
fn what_the_page_may_not_read_is_told_beside_what_it_may() {
    assert_eq!(unread(two_subscriptions()), ["b/+"]);
}

#[test]
fn what_a_broker_keeps_of_its_own_topics_is_no_news() {
    let mut settings = two_subscriptions();
    settings.subscriptions[1].filter = "$SYS/+".to_owned();
    assert!(unread(settings).is_empty());
}

fn connected_without(filter: &str) -> Status {
    Status::Connected {
        broker: "ws://one/".to_owned(),
        held_back: Vec::new(),
        unread: vec![filter.to_owned()],
    }
}

/// The broker grants the first of two subscriptions, and has yet to answer for the narrower filter of the second.
fn first_of_two_granted(settings: SessionSettings) -> Rig {
    let mut rig = Rig::with(settings);
    rig.let_in();
    rig.receive(&[0x90, 4, 0xff, 0xff, 0, 0x80]);
    rig
}

/// What a broker that grants the first of two subscriptions is said not to let the page read.
fn unread(settings: SessionSettings) -> Vec<String> {
    let mut rig = first_of_two_granted(settings);
    let outputs = rig.receive(&[0x90, 3, 0xff, 0xfe, 0x80]);
    match statuses(&outputs)[..] {
        [Status::Connected { unread, .. }] => unread.clone(),
        ref other => panic!("not connected: {other:?}"),
    }
}

/// How many filters are asked for once CONNACK is here.
fn asked(rig: &mut Rig) -> usize {
    let outputs = rig.let_in();
    let [subscribe] = sent(&outputs)[..] else {
        panic!("{outputs:?}");
    };
    subscribe.iter().filter(|&&byte| byte == b'+').count()
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
    let mut settings = two_subscriptions();
    settings.brokers.push("ws://two/".to_owned());
    let mut rig = Rig::with(settings);
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
    let broker = "ws://one/".to_owned();
    let filter = "a/+".to_owned();
    let reason = RefusedReason::Subscription { filter };
    assert_eq!(statuses(&outputs), [&stopped(broker, reason)]);
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
    let broker = "ws://one/".to_owned();
    let outputs = rig.receive(&[0x90, 3, 0xff, 0xfe, 0]);
    assert_eq!(outputs, [Output::Status(connected(broker))]);
}

#[test]
fn a_refusal_is_told_when_the_other_brokers_fail() {
    let mut rig = Rig::with(settings(&["ws://one/", "ws://two/"]));
    rig.refuse();
    let outputs = fail(&mut rig);
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
    let mut rig = Rig::with(settings(&["ws://one/", "ws://two/"]));
    rig.refuse();
    rig.connect();
    let outputs = fail(&mut rig);
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
    let broker = "ws://two/".to_owned();
    let outputs = rig.receive(&SUBACK);
    assert_eq!(statuses(&outputs), [&connected(broker)]);
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
    let mut rig = Rig::with(SessionSettings {
        is_page_secure: true,
        ..settings(&["ws://one/", "wss://two/"])
    });
    let outputs = rig.refuse();
    let broker = "wss://two/".to_owned();
    let reason = RefusedReason::LoginWanted;
    assert_eq!(statuses(&outputs), [&stopped(broker, reason)]);
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
fn a_broker_that_restarts_is_found_again_beside_one_that_refuses() {
    let mut rig = Rig::with(settings(&["ws://one/", "ws://two/"]));
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
    let broker = "ws://one/".to_owned();
    let reason = RefusedReason::LoginWanted;
    assert_eq!(statuses(&outputs), [&stopped(broker, reason)]);
    assert_eq!(rig.session.deadline(), None);
}

#[test]
fn a_suback_answers_each_filter() {
    let mut rig = Rig::with(two_subscriptions());
    rig.let_in();
    let reason = lost(&rig.receive(&SUBACK));
    assert_eq!(reason, LostReason::Protocol(ProtocolError::Malformed));
}

fn two_subscriptions() -> SessionSettings {
    let mut settings = settings(&["ws://one/"]);
    settings.subscriptions.push(Subscription {
        filter: "b/+".to_owned(),
        instead: "b/1".to_owned(),
    });
    settings
}

/// Lets tries fail until the session waits before the next one; what it does then.
fn fail(rig: &mut Rig) -> Vec<Output> {
    loop {
        let outputs = rig.input(Input::Closed);
        if opened(&outputs).is_none() {
            return outputs;
        }
    }
}

/// The second of two brokers is tried on.
fn one_refuses_and_two_fails() -> Rig {
    let mut rig = Rig::with(settings(&["ws://one/", "ws://two/"]));
    rig.refuse();
    fail(&mut rig);
    rig
}

/// What is told when no broker is tried any more.
fn stopped(broker: String, reason: RefusedReason) -> Status {
    Status::Refused {
        broker,
        reason,
        meanwhile: None,
    }
}

/// Why a broker's CONNACK 5 is said to be.
fn refused_with(login: Login) -> RefusedReason {
    let mut rig = Rig::with(SessionSettings {
        login,
        ..settings(&["ws://one/"])
    });
    let outputs = rig.refuse();
    match statuses(&outputs)[..] {
        [Status::Refused { reason, .. }] => reason.clone(),
        ref other => panic!("not refused: {other:?}"),
    }
}
