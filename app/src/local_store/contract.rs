//! What every store promises, in one suite.

use std::future::Future;
use std::task::{Context, Poll, Waker};

use domain::finding::{Photo, PhotoHash};
use domain::id::{DeviceId, EventId, FindingId, InspectionId, JurisdictionId, PersonId};
use domain::instant::Instant;
use domain::record::Authored;
use domain::remark::Remark;
use domain::visit_mode::VisitMode;
use form::{Session, Severity, Texts};
use sync::outbox::Delivery;
use uuid::Uuid;

use super::memory::MemoryStore;
use super::{
    Act, Draft, DraftChange, FindingDraft, LocalStore, NewPhoto, OutboxEntry, PhotoFate,
    PhotoRecord, Recording,
};

const ANN: PersonId = PersonId(Uuid::from_u128(1));
const BO: PersonId = PersonId(Uuid::from_u128(2));
const VISIT: InspectionId = InspectionId(Uuid::from_u128(3));
const OTHER_VISIT: InspectionId = InspectionId(Uuid::from_u128(4));

/// Runs a future that never has to wait for anything outside.
fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the memory store waits for something"),
    }
}

fn event(id: u128, actor: PersonId) -> Authored {
    Authored {
        id: EventId(Uuid::from_u128(id)),
        jurisdiction: JurisdictionId(Uuid::from_u128(9)),
        stream: format!("inspection/{}", VISIT.0),
        kind: "inspection.started".into(),
        body: r#"{"started":{}}"#.into(),
        actor,
        device: None,
        device_sequence: None,
        occurred_at: Instant(1_000),
    }
}

fn draft(inspection: InspectionId) -> Draft {
    Draft::new(
        inspection,
        Instant(1_000),
        Session::default(),
        VisitMode::OnSite,
        vec![ANN, BO],
    )
}

fn photo(digit: char, inspection: InspectionId, by: PersonId) -> (PhotoRecord, Vec<u8>) {
    let record = PhotoRecord {
        hash: PhotoHash(digit.to_string().repeat(64)),
        media_type: "image/jpeg".into(),
        taken_at: Instant(2_000),
        by,
        inspection,
        bytes: 3,
        fate: PhotoFate::OfDraft,
    };
    (record, vec![1, 2, 3])
}

fn begins(person: PersonId, inspection: InspectionId, ids: &[u128]) -> Act {
    Act {
        person,
        events: ids.iter().map(|id| event(*id, person)).collect(),
        draft: DraftChange::Begins(Box::new(draft(inspection))),
    }
}

/// The draft as it is when it is handed in.
fn handed_in(inspection: InspectionId) -> Draft {
    Draft {
        handed_in_at: Some(Instant(3_000)),
        ..draft(inspection)
    }
}

fn hands_in(person: PersonId, draft: Draft, ids: &[u128], photos: &[&PhotoRecord]) -> Act {
    Act {
        person,
        events: ids.iter().map(|id| event(*id, person)).collect(),
        draft: DraftChange::HandedIn {
            draft: Box::new(draft),
            photos: photos.iter().map(|photo| photo.hash.clone()).collect(),
        },
    }
}

fn fates(store: &dyn LocalStore) -> Vec<(PhotoHash, PhotoFate)> {
    let photos = [ANN, BO].map(|person| now(store.photos(person)).unwrap());
    let photos = photos.into_iter().flatten();
    photos.map(|photo| (photo.hash, photo.fate)).collect()
}

fn sequences(store: &dyn LocalStore, person: PersonId) -> Vec<(u128, u64)> {
    let entries = now(store.outbox(person)).unwrap();
    entries
        .iter()
        .map(|entry| (entry.event.id.0.as_u128(), entry.sequence()))
        .collect()
}

fn ids(events: &[Authored]) -> Vec<u128> {
    events.iter().map(|event| event.id.0.as_u128()).collect()
}

