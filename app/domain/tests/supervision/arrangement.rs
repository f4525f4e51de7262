//! The written plan, from its draft to the campaign that carries it out; recusal and release at assignment.

use crate::world::*;
use domain::arrangement::{
    ArrangementCommand, ArrangementContent, ArrangementRefusal, ArrangementStage,
};
use domain::assignment::{
    AssignmentCommand, AssignmentOrder, AssignmentRefusal, ReleaseRule, ReleasedBy,
};
use domain::campaign::{
    CampaignCommand, CampaignKind, CampaignPlan, CampaignRefusal, CampaignTerms, ChecklistUse,
    Group, NoticeMode, Subjects,
};
use domain::draw::plan::Focus;
use domain::id::{ArrangementId, AssignmentId, CampaignId, ChecklistId, DrawId, GroupId, PersonId};
use domain::instant::Instant;
use domain::jurisdiction::DistrictCode;
use domain::permission::{Act, Grant, PermissionRefusal, Role, Scope};
use domain::person::{PersonEvent, Registration};
use domain::record::{Stream, StreamKind};
use domain::visit_mode::VisitMode;
use domain::wording::WordingRefusal;
use domain::{Command, Event, Language, Refusal};
use form::Texts;
use uuid::Uuid;

const ARRANGEMENT: ArrangementId = ArrangementId(Uuid::from_u128(501));
const CAMPAIGN: CampaignId = CampaignId(Uuid::from_u128(502));
const ASSIGNMENT: AssignmentId = AssignmentId(Uuid::from_u128(503));
const DEPUTY: PersonId = PersonId(Uuid::from_u128(504));
const LOCAL: PersonId = PersonId(Uuid::from_u128(505));

fn content() -> ArrangementContent {
    ArrangementContent {
        number: "示例〔2022〕3号".into(),
        title: texts("Spot check"),
        text: texts("Go and look"),
        kind: CampaignKind::SpotCheck,
        notice_mode: NoticeMode::Unannounced,
        authority: GROUP,
        subjects: Subjects::Both,
        checklists: vec![ChecklistUse {
            checklist: CHECKLIST,
            version: "1".into(),
        }],
        from: "2022-03-13".parse().unwrap(),
        to: "2022-03-31".parse().unwrap(),
        focus: Some(Focus {
            district: DistrictCode(DISTRICT.into()),
            factor: 2,
        }),
        partners: vec![BUREAU],
    }
}

fn asked(command: ArrangementCommand) -> Command {
    Command::Arrangement {
        id: ARRANGEMENT,
        command,
    }
}

fn draft(content: ArrangementContent) -> Command {
    asked(ArrangementCommand::Draft(Box::new(content)))
}

fn amend(content: ArrangementContent) -> Command {
    asked(ArrangementCommand::Amend {
        content: Box::new(content),
        reason: "Longer".into(),
    })
}

fn registered(world: &mut World, id: PersonId, unit: domain::id::BodyId, role: Role) {
    let registration = Registration {
        name: texts("somebody"),
        unit: Some(unit),
        sign_in_name: format!("person-{}", id.0.as_u128()),
        grants: vec![Grant::new(role, Scope::Jurisdiction)],
    };
    let stream = Stream {
        kind: StreamKind::Person,
        id: id.0,
    };
    world.happened(
        stream,
        &Event::Person(PersonEvent::Registered(registration)),
    );
}

fn with_deputy() -> World {
    let mut world = World::new();
    registered(&mut world, DEPUTY, BUREAU, Role::Organiser);
    world
}

fn drafted() -> World {
    let mut world = with_deputy();
    world.does(ORGANISER, &draft(content())).unwrap();
    world
}

fn issued() -> World {
    let mut world = drafted();
    world
        .does(DEPUTY, &asked(ArrangementCommand::Approve))
        .unwrap();
    world
        .does(ORGANISER, &asked(ArrangementCommand::Issue))
        .unwrap();
    world
}

fn stage(world: &World) -> ArrangementStage {
    world.facts.arrangement(ARRANGEMENT).stage()
}

