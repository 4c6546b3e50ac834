//! Who wants something of the broker does not wait for long.

use lampi::duration::Duration;
use lampi_web::mqtt::Input;
use lampi_web::mqtt::brokers::{ATTEMPTS_WINDOW, MAX_ATTEMPTS, REST};
use lampi_web::mqtt::session::{STEADY, STEP_TIMEOUT};

use super::rig::*;

/// Shorter than [`REST`].
const RESTLESS: Duration = Duration::from_millis(4_900);

#[test]
fn what_the_user_wants_cuts_a_long_wait_short() {
    let mut rig = tried_five_times();
    rig.now += REST;
    assert!(opened(&rig.input(Input::Wanted)).is_some());
}

#[test]
fn a_broker_that_was_just_tried_has_its_rest() {
    let mut rig = tried_five_times();
    rig.now += RESTLESS;
    assert_eq!(rig.input(Input::Wanted), []);
}

#[test]
fn whoever_wants_all_the_time_makes_no_storm() {
    let mut rig = Rig::connected();
    rig.now += STEADY;
    let mut tries = Vec::new();
    for _ in 0..3_000 {
        while opened(&rig.input(Input::Closed)).is_some() {
            tries.push(rig.now);
        }
        rig.now += Duration::from_millis(100);
        if opened(&rig.input(Input::Wanted)).is_some() {
            tries.push(rig.now);
        }
    }
    for few in tries.windows(MAX_ATTEMPTS + 1) {
        assert!(few[0] + ATTEMPTS_WINDOW <= few[MAX_ATTEMPTS], "{few:?}");
    }
    let rested = tries.windows(2).filter(|pair| pair[0] + REST == pair[1]);
    assert!(rested.count() > 40, "{tries:?}");
}

#[test]
fn what_is_wanted_of_a_broker_that_is_there_needs_no_try() {
    let mut rig = Rig::connected();
    rig.now += REST;
    assert_eq!(rig.input(Input::Wanted), []);
}

#[test]
fn whoever_wants_all_the_time_lets_a_slow_socket_open() {
    const SLOW: Duration = Duration::from_secs(8);
    let mut rig = Rig::new();
    let end = rig.now + STEP_TIMEOUT * 12;
    let mut dialled = rig.now;
    while rig.now < dialled + SLOW {
        assert!(rig.now < end, "dialled anew each time");
        rig.now += Duration::from_millis(100);
        let mut outputs = rig.input(Input::Tick);
        outputs.extend(rig.input(Input::Wanted));
        if opened(&outputs).is_some() {
            dialled = rig.now;
        }
    }
    assert!(!sent(&rig.input(Input::Opened)).is_empty());
}

#[test]
fn a_socket_that_does_not_open_is_given_up_for_what_the_user_wants() {
    let mut rig = tried_five_times();
    // Each try, and the wait after it, during which its socket may open yet.
    for _ in 0..MAX_ATTEMPTS {
        rig.sleep();
        rig.sleep();
    }
    rig.now += RESTLESS;
    assert_eq!(rig.input(Input::Wanted), []);
    rig.now += REST - RESTLESS;
    assert!(rig.session.deadline() > Some(rig.now));
    assert!(opened(&rig.input(Input::Wanted)).is_some());
}

/// A session that was steady, has lost its broker and waits longer than [`REST`] for its sixth try, at the time of the fifth.
fn tried_five_times() -> Rig {
    let mut rig = Rig::connected();
    rig.now += STEADY;
    for _ in 1..MAX_ATTEMPTS {
        rig.hang_up();
    }
    rig.wait();
    assert!(rig.session.deadline() > Some(rig.now + REST));
    rig
}
