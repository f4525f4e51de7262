//! What a picture was made of, written into its JPEG, so that it says so wherever it goes.

const BEGINNING: &[u8] = b"\xFF\xD8";
/// The segment of JFIF (ISO/IEC 10918-5), which stands before all others.
const JFIF: [u8; 2] = [0xFF, 0xE0];
const COMMENT: [u8; 2] = [0xFF, 0xFE];

/// The JPEG with a comment segment (ISO/IEC 10918-1, B.2.4.5) before all that is not of its very beginning. None if these are not the
/// bytes of a JPEG, or the comment is longer than a segment.
pub fn with_comment(jpeg: &[u8], comment: &str) -> Option<Vec<u8>> {
    let after = jpeg.strip_prefix(BEGINNING)?;
    let first = match after {
        [a, b, high, low, ..] if [*a, *b] == JFIF => {
            JFIF.len() + usize::from(u16::from_be_bytes([*high, *low]))
        }
        _ => 0,
    };
    let (first, rest) = after.split_at_checked(first)?;
    // The length counts itself.
    let length = u16::try_from(comment.len().checked_add(2)?).ok()?;
    let parts = [
        BEGINNING,
        first,
        &COMMENT,
        &length.to_be_bytes(),
        comment.as_bytes(),
        rest,
    ];
    Some(parts.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_comment_stands_behind_the_beginning_and_all_else_is_as_it_was() {
        for (jpeg, expected) in [
            (
                &b"\xFF\xD8\xFF\xDBrest"[..],
                &b"\xFF\xD8\xFF\xFE\0\x06note\xFF\xDBrest"[..],
            ),
            (
                b"\xFF\xD8\xFF\xE0\0\x04ab\xFF\xDBrest",
                b"\xFF\xD8\xFF\xE0\0\x04ab\xFF\xFE\0\x06note\xFF\xDBrest",
            ),
        ] {
            assert_eq!(with_comment(jpeg, "note").as_deref(), Some(expected));
        }
    }

    #[test]
    fn what_is_no_jpeg_stays_away() {
        for (bytes, comment) in [
            (&b"\x89PNG"[..], "note"),
            (b"", "note"),
            (b"\xFF\xD8\xFF\xE0\xFF\xFFcut off", "note"),
            (b"\xFF\xD8\xFF\xDB", &"long".repeat(20_000)),
        ] {
            assert_eq!(with_comment(bytes, comment), None, "{bytes:?}");
        }
    }
}
