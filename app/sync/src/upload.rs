//! How a photo is sent in parts, so that a network that breaks off costs no more than what was on its way.
//!
//! The calls are those of [tus](https://tus.io/protocols/resumable-upload) 1.0 on the photo's own address, which its SHA-256 makes:
//! `HEAD` tells how far the server has it, `PATCH` appends a part there. Nothing has to be created first, and no other address has to
//! be remembered: a tablet that starts anew asks, and goes on. The server keeps every byte that arrived, also of a part that broke
//! off; the photo exists once its last byte is there and the hash is right.
//!
//! Here is what both sides make of it: [`Uploads`] is the tablet's, [`judge`] the server's.

use std::collections::BTreeMap;

use domain::finding::PhotoHash;

use crate::protocol::PHOTO_BYTE_LIMIT;

/// The version of tus that is spoken, which every call and every answer names in [`TUS_RESUMABLE`].
pub const TUS_VERSION: &str = "1.0.0";
pub const TUS_RESUMABLE: &str = "tus-resumable";
/// Where a part begins, or up to where the server has the photo; in bytes.
pub const UPLOAD_OFFSET: &str = "upload-offset";
/// Bytes of the whole photo. In an answer it says that the server has the whole photo.
pub const UPLOAD_LENGTH: &str = "upload-length";
pub const PART_MEDIA_TYPE: &str = "application/offset+octet-stream";

/// Bytes of one part, the last one excepted. Large enough that the headers of its call, about 1 kB, are 0.4 % of it; small enough that
/// it takes two seconds at 1 Mbit/s, so that progress is seen and events that are recorded meanwhile do not wait for a photo, and that
/// little is lost where a proxy passes on whole requests only.
pub const PART_BYTES: u64 = 256 * 1024;

/// The next call of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// How far does the server have it?
    Ask,
    /// These bytes; none where all have arrived and the server has yet to look whether they are the photo.
    Send { from: u64, to: u64 },
}

/// What a server says of a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// Up to where it has the photo.
    pub offset: u64,
    /// Whether the photo is there.
    pub whole: bool,
}

/// How a call went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Went {
    /// The photo is on the server, and on disk there.
    Whole,
    On,
    /// The server answered, and yet it has no more than before: not to be tried again without a pause.
    Nowhere,
}

/// Where the uploads of a page stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uploads {
    /// Up to where the server has the photos that were begun; None where that has to be asked.
    offsets: BTreeMap<PhotoHash, Option<u64>>,
    /// Whether the server has been asked about a photo. The pages before these may have left one under way, the first that waits; of
    /// any other the server has nothing, and asking would cost a call for each.
    asked: bool,
}

impl Uploads {
    /// The next call for a photo of so many bytes.
    pub fn next(&self, photo: &PhotoHash, length: u64) -> Step {
        let offset = match self.offsets.get(photo) {
            Some(Some(offset)) => *offset,
            None if self.asked => 0,
            Some(None) | None => return Step::Ask,
        };
        let from = offset.min(length);
        Step::Send {
            from,
            to: length.min(from + PART_BYTES),
        }
    }

    /// Takes in an answer.
    pub fn answered(&mut self, photo: &PhotoHash, step: Step, told: Told) -> Went {
        self.asked = true;
        if told.whole {
            self.offsets.remove(photo);
            return Went::Whole;
        }
        self.offsets.insert(photo.clone(), Some(told.offset));
        match step {
            Step::Send { from, .. } if told.offset <= from => Went::Nowhere,
            Step::Ask | Step::Send { .. } => Went::On,
        }
    }

    /// There was no answer: how much arrived has to be asked.
    pub fn broke_off(&mut self, photo: &PhotoHash) {
        self.offsets.insert(photo.clone(), None);
    }

    /// The photo is not sent any more.
    pub fn forget(&mut self, photo: &PhotoHash) {
        self.offsets.remove(photo);
    }

    /// Up to where the server is known to have a photo, in bytes.
    pub fn offset(&self, photo: &PhotoHash) -> u64 {
        self.offsets.get(photo).copied().flatten().unwrap_or(0)
    }
}

/// What a server has of a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// So many of its first bytes, unless some of them are not its own.
    Part(u64),
    /// The photo, of so many bytes.
    Whole(u64),
}

