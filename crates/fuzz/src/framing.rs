use lampi_web::mqtt::ProtocolError;
use lampi_web::mqtt::framing::Framing;
use lampi_web::mqtt::packet::Packet;

use crate::input;

/// Where a piece's length stands: the piece is 64 KiB of zeros. So short inputs make the longest packets.
const ZEROS: u8 = 0xff;

/// Enough for any case, and few enough to be quick. The rest of the input is left.
const MOST_PIECES: usize = 32;

/// The same packets come out, or the same error, whether the bytes arrive at once or in pieces.
///
/// The input is the pieces, each with a byte in front that says its length.
pub fn framing(data: &[u8]) {
    let pieces = pieces(data);
    assert_eq!(read(&[pieces.concat()]), read(&pieces));
}

fn pieces(mut data: &[u8]) -> Vec<Vec<u8>> {
    let mut pieces = Vec::new();
    while pieces.len() < MOST_PIECES
        && let Some(length) = input::byte(&mut data)
    {
        pieces.push(match length {
            ZEROS => vec![0; 64 * 1024],
            _ => input::bytes(&mut data, length.into()).to_vec(),
        });
    }
    pieces
}

/// All packets, and how it ended: whether inside a packet, or with an error.
fn read(pieces: &[Vec<u8>]) -> (Vec<Packet>, Result<bool, ProtocolError>) {
    let mut framing = Framing::default();
    let mut packets = Vec::new();
    for piece in pieces {
        framing.push(piece);
        loop {
            match framing.next_packet() {
                Ok(Some(packet)) => packets.push(packet),
                Ok(None) => break,
                Err(error) => return (packets, Err(error)),
            }
        }
    }
    (packets, Ok(framing.is_inside_packet()))
}
