//! From the failed item to the proof that the fault was put right.

use std::collections::BTreeMap;

use crate::world::finding::*;
use crate::world::*;
use domain::arrival::{Arrival, Fix, Whereabouts};
use domain::assignment::{AssignmentCommand, AssignmentOrder};
use domain::body::Location;
use domain::finding::{
    APPROVING, Evidence, Extent, Finding, FindingCommand, FindingEvent, FindingRefusal,
    PHOTO_LIMIT, Photo, PhotoHash, PlanField, RECTIFYING, Raised, Stage,
};
use domain::id::{FindingId, InspectionId};
use domain::inspection::{InspectionCommand, InspectionRefusal, Outcome, ScoreShown, Submission};
use domain::instant::Instant;
use domain::permission::PermissionRefusal;
use domain::record::Hash;
use domain::remark::{Remark, RemarkRefusal};
use domain::signature::{
    Given, OtherSignature, Signatory, SignatureRefusal, Signatures, Signed, record_hash,
};
use domain::visit_mode::VisitMode;
use domain::wording::{ACCOUNT_LIMIT, WordingRefusal};
use domain::{Command, Event, Language, Refusal};
use form::{InstanceCounts, Line, Severity};
use uuid::Uuid;

#[test]
pub fn the_rectifying_kinds_are_those_whose_actors_may_not_re_verify() {
    let FindingCommand::Raise(raised) = raise() else {
        panic!("a finding is raised");
    };
    let FindingCommand::SubmitPlan(plan) = plan() else {
        panic!("a plan is submitted");
    };
    let opinion = String::new();
    for event in [
        FindingEvent::Raised(raised),
        FindingEvent::PlanSubmitted(plan.clone()),
        FindingEvent::RectificationClaimed(evidence(2, 0)),
        FindingEvent::ReVerificationPassed(evidence(2, 0)),
        FindingEvent::ReVerificationFailed {
            evidence: evidence(2, 0),
            complete_by: None,
        },
        FindingEvent::PlanAccepted {
            plan: 1,
            opinion,
            complete_by: plan.complete_by,
        },
    ] {
        let mut finding = Finding::default();
        finding.evolve(&event, HOME_OFFICER, Instant(0));
        let kind = Event::Finding(event).kind();
        let rectifies = RECTIFYING.contains(&kind);
        assert_eq!(!finding.rectifiers.is_empty(), rectifies, "{kind}");
        let approves = APPROVING.contains(&kind);
        assert_eq!(!finding.approvers.is_empty(), approves, "{kind}");
    }
}

#[test]
pub fn nobody_of_the_rectifying_unit_re_verifies() {
    let world = at(Stage::Rectified);
    let later = world.now.0 + 10;
    for (person, refusal) in [
        // Rectified it, and only holds the institution's role.
        (HOME_OFFICER, FindingRefusal::RectifiedItOneself),
        // Of the home, though an overseer by role.
        (HOME_BOTH, FindingRefusal::SameUnit),
        // Of the centre the home answers to.
        (CENTRE_OVERSEER, FindingRefusal::SameUnit),
    ] {
        let answer = world.ask(
            person,
            &on_finding(FindingCommand::Pass(evidence(9, later))),
        );
        assert_eq!(answer, Err(Refusal::Finding(refusal)));
    }
    // Whoever claimed is told so even after moving to another unit's role.
    let mut claimed_by_both = at(Stage::Planned);
    claimed_by_both
        .does(
            HOME_BOTH,
            &on_finding(FindingCommand::ClaimRectified(evidence(
                2,
                1_700_000_000_000,
            ))),
        )
        .unwrap();
    let answer = claimed_by_both.ask(
        HOME_BOTH,
        &on_finding(FindingCommand::Pass(evidence(9, later))),
    );
    assert_eq!(answer, Err(FindingRefusal::RectifiedItOneself.into()));
}

