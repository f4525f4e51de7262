//! What a file is, as its bytes say and not its name: what an attachment may be ([`FileKind`]), and beside it sound and film, which
//! the tablet records.
//!
//! First bytes are those of the formats' own specifications: RIFF (Microsoft and IBM 1991), Ogg (RFC 3533), Matroska (RFC 9559),
//! ISO base media (ISO/IEC 14496-12, brands as registered at mp4ra.org), MPEG audio (ISO/IEC 11172-3), ADTS (ISO/IEC 13818-7), ID3v2,
//! AMR (RFC 4867).

use form::QuestionKind;

use crate::attachment::FileKind;
use crate::{Language, Text, say};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    File(FileKind),
    /// Sound, by its media type.
    Sound(&'static str),
    /// Moving pictures, by their media type. Containers of film hold sound alone, too.
    Film(&'static str),
}

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaRefusal {
    Unknown,
    /// Word and Excel files may carry programs; such are not taken.
    Macros,
    /// Known, and not what was asked for.
    NotAsked(QuestionKind),
    TooLarge {
        megabytes: usize,
    },
}

impl MediaRefusal {
    pub fn text(self, language: Language) -> String {
        match self {
            MediaRefusal::Unknown => Text::new(
                "不认识这种文件；请选择图片、录音、录像、PDF、Word、Excel 或文本文件",
                "A kind of file that is not known; choose a picture, a sound or video recording, or a PDF, Word, Excel or text file",
            ),
            MediaRefusal::Macros => Text::new(
                "文件含有宏，请另存为不含宏的文件",
                "The file carries macros; save it without them",
            ),
            MediaRefusal::NotAsked(QuestionKind::Audio) => Text::new(
                "这不是录音，请选择录音文件",
                "This is no sound recording; choose one",
            ),
            MediaRefusal::NotAsked(QuestionKind::Video) => {
                Text::new("这不是录像，请选择录像文件", "This is no video; choose one")
            }
            MediaRefusal::NotAsked(_) => {
                Text::new("这不是图片，请选择图片", "This is no picture; choose one")
            }
            MediaRefusal::TooLarge { megabytes } => {
                return say!(
                    language,
                    "文件超过 {megabytes} MB，请缩短或压缩后再选",
                    "The file is larger than {megabytes} MB; make it shorter or smaller first"
                );
            }
        }
        .get(language)
        .to_owned()
    }
}

impl Media {
    /// From the whole of a file.
    ///
    /// # Errors
    /// [`MediaRefusal::Unknown`] or [`MediaRefusal::Macros`].
    pub fn of(bytes: &[u8]) -> Result<Media, MediaRefusal> {
        Media::of_beginning(bytes).map_or_else(|| document(bytes).map(Media::File), Ok)
    }

    /// From its first bytes, as far as these tell; a dozen are enough.
    pub fn of_beginning(bytes: &[u8]) -> Option<Media> {
        Some(match bytes {
            [0xFF, 0xD8, 0xFF, ..] => Media::File(FileKind::Jpeg),
            [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Media::File(FileKind::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, ..] if bytes[8..].starts_with(b"WEBP") => {
                Media::File(FileKind::Webp)
            }
            [b'R', b'I', b'F', b'F', _, _, _, _, ..] if bytes[8..].starts_with(b"WAVE") => {
                Media::Sound("audio/wav")
            }
            [b'%', b'P', b'D', b'F', b'-', ..] => Media::File(FileKind::Pdf),
            [0x1A, 0x45, 0xDF, 0xA3, ..] => Media::Film("video/webm"),
            [b'O', b'g', b'g', b'S', ..] => Media::Sound("audio/ogg"),
            [b'I', b'D', b'3', ..] | [0xFF, 0xFB | 0xFA | 0xF3 | 0xF2, ..] => {
                Media::Sound("audio/mpeg")
            }
            [0xFF, 0xF1 | 0xF9, ..] => Media::Sound("audio/aac"),
            [b'#', b'!', b'A', b'M', b'R', ..] => Media::Sound("audio/amr"),
            [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => return of_brand(brand),
            _ => return None,
        })
    }

    /// What it is served as.
    pub const fn media_type(self) -> &'static str {
        match self {
            Media::File(kind) => kind.media_type(),
            Media::Sound(media_type) | Media::Film(media_type) => media_type,
        }
    }

    pub const fn title(self) -> Text {
        match self {
            Media::File(kind) => kind.title(),
            Media::Sound(_) => Text::new("录音", "Sound recording"),
            Media::Film(_) => Text::new("录像", "Video"),
        }
    }

    /// As an answer to a question of a kind, the media type it is kept under.
    ///
    /// # Errors
    /// [`MediaRefusal::NotAsked`].
    pub fn answering(self, kind: QuestionKind) -> Result<&'static str, MediaRefusal> {
        let is_picture = matches!(
            self,
            Media::File(FileKind::Jpeg | FileKind::Png | FileKind::Webp)
        );
        let fits = match kind {
            QuestionKind::Photo => is_picture,
            QuestionKind::Audio => matches!(self, Media::Sound(_) | Media::Film(_)),
            QuestionKind::Video => matches!(self, Media::Film(_)),
            _ => kind == QuestionKind::File,
        };
        if !fits {
            return Err(MediaRefusal::NotAsked(kind));
        }
        Ok(match (kind, self.media_type()) {
            (QuestionKind::Audio, "video/webm") => "audio/webm",
            (QuestionKind::Audio, "video/mp4" | "video/quicktime") => "audio/mp4",
            (QuestionKind::Audio, "video/3gpp") => "audio/3gpp",
            (_, media_type) => media_type,
        })
    }
}

/// Of an ISO base media file, from its major brand on. Pictures in such files are none that every browser shows.
fn of_brand(brand: &[u8]) -> Option<Media> {
    Some(match brand {
        [b'M', b'4', b'A' | b'B', ..] => Media::Sound("audio/mp4"),
        [b'3', b'g', ..] => Media::Film("video/3gpp"),
        [b'q', b't', b' ', b' ', ..] => Media::Film("video/quicktime"),
        [b'i', b's', b'o', ..]
        | [b'm', b'p', b'4', ..]
        | [b'a', b'v', b'c', b'1', ..]
        | [b'M', b'4', b'V', ..]
        | [b'M', b'S', b'N', b'V', ..]
        | [b'd', b'a', b's', b'h', ..] => Media::Film("video/mp4"),
        _ => return None,
    })
}

/// Of what only the whole tells.
fn document(bytes: &[u8]) -> Result<FileKind, MediaRefusal> {
    if bytes.starts_with(b"PK\x03\x04") {
        // Names of parts stand in a ZIP file as they are.
        let holds = |name: &[u8]| bytes.windows(name.len()).any(|window| window == name);
        if holds(b"vbaProject.bin") {
            return Err(MediaRefusal::Macros);
        }
        if holds(b"word/document.xml") {
            return Ok(FileKind::Word);
        }
        if holds(b"xl/workbook.xml") {
            return Ok(FileKind::Excel);
        }
        return Err(MediaRefusal::Unknown);
    }
    let is_text = std::str::from_utf8(bytes).is_ok_and(|text| {
        let no_controls = |character: char| {
            !character.is_control() || matches!(character, '\n' | '\r' | '\t' | '\u{FEFF}')
        };
        // What a browser could take for a page is no text.
        let beginning = text.trim_start_matches(['\u{FEFF}', ' ', '\n', '\r', '\t']);
        !beginning.is_empty() && !beginning.starts_with('<') && text.chars().all(no_controls)
    });
    if is_text {
        Ok(FileKind::Text)
    } else {
        Err(MediaRefusal::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_bytes_say() {
        let is = |kind| Ok(Media::File(kind));
        for (bytes, expected) in [
            (&b"%PDF-1.7\n%\xE2\xE3"[..], is(FileKind::Pdf)),
            (b"\xFF\xD8\xFF\xE0", is(FileKind::Jpeg)),
            (b"\x89PNG\r\n\x1A\n", is(FileKind::Png)),
            (b"RIFF\x01\0\0\0WEBPVP8 ", is(FileKind::Webp)),
            (b"PK\x03\x04....word/document.xml", is(FileKind::Word)),
            (b"PK\x03\x04....xl/workbook.xml", is(FileKind::Excel)),
            (
                b"PK\x03\x04....xl/workbook.xml..xl/vbaProject.bin",
                Err(MediaRefusal::Macros),
            ),
            ("姓名,单位\n某人,某院\n".as_bytes(), is(FileKind::Text)),
            (b"RIFF\x01\0\0\0WAVEfmt ", Ok(Media::Sound("audio/wav"))),
            (b"OggS\0\x02", Ok(Media::Sound("audio/ogg"))),
            (b"ID3\x04\0", Ok(Media::Sound("audio/mpeg"))),
            (b"\xFF\xFB\x90\x64", Ok(Media::Sound("audio/mpeg"))),
            (b"\xFF\xF1\x50\x80", Ok(Media::Sound("audio/aac"))),
            (b"#!AMR\n", Ok(Media::Sound("audio/amr"))),
            (b"\0\0\0\x1CftypM4A \0", Ok(Media::Sound("audio/mp4"))),
            (b"\0\0\0\x18ftypmp42\0", Ok(Media::Film("video/mp4"))),
            (b"\0\0\0\x18ftypiso5\0", Ok(Media::Film("video/mp4"))),
            (b"\0\0\0\x14ftypqt  \0", Ok(Media::Film("video/quicktime"))),
            (b"\0\0\0\x18ftyp3gp4\0", Ok(Media::Film("video/3gpp"))),
            (b"\x1A\x45\xDF\xA3\x9F", Ok(Media::Film("video/webm"))),
        ] {
            assert_eq!(Media::of(bytes), expected, "{bytes:?}");
        }
        for unknown in [
            &b"PK\x03\x04....classes.dex"[..],
            b"  \n<html><script>",
            b"\xEF\xBB\xBF<svg>",
            b"<svg onload=alert(1)>",
            b"MZ\x90\x00",
            b"#!/bin/sh\0",
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
            b"\0\0\0\x18ftypheic\0",
            b"\0\0\0\x18ftyp",
            b"RIFF\x01\0\0\0",
            b"",
        ] {
            assert_eq!(
                Media::of(unknown),
                Err(MediaRefusal::Unknown),
                "{unknown:?}"
            );
        }
    }

    #[test]
    fn a_question_takes_what_it_asks_for() {
        let (picture, pdf) = (Media::File(FileKind::Png), Media::File(FileKind::Pdf));
        let (sound, film) = (Media::Sound("audio/ogg"), Media::Film("video/webm"));
        for (kind, taken) in [
            (QuestionKind::Photo, [true, false, false, false]),
            // A browser records sound into a container of film.
            (QuestionKind::Audio, [false, false, true, true]),
            (QuestionKind::Video, [false, false, false, true]),
            (QuestionKind::File, [true, true, true, true]),
            (QuestionKind::Text, [false, false, false, false]),
        ] {
            for (media, taken) in [picture, pdf, sound, film].into_iter().zip(taken) {
                assert_eq!(media.answering(kind).is_ok(), taken, "{kind:?} {media:?}");
            }
        }
        assert_eq!(film.answering(QuestionKind::Audio), Ok("audio/webm"));
        assert_eq!(film.answering(QuestionKind::File), Ok("video/webm"));
    }
}
