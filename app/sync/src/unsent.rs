//! Work that never reached the server, as a file: the last resort of a tablet that finds no network any more, or is about to be given up.
//!
//! A line that says what it is and how long what follows is; the events, which photos there are, and what was begun and not handed in, as
//! JSON; then the photos' bytes, one after the other, and behind them those of what is not handed in. So a browser makes the file of its
//! photos without holding them all, and reads it piece by piece. A file with something that is not handed in is of the second form: who
//! knows the first alone says that it is no such file, rather than take in the half of it.
//!
//! Whoever recorded the work takes it in, signed in as themselves, on any other computer: it is pushed as their tablet would have pushed
//! it, under the tablet's own device and sequence. What the server knows already it knows again, should the tablet come back after all.
//! What is not handed in is gone on with on another tablet of theirs.

use std::ops::Range;

use domain::device::BatchSignature;
use domain::finding::PhotoHash;
use domain::id::{DeviceId, EventId, InspectionId, JurisdictionId, PersonId};
use domain::instant::Instant;
use domain::record::Authored;
use domain::{Language, say};
use form::Texts;
use json::FromJson;
use serde::{Deserialize, Serialize};

use crate::planner::{Outgoing, batch};
use crate::protocol::{EventReceipt, PHOTO_BYTE_LIMIT, Push, Receipt};

/// What every such file begins with; the number of its form comes next.
const BEGINNING: &str = "dubang-unsent ";
const WITHOUT_DRAFTS: u32 = 1;
const WITH_DRAFTS: u32 = 2;
/// The first line is no longer.
pub const FIRST_LINE_LIMIT: u64 = 64;
/// Bytes of what stands before the photos' own, the first line apart: a thousand visits.
pub const HEAD_BYTE_LIMIT: u64 = 64 * 1024 * 1024;

/// What a tablet could not send.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub struct Unsent {
    pub jurisdiction: JurisdictionId,
    pub device: DeviceId,
    /// Who recorded it.
    pub person: PersonId,
    pub name: Texts,
    /// On the tablet's clock.
    pub saved_at: Instant,
    /// In the order of the person's sequence on the device.
    pub events: Vec<Authored>,
    /// In the order of their bytes.
    pub photos: Vec<UnsentPhoto>,
    /// The pushes that the events are sent in, where the device signed them; older tablets did not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signed: Vec<SignedBatch>,
    /// What was begun and is not handed in; older tablets left it out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drafts: Vec<UnsentDraft>,
}

/// A visit that was begun and is not handed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub struct UnsentDraft {
    pub inspection: InspectionId,
    /// On the tablet's clock.
    pub saved_at: Instant,
    /// As a tablet keeps it, in JSON: tablets alone read it.
    pub content: String,
    /// Those it names, in the order of their bytes.
    pub photos: Vec<DraftPhoto>,
}

/// A photo, or another file that answers a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub struct DraftPhoto {
    pub hash: PhotoHash,
    pub bytes: u64,
    pub media_type: String,
    pub taken_at: Instant,
}

/// So many events, after those of the batch before, and the device's signature of their push.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub struct SignedBatch {
    pub events: u32,
    pub signature: BatchSignature,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub struct UnsentPhoto {
    pub hash: PhotoHash,
    pub bytes: u64,
}

/// Why a file is not taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnsentFault {
    /// It is something else.
    NotSuch,
    /// It is of a form that came later.
    Newer,
    TooLarge,
    /// It ends too early, or says of itself what is not so.
    Broken,
}