#[test]
pub fn evidence_is_new_and_taken_after_the_claim() {
    let world = at(Stage::Rectified);
    let claimed = world.facts.finding(FINDING).claimed_at.unwrap().0;
    let pass = |photos: Vec<Photo>| {
        let evidence = Evidence {
            account: "ok".into(),
            photos,
        };
        world
            .ask(OVERSEER, &on_finding(FindingCommand::Pass(evidence)))
            .map(|_| ())
    };
    let refused = |refusal: FindingRefusal| Err(Refusal::Finding(refusal));
    assert_eq!(pass(vec![]), refused(FindingRefusal::PhotoMissing));
    assert_eq!(
        pass(vec![photo(9, claimed)]),
        refused(FindingRefusal::PhotoBeforeClaim)
    );
    assert_eq!(
        pass(vec![photo(2, claimed + 1)]),
        refused(FindingRefusal::PhotoSeenBefore(photo(2, 0).hash))
    );
    let twice = vec![photo(9, claimed + 1), photo(9, claimed + 1)];
    assert_eq!(
        pass(twice),
        refused(FindingRefusal::PhotoSeenBefore(photo(9, 0).hash))
    );
    let malformed = Photo {
        hash: PhotoHash("ABC".into()),
        taken_at: Instant(claimed + 1),
    };
    assert_eq!(
        pass(vec![malformed]),
        refused(FindingRefusal::PhotoHashMalformed)
    );
    let many = (10..31).map(|number| photo(number, claimed + 1)).collect();
    assert_eq!(
        pass(many),
        refused(FindingRefusal::TooManyPhotos { limit: 20 })
    );
    assert_eq!(pass(vec![photo(9, claimed + 1)]), Ok(()));
}

#[test]
pub fn a_finding_is_raised_by_who_inspected_for_the_item_that_failed() {
    let world = inspected();
    assert!(world.ask(LEADER, &on_finding(raise())).is_ok());
    let refused = |person, command| world.ask(person, &command).unwrap_err();
    assert_eq!(
        refused(INSPECTOR, on_finding(raise())),
        FindingRefusal::NotOfInspection.into()
    );
    let another = Command::Finding {
        id: FindingId(Uuid::from_u128(999)),
        command: raise(),
    };
    assert_eq!(
        refused(LEADER, another),
        FindingRefusal::NotOfInspection.into()
    );
    let FindingCommand::Raise(mut elsewhere) = raise() else {
        unreachable!()
    };
    elsewhere.body = OTHER_HOME;
    assert_eq!(
        refused(LEADER, on_finding(FindingCommand::Raise(elsewhere))),
        FindingRefusal::NotOfInspection.into()
    );
}

#[test]
pub fn a_finding_says_of_its_item_what_the_checklist_says() {
    let world = inspected();
    let with = |change: &dyn Fn(&mut Raised)| {
        let FindingCommand::Raise(mut raised) = raise() else {
            unreachable!()
        };
        change(&mut raised);
        world
            .ask(LEADER, &on_finding(FindingCommand::Raise(raised)))
            .map(|_| ())
    };
    let refused = Err(Refusal::Finding(FindingRefusal::NotOfChecklist));
    assert_eq!(with(&|raised| raised.severity = Severity::General), Ok(()));
    assert_eq!(with(&|raised| raised.code = "A1".into()), refused);
    assert_eq!(with(&|raised| raised.title = texts("all is well")), refused);
    assert_eq!(with(&|raised| raised.line = Line::Oversight), refused);
    assert_eq!(with(&|raised| raised.clause = "7".into()), refused);
    // Noted freely it names no item, and its words are looked at all the same.
    let freely = |id, title: &str| {
        let FindingCommand::Raise(mut raised) = raise() else {
            unreachable!()
        };
        raised.item = None;
        raised.title = texts(title);
        let command = FindingCommand::Raise(raised);
        world
            .ask(LEADER, &Command::Finding { id, command })
            .map(|_| ())
    };
    let other = FindingId(Uuid::from_u128(999));
    assert_eq!(freely(other, "Blocked exit"), Ok(()));
    assert!(freely(other, "exit\0").is_err() && freely(other, "").is_err());
    // The one that the inspection names for an item cannot be passed off as noted freely.
    assert_eq!(
        freely(FINDING, "Blocked exit"),
        Err(FindingRefusal::NotOfInspection.into())
    );
}

