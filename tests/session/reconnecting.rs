//! How it comes back.

use lampi::duration::Duration;
use lampi_web::mqtt::brokers::{ATTEMPTS_WINDOW, MAX_ATTEMPTS};
use lampi_web::mqtt::session::{DROPS, FORGIVEN, STEADY};
use lampi_web::mqtt::{Failure, Input, LostReason, Output, Status, Step};

use super::rig::*;

#[test]
fn a_lost_connection_is_tried_again_at_once() {
    let mut rig = Rig::connected();
    let outputs = rig.input(Input::Closed);
    assert_eq!(lost(&outputs), LostReason::Closed);
    assert!(outputs.contains(&Output::Open("ws://one/".to_owned())));
}

#[test]
fn the_loss_of_a_steady_connection_is_tried_again_at_once() {
    let mut rig = Rig::connected();
    for _ in 0..3 {
        rig.now += STEADY;
        let outputs = rig.input(Input::Closed);
        assert!(outputs.contains(&Output::Open("ws://one/".to_owned())));
        rig.connect();
    }
}

#[test]
fn a_broker_that_drops_us_again_and_again_is_met_with_longer_waits() {
    let mut rig = Rig::connected();
    let start = rig.now;
    for _ in 0..12 {
        rig.hang_up();
        rig.connect();
    }
    let took = rig.now - start;
    assert!(took > Duration::from_secs(30), "{took:?}");
}

#[test]
fn being_dropped_again_and_again_is_told() {
    let mut rig = Rig::connected();
    for _ in 1..DROPS {
        let outputs = rig.input(Input::Closed);
        assert_eq!(lost(&outputs), LostReason::Closed);
        rig.try_again(&outputs);
        rig.connect();
    }
    assert_eq!(lost(&rig.input(Input::Closed)), LostReason::Dropped);
}

#[test]
fn a_broker_that_closes_before_it_lets_us_in_does_not_drop_us() {
    let mut rig = Rig::new();
    for _ in 0..2 * DROPS {
        rig.input(Input::Opened);
        let outputs = rig.input(Input::Closed);
        assert_eq!(lost(&outputs), LostReason::Closed);
        rig.try_again(&outputs);
    }
}

#[test]
fn a_steady_connection_ends_the_row_of_those_that_were_dropped() {
    let mut rig = Rig::connected();
    let drop = |rig: &mut Rig| {
        let outputs = rig.input(Input::Closed);
        assert_eq!(lost(&outputs), LostReason::Closed);
        rig.try_again(&outputs);
        rig.connect();
    };
    (1..DROPS).for_each(|_| drop(&mut rig));
    rig.now += STEADY;
    (0..DROPS).for_each(|_| drop(&mut rig));
}

#[test]
fn a_broker_that_restarts_again_and_again_is_tried_at_once_each_time() {
    let mut rig = Rig::connected();
    for _ in 0..20 {
        let outputs = rig.input(Input::Closed);
        assert_eq!(opened(&outputs), Some("ws://one/"));
        let outputs = rig.input(Input::Closed);
        assert_eq!(lost(&outputs), LostReason::Unreachable);
        rig.try_again(&outputs);
        rig.connect();
    }
}

#[test]
fn a_broker_is_tried_six_times_in_half_a_minute_whatever_it_does() {
    type Behaviour = fn(&mut Rig) -> Vec<Output>;
    let hostile: [Behaviour; 4] = [
        |rig| rig.input(Input::Closed),
        |rig| {
            rig.input(Input::Opened);
            rig.input(Input::Closed)
        },
        |rig| {
            rig.connect();
            rig.input(Input::Closed)
        },
        |rig| {
            rig.connect();
            rig.receive(&puback(9))
        },
    ];
    for (index, behave) in hostile.into_iter().enumerate() {
        let mut rig = Rig::new();
        let mut attempts = vec![rig.now];
        for _ in 0..40 {
            let outputs = behave(&mut rig);
            rig.try_again(&outputs);
            attempts.push(rig.now);
        }
        for window in attempts.windows(MAX_ATTEMPTS + 1) {
            let took = window[MAX_ATTEMPTS] - window[0];
            assert!(took >= ATTEMPTS_WINDOW, "{index}: {took:?}");
        }
    }
}

#[test]
fn one_that_refuses_does_not_have_another_tried_more_often() {
    let mut rig = Rig::with(options(&["ws://one/", "ws://two/"]));
    let (mut outputs, mut attempts) = (rig.outputs(), Vec::new());
    while attempts.len() < 40 {
        if rig.try_again(&outputs) == "ws://one/" {
            outputs = rig.refuse();
        } else {
            attempts.push(rig.now);
            rig.connect();
            outputs = rig.input(Input::Closed);
        }
    }
    for window in attempts.windows(MAX_ATTEMPTS + 1) {
        assert!(window[MAX_ATTEMPTS] - window[0] >= ATTEMPTS_WINDOW);
    }
}

#[test]
fn the_one_that_failed_is_named_while_another_is_tried() {
    let mut rig = Rig::with(options(&["ws://one/", "ws://two/"]));
    let outputs = rig.input(Input::Closed);
    let connecting = Status::Connecting {
        broker: "ws://two/".to_owned(),
        after: Some(Failure {
            broker: "ws://one/".to_owned(),
            reason: LostReason::Unreachable,
        }),
        is_logging_in: false,
    };
    assert_eq!(statuses(&outputs).last(), Some(&&connecting));
}

