//! From the first byte to SUBACK.

use lampi::duration::Duration;
use lampi_web::mqtt::session::STEP_TIMEOUT;
use lampi_web::mqtt::{Input, Login, LostReason, Output, SessionOptions, Status, Step};

use super::rig::*;

#[test]
fn it_opens_the_first_broker_at_once() {
    let mut rig = Rig::new();
    let outputs = rig.outputs();
    assert_eq!(outputs[0], Output::Open("ws://one/".to_owned()));
    assert_eq!(
        statuses(&outputs),
        [&Status::Connecting {
            broker: "ws://one/".to_owned(),
            after: None,
            is_logging_in: false,
        }]
    );
}

#[test]
fn connect_asks_for_a_clean_session_and_states_the_keep_alive() {
    let mut rig = Rig::new();
    let outputs = rig.input(Input::Opened);
    let connect = b"\x10\x0e\x00\x04MQTT\x04\x02\x00\x28\x00\x02me";
    assert_eq!(sent(&outputs)[0], connect);
}

#[test]
fn connect_carries_the_login() {
    let login = Login::Known(credentials());
    let mut rig = Rig::with(SessionOptions {
        login,
        ..options(&["ws://one/"])
    });
    let outputs = rig.input(Input::Opened);
    let connect = b"\x10\x15\x00\x04MQTT\x04\xc2\x00\x28\x00\x02me\x00\x01u\x00\x02pw";
    assert_eq!(sent(&outputs)[0], connect);
}

#[test]
fn it_subscribes_without_waiting_for_connack() {
    let mut rig = Rig::new();
    let outputs = rig.input(Input::Opened);
    assert_eq!(sent(&outputs)[1..], [&SUBSCRIBE]);
    assert!(rig.receive(&CONNACK).is_empty());
}

#[test]
fn after_a_connection_that_ended_before_suback_it_waits_for_connack() {
    for received in [&[][..], &CONNACK] {
        let mut rig = Rig::new();
        rig.input(Input::Opened);
        rig.receive(received);
        rig.input(Input::Closed);
        assert_eq!(sent(&rig.input(Input::Opened)).len(), 1);
        assert_eq!(sent(&rig.receive(&CONNACK)), [&SUBSCRIBE]);
    }
}

#[test]
fn it_is_connected_after_suback() {
    let mut rig = Rig::new();
    rig.let_in();
    assert_eq!(
        rig.receive(&SUBACK),
        [Output::Status(connected("ws://one/"))]
    );
}

#[test]
fn each_step_towards_a_connection_has_its_time() {
    let steps: [(&[Input<'_>], Step); 3] = [
        (&[], Step::Open),
        (&[Input::Opened], Step::Connect),
        (&[Input::Opened, Input::Received(&CONNACK)], Step::Subscribe),
    ];
    for (inputs, step) in steps {
        let mut rig = Rig::new();
        rig.outputs();
        for input in inputs {
            match input {
                Input::Received(bytes) => rig.receive(bytes),
                _ => rig.input(Input::Opened),
            };
        }
        let before = rig.now;
        assert_eq!(lost(&rig.sleep()), LostReason::Silent(step));
        assert_eq!(rig.now - before, STEP_TIMEOUT);
    }
}

#[test]
fn a_broker_that_answers_late_is_given_more_time_at_each_try() {
    let mut rig = Rig::new();
    let mut patience = Vec::new();
    for _ in 0..7 {
        rig.input(Input::Opened);
        let asked = rig.now;
        let outputs = rig.sleep();
        patience.push((rig.now - asked).as_secs());
        assert_eq!(lost(&outputs), LostReason::Silent(Step::Connect));
        rig.try_again(&outputs);
    }
    assert_eq!(patience, [5, 10, 15, 20, 25, 30, 30]);
    rig.connect();
    rig.hang_up();
    rig.input(Input::Opened);
    assert_eq!(rig.session.deadline(), Some(rig.now + STEP_TIMEOUT));
}

#[test]
fn brokers_that_are_slow_to_open_are_given_more_time_at_each_try() {
    let mut rig = Rig::with(options(&["ws://one/", "ws://two/"]));
    rig.outputs();
    let outputs = rig.sleep();
    assert_eq!(lost(&outputs), LostReason::Silent(Step::Open));
    rig.try_again(&outputs);
    rig.now += STEP_TIMEOUT;
    assert_eq!(rig.input(Input::Tick), []);
    assert!(!sent(&rig.input(Input::Opened)).is_empty());
}

#[test]
fn what_was_dialled_before_the_network_came_back_gets_no_more_time() {
    let mut rig = Rig::with(options(&["ws://one/", "ws://two/"]));
    for _ in 0..3 {
        let outputs = rig.sleep();
        rig.try_again(&outputs);
    }
    rig.now += STEP_TIMEOUT;
    assert!(rig.session.deadline() > Some(rig.now));
    let outputs = rig.input(Input::Wake);
    assert_eq!(lost(&outputs), LostReason::Silent(Step::Open));
}

#[test]
fn a_suback_may_stand_behind_messages_but_not_for_ever() {
    let mut rig = Rig::new();
    rig.let_in();
    let asked = rig.now;
    let mut outputs = Vec::new();
    while opened(&outputs).is_none() {
        rig.now += Duration::from_secs(1);
        outputs = rig.receive(PUBLISH);
    }
    assert_eq!(lost(&outputs), LostReason::Silent(Step::Subscribe));
    assert_eq!(rig.now - asked, KEEP_ALIVE);
}

#[test]
fn a_suback_may_take_longer_than_the_broker_may_hear_nothing() {
    let mut rig = Rig::with(SessionOptions {
        keep_alive: Duration::from_secs(5),
        ..options(&["ws://one/"])
    });
    let mut patience = Vec::new();
    for _ in 0..7 {
        rig.let_in();
        let asked = rig.now;
        let mut outputs = rig.sleep();
        while sent(&outputs) == [PINGREQ] {
            rig.receive(&PINGRESP);
            outputs = rig.sleep();
        }
        patience.push((rig.now - asked).as_secs());
        assert_eq!(lost(&outputs), LostReason::Silent(Step::Subscribe));
        rig.try_again(&outputs);
    }
    assert_eq!(patience, [5, 10, 15, 20, 25, 30, 30]);
}