#[test]
pub fn a_finding_brings_the_evidence_its_item_asks_for() {
    // given an item that asks for two photos
    let world = inspected();
    let with = |note: &str, photos: Vec<Photo>| {
        let FindingCommand::Raise(mut raised) = raise() else {
            unreachable!()
        };
        raised.note = note.into();
        raised.photos = photos;
        world
            .ask(LEADER, &on_finding(FindingCommand::Raise(raised)))
            .map(|_| ())
    };
    let lacking = |photos| Err(FindingRefusal::EvidenceMissing { photos }.into());
    // when fewer are brought, then it is refused with how many are missing
    assert_eq!(with("登记不全", vec![]), lacking(2));
    assert_eq!(with("登记不全", vec![photo(1, 0)]), lacking(1));
    assert_eq!(
        with(" ", vec![photo(1, 0), photo(8, 0)]),
        Err(FindingRefusal::Field(PlanField::Note, WordingRefusal::Empty).into())
    );
    // One photo twice is one photo.
    assert!(matches!(
        with("登记不全", vec![photo(1, 0), photo(1, 0)]),
        Err(Refusal::Finding(FindingRefusal::PhotoSeenBefore(_)))
    ));
    assert_eq!(with("登记不全", vec![photo(1, 0), photo(8, 0)]), Ok(()));
}

