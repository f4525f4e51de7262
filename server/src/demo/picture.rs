//! Pictures that stand for photos in the demo city: a small PNG of stripes, another for every name, the same every time.

use domain::finding::PhotoHash;
use domain::record::Hash;
use sha2::{Digest as _, Sha256};

const WIDTH: u32 = 96;
const HEIGHT: u32 = 72;

/// The bytes of a picture, and the name they have as a photo.
pub fn picture(name: &str) -> (PhotoHash, Vec<u8>) {
    let bytes = png(&pixels(name));
    (PhotoHash(Hash::of(&bytes).to_string()), bytes)
}

/// Grey values line by line, each line after the filter byte 0.
fn pixels(name: &str) -> Vec<u8> {
    let digest: [u8; 32] = Sha256::digest(name.as_bytes()).into();
    let mut pixels = Vec::new();
    for line in 0..HEIGHT {
        pixels.push(0);
        for column in 0..WIDTH {
            // Eight by four fields, each with the grey of one byte of the name's digest, lighter towards the top.
            let field = (column * 8 / WIDTH + line * 4 / HEIGHT * 8) as usize;
            let light = u8::try_from(96 - line * 64 / HEIGHT).unwrap_or_default();
            pixels.push(light.saturating_add(digest[field] / 2));
        }
    }
    pixels
}

fn png(pixels: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A];
    let mut header = Vec::from(WIDTH.to_be_bytes());
    header.extend(HEIGHT.to_be_bytes());
    // Eight bits, grey, the only compression, filter and no interlacing.
    header.extend([8, 0, 0, 0, 0]);
    chunk(&mut bytes, *b"IHDR", &header);
    chunk(&mut bytes, *b"IDAT", &stored(pixels));
    chunk(&mut bytes, *b"IEND", &[]);
    bytes
}

fn chunk(bytes: &mut Vec<u8>, kind: [u8; 4], content: &[u8]) {
    let length = u32::try_from(content.len()).unwrap_or_default();
    bytes.extend(length.to_be_bytes());
    let mut checked = Vec::from(kind);
    checked.extend(content);
    bytes.extend(&checked);
    bytes.extend(crc(&checked).to_be_bytes());
}

/// A zlib stream of one stored block (RFC 1950, RFC 1951): as large as what it holds.
fn stored(content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap_or_default();
    let mut bytes = vec![0x78, 0x01, 0x01];
    bytes.extend(length.to_le_bytes());
    bytes.extend((!length).to_le_bytes());
    bytes.extend(content);
    let (mut low, mut high) = (1_u32, 0_u32);
    for byte in content {
        low = (low + u32::from(*byte)) % 65_521;
        high = (high + low) % 65_521;
    }
    bytes.extend(((high << 16) | low).to_be_bytes());
    bytes
}

/// What eight steps of CRC-32 make of each byte.
const STEPS: [u32; 256] = {
    let mut steps = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "a byte's number")]
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xEDB8_8320
            } else {
                crc >> 1
            };
            bit += 1;
        }
        steps[byte] = crc;
        byte += 1;
    }
    steps
};

/// CRC-32 as PNG has it (ISO 3309).
fn crc(content: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in content {
        let [low, ..] = crc.to_le_bytes();
        crc = (crc >> 8) ^ STEPS[usize::from(low ^ byte)];
    }
    !crc
}

#[cfg(test)]
mod tests {
    use domain::attachment::FileKind;
    use domain::media::Media;

    use super::*;

    #[test]
    fn sums_are_those_of_the_standards() {
        assert_eq!(crc(b"123456789"), 0xCBF4_3926);
        assert_eq!(stored(b"Wikipedia")[16..], [0x11, 0xE6, 0x03, 0x98]);
    }

    #[test]
    fn a_name_has_its_picture() {
        assert_eq!(picture("east gate"), picture("east gate"));
        assert_ne!(picture("east gate").0, picture("west gate").0);
        assert!(picture("east gate").0.is_well_formed());
        let bytes = picture("east gate").1;
        assert_eq!(Media::of(&bytes), Ok(Media::File(FileKind::Png)));
    }
}
