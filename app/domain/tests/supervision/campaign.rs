//! Campaigns, their groups and their assignments: what is refused, and joint inspection.

use crate::world::*;
use domain::arrangement::{ArrangementContent, ArrangementEvent};
use domain::assignment::{AssignmentCommand, AssignmentOrder, AssignmentRefusal, ReleaseRule};
use domain::body::BodyEvent;
use domain::campaign::{
    CampaignCommand, CampaignKind, CampaignPlan, CampaignRefusal, CampaignTerms, ChecklistUse,
    Group, NoticeMode, Subjects,
};
use domain::clearance::{ClearanceCommand, Cleared};
use domain::draw::plan::{DrawPlan, Exclusion, Focus, Pairing, Quota, Recusal, Strata, TeamRule};
use domain::draw::{DrawCommand, DrawRefusal};
use domain::facts::StandingVisit;
use domain::id::{
    ArrangementId, AssignmentId, BodyId, CampaignId, DrawId, GroupId, InspectionId, PersonId,
};
use domain::inspection::InspectionCommand;
use domain::instant::Instant;
use domain::jurisdiction::DistrictCode;
use domain::permission::{Act, Grant, PermissionRefusal, Role, Scope};
use domain::person::{self, PersonEvent};
use domain::record::{Hash, Stream, StreamKind};
use domain::recusal::RecusalReason;
use domain::visit_mode::VisitMode;
use domain::wording::WordingRefusal;
use domain::{Command, Context, Event, Language, Refusal};
use form::Texts;
use uuid::Uuid;

const CAMPAIGN: CampaignId = CampaignId(Uuid::from_u128(701));
const TEAM: GroupId = GroupId(Uuid::from_u128(702));
const SECOND_TEAM: GroupId = GroupId(Uuid::from_u128(703));
const ASSIGNMENT: AssignmentId = AssignmentId(Uuid::from_u128(704));
const DRAW: DrawId = DrawId(Uuid::from_u128(705));
const ARRANGEMENT: ArrangementId = ArrangementId(Uuid::from_u128(706));
const NOWHERE: BodyId = BodyId(Uuid::from_u128(799));
/// Of the oversight group.
const THIRD: PersonId = PersonId(Uuid::from_u128(711));
/// Of the centre.
const OF_CENTRE: PersonId = PersonId(Uuid::from_u128(712));
/// Of another home of the district.
const LOCAL: PersonId = PersonId(Uuid::from_u128(713));

fn plan() -> CampaignPlan {
    CampaignPlan {
        name: texts("Visits"),
        kind: CampaignKind::SpotCheck,
        notice_mode: NoticeMode::Unannounced,
        authority: GROUP,
        checklist: CHECKLIST,
        checklist_version: "1".into(),
        from: "2022-03-13".parse().unwrap(),
        to: "2022-03-31".parse().unwrap(),
        terms: CampaignTerms::default(),
    }
}

fn on_campaign(command: CampaignCommand) -> Command {
    Command::Campaign {
        id: CAMPAIGN,
        command,
    }
}

fn create(change: impl Fn(&mut CampaignPlan)) -> Command {
    let mut plan = plan();
    change(&mut plan);
    on_campaign(CampaignCommand::Create(plan))
}

fn form_group(id: GroupId, change: impl Fn(&mut Group)) -> Command {
    let mut group = Group {
        name: texts("Group"),
        leader: LEADER,
        members: vec![LEADER, INSPECTOR],
    };
    change(&mut group);
    on_campaign(CampaignCommand::FormGroup { id, group })
}

fn declare(person: PersonId, body: BodyId, note: &str) -> Command {
    on_campaign(CampaignCommand::DeclareInterest {
        person,
        body,
        note: note.into(),
    })
}

fn change_group(id: GroupId, change: impl Fn(&mut Group)) -> Command {
    let mut group = Group {
        name: texts("Group"),
        leader: LEADER,
        members: vec![LEADER, INSPECTOR],
    };
    change(&mut group);
    on_campaign(CampaignCommand::ChangeGroup { id, group })
}

fn dissolve(id: GroupId, reason: &str) -> Command {
    on_campaign(CampaignCommand::DissolveGroup {
        id,
        reason: reason.into(),
    })
}

fn withdraw(person: PersonId, body: BodyId, note: &str) -> Command {
    on_campaign(CampaignCommand::WithdrawInterest {
        person,
        body,
        note: note.into(),
    })
}

fn amend(change: impl Fn(&mut CampaignPlan)) -> Command {
    let mut plan = plan();
    change(&mut plan);
    on_campaign(CampaignCommand::Amend(plan))
}

fn with_terms(terms: CampaignTerms) -> World {
    let mut world = World::new();
    let inspects = || vec![(Role::Inspector, Scope::Jurisdiction)];
    world.registered(THIRD, "third", GROUP, inspects());
    world.registered(OF_CENTRE, "of-centre", CENTRE, inspects());
    world.registered(LOCAL, "local", OTHER_HOME, inspects());
    let creating = create(|plan| plan.terms = terms.clone());
    world.does(ORGANISER, &creating).unwrap();
    world
}

fn created() -> World {
    with_terms(CampaignTerms::default())
}

fn grouped() -> World {
    let mut world = created();
    world.does(ORGANISER, &form_group(TEAM, |_| {})).unwrap();
    world
}

fn dissolved() -> World {
    let mut world = grouped();
    world.does(ORGANISER, &dissolve(TEAM, "No need")).unwrap();
    world
}

/// The organiser, who inspects as well, declared an interest.
fn declared_by_the_organiser() -> World {
    let mut world = created();
    let grants = vec![
        (Role::Organiser, Scope::Jurisdiction),
        (Role::Inspector, Scope::Jurisdiction),
    ];
    world.registered(ORGANISER, "organiser", BUREAU, grants);
    world
        .does(ORGANISER, &declare(ORGANISER, HOME, "Worked there"))
        .unwrap();
    world
}

fn declared() -> World {
    let mut world = created();
    let declare = declare(INSPECTOR, HOME, "Worked there");
    world.does(INSPECTOR, &declare).unwrap();
    world
}

/// The oversight group's, jointly with the bureau.
fn joint() -> World {
    with_terms(CampaignTerms {
        partners: vec![BUREAU],
        ..CampaignTerms::default()
    })
}