#[test]
pub fn a_submission_is_judged_by_the_form_and_the_assignment() {
    let mut world = World::new();
    world.does(ORGANISER, &campaign()).unwrap();
    world.does(ORGANISER, &assign(order())).unwrap();
    let with = |change: &dyn Fn(&mut Submission)| {
        let mut changed = submission();
        change(&mut changed);
        world.ask(LEADER, &submit(changed)).map(|_| ())
    };
    let refused = |refusal: InspectionRefusal| Err(Refusal::Inspection(refusal));
    assert_eq!(with(&|_| {}), Ok(()));
    assert_eq!(
        with(&|s| s.target = OTHER_HOME),
        refused(InspectionRefusal::TargetDiffers)
    );
    assert_eq!(
        with(&|s| s.present = vec![LEADER, LEADER]),
        refused(InspectionRefusal::TooFewPresent)
    );
    assert_eq!(
        with(&|s| s.present = vec![LEADER, OVERSEER]),
        refused(InspectionRefusal::TooFewPresent)
    );
    let arrived = |latitude, accuracy| {
        let fix = Fix {
            location: Location {
                longitude: 116.4,
                latitude,
            },
            accuracy,
        };
        with(&|s| {
            s.arrival = Some(Arrival {
                at: s.started_at,
                whereabouts: Whereabouts::Found(fix),
            });
        })
    };
    assert_eq!(arrived(39.9, 12.0), Ok(()));
    assert_eq!(arrived(99.0, 12.0), refused(InspectionRefusal::Arrival));
    assert_eq!(arrived(39.9, -1.0), refused(InspectionRefusal::Arrival));
    let noted = |item: &str, note: &str, photos: &[u8]| {
        let photos = photos.iter().map(|number| photo(*number, 0)).collect();
        let remark = Remark {
            note: note.into(),
            photos,
        };
        with(&|s| drop(s.remarks.insert(item.into(), remark.clone())))
    };
    let remark = |refusal| refused(InspectionRefusal::Remark(refusal));
    assert_eq!(noted("a1", "门卫已登记", &[]), Ok(()));
    assert_eq!(noted("a1", "", &[40, 41]), Ok(()));
    assert_eq!(
        noted("a9", "门卫已登记", &[]),
        remark(RemarkRefusal::ItemUnknown("a9".into()))
    );
    assert_eq!(
        noted("a1", " ", &[]),
        remark(RemarkRefusal::Empty("a1".into()))
    );
    let long = "长".repeat(ACCOUNT_LIMIT + 1);
    assert!(matches!(
        noted("a1", &long, &[]),
        Err(Refusal::Inspection(InspectionRefusal::Remark(
            RemarkRefusal::Note(..)
        )))
    ));
    let many: Vec<u8> = (40..=40 + u8::try_from(PHOTO_LIMIT).unwrap()).collect();
    assert_eq!(
        noted("a1", "", &many),
        remark(RemarkRefusal::TooManyPhotos("a1".into()))
    );
    assert_eq!(
        noted("a1", "", &[40, 40]),
        remark(RemarkRefusal::Photo("a1".into()))
    );
    assert_eq!(
        with(&|s| s.checklist_version = "2".into()),
        refused(InspectionRefusal::ChecklistDiffers)
    );
    assert_eq!(
        with(&|s| s.score.earned = 10.0),
        refused(InspectionRefusal::ScoreDiffers)
    );
    assert_eq!(
        with(&|s| s.findings.clear()),
        refused(InspectionRefusal::FindingsDiffer(vec!["a2".into()]))
    );
    assert_eq!(
        with(&|s| {
            s.findings
                .insert("a1".into(), FindingId(Uuid::from_u128(1)));
        }),
        refused(InspectionRefusal::FindingsDiffer(vec!["a1".into()]))
    );
    // Whoever says what its findings say, says it of each.
    assert_eq!(
        with(&|s| s.raised = Some(BTreeMap::new())),
        refused(InspectionRefusal::FindingsDiffer(vec!["a2".into()]))
    );
    assert_eq!(with(&|s| s.raised = with_its_finding().raised), Ok(()));
    let wrong = with(&|s| {
        s.answers.0.insert("a1".into(), "perhaps".into());
        s.answers.0.insert("zz".into(), "1".into());
    });
    assert!(
        matches!(wrong, Err(Refusal::Inspection(InspectionRefusal::Form(errors))) if errors.len() == 2)
    );
    // That it came to nothing is an outcome like any other, told in words.
    for outcome in Outcome::ALL
        .into_iter()
        .filter(|outcome| *outcome != Outcome::Completed)
    {
        let told = |account: &str| {
            let account = account.to_owned();
            with(&|s| {
                s.outcome = outcome;
                s.answers.0.clear();
                s.findings.clear();
                s.score = ScoreShown::default();
                s.account.clone_from(&account);
            })
        };
        assert!(
            matches!(
                told(""),
                Err(Refusal::Inspection(InspectionRefusal::Account(_)))
            ),
            "{outcome:?}"
        );
        assert_eq!(
            told("门卫称封闭管理，检测未满48小时"),
            Ok(()),
            "{outcome:?}"
        );
    }
    // A photo shows what was found at the gate, and is waited for like any other.
    let shown = |photos: Vec<Photo>| {
        with(&|s| {
            *s = turned_away();
            s.account_photos.clone_from(&photos);
        })
    };
    assert_eq!(shown(vec![photo(40, 0), photo(41, 0)]), Ok(()));
    let gate = Submission {
        account_photos: vec![photo(40, 0)],
        ..turned_away()
    };
    assert_eq!(gate.pictures().collect::<Vec<_>>(), [&photo(40, 0).hash]);
    let unnamed = Photo {
        hash: PhotoHash("大门".into()),
        ..photo(40, 0)
    };
    for photos in [
        (0..21).map(|number| photo(40 + number, 0)).collect(),
        vec![photo(40, 0), photo(40, 1)],
        vec![unnamed],
    ] {
        assert_eq!(shown(photos), refused(InspectionRefusal::AccountPhotos));
    }
    signatures_are_those_of_the_record(&with);
    let closed = |raised: Option<BTreeMap<FindingId, Hash>>| {
        with(&|s| {
            s.outcome = Outcome::Closed;
            s.answers.0.clear();
            s.findings.clear();
            s.raised.clone_from(&raised);
            s.account = "锁门".into();
        })
    };
    assert_eq!(closed(Some(BTreeMap::new())), Ok(()));
    for refused_with in [
        with(&|s| s.outcome = Outcome::Closed),
        closed(with_its_finding().raised),
    ] {
        assert_eq!(
            refused_with,
            refused(InspectionRefusal::AnswersWithoutCompletion)
        );
    }
    for (person, refusal) in [
        (
            ADMINISTRATOR,
            Refusal::Permission(PermissionRefusal::NoSuchRole(
                domain::permission::Act::Inspect,
            )),
        ),
        (
            DEPARTMENT,
            Refusal::Inspection(InspectionRefusal::AssignmentUnknown),
        ),
        (
            STRANGER,
            Refusal::Permission(PermissionRefusal::UnknownPerson),
        ),
    ] {
        assert_eq!(
            world.ask(person, &submit(submission())).map(|_| ()),
            Err(refusal)
        );
    }
}