#[test]
fn an_arrangement_is_drafted_approved_by_another_issued_and_amended() {
    let mut world = drafted();
    assert_eq!(stage(&world), ArrangementStage::Draft);
    let reason = "More detail".to_owned();
    world
        .does(DEPUTY, &asked(ArrangementCommand::Return { reason }))
        .unwrap();
    world.does(ORGANISER, &draft(content())).unwrap();
    world
        .does(DEPUTY, &asked(ArrangementCommand::Approve))
        .unwrap();
    assert_eq!(stage(&world), ArrangementStage::Approved);
    // Written anew, it must be approved anew.
    world.does(ORGANISER, &draft(content())).unwrap();
    assert_eq!(stage(&world), ArrangementStage::Draft);
    world
        .does(DEPUTY, &asked(ArrangementCommand::Approve))
        .unwrap();
    world
        .does(ORGANISER, &asked(ArrangementCommand::Issue))
        .unwrap();
    assert_eq!(stage(&world), ArrangementStage::Issued);
    // An amendment goes the same way; until it is issued the first version holds.
    let longer = ArrangementContent {
        to: "2022-04-30".parse().unwrap(),
        ..content()
    };
    world.does(DEPUTY, &amend(longer.clone())).unwrap();
    assert_eq!(
        world.facts.arrangement(ARRANGEMENT).content(),
        Some(&content())
    );
    world
        .does(ORGANISER, &asked(ArrangementCommand::Approve))
        .unwrap();
    world
        .does(DEPUTY, &asked(ArrangementCommand::Issue))
        .unwrap();
    let state = world.facts.arrangement(ARRANGEMENT);
    assert_eq!(state.versions.len(), 2);
    assert_eq!(state.in_force().unwrap().content, longer);
    assert_eq!(state.versions[1].reason.as_deref(), Some("Longer"));
    assert_eq!(
        (state.versions[1].drafted_by, state.versions[1].approved_by),
        (DEPUTY, ORGANISER)
    );
}