impl UnsentFault {
    pub fn text(&self, language: Language) -> String {
        match self {
            UnsentFault::NotSuch => say!(
                language,
                "这不是平板导出的未发送记录，请选择在平板“发送明细”页面保存的文件",
                "This is no file of unsent work; choose the one that was saved on the tablet’s page “Outbox”"
            ),
            UnsentFault::Newer => say!(
                language,
                "这份文件由更新的版本保存，请先更新到新版本再导入",
                "The file was saved by a newer version; update to it first, and then take the file in"
            ),
            UnsentFault::TooLarge => say!(
                language,
                "文件里的记录过大，不能导入",
                "There is more in the file than can be taken in"
            ),
            UnsentFault::Broken => say!(
                language,
                "文件不完整或已损坏，请在平板上重新保存一次",
                "The file is not whole, or damaged; save it once more on the tablet"
            ),
        }
    }
}

impl Unsent {
    /// What stands before the photos' bytes.
    pub fn head(&self) -> String {
        let events = serde_json::to_string(self).unwrap_or_default();
        let form = if self.drafts.is_empty() {
            WITHOUT_DRAFTS
        } else {
            WITH_DRAFTS
        };
        format!("{BEGINNING}{form} {}\n{events}", events.len())
    }

    /// Where the events lie in a file that begins with these bytes, of which [`FIRST_LINE_LIMIT`] are enough.
    ///
    /// # Errors
    /// [`UnsentFault::NotSuch`] of another file, [`UnsentFault::Newer`] of one of a later form, [`UnsentFault::TooLarge`] of one with more than
    /// [`HEAD_BYTE_LIMIT`].
    pub fn events_in(beginning: &[u8]) -> Result<Range<u64>, UnsentFault> {
        let line = beginning.split(|byte| *byte == b'\n').next();
        let line = line.filter(|line| line.len() < beginning.len());
        let numbers = line
            .and_then(|line| std::str::from_utf8(line).ok())
            .and_then(|line| line.strip_prefix(BEGINNING)?.split_once(' '))
            .and_then(|(form, length)| {
                Some((form.parse::<u32>().ok()?, length.parse::<u64>().ok()?))
            });
        let (Some(line), Some((form, length))) = (line, numbers) else {
            return Err(UnsentFault::NotSuch);
        };
        if form > WITH_DRAFTS {
            return Err(UnsentFault::Newer);
        }
        if length > HEAD_BYTE_LIMIT {
            return Err(UnsentFault::TooLarge);
        }
        let from = line.len() as u64 + 1;
        Ok(from..from + length)
    }

    /// Reads the events of a file of so many bytes, `end` of which come before the photos.
    ///
    /// # Errors
    /// [`UnsentFault::Broken`] if it is not what [`Unsent::head`] writes, or the photos do not take up the rest of the file.
    pub fn read(events: &str, end: u64, file: u64) -> Result<Unsent, UnsentFault> {
        let unsent: Unsent = json::read(events).map_err(|_| UnsentFault::Broken)?;
        let mut rest = file.checked_sub(end).ok_or(UnsentFault::Broken)?;
        let drafts = unsent.drafts.iter().flat_map(|draft| &draft.photos);
        let sizes = unsent.photos.iter().map(|photo| photo.bytes);
        for bytes in sizes.chain(drafts.map(|photo| photo.bytes)) {
            let fits = bytes <= PHOTO_BYTE_LIMIT as u64;
            rest = rest
                .checked_sub(bytes)
                .filter(|_| fits)
                .ok_or(UnsentFault::Broken)?;
        }
        let of_one = unsent.events.iter().all(|event| {
            event.actor == unsent.person
                && event.device == Some(unsent.device)
                && event.jurisdiction == unsent.jurisdiction
        });
        if rest == 0 && of_one {
            Ok(unsent)
        } else {
            Err(UnsentFault::Broken)
        }
    }

    /// Each photo and where its bytes lie, in a file of which so many come before the photos.
    pub fn places(&self, end: u64) -> impl Iterator<Item = (&PhotoHash, Range<u64>)> {
        let mut from = end;
        self.photos.iter().map(move |photo| {
            let place = from..from + photo.bytes;
            from = place.end;
            (&photo.hash, place)
        })
    }

