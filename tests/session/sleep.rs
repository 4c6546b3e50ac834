//! After the machine slept, or the browser froze the page.

use lampi::duration::Duration;
use lampi_web::mqtt::brokers::{MAX_ATTEMPTS, WAKE_PAUSE};
use lampi_web::mqtt::session::{OVERSLEPT, STEP_TIMEOUT};
use lampi_web::mqtt::{Input, LostReason, Step};

use super::rig::*;

const NIGHT: Duration = Duration::from_secs(8 * 60 * 60);

#[test]
fn the_first_tick_probes_at_once() {
    let mut rig = Rig::connected();
    rig.now += NIGHT;
    assert_eq!(sent(&rig.input(Input::Tick)), [&PINGREQ]);
    assert_eq!(rig.session.deadline(), Some(rig.now + STEP_TIMEOUT));
}

#[test]
fn a_connection_that_survived_goes_on() {
    let mut rig = Rig::connected();
    rig.now += NIGHT;
    rig.input(Input::Tick);
    assert_eq!(rig.receive(&PINGRESP), []);
    assert_eq!(sent(&rig.publish("1")), [publish_packet(1, "1")]);
}

#[test]
fn a_connection_that_died_is_given_up_after_the_probe() {
    let mut rig = Rig::connected();
    rig.now += NIGHT;
    rig.input(Input::Tick);
    assert_eq!(lost(&rig.sleep()), LostReason::Silent(Step::Ping));
}

#[test]
fn a_puback_may_lie_unread_since_before() {
    let mut rig = Rig::connected();
    rig.publish("1");
    rig.now += NIGHT;
    rig.input(Input::Tick);
    rig.receive(&PINGRESP);
    assert_eq!(rig.session.deadline(), Some(rig.now + STEP_TIMEOUT));
}

#[test]
fn steps_towards_a_connection_get_their_time_anew() {
    let mut rig = Rig::new();
    for input in [
        Input::Opened,
        Input::Received(&CONNACK),
        Input::Received(&SUBACK),
    ] {
        rig.now += NIGHT;
        rig.input(Input::Tick);
        assert_eq!(rig.session.deadline(), Some(rig.now + STEP_TIMEOUT));
        rig.input(input);
    }
    assert_eq!(sent(&rig.publish("1")).len(), 1);
}

#[test]
fn a_tick_that_is_merely_late_is_no_sleep() {
    let mut rig = Rig::connected();
    rig.sleep();
    rig.now = rig.session.deadline().unwrap() + OVERSLEPT - Duration::from_millis(1);
    assert_eq!(
        lost(&rig.input(Input::Tick)),
        LostReason::Silent(Step::Ping)
    );
}

#[test]
fn waking_up_probes_a_connection() {
    let mut rig = Rig::connected();
    assert_eq!(sent(&rig.input(Input::Wake)), [&PINGREQ]);
    assert_eq!(rig.session.deadline(), Some(rig.now + STEP_TIMEOUT));
}

#[test]
fn waking_up_again_and_again_does_not_put_off_the_probe_s_end() {
    let mut rig = Rig::connected();
    rig.input(Input::Wake);
    let deadline = rig.session.deadline();
    rig.now += STEP_TIMEOUT / 2;
    assert_eq!(rig.input(Input::Wake), []);
    assert_eq!(rig.session.deadline(), deadline);
}

#[test]
fn a_network_that_has_gone_is_noticed_soon() {
    let mut rig = Rig::connected();
    assert_eq!(sent(&rig.input(Input::Offline)), [&PINGREQ]);
    assert_eq!(rig.session.deadline(), Some(rig.now + STEP_TIMEOUT));
}

#[test]
fn a_network_that_has_gone_begins_nothing_anew() {
    let mut rig = tried_in_vain();
    assert_eq!(rig.input(Input::Offline), []);
    assert!(opened(&rig.input(Input::Wake)).is_some());
    is_impatient(&mut rig);
}

#[test]
fn waking_up_cuts_the_wait_short() {
    let mut rig = Rig::new();
    rig.wait();
    assert!(opened(&rig.input(Input::Wake)).is_some());
}

#[test]
fn waking_up_begins_anew_however_often_was_tried() {
    let mut rig = tried_in_vain();
    for _ in 0..3 {
        rig.now += WAKE_PAUSE;
        assert!(opened(&rig.input(Input::Wake)).is_some());
        is_impatient(&mut rig);
    }
}

#[test]
fn waking_up_during_a_try_begins_anew_after_it() {
    let mut rig = tried_in_vain();
    assert!(opened(&rig.sleep()).is_some());
    assert_eq!(rig.input(Input::Wake), []);
    is_impatient(&mut rig);
}

#[test]
fn a_page_that_has_just_come_does_not_wake_up() {
    let mut rig = Rig::new();
    rig.input(Input::Wake);
    for _ in 1..MAX_ATTEMPTS {
        rig.hang_up();
    }
    rig.wait();
    assert!(rig.session.deadline() > Some(rig.now + Duration::from_secs(10)));
}

#[test]
fn after_a_sleep_it_begins_anew() {
    let mut rig = tried_in_vain();
    rig.now += NIGHT;
    assert!(opened(&rig.input(Input::Tick)).is_some());
    is_impatient(&mut rig);
}

#[test]
fn waking_up_all_the_time_makes_no_storm() {
    let mut rig = tried_in_vain();
    let mut tries = 0;
    for _ in 0..100 {
        while opened(&rig.input(Input::Wake)).is_some() {
            tries += 1;
            while opened(&rig.input(Input::Closed)).is_some() {
                tries += 1;
            }
        }
    }
    assert_eq!(tries, MAX_ATTEMPTS);
}

#[test]
fn waking_up_for_a_minute_begins_anew_every_five_seconds() {
    let mut rig = tried_in_vain();
    let end = rig.now + WAKE_PAUSE * 12;
    let mut tries = 0;
    while rig.now < end {
        let mut outputs = rig.input(Input::Wake);
        while opened(&outputs).is_some() {
            tries += 1;
            outputs = rig.input(Input::Closed);
        }
        rig.now += Duration::from_millis(100);
    }
    assert_eq!(tries, 12 * MAX_ATTEMPTS);
}

/// A session that has used up its early tries.
fn tried_in_vain() -> Rig {
    let mut rig = Rig::new();
    for _ in 1..MAX_ATTEMPTS {
        rig.hang_up();
    }
    rig.wait();
    rig
}

/// A try that fails is followed by others soon.
fn is_impatient(rig: &mut Rig) {
    let begin = rig.now;
    for _ in 0..3 {
        rig.hang_up();
    }
    rig.wait();
    assert!(rig.now < begin + Duration::from_secs(1));
}