impl Standing {
    pub fn told(self) -> Told {
        let (Standing::Part(offset) | Standing::Whole(offset)) = self;
        Told {
            offset,
            whole: matches!(self, Standing::Whole(_)),
        }
    }
}

/// A part, as it announces itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    pub offset: u64,
    /// Of the whole photo.
    pub length: u64,
}

/// What a server does with a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// Nothing: the photo is there.
    Known,
    /// Appends it; at most `room` bytes, with which the photo is whole.
    Append { room: u64 },
    /// Takes nothing: what it has ends elsewhere.
    Elsewhere { offset: u64 },
    /// Drops what it has, which is longer than the photo and thus something else, and takes nothing.
    Drop,
    /// Takes nothing: the photo is larger than [`PHOTO_BYTE_LIMIT`].
    TooLarge,
}

pub fn judge(standing: Standing, part: Part) -> Judgement {
    let Standing::Part(offset) = standing else {
        return Judgement::Known;
    };
    if part.length > PHOTO_BYTE_LIMIT as u64 {
        Judgement::TooLarge
    } else if offset > part.length {
        Judgement::Drop
    } else if offset == part.offset {
        Judgement::Append {
            room: part.length - offset,
        }
    } else {
        Judgement::Elsewhere { offset }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn photo() -> PhotoHash {
        PhotoHash("a".repeat(64))
    }

    /// A server that is right; `sound` says whether the bytes it has are the photo's.
    struct Server {
        standing: Standing,
        sound: bool,
        /// How many bytes reached it.
        arrived: u64,
    }

    impl Server {
        /// A part of which only so many bytes arrive.
        fn takes(&mut self, part: Part, bytes: u64, breaks_off: bool) -> Told {
            self.arrived += bytes;
            match judge(self.standing, part) {
                Judgement::Append { room } => {
                    let has = part.offset + bytes.min(room);
                    self.standing = match has == part.length && !breaks_off {
                        true if self.sound => Standing::Whole(has),
                        true => {
                            self.sound = true;
                            Standing::Part(0)
                        }
                        false => Standing::Part(has),
                    };
                }
                Judgement::Drop => {
                    self.standing = Standing::Part(0);
                    self.sound = true;
                }
                Judgement::Known | Judgement::Elsewhere { .. } => {}
                Judgement::TooLarge => panic!("within the limit"),
            }
            self.standing.told()
        }
    }

    #[derive(Clone, Debug)]
    enum Trouble {
        None,
        /// The call does not arrive, or only so many permille of its part do.
        BreaksOff(u64),
        AnswerLost,
        /// The tablet's page begins anew.
        PageStops,
        /// The server drops what it has, being old.
        Swept,
    }

    fn trouble() -> impl Strategy<Value = Trouble> {
        prop_oneof![
            3 => Just(Trouble::None),
            2 => (0_u64..1_000).prop_map(Trouble::BreaksOff),
            1 => Just(Trouble::AnswerLost),
            1 => Just(Trouble::PageStops),
            1 => Just(Trouble::Swept),
        ]
    }

    proptest! {
        /// Whatever goes wrong, in calm weather the photo arrives; and no more is sent twice than what was lost, a part at most each
        /// time, and what the server dropped.
        #[test]
        fn a_photo_arrives_and_little_is_sent_twice(
            length in 1_u64..=12 * PART_BYTES,
            troubles in prop::collection::vec(trouble(), 0..40),
            before in 0_u64..=13 * PART_BYTES,
            sound in any::<bool>(),
        ) {
            let mut server = Server {
                standing: Standing::Part(before),
                // What is longer than the photo, or as long and of another, is not the photo's.
                sound: sound && before <= length,
                arrived: 0,
            };
            let (photo, mut uploads) = (photo(), Uploads::default());
            let (mut sent, mut lost) = (0, 0);
            let calm = usize::try_from(length / PART_BYTES).unwrap() * 2 + 8;
            let mut whole = false;
            for trouble in troubles.into_iter().chain((0..calm).map(|_| Trouble::None)) {
                match trouble {
                    Trouble::PageStops => uploads = Uploads::default(),
                    Trouble::Swept => if let Standing::Part(bytes) = server.standing {
                        lost += bytes;
                        server.standing = Standing::Part(0);
                        server.sound = true;
                    },
                    _ => {}
                }
                let step = uploads.next(&photo, length);
                let answer = match (step, &trouble) {
                    (Step::Ask, Trouble::BreaksOff(_)) => None,
                    (Step::Ask, _) => Some(server.standing.told()),
                    (Step::Send { from, to }, trouble) => {
                        prop_assert!(from <= to && to <= length && to - from <= PART_BYTES);
                        let part = Part { offset: from, length };
                        let bytes = to - from;
                        sent += bytes;
                        let had = server.standing.told().offset;
                        let (arrives, breaks_off) = match trouble {
                            Trouble::BreaksOff(permille) => (bytes * permille / 1_000, true),
                            _ => (bytes, false),
                        };
                        let told = server.takes(part, arrives, breaks_off);
                        // What it did not take, and what it dropped for not being the photo's.
                        lost += bytes - told.offset.saturating_sub(had).min(bytes);
                        lost += if told.offset < had { had } else { 0 };
                        (!breaks_off).then_some(told)
                    }
                };
                match answer.filter(|_| !matches!(trouble, Trouble::AnswerLost)) {
                    None => uploads.broke_off(&photo),
                    Some(told) => whole = uploads.answered(&photo, step, told) == Went::Whole,
                }
                if whole {
                    break;
                }
            }
            prop_assert!(whole, "{uploads:?} {:?}", server.standing);
            prop_assert_eq!(server.standing, Standing::Whole(length));
            prop_assert!(sent <= length + lost, "{sent} sent, {lost} lost of {length}");
        }
    }

    #[test]
    fn in_calm_weather_no_byte_is_sent_twice_and_nothing_is_asked_but_once() {
        let mut uploads = Uploads::default();
        let mut calls = Vec::new();
        for name in ["a", "b"] {
            let photo = PhotoHash(name.repeat(64));
            let length = 2 * PART_BYTES + 1;
            let mut server = Server {
                standing: Standing::Part(0),
                sound: true,
                arrived: 0,
            };
            loop {
                let step = uploads.next(&photo, length);
                calls.push(step);
                let told = match step {
                    Step::Ask => server.standing.told(),
                    Step::Send { from, to } => {
                        let part = Part {
                            offset: from,
                            length,
                        };
                        server.takes(part, to - from, false)
                    }
                };
                if uploads.answered(&photo, step, told) == Went::Whole {
                    break;
                }
            }
            assert_eq!(server.arrived, length);
        }
        assert_eq!(calls.len(), 1 + 3 + 3);
        assert_eq!(calls[0], Step::Ask);
    }

    #[test]
    fn a_server_takes_a_part_where_it_ends_and_nowhere_else() {
        let limit = PHOTO_BYTE_LIMIT as u64;
        for (standing, offset, length, judgement) in [
            (Standing::Part(0), 0, 10, Judgement::Append { room: 10 }),
            (Standing::Part(4), 4, 10, Judgement::Append { room: 6 }),
            (Standing::Part(10), 10, 10, Judgement::Append { room: 0 }),
            (Standing::Part(4), 0, 10, Judgement::Elsewhere { offset: 4 }),
            (Standing::Part(0), 4, 10, Judgement::Elsewhere { offset: 0 }),
            (Standing::Part(11), 4, 10, Judgement::Drop),
            (Standing::Whole(10), 0, 10, Judgement::Known),
            (Standing::Part(0), 0, limit + 1, Judgement::TooLarge),
            (
                Standing::Part(0),
                0,
                limit,
                Judgement::Append { room: limit },
            ),
        ] {
            assert_eq!(judge(standing, Part { offset, length }), judgement);
        }
    }

    #[test]
    fn an_answer_that_brings_nothing_is_not_tried_again_at_once() {
        let (photo, mut uploads) = (photo(), Uploads::default());
        let told = |offset| Told {
            offset,
            whole: false,
        };
        assert_eq!(uploads.answered(&photo, Step::Ask, told(5)), Went::On);
        assert_eq!(uploads.offset(&photo), 5);
        let step = uploads.next(&photo, 9);
        assert_eq!(step, Step::Send { from: 5, to: 9 });
        // The server swept it.
        assert_eq!(uploads.answered(&photo, step, told(0)), Went::Nowhere);
        assert_eq!(uploads.next(&photo, 9), Step::Send { from: 0, to: 9 });
        uploads.broke_off(&photo);
        assert_eq!(uploads.next(&photo, 9), Step::Ask);
    }
}