fn without_group() -> World {
    let mut world = World::new();
    let stream = Stream {
        kind: StreamKind::Body,
        id: GROUP.0,
    };
    let closed = BodyEvent::Closed {
        reason: "Dissolved".into(),
    };
    world.happened(stream, &Event::Body(closed));
    world
}

/// An arrangement is in force, of announced visits.
fn arranged_otherwise() -> World {
    let mut world = World::new();
    let plan = plan();
    let content = ArrangementContent {
        number: "1".into(),
        title: texts("Visits"),
        text: texts("Go and look"),
        kind: plan.kind,
        notice_mode: NoticeMode::Announced,
        authority: plan.authority,
        subjects: plan.terms.subjects,
        checklists: vec![ChecklistUse {
            checklist: CHECKLIST,
            version: "1".into(),
        }],
        from: plan.from,
        to: plan.to,
        focus: None,
        partners: Vec::new(),
    };
    for event in [
        ArrangementEvent::Drafted(Box::new(content)),
        ArrangementEvent::Approved,
        ArrangementEvent::Issued,
    ] {
        let stream = Stream {
            kind: StreamKind::Arrangement,
            id: ARRANGEMENT.0,
        };
        world.happened(stream, &Event::Arrangement(event));
    }
    world
}

#[test]
pub fn what_cannot_be_done_in_a_campaign_is_refused_with_the_reason() {
    let follow = || {
        on_campaign(CampaignCommand::Follow {
            arrangement: ARRANGEMENT,
        })
    };
    let arranged = |plan: &mut CampaignPlan| plan.terms.arrangement = Some(ARRANGEMENT);
    let focus = |factor| {
        let district = DistrictCode(DISTRICT.into());
        Some(Focus { district, factor })
    };
    let too_long = WordingRefusal::TooLong { limit: 120 };
    let cases: Vec<(fn() -> World, Command, CampaignRefusal)> = vec![
        (created, create(|_| {}), CampaignRefusal::AlreadyCreated),
        (
            World::new,
            form_group(TEAM, |_| {}),
            CampaignRefusal::Unknown,
        ),
        (
            World::new,
            declare(INSPECTOR, HOME, "?"),
            CampaignRefusal::Unknown,
        ),
        (World::new, follow(), CampaignRefusal::Unknown),
        (
            World::new,
            create(|plan| plan.name = Texts::default()),
            CampaignRefusal::Name(WordingRefusal::Empty),
        ),
        (
            created,
            form_group(TEAM, |group| group.name = texts(&"x".repeat(121))),
            CampaignRefusal::Name(too_long),
        ),
        (
            World::new,
            create(|plan| plan.authority = NOWHERE),
            CampaignRefusal::AuthorityUnknown,
        ),
        (
            without_group,
            create(|_| {}),
            CampaignRefusal::AuthorityUnknown,
        ),
        (
            World::new,
            create(|plan| plan.checklist_version = "2".into()),
            CampaignRefusal::ChecklistUnknown,
        ),
        (
            World::new,
            create(|plan| plan.to = "2022-03-12".parse().unwrap()),
            CampaignRefusal::PeriodReversed,
        ),
        (
            World::new,
            create(|plan| plan.terms.focus = focus(11)),
            CampaignRefusal::Focus,
        ),
        (
            World::new,
            create(|plan| plan.terms.partners = vec![NOWHERE]),
            CampaignRefusal::PartnerUnknown,
        ),
        (
            World::new,
            create(|plan| plan.terms.partners = vec![plan.authority]),
            CampaignRefusal::PartnerIsAuthority,
        ),
        (
            World::new,
            create(|plan| {
                plan.kind = CampaignKind::SelfInspection;
                plan.terms.subjects = Subjects::Regulators;
            }),
            CampaignRefusal::SelfInspectionOfRegulators,
        ),
        (
            World::new,
            create(arranged),
            CampaignRefusal::ArrangementNotIssued,
        ),
        (
            arranged_otherwise,
            create(arranged),
            CampaignRefusal::ArrangementDiffers,
        ),
        (created, follow(), CampaignRefusal::NothingToFollow),
        (
            grouped,
            form_group(TEAM, |_| {}),
            CampaignRefusal::GroupExists,
        ),
        (
            grouped,
            form_group(GroupId(Uuid::from_u128(77)), |group| {
                group.name = Texts::both("Group", "Another");
            }),
            CampaignRefusal::GroupNameTaken,
        ),
        (
            created,
            form_group(TEAM, |group| group.members = vec![LEADER, LEADER]),
            CampaignRefusal::TeamTooSmall,
        ),
        (
            created,
            form_group(TEAM, |group| group.leader = OF_CENTRE),
            CampaignRefusal::LeaderNotMember,
        ),
        (
            created,
            form_group(TEAM, |group| group.members.push(HOME_OFFICER)),
            CampaignRefusal::NotAnInspector(vec![HOME_OFFICER]),
        ),
        (
            created,
            declare(STRANGER, HOME, "?"),
            CampaignRefusal::NotAnInspector(vec![STRANGER]),
        ),
        (
            created,
            declare(INSPECTOR, NOWHERE, "?"),
            CampaignRefusal::BodyUnknown,
        ),
        (
            created,
            declare(INSPECTOR, HOME, "\u{200B}"),
            CampaignRefusal::Note(WordingRefusal::Unprintable { code: 0x200B }),
        ),
        (
            declared,
            declare(INSPECTOR, HOME, "Again"),
            CampaignRefusal::InterestKnown,
        ),
        (
            joint,
            form_group(TEAM, |group| group.members = vec![LEADER, THIRD]),
            CampaignRefusal::NotJoint,
        ),
        (
            World::new,
            dissolve(TEAM, "No need"),
            CampaignRefusal::Unknown,
        ),
        (
            created,
            change_group(TEAM, |_| {}),
            CampaignRefusal::GroupUnknown,
        ),
        (
            dissolved,
            change_group(TEAM, |group| group.name = texts("Other")),
            CampaignRefusal::GroupUnknown,
        ),
        (
            dissolved,
            dissolve(TEAM, "Again"),
            CampaignRefusal::GroupUnknown,
        ),
        (
            dissolved,
            form_group(TEAM, |_| {}),
            CampaignRefusal::GroupExists,
        ),
        (
            grouped,
            change_group(TEAM, |group| group.members = vec![LEADER]),
            CampaignRefusal::TeamTooSmall,
        ),
        (
            grouped,
            change_group(TEAM, |_| {}),
            CampaignRefusal::NothingChanged,
        ),
        (
            grouped,
            dissolve(TEAM, ""),
            CampaignRefusal::Reason(WordingRefusal::Empty),
        ),
        (
            created,
            withdraw(INSPECTOR, HOME, "No more"),
            CampaignRefusal::InterestUnknown,
        ),
        (
            declared,
            withdraw(INSPECTOR, HOME, ""),
            CampaignRefusal::Note(WordingRefusal::Empty),
        ),
        (
            declared_by_the_organiser,
            withdraw(ORGANISER, HOME, "No more"),
            CampaignRefusal::OwnRecusal,
        ),
        (created, amend(|_| {}), CampaignRefusal::NothingChanged),
        (created, amend(arranged), CampaignRefusal::IsArranged),
        (
            created,
            amend(|plan| plan.kind = CampaignKind::SelfInspection),
            CampaignRefusal::KindStays,
        ),
        (
            created,
            amend(|plan| plan.to = "2022-03-12".parse().unwrap()),
            CampaignRefusal::PeriodReversed,
        ),
    ];
    let mut met = Vec::new();
    for (given, command, expected) in cases {
        let refusal = given().ask(ORGANISER, &command).unwrap_err();
        for language in Language::ALL {
            assert!(!refusal.text(language).is_empty(), "{refusal:?}");
        }
        assert_eq!(refusal, Refusal::Campaign(expected.clone()), "{command:?}");
        met.push(expected);
    }
    assert_every_variant!(
        met,
        CampaignRefusal: AlreadyCreated, Unknown, Name, AuthorityUnknown, ChecklistUnknown, PeriodReversed, GroupExists, GroupNameTaken,
        TeamTooSmall, LeaderNotMember, NotAnInspector, BodyUnknown, InterestKnown, Note, Focus, PartnerUnknown,
        PartnerIsAuthority, SelfInspectionOfRegulators,
        ArrangementNotIssued, ArrangementDiffers, NothingToFollow, NotJoint, GroupUnknown, Reason, InterestUnknown, OwnRecusal,
        IsArranged, KindStays, NothingChanged,
    );
    for command in [
        create(|_| {}),
        form_group(TEAM, |_| {}),
        change_group(TEAM, |_| {}),
        dissolve(TEAM, "?"),
        withdraw(INSPECTOR, HOME, "?"),
        amend(|_| {}),
    ] {
        assert_eq!(
            created().ask(OVERSEER, &command),
            Err(PermissionRefusal::NoSuchRole(Act::Organise).into())
        );
    }
}

