//! When a picture was made, written into its PNG: two people who type the same name leave two pictures, each evidence of one thing.

/// Bytes before the first chunk, and of the header chunk, which comes first.
const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
const HEADER: usize = 25;

/// The PNG with a text chunk `Creation Time` behind its header. `time` is in Latin-1 (ISO 8601). None if these are not the bytes of
/// a PNG.
pub fn with_time(png: &[u8], time: &str) -> Option<Vec<u8>> {
    let header = SIGNATURE.len() + HEADER;
    if !png.starts_with(SIGNATURE) || png.len() < header {
        return None;
    }
    let (before, after) = png.split_at(header);
    let chunk = text_chunk("Creation Time", time)?;
    Some([before, &chunk, after].concat())
}

fn text_chunk(keyword: &str, text: &str) -> Option<Vec<u8>> {
    let content = [b"tEXt", keyword.as_bytes(), b"\0", text.as_bytes()].concat();
    let length = u32::try_from(content.len().checked_sub(4)?).ok()?;
    let check = crc(&content);
    Some([&length.to_be_bytes()[..], &content, &check.to_be_bytes()].concat())
}

/// The check that ends each chunk (CRC-32 of ISO 3309).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One white pixel.
    const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55\
        \0\0\0\nIDAT\x78\x9c\x63\xf8\x0f\0\x01\x01\x01\0\x1b\xb6\xee\x56\0\0\0\0IEND\xae\x42\x60\x82";

    #[test]
    fn the_check_is_the_one_that_png_has() {
        assert_eq!(crc(b"123456789"), 0xCBF4_3926);
        assert_eq!(crc(b"IEND"), 0xAE42_6082);
    }

    #[test]
    fn the_time_stands_behind_the_header_and_all_else_is_as_it_was() {
        let time = "2022-03-14T06:00:00.123Z";
        let stamped = with_time(PIXEL, time).unwrap();
        let (before, rest) = stamped.split_at(33);
        assert_eq!(before, &PIXEL[..33]);
        assert_eq!(&rest[..4], &[0, 0, 0, 38]);
        let (content, rest) = rest[4..].split_at(42);
        assert_eq!(content, format!("tEXtCreation Time\0{time}").as_bytes());
        let (check, rest) = rest.split_at(4);
        assert_eq!(check, crc(content).to_be_bytes());
        assert_eq!(rest, &PIXEL[33..]);
    }

    #[test]
    fn what_is_no_png_stays_away() {
        assert_eq!(with_time(b"\xFF\xD8\xFF\xE0", "now"), None);
        assert_eq!(with_time(&PIXEL[..20], "now"), None);
    }
}
