//! Who was there and had not signed when the visit was handed in signs it afterwards.

use std::collections::BTreeMap;

use domain::assignment::{AssignmentCommand, AssignmentOrder};
use domain::event::{Admission, Event, admit};
use domain::finding::{PhotoHash, Stage};
use domain::id::{InspectionId, PersonId};
use domain::inspection::{InspectionCommand, InspectionEvent, InspectionRefusal, Submission};
use domain::instant::Instant;
use domain::permission::{Act, PermissionRefusal, Role, Scope};
use domain::record::{Stream, StreamKind};
use domain::signature::{SignatureRefusal, Signatures, Signed, SignedAfterwards, record_hash};
use domain::{Command, Language, Refusal};
use uuid::Uuid;

use crate::world::finding::*;
use crate::world::*;

const THIRD: PersonId = PersonId(Uuid::from_u128(130));
const VISIT: InspectionId = InspectionId::of(ASSIGNMENT);

fn signed(picture: u8) -> Signed {
    Signed {
        picture: photo(picture, 0).hash,
        at: Instant(1_647_130_000_000),
    }
}

fn signature(submission: &Submission, picture: u8) -> SignedAfterwards {
    SignedAfterwards {
        record: record_hash(submission).to_string(),
        signed: signed(picture),
    }
}

fn sign(signature: SignedAfterwards) -> Command {
    Command::Inspection {
        id: VISIT,
        command: InspectionCommand::SignAfterwards(signature),
    }
}

/// Signed by the leader on the tablet it was filled in on.
fn signed_by_the_leader() -> Submission {
    let mut submission = submission();
    submission.signatures = Some(Signatures {
        record: record_hash(&submission).to_string(),
        inspectors: BTreeMap::from([(LEADER, signed(20))]),
        others: BTreeMap::new(),
    });
    submission
}

fn handed_in(submission: &Submission) -> World {
    let mut world = World::new();
    world.does(ORGANISER, &campaign()).unwrap();
    world.does(ORGANISER, &assign(order())).unwrap();
    world.does(LEADER, &submit(submission.clone())).unwrap();
    world
}

fn refused(refusal: SignatureRefusal) -> Refusal {
    InspectionRefusal::Signature(refusal).into()
}

#[test]
pub fn whoever_was_there_and_has_not_signed_signs_what_was_handed_in() {
    // given a visit that was handed in with the leader's signature alone
    let record = signed_by_the_leader();
    let mut world = handed_in(&record);
    // when the other inspector signs it, then it bears both signatures, each where it was given
    world
        .does(INSPECTOR, &sign(signature(&record, 21)))
        .unwrap();
    let inspection = world.facts.inspection(VISIT);
    let afterwards = BTreeMap::from([(INSPECTOR, signed(21))]);
    assert_eq!(inspection.signed_afterwards, afterwards);
    let submitted = inspection.submitted.as_ref().unwrap();
    assert_eq!((submitted.by, &submitted.submission), (LEADER, &record));
    // and once is enough
    let again = world.ask(INSPECTOR, &sign(signature(&record, 22)));
    assert_eq!(again, Err(refused(SignatureRefusal::AlreadySigned)));
    let leader = world.ask(LEADER, &sign(signature(&record, 22)));
    assert_eq!(leader, Err(refused(SignatureRefusal::AlreadySigned)));

    // given one that nobody signed, as before there were signatures, then everybody who was there may, who handed it in too
    let mut world = handed_in(&submission());
    for (person, picture) in [(LEADER, 20), (INSPECTOR, 21)] {
        world
            .does(person, &sign(signature(&submission(), picture)))
            .unwrap();
    }
    let signed: Vec<PersonId> = (world.facts.inspection(VISIT).signed_afterwards.keys())
        .copied()
        .collect();
    assert_eq!(signed, [LEADER, INSPECTOR]);
}

