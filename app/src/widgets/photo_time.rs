//! When a picture was taken, as the camera wrote it into the file: Exif's `DateTimeOriginal` (0x9003) with, where it is there,
//! `OffsetTimeOriginal` (0x9011), in the APP1 segment of a JPEG.

use domain::instant::{Day, Instant};

use crate::clock::{WallTime, instant_at};

const EXIF_DIRECTORY: u16 = 0x8769;
const TAKEN: u16 = 0x9003;
const OFFSET: u16 = 0x9011;

/// None of a picture that does not say it. A camera that does not say in which time zone it was is read on the clock of `time_zone`.
pub fn photo_time(picture: &[u8], time_zone: &str) -> Option<Instant> {
    let tiff = Tiff::of(exif(picture)?)?;
    let first = tiff.long(4)?;
    let directory = tiff.long(tiff.entry(first, EXIF_DIRECTORY)? + 8)?;
    let (wall, second) = read_time(tiff.text(directory, TAKEN)?)?;
    let offset = tiff.text(directory, OFFSET).and_then(read_offset);
    let minute = match offset {
        None => instant_at(wall.day, wall.hour, wall.minute, time_zone),
        Some(offset) => {
            let utc = instant_at(wall.day, wall.hour, wall.minute, "UTC");
            Instant(utc.millis() - offset * 60_000)
        }
    };
    Some(Instant(minute.millis() + i64::from(second) * 1_000))
}

/// The TIFF within the first APP1 segment that is Exif.
fn exif(picture: &[u8]) -> Option<&[u8]> {
    let mut rest = picture.strip_prefix(&[0xFF, 0xD8])?;
    loop {
        let [0xFF, marker, high, low, ..] = *rest else {
            return None;
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        let segment = rest.get(4..2 + length)?;
        match (marker, segment.strip_prefix(b"Exif\0\0")) {
            (0xE1, Some(tiff)) => return Some(tiff),
            // The picture itself begins.
            (0xDA, _) => return None,
            _ => rest = rest.get(2 + length..)?,
        }
    }
}

/// The bytes of a TIFF; places in it are counted from its first.
struct Tiff<'a> {
    bytes: &'a [u8],
    big_endian: bool,
}

impl<'a> Tiff<'a> {
    fn of(bytes: &'a [u8]) -> Option<Tiff<'a>> {
        let big_endian = match bytes.get(..4)? {
            b"MM\0*" => true,
            b"II*\0" => false,
            _ => return None,
        };
        Some(Tiff { bytes, big_endian })
    }

    fn short(&self, at: usize) -> Option<u16> {
        let bytes = self.bytes.get(at..)?.first_chunk()?;
        Some(if self.big_endian {
            u16::from_be_bytes(*bytes)
        } else {
            u16::from_le_bytes(*bytes)
        })
    }

    /// A place or a length.
    fn long(&self, at: usize) -> Option<usize> {
        let bytes = self.bytes.get(at..)?.first_chunk()?;
        let number = if self.big_endian {
            u32::from_be_bytes(*bytes)
        } else {
            u32::from_le_bytes(*bytes)
        };
        usize::try_from(number).ok()
    }

    /// Where the entry of a directory stands that has a tag.
    fn entry(&self, directory: usize, tag: u16) -> Option<usize> {
        let count = usize::from(self.short(directory)?);
        let first = directory.checked_add(2)?;
        let mut entries = (0..count).map_while(|number| first.checked_add(number * 12));
        entries.find(|entry| self.short(*entry) == Some(tag))
    }

    /// An entry of ASCII text that is too long to stand in the entry itself.
    fn text(&self, directory: usize, tag: u16) -> Option<&'a str> {
        let entry = self.entry(directory, tag)?;
        let (length, place) = (self.long(entry + 4)?, self.long(entry + 8)?);
        let bytes = self.bytes.get(place..place.checked_add(length)?)?;
        let text = std::str::from_utf8(bytes).ok()?;
        Some(text.trim_end_matches('\0'))
    }
}

