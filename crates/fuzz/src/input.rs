//! How inputs are taken apart.

/// Takes a byte off the input.
pub fn byte(data: &mut &[u8]) -> Option<u8> {
    let (&byte, rest) = data.split_first()?;
    *data = rest;
    Some(byte)
}

/// Takes as many bytes off the input as it has, up to a length.
pub fn bytes<'a>(data: &mut &'a [u8], length: usize) -> &'a [u8] {
    let (bytes, rest) = data.split_at(data.len().min(length));
    *data = rest;
    bytes
}