/// Given a fresh store for each, every promise holds.
fn contract(fresh: impl Fn() -> Box<dyn LocalStore>) {
    for promise in [
        a_device_keeps_its_id,
        sequences_count_per_person_from_one_without_gaps,
        an_act_is_in_the_outbox_and_among_the_events_at_once,
        what_is_fetched_twice_is_kept_once_and_in_order,
        a_cursor_moves_with_its_events_and_can_be_taken_back,
        people_do_not_see_each_others_work,
        a_draft_that_has_begun_is_not_begun_anew,
        handing_in_sends_the_photos_named_and_keeps_all_else,
        a_photo_taken_out_goes_when_the_visit_is_handed_in,
        a_photo_another_draft_names_stays_when_it_is_taken_out_of_one,
        a_picture_two_people_chose_is_a_photo_of_each,
        what_was_handed_in_is_not_written_over,
        a_photo_is_kept_to_the_byte_and_once,
        a_photo_may_come_before_its_draft,
        a_signature_afterwards_is_recorded_with_its_picture,
        deliveries_change_what_they_name_and_nothing_else,
        a_recording_is_here_part_by_part_until_it_is_a_photo_or_forgotten,
    ] {
        promise(fresh().as_ref());
    }
}

fn a_device_keeps_its_id(store: &dyn LocalStore) {
    let (first, second) = (DeviceId(Uuid::from_u128(5)), DeviceId(Uuid::from_u128(6)));
    assert_eq!(now(store.device(first)), Ok(first));
    assert_eq!(now(store.device(second)), Ok(first));
}

fn sequences_count_per_person_from_one_without_gaps(store: &dyn LocalStore) {
    now(store.record(begins(ANN, VISIT, &[10]))).unwrap();
    now(store.record(begins(BO, VISIT, &[20, 21]))).unwrap();
    let recorded = now(store.record(hands_in(ANN, handed_in(VISIT), &[11, 12], &[]))).unwrap();
    assert_eq!(
        recorded
            .iter()
            .map(|event| event.device_sequence)
            .collect::<Vec<_>>(),
        [Some(2), Some(3)]
    );
    assert_eq!(sequences(store, ANN), [(10, 1), (11, 2), (12, 3)]);
    assert_eq!(sequences(store, BO), [(20, 1), (21, 2)]);
}

fn an_act_is_in_the_outbox_and_among_the_events_at_once(store: &dyn LocalStore) {
    let recorded = now(store.record(begins(ANN, VISIT, &[10]))).unwrap();
    assert_eq!(now(store.events(ANN)), Ok(recorded.clone()));
    let outbox = now(store.outbox(ANN)).unwrap();
    assert_eq!(outbox.len(), 1);
    assert_eq!(outbox[0].event, recorded[0]);
    assert_eq!(outbox[0].delivery, Delivery::Waiting);
    assert_eq!(now(store.drafts(ANN)), Ok(vec![draft(VISIT)]));
}

fn what_is_fetched_twice_is_kept_once_and_in_order(store: &dyn LocalStore) {
    now(store.record(begins(ANN, VISIT, &[10]))).unwrap();
    let fresh = now(store.take_in(ANN, vec![event(32, BO), event(31, BO)], Some("a"))).unwrap();
    assert_eq!(ids(&fresh), [32, 31]);
    let fresh = now(store.take_in(
        ANN,
        vec![event(31, BO), event(10, ANN), event(30, BO)],
        Some("b"),
    ))
    .unwrap();
    assert_eq!(ids(&fresh), [30]);
    assert_eq!(ids(&now(store.events(ANN)).unwrap()), [10, 32, 31, 30]);
}

fn a_cursor_moves_with_its_events_and_can_be_taken_back(store: &dyn LocalStore) {
    assert_eq!(now(store.cursor(ANN)), Ok(None));
    now(store.take_in(ANN, vec![event(30, BO)], Some("7"))).unwrap();
    assert_eq!(now(store.cursor(ANN)), Ok(Some("7".into())));
    now(store.take_in(ANN, Vec::new(), None)).unwrap();
    assert_eq!(now(store.cursor(ANN)), Ok(None));
    assert_eq!(ids(&now(store.events(ANN)).unwrap()), [30]);
}

fn people_do_not_see_each_others_work(store: &dyn LocalStore) {
    now(store.record(begins(ANN, VISIT, &[10]))).unwrap();
    now(store.take_in(ANN, vec![event(30, BO)], Some("7"))).unwrap();
    assert_eq!(now(store.events(BO)), Ok(Vec::new()));
    assert_eq!(now(store.outbox(BO)), Ok(Vec::new()));
    assert_eq!(now(store.drafts(BO)), Ok(Vec::new()));
    assert_eq!(now(store.cursor(BO)), Ok(None));
}