#[test]
pub fn what_cannot_be_signed_afterwards_is_refused_with_the_reason() {
    let record = signed_by_the_leader();
    let with = |world: &World, person, change: &dyn Fn(&mut SignedAfterwards)| {
        let mut signature = signature(&record, 21);
        change(&mut signature);
        world.ask(person, &sign(signature)).map(|_| ())
    };

    // given a visit that is not handed in
    let mut unsent = World::new();
    unsent.does(ORGANISER, &campaign()).unwrap();
    unsent.does(ORGANISER, &assign(order())).unwrap();
    let early = with(&unsent, INSPECTOR, &|_| {});
    assert_eq!(early, Err(refused(SignatureRefusal::NotHandedIn)));

    // given one that is, with a finding that has photos
    let mut world = handed_in(&record);
    world.must(LEADER, raise());
    // then who is not of its team learns nothing, and who inspects nothing may not
    assert_eq!(
        with(&world, DEPARTMENT, &|_| {}),
        Err(InspectionRefusal::AssignmentUnknown.into())
    );
    assert_eq!(
        with(&world, ADMINISTRATOR, &|_| {}),
        Err(PermissionRefusal::NoSuchRole(Act::Inspect).into())
    );
    // and what is signed is what was handed in, with a picture of its own
    let another = record_hash(&Submission {
        account: "补充一句".into(),
        ..submission()
    });
    let answers: [(&dyn Fn(&mut SignedAfterwards), SignatureRefusal); 4] = [
        (
            &|signature| signature.record = another.to_string(),
            SignatureRefusal::OfAnotherRecord,
        ),
        (
            &|signature| signature.signed.picture = PhotoHash("签名".into()),
            SignatureRefusal::Picture,
        ),
        // the leader's
        (
            &|signature| signature.signed = signed(20),
            SignatureRefusal::PictureTwice,
        ),
        // a photo of the finding
        (
            &|signature| signature.signed = signed(1),
            SignatureRefusal::PictureTwice,
        ),
    ];
    for (change, refusal) in answers {
        let answer = with(&world, INSPECTOR, change);
        assert_eq!(answer, Err(refused(refusal)));
    }
    assert_eq!(with(&world, INSPECTOR, &|_| {}), Ok(()));

    // given a team of three of whom one stayed away, then that one does not sign
    let mut three = World::new();
    three.does(ORGANISER, &campaign()).unwrap();
    let inspects = vec![(Role::Inspector, Scope::Jurisdiction)];
    three.registered(THIRD, "third", GROUP, inspects);
    let team = vec![LEADER, INSPECTOR, THIRD];
    let order = AssignmentOrder { team, ..order() };
    three.does(ORGANISER, &assign(order)).unwrap();
    three.does(LEADER, &submit(record.clone())).unwrap();
    let absent = with(&three, THIRD, &|_| {});
    assert_eq!(absent, Err(refused(SignatureRefusal::NotPresent(THIRD))));

    // given a visit that was not completed, then there is nothing to sign
    let gate = handed_in(&turned_away());
    let at_the_gate = gate.ask(INSPECTOR, &sign(signature(&turned_away(), 21)));
    assert_eq!(at_the_gate, Err(refused(SignatureRefusal::NotCompleted)));

    // given two who sign one after the other, then each with a picture of its own
    let mut nobody = handed_in(&submission());
    nobody
        .does(LEADER, &sign(signature(&submission(), 21)))
        .unwrap();
    let copied = with(&nobody, INSPECTOR, &|_| {});
    assert_eq!(copied, Err(refused(SignatureRefusal::PictureTwice)));

    for refusal in [
        SignatureRefusal::NotHandedIn,
        SignatureRefusal::NotCompleted,
        SignatureRefusal::AlreadySigned,
    ] {
        let [chinese, english] = Language::ALL.map(|language| refusal.text(language));
        assert!(!chinese.is_empty() && !english.is_empty() && chinese != english);
    }
}

#[test]
pub fn a_visit_that_was_called_off_is_signed_no_more() {
    // given a visit that was handed in and then called off
    let record = signed_by_the_leader();
    let mut world = handed_in(&record);
    let cancel = Command::Assignment {
        id: ASSIGNMENT,
        campaign: CAMPAIGN,
        command: AssignmentCommand::Cancel {
            reason: "重复任务".into(),
        },
    };
    world.does(ORGANISER, &cancel).unwrap();
    // when it is signed, then it is refused, and what a tablet signed before it heard of that comes to be held
    let late = signature(&record, 21);
    let answer = world.ask(INSPECTOR, &sign(late.clone()));
    let refusal = Refusal::from(InspectionRefusal::AssignmentCancelled);
    assert_eq!(answer, Err(refusal.clone()));
    let stream = Stream {
        kind: StreamKind::Inspection,
        id: VISIT.0,
    };
    let event = Event::Inspection(InspectionEvent::SignedAfterwards(late));
    assert_eq!(
        admit(stream, &event, &world.context(INSPECTOR)),
        Admission::Conflicting(refusal)
    );
}

/// A finding that is withdrawn later was found all the same: the record is what was found.
#[test]
fn a_record_is_signed_whatever_became_of_its_findings() {
    let mut world = at(Stage::Withdrawn);
    let command = sign(signature(&submission(), 21));
    assert_eq!(world.does(INSPECTOR, &command), Ok(()));
}

/// A tablet decides what the server admits, and both write what the log reads.
#[test]
fn a_tablets_signature_is_admitted() {
    let record = signed_by_the_leader();
    let world = handed_in(&record);
    let context = world.context(INSPECTOR);
    let command = sign(signature(&record, 21));
    let decided = domain::field::decide(&command, &context).unwrap();
    let [new] = &decided[..] else {
        panic!("{decided:?}")
    };
    let expected = Admission::Accepted;
    assert_eq!(admit(new.stream, &new.event, &context), expected);
    let body = domain::field::body(&new.event).unwrap();
    let picture = format!("{:064x}", 21);
    let hash = record_hash(&record);
    assert_eq!(
        body,
        format!(
            r#"{{"signedAfterwards":{{"record":"{hash}","signed":{{"picture":"{picture}","at":1647130000000}}}}}}"#
        )
    );
    assert_eq!(new.event.kind(), "inspection.signedAfterwards");
    assert_eq!(
        Event::decode(new.event.kind(), &body),
        Ok(new.event.clone())
    );
}