/// `2022:03:13 08:00:59`; a camera whose clock was never set writes zeros or blanks.
fn read_time(text: &str) -> Option<(WallTime, u8)> {
    let (day, time) = text.split_once(' ')?;
    let day: Day = day.replace(':', "-").parse().ok()?;
    let mut parts = time.split(':').map(|part| part.parse::<u8>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let is_time = hour < 24 && minute < 60 && second < 61 && parts.next().is_none();
    is_time.then_some((WallTime { day, hour, minute }, second))
}

/// Minutes ahead of UTC, of `+08:00`.
fn read_offset(text: &str) -> Option<i64> {
    let (sign, rest) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    let is_offset = (0..=14).contains(&hours) && (0..60).contains(&minutes);
    is_offset.then_some(sign * (hours * 60 + minutes))
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    /// A JPEG that says when it was taken, in either order of bytes, behind a segment of another kind.
    fn picture(taken: &str, offset: Option<&str>, big_endian: bool) -> Vec<u8> {
        let short = |number: u16| {
            if big_endian {
                number.to_be_bytes()
            } else {
                number.to_le_bytes()
            }
        };
        let long = |number: usize| {
            let number = u32::try_from(number).unwrap();
            if big_endian {
                number.to_be_bytes()
            } else {
                number.to_le_bytes()
            }
        };
        let mut tiff = if big_endian {
            b"MM\0*".to_vec()
        } else {
            b"II*\0".to_vec()
        };
        tiff.extend(long(8));
        // The first directory leads to the one of Exif.
        tiff.extend(short(1));
        tiff.extend([short(EXIF_DIRECTORY), short(4)].concat());
        tiff.extend([long(1), long(26), long(0)].concat());
        let texts: Vec<(u16, String)> = std::iter::once((TAKEN, format!("{taken}\0")))
            .chain(offset.map(|offset| (OFFSET, format!("{offset}\0"))))
            .collect();
        let mut place = 26 + 2 + texts.len() * 12 + 4;
        tiff.extend(short(u16::try_from(texts.len()).unwrap()));
        for (tag, text) in &texts {
            tiff.extend([short(*tag), short(2)].concat());
            tiff.extend([long(text.len()), long(place)].concat());
            place += text.len();
        }
        tiff.extend(long(0));
        for (_, text) in &texts {
            tiff.extend(text.as_bytes());
        }
        let segment = |marker: u8, content: &[u8]| {
            let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
            [&[0xFF, marker], &length[..], content].concat()
        };
        let exif = [b"Exif\0\0", &tiff[..]].concat();
        [
            &[0xFF, 0xD8][..],
            &segment(0xE0, b"JFIF\0"),
            &segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0"),
            &segment(0xE1, &exif),
            &segment(0xDA, b"picture"),
        ]
        .concat()
    }

    #[test]
    fn a_picture_says_when_it_was_taken() {
        // 2022-03-13T00:00:59Z
        let expected = Some(Instant(1_647_129_659_000));
        for big_endian in [false, true] {
            for (taken, offset) in [
                // On the jurisdiction's clock where it does not say on whose.
                ("2022:03:13 08:00:59", None),
                ("2022:03:13 08:00:59", Some("+08:00")),
                ("2022:03:12 19:00:59", Some("-05:00")),
                ("2022:03:13 08:00:59", Some("   :  ")),
            ] {
                let picture = picture(taken, offset, big_endian);
                let found = photo_time(&picture, "Asia/Shanghai");
                assert_eq!(found, expected, "{taken} {offset:?}");
            }
        }
    }

    #[test]
    fn a_picture_that_does_not_say_when_it_was_taken_is_no_trouble() {
        for taken in [
            "0000:00:00 00:00:00",
            "    :  :     :  :  ",
            "2022:03:13 24:00:00",
            "yesterday",
        ] {
            assert_eq!(
                photo_time(&picture(taken, None, true), "UTC"),
                None,
                "{taken}"
            );
        }
        let whole = picture("2022:03:13 08:00:59", None, false);
        for length in 0..whole.len() {
            let cut = photo_time(&whole[..length], "Asia/Shanghai");
            assert!(cut.is_none() || length > whole.len() - 20, "{length}");
        }
        // Places that lead out of the file, or nowhere.
        for place in 0..whole.len() {
            let mut broken = whole.clone();
            broken[place] = 0xFF;
            let _ = photo_time(&broken, "Asia/Shanghai");
        }
        for other in [
            &b""[..],
            b"\x89PNG\r\n\x1a\n",
            b"RIFF",
            &[0xFF, 0xD8, 0xFF, 0xE1, 0, 1],
        ] {
            assert_eq!(photo_time(other, "UTC"), None);
        }
    }
}