#[test]
fn a_second_failure_waits_and_says_how_long() {
    let mut rig = Rig::new();
    rig.input(Input::Closed);
    let before = rig.now;
    let outputs = rig.input(Input::Closed);
    let Some(Status::Offline { failure, retry_in }) = statuses(&outputs).last().copied() else {
        panic!("not offline: {outputs:?}");
    };
    assert_eq!(
        failure.to_string(),
        "ws://one/: The broker does not answer."
    );
    assert_eq!(rig.session.deadline(), Some(before + *retry_in));
    assert!(rig.sleep().contains(&Output::Open("ws://one/".to_owned())));
}

#[test]
fn it_never_stops_trying() {
    let mut rig = Rig::new();
    for _ in 0..1000 {
        rig.hang_up();
    }
    rig.connect();
    assert!(rig.session.deadline().is_some());
    assert_eq!(sent(&rig.publish("1")).len(), 1);
}

#[test]
fn the_user_can_cut_the_wait_short() {
    let mut rig = Rig::new();
    for _ in 0..20 {
        rig.wait();
        assert_eq!(opened(&rig.input(Input::Retry)), Some("ws://one/"));
    }
}

#[test]
fn when_the_user_asks_the_next_broker_s_turn_comes_at_once_too() {
    let mut rig = Rig::with(options(&["ws://one/", "ws://two/"]));
    for _ in 0..20 {
        rig.wait();
        rig.input(Input::Retry);
        assert!(opened(&rig.input(Input::Closed)).is_some());
    }
}

#[test]
fn a_retry_while_connected_changes_nothing() {
    assert_eq!(Rig::connected().input(Input::Retry), []);
}

#[test]
fn brokers_are_tried_in_turn() {
    let mut rig = Rig::with(options(&["ws://one/", "ws://two/"]));
    let outputs = rig.input(Input::Closed);
    assert!(outputs.contains(&Output::Open("ws://two/".to_owned())));
    rig.input(Input::Closed);
    assert!(rig.sleep().contains(&Output::Open("ws://one/".to_owned())));
}

#[test]
fn a_broker_that_is_unavailable_is_tried_again() {
    let mut rig = Rig::new();
    rig.input(Input::Opened);
    assert_eq!(
        lost(&rig.receive(&[0x20, 2, 0, 3])),
        LostReason::Unavailable
    );
}

#[test]
fn after_a_hang_up_the_broker_that_worked_comes_first() {
    let mut rig = Rig::with(options(&["ws://one/", "ws://two/"]));
    let outputs = rig.input(Input::Closed);
    assert_eq!(opened(&outputs), Some("ws://two/"));
    rig.connect();
    let outputs = rig.input(Input::Closed);
    assert_eq!(opened(&outputs), Some("ws://two/"));
    let outputs = rig.input(Input::Closed);
    assert_eq!(opened(&outputs).or(opened(&rig.sleep())), Some("ws://one/"));
}

#[test]
fn a_broker_that_fell_silent_is_left_for_the_next() {
    let mut rig = Rig::with(options(&["ws://one/", "ws://two/"]));
    rig.connect();
    rig.sleep();
    assert_eq!(opened(&rig.sleep()), Some("ws://two/"));
}

#[test]
fn a_broker_that_goes_on_crashing_is_not_forgiven_for_ever() {
    assert_eq!(forgiven(&mut Rig::connected()), FORGIVEN + 1);
}

#[test]
fn a_steady_connection_has_crashes_forgiven_anew() {
    let mut rig = Rig::connected();
    forgiven(&mut rig);
    rig.sleep();
    rig.connect();
    rig.now += STEADY;
    assert_eq!(forgiven(&mut rig), FORGIVEN + 1);
}

/// How often a broker that crashes whenever it is back is tried at once.
fn forgiven(rig: &mut Rig) -> u32 {
    let mut forgiven = 0;
    while opened(&rig.input(Input::Closed)).is_some() && forgiven <= 2 * FORGIVEN {
        forgiven += 1;
        rig.hang_up();
        rig.connect();
    }
    forgiven
}

#[test]
fn an_only_broker_s_socket_that_opens_late_is_used() {
    let mut rig = Rig::new();
    rig.input(Input::Closed);
    let outputs = rig.sleep();
    assert!(matches!(statuses(&outputs)[..], [Status::Offline { .. }]));
    assert!(!outputs.contains(&Output::Close));
    let outputs = rig.input(Input::Opened);
    assert!(matches!(
        statuses(&outputs)[..],
        [Status::Connecting { .. }]
    ));
    assert!(!sent(&outputs).is_empty());
}

#[test]
fn with_another_broker_to_try_a_silent_one_is_given_up() {
    let mut rig = Rig::with(options(&["ws://one/", "ws://two/"]));
    rig.input(Input::Closed);
    assert_eq!(lost(&rig.sleep()), LostReason::Silent(Step::Open));
}

#[test]
fn a_socket_that_still_opens_is_closed_when_the_page_is_left() {
    let mut rig = Rig::new();
    rig.input(Input::Closed);
    rig.sleep();
    assert_eq!(rig.input(Input::Leave), [Output::Close]);
}