fn a_draft_that_has_begun_is_not_begun_anew(store: &dyn LocalStore) {
    now(store.record(begins(ANN, VISIT, &[10]))).unwrap();
    let mut written = draft(VISIT);
    written.account = "门口无人".into();
    now(store.save_draft(ANN, &written, None)).unwrap();
    now(store.record(begins(ANN, VISIT, &[11]))).unwrap();
    assert_eq!(now(store.drafts(ANN)), Ok(vec![written]));
}

fn handing_in_sends_the_photos_named_and_keeps_all_else(store: &dyn LocalStore) {
    // given two visits of one person, one of them with a photo too many, and a photo of someone else
    now(store.record(begins(ANN, VISIT, &[10]))).unwrap();
    now(store.record(begins(ANN, OTHER_VISIT, &[11]))).unwrap();
    let (named, unnamed, elsewhere, of_bo) = (
        photo('a', VISIT, ANN),
        photo('b', VISIT, ANN),
        photo('c', OTHER_VISIT, ANN),
        photo('d', VISIT, BO),
    );
    for taken in [&named, &unnamed] {
        now(store.save_draft(ANN, &draft(VISIT), Some(taken.clone().into()))).unwrap();
    }
    now(store.save_draft(ANN, &draft(OTHER_VISIT), Some(elsewhere.clone().into()))).unwrap();
    now(store.save_draft(BO, &draft(VISIT), Some(of_bo.clone().into()))).unwrap();
    // when one is handed in with an account and answers that no submission carries
    let mut last = handed_in(VISIT);
    last.account = "门卫拒绝入内".into();
    last.answers.0.insert("capacity".into(), "200".into());
    now(store.record(hands_in(ANN, last.clone(), &[12], &[&named.0]))).unwrap();
    // then all of it is still here, to be read again
    assert_eq!(now(store.drafts(ANN)), Ok(vec![last, draft(OTHER_VISIT)]));
    assert_eq!(
        fates(store),
        [
            (named.0.hash, PhotoFate::Waiting),
            (unnamed.0.hash.clone(), PhotoFate::Kept),
            (elsewhere.0.hash, PhotoFate::OfDraft),
            (of_bo.0.hash, PhotoFate::OfDraft),
        ]
    );
    assert_eq!(
        now(store.photo_bytes(ANN, &unnamed.0.hash)),
        Ok(Some(unnamed.1))
    );
    // and a photo that stayed is sent once a submission names it after all
    now(store.record(hands_in(ANN, handed_in(OTHER_VISIT), &[13], &[&unnamed.0]))).unwrap();
    assert!(fates(store).contains(&(unnamed.0.hash, PhotoFate::Waiting)));
}

fn a_photo_taken_out_goes_when_the_visit_is_handed_in(store: &dyn LocalStore) {
    now(store.record(begins(ANN, VISIT, &[10]))).unwrap();
    let (unwanted, wanted) = (photo('a', VISIT, ANN), photo('b', VISIT, ANN));
    let mut without = draft(VISIT);
    for taken in [&unwanted, &wanted] {
        now(store.save_draft(ANN, &draft(VISIT), Some(taken.clone().into()))).unwrap();
        without.taken_out.insert(taken.0.hash.clone());
    }
    now(store.save_draft(ANN, &without, None)).unwrap();
    assert_eq!(fates(store).len(), 2);
    let last = Draft {
        handed_in_at: Some(Instant(3_000)),
        ..without
    };
    now(store.record(hands_in(ANN, last, &[11], &[&wanted.0]))).unwrap();
    // What the submission names is sent, whatever else is said of it.
    assert_eq!(fates(store), [(wanted.0.hash, PhotoFate::Waiting)]);
    assert_eq!(now(store.photo_bytes(ANN, &unwanted.0.hash)), Ok(None));
}

