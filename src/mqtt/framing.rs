//! Bytes of any split into whole packets.
//!
//! A WebSocket frame is not a packet: it may hold several, and a packet may span several frames (section 6).

use super::error::ProtocolError;
use super::packet::{CONNACK, PINGRESP, PUBACK, PUBLISH, Packet, SUBACK};

/// Bytes. A longer packet is not kept.
pub const MAX_PACKET: usize = 256 * 1024;

/// Bytes. The page asks for far fewer filters at once.
const MAX_SUBACK: usize = 100;

/// Bytes. A message up to this length is passed over while the connection stays; beyond, the broker is at fault.
pub const MAX_PASSED_OVER: usize = 16 * 1024 * 1024;

/// Collects the bytes of one connection.
#[derive(Debug, Default)]
pub struct Framing {
    buffer: Vec<u8>,
    /// Where in the buffer the next packet begins.
    next: usize,
    to_pass_over: usize,
}

impl Framing {
    /// Takes what arrived.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.next);
        self.next = 0;
        let passed = self.to_pass_over.min(bytes.len());
        self.to_pass_over -= passed;
        self.buffer.extend(&bytes[passed..]);
    }

    /// The next packet, or `None` until more bytes arrive.
    ///
    /// # Errors
    /// The bytes are not MQTT, or not for a client, or a packet is too long. The connection cannot go on.
    pub fn next_packet(&mut self) -> Result<Option<Packet>, ProtocolError> {
        let arrived = &self.buffer[self.next..];
        let Some(header) = Header::read(arrived)? else {
            return Ok(None);
        };
        header.check()?;
        if header.remaining_length > MAX_PACKET {
            return self.pass_over(header).map(Some);
        }
        let Some(packet) = arrived.get(..header.packet_length()) else {
            return Ok(None);
        };
        self.next += packet.len();
        Packet::read(header.first_byte, &packet[header.header_length..]).map(Some)
    }

    /// Whether a packet has arrived in part.
    pub fn is_inside_packet(&self) -> bool {
        self.to_pass_over > 0 || self.next < self.buffer.len()
    }

    fn pass_over(&mut self, header: Header) -> Result<Packet, ProtocolError> {
        if !header.is_publish_at_most_once() || header.remaining_length > MAX_PASSED_OVER {
            return Err(ProtocolError::TooLong);
        }
        let arrived = header.packet_length().min(self.buffer.len() - self.next);
        self.to_pass_over = header.packet_length() - arrived;
        self.next += arrived;
        Ok(Packet::LongPublish)
    }
}

/// The first bytes of every packet (section 2.2).
struct Header {
    first_byte: u8,
    header_length: usize,
    remaining_length: usize,
}

impl Header {
    /// `None` until all of it has arrived.
    fn read(bytes: &[u8]) -> Result<Option<Self>, ProtocolError> {
        let Some((&first_byte, rest)) = bytes.split_first() else {
            return Ok(None);
        };
        let mut remaining_length = 0;
        for (index, byte) in rest.iter().take(4).enumerate() {
            remaining_length |= usize::from(byte & 0x7f) << (7 * index);
            if byte & 0x80 == 0 {
                return Ok(Some(Self {
                    first_byte,
                    header_length: index + 2,
                    remaining_length,
                }));
            }
        }
        if rest.len() >= 4 {
            return Err(ProtocolError::Malformed);
        }
        Ok(None)
    }

    /// Tells noise from packets before the rest of it has arrived: for want of more bytes, it may never.
    fn check(&self) -> Result<(), ProtocolError> {
        let (packet_type, flags) = (self.first_byte >> 4, self.first_byte & 0x0f);
        let remaining_length = match packet_type {
            0 | 15 => return Err(ProtocolError::Malformed),
            CONNACK | PUBACK => 2,
            // A packet id, and an answer to each filter.
            SUBACK => self.remaining_length.clamp(3, MAX_SUBACK),
            PINGRESP => 0,
            PUBLISH => return Ok(()),
            _ => return Err(ProtocolError::Unexpected),
        };
        if flags == 0 && self.remaining_length == remaining_length {
            Ok(())
        } else {
            Err(ProtocolError::Malformed)
        }
    }

    fn packet_length(&self) -> usize {
        self.header_length + self.remaining_length
    }

