//! What is to be delivered.

use lampi::duration::Duration;
use lampi_web::mqtt::session::PUBLISH_TIMEOUT;
use lampi_web::mqtt::{Input, LostReason, Step};

use super::rig::*;

#[test]
fn a_payload_is_undelivered_until_its_puback() {
    let mut rig = Rig::connected();
    let outputs = rig.publish("1");
    assert_eq!(sent(&outputs), [publish_packet(1, "1")]);
    assert!(!rig.session.is_delivered("t"));
    rig.receive(&puback(1));
    assert!(rig.session.is_delivered("t"));
}

#[test]
fn the_newest_payload_follows_once_the_first_is_acknowledged() {
    let mut rig = Rig::connected();
    rig.publish("1");
    assert!(sent(&rig.publish("2")).is_empty());
    assert!(sent(&rig.publish("3")).is_empty());
    assert_eq!(sent(&rig.receive(&puback(1))), [publish_packet(2, "3")]);
}

#[test]
fn a_payload_from_before_the_connection_goes_out_with_it() {
    let mut rig = Rig::new();
    assert!(sent(&rig.publish("1")).is_empty());
    rig.input(Input::Opened);
    assert_eq!(sent(&rig.receive(&CONNACK)), [publish_packet(1, "1")]);
}

#[test]
fn an_unacknowledged_payload_goes_out_again_after_reconnecting() {
    let mut rig = Rig::connected();
    rig.publish("1");
    rig.input(Input::Closed);
    rig.input(Input::Opened);
    assert_eq!(sent(&rig.receive(&CONNACK)), [publish_packet(2, "1")]);
}

#[test]
fn a_missing_puback_ends_the_connection() {
    let mut rig = Rig::connected();
    rig.publish("1");
    let before = rig.now;
    assert_eq!(lost(&rig.sleep()), LostReason::Silent(Step::Publish));
    assert_eq!(rig.now - before, PUBLISH_TIMEOUT);
}

#[test]
fn a_puback_may_stand_behind_a_packet_that_still_arrives() {
    let mut rig = Rig::connected();
    rig.publish("1");
    rig.now += PUBLISH_TIMEOUT - Duration::from_secs(1);
    rig.receive(&[0x30, 6, 0]);
    assert_eq!(rig.session.deadline(), Some(rig.now + PUBLISH_TIMEOUT));
}

#[test]
fn a_puback_does_not_wait_for_whole_packets() {
    let mut rig = Rig::connected();
    rig.publish("1");
    let sent = rig.now;
    rig.now += Duration::from_secs(1);
    rig.receive(PUBLISH);
    assert_eq!(rig.session.deadline(), Some(sent + PUBLISH_TIMEOUT));
}

#[test]
fn what_is_withdrawn_while_offline_does_not_go_out() {
    let mut rig = Rig::connected();
    rig.publish("1");
    rig.input(Input::Closed);
    rig.input(Input::Withdraw { topic: "t" });
    assert!(rig.session.is_delivered("t"));
    rig.input(Input::Opened);
    assert!(sent(&rig.receive(&CONNACK)).is_empty());
}