fn a_photo_another_draft_names_stays_when_it_is_taken_out_of_one(store: &dyn LocalStore) {
    type Name = fn(&mut Draft, PhotoRecord);
    let in_an_answer: Name = |draft, photo| {
        let answer = format!("{} {}", "e".repeat(64), photo.hash.0);
        draft.answers.0.insert("gate".into(), answer);
    };
    let in_a_finding: Name = |draft, photo| {
        let mut finding = FindingDraft::new(FindingId(Uuid::from_u128(7)), Severity::Key);
        finding.photos.push(Photo {
            hash: photo.hash,
            taken_at: photo.taken_at,
        });
        draft.findings.insert("gate".into(), finding);
    };
    for (digit, first, second, name) in [
        ('a', 40, 41, in_an_answer),
        ('b', 42, 43, in_an_answer),
        ('c', 44, 45, in_a_finding),
    ] {
        // given the same picture taken for two visits, then taken out of the one that is handed in
        let visits = [first, second].map(|id| InspectionId(Uuid::from_u128(id)));
        let taken = photo(digit, visits[0], ANN);
        let drafts = visits.map(|visit| {
            let mut draft = draft(visit);
            name(&mut draft, taken.0.clone());
            draft
        });
        for (visit, draft) in visits.into_iter().zip(&drafts) {
            now(store.save_draft(ANN, draft, Some(photo(digit, visit, ANN).into()))).unwrap();
        }
        // once the visit it was first taken for, once the other
        let [out, stays] = if digit == 'b' { [1, 0] } else { [0, 1] };
        let mut without = handed_in(visits[out]);
        without.taken_out.insert(taken.0.hash.clone());
        now(store.record(hands_in(ANN, without, &[first], &[]))).unwrap();
        // then it is part of the other draft, bytes included, and is sent with it
        assert_eq!(
            now(store.photo_bytes(ANN, &taken.0.hash)),
            Ok(Some(taken.1))
        );
        let last = Draft {
            handed_in_at: Some(Instant(3_000)),
            ..drafts[stays].clone()
        };
        now(store.record(hands_in(ANN, last, &[second], &[&taken.0]))).unwrap();
        assert!(fates(store).contains(&(taken.0.hash, PhotoFate::Waiting)));
    }
}

fn a_picture_two_people_chose_is_a_photo_of_each(store: &dyn LocalStore) {
    // given one picture in the visits of two people
    let (of_ann, of_bo) = (photo('a', VISIT, ANN), photo('a', OTHER_VISIT, BO));
    let hash = of_ann.0.hash.clone();
    now(store.save_draft(ANN, &draft(VISIT), Some(of_ann.clone().into()))).unwrap();
    now(store.save_draft(BO, &draft(OTHER_VISIT), Some(of_bo.clone().into()))).unwrap();
    assert_eq!(now(store.photos(ANN)), Ok(vec![of_ann.0]));
    assert_eq!(now(store.photos(BO)), Ok(vec![of_bo.0.clone()]));
    // when one hands in without it
    let mut without = handed_in(VISIT);
    without.taken_out.insert(hash.clone());
    now(store.record(hands_in(ANN, without, &[11], &[]))).unwrap();
    assert_eq!(now(store.photos(ANN)), Ok(Vec::new()));
    // then the other still has it, bytes and all, and sends it
    assert_eq!(now(store.photo_bytes(ANN, &hash)), Ok(None));
    assert_eq!(now(store.photo_bytes(BO, &hash)), Ok(Some(of_bo.1)));
    now(store.record(hands_in(BO, handed_in(OTHER_VISIT), &[12], &[&of_bo.0]))).unwrap();
    assert_eq!(fates(store), [(hash.clone(), PhotoFate::Waiting)]);
    now(store.set_photo_fate(ANN, &hash, PhotoFate::Received)).unwrap();
    assert_eq!(fates(store), [(hash, PhotoFate::Waiting)]);
}

fn what_was_handed_in_is_not_written_over(store: &dyn LocalStore) {
    now(store.record(begins(ANN, VISIT, &[10]))).unwrap();
    now(store.record(hands_in(ANN, handed_in(VISIT), &[11], &[]))).unwrap();
    // A picture that was still being made ready comes too late for the submission, and stays.
    let late = photo('a', VISIT, ANN);
    now(store.save_draft(ANN, &draft(VISIT), Some(late.clone().into()))).unwrap();
    now(store.record(begins(ANN, VISIT, &[12]))).unwrap();
    assert_eq!(now(store.drafts(ANN)), Ok(vec![handed_in(VISIT)]));
    assert_eq!(fates(store), [(late.0.hash, PhotoFate::Kept)]);
}