    /// Each visit that is not handed in, with its photos and where their bytes lie, in a file of which so many come before the first photo.
    pub fn drafts_and_places(
        &self,
        end: u64,
    ) -> impl Iterator<Item = (&UnsentDraft, Vec<(&DraftPhoto, Range<u64>)>)> {
        let mut from = end + self.photos.iter().map(|photo| photo.bytes).sum::<u64>();
        self.drafts.iter().map(move |draft| {
            let places = draft.photos.iter().map(|photo| {
                let place = from..from + photo.bytes;
                from = place.end;
                (photo, place)
            });
            (draft, places.collect())
        })
    }

    /// As many pushes as it takes, in order; as the device signed them, if it did.
    pub fn pushes(&self) -> Vec<Push> {
        let signed: u64 = self
            .signed
            .iter()
            .map(|batch| u64::from(batch.events))
            .sum();
        if signed != self.events.len() as u64 {
            return self.batches();
        }
        let mut events = self.events.iter().cloned();
        let push = |batch: &SignedBatch| Push {
            device: self.device,
            events: events.by_ref().take(batch.events as usize).collect(),
            signature: Some(batch.signature.clone()),
        };
        self.signed.iter().map(push).collect()
    }

    /// The pushes that the events are sent in, not signed.
    pub fn batches(&self) -> Vec<Push> {
        let mut left: Vec<Outgoing> = self
            .events
            .iter()
            .map(|event| Outgoing {
                id: event.id,
                sequence: event.device_sequence.unwrap_or_default(),
                bytes: event.body.len() + 512,
            })
            .collect();
        let mut pushes = Vec::new();
        while !left.is_empty() {
            let ids = batch(&left, 0);
            left.retain(|event| !ids.contains(&event.id));
            let event = |id: &EventId| self.events.iter().find(|event| event.id == *id).cloned();
            pushes.push(Push {
                device: self.device,
                events: ids.iter().filter_map(event).collect(),
                signature: None,
            });
        }
        pushes
    }
}

/// What became of what is in a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TakenIn {
    pub accepted: u32,
    /// On the server before.
    pub known: u32,
    /// Kept until a person settles it.
    pub held: u32,
    /// Not taken, and why.
    pub refused: Vec<(EventId, Texts)>,
    /// Photos that are there now.
    pub photos: u32,
    /// Photos that the server does not take, such as one that was spoilt in the file.
    pub photos_refused: u32,
}

