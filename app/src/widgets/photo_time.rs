//! When a picture was taken, as the camera wrote it into the file (Exif's `DateTimeOriginal` with, where it is there,
//! `OffsetTimeOriginal`), of the kinds of pictures that the server takes.

use std::io::Cursor;

use domain::instant::{Day, Instant};
use exif::{DateTime, In, Reader, Tag, Value};

use crate::clock::instant_at;

/// Minutes; no place on earth is farther from UTC.
const FARTHEST_OFFSET: i16 = 14 * 60;

/// None of a picture that does not say it. A camera that does not say in which time zone it was is read on the clock of `time_zone`.
pub fn photo_time(picture: &[u8], time_zone: &str) -> Option<Instant> {
    // What is wrong elsewhere in it, such as in its thumbnail, does not make the moment wrong.
    let exif = Reader::new()
        .continue_on_error(true)
        .read_from_container(&mut Cursor::new(picture))
        .or_else(|error| error.distill_partial_result(|_| ()))
        .ok()?;
    let text = |tag| match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Ascii(texts) => texts.first().map(Vec::as_slice),
        _ => None,
    };
    let mut taken = DateTime::from_ascii(text(Tag::DateTimeOriginal)?).ok()?;
    // One that is blank or none says nothing.
    let _ = text(Tag::OffsetTimeOriginal).map(|offset| taken.parse_offset(offset));
    let day: Day = format!("{:04}-{:02}-{:02}", taken.year, taken.month, taken.day)
        .parse()
        .ok()?;
    if taken.hour > 23 || taken.minute > 59 || taken.second > 60 {
        return None;
    }
    let offset = taken
        .offset
        .filter(|offset| offset.abs() <= FARTHEST_OFFSET);
    let minute = match offset {
        None => instant_at(day, taken.hour, taken.minute, time_zone),
        Some(offset) => {
            let utc = instant_at(day, taken.hour, taken.minute, "UTC");
            Instant(utc.millis() - i64::from(offset) * 60_000)
        }
    };
    Some(Instant(minute.millis() + i64::from(taken.second) * 1_000))
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    const EXIF_DIRECTORY: u16 = 0x8769;
    const TAKEN: u16 = 0x9003;
    const OFFSET: u16 = 0x9011;

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
                ("2022:03:13 08:00:59", Some("+99:99")),
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