/// The hash of [`submission`], reckoned from its bytes by another program.
const SIGNED_RECORD: &str = "0f783cac357c768bf73269fc389a044ea7a71c7d1540bfac007397496ce06d13";

/// The same with a remark, of words and a photo.
const SIGNED_WITH_A_REMARK: &str =
    "849cb607c00b446993dd38f6e1f272a9cacd7d328cb79f1dd925e870e14d1f12";

/// The same as tablets hand it in now, with what its finding says.
const SIGNED_WITH_ITS_FINDING: &str =
    "26fa9fdab4bdeaea02a2f610c778f6914f6aabb4b5c1745fc960672e8e990d11";

/// That with a photo beside the account.
const SIGNED_WITH_A_PHOTO: &str =
    "ede8b1a768757e28799a1af6e320cb8cd273cced3697e2c46da050f138a494a5";

/// That with two rooms in which nothing is answered.
const SIGNED_WITH_ROOMS: &str = "c603c9eb944b647f5f12e4832d47c99029dc9f2e7d98d71056bf5fd345970965";

/// The hash of what [`raise`] says, reckoned likewise.
const RAISED: &str = "75ec5eaefe9e0f40d91c62d8de219aced9262ff9e13f5b39e3f5af8a8d0d4c3e";

/// The same of one with all that it may have.
const RAISED_AND_FIXED: &str = "444133ec60d55d800f07ab0e556c7791ff652e58f747bfee577e6d03370af00b";

/// What is handed in with what [`raise`] says.
fn with_its_finding() -> Submission {
    let FindingCommand::Raise(raised) = raise() else {
        unreachable!()
    };
    Submission {
        raised: Some(BTreeMap::from([(FINDING, raised.hash())])),
        ..submission()
    }
}