/// Given a group, when it is changed and then dissolved, then it is as it was last said; what it visited keeps its name, and it is
/// assigned nothing more.
#[test]
pub fn a_group_is_changed_and_dissolved() {
    let mut world = grouped();
    let change = change_group(TEAM, |group| {
        group.name = texts("Second group");
        group.members.push(THIRD);
    });
    world.does(ORGANISER, &change).unwrap();
    let group = world.facts.campaign(CAMPAIGN).group(TEAM).unwrap().clone();
    assert_eq!(
        (group.name, group.members),
        (texts("Second group"), vec![LEADER, INSPECTOR, THIRD])
    );
    let by_it = assign(|order| order.group = Some(TEAM));
    // As it was: who assigns it has its page open since.
    assert_eq!(
        world.ask(ORGANISER, &by_it),
        Err(AssignmentRefusal::GroupChanged.into())
    );
    let by_it = assign(|order| {
        order.group = Some(TEAM);
        order.team = vec![LEADER, INSPECTOR, THIRD];
    });
    world.ask(ORGANISER, &by_it).unwrap();
    world.does(ORGANISER, &dissolve(TEAM, "No need")).unwrap();
    assert_eq!(world.facts.campaign(CAMPAIGN).group(TEAM), None);
    assert!(world.facts.campaign(CAMPAIGN).groups.contains_key(&TEAM));
    assert_eq!(
        world.ask(ORGANISER, &by_it),
        Err(CampaignRefusal::GroupUnknown.into())
    );
}

/// Given a declared interest, when an organiser withdraws it, then the person may be assigned again.
#[test]
pub fn an_interest_that_is_withdrawn_keeps_nobody_away() {
    let mut world = declared();
    assert_eq!(
        world.ask(ORGANISER, &assign(|_| {})),
        Err(AssignmentRefusal::DeclaredInterest(vec![INSPECTOR]).into())
    );
    let withdraw = withdraw(INSPECTOR, HOME, "It was another home");
    world.does(ORGANISER, &withdraw).unwrap();
    world.ask(ORGANISER, &assign(|_| {})).unwrap();
}

/// Given a campaign without an arrangement, when its last day is moved forward, then nothing is assigned after it.
#[test]
pub fn a_campaign_is_ended_by_its_last_day() {
    let mut world = created();
    let last = "2022-03-13".parse().unwrap();
    world
        .does(ORGANISER, &amend(|plan| plan.to = last))
        .unwrap();
    assert_eq!(
        world.ask(ORGANISER, &assign(|_| {})),
        Err(AssignmentRefusal::OutsidePeriod {
            from: plan().from,
            to: last
        }
        .into())
    );
}

