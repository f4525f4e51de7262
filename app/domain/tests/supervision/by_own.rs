//! Who inspects their own: institutions themselves, discipline committees what they oversee, districts their own district.

use crate::world::finding::submission;
use crate::world::*;
use domain::assignment::{AssignmentCommand, AssignmentOrder, AssignmentRefusal, ReleaseRule};
use domain::body::{BodyEvent, BodyKind, Particulars};
use domain::campaign::{
    CampaignCommand, CampaignEvent, CampaignKind, CampaignPlan, CampaignRefusal, CampaignTerms,
    NoticeMode, Subjects,
};
use domain::clearance::{ClearanceCommand, Cleared};
use domain::id::{AssignmentId, BodyId, CampaignId, PersonId};
use domain::inspection::InspectionEvent;
use domain::jurisdiction::DistrictCode;
use domain::permission::{Act, PermissionRefusal, Role, Scope};
use domain::record::{Stream, StreamKind};
use domain::visit_mode::VisitMode;
use domain::{Command, Event};
use uuid::Uuid;

const CAMPAIGN: CampaignId = CampaignId(Uuid::from_u128(801));
const ASSIGNMENT: AssignmentId = AssignmentId(Uuid::from_u128(802));
/// A district's bureau and two of its inspectors.
const DISTRICT_BUREAU: BodyId = BodyId(Uuid::from_u128(811));
const LOCAL: PersonId = PersonId(Uuid::from_u128(812));
const OTHER_LOCAL: PersonId = PersonId(Uuid::from_u128(813));
/// A discipline officer and an inspector, both of the home.
const HOME_OVERSEER: PersonId = PersonId(Uuid::from_u128(814));
const HOME_INSPECTOR: PersonId = PersonId(Uuid::from_u128(815));
/// An officer of the other home.
const OTHER_HOME_OFFICER: PersonId = PersonId(Uuid::from_u128(816));
/// A bureau of a district in which there is no home, and a division of the bureau with nothing below it.
const ELSEWHERE: BodyId = BodyId(Uuid::from_u128(817));
const DIVISION: BodyId = BodyId(Uuid::from_u128(818));

/// A campaign of a kind in the name of an authority.
fn called(kind: CampaignKind, authority: BodyId) -> World {
    let mut world = World::new();
    for (id, parent, district) in [
        (DISTRICT_BUREAU, None, Some(DISTRICT)),
        (ELSEWHERE, None, Some("110101")),
        (DIVISION, Some(BUREAU), None),
    ] {
        let particulars = Particulars {
            kind: BodyKind::Department,
            name: texts("district bureau"),
            parent,
            district: district.map(|code| DistrictCode(code.into())),
            residents: 0,
            staff: 5,
            capacity: 0,
            sample: true,
            profile: domain::body::Profile::default(),
        };
        let stream = Stream {
            kind: StreamKind::Body,
            id: id.0,
        };
        world.happened(stream, &Event::Body(BodyEvent::Registered(particulars)));
    }
    let inspects = || vec![(Role::Inspector, Scope::Jurisdiction)];
    let oversees_home = vec![(Role::OversightOfficer, Scope::Body(HOME))];
    let speaks_for_other = vec![(Role::InstitutionOfficer, Scope::Body(OTHER_HOME))];
    for (id, name, unit, grants) in [
        (LOCAL, "local", DISTRICT_BUREAU, inspects()),
        (OTHER_LOCAL, "other-local", DISTRICT_BUREAU, inspects()),
        (HOME_OVERSEER, "home-overseer", HOME, oversees_home),
        (HOME_INSPECTOR, "home-inspector", HOME, inspects()),
        (OTHER_HOME_OFFICER, "other", OTHER_HOME, speaks_for_other),
    ] {
        world.registered(id, name, unit, grants);
    }
    let plan = CampaignPlan {
        name: texts("Look at yourselves"),
        kind,
        notice_mode: NoticeMode::Announced,
        authority,
        checklist: CHECKLIST,
        checklist_version: "1".into(),
        from: "2022-03-13".parse().unwrap(),
        to: "2022-03-31".parse().unwrap(),
        terms: CampaignTerms::default(),
    };
    let create = Command::Campaign {
        id: CAMPAIGN,
        command: CampaignCommand::Create(plan),
    };
    world.does(ORGANISER, &create).unwrap();
    world
}