#[test]
pub fn a_finding_is_raised_as_it_was_handed_in() {
    let FindingCommand::Raise(as_handed_in) = raise() else {
        unreachable!()
    };
    assert_eq!(as_handed_in.hash().to_string(), RAISED);
    // given a record that says what its finding says
    let mut world = World::new();
    world.does(ORGANISER, &campaign()).unwrap();
    world.does(ORGANISER, &assign(order())).unwrap();
    world.does(LEADER, &submit(with_its_finding())).unwrap();
    let ask = |id, raised: Raised| {
        let command = FindingCommand::Raise(Box::new(raised));
        world
            .ask(LEADER, &Command::Finding { id, command })
            .map(|_| ())
    };
    // when a word, a photo or anything else of it was changed, then it is refused
    let changes: [&dyn Fn(&mut Raised); 10] = [
        &|raised| raised.title = texts("a3"),
        &|raised| raised.clause = "7".into(),
        &|raised| raised.severity = Severity::General,
        &|raised| raised.extent = Extent::Isolated,
        &|raised| raised.note.push('。'),
        &|raised| raised.photos.swap(0, 1),
        &|raised| raised.photos[0].taken_at = Instant(1),
        &|raised| raised.fixed_on_the_spot = true,
        &|raised| raised.help_given.clear(),
        &|raised| raised.support_owed = "测温仪".into(),
    ];
    let refused = Err(Refusal::Finding(FindingRefusal::NotAsHandedIn));
    for change in changes {
        let mut changed = (*as_handed_in).clone();
        change(&mut changed);
        assert_eq!(ask(FINDING, changed), refused);
    }
    // so is what is of another visit, body, item or line, or was fixed otherwise: all of it is hashed
    let mut hashes = vec![as_handed_in.hash()];
    let changes: [&dyn Fn(&mut Raised); 8] = [
        &|raised| raised.inspection = InspectionId(Uuid::from_u128(999)),
        &|raised| raised.body = OTHER_HOME,
        &|raised| raised.item = Some("a1".into()),
        &|raised| raised.item = None,
        &|raised| raised.code = "A1".into(),
        &|raised| raised.line = Line::Oversight,
        &|raised| raised.photos_fixed = vec![photo(9, 5)],
        &|raised| raised.photos_fixed = vec![photo(9, 6)],
    ];
    for change in changes {
        let mut changed = (*as_handed_in).clone();
        change(&mut changed);
        assert!(!hashes.contains(&changed.hash()), "{changed:?}");
        hashes.push(changed.hash());
    }
    let mut full = (*as_handed_in).clone();
    full.fixed_on_the_spot = true;
    full.photos_fixed = vec![photo(9, 5)];
    full.support_owed = "测温仪".into();
    assert_eq!(full.hash().to_string(), RAISED_AND_FIXED);
    // so is one noted freely that was not handed in with it
    let freely = Raised {
        item: None,
        ..(*as_handed_in).clone()
    };
    assert_eq!(ask(FindingId(Uuid::from_u128(999)), freely), refused);
    assert_eq!(ask(FINDING, *as_handed_in), Ok(()));
}

