//! Packets as bytes, of those that this client sends and receives (chapter 3).
//!
//! The tests hold it against mqttbytes, which with its buffers would be 2 KB more of the page.

use super::error::ProtocolError;
use super::options::Credentials;

/// PINGREQ (section 3.12).
pub const PINGREQ: [u8; 2] = [0xc0, 0];

/// DISCONNECT (section 3.14).
pub const DISCONNECT: [u8; 2] = [0xe0, 0];

// Types of the packets that a client receives here (section 2.2.1).
pub(super) const CONNACK: u8 = 2;
pub(super) const PUBLISH: u8 = 3;
pub(super) const PUBACK: u8 = 4;
pub(super) const SUBACK: u8 = 9;
pub(super) const PINGRESP: u8 = 13;

/// A packet that a server sends to this client.
#[derive(Debug, PartialEq, Eq)]
pub enum Packet {
    /// Answer to CONNECT: its return code (section 3.2.2.3).
    ConnAck(u8),
    /// A message.
    Publish(Publish),
    /// A PUBLISH at QoS 0, longer than [`super::framing::MAX_PACKET`]: it is passed over.
    LongPublish,
    /// Answer to a PUBLISH at QoS 1: its packet id.
    PubAck(u16),
    /// Answer to SUBSCRIBE.
    SubAck {
        /// The packet id of the SUBSCRIBE.
        packet_id: u16,
        /// Which of its filters are granted.
        granted: Vec<bool>,
    },
    /// Answer to PINGREQ.
    PingResp,
}

/// A message that arrives (section 3.3).
#[derive(Debug, PartialEq, Eq)]
pub struct Publish {
    /// Topic name.
    pub topic: String,
    /// Payload.
    pub payload: Vec<u8>,
    /// Set at QoS 1, and not 0; at QoS 0 there is none.
    pub packet_id: Option<u16>,
    /// Whether the broker kept it from before the subscription.
    pub is_retained: bool,
}

impl Packet {
    /// Reads what follows the fixed header, whose first byte is this.
    ///
    /// # Errors
    /// It is no such packet, or a message at QoS 2, which was never asked for.
    pub(super) fn read(first_byte: u8, body: &[u8]) -> Result<Self, ProtocolError> {
        let mut rest = body;
        Ok(match first_byte >> 4 {
            CONNACK => {
                let [_, code] = take(&mut rest)?;
                Self::ConnAck(code)
            }
            PUBLISH => {
                let length = number(&mut rest)?.into();
                let topic = rest
                    .split_off(..length)
                    .ok_or(ProtocolError::Malformed)?
                    .to_vec();
                let packet_id = match first_byte & 0b0110 {
                    0b0000 => None,
                    0b0010 => Some(number(&mut rest)?),
                    0b0100 => return Err(ProtocolError::Unexpected),
                    _ => return Err(ProtocolError::Malformed),
                };
                if packet_id == Some(0) {
                    return Err(ProtocolError::Malformed);
                }
                Self::Publish(Publish {
                    topic: String::from_utf8(topic).map_err(|_| ProtocolError::Malformed)?,
                    payload: rest.to_vec(),
                    packet_id,
                    is_retained: first_byte & 1 != 0,
                })
            }
            PUBACK => Self::PubAck(number(&mut rest)?),
            SUBACK => {
                let packet_id = number(&mut rest)?;
                let granted = rest.iter().map(|code| match code {
                    0..=2 => Ok(true),
                    0x80 => Ok(false),
                    _ => Err(ProtocolError::Malformed),
                });
                let granted = granted.collect::<Result<_, _>>()?;
                Self::SubAck { packet_id, granted }
            }
            _ => Self::PingResp,
        })
    }
}

/// CONNECT with a clean session (section 3.1). `keep_alive` is in seconds.
pub fn connect(client_id: &str, login: Option<&Credentials>, keep_alive: u16) -> Vec<u8> {
    const CLEAN_SESSION: u8 = 0b0000_0010;
    const LOGIN: u8 = 0b1100_0000;
    let mut body = b"\0\x04MQTT\x04".to_vec();
    body.push(CLEAN_SESSION | if login.is_some() { LOGIN } else { 0 });
    body.extend(keep_alive.to_be_bytes());
    push_field(&mut body, client_id.as_bytes());
    if let Some(Credentials { username, password }) = login {
        push_field(&mut body, username.as_bytes());
        push_field(&mut body, password.as_bytes());
    }
    packet(0x10, &body)
}