#[test]
fn what_may_not_be_done_with_an_arrangement_is_refused() {
    type Given = fn() -> World;
    let withdrawn: Given = || {
        let mut world = issued();
        let reason = "Not needed".into();
        world
            .does(ORGANISER, &asked(ArrangementCommand::Withdraw { reason }))
            .unwrap();
        world
    };
    let approved: Given = || {
        let mut world = drafted();
        world
            .does(DEPUTY, &asked(ArrangementCommand::Approve))
            .unwrap();
        world
    };
    let amending: Given = || {
        let mut world = issued();
        world.does(ORGANISER, &amend(content())).unwrap();
        world
    };
    let changed = |change: fn(&mut ArrangementContent)| {
        let mut content = content();
        change(&mut content);
        draft(content)
    };
    let approve = || asked(ArrangementCommand::Approve);
    let cases: Vec<(Given, PersonId, Command, Refusal)> = vec![
        (
            with_deputy,
            LEADER,
            draft(content()),
            PermissionRefusal::NoSuchRole(Act::Organise).into(),
        ),
        (
            with_deputy,
            ORGANISER,
            approve(),
            ArrangementRefusal::Unknown.into(),
        ),
        (
            with_deputy,
            ORGANISER,
            changed(|content| content.number = " ".into()),
            ArrangementRefusal::Number(WordingRefusal::Empty).into(),
        ),
        (
            with_deputy,
            ORGANISER,
            changed(|content| content.title = texts(&"x".repeat(10_000))),
            ArrangementRefusal::Title(WordingRefusal::TooLong { limit: 120 }).into(),
        ),
        (
            with_deputy,
            ORGANISER,
            changed(|content| content.text = texts("a\u{200B}b")),
            ArrangementRefusal::Text(WordingRefusal::Unprintable { code: 0x200B }).into(),
        ),
        (
            with_deputy,
            ORGANISER,
            changed(|content| content.authority = domain::id::BodyId(Uuid::from_u128(77))),
            ArrangementRefusal::AuthorityUnknown.into(),
        ),
        (
            with_deputy,
            ORGANISER,
            changed(|content| content.checklists.clear()),
            ArrangementRefusal::ChecklistUnknown.into(),
        ),
        (
            with_deputy,
            ORGANISER,
            changed(|content| content.checklists[0].checklist = ChecklistId(Uuid::from_u128(1))),
            ArrangementRefusal::ChecklistUnknown.into(),
        ),
        (
            with_deputy,
            ORGANISER,
            changed(|content| content.to = "2022-03-12".parse().unwrap()),
            ArrangementRefusal::PeriodReversed.into(),
        ),
        (
            with_deputy,
            ORGANISER,
            changed(|content| content.focus.as_mut().unwrap().factor = 1),
            ArrangementRefusal::Focus.into(),
        ),
        (
            with_deputy,
            ORGANISER,
            changed(|content| {
                content
                    .partners
                    .push(domain::id::BodyId(Uuid::from_u128(77)))
            }),
            ArrangementRefusal::PartnerUnknown.into(),
        ),
        (
            with_deputy,
            ORGANISER,
            changed(|content| content.partners.push(content.authority)),
            ArrangementRefusal::PartnerIsAuthority.into(),
        ),
        (
            with_deputy,
            ORGANISER,
            changed(|content| {
                content.kind = CampaignKind::SelfInspection;
                content.subjects = Subjects::Regulators;
            }),
            ArrangementRefusal::SelfInspectionOfRegulators.into(),
        ),
        (
            drafted,
            ORGANISER,
            approve(),
            ArrangementRefusal::OwnDraft.into(),
        ),
        (
            drafted,
            ORGANISER,
            asked(ArrangementCommand::Return { reason: "?".into() }),
            ArrangementRefusal::OwnDraft.into(),
        ),
        (
            drafted,
            DEPUTY,
            asked(ArrangementCommand::Return {
                reason: String::new(),
            }),
            ArrangementRefusal::Reason(WordingRefusal::Empty).into(),
        ),
        (
            drafted,
            ORGANISER,
            asked(ArrangementCommand::Issue),
            ArrangementRefusal::NotApproved.into(),
        ),
        (
            drafted,
            ORGANISER,
            amend(content()),
            ArrangementRefusal::NotIssued.into(),
        ),
        (
            approved,
            DEPUTY,
            approve(),
            ArrangementRefusal::AlreadyApproved.into(),
        ),
        (
            issued,
            ORGANISER,
            draft(content()),
            ArrangementRefusal::InForce.into(),
        ),
        (
            issued,
            DEPUTY,
            approve(),
            ArrangementRefusal::NothingPending.into(),
        ),
        (
            amending,
            ORGANISER,
            amend(content()),
            ArrangementRefusal::AmendmentPending.into(),
        ),
        (
            amending,
            ORGANISER,
            approve(),
            ArrangementRefusal::OwnDraft.into(),
        ),
        (
            withdrawn,
            ORGANISER,
            amend(content()),
            ArrangementRefusal::Withdrawn.into(),
        ),
    ];
    for (given, actor, command, refusal) in cases {
        let answer = given().ask(actor, &command);
        assert_eq!(answer.err().as_ref(), Some(&refusal));
        for language in Language::ALL {
            assert!(!refusal.text(language).is_empty());
        }
    }
}

fn campaign(change: impl Fn(&mut CampaignPlan)) -> Command {
    let mut plan = content().plan(ARRANGEMENT).unwrap();
    change(&mut plan);
    Command::Campaign {
        id: CAMPAIGN,
        command: CampaignCommand::Create(plan),
    }
}

