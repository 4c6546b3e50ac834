//! What arrives.

use lampi_web::mqtt::Output;

use super::rig::*;

#[test]
fn a_message_is_handed_on() {
    let mut rig = Rig::connected();
    for (bytes, is_retained) in [(PUBLISH, false), (b"\x31\x06\x00\x03a/bx", true)] {
        let message = Output::Message {
            topic: "a/b".to_owned(),
            payload: b"x".as_slice().into(),
            is_retained,
        };
        assert_eq!(rig.receive(bytes), [message]);
    }
}

#[test]
fn a_message_at_qos_1_is_acknowledged() {
    let mut rig = Rig::connected();
    let outputs = rig.receive(b"\x32\x08\x00\x03a/b\x00\x09x");
    assert_eq!(sent(&outputs), [&puback(9)]);
}

#[test]
fn a_message_may_come_before_suback() {
    let mut rig = Rig::new();
    rig.let_in();
    let outputs = rig.receive(b"\x31\x06\x00\x03a/bx");
    assert!(
        matches!(outputs[..], [Output::Message { .. }]),
        "{outputs:?}"
    );
}
