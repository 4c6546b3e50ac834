//! What a broker must not do.

use lampi_web::mqtt::{Input, LostReason, Output, ProtocolError};

use super::rig::*;

#[test]
fn what_is_not_mqtt_ends_the_connection_with_its_name() {
    let cases: [(&[u8], ProtocolError); 8] = [
        (&[0x00, 0], ProtocolError::Malformed),
        (&[0x30, 0xff, 0xff, 0xff, 0x7f], ProtocolError::TooLong),
        (&CONNACK, ProtocolError::Unexpected),
        (&SUBACK, ProtocolError::UnknownPacketId),
        (&puback(9), ProtocolError::UnknownPacketId),
        (b"\x30\x06\x00\x03a\xff\xfex", ProtocolError::Malformed),
        (b"\x34\x08\x00\x03a/b\x00\x09x", ProtocolError::Unexpected),
        (&[0xe0, 0], ProtocolError::Unexpected),
    ];
    for (bytes, expected) in cases {
        let mut rig = Rig::connected();
        assert_eq!(
            lost(&rig.receive(bytes)),
            LostReason::Protocol(expected),
            "{bytes:?}"
        );
    }
}

#[test]
fn a_text_frame_ends_the_connection() {
    let reason = lost(&Rig::connected().input(Input::ReceivedText));
    assert_eq!(reason, LostReason::Protocol(ProtocolError::TextFrame));
}

#[test]
fn nothing_is_read_after_the_connection_is_given_up() {
    let mut rig = Rig::connected();
    let outputs = rig.receive(b"\xe0\x00\x30\x06\x00\x03a/bx");
    assert!(
        !outputs
            .iter()
            .any(|output| matches!(output, Output::Message { .. }))
    );
}

#[test]
fn half_a_packet_of_one_connection_does_not_spoil_the_next() {
    let mut rig = Rig::connected();
    rig.receive(&[0x30, 6, 0]);
    rig.input(Input::Closed);
    rig.connect();
    let outputs = rig.receive(PUBLISH);
    assert!(
        matches!(outputs[..], [Output::Message { .. }]),
        "{outputs:?}"
    );
}

#[test]
fn a_text_frame_of_a_connection_that_is_gone_is_ignored() {
    let mut rig = Rig::new();
    rig.wait();
    assert_eq!(rig.input(Input::ReceivedText), []);
}