#[test]
fn a_campaign_carries_its_arrangement_out_and_follows_it() {
    // given a plan that is not in force, or another one than the arrangement's, then the campaign is refused
    for (world, change, refusal) in [
        (
            drafted(),
            (|_| {}) as fn(&mut CampaignPlan),
            CampaignRefusal::ArrangementNotIssued,
        ),
        (
            issued(),
            |plan| plan.to = "2022-05-31".parse().unwrap(),
            CampaignRefusal::ArrangementDiffers,
        ),
        (
            issued(),
            |plan| plan.terms.subjects = Subjects::Institutions,
            CampaignRefusal::ArrangementDiffers,
        ),
        (
            issued(),
            |plan| plan.terms.focus.as_mut().unwrap().factor = 99,
            CampaignRefusal::Focus,
        ),
        (
            issued(),
            |plan| {
                plan.terms
                    .partners
                    .push(domain::id::BodyId(Uuid::from_u128(77)))
            },
            CampaignRefusal::PartnerUnknown,
        ),
    ] {
        assert_eq!(
            world.ask(ORGANISER, &campaign(change)).err(),
            Some(refusal.into())
        );
    }
    let mut world = issued();
    world
        .does(
            ORGANISER,
            &campaign(|plan| plan.name = texts("Another name")),
        )
        .unwrap();
    let follow = Command::Campaign {
        id: CAMPAIGN,
        command: CampaignCommand::Follow {
            arrangement: ARRANGEMENT,
        },
    };
    let nothing = Some(CampaignRefusal::NothingToFollow.into());
    assert_eq!(world.ask(ORGANISER, &follow).err(), nothing);
    let longer = ArrangementContent {
        to: "2022-04-30".parse().unwrap(),
        ..content()
    };
    world.does(ORGANISER, &amend(longer.clone())).unwrap();
    world
        .does(DEPUTY, &asked(ArrangementCommand::Approve))
        .unwrap();
    world
        .does(DEPUTY, &asked(ArrangementCommand::Issue))
        .unwrap();
    world.does(ORGANISER, &follow).unwrap();
    let plan = world.facts.campaign(CAMPAIGN).plan.clone().unwrap();
    assert_eq!((plan.to, plan.name), (longer.to, texts("Another name")));
    // What changes its kind is another campaign.
    let other = ArrangementContent {
        kind: CampaignKind::SelfInspection,
        ..longer
    };
    assert_ne!(other.kind, plan.kind);
    for (who, command) in [
        (ORGANISER, amend(other)),
        (DEPUTY, asked(ArrangementCommand::Approve)),
        (DEPUTY, asked(ArrangementCommand::Issue)),
    ] {
        world.does(who, &command).unwrap();
    }
    let refused = world.ask(ORGANISER, &follow).err();
    assert_eq!(refused, Some(CampaignRefusal::KindStays.into()));
}

/// Given a command that approves, returns, issues, signs or writes over what others may write anew, then whoever sends it says what they
/// read; what writes a draft does not, nor what is of none.
#[test]
fn what_is_approved_or_signed_is_of_what_was_read() {
    use domain::id::InspectionId;
    use domain::regulator_file::RegulatorFileCommand;
    let reason = || String::from("r");
    let of_campaign = |command| Command::Campaign {
        id: CAMPAIGN,
        command,
    };
    let plan = content().plan(ARRANGEMENT).unwrap();
    let change = CampaignCommand::ChangeGroup {
        id: GroupId(Uuid::from_u128(1)),
        group: Group {
            name: Texts::both("一组", "Group 1"),
            leader: LEADER,
            members: vec![LEADER, INSPECTOR],
        },
    };
    for (command, is_of_what_was_read) in [
        (asked(ArrangementCommand::Approve), true),
        (asked(ArrangementCommand::Return { reason: reason() }), true),
        (asked(ArrangementCommand::Issue), true),
        (
            asked(ArrangementCommand::Withdraw { reason: reason() }),
            false,
        ),
        (asked(ArrangementCommand::Draft(Box::new(content()))), false),
        (amend(content()), false),
        (
            Command::RegulatorFile {
                id: InspectionId::of(ASSIGNMENT),
                command: RegulatorFileCommand::Sign,
            },
            true,
        ),
        (of_campaign(CampaignCommand::Amend(plan.clone())), true),
        (of_campaign(change), true),
        (of_campaign(CampaignCommand::Create(plan)), false),
    ] {
        let is = command.is_about_what_was_read();
        assert_eq!(is, is_of_what_was_read, "{command:?}");
    }
}