fn order(team: &[PersonId]) -> AssignmentOrder {
    AssignmentOrder {
        campaign: CAMPAIGN,
        target: HOME,
        group: None,
        leader: team[0],
        team: team.to_vec(),
        visit_on: "2022-03-14".parse().unwrap(),
        mode: VisitMode::OnSite,
        sealed: false,
        checklist: CHECKLIST,
        checklist_version: "1".into(),
        release: ReleaseRule::ByOrganiser,
        draw: None,
    }
}

fn on_assignment(command: AssignmentCommand) -> Command {
    Command::Assignment {
        id: ASSIGNMENT,
        campaign: CAMPAIGN,
        command,
    }
}

fn assign(order: AssignmentOrder) -> Command {
    on_assignment(AssignmentCommand::Create(order))
}

const OWN: [PersonId; 2] = [HOME_OFFICER, HOME_BOTH];

/// Given a call to self-inspection, when an institution's officer assigns two of its own people, then it stands, and may be called off.
#[test]
pub fn an_institution_assigns_its_own_people_to_its_self_inspection() {
    for authority in [BUREAU, CENTRE, DISTRICT_BUREAU, GROUP] {
        let mut world = called(CampaignKind::SelfInspection, authority);
        world.does(HOME_OFFICER, &assign(order(&OWN))).unwrap();
        let reason = "Postponed".into();
        let cancel = on_assignment(AssignmentCommand::Cancel { reason });
        let of_another = world.ask(OTHER_HOME_OFFICER, &cancel);
        assert_eq!(
            of_another,
            Err(PermissionRefusal::NoSuchRole(Act::Organise).into())
        );
        world.does(HOME_OFFICER, &cancel).unwrap();
    }
}

/// Given an institution's officer, when they assign others than their own people, another institution, a sealed visit, or where nobody
/// called theirs to inspect itself, then they are told that it takes an organiser.
#[test]
pub fn an_institution_assigns_nothing_else() {
    let takes_an_organiser = Err(PermissionRefusal::NoSuchRole(Act::Organise).into());
    let world = called(CampaignKind::SelfInspection, BUREAU);
    for changed in [
        order(&[HOME_OFFICER, INSPECTOR]),
        AssignmentOrder {
            target: OTHER_HOME,
            ..order(&OWN)
        },
        AssignmentOrder {
            sealed: true,
            ..order(&OWN)
        },
    ] {
        assert_eq!(
            world.ask(HOME_OFFICER, &assign(changed)),
            takes_an_organiser
        );
    }
    let order = || assign(order(&OWN));
    assert_eq!(world.ask(OTHER_HOME_OFFICER, &order()), takes_an_organiser);
    for (kind, authority) in [
        (CampaignKind::SelfInspection, ELSEWHERE),
        (CampaignKind::SelfInspection, DIVISION),
        (CampaignKind::SpotCheck, BUREAU),
        (CampaignKind::CommitteeInspection, BUREAU),
    ] {
        let world = called(kind, authority);
        assert_eq!(world.ask(HOME_OFFICER, &order()), takes_an_organiser);
    }
    // Nor does one that looks at regulators alone call an institution, as an older log may have it.
    let mut world = called(CampaignKind::SelfInspection, BUREAU);
    let mut plan = world.facts.campaign(CAMPAIGN).plan.clone().unwrap();
    plan.terms.subjects = Subjects::Regulators;
    let stream = Stream {
        kind: StreamKind::Campaign,
        id: CAMPAIGN.0,
    };
    let amended = Event::Campaign(CampaignEvent::PlanAmended(plan));
    world.happened(stream, &amended);
    assert_eq!(world.ask(HOME_OFFICER, &order()), takes_an_organiser);
}