/// SUBSCRIBE at QoS 0 (section 3.8).
pub fn subscribe<'a>(packet_id: u16, filters: impl IntoIterator<Item = &'a str>) -> Vec<u8> {
    let mut body = packet_id.to_be_bytes().to_vec();
    for filter in filters {
        push_field(&mut body, filter.as_bytes());
        body.push(0);
    }
    packet(0x82, &body)
}

/// PUBLISH at QoS 1, for the broker not to keep (section 3.3).
pub fn publish(topic: &str, payload: &[u8], packet_id: u16) -> Vec<u8> {
    const QOS_1: u8 = 0b0010;
    let mut body = Vec::new();
    push_field(&mut body, topic.as_bytes());
    body.extend(packet_id.to_be_bytes());
    body.extend(payload);
    packet(PUBLISH << 4 | QOS_1, &body)
}

/// PUBACK (section 3.4).
pub fn puback(packet_id: u16) -> Vec<u8> {
    packet(PUBACK << 4, &packet_id.to_be_bytes())
}

/// Puts the fixed header in front (section 2.2).
fn packet(first_byte: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = vec![first_byte];
    let mut length = body.len();
    while length > 0x7f {
        packet.push(length as u8 | 0x80);
        length >>= 7;
    }
    packet.push(length as u8);
    packet.extend(body);
    packet
}

/// Text or bytes with their length (section 1.5.3). What is longer than 65,535 bytes, as nothing here is, is cut.
fn push_field(body: &mut Vec<u8>, field: &[u8]) {
    let length = u16::try_from(field.len()).unwrap_or(u16::MAX);
    body.extend(length.to_be_bytes());
    body.extend(field.iter().take(length.into()));
}

fn number(rest: &mut &[u8]) -> Result<u16, ProtocolError> {
    take(rest).map(u16::from_be_bytes)
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], ProtocolError> {
    let (taken, after) = rest.split_first_chunk().ok_or(ProtocolError::Malformed)?;
    *rest = after;
    Ok(*taken)
}

#[cfg(test)]
mod tests {
    use bytes::BytesMut;
    use mqttbytes::{QoS, v4};
    use proptest::prelude::*;

    use super::*;

    /// As another codec reads it.
    fn read(packet: &[u8]) -> v4::Packet {
        v4::read(&mut BytesMut::from(packet), 1_000_000).unwrap()
    }

    fn read_here(packet: &[u8]) -> Result<Packet, ProtocolError> {
        Packet::read(packet[0], &packet[2..])
    }

    #[test]
    fn connect_says_who_comes_and_for_how_long_it_may_be_silent() {
        let mut expected = v4::Connect::new("me");
        expected.keep_alive = 300;
        assert_eq!(
            read(&connect("me", None, 300)),
            v4::Packet::Connect(expected.clone())
        );
        expected.set_login("you", "");
        let (username, password) = ("you".to_owned(), String::new());
        let login = Credentials { username, password };
        assert_eq!(
            read(&connect("me", Some(&login), 300)),
            v4::Packet::Connect(expected)
        );
    }

    #[test]
    fn subscribe_asks_for_every_filter() {
        let filters = ["a/+", "b"];
        let filter = |path: &str| v4::SubscribeFilter::new(path.to_owned(), QoS::AtMostOnce);
        let mut expected = v4::Subscribe::new_many(filters.map(filter));
        expected.pkid = 7;
        assert_eq!(
            read(&subscribe(7, filters)),
            v4::Packet::Subscribe(expected)
        );
    }

    #[test]
    fn packets_without_fields_are_known() {
        assert_eq!(read(&PINGREQ), v4::Packet::PingReq);
        assert_eq!(read(&DISCONNECT), v4::Packet::Disconnect);
        assert_eq!(read(&puback(7)), v4::Packet::PubAck(v4::PubAck::new(7)));
    }

    /// The other codec does not look at them; brokers do.
    #[test]
    fn flags_without_a_meaning_are_as_the_standard_wants_them() {
        assert_eq!(subscribe(7, [])[0] & 0x0f, 0b0010);
        let [username, password] = ["you".to_owned(), String::new()];
        let login = Credentials { username, password };
        for login in [None, Some(&login)] {
            let connect = connect("me", login, 300);
            assert_eq!((connect[0] & 0x0f, connect[9] & 1), (0, 0));
        }
        for packet in [&PINGREQ[..], &DISCONNECT, &puback(7)] {
            assert_eq!(packet[0] & 0x0f, 0, "{packet:?}");
        }
    }

    #[test]
    fn a_length_takes_as_few_bytes_as_can_be() {
        for (body, bytes) in [(0, 1), (127, 1), (128, 2), (16_383, 2), (16_384, 3)] {
            let packet = packet(0x30, &vec![0; body]);
            assert_eq!(packet.len(), 1 + bytes + body);
        }
    }