/// A campaign without an arrangement, and people of several units.
fn to_assign(terms: CampaignTerms, kind: CampaignKind) -> World {
    let mut world = with_deputy();
    registered(&mut world, LOCAL, OTHER_HOME, Role::Inspector);
    let plan = CampaignPlan {
        kind,
        terms,
        ..content().plan(ARRANGEMENT).unwrap()
    };
    let create = Command::Campaign {
        id: CAMPAIGN,
        command: CampaignCommand::Create(plan),
    };
    world.does(ORGANISER, &create).unwrap();
    world
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

fn assignment(command: AssignmentCommand) -> Command {
    Command::Assignment {
        id: ASSIGNMENT,
        campaign: CAMPAIGN,
        command,
    }
}

fn create(change: impl Fn(&mut AssignmentOrder)) -> Command {
    let mut order = order();
    change(&mut order);
    assignment(AssignmentCommand::Create(order))
}

#[test]
fn recusal_is_checked_at_assignment() {
    let plain = CampaignTerms::default;
    let with_local = |order: &mut AssignmentOrder| order.team.push(LOCAL);
    // Someone of another home in the district, then of the home itself.
    let world = to_assign(plain(), CampaignKind::SpotCheck);
    let answer = world.ask(ORGANISER, &create(with_local));
    assert_eq!(
        answer.err(),
        Some(AssignmentRefusal::OwnDistrict(vec![LOCAL]).into())
    );
    let answer = world.ask(
        ORGANISER,
        &create(|order| {
            with_local(order);
            order.target = OTHER_HOME;
        }),
    );
    assert_eq!(
        answer.err(),
        Some(AssignmentRefusal::OwnBody(vec![LOCAL]).into())
    );
    // A self-inspection is by one's own.
    let world = to_assign(plain(), CampaignKind::SelfInspection);
    let own = create(|order| {
        with_local(order);
        order.target = OTHER_HOME;
    });
    assert!(world.ask(ORGANISER, &own).is_ok());
    // Who declared an interest in what lies above keeps away, too; others may not declare for them.
    let mut world = to_assign(plain(), CampaignKind::SpotCheck);
    let declare = |note: &str| Command::Campaign {
        id: CAMPAIGN,
        command: CampaignCommand::DeclareInterest {
            person: INSPECTOR,
            body: CENTRE,
            note: note.into(),
        },
    };
    let refused = world.ask(OVERSEER, &declare("?")).err();
    assert_eq!(
        refused,
        Some(PermissionRefusal::NoSuchRole(Act::Organise).into())
    );
    let refused = world.ask(INSPECTOR, &declare("")).err();
    assert_eq!(
        refused,
        Some(CampaignRefusal::Note(WordingRefusal::Empty).into())
    );
    world.does(INSPECTOR, &declare("Worked there")).unwrap();
    let refused = world.ask(ORGANISER, &declare("Worked there")).err();
    assert_eq!(refused, Some(CampaignRefusal::InterestKnown.into()));
    let answer = world.ask(ORGANISER, &create(|_| {}));
    assert_eq!(
        answer.err(),
        Some(AssignmentRefusal::DeclaredInterest(vec![INSPECTOR]).into())
    );
}

#[test]
fn the_regulators_own_do_not_make_up_the_team_that_signs_its_file() {
    let both = CampaignTerms {
        subjects: Subjects::Both,
        ..CampaignTerms::default()
    };
    let mut world = to_assign(both, CampaignKind::SpotCheck);
    let (one, other) = (
        PersonId(Uuid::from_u128(601)),
        PersonId(Uuid::from_u128(602)),
    );
    registered(&mut world, one, CENTRE, Role::Inspector);
    registered(&mut world, other, GROUP, Role::Inspector);
    let answer = world.ask(ORGANISER, &create(|order| order.team = vec![LEADER, one]));
    assert_eq!(
        answer.err(),
        Some(AssignmentRefusal::RegulatorsOwn(vec![one]).into())
    );
    let with_another = create(|order| order.team = vec![LEADER, one, other]);
    assert!(world.ask(ORGANISER, &with_another).is_ok());
}

#[test]
fn a_sealed_assignment_is_released_by_the_rule_it_was_made_with() {
    let mut world = to_assign(CampaignTerms::default(), CampaignKind::SpotCheck);
    let at = world.now.plus_hours(1);
    // Rules that make no sense are refused.
    for (change, refusal) in [
        (
            (|order| {
                order.sealed = false;
                order.release = ReleaseRule::OnArrival;
            }) as fn(&mut AssignmentOrder),
            AssignmentRefusal::NotSealed,
        ),
        (
            |order| order.release = ReleaseRule::At(Instant(0)),
            AssignmentRefusal::ReleasePast,
        ),
        (
            |order| order.draw = Some(DrawId(Uuid::from_u128(1))),
            AssignmentRefusal::NotDrawn,
        ),
        (
            |order| order.checklist_version = "2".into(),
            AssignmentRefusal::ChecklistDiffers,
        ),
    ] {
        assert_eq!(
            world.ask(ORGANISER, &create(change)).err(),
            Some(refusal.into())
        );
    }
    // By time: not before, by whoever asks; and only the organiser earlier.
    world
        .does(
            ORGANISER,
            &create(|order| order.release = ReleaseRule::At(at)),
        )
        .unwrap();
    let unknown = Some(AssignmentRefusal::Unknown.into());
    let due = assignment(AssignmentCommand::ReleaseDue);
    let release = assignment(AssignmentCommand::Release);
    let arrived = |account: &str| {
        let account = account.to_owned();
        assignment(AssignmentCommand::ConfirmArrival { account })
    };
    assert_eq!(world.ask(ORGANISER, &due).err(), unknown);
    for command in [&release, &due, &arrived("here")] {
        assert_eq!(world.ask(INSPECTOR, command).err(), unknown);
    }
    assert_eq!(
        world.ask(ORGANISER, &arrived("here")).err(),
        Some(AssignmentRefusal::NotOnArrival.into())
    );
    world.now = at;
    world.does(ORGANISER, &due).unwrap();
    let state = world.facts.assignment(ASSIGNMENT);
    assert!(state.released);
    assert_eq!(state.rule, Some(ReleasedBy::Time { at }));
    assert_eq!(
        world.ask(ORGANISER, &release).err(),
        Some(AssignmentRefusal::AlreadyReleased.into())
    );
    // On arrival: with an account of how that is known.
    let mut world = to_assign(CampaignTerms::default(), CampaignKind::SpotCheck);
    world
        .does(
            ORGANISER,
            &create(|order| order.release = ReleaseRule::OnArrival),
        )
        .unwrap();
    assert_eq!(
        world.ask(ORGANISER, &arrived(" ")).err(),
        Some(AssignmentRefusal::Reason(WordingRefusal::Empty).into())
    );
    world
        .does(ORGANISER, &arrived("By telephone at the gate"))
        .unwrap();
    let rule = world.facts.assignment(ASSIGNMENT).rule.clone();
    let account = "By telephone at the gate".into();
    assert_eq!(rule, Some(ReleasedBy::Arrival { account }));
}

/// What was recorded before these terms existed reads as before.
#[test]
fn old_events_still_read() {
    let plan = format!(
        r#"{{"created":{{"name":{{"en":"x"}},"kind":"spotCheck","noticeMode":"unannounced","authority":"{GROUP}","checklist":"{CHECKLIST}","checklistVersion":"1","from":"2022-03-13","to":"2022-03-31"}}}}"#
    );
    let Ok(Event::Campaign(created)) = Event::decode("campaign.created", &plan) else {
        panic!("an old campaign")
    };
    // And is written as it was.
    assert_eq!(Event::Campaign(created).body(), plan);
    let group = Group {
        name: texts("g"),
        leader: LEADER,
        members: vec![LEADER, INSPECTOR],
    };
    let formed = domain::campaign::CampaignEvent::GroupFormed {
        id: GroupId(Uuid::from_u128(1)),
        group,
    };
    let body = Event::Campaign(formed.clone()).body();
    assert_eq!(
        Event::decode("campaign.groupFormed", &body),
        Ok(Event::Campaign(formed))
    );
    let plain = AssignmentOrder {
        sealed: false,
        ..order()
    };
    let created = Event::Assignment(domain::assignment::AssignmentEvent::Created(plain));
    assert!(!created.body().contains("release") && !created.body().contains("draw"));
    assert_eq!(
        Event::decode("assignment.created", &created.body()),
        Ok(created)
    );
}

#[test]
pub fn every_refusal_of_arrangements_is_met() {
    assert_every_refusal!(
        Arrangement, ArrangementRefusal by [
            an_arrangement_is_drafted_approved_by_another_issued_and_amended, what_may_not_be_done_with_an_arrangement_is_refused, a_campaign_carries_its_arrangement_out_and_follows_it, what_is_approved_or_signed_is_of_what_was_read, recusal_is_checked_at_assignment, the_regulators_own_do_not_make_up_the_team_that_signs_its_file, a_sealed_assignment_is_released_by_the_rule_it_was_made_with, old_events_still_read,
        ]:
        Unknown, Number, Title, Text, Reason, AuthorityUnknown, ChecklistUnknown, PeriodReversed, Focus, PartnerUnknown, PartnerIsAuthority, SelfInspectionOfRegulators, InForce, NotIssued, AmendmentPending, NothingPending, AlreadyApproved, NotApproved, OwnDraft, Withdrawn,
    );
}