fn signatures_are_those_of_the_record(
    with: &dyn Fn(&dyn Fn(&mut Submission)) -> Result<(), Refusal>,
) {
    let signed = |number: u8| Signed {
        picture: photo(number, 0).hash,
        at: Instant(1_647_129_700_000),
    };
    let institution = |name: &str, given: Given| {
        let name = name.to_owned();
        BTreeMap::from([(Signatory::Institution, OtherSignature { name, given })])
    };
    let all = |submission: &Submission| Signatures {
        record: record_hash(submission).to_string(),
        inspectors: BTreeMap::from([(LEADER, signed(1)), (INSPECTOR, signed(2))]),
        others: institution("王芳，院长", Given::Signed(signed(3))),
    };
    let signing = |change: &dyn Fn(&mut Signatures)| {
        with(&|s| {
            let mut signatures = all(s);
            change(&mut signatures);
            s.signatures = Some(signatures);
        })
    };
    let refused =
        |refusal: SignatureRefusal| Err(Refusal::Inspection(InspectionRefusal::Signature(refusal)));
    assert_eq!(signing(&|_| {}), Ok(()));
    // The bytes that are hashed are those the module's docs say: a tablet that hashes others is refused.
    assert_eq!(record_hash(&submission()).to_string(), SIGNED_RECORD);
    let remark = Remark {
        note: "门卫已登记".into(),
        photos: vec![photo(40, 0)],
    };
    let mut noted = submission();
    noted.remarks.insert("a1".into(), remark.clone());
    assert_eq!(record_hash(&noted).to_string(), SIGNED_WITH_A_REMARK);
    let found = record_hash(&with_its_finding()).to_string();
    assert_eq!(found, SIGNED_WITH_ITS_FINDING);
    let mut shown = with_its_finding();
    shown.account_photos = vec![photo(40, 0)];
    assert_eq!(record_hash(&shown).to_string(), SIGNED_WITH_A_PHOTO);
    let mut counted = with_its_finding();
    counted.instances.0.insert("room".into(), 2);
    assert_eq!(record_hash(&counted).to_string(), SIGNED_WITH_ROOMS);
    // Whatever was changed after it was signed is not what was signed.
    let changes: [&dyn Fn(&mut Submission); 14] = [
        &|s| s.raised = with_its_finding().raised,
        &|s| s.target = OTHER_HOME,
        &|s| s.outcome = Outcome::Closed,
        &|s| s.checklist = domain::id::ChecklistId(Uuid::from_u128(99)),
        &|s| s.checklist_version = "2".into(),
        &|s| drop(s.answers.0.insert("a1".into(), "na".into())),
        &|s| s.findings.clear(),
        &|s| s.account = "补充一句".into(),
        &|s| s.account_photos.push(photo(40, 0)),
        &|s| s.instances = InstanceCounts([("room".to_owned(), 2)].into()),
        &|s| s.mode = VisitMode::Perimeter,
        &|s| s.started_at = Instant(1_647_129_600_001),
        &|s| s.present.reverse(),
        &|s| drop(s.remarks.insert("a1".into(), remark.clone())),
    ];
    for change in changes {
        let mut changed = submission();
        changed.signatures = Some(all(&changed));
        change(&mut changed);
        assert_eq!(
            domain::signature::check(&changed),
            Err(SignatureRefusal::OfAnotherRecord)
        );
    }
    let changed_since = with(&|s| {
        s.signatures = Some(all(s));
        s.account = "补充一句".into();
    });
    assert_eq!(changed_since, refused(SignatureRefusal::OfAnotherRecord));
    assert_eq!(
        signing(&|signatures| drop(signatures.inspectors.insert(OVERSEER, signed(4)))),
        refused(SignatureRefusal::NotPresent(OVERSEER))
    );
    assert_eq!(
        signing(&|signatures| {
            let picture = PhotoHash("签名".into());
            let unnamed = Signed {
                picture,
                ..signed(1)
            };
            signatures.inspectors.insert(LEADER, unnamed);
        }),
        refused(SignatureRefusal::Picture)
    );
    assert_eq!(
        signing(&|signatures| drop(signatures.inspectors.insert(LEADER, signed(2)))),
        refused(SignatureRefusal::PictureTwice)
    );
    assert_eq!(
        signing(&|signatures| signatures.others = institution(" ", Given::Signed(signed(3)))),
        refused(SignatureRefusal::Name(
            Signatory::Institution,
            WordingRefusal::Empty
        ))
    );
    // Who refuses to sign gives a reason, and perhaps no name.
    let refuses = |reason: &str| {
        let reason = reason.to_owned();
        signing(&|signatures| {
            let reason = reason.clone();
            signatures.others = institution("", Given::Refused { reason });
        })
    };
    assert_eq!(refuses("称须请示上级"), Ok(()));
    assert_eq!(
        refuses("称须\u{202e}请示"),
        refused(SignatureRefusal::Reason(
            Signatory::Institution,
            WordingRefusal::Unprintable { code: 0x202e }
        ))
    );
}

/// Given an assignment that was cancelled while its team was out, then what it hands in is refused to the letter, which is how it comes to
/// be held; what the office does is not for tablets.
#[test]
pub fn a_cancelled_visit_is_told_so_and_the_offices_acts_are_not_for_tablets() {
    let mut world = World::new();
    world.does(ORGANISER, &campaign()).unwrap();
    world.does(ORGANISER, &assign(order())).unwrap();
    let cancel = Command::Assignment {
        id: ASSIGNMENT,
        campaign: CAMPAIGN,
        command: AssignmentCommand::Cancel {
            reason: "改期".into(),
        },
    };
    let on_a_tablet = domain::field::decide(&cancel, &world.context(ORGANISER));
    assert_eq!(on_a_tablet, Err(PermissionRefusal::NotOnTablets.into()));
    world.does(ORGANISER, &cancel).unwrap();
    let answer = world.ask(LEADER, &submit(submission())).map(|_| ());
    let refusal = InspectionRefusal::AssignmentCancelled;
    for language in Language::ALL {
        assert!(!refusal.text(language).is_empty());
        assert!(!PermissionRefusal::NotOnTablets.text(language).is_empty());
    }
    assert_eq!(answer, Err(refusal.into()));
}

