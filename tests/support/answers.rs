//! What a broker answers an agent that it takes.

pub const CONNACK: [u8; 4] = [0x20, 2, 0, 0];

/// All four filters are granted.
pub const SUBACK: [u8; 8] = [0x90, 6, 0xff, 0xff, 0, 0, 0, 0];

pub fn puback(packet_id: u16) -> [u8; 4] {
    let [high, low] = packet_id.to_be_bytes();
    [0x40, 2, high, low]
}