    /// PUBLISH with QoS 0, whatever DUP and RETAIN say (section 3.3.1).
    fn is_publish_at_most_once(&self) -> bool {
        self.first_byte & 0b1111_0110 == 0b0011_0000
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mqtt::packet::Publish;

    /// PUBLISH of "1" on "a", QoS 0.
    const PUBLISH: [u8; 6] = [0x30, 4, 0, 1, b'a', b'1'];

    fn publish() -> Packet {
        Packet::Publish(Publish {
            topic: "a".to_owned(),
            payload: b"1".to_vec(),
            packet_id: None,
            is_retained: false,
        })
    }

    fn header(first_byte: u8, mut length: usize) -> Vec<u8> {
        let mut bytes = vec![first_byte];
        loop {
            let more = if length > 0x7f { 0x80 } else { 0 };
            bytes.push((length & 0x7f) as u8 | more);
            length >>= 7;
            if more == 0 {
                return bytes;
            }
        }
    }

    #[test]
    fn a_packet_may_arrive_byte_by_byte() {
        let mut framing = Framing::default();
        for byte in &PUBLISH[..5] {
            framing.push(&[*byte]);
            assert_eq!(framing.next_packet(), Ok(None));
        }
        framing.push(&PUBLISH[5..]);
        assert_eq!(framing.next_packet(), Ok(Some(publish())));
    }

    #[test]
    fn the_shortest_packet_is_a_header_only() {
        let mut framing = Framing::default();
        framing.push(&[0xd0, 0]);
        assert_eq!(framing.next_packet(), Ok(Some(Packet::PingResp)));
    }

    #[test]
    fn several_packets_may_share_a_frame() {
        let mut framing = Framing::default();
        framing.push(&PUBLISH.repeat(3));
        for _ in 0..3 {
            assert_eq!(framing.next_packet(), Ok(Some(publish())));
        }
        assert_eq!(framing.next_packet(), Ok(None));
    }

    #[test]
    fn a_message_too_long_to_keep_is_passed_over() {
        let mut framing = Framing::default();
        let length = MAX_PACKET + 1;
        let mut bytes = header(0x31, length);
        bytes.extend(vec![0; length]);
        bytes.extend(PUBLISH);
        let mut frames = Vec::new();
        for part in bytes.chunks(1000) {
            framing.push(part);
            while let Some(frame) = framing.next_packet().unwrap() {
                frames.push(frame);
            }
            assert!(framing.buffer.len() - framing.next < 1000);
        }
        assert_eq!(frames, [Packet::LongPublish, publish()]);
    }

    #[test]
    fn a_message_of_the_longest_length_is_kept() {
        let mut framing = Framing::default();
        framing.push(&header(0x30, MAX_PACKET));
        framing.push(&[0, 1, b'a']);
        framing.push(&vec![b'x'; MAX_PACKET - 3]);
        assert!(matches!(
            framing.next_packet(),
            Ok(Some(Packet::Publish(publish))) if publish.payload.len() == MAX_PACKET - 3
        ));
    }

    #[test]
    fn what_is_passed_over_may_begin_behind_another_packet() {
        let mut framing = Framing::default();
        let length = MAX_PACKET + 1;
        framing.push(&[&PUBLISH[..], &header(0x31, length)].concat());
        assert_eq!(framing.next_packet(), Ok(Some(publish())));
        assert_eq!(framing.next_packet(), Ok(Some(Packet::LongPublish)));
        framing.push(&[&vec![0; length], &PUBLISH[..]].concat());
        assert_eq!(framing.next_packet(), Ok(Some(publish())));
    }

    #[test]
    fn a_packet_that_has_arrived_in_part_is_told_from_a_whole_one() {
        let mut framing = Framing::default();
        for (bytes, is_inside) in [
            (&[][..], false),
            (&PUBLISH[..5], true),
            (&PUBLISH[5..], false),
            (&header(0x30, MAX_PACKET + 1), true),
        ] {
            framing.push(bytes);
            while let Ok(Some(_)) = framing.next_packet() {}
            assert_eq!(framing.is_inside_packet(), is_inside, "{bytes:?}");
        }
    }

    #[test]
    fn what_is_passed_over_has_a_limit() {
        let first_of = |length| {
            let mut framing = Framing::default();
            framing.push(&header(0x30, length));
            framing.next_packet()
        };
        assert_eq!(first_of(MAX_PASSED_OVER), Ok(Some(Packet::LongPublish)));
        assert_eq!(first_of(MAX_PASSED_OVER + 1), Err(ProtocolError::TooLong));
    }

    #[test]
    fn a_promise_of_256_megabytes_ends_the_connection() {
        let mut framing = Framing::default();
        framing.push(&[0x30, 0xff, 0xff, 0xff, 0x7f]);
        assert_eq!(framing.next_packet(), Err(ProtocolError::TooLong));
    }

    #[test]
    fn only_a_message_without_acknowledgement_is_passed_over() {
        let mut framing = Framing::default();
        framing.push(&header(0x32, MAX_PACKET + 1));
        assert_eq!(framing.next_packet(), Err(ProtocolError::TooLong));
    }

    #[test]
    fn a_length_of_five_bytes_is_malformed() {
        for end in [&[][..], &[0]] {
            let mut framing = Framing::default();
            framing.push(&[&[0x30, 0xff, 0xff, 0xff, 0xff], end].concat());
            assert_eq!(framing.next_packet(), Err(ProtocolError::Malformed));
        }
    }

    #[test]
    fn a_packet_that_only_a_server_receives_is_unexpected() {
        let mut framing = Framing::default();
        framing.push(&[0xc0, 0]);
        assert_eq!(framing.next_packet(), Err(ProtocolError::Unexpected));
    }

    #[test]
    fn noise_is_known_by_its_first_bytes() {
        for bytes in [
            &b"HTTP/1.1"[..],
            b"\r\n",
            b"\x00\x00",
            &[0xf0, 0],
            &[0x21, 2],
            &[0x22, 2],
            &[0xd0, 9],
        ] {
            let mut framing = Framing::default();
            framing.push(bytes);
            assert_eq!(
                framing.next_packet(),
                Err(ProtocolError::Malformed),
                "{bytes:?}"
            );
        }
    }

    #[test]
    fn a_packet_shorter_than_its_fields_is_malformed() {
        for bytes in [
            [0x20, 0].as_slice(),
            &[0x20, 1, 0],
            &[0x40, 1, 0],
            &[0x90, 2, 0, 1],
            &[0x30, 0],
            &[0x30, 2, 0, 1],
        ] {
            let mut framing = Framing::default();
            framing.push(bytes);
            assert_eq!(
                framing.next_packet(),
                Err(ProtocolError::Malformed),
                "{bytes:?}"
            );
        }
    }

    #[test]
    fn a_topic_that_is_not_utf8_is_malformed() {
        let mut framing = Framing::default();
        framing.push(&[0x30, 3, 0, 1, 0xff]);
        assert_eq!(framing.next_packet(), Err(ProtocolError::Malformed));
    }
}
