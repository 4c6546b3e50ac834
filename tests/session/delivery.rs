//! What is to be delivered.

use lampi::duration::Duration;
use lampi_web::mqtt::session::{
    DROPS, HOLD, LIVE_PUBLISH_TIMEOUT, PUBLISH_TIMEOUT, STEADY, STEP_TIMEOUT,
};
use lampi_web::mqtt::{Input, LostReason, Output, Status, Step};

use super::rig::*;

#[test]
fn a_payload_is_undelivered_until_its_puback() {
    let mut rig = Rig::connected();
    let outputs = rig.publish("1");
    assert_eq!(sent(&outputs), [publish_packet(1, "1")]);
    assert!(!rig.session.is_delivered());
    rig.receive(&puback(1));
    assert!(rig.session.is_delivered());
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
    assert_eq!(sent(&rig.let_in()), [publish_packet(1, "1")]);
}

#[test]
fn an_unacknowledged_payload_goes_out_again_after_reconnecting() {
    let mut rig = Rig::connected();
    rig.publish("1");
    rig.input(Input::Closed);
    assert_eq!(sent(&rig.connect()), [publish_packet(2, "1")]);
}

#[test]
fn a_missing_puback_ends_the_connection() {
    let mut rig = Rig::connected();
    rig.publish("1");
    let before = rig.now;
    assert_eq!(sent(&rig.sleep()), [PINGREQ]);
    assert_eq!(lost(&rig.sleep()), LostReason::Silent(Step::Publish));
    assert_eq!(rig.now - before, PUBLISH_TIMEOUT);
}

#[test]
fn a_puback_may_stand_behind_a_packet_that_still_arrives() {
    let mut rig = Rig::connected();
    rig.publish("1");
    let sent = rig.now;
    rig.receive(&[0x30, 100]);
    while rig.now < sent + LIVE_PUBLISH_TIMEOUT {
        rig.now += STEP_TIMEOUT - Duration::from_secs(1);
        assert!(statuses(&rig.receive(b"x")).is_empty());
    }
}

#[test]
fn a_puback_may_take_half_a_minute_while_pings_are_answered() {
    let mut rig = Rig::connected();
    rig.publish("1");
    let published = rig.now;
    while sent(&rig.sleep()) == [PINGREQ] {
        rig.receive(&PINGRESP);
    }
    assert_eq!(rig.now - published, LIVE_PUBLISH_TIMEOUT);
}

#[test]
fn a_puback_may_stand_behind_messages_but_not_for_ever() {
    let mut rig = Rig::connected();
    rig.publish("1");
    let sent = rig.now;
    while rig.session.deadline() > Some(rig.now + Duration::from_secs(1)) {
        rig.now += Duration::from_secs(1);
        rig.receive(PUBLISH);
    }
    assert_eq!(lost(&rig.sleep()), LostReason::Silent(Step::Publish));
    assert_eq!(rig.now - sent, LIVE_PUBLISH_TIMEOUT);
}

#[test]
fn a_request_is_not_sent_again_on_the_next_connection() {
    let mut rig = Rig::connected();
    let (topic, payload) = ("t", "1".to_owned());
    assert_eq!(published(&rig.input(Input::Request { topic, payload })), 1);
    rig.input(Input::Closed);
    assert!(rig.session.is_delivered());
    assert_eq!(published(&rig.let_in()), 0);
}

fn published(outputs: &[Output]) -> usize {
    let sent = sent(outputs).into_iter();
    sent.filter(|packet| packet[0] >> 4 == 3).count()
}

/// A broker that closes the connection instead of acknowledging.
fn rebuffed() -> Rig {
    let mut rig = Rig::connected();
    rig.now += STEADY;
    rig.publish("1");
    for _ in 1..DROPS {
        rig.hang_up();
        assert_eq!(published(&rig.connect()), 1);
    }
    rig.hang_up();
    rig
}

#[test]
fn what_the_broker_answers_by_closing_is_held_back_and_the_topic_named() {
    let mut rig = rebuffed();
    assert_eq!(published(&rig.let_in()), 0);
    let outputs = rig.receive(&SUBACK);
    let (broker, held_back) = ("ws://one/".to_owned(), vec!["t".to_owned()]);
    assert_eq!(
        statuses(&outputs),
        [&Status::Connected {
            broker,
            held_back,
            unread: Vec::new(),
        }]
    );
    assert_eq!(published(&rig.publish("2")), 0);
    assert!(!rig.session.is_delivered());
}

#[test]
fn what_is_held_back_is_tried_once_a_minute() {
    let mut rig = rebuffed();
    rig.let_in();
    // Not when a ping is due.
    rig.now += Duration::from_secs(1);
    rig.receive(&SUBACK);
    let connected = rig.now;
    while published(&rig.sleep()) == 0 {
        rig.receive(&PINGRESP);
    }
    assert_eq!(rig.now - connected, HOLD);
    rig.hang_up();
    assert_eq!(published(&rig.let_in()), 0);
}