/// Given a self-inspection on a day, when a visit is assigned for that day, then it is as if there were none; and the other way round.
#[test]
pub fn a_self_inspection_keeps_no_visit_away() {
    let other = CampaignId(Uuid::from_u128(821));
    let given = || {
        let mut world = called(CampaignKind::SelfInspection, BUREAU);
        let plan = CampaignPlan {
            kind: CampaignKind::SpotCheck,
            ..world.facts.campaign(CAMPAIGN).plan.clone().unwrap()
        };
        let create = Command::Campaign {
            id: other,
            command: CampaignCommand::Create(plan),
        };
        world.does(ORGANISER, &create).unwrap();
        world
    };
    let visit = Command::Assignment {
        id: AssignmentId(Uuid::from_u128(822)),
        campaign: other,
        command: AssignmentCommand::Create(AssignmentOrder {
            campaign: other,
            ..order(&[LEADER, INSPECTOR])
        }),
    };
    let own = assign(order(&OWN));
    for in_turn in [
        [(HOME_OFFICER, &own), (ORGANISER, &visit)],
        [(ORGANISER, &visit), (HOME_OFFICER, &own)],
    ] {
        let mut world = given();
        for (who, command) in in_turn {
            world.does(who, command).unwrap();
        }
    }
}

/// Given a self-inspection on a day, when a second is assigned for it in the same campaign, then it is refused until the first is called off;
/// on another day, or called for by another campaign, it stands beside it.
#[test]
pub fn an_institution_inspects_itself_once_a_day() {
    let second = |changed: fn(&mut AssignmentOrder)| {
        let mut order = order(&OWN);
        changed(&mut order);
        Command::Assignment {
            id: AssignmentId(Uuid::from_u128(823)),
            campaign: order.campaign,
            command: AssignmentCommand::Create(order),
        }
    };
    let mut world = called(CampaignKind::SelfInspection, BUREAU);
    let another = CampaignId(Uuid::from_u128(824));
    let create = Command::Campaign {
        id: another,
        command: CampaignCommand::Create(world.facts.campaign(CAMPAIGN).plan.clone().unwrap()),
    };
    world.does(ORGANISER, &create).unwrap();
    world.does(HOME_OFFICER, &assign(order(&OWN))).unwrap();
    let by = Some(ASSIGNMENT);
    for who in [HOME_OFFICER, ORGANISER] {
        assert_eq!(
            world.ask(who, &second(|_| {})),
            Err(AssignmentRefusal::VisitedThatDay { by }.into())
        );
    }
    let tomorrow = second(|order| order.visit_on = "2022-03-15".parse().unwrap());
    world.ask(HOME_OFFICER, &tomorrow).unwrap();
    let for_another = second(|order| order.campaign = CampaignId(Uuid::from_u128(824)));
    world.ask(HOME_OFFICER, &for_another).unwrap();
    let reason = "Postponed".into();
    let cancel = on_assignment(AssignmentCommand::Cancel { reason });
    world.does(HOME_OFFICER, &cancel).unwrap();
    world.ask(HOME_OFFICER, &second(|_| {})).unwrap();
}

