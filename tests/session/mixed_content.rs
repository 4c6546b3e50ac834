//! Which brokers are tried from a page that came over https.

use lampi_web::mqtt::{Failure, Input, LostReason, RefusedReason, SessionOptions, Status};

use super::rig::*;

#[test]
fn from_a_secure_page_no_unencrypted_broker_is_tried() {
    let mut rig = Rig::with(SessionOptions {
        is_page_secure: true,
        ..options(&["ws://one/"])
    });
    let outputs = rig.outputs();
    assert_eq!(opened(&outputs), None);
    assert_eq!(
        statuses(&outputs),
        [&stopped("ws://one/", RefusedReason::MixedContent)]
    );
}

#[test]
fn from_a_secure_page_the_encrypted_brokers_are_tried() {
    let mut rig = Rig::with(SessionOptions {
        is_page_secure: true,
        ..options(&["ws://one/", "wss://two/"])
    });
    assert_eq!(opened(&rig.outputs()), Some("wss://two/"));
}

#[test]
fn from_a_secure_page_an_unencrypted_broker_of_the_local_network_is_tried() {
    let mut rig = Rig::with(SessionOptions {
        is_page_secure: true,
        ..options(&["ws://192.168.1.5/"])
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
