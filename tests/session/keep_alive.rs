//! How a dead link is found.

use lampi::duration::Duration;
use lampi_web::mqtt::{Input, LostReason, Step};

use super::rig::*;

#[test]
fn silence_is_broken_by_a_ping() {
    let mut rig = Rig::connected();
    let before = rig.now;
    assert_eq!(sent(&rig.sleep()), [&PINGREQ]);
    assert_eq!(rig.now - before, KEEP_ALIVE * 3 / 4);
    rig.receive(&PINGRESP);
    assert_eq!(sent(&rig.sleep()), [&PINGREQ]);
}

#[test]
fn labels_do_not_replace_the_ping_that_the_broker_waits_for() {
    let mut rig = Rig::connected();
    let before = rig.now;
    rig.now += KEEP_ALIVE / 2;
    rig.receive(PUBLISH);
    assert_eq!(rig.session.deadline(), Some(before + KEEP_ALIVE * 3 / 4));
}

#[test]
fn a_missing_pingresp_ends_the_connection() {
    let mut rig = Rig::connected();
    rig.sleep();
    let before = rig.now;
    assert_eq!(lost(&rig.sleep()), LostReason::Silent(Step::Ping));
    assert_eq!(rig.now - before, PING_TIMEOUT);
}

#[test]
fn a_pingresp_may_stand_behind_what_still_arrives() {
    let mut rig = Rig::connected();
    rig.sleep();
    rig.now += PING_TIMEOUT - Duration::from_secs(1);
    rig.receive(PUBLISH);
    rig.now += PING_TIMEOUT - Duration::from_secs(1);
    rig.input(Input::Tick);
    assert_eq!(lost(&rig.sleep()), LostReason::Silent(Step::Ping));
}

#[test]
fn while_a_pingresp_stands_behind_what_arrives_the_broker_still_hears_from_the_page() {
    let mut rig = Rig::connected();
    rig.sleep();
    let pinged = rig.now;
    for _ in 0..KEEP_ALIVE.as_secs() {
        rig.now += Duration::from_secs(1);
        rig.receive(PUBLISH);
        if rig.session.deadline() <= Some(rig.now + Duration::from_secs(1)) {
            break;
        }
    }
    assert_eq!(sent(&rig.sleep()), [&PINGREQ]);
    assert_eq!(rig.now - pinged, KEEP_ALIVE * 3 / 4);
}

#[test]
fn an_unanswered_ping_of_one_connection_does_not_end_the_next() {
    let mut rig = Rig::connected();
    rig.sleep();
    rig.input(Input::Closed);
    rig.connect();
    assert_eq!(rig.session.deadline(), Some(rig.now + KEEP_ALIVE * 3 / 4));
}

#[test]
fn a_frozen_broker_is_noticed_within_one_and_a_half_keep_alives() {
    let mut rig = Rig::connected();
    let frozen_at = rig.now;
    rig.sleep();
    assert_eq!(lost(&rig.sleep()), LostReason::Silent(Step::Ping));
    assert!(rig.now - frozen_at <= KEEP_ALIVE * 3 / 2);
}
