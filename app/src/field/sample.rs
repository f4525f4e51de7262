//! A small city for tests: one institution, two inspectors, one checklist, one assignment.

use std::sync::Arc;

use domain::Event;
use domain::assignment::{AssignmentEvent, AssignmentOrder, ReleaseRule};
use domain::body::{BodyEvent, BodyKind, Particulars};
use domain::checklist::{ChecklistEvent, Published};
use domain::finding::{Photo, PhotoHash};
use domain::id::{
    AssignmentId, BodyId, CampaignId, ChecklistId, EventId, FindingId, InspectionId,
    JurisdictionId, PersonId,
};
use domain::instant::{Day, Instant};
use domain::permission::{Grant, Role, Scope};
use domain::person::{PersonEvent, Registration};
use domain::record::{Authored, Stream, StreamKind};
use domain::visit_mode::VisitMode;
use form::{Form, FormDefinition, Instance, Session, Severity, Texts, TimeZone};
use uuid::Uuid;

use super::handing_in;
use super::local_facts::LocalFacts;
use crate::local_store::{Draft, FindingDraft, PhotoFate, PhotoRecord};

pub const VISIT: AssignmentId = AssignmentId(Uuid::from_u128(1));
pub const INSPECTOR: PersonId = PersonId(Uuid::from_u128(2));
pub const COLLEAGUE: PersonId = PersonId(Uuid::from_u128(3));
pub const NOW: Instant = Instant(1_647_129_600_000);
const BODY: BodyId = BodyId(Uuid::from_u128(4));
const CHECKLIST: ChecklistId = ChecklistId(Uuid::from_u128(5));
const CAMPAIGN: CampaignId = CampaignId(Uuid::from_u128(6));
const FINDING: FindingId = FindingId(Uuid::from_u128(7));

pub fn definition() -> FormDefinition {
    let definition = serde_json::json!({
        "id": "closed-management", "version": "1",
        "choiceLists": {"result": [{"value": "pass"}, {"value": "fail"}, {"value": "na"}, {"value": "unassessed"}]},
        "children": [{"node": "group", "name": "entrance", "children": [
            {"node": "question", "name": "closed", "kind": "selectOne", "choices": "result",
             "label": {"zh-Hans": "全封闭管理", "en": "Closed management"},
             "check": {"code": "E1", "severity": "key", "weight": 2.0, "evidence": {"photosAtLeast": 1}}},
            {"node": "question", "name": "register", "kind": "selectOne", "choices": "result",
             "label": {"zh-Hans": "登记完整", "en": "Register kept"},
             "check": {"code": "E2"}, "bind": {"required": "true()"}},
            {"node": "question", "name": "staff", "kind": "integer", "label": {"zh-Hans": "在岗人数", "en": "Staff"}},
        ]}],
    });
    serde_json::from_value(definition).unwrap()
}

pub fn order() -> AssignmentOrder {
    AssignmentOrder {
        campaign: CAMPAIGN,
        target: BODY,
        group: None,
        leader: INSPECTOR,
        team: vec![INSPECTOR, COLLEAGUE],
        visit_on: Day {
            year: 2022,
            month: 3,
            day: 13,
        },
        mode: VisitMode::OnSite,
        sealed: false,
        checklist: CHECKLIST,
        checklist_version: "1".into(),
        release: ReleaseRule::ByOrganiser,
        draw: None,
    }
}

fn authored(number: u128, kind: StreamKind, id: Uuid, event: &Event) -> Authored {
    Authored {
        id: EventId(Uuid::from_u128(1_000 + number)),
        jurisdiction: JurisdictionId(Uuid::from_u128(8)),
        stream: Stream { kind, id }.to_string(),
        kind: event.kind().to_owned(),
        body: event.body(),
        actor: INSPECTOR,
        device: None,
        device_sequence: None,
        occurred_at: NOW,
    }
}