fn a_photo_is_kept_to_the_byte_and_once(store: &dyn LocalStore) {
    let (record, bytes) = photo('a', VISIT, ANN);
    now(store.save_draft(
        ANN,
        &draft(VISIT),
        Some((record.clone(), bytes.clone()).into()),
    ))
    .unwrap();
    assert_eq!(now(store.photo_bytes(ANN, &record.hash)), Ok(Some(bytes)));
    let refused = PhotoFate::Refused {
        reason: Texts::both("损坏", "damaged"),
    };
    now(store.set_photo_fate(ANN, &record.hash, refused.clone())).unwrap();
    now(store.save_draft(ANN, &draft(VISIT), Some(photo('a', VISIT, ANN).into()))).unwrap();
    assert_eq!(now(store.photos(ANN)).unwrap()[0].fate, refused);
}

fn a_photo_may_come_before_its_draft(store: &dyn LocalStore) {
    // given a photo of a draft that a file brings along
    let (record, bytes) = photo('a', VISIT, ANN);
    now(store.keep_photo(&record, bytes.clone())).unwrap();
    now(store.keep_photo(&record, vec![9])).unwrap();
    assert_eq!(now(store.drafts(ANN)), Ok(Vec::new()));
    assert_eq!(now(store.photos(BO)), Ok(Vec::new()));
    // when the draft follows and is handed in, then the photo is sent as it came first
    now(store.save_draft(ANN, &draft(VISIT), None)).unwrap();
    now(store.record(hands_in(ANN, handed_in(VISIT), &[11], &[&record]))).unwrap();
    assert_eq!(fates(store), [(record.hash.clone(), PhotoFate::Waiting)]);
    assert_eq!(now(store.photo_bytes(ANN, &record.hash)), Ok(Some(bytes)));
}

fn a_signature_afterwards_is_recorded_with_its_picture(store: &dyn LocalStore) {
    // given somebody else's visit, of which nothing is filled in here
    let (picture, bytes) = photo('f', VISIT, ANN);
    let waits = PhotoRecord {
        fate: PhotoFate::Waiting,
        ..picture
    };
    let sign = Act {
        person: ANN,
        events: vec![event(1, ANN)],
        draft: DraftChange::Signs(Box::new((waits.clone(), bytes.clone()))),
    };
    // when it is signed, then event and picture wait together, and there is no draft
    now(store.record(sign)).unwrap();
    assert_eq!(sequences(store, ANN), [(1, 1)]);
    assert_eq!(
        now(store.photos(ANN)).as_deref(),
        Ok(std::slice::from_ref(&waits))
    );
    let kept = now(store.photo_bytes(ANN, &waits.hash)).unwrap();
    assert_eq!(kept, Some(bytes));
    assert_eq!(now(store.drafts(ANN)).unwrap(), []);
}

fn deliveries_change_what_they_name_and_nothing_else(store: &dyn LocalStore) {
    now(store.record(begins(ANN, VISIT, &[10, 11]))).unwrap();
    let held = Delivery::Held {
        reason: Texts::both("待处理", "to be settled"),
    };
    let named = [
        (EventId(Uuid::from_u128(11)), held.clone()),
        (EventId(Uuid::from_u128(99)), Delivery::Received),
    ];
    now(store.deliver(ANN, &named)).unwrap();
    let deliveries: Vec<Delivery> = now(store.outbox(ANN))
        .unwrap()
        .into_iter()
        .map(|entry| entry.delivery)
        .collect();
    assert_eq!(deliveries, [Delivery::Waiting, held]);
}