impl TakenIn {
    /// Counts the answer to one push.
    pub fn count(&mut self, receipts: &[EventReceipt]) {
        for receipt in receipts {
            match &receipt.receipt {
                Receipt::Accepted => self.accepted += 1,
                Receipt::Duplicate => self.known += 1,
                Receipt::Held { .. } => self.held += 1,
                Receipt::Refused { reason, .. } => self.refused.push((receipt.id, reason.clone())),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::PUSH_EVENT_LIMIT;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn unsent(events: u32, photos: &[u64]) -> Unsent {
        let (person, device) = (PersonId(Uuid::from_u128(1)), DeviceId(Uuid::from_u128(2)));
        let jurisdiction = JurisdictionId(Uuid::from_u128(3));
        let event = |number: u32| Authored {
            id: EventId(Uuid::from_u128(100 + u128::from(number))),
            jurisdiction,
            stream: format!("inspection/{}", Uuid::from_u128(u128::from(number))),
            kind: "inspection.started".into(),
            body: r#"{"target":"门\n"}"#.into(),
            actor: person,
            device: Some(device),
            device_sequence: Some(u64::from(number) + 1),
            occurred_at: Instant(1_647_129_600_000),
        };
        Unsent {
            jurisdiction,
            device,
            person,
            name: Texts::both("检查员", "Inspector"),
            saved_at: Instant(1_647_133_200_000),
            events: (0..events).map(event).collect(),
            photos: photos
                .iter()
                .map(|bytes| UnsentPhoto {
                    hash: PhotoHash(format!("{bytes:064x}")),
                    bytes: *bytes,
                })
                .collect(),
            signed: Vec::new(),
            drafts: Vec::new(),
        }
    }

    fn draft(number: u64, photos: &[u64]) -> UnsentDraft {
        let photo = |bytes: &u64| DraftPhoto {
            hash: PhotoHash(format!("{bytes:064x}")),
            bytes: *bytes,
            media_type: "image/jpeg".into(),
            taken_at: Instant(1_647_130_000_000),
        };
        UnsentDraft {
            inspection: InspectionId(Uuid::from_u128(u128::from(number))),
            saved_at: Instant(1_647_131_000_000),
            content: r#"{"answers":{"b8":"门\n"}}"#.into(),
            photos: photos.iter().map(photo).collect(),
        }
    }

    /// A file as a browser reads it: its beginning, its events, the places of its photos.
    fn opened(file: &[u8]) -> Result<(Unsent, u64), UnsentFault> {
        let first = file.len().min(usize::try_from(FIRST_LINE_LIMIT).unwrap());
        let place = Unsent::events_in(&file[..first])?;
        let end = usize::try_from(place.end).unwrap();
        let events = file
            .get(usize::try_from(place.start).unwrap()..end)
            .ok_or(UnsentFault::Broken)?;
        let events = std::str::from_utf8(events).map_err(|_| UnsentFault::Broken)?;
        Unsent::read(events, place.end, file.len() as u64).map(|unsent| (unsent, place.end))
    }

    proptest! {
        /// Given work of any size, then what is read of its file is what was written, and each photo lies where its bytes are.
        #[test]
        fn what_is_written_is_read(
            events in 0_u32..500,
            photos in proptest::collection::vec(0_u64..300, 0..20),
            drafts in proptest::collection::vec(proptest::collection::vec(0_u64..300, 0..5), 0..4),
        ) {
            let mut unsent = unsent(events, &photos);
            unsent.drafts = drafts.iter().zip(1..).map(|(photos, number)| draft(number, photos)).collect();
            let mut file = unsent.head().into_bytes();
            let beginning: &[u8] = if drafts.is_empty() { b"dubang-unsent 1 " } else { b"dubang-unsent 2 " };
            prop_assert!(file.starts_with(beginning));
            for (number, bytes) in photos.iter().chain(drafts.iter().flatten()).enumerate() {
                file.extend(std::iter::repeat_n(u8::try_from(number).unwrap(), usize::try_from(*bytes).unwrap()));
            }
            let (read, end) = opened(&file).unwrap();
            prop_assert_eq!(&read, &unsent);
            for (number, (_, place)) in read.places(end).enumerate() {
                let place = usize::try_from(place.start).unwrap()..usize::try_from(place.end).unwrap();
                prop_assert!(file[place].iter().all(|byte| usize::from(*byte) == number));
            }
            let of_drafts = read.drafts_and_places(end).flat_map(|(_, places)| places);
            for (number, (photo, place)) in (photos.len()..).zip(of_drafts) {
                prop_assert_eq!(place.end - place.start, photo.bytes);
                let place = usize::try_from(place.start).unwrap()..usize::try_from(place.end).unwrap();
                prop_assert!(file[place].iter().all(|byte| usize::from(*byte) == number));
            }
            let unsigned = read.pushes();
            // Signed, they are sent as they were signed.
            let signed: Vec<SignedBatch> = unsigned
                .iter()
                .map(|push| SignedBatch {
                    events: u32::try_from(push.events.len()).unwrap(),
                    signature: BatchSignature::of(&push.signed_bytes()),
                })
                .collect();
            let file = Unsent { signed, ..read.clone() };
            let head = file.head();
            let from = usize::try_from(Unsent::events_in(head.as_bytes()).unwrap().start).unwrap();
            let again: Unsent = json::read(&head[from..]).unwrap();
            prop_assert_eq!(&again, &file);
            for (push, before) in again.pushes().into_iter().zip(&unsigned) {
                prop_assert_eq!(push.signature.clone(), Some(BatchSignature::of(&before.signed_bytes())));
                prop_assert_eq!(&push.events, &before.events);
            }
            let pushes = unsigned;
            prop_assert!(pushes.iter().all(|push| push.device == unsent.device && push.events.len() <= PUSH_EVENT_LIMIT));
            let pushed: Vec<Authored> = pushes.into_iter().flat_map(|push| push.events).collect();
            prop_assert_eq!(pushed, unsent.events);
        }

        /// Given any bytes, then reading them as such a file panics at none.
        #[test]
        fn any_bytes_are_read_or_refused(file in proptest::collection::vec(any::<u8>(), 0..400), whole in any::<bool>()) {
            let file = if whole { [BEGINNING.as_bytes(), b"2 5\n", file.as_slice()].concat() } else { file };
            let _ = opened(&file);
        }
    }

    #[test]
    fn what_is_no_such_file_or_not_whole_is_refused() {
        let whole = {
            let mut file = unsent(2, &[7]).head().into_bytes();
            file.extend([1; 7]);
            file
        };
        assert!(opened(&whole).is_ok());
        let longer = [whole.as_slice(), b"x"].concat();
        let foreign = {
            let mut foreign = unsent(1, &[]);
            foreign.person = PersonId(Uuid::from_u128(9));
            foreign.head().into_bytes()
        };
        let huge = format!("{BEGINNING}1 {}\n", HEAD_BYTE_LIMIT + 1).into_bytes();
        let later = b"dubang-unsent 3 10\n0123456789".to_vec();
        let cut = {
            let mut cut = unsent(1, &[]);
            cut.drafts = vec![draft(5, &[4])];
            [cut.head().as_bytes(), &[1; 3]].concat()
        };
        for (file, fault) in [
            (&whole[..whole.len() - 1], UnsentFault::Broken),
            (&whole[..40], UnsentFault::Broken),
            (&longer, UnsentFault::Broken),
            (&foreign, UnsentFault::Broken),
            (&huge, UnsentFault::TooLarge),
            (&cut, UnsentFault::Broken),
            (&later, UnsentFault::Newer),
            (b"dubang-unsent one 10\n0123456789", UnsentFault::NotSuch),
            (b"PK\x03\x04".as_slice(), UnsentFault::NotSuch),
            (b"".as_slice(), UnsentFault::NotSuch),
        ] {
            let refused = opened(file).unwrap_err();
            assert_eq!(refused, fault);
            for language in Language::ALL {
                assert!(!refused.text(language).is_empty());
            }
        }
    }

    /// Given signatures of other batches than the events make up, then they are sent as if there were none.
    #[test]
    fn signatures_that_do_not_fit_are_left_out() {
        let signed = |events| SignedBatch {
            events,
            signature: BatchSignature("0a".into()),
        };
        for batches in [
            vec![signed(2)],
            vec![signed(2), signed(2)],
            vec![signed(u32::MAX)],
        ] {
            let file = Unsent {
                signed: batches,
                ..unsent(3, &[])
            };
            assert_eq!(file.pushes(), file.batches());
        }
    }

    #[test]
    fn an_answer_is_counted() {
        let id = |number| EventId(Uuid::from_u128(number));
        let reason = Texts::both("原因", "reason");
        let receipt = |number, receipt| EventReceipt {
            id: id(number),
            receipt,
        };
        let mut taken = TakenIn::default();
        taken.count(&[
            receipt(1, Receipt::Accepted),
            receipt(2, Receipt::Duplicate),
            receipt(
                3,
                Receipt::Held {
                    reason: reason.clone(),
                },
            ),
        ]);
        taken.count(&[receipt(
            4,
            Receipt::Refused {
                why: crate::protocol::PushRefusal::AfterRefused,
                reason: reason.clone(),
            },
        )]);
        let expected = TakenIn {
            accepted: 1,
            known: 1,
            held: 1,
            refused: vec![(id(4), reason)],
            ..TakenIn::default()
        };
        assert_eq!(taken, expected);
    }
}