#[test]
fn what_is_held_back_goes_out_when_the_user_asks() {
    let mut rig = rebuffed();
    rig.connect();
    let outputs = rig.input(Input::Retry);
    assert_eq!(statuses(&outputs), [&connected("ws://one/")]);
    assert_eq!(published(&outputs), 1);
    rig.receive(&puback(4));
    assert!(rig.session.is_delivered());
}

#[test]
fn a_connection_that_is_lost_later_is_no_rebuff() {
    let mut rig = Rig::connected();
    rig.publish("1");
    for _ in 0..2 * DROPS {
        rig.now += STEADY;
        rig.hang_up();
        assert_eq!(published(&rig.let_in()), 1);
        rig.receive(&SUBACK);
    }
}

#[test]
fn rebuffs_count_in_a_row_only() {
    let mut rig = Rig::connected();
    rig.publish("1");
    for _ in 0..DROPS {
        rig.hang_up();
        assert_eq!(published(&rig.connect()), 1);
        rig.now += STEADY;
        rig.hang_up();
        assert_eq!(published(&rig.connect()), 1);
    }
}

#[test]
fn a_restart_is_no_rebuff() {
    let mut rig = Rig::connected();
    rig.now += STEADY;
    rig.publish("1");
    for _ in 0..2 * DROPS {
        rig.hang_up();
        rig.hang_up();
        assert_eq!(published(&rig.let_in()), 1);
        rig.receive(&SUBACK);
    }
}

#[test]
fn what_one_broker_does_not_take_another_is_sent() {
    let mut rig = Rig::with(options(&["ws://one/", "ws://two/"]));
    rig.publish("1");
    let mut broker = "ws://one/".to_owned();
    while broker == "ws://one/" {
        assert_eq!(published(&rig.let_in()), 1);
        broker = rig.hang_up();
    }
    assert_eq!(published(&rig.let_in()), 1);
    let outputs = rig.receive(&SUBACK);
    assert_eq!(statuses(&outputs), [&connected(&broker)]);
}

#[test]
fn a_broker_that_is_found_not_to_take_a_topic_is_remembered_while_another_is_down() {
    for strict in ["ws://one/", "ws://two/"] {
        let mut rig = Rig::with(options(&["ws://one/", "ws://two/"]));
        rig.publish("1");
        let (mut rebuffs, mut is_held_back) = (0, false);
        let mut broker = "ws://one/".to_owned();
        for _ in 0..20 {
            if broker == strict {
                is_held_back = published(&rig.connect()) == 0;
                if is_held_back {
                    break;
                }
                rebuffs += 1;
            }
            broker = rig.hang_up();
        }
        assert!(is_held_back, "{strict} is asked for ever");
        assert_eq!(rebuffs, DROPS);
    }
}

#[test]
fn where_no_broker_takes_a_topic_the_page_stays_with_one_that_has_closed_three_times() {
    let brokers = ["ws://one/", "ws://two/"];
    let mut rig = Rig::with(options(&brokers));
    rig.publish("1");
    let mut rebuffs = [0; 2];
    let mut broker = brokers[0].to_owned();
    for _ in 0..2 * DROPS {
        if published(&rig.connect()) == 0 {
            break;
        }
        let place = usize::from(broker == brokers[1]);
        rebuffs[place] += 1;
        broker = rig.hang_up();
    }
    assert_eq!(rebuffs, [DROPS, 1]);
}

#[test]
fn what_is_held_back_holds_no_other_topic_back() {
    let mut rig = rebuffed();
    rig.connect();
    let (topic, payload) = ("u", "2".to_owned());
    assert_eq!(published(&rig.input(Input::Publish { topic, payload })), 1);
}

#[test]
fn a_broker_that_takes_neither_of_two_topics_is_left_in_peace_with_both() {
    let mut rig = rebuffed();
    let (topic, payload) = ("u", "2".to_owned());
    rig.input(Input::Publish { topic, payload });
    let mut rebuffs = 0;
    let mut outputs = rig.connect();
    while published(&outputs) > 0 {
        rebuffs += 1;
        rig.hang_up();
        outputs = rig.connect();
    }
    assert_eq!(rebuffs, DROPS);
    let held_back = vec!["t".to_owned(), "u".to_owned()];
    let broker = "ws://one/".to_owned();
    let expected = Status::Connected {
        broker,
        held_back,
        unread: Vec::new(),
    };
    assert_eq!(statuses(&outputs), [&expected]);
}

#[test]
fn a_change_from_before_a_late_suback_may_be_acknowledged_after_it() {
    let mut rig = Rig::new();
    rig.publish("1");
    rig.let_in();
    for _ in 0..6 {
        rig.now += STEP_TIMEOUT - Duration::from_secs(1);
        // At QoS 1: its PUBACK puts off the ping.
        rig.receive(b"\x32\x08\x00\x03a/b\x00\x09x");
    }
    rig.receive(&SUBACK);
    assert_eq!(rig.session.deadline(), Some(rig.now + STEP_TIMEOUT));
}
