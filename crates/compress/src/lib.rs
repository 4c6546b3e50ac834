//! Compresses as hard as it can be done: once beforehand, instead of at each request.

use std::io::{self, Write};

use brotli::enc::{
    BrotliEncoderParams,
    backward_references::BrotliEncoderMode::{self, BROTLI_FORCE_MSB_PRIOR, BROTLI_MODE_GENERIC},
};
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

/// At brotli's highest quality, in the smaller of two ways: with brotli's own guess at what best predicts a byte, or predicted
/// from the upper bits of the two before it. The second makes WASM 2 % smaller.
///
/// # Errors
/// None that a buffer in memory could cause.
pub fn brotli(content: &[u8]) -> io::Result<Vec<u8>> {
    let guessed = brotli_in(BROTLI_MODE_GENERIC, content)?;
    let from_upper_bits = brotli_in(BROTLI_FORCE_MSB_PRIOR, content)?;
    Ok(if from_upper_bits.len() < guessed.len() {
        from_upper_bits
    } else {
        guessed
    })
}

/// Binary logarithm of the bytes that are looked at together: 512 KiB, more than any file of the page has.
const BLOCK: i32 = 19;

fn brotli_in(mode: BrotliEncoderMode, content: &[u8]) -> io::Result<Vec<u8>> {
    let parameters = BrotliEncoderParams {
        quality: 11,
        mode,
        lgblock: BLOCK,
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*content, &mut compressed, &parameters)?;
    Ok(compressed)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::*;

    #[test]
    fn what_is_compressed_is_what_it_was() {
        let contents = [
            vec![],
            b"a".repeat(1000),
            (0..=255).cycle().take(70_000).collect(),
        ];
        for content in contents {
            let mut again = Vec::new();
            let compressed = brotli(&content).unwrap();
            brotli::BrotliDecompress(&mut &*compressed, &mut again).unwrap();
            assert!(again == content);
            let mut again = Vec::new();
            let compressed = gzip(&content).unwrap();
            GzDecoder::new(&*compressed)
                .read_to_end(&mut again)
                .unwrap();
            assert!(again == content);
        }
    }

    #[test]
    fn numbers_are_smaller_than_brotli_makes_them_by_itself() {
        let content: Vec<u8> = (0..50_000_u32)
            .flat_map(|n| (n * n).to_le_bytes())
            .collect();
        let mut plain = Vec::new();
        let parameters = BrotliEncoderParams {
            quality: 11,
            ..Default::default()
        };
        brotli::BrotliCompress(&mut &*content, &mut plain, &parameters).unwrap();
        assert!(brotli(&content).unwrap().len() < plain.len());
    }
}