pub fn events() -> Vec<Authored> {
    let particulars = Particulars {
        kind: BodyKind::ElderCare,
        name: Texts::both("市第一社会福利院", "First Social Welfare Institution"),
        parent: None,
        district: None,
        residents: 1_000,
        staff: 300,
        capacity: 1_100,
        sample: false,
        profile: domain::body::Profile::default(),
    };
    let person = |name: &str| Registration {
        name: Texts::both(name, name),
        unit: None,
        sign_in_name: name.to_owned(),
        grants: vec![Grant::new(Role::Inspector, Scope::Jurisdiction)],
    };
    let published = Published {
        definition: definition(),
        adapted: true,
    };
    [
        (
            StreamKind::Body,
            BODY.0,
            Event::Body(BodyEvent::Registered(particulars)),
        ),
        (
            StreamKind::Person,
            INSPECTOR.0,
            Event::Person(PersonEvent::Registered(person("inspector-01"))),
        ),
        (
            StreamKind::Person,
            COLLEAGUE.0,
            Event::Person(PersonEvent::Registered(person("inspector-02"))),
        ),
        (
            StreamKind::Checklist,
            CHECKLIST.0,
            Event::Checklist(ChecklistEvent::Published(Box::new(published))),
        ),
        (
            StreamKind::Assignment,
            VISIT.0,
            Event::Assignment(AssignmentEvent::Created(order())),
        ),
        (
            StreamKind::Assignment,
            VISIT.0,
            Event::Assignment(AssignmentEvent::Released),
        ),
    ]
    .iter()
    .zip(0..)
    .map(|((kind, id, event), number)| authored(number, *kind, *id, event))
    .collect()
}

pub fn city() -> LocalFacts {
    LocalFacts::of(&events())
}

pub fn city_after_submission() -> LocalFacts {
    let mut city = city();
    city.take_in(&submission_events());
    city
}

/// What handing in [`draft`] gives.
pub fn submission_events() -> Vec<Authored> {
    events_of(&draft())
}

/// What handing in a draft gives.
pub fn events_of(draft: &Draft) -> Vec<Authored> {
    let commands = handing_in::commands(
        &instance(draft),
        draft,
        &order(),
        domain::clock_offset::ClockOffset::default(),
    );
    let decided = city().decide(&commands, INSPECTOR, NOW).unwrap();
    decided
        .iter()
        .zip(100..)
        .map(|(new, number)| authored(number, new.stream.kind, new.stream.id, &new.event))
        .collect()
}

pub fn photo_hash() -> PhotoHash {
    PhotoHash("a".repeat(64))
}

pub fn photo(fate: PhotoFate) -> PhotoRecord {
    PhotoRecord {
        hash: photo_hash(),
        media_type: "image/jpeg".into(),
        taken_at: NOW,
        by: INSPECTOR,
        inspection: InspectionId::of(VISIT),
        bytes: 3,
        fate,
    }
}

/// One item failed with everything its finding needs, one passed.
pub fn draft() -> Draft {
    let session = Session {
        now: NOW.0,
        time_zone: TimeZone {
            offset_minutes: 480,
            transitions: Vec::new(),
        },
        ..Session::default()
    };
    let mut draft = Draft::new(
        InspectionId::of(VISIT),
        NOW,
        session,
        VisitMode::OnSite,
        vec![INSPECTOR, COLLEAGUE],
    );
    for (name, answer) in [("closed", "fail"), ("register", "pass")] {
        draft.answers.0.insert(name.into(), answer.into());
    }
    let mut finding = FindingDraft::new(FINDING, Severity::Key);
    finding.note = "入口无人测温".into();
    finding.photos = vec![Photo {
        hash: photo_hash(),
        taken_at: NOW,
    }];
    draft.findings.insert("closed".into(), finding);
    draft
}

pub fn instance(draft: &Draft) -> Instance {
    let form = Arc::new(Form::compile(definition()).unwrap());
    let (session, counts) = (draft.session.clone(), &draft.instances);
    let (instance, refused) = Instance::resume_as_left(form, session, &draft.answers, counts);
    assert_eq!(refused, []);
    instance
}
