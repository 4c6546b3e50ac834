//! CSS as the page carries it: without what only its authors read.

/// CSS text from which comments, line breaks and indentation were taken while compiling. A line must not end where a space
/// is needed.
#[macro_export]
macro_rules! css {
    ($text:literal) => {{
        const BYTES: [u8; $crate::css::short_length($text)] = $crate::css::short($text);
        const SHORT: &str = match str::from_utf8(&BYTES) {
            Ok(short) => short,
            Err(_) => $text,
        };
        SHORT
    }};
}

/// How long [`short`] is, in bytes.
pub const fn short_length(text: &str) -> usize {
    let (mut length, mut next) = (0, 0);
    while let Some((_, after)) = next_byte(text.as_bytes(), next) {
        length += 1;
        next = after;
    }
    length
}

/// The bytes of a text without comments, line breaks and indentation, of which there are [`short_length`].
pub const fn short<const LENGTH: usize>(text: &str) -> [u8; LENGTH] {
    let mut short = [0; LENGTH];
    let (mut length, mut next) = (0, 0);
    while let Some((byte, after)) = next_byte(text.as_bytes(), next) {
        short[length] = byte;
        length += 1;
        next = after;
    }
    short
}

/// The first byte from `next` on that counts, and where to go on after it.
const fn next_byte(text: &[u8], mut next: usize) -> Option<(u8, usize)> {
    while next < text.len() {
        match text[next] {
            b'\n' => {
                next += 1;
                while next < text.len() && text[next] == b' ' {
                    next += 1;
                }
            }
            b'/' if text[next + 1] == b'*' => {
                while !(text[next] == b'*' && text[next + 1] == b'/') {
                    next += 1;
                }
                next += 2;
            }
            byte => return Some((byte, next + 1)),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_only_authors_read_is_left_out() {
        let css = css!(
            r#"
            gap: 0 1rem;

            /* Why. */
            a,
            b > c {
                width: calc(1px * 2 / 3);
            }
            "#
        );
        assert_eq!(css, "gap: 0 1rem;a,b > c {width: calc(1px * 2 / 3);}");
    }
}