    #[test]
    fn answers_are_read() {
        assert_eq!(read_here(&[0x20, 2, 1, 5]), Ok(Packet::ConnAck(5)));
        assert_eq!(read_here(&[0x40, 2, 1, 2]), Ok(Packet::PubAck(258)));
        let (packet_id, granted) = (1, vec![true, true, false]);
        assert_eq!(
            read_here(&[0x90, 5, 0, 1, 0, 2, 0x80]),
            Ok(Packet::SubAck { packet_id, granted })
        );
        assert_eq!(read_here(&[0xd0, 0]), Ok(Packet::PingResp));
    }

    #[test]
    fn an_answer_that_the_standard_does_not_know_is_malformed() {
        assert_eq!(
            read_here(&[0x90, 3, 0, 1, 3]),
            Err(ProtocolError::Malformed)
        );
    }

    #[test]
    fn a_message_at_qos_1_has_a_packet_id_that_is_not_0() {
        assert_eq!(
            read_here(&[0x32, 4, 0, 0, 0, 0]),
            Err(ProtocolError::Malformed)
        );
    }

    #[test]
    fn a_message_at_qos_1_is_read() {
        let Ok(Packet::Publish(publish)) = read_here(&[0x32, 6, 0, 1, b'a', 1, 2, b'x']) else {
            panic!("it is a message");
        };
        assert_eq!((&*publish.topic, &*publish.payload), ("a", &b"x"[..]));
        assert_eq!(publish.packet_id, Some(258));
    }

    #[test]
    fn a_message_at_another_qos_is_refused() {
        let message = |first_byte| read_here(&[first_byte, 4, 0, 0, 0, 1]);
        assert_eq!(message(0x34), Err(ProtocolError::Unexpected));
        assert_eq!(message(0x36), Err(ProtocolError::Malformed));
    }

    proptest! {
        #[test]
        fn a_message_is_what_another_codec_makes_of_it(
            topic in ".{0,20}",
            payload in prop::collection::vec(any::<u8>(), 0..20_000),
            packet_id in 1_u16..,
        ) {
            let ours = publish(&topic, &payload, packet_id);
            let mut theirs = v4::Publish::new(topic, QoS::AtLeastOnce, payload);
            theirs.pkid = packet_id;
            prop_assert_eq!(read(&ours), v4::Packet::Publish(theirs.clone()));
            let mut written = BytesMut::new();
            theirs.write(&mut written).unwrap();
            prop_assert_eq!(&written[..], ours);
        }

        #[test]
        fn any_body_is_read_as_another_codec_reads_it(
            first_byte in prop::sample::select(vec![0x20_u8, 0x30, 0x31, 0x32, 0x34, 0x36, 0x40, 0x90]),
            body in prop::collection::vec(prop_oneof![0_u8..4, any::<u8>()], 3..40),
        ) {
            let ours = Packet::read(first_byte, &body);
            let mut frame = vec![first_byte, body.len() as u8];
            frame.extend(&body);
            let theirs = v4::read(&mut BytesMut::from(&frame[..]), 100);
            match theirs {
                Err(_) => prop_assert!(ours.is_err() || matches!(ours, Ok(Packet::ConnAck(6..)))),
                Ok(v4::Packet::Publish(theirs)) if theirs.qos == QoS::ExactlyOnce => {
                    prop_assert_eq!(ours, Err(ProtocolError::Unexpected));
                }
                Ok(v4::Packet::Publish(theirs)) => prop_assert_eq!(ours, Ok(Packet::Publish(Publish {
                    packet_id: Some(theirs.pkid).filter(|_| theirs.qos == QoS::AtLeastOnce),
                    topic: theirs.topic,
                    payload: theirs.payload.to_vec(),
                    is_retained: theirs.retain,
                }))),
                Ok(v4::Packet::ConnAck(theirs)) => {
                    prop_assert_eq!(ours, Ok(Packet::ConnAck(theirs.code as u8)));
                }
                Ok(v4::Packet::PubAck(theirs)) => prop_assert_eq!(ours, Ok(Packet::PubAck(theirs.pkid))),
                Ok(v4::Packet::SubAck(theirs)) => {
                    let granted = theirs.return_codes.iter();
                    let granted = granted
                        .map(|code| matches!(code, v4::SubscribeReasonCode::Success(_)))
                        .collect();
                    prop_assert_eq!(ours, Ok(Packet::SubAck { packet_id: theirs.pkid, granted }));
                }
                Ok(theirs) => prop_assert!(false, "{theirs:?}"),
            }
        }
    }
}
