//! Compresses as hard as it can be done: once here, instead of at each request.

use std::io::{self, Write};

use flate2::{Compression, write::GzEncoder};

/// As `gzip -9`, and the same bytes each time: without a name or a time.
///
/// # Errors
/// None that a buffer in memory could cause.
pub fn gzip(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(content)?;
    gzip.finish()
}

/// As `brotli --quality 11`.
///
/// # Errors
/// None that a buffer in memory could cause.
pub fn brotli(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let quality = brotli::enc::BrotliEncoderParams {
        quality: 11,
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &*content, &mut compressed, &quality)?;
    Ok(compressed)
}