fn a_recording_is_here_part_by_part_until_it_is_a_photo_or_forgotten(store: &dyn LocalStore) {
    let recording = |id, by| Recording {
        id: Uuid::from_u128(id),
        by,
        inspection: VISIT,
        item: "interview".into(),
        begun_at: Instant(2_000),
    };
    // given two recordings of one person, and one of another's with the same id
    let (first, second) = (recording(1, ANN), recording(2, ANN));
    let anothers = recording(1, BO);
    for number in [0, 1, 9, 10] {
        now(store.keep_part(&first, number, vec![1, number.try_into().unwrap()])).unwrap();
    }
    now(store.keep_part(&second, 0, vec![2])).unwrap();
    now(store.keep_part(&anothers, 0, vec![3])).unwrap();
    // then each has its own parts, in their order
    assert_eq!(
        now(store.recordings(ANN)),
        Ok(vec![first.clone(), second.clone()])
    );
    let parts = vec![vec![1, 0], vec![1, 1], vec![1, 9], vec![1, 10]];
    assert_eq!(now(store.parts(ANN, first.id)), Ok(parts));
    assert_eq!(now(store.parts(BO, anothers.id)), Ok(vec![vec![3]]));
    // when one becomes a photo, then nothing is left of it, and all of the others
    let (record, bytes) = photo('a', VISIT, ANN);
    let kept = NewPhoto {
        record: record.clone(),
        bytes: bytes.clone(),
        recording: Some(first.id),
    };
    now(store.save_draft(ANN, &draft(VISIT), Some(kept))).unwrap();
    assert_eq!(now(store.photo_bytes(ANN, &record.hash)), Ok(Some(bytes)));
    assert_eq!(now(store.recordings(ANN)), Ok(vec![second.clone()]));
    assert_eq!(now(store.parts(ANN, first.id)), Ok(Vec::new()));
    assert_eq!(now(store.parts(ANN, second.id)), Ok(vec![vec![2]]));
    assert_eq!(now(store.recordings(BO)), Ok(vec![anothers]));
    // nor of one that is forgotten
    now(store.forget_recording(ANN, second.id)).unwrap();
    assert_eq!(now(store.recordings(ANN)), Ok(Vec::new()));
    assert_eq!(now(store.parts(ANN, second.id)), Ok(Vec::new()));
}

#[test]
fn the_memory_store_keeps_the_contract() {
    contract(|| Box::new(MemoryStore::default()));
}

/// The browser's store keeps texts: what is written with serde is read by the tablet's shorter way.
#[test]
fn what_is_written_as_json_is_read_as_it_was() {
    fn kept<T: serde::Serialize + json::FromJson + PartialEq + std::fmt::Debug>(value: T) {
        let written = serde_json::to_string(&value).expect("JSON");
        assert_eq!(json::read::<T>(&written), Ok(value), "{written}");
    }
    let reason = Texts::both("照片\u{1f4f7}“缺”", "line\nbreak \"and\" \\");
    let taken = Photo {
        hash: PhotoHash("a".repeat(64)),
        taken_at: Instant(-1),
    };
    let mut finding = FindingDraft::new(FindingId(Uuid::from_u128(8)), Severity::Key);
    finding.photos.push(taken.clone());
    finding.note = "note".into();
    let mut full = handed_in(VISIT);
    full.findings.insert("item".into(), finding);
    let note = String::from("note");
    for (item, note, photos) in [
        ("worded", note, Vec::new()),
        ("pictured", String::new(), vec![taken]),
    ] {
        full.remarks.insert(item.into(), Remark { note, photos });
    }
    full.answers.0.insert("item".into(), "fail".into());
    full.instances.0.insert("room[2]/bed".into(), 3);
    full.left_at = Some("room[2]/bed[1]/taken".into());
    full.account_photos = full.findings["item"].photos.clone();
    full.unreadable.insert("count".into(), "1.".into());
    full.taken_out.insert(PhotoHash("b".repeat(64)));
    kept(draft(OTHER_VISIT));
    kept(full);
    // What an earlier version kept has none of what came later.
    let mut earlier = serde_json::to_value(draft(VISIT)).expect("JSON");
    for later in ["instances", "leftAt", "accountPhotos"] {
        let fields = earlier.as_object_mut().expect("an object");
        assert!(fields.remove(later).is_some(), "{later}");
    }
    assert_eq!(json::read(&earlier.to_string()), Ok(draft(VISIT)));
    for fate in [
        PhotoFate::OfDraft,
        PhotoFate::Kept,
        PhotoFate::Waiting,
        PhotoFate::Received,
        PhotoFate::Refused {
            reason: reason.clone(),
        },
    ] {
        kept(PhotoRecord {
            fate,
            ..photo('c', VISIT, ANN).0
        });
    }
    kept(Recording {
        id: Uuid::from_u128(1),
        by: ANN,
        inspection: VISIT,
        item: "interview[2]".into(),
        begun_at: Instant(2_000),
    });
    for delivery in [
        Delivery::Waiting,
        Delivery::Received,
        Delivery::Held {
            reason: reason.clone(),
        },
        Delivery::NeedsAttention { reason },
    ] {
        let event = Authored {
            device: Some(DeviceId(Uuid::from_u128(5))),
            device_sequence: Some(u64::MAX),
            ..event(1, ANN)
        };
        kept(OutboxEntry { event, delivery });
    }
}