fn order() -> AssignmentOrder {
    AssignmentOrder {
        campaign: CAMPAIGN,
        target: HOME,
        group: None,
        leader: LEADER,
        team: vec![LEADER, INSPECTOR],
        visit_on: "2022-03-14".parse().unwrap(),
        mode: VisitMode::OnSite,
        sealed: true,
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

fn assign(change: impl Fn(&mut AssignmentOrder)) -> Command {
    let mut order = order();
    change(&mut order);
    on_assignment(AssignmentCommand::Create(order))
}

/// Another assignment of the same visit.
fn assign_another(change: impl Fn(&mut AssignmentOrder)) -> Command {
    let mut order = order();
    change(&mut order);
    Command::Assignment {
        id: AssignmentId(Uuid::from_u128(710)),
        campaign: CAMPAIGN,
        command: AssignmentCommand::Create(order),
    }
}

/// Midnight after 14 March, the day of the visit, eight hours ahead of UTC.
fn end_of_visit() -> Instant {
    Instant(1_647_273_600_000)
}

fn assigned() -> World {
    let mut world = created();
    world.does(ORGANISER, &assign(|_| {})).unwrap();
    world
}

/// One of its team keeps away since it was made.
fn declared_since() -> World {
    let mut world = assigned();
    let declare = declare(INSPECTOR, HOME, "Worked there");
    world.does(INSPECTOR, &declare).unwrap();
    world
}

/// One of its team tested positive since it was made.
fn positive_since() -> World {
    let mut world = assigned();
    world.does(INSPECTOR, &tested(false)).unwrap();
    world
}

/// It is released at a time of the day before the visit's, an hour from now.
fn soon_released() -> World {
    let mut world = created();
    let at = world.now.plus_hours(1);
    let timed = assign(|order| order.release = ReleaseRule::At(at));
    world.does(ORGANISER, &timed).unwrap();
    world
}

fn begun() -> World {
    let mut world = released();
    let start = Command::Inspection {
        id: InspectionId::of(ASSIGNMENT),
        command: InspectionCommand::Start { target: HOME },
    };
    world.does(LEADER, &start).unwrap();
    world
}

fn arrived_at() -> World {
    let mut world = created();
    let waits = assign(|order| order.release = ReleaseRule::OnArrival);
    world.does(ORGANISER, &waits).unwrap();
    let account = "At the gate".into();
    let arrived = on_assignment(AssignmentCommand::ConfirmArrival { account });
    world.does(ORGANISER, &arrived).unwrap();
    world
}

/// Moved to a day that is free, but said otherwise.
fn changed(change: impl Fn(&mut BodyId, &mut Vec<PersonId>, &mut String)) -> Command {
    let AssignmentCommand::Reschedule {
        visit_on,
        mut target,
        mut team,
        mut reason,
    } = move_to("2022-03-16")
    else {
        unreachable!("it is moved")
    };
    change(&mut target, &mut team, &mut reason);
    on_assignment(AssignmentCommand::Reschedule {
        visit_on,
        target,
        team,
        reason,
    })
}

fn released() -> World {
    let mut world = assigned();
    let release = on_assignment(AssignmentCommand::Release);
    world.does(ORGANISER, &release).unwrap();
    world
}

fn cancelled() -> World {
    let mut world = assigned();
    let reason = "The home moved".into();
    let cancel = on_assignment(AssignmentCommand::Cancel { reason });
    world.does(ORGANISER, &cancel).unwrap();
    world
}

fn of(subjects: Subjects) -> World {
    with_terms(CampaignTerms {
        subjects,
        ..CampaignTerms::default()
    })
}

fn of_regulators() -> World {
    of(Subjects::Regulators)
}

fn of_both() -> World {
    of(Subjects::Both)
}

fn draw_plan(world: &World, teams: TeamRule) -> DrawPlan {
    DrawPlan {
        campaign: CAMPAIGN,
        name: texts("Draw"),
        kinds: vec![domain::body::BodyKind::ElderCare],
        districts: Vec::new(),
        strata: Strata {
            by_district: true,
            by_kind: false,
        },
        quota: Quota::Fixed(1),
        quotas: Vec::new(),
        reserves: 0,
        focus: None,
        weights: std::collections::BTreeMap::new(),
        exclusions: Vec::new(),
        teams,
        pairing: Pairing::Institutions,
        visits_per_team: 1,
        parties: vec![ORGANISER, OVERSEER],
        commit_by: world.now.plus_hours(1),
        reveal_by: world.now.plus_hours(2),
        fallback: "A new round".into(),
        sealed: true,
    }
}

fn on_draw(command: DrawCommand) -> Command {
    Command::Draw { id: DRAW, command }
}

fn publish(plan: DrawPlan) -> Command {
    on_draw(DrawCommand::Publish(Box::new(plan)))
}

/// A city in which a sealed draw gave one of the homes to the group; the order of that visit.
fn drawn() -> (World, AssignmentId, AssignmentOrder) {
    let mut world = grouped();
    let plan = draw_plan(&world, TeamRule::Groups(vec![TEAM]));
    world.does(ORGANISER, &publish(plan)).unwrap();
    let seed = |party: PersonId| Hash::of(party.to_string().as_bytes());
    let rules = world
        .facts
        .draw(DRAW)
        .published
        .as_ref()
        .unwrap()
        .0
        .rules_hash;
    for party in [ORGANISER, OVERSEER] {
        let commitment = domain::draw::canonical::commitment(rules, 1, party, seed(party));
        let commit = on_draw(DrawCommand::Commit { commitment });
        world.does(party, &commit).unwrap();
    }
    for party in [ORGANISER, OVERSEER] {
        let seed = seed(party);
        world
            .does(party, &on_draw(DrawCommand::Reveal { seed }))
            .unwrap();
    }
    let (drawn, _) = world
        .facts
        .draw(DRAW)
        .round()
        .unwrap()
        .drawn
        .clone()
        .unwrap();
    let target = drawn.result.visits[0].institution;
    let order = AssignmentOrder {
        target,
        group: Some(TEAM),
        draw: Some(DRAW),
        ..order()
    };
    let id = domain::draw::canonical::assignment_of(drawn.seed, target);
    (world, id, order)
}

#[test]
pub fn what_cannot_be_assigned_is_refused_with_the_reason() {
    let reason = |reason: &str| {
        let reason = reason.to_owned();
        on_assignment(AssignmentCommand::Cancel { reason })
    };
    let release = || on_assignment(AssignmentCommand::Release);
    let arrived = || {
        on_assignment(AssignmentCommand::ConfirmArrival {
            account: "At the gate".into(),
        })
    };
    let plan = plan();
    let outside = AssignmentRefusal::OutsidePeriod {
        from: plan.from,
        to: plan.to,
    };
    let cases: Vec<(fn() -> World, Command, AssignmentRefusal)> = vec![
        (assigned, assign(|_| {}), AssignmentRefusal::AlreadyCreated),
        (created, release(), AssignmentRefusal::Unknown),
        (
            World::new,
            assign(|_| {}),
            AssignmentRefusal::CampaignUnknown,
        ),
        (
            created,
            assign(|order| order.target = NOWHERE),
            AssignmentRefusal::TargetUnknown,
        ),
        // Institutions alone are inspected, or regulators alone; an oversight body never is.
        (
            created,
            assign(|order| order.target = CENTRE),
            AssignmentRefusal::NotASubject,
        ),
        (
            of_regulators,
            assign(|_| {}),
            AssignmentRefusal::NotASubject,
        ),
        (
            of_both,
            assign(|order| order.target = GROUP),
            AssignmentRefusal::NotASubject,
        ),
        (
            created,
            assign(|order| order.checklist_version = "2".into()),
            AssignmentRefusal::ChecklistDiffers,
        ),
        (
            created,
            assign(|order| order.visit_on = "2022-03-12".parse().unwrap()),
            outside.clone(),
        ),
        (
            created,
            assign(|order| order.visit_on = "2022-04-01".parse().unwrap()),
            outside.clone(),
        ),
        (
            created,
            assign(|order| {
                order.sealed = false;
                order.release = ReleaseRule::OnArrival;
            }),
            AssignmentRefusal::NotSealed,
        ),
        (
            created,
            assign(|order| order.release = ReleaseRule::At(Instant(0))),
            AssignmentRefusal::ReleasePast,
        ),
        // Until the last moment of the day of the visit on the city's clock, and not a moment longer.
        (
            created,
            assign(|order| order.release = ReleaseRule::At(end_of_visit())),
            AssignmentRefusal::ReleaseAfterVisit,
        ),
        (
            assigned,
            assign_another(|_| {}),
            AssignmentRefusal::VisitedThatDay {
                by: Some(ASSIGNMENT),
            },
        ),
        (
            created,
            assign(|order| order.draw = Some(DRAW)),
            AssignmentRefusal::NotDrawn,
        ),
        (released, release(), AssignmentRefusal::AlreadyReleased),
        (
            declared_since,
            release(),
            AssignmentRefusal::DeclaredInterest(vec![INSPECTOR]),
        ),
        (assigned, arrived(), AssignmentRefusal::NotOnArrival),
        (
            created,
            reschedule("2022-03-16"),
            AssignmentRefusal::Unknown,
        ),
        (
            cancelled,
            reschedule("2022-03-16"),
            AssignmentRefusal::Cancelled,
        ),
        (
            assigned,
            reschedule("2022-03-14"),
            AssignmentRefusal::SameDay,
        ),
        (
            released,
            reschedule("2022-03-12"),
            AssignmentRefusal::DayPast,
        ),
        (assigned, reschedule("2022-04-01"), outside),
        (
            assigned,
            changed(|_, _, reason| reason.clear()),
            AssignmentRefusal::Reason(WordingRefusal::Empty),
        ),
        (
            assigned,
            changed(|target, _, _| *target = OTHER_HOME),
            AssignmentRefusal::OtherVisit,
        ),
        (
            assigned,
            changed(|_, team, _| team.truncate(1)),
            AssignmentRefusal::OtherVisit,
        ),
        (
            declared_since,
            reschedule("2022-03-16"),
            AssignmentRefusal::DeclaredInterest(vec![INSPECTOR]),
        ),
        (
            positive_since,
            reschedule("2022-03-16"),
            AssignmentRefusal::TestedPositive(vec![INSPECTOR]),
        ),
        (
            soon_released,
            reschedule("2022-03-13"),
            AssignmentRefusal::ReleasePast,
        ),
        (begun, reschedule("2022-03-16"), AssignmentRefusal::Begun),
        (
            arrived_at,
            reschedule("2022-03-16"),
            AssignmentRefusal::Begun,
        ),
        (cancelled, release(), AssignmentRefusal::Cancelled),
        (cancelled, arrived(), AssignmentRefusal::Cancelled),
        (cancelled, reason("Again"), AssignmentRefusal::Cancelled),
        (
            assigned,
            reason(" "),
            AssignmentRefusal::Reason(WordingRefusal::Empty),
        ),
        (
            declared,
            assign(|_| {}),
            AssignmentRefusal::DeclaredInterest(vec![INSPECTOR]),
        ),
        (
            created,
            assign(|order| {
                order.team.push(LOCAL);
                order.target = OTHER_HOME;
            }),
            AssignmentRefusal::OwnBody(vec![LOCAL]),
        ),
        (
            created,
            assign(|order| order.team.push(LOCAL)),
            AssignmentRefusal::OwnDistrict(vec![LOCAL]),
        ),
        (
            of_both,
            assign(|order| order.team = vec![LEADER, OF_CENTRE]),
            AssignmentRefusal::RegulatorsOwn(vec![OF_CENTRE]),
        ),
        (
            tested_positive,
            assign(|order| order.mode = VisitMode::Perimeter),
            AssignmentRefusal::TestedPositive(vec![INSPECTOR]),
        ),
    ];
    let mut met = Vec::new();
    let mut refused = |refusal: Refusal, expected: AssignmentRefusal| {
        for language in Language::ALL {
            assert!(!refusal.text(language).is_empty(), "{refusal:?}");
        }
        assert_eq!(refusal, Refusal::Assignment(expected.clone()));
        met.push(expected);
    };
    for (given, command, expected) in cases {
        refused(given().ask(ORGANISER, &command).unwrap_err(), expected);
    }
    // Of a draw whose result is sealed.
    let (world, id, order) = drawn();
    let command = |sealed| Command::Assignment {
        id,
        campaign: CAMPAIGN,
        command: AssignmentCommand::Create(AssignmentOrder {
            sealed,
            ..order.clone()
        }),
    };
    refused(
        world.ask(ORGANISER, &command(false)).unwrap_err(),
        AssignmentRefusal::MustBeSealed,
    );
    assert!(world.ask(ORGANISER, &command(true)).is_ok());
}

/// Given a team one of whom tested positive, when it is to visit, then only from afar, and until the next test is negative.
#[test]
pub fn who_tested_positive_is_assigned_nowhere() {
    let positive = Err(AssignmentRefusal::TestedPositive(vec![INSPECTOR]).into());
    let mut world = tested_positive();
    let visit = |mode| assign(move |order| order.mode = mode);
    for (mode, expected) in [
        (VisitMode::OnSite, positive.clone()),
        (VisitMode::Perimeter, positive),
        (VisitMode::Remote, Ok(())),
    ] {
        let answer = world.ask(ORGANISER, &visit(mode)).map(|_| ());
        assert_eq!(answer, expected, "{mode:?}");
    }
    world.does(INSPECTOR, &tested(true)).unwrap();
    world.ask(ORGANISER, &visit(VisitMode::OnSite)).unwrap();
}

fn tested(negative: bool) -> Command {
    Command::Clearance {
        id: INSPECTOR,
        command: ClearanceCommand::Record(Cleared {
            tested_at: Instant(1_647_100_000_000),
            negative,
            doses: 0,
            last_dose_on: None,
        }),
    }
}

fn tested_positive() -> World {
    let mut world = created();
    world.does(INSPECTOR, &tested(false)).unwrap();
    world
}

/// Given a visit assigned, when the same body is assigned again, then it is refused for that day alone, and until the first is cancelled.
#[test]
pub fn a_body_is_visited_once_a_day() {
    let by = Some(ASSIGNMENT);
    let twice = Err(AssignmentRefusal::VisitedThatDay { by }.into());
    for given in [assigned, released] {
        let world = given();
        let answer = world.ask(ORGANISER, &assign_another(|_| {}));
        assert_eq!(answer.map(|_| ()), twice);
        let tomorrow = assign_another(|order| order.visit_on = "2022-03-15".parse().unwrap());
        world.ask(ORGANISER, &tomorrow).unwrap();
        let other = assign_another(|order| order.target = OTHER_HOME);
        world.ask(ORGANISER, &other).unwrap();
    }
    cancelled().ask(ORGANISER, &assign_another(|_| {})).unwrap();
}

fn move_to(day: &str) -> AssignmentCommand {
    AssignmentCommand::Reschedule {
        visit_on: day.parse().unwrap(),
        target: HOME,
        team: vec![LEADER, INSPECTOR],
        reason: "The home is disinfected".into(),
    }
}

fn reschedule(day: &str) -> Command {
    on_assignment(move_to(day))
}

/// Given a visit, sealed or released, when it is moved, then it stands on the new day alone, as sealed as it was.
#[test]
pub fn a_visit_is_moved_to_another_day() {
    for (given, is_released) in [(assigned as fn() -> World, false), (released, true)] {
        let mut world = given();
        world.does(ORGANISER, &reschedule("2022-03-16")).unwrap();
        let state = world.facts.assignment(ASSIGNMENT);
        let moved = state.order.as_ref().unwrap();
        let expected = AssignmentOrder {
            visit_on: "2022-03-16".parse().unwrap(),
            ..order()
        };
        assert_eq!((moved, state.released), (&expected, is_released));
        world.ask(ORGANISER, &assign_another(|_| {})).unwrap();
        let twice = assign_another(|order| order.visit_on = expected.visit_on);
        let by = Some(ASSIGNMENT);
        assert_eq!(
            world.ask(ORGANISER, &twice).map(|_| ()),
            Err(AssignmentRefusal::VisitedThatDay { by }.into())
        );
        // And back.
        world.does(ORGANISER, &reschedule("2022-03-14")).unwrap();
        world.ask(ORGANISER, &twice).unwrap();
    }
}

/// Given a visit that is released at a time, when it is moved, then it is released as many days later, and no more at the time before; once
/// it is released the time is what it was.
#[test]
pub fn the_time_of_a_release_moves_with_the_day() {
    let mut world = created();
    let at = world.now.plus_hours(20);
    let timed = assign(|order| order.release = ReleaseRule::At(at));
    world.does(ORGANISER, &timed).unwrap();
    world.does(ORGANISER, &reschedule("2022-03-16")).unwrap();
    let release = |world: &World| {
        let order = world.facts.assignment(ASSIGNMENT).order.as_ref();
        order.unwrap().release
    };
    assert_eq!(release(&world), ReleaseRule::At(at.plus_hours(48)));
    let due = on_assignment(AssignmentCommand::ReleaseDue);
    world.now = at.plus_hours(1);
    assert_eq!(
        world.ask(ORGANISER, &due).map(|_| ()),
        Err(AssignmentRefusal::Unknown.into())
    );
    world.now = at.plus_hours(48);
    world.does(ORGANISER, &due).unwrap();
    world.does(ORGANISER, &reschedule("2022-03-18")).unwrap();
    assert_eq!(release(&world), ReleaseRule::At(at.plus_hours(48)));
}

/// Given a visit that is released at a time, when it is moved to a day with which the release would be past, then the first day possible is
/// named, and it may be moved there.
#[test]
pub fn a_release_is_not_moved_into_the_past() {
    let mut world = created();
    let at = world.now.plus_hours(3 * 24 + 1);
    let timed = assign(|order| {
        order.visit_on = "2022-03-20".parse().unwrap();
        order.release = ReleaseRule::At(at);
    });
    world.does(ORGANISER, &timed).unwrap();
    let earliest = "2022-03-17".parse().unwrap();
    for day in ["2022-03-16", "2022-03-13"] {
        assert_eq!(
            world.ask(ORGANISER, &reschedule(day)).map(|_| ()),
            Err(AssignmentRefusal::MovedReleasePast { earliest }.into()),
            "{day}"
        );
    }
    world.ask(ORGANISER, &reschedule("2022-03-17")).unwrap();
    // To the moment: what would be released now is too late.
    world.now = world.now.plus_hours(1);
    let earliest = "2022-03-18".parse().unwrap();
    assert_eq!(
        world.ask(ORGANISER, &reschedule("2022-03-17")).map(|_| ()),
        Err(AssignmentRefusal::MovedReleasePast { earliest }.into())
    );
    world.ask(ORGANISER, &reschedule("2022-03-18")).unwrap();
}

/// Given clocks that are put forward meanwhile, when a visit that is released at the end of its day is moved, then it is refused, for it would
/// be released on the day after.
#[test]
pub fn a_moved_release_stays_on_the_day_of_its_visit() {
    let mut world = created();
    let at = Instant(end_of_visit().millis() - 1);
    let timed = assign(|order| order.release = ReleaseRule::At(at));
    world.does(ORGANISER, &timed).unwrap();
    let command = reschedule("2022-03-16");
    world.ask(ORGANISER, &command).unwrap();
    let moved = at.plus_hours(48);
    assert_eq!(command.dated(&world.facts), Some(moved));
    let mut facts = world.facts.clone();
    facts.mark_day(moved, "2022-03-17".parse().unwrap());
    let context = Context {
        facts: &facts,
        ..world.context(ORGANISER)
    };
    assert_eq!(
        domain::command::decide(&command, &context).map(|_| ()),
        Err(AssignmentRefusal::ReleaseAfterVisit.into())
    );
}

/// Given a visit assigned, when one of its team may not inspect there any more, then it is not moved with them, no more than it would be
/// assigned to them.
#[test]
pub fn a_visit_is_moved_with_a_team_that_may_make_it() {
    let amended = |unit| {
        PersonEvent::Amended(person::Amendment {
            name: texts("inspector"),
            unit: Some(unit),
        })
    };
    let revoked = Grant::new(Role::Inspector, Scope::Jurisdiction);
    let no_inspector = || CampaignRefusal::NotAnInspector(vec![INSPECTOR]).into();
    let own_district = AssignmentRefusal::OwnDistrict(vec![INSPECTOR]).into();
    let own_body = AssignmentRefusal::OwnBody(vec![INSPECTOR]).into();
    let cases: [(PersonEvent, Refusal); 4] = [
        (PersonEvent::Deactivated, no_inspector()),
        (PersonEvent::Revoked(revoked), no_inspector()),
        (amended(OTHER_HOME), own_district),
        (amended(HOME), own_body),
    ];
    for given in [assigned as fn() -> World, released] {
        for (event, expected) in &cases {
            let mut world = given();
            let stream = Stream {
                kind: StreamKind::Person,
                id: INSPECTOR.0,
            };
            world.happened(stream, &Event::Person(event.clone()));
            for command in [reschedule("2022-03-16"), assign_another(|_| {})] {
                assert_eq!(
                    world.ask(ORGANISER, &command).as_ref().err(),
                    Some(expected),
                    "{event:?} {command:?}"
                );
            }
        }
    }
}

/// Given a visit that was drawn, when it is moved, then the body's other visits keep it from a day, and a positive test, which the
/// assignment's page shows, does not keep the team from it.
#[test]
pub fn a_drawn_visit_is_moved_to_a_day_that_is_free() {
    let (mut world, id, order) = drawn();
    let on_drawn = |command| Command::Assignment {
        id,
        campaign: CAMPAIGN,
        command,
    };
    let create = AssignmentCommand::Create(order.clone());
    world.does(ORGANISER, &on_drawn(create)).unwrap();
    let to = |day: &str| {
        on_drawn(AssignmentCommand::Reschedule {
            visit_on: day.parse().unwrap(),
            target: order.target,
            team: order.team.clone(),
            reason: "The home is disinfected".into(),
        })
    };
    let other = StandingVisit {
        assignment: AssignmentId(Uuid::from_u128(721)),
        authority: GROUP,
        open: false,
        own: None,
    };
    let taken = "2022-03-16".parse().unwrap();
    world.facts.mark_visit(order.target, taken, other);
    let by = Some(other.assignment);
    assert_eq!(
        world.ask(ORGANISER, &to("2022-03-16")).map(|_| ()),
        Err(AssignmentRefusal::VisitedThatDay { by }.into())
    );
    world.does(INSPECTOR, &tested(false)).unwrap();
    world.does(ORGANISER, &to("2022-03-17")).unwrap();
    let state = world.facts.assignment(id);
    assert_eq!(state.order.as_ref().unwrap().draw, Some(DRAW));
}

/// Given a body that is visited on the day already, then a draw that gave it is carried out all the same.
#[test]
fn what_was_drawn_is_assigned_on_whatever_day() {
    let (mut world, id, order) = drawn();
    let other = StandingVisit {
        assignment: AssignmentId(Uuid::from_u128(721)),
        authority: HOME,
        open: true,
        own: None,
    };
    world.facts.mark_visit(order.target, order.visit_on, other);
    let create = |id, order: &AssignmentOrder| Command::Assignment {
        id,
        campaign: CAMPAIGN,
        command: AssignmentCommand::Create(order.clone()),
    };
    let by_hand = AssignmentOrder {
        draw: None,
        ..order.clone()
    };
    let another = AssignmentId(Uuid::from_u128(710));
    assert!(matches!(
        world.ask(ORGANISER, &create(another, &by_hand)),
        Err(Refusal::Assignment(
            AssignmentRefusal::VisitedThatDay { .. }
        ))
    ));
    world.ask(ORGANISER, &create(id, &order)).unwrap();
}

/// Given a visit by another authority, when it is a secret, then who does not organise for that authority is answered as if it were not
/// there; when it is open, then the day is refused, and the other visit is not named.
#[test]
fn another_authoritys_visit_is_told_of_only_when_it_is_open() {
    let other = |open| StandingVisit {
        assignment: AssignmentId(Uuid::from_u128(721)),
        authority: HOME,
        open,
        own: None,
    };
    let day = order().visit_on;
    let mut world = created();
    let limited = PersonId(Uuid::from_u128(722));
    let organises = vec![(Role::Organiser, Scope::Body(GROUP))];
    world.registered(limited, "limited", GROUP, organises);
    world.facts.mark_visit(HOME, day, other(false));
    world.ask(limited, &assign(|_| {})).unwrap();
    world.facts.mark_visit(HOME, day, other(true));
    let refusal = |by| Err(AssignmentRefusal::VisitedThatDay { by }.into());
    let asked = |who| world.ask(who, &assign(|_| {})).map(|_| ());
    assert_eq!(asked(limited), refusal(None));
    // Who organises for both is told which it is.
    assert_eq!(asked(ORGANISER), refusal(Some(other(true).assignment)));
    for language in Language::ALL {
        assert!(
            !AssignmentRefusal::VisitedThatDay { by: None }
                .text(language)
                .is_empty()
        );
    }
}

/// Given a sealed visit, then it may be released on its own day until midnight.
#[test]
pub fn a_visit_is_released_on_its_day_at_the_latest() {
    let last = Instant(end_of_visit().millis() - 1);
    let command = assign(|order| order.release = ReleaseRule::At(last));
    created().ask(ORGANISER, &command).unwrap();
    // A day that was not noted is none.
    let world = created();
    let answer = domain::command::decide(&command, &world.context(ORGANISER));
    assert_eq!(
        answer.err(),
        Some(AssignmentRefusal::ReleaseAfterVisit.into())
    );
}

#[test]
pub fn a_campaign_goes_to_its_subjects() {
    let to = |target| {
        assign(move |order| {
            order.target = target;
            order.team = vec![LEADER, THIRD];
        })
    };
    for (subjects, target, goes) in [
        (Subjects::Institutions, HOME, true),
        (Subjects::Institutions, CENTRE, false),
        (Subjects::Regulators, HOME, false),
        (Subjects::Regulators, CENTRE, true),
        (Subjects::Both, HOME, true),
        (Subjects::Both, CENTRE, true),
    ] {
        let answer = of(subjects).ask(ORGANISER, &to(target));
        assert_eq!(answer.is_ok(), goes, "{subjects:?} {target}");
    }
    // And institutions are not drawn where regulators alone are inspected.
    let mut world = of_regulators();
    world.does(ORGANISER, &form_group(TEAM, |_| {})).unwrap();
    let plan = draw_plan(&world, TeamRule::Groups(vec![TEAM]));
    let refusal = world.ask(ORGANISER, &publish(plan)).unwrap_err();
    assert_eq!(refusal, DrawRefusal::NotSubjects.into());
}

/// Given a campaign of the oversight group with the bureau, when a team is put together, then it has somebody of each.
#[test]
pub fn a_joint_team_has_people_of_both_sides() {
    let groups = [
        // The bureau's inspector, and one of the centre below it, are of the partner.
        (vec![LEADER, INSPECTOR], true),
        (vec![LEADER, OF_CENTRE], true),
        (vec![LEADER, THIRD], false),
        (vec![INSPECTOR, OF_CENTRE], false),
    ];
    for (members, is_joint) in groups {
        let forming = form_group(TEAM, |group| {
            group.leader = members[0];
            group.members.clone_from(&members);
        });
        let assigning = assign(|order| {
            order.leader = members[0];
            order.team.clone_from(&members);
        });
        for command in [forming, assigning] {
            let answer = joint().ask(ORGANISER, &command).map(|_| ());
            let expected = if is_joint {
                Ok(())
            } else {
                Err(CampaignRefusal::NotJoint.into())
            };
            assert_eq!(answer, expected, "{members:?}");
        }
    }
    // Who is below both is of the nearer: the bureau with its own centre.
    let mut world = World::new();
    let inspects = vec![(Role::Inspector, Scope::Jurisdiction)];
    world.registered(OF_CENTRE, "of-centre", CENTRE, inspects);
    let creating = create(|plan| {
        plan.authority = BUREAU;
        plan.terms.partners = vec![CENTRE];
    });
    world.does(ORGANISER, &creating).unwrap();
    let of = |members: [PersonId; 2]| {
        form_group(TEAM, move |group| {
            group.leader = members[0];
            group.members = members.to_vec();
        })
    };
    assert!(world.ask(ORGANISER, &of([INSPECTOR, OF_CENTRE])).is_ok());
    assert_eq!(
        world.ask(ORGANISER, &of([LEADER, OF_CENTRE])),
        Err(CampaignRefusal::NotJoint.into())
    );
}

/// Given a focus district that is inspected jointly, when groups are drawn for all, then only a joint one can come out for it.
#[test]
pub fn a_focus_district_is_drawn_for_a_joint_group_alone() {
    let focused = || {
        with_terms(CampaignTerms {
            focus: Some(Focus {
                district: DistrictCode(DISTRICT.into()),
                factor: 2,
            }),
            partners: vec![BUREAU],
            ..CampaignTerms::default()
        })
    };
    let mut world = focused();
    let one_side = form_group(SECOND_TEAM, |group| {
        group.leader = THIRD;
        group.members = vec![THIRD, BOTH_SIDES];
    });
    let inspects = vec![(Role::Inspector, Scope::Jurisdiction)];
    world.registered(BOTH_SIDES, "both-sides", GROUP, inspects);
    world.does(ORGANISER, &one_side).unwrap();
    // Nobody joint, or teams that chance forms, for homes of the district.
    let by_chance = TeamRule::Drawn {
        inspectors: vec![LEADER, INSPECTOR],
        leaders: vec![LEADER],
        teams: 1,
        size: 2,
    };
    for teams in [TeamRule::Groups(vec![SECOND_TEAM]), by_chance] {
        let refusal = world.ask(ORGANISER, &publish(draw_plan(&world, teams)));
        assert_eq!(refusal, Err(DrawRefusal::NotJoint.into()));
    }
    let both_sides = form_group(TEAM, |group| group.name = texts("Both sides"));
    world.does(ORGANISER, &both_sides).unwrap();
    let plan = draw_plan(&world, TeamRule::Groups(vec![TEAM, SECOND_TEAM]));
    let published = publish(DrawPlan {
        exclusions: vec![Exclusion {
            institution: OTHER_HOME,
            reason: "Closed for building".into(),
        }],
        ..plan
    });
    world.does(ORGANISER, &published).unwrap();
    let (published, _) = world.facts.draw(DRAW).published.clone().unwrap();
    let kept = [THIRD, BOTH_SIDES].map(|inspector| Recusal {
        inspector,
        institution: HOME,
        reason: RecusalReason::NotJoint,
    });
    for recusal in kept {
        assert!(published.roster.recusals.contains(&recusal), "{recusal:?}");
    }
    let prepared =
        domain::draw::sampler::Prepared::new(&published.plan, &published.roster).unwrap();
    for number in 0..100_u32 {
        let result = prepared.draw(Hash::of(&number.to_be_bytes()));
        let team = &result.teams[result.visits[0].team as usize];
        assert_eq!(team.group, Some(TEAM));
    }
}

#[test]
fn every_refusal_of_assignments_is_met() {
    assert_every_refusal!(
        Assignment, AssignmentRefusal by [
            a_release_is_not_moved_into_the_past,
            what_cannot_be_assigned_is_refused_with_the_reason,
            a_group_is_changed_and_dissolved,
            crate::by_own::a_self_inspection_tells_nothing_of_tests_and_is_not_taken_back,
        ]: AlreadyCreated, Unknown, CampaignUnknown, TargetUnknown, ChecklistDiffers, OutsidePeriod, OwnBody,
        AlreadyReleased, Cancelled, Reason, OwnDistrict, DeclaredInterest, RegulatorsOwn, NotSealed, ReleasePast, NotOnArrival,
        NotDrawn, MustBeSealed, NotASubject, ReleaseAfterVisit, VisitedThatDay,
        TestedPositive,
        GroupChanged, HandedIn, OtherVisit, SameDay, DayPast, Begun, MovedReleasePast,
    );
}