#[test]
pub fn the_second_tablet_is_told_who_was_first() {
    let world = inspected();
    let answer = world.ask(INSPECTOR, &submit(submission()));
    assert_eq!(
        answer.map(|_| ()),
        Err(InspectionRefusal::AlreadySubmitted {
            by: LEADER,
            at: world.now
        }
        .into())
    );
    // That it had begun as well is no record, and there is nothing to settle in it.
    let start = Command::Inspection {
        id: InspectionId::of(ASSIGNMENT),
        command: InspectionCommand::Start { target: HOME },
    };
    assert!(world.ask(INSPECTOR, &start).is_ok());
}

#[test]
pub fn a_finding_is_raised_once_by_a_visit_that_was_handed_in() {
    for (world, refusal) in [
        (at(Stage::Raised), FindingRefusal::AlreadyRaised),
        (World::new(), FindingRefusal::InspectionNotSubmitted),
    ] {
        let answer = world.ask(LEADER, &on_finding(raise())).unwrap_err();
        for language in Language::ALL {
            assert!(!answer.text(language).is_empty(), "{answer:?}");
        }
        assert_eq!(answer, Refusal::Finding(refusal));
    }
}

#[test]
pub fn a_sealed_assignment_is_not_there_for_its_team_before_release() {
    let mut world = World::new();
    world.does(ORGANISER, &campaign()).unwrap();
    world
        .does(
            ORGANISER,
            &assign(AssignmentOrder {
                sealed: true,
                ..order()
            }),
        )
        .unwrap();
    let start = Command::Inspection {
        id: InspectionId::of(ASSIGNMENT),
        command: InspectionCommand::Start { target: HOME },
    };
    let sealed = world.ask(LEADER, &start);
    // The very answer an assignment that was never made gives.
    assert_eq!(sealed, World::new().ask(LEADER, &start));
    assert_eq!(
        sealed.map(|_| ()),
        Err(InspectionRefusal::AssignmentUnknown.into())
    );
    let release = Command::Assignment {
        id: ASSIGNMENT,
        campaign: CAMPAIGN,
        command: AssignmentCommand::Release,
    };
    assert!(world.ask(LEADER, &release).is_err());
    world.does(ORGANISER, &release).unwrap();
    assert!(world.ask(LEADER, &start).is_ok());
}

#[test]
fn every_refusal_reads_in_both_languages() {
    let world = at(Stage::Rectified);
    let refusal = world
        .ask(HOME_BOTH, &on_finding(FindingCommand::Pass(evidence(9, 0))))
        .unwrap_err();
    assert!(refusal.text(Language::Chinese).contains("整改单位"));
    assert!(refusal.text(Language::English).contains("another unit"));
    let refusal = Refusal::from(FindingRefusal::EvidenceMissing { photos: 2 });
    assert!(refusal.text(Language::Chinese).contains("还缺2张"));
    assert!(refusal.text(Language::English).contains("2 more photo(s)"));
}

#[test]
pub fn every_refusal_of_inspections_is_met() {
    assert_every_refusal!(
        Inspection, InspectionRefusal by [
            the_rectifying_kinds_are_those_whose_actors_may_not_re_verify, nobody_of_the_rectifying_unit_re_verifies, evidence_is_new_and_taken_after_the_claim, a_finding_is_raised_by_who_inspected_for_the_item_that_failed, a_finding_says_of_its_item_what_the_checklist_says, a_finding_brings_the_evidence_its_item_asks_for, a_submission_is_judged_by_the_form_and_the_assignment, a_cancelled_visit_is_told_so_and_the_offices_acts_are_not_for_tablets, the_second_tablet_is_told_who_was_first, a_finding_is_raised_once_by_a_visit_that_was_handed_in, a_sealed_assignment_is_not_there_for_its_team_before_release, every_refusal_reads_in_both_languages,
        ]:
        AssignmentUnknown, AssignmentCancelled, TargetDiffers, AlreadySubmitted, TooFewPresent, ChecklistDiffers, Form, ScoreDiffers, FindingsDiffer, AnswersWithoutCompletion, Account, AccountPhotos, Signature, Arrival, Remark,
    );
}