/// Given each kind of campaign, then it is by whom it is by, and each keeps away from their own but where the kind says otherwise.
#[test]
pub fn each_kind_of_campaign_is_by_its_own_people() {
    let recused = AssignmentRefusal::OwnBody;
    let by = |kind, authority, team: &[PersonId]| {
        called(kind, authority)
            .ask(ORGANISER, &assign(order(team)))
            .map(|_| ())
    };
    // Everybody who is none is named, by id.
    let no_inspectors = |people: &[PersonId]| {
        let mut people = people.to_vec();
        people.sort_unstable();
        Err(CampaignRefusal::NotAnInspector(people).into())
    };
    let no_inspector = |person| no_inspectors(&[person]);
    for kind in CampaignKind::ALL {
        let by = |team: &[PersonId]| by(kind, BUREAU, team);
        let is_own = kind == CampaignKind::SelfInspection;
        assert_eq!(by(&[LEADER, INSPECTOR]), Ok(()), "{kind:?}");
        // The home's officer and its discipline officer.
        let own = by(&[HOME_OFFICER, HOME_OVERSEER]);
        let of_committee = by(&[HOME_OVERSEER, CENTRE_OVERSEER]);
        // An inspector who belongs to the home, beside its discipline officer.
        let with_inspector = by(&[HOME_OVERSEER, HOME_INSPECTOR]);
        match kind {
            CampaignKind::SelfInspection => {
                assert_eq!(own, Ok(()));
                assert_eq!(of_committee, no_inspector(CENTRE_OVERSEER));
                assert_eq!(with_inspector, Ok(()));
                // Nobody inspects another home for it.
                let of_another = by(&[HOME_OFFICER, OTHER_HOME_OFFICER]);
                assert_eq!(of_another, no_inspector(OTHER_HOME_OFFICER));
            }
            CampaignKind::CommitteeInspection => {
                assert_eq!(own, no_inspector(HOME_OFFICER));
                assert_eq!(of_committee, Ok(()));
                assert_eq!(with_inspector, Err(recused(vec![HOME_INSPECTOR]).into()));
                // Nor a committee what it does not oversee.
                let elsewhere = AssignmentOrder {
                    target: OTHER_HOME,
                    ..order(&[HOME_OVERSEER, CENTRE_OVERSEER])
                };
                let answer = called(kind, BUREAU).ask(ORGANISER, &assign(elsewhere));
                assert_eq!(answer.map(|_| ()), no_inspector(HOME_OVERSEER));
            }
            _ => {
                assert_eq!(own, no_inspectors(&[HOME_OFFICER, HOME_OVERSEER]));
                assert_eq!(
                    of_committee,
                    no_inspectors(&[HOME_OVERSEER, CENTRE_OVERSEER])
                );
                assert_eq!(with_inspector, no_inspector(HOME_OVERSEER));
            }
        }
        // Their district's own people: of the municipal bureau's campaign recused, of the district's own not.
        let local = by(&[LOCAL, OTHER_LOCAL]);
        if is_own {
            assert_eq!(local, Ok(()));
        } else {
            assert_eq!(
                local,
                Err(AssignmentRefusal::OwnDistrict(vec![LOCAL, OTHER_LOCAL]).into())
            );
        }
    }
    for kind in CampaignKind::ALL {
        let local = by(kind, DISTRICT_BUREAU, &[LOCAL, OTHER_LOCAL]);
        assert_eq!(local, Ok(()), "{kind:?}");
        let of_home = by(kind, DISTRICT_BUREAU, &[LOCAL, HOME_INSPECTOR]);
        if kind == CampaignKind::SelfInspection {
            assert_eq!(of_home, Ok(()));
        } else {
            assert_eq!(
                of_home,
                Err(recused(vec![HOME_INSPECTOR]).into()),
                "{kind:?}"
            );
        }
    }
}

/// Given somebody of the home whose latest test is positive, when they are assigned to its self-inspection, then whoever assigns them is
/// told nothing of the test; and one that was handed in is not called off.
#[test]
pub fn a_self_inspection_tells_nothing_of_tests_and_is_not_taken_back() {
    let mut world = called(CampaignKind::SelfInspection, BUREAU);
    let cleared = Cleared {
        tested_at: world.now,
        negative: false,
        doses: 0,
        last_dose_on: None,
    };
    let record = Command::Clearance {
        id: HOME_BOTH,
        command: ClearanceCommand::Record(cleared),
    };
    world.does(ORGANISER, &record).unwrap();
    world.does(HOME_OFFICER, &assign(order(&OWN))).unwrap();
    let handed_in = InspectionEvent::Submitted(Box::new(submission()));
    let stream = Stream {
        kind: StreamKind::Inspection,
        id: ASSIGNMENT.0,
    };
    world.happened(stream, &Event::Inspection(handed_in));
    let reason = "A mistake".into();
    let cancel = on_assignment(AssignmentCommand::Cancel { reason });
    let refusal = AssignmentRefusal::HandedIn.into();
    assert_eq!(world.ask(HOME_OFFICER, &cancel), Err(refusal));
    world.ask(ORGANISER, &cancel).unwrap();
}
