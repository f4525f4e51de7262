//! Publishing, committing, revealing, withholding, drawing again: who may, when, and what is refused. And the record of it all.

use std::collections::BTreeMap;

use crate::world::*;
use domain::assignment::{AssignmentCommand, AssignmentOrder, ReleaseRule};
use domain::body::BodyKind;
use domain::campaign::{
    CampaignCommand, CampaignKind, CampaignPlan, CampaignTerms, Group, NoticeMode, Subjects,
};
use domain::draw::canonical::{assignment_of, commitment, rules_hash};
use domain::draw::plan::{
    DrawPlan, Exclusion, Focus, Pairing, Quota, Recusal, RosterRegulator, Strata, Stratum, TeamRule,
};
use domain::draw::record::{
    DrawRecord, Party, RECORD_BYTE_LIMIT, RecordFault, record, verify, verify_bytes,
};
use domain::draw::sampler::RuleFault;
use domain::draw::{Draw, DrawCommand, DrawRefusal, NextRound, Phase, ReserveCall};
use domain::id::{AssignmentId, BodyId, CampaignId, DrawId, GroupId, InspectionId, PersonId};
use domain::inspection::InspectionCommand;
use domain::instant::Instant;
use domain::jurisdiction::DistrictCode;
use domain::permission::{PermissionRefusal, Role, Scope};
use domain::record::Hash;
use domain::recusal::RecusalReason;
use domain::visit_mode::VisitMode;
use domain::wording::WordingRefusal;
use domain::{Command, Language, Refusal};
use uuid::Uuid;

const CAMPAIGN: CampaignId = CampaignId(Uuid::from_u128(401));
const DRAW: DrawId = DrawId(Uuid::from_u128(402));
const TEAM: GroupId = GroupId(Uuid::from_u128(403));

fn plan(world: &World) -> DrawPlan {
    DrawPlan {
        campaign: CAMPAIGN,
        name: texts("Draw"),
        kinds: vec![BodyKind::ElderCare],
        districts: Vec::new(),
        strata: Strata {
            by_district: true,
            by_kind: false,
        },
        quota: Quota::Fixed(1),
        quotas: Vec::new(),
        reserves: 1,
        focus: None,
        weights: BTreeMap::new(),
        exclusions: Vec::new(),
        teams: TeamRule::Groups(vec![TEAM]),
        pairing: Pairing::Institutions,
        visits_per_team: 1,
        parties: vec![ORGANISER, OVERSEER],
        commit_by: world.now.plus_hours(1),
        reveal_by: world.now.plus_hours(2),
        fallback: "A new round without who withheld".into(),
        sealed: false,
    }
}

fn draw(command: DrawCommand) -> Command {
    Command::Draw { id: DRAW, command }
}

fn publish(plan: DrawPlan) -> Command {
    draw(DrawCommand::Publish(Box::new(plan)))
}

fn campaign() -> World {
    campaign_on(Subjects::Institutions)
}

fn campaign_on(subjects: Subjects) -> World {
    let mut world = World::new();
    let plan = CampaignPlan {
        name: texts("Visits"),
        kind: CampaignKind::SpotCheck,
        notice_mode: NoticeMode::Unannounced,
        authority: GROUP,
        checklist: CHECKLIST,
        checklist_version: "1".into(),
        from: "2022-03-13".parse().unwrap(),
        to: "2022-03-31".parse().unwrap(),
        terms: CampaignTerms {
            subjects,
            ..CampaignTerms::default()
        },
    };
    let group = Group {
        name: texts("Group"),
        leader: LEADER,
        members: vec![LEADER, INSPECTOR],
    };
    for command in [
        CampaignCommand::Create(plan),
        CampaignCommand::FormGroup { id: TEAM, group },
    ] {
        let command = Command::Campaign {
            id: CAMPAIGN,
            command,
        };
        world.does(ORGANISER, &command).unwrap();
    }
    world
}

fn published(change: impl Fn(&mut DrawPlan)) -> World {
    let mut world = campaign();
    let mut rules = plan(&world);
    change(&mut rules);
    world.does(ORGANISER, &publish(rules)).unwrap();
    world
}

fn seed_of(party: PersonId) -> Hash {
    Hash::of(party.to_string().as_bytes())
}

fn state(world: &World) -> &Draw {
    world.facts.draw(DRAW)
}

/// The commitment of a party to its seed in the round that runs.
fn committing(world: &World, party: PersonId) -> Command {
    let rules = state(world).published.as_ref().unwrap().0.rules_hash;
    let round = u32::try_from(state(world).rounds.len()).unwrap();
    let commitment = commitment(rules, round, party, seed_of(party));
    draw(DrawCommand::Commit { commitment })
}

fn revealing(party: PersonId) -> Command {
    let seed = seed_of(party);
    draw(DrawCommand::Reveal { seed })
}

fn drawn(change: impl Fn(&mut DrawPlan)) -> World {
    let mut world = published(change);
    finish_round(&mut world, &[ORGANISER, OVERSEER]);
    world
}

fn finish_round(world: &mut World, parties: &[PersonId]) {
    for party in parties {
        let command = committing(world, *party);
        world.does(*party, &command).unwrap();
    }
    for party in parties {
        world.does(*party, &revealing(*party)).unwrap();
    }
}

fn record_of(world: &World, whole: bool) -> DrawRecord {
    let party = |id| Party {
        id,
        name: texts("party"),
        unit: texts("unit"),
    };
    record(DRAW, state(world), whole, |_| texts("body"), party).unwrap()
}

fn next(world: &World, parties: &[PersonId]) -> NextRound {
    NextRound {
        parties: parties.to_vec(),
        commit_by: world.now.plus_hours(1),
        reveal_by: world.now.plus_hours(2),
    }
}

#[test]
fn a_draw_runs_from_its_rules_to_a_result_anyone_can_repeat() {
    // given rules published, when the parties commit and reveal
    let mut world = published(|_| {});
    assert_eq!(state(&world).phase(), Phase::Committing);
    for party in [ORGANISER, OVERSEER] {
        let command = committing(&world, party);
        world.does(party, &command).unwrap();
    }
    assert_eq!(state(&world).phase(), Phase::Revealing);
    world.does(OVERSEER, &revealing(OVERSEER)).unwrap();
    assert_eq!(state(&world).phase(), Phase::Revealing);
    assert_eq!(state(&world).round().unwrap().missing(), [ORGANISER]);
    // then the last seed brings the result
    world.does(ORGANISER, &revealing(ORGANISER)).unwrap();
    assert_eq!(state(&world).phase(), Phase::Drawn);
    let verified = verify(&record_of(&world, false)).unwrap();
    assert_eq!((verified.visits, verified.eligible), (1, 2));
    assert_eq!((verified.repeated, verified.sealed), (1, 0));
    // and the document read again is the same
    let json = serde_json::to_vec(&record_of(&world, false)).unwrap();
    assert_eq!(verify_bytes(&json).unwrap(), verified);
    // and the roster has everything of its kind, whatever the organiser might have left out
    let roster = &state(&world).published.as_ref().unwrap().0.roster;
    let ids: Vec<BodyId> = roster.institutions.iter().map(|one| one.id).collect();
    assert_eq!(ids, [HOME, OTHER_HOME]);
}

#[test]
fn rules_that_may_not_be_published_are_refused() {
    type Change = fn(&mut DrawPlan);
    let code = || DistrictCode("999999".into());
    let cases: Vec<(PersonId, Change, Refusal)> = vec![
        (
            LEADER,
            |_| {},
            PermissionRefusal::NoSuchRole(domain::permission::Act::Organise).into(),
        ),
        (
            ORGANISER,
            |plan| plan.campaign = CampaignId(Uuid::from_u128(1)),
            DrawRefusal::CampaignUnknown.into(),
        ),
        (
            ORGANISER,
            |plan| plan.name = form::Texts::both("抽\u{202E}签", ""),
            DrawRefusal::Name(WordingRefusal::Unprintable { code: 0x202E }).into(),
        ),
        (
            ORGANISER,
            |plan| plan.name = texts(&"长".repeat(10_000)),
            DrawRefusal::Name(WordingRefusal::TooLong { limit: 120 }).into(),
        ),
        (
            ORGANISER,
            |plan| plan.fallback = " ".into(),
            DrawRefusal::Fallback(WordingRefusal::Empty).into(),
        ),
        (
            ORGANISER,
            |plan| plan.parties = vec![ORGANISER],
            DrawRefusal::TooFewParties.into(),
        ),
        (
            ORGANISER,
            |plan| plan.parties = vec![ORGANISER, ORGANISER],
            DrawRefusal::PartyTwice(ORGANISER).into(),
        ),
        (
            ORGANISER,
            |plan| plan.parties = vec![ORGANISER, STRANGER],
            DrawRefusal::PartyUnknown(STRANGER).into(),
        ),
        (
            ORGANISER,
            |plan| plan.parties = vec![ORGANISER, INSPECTOR],
            DrawRefusal::PartiesOfOneUnit.into(),
        ),
        // Whoever may come out of it, or works where it may send somebody, has no part in its chance.
        (
            ORGANISER,
            |plan| plan.parties = vec![ORGANISER, HOME_OFFICER],
            DrawRefusal::PartyMayBeDrawn(HOME_OFFICER).into(),
        ),
        (
            ORGANISER,
            |plan| plan.parties = vec![ORGANISER, LEADER],
            DrawRefusal::PartyMayBeDrawn(LEADER).into(),
        ),
        (
            ORGANISER,
            |plan| plan.parties = vec![ORGANISER; 10],
            DrawRefusal::TooManyParties.into(),
        ),
        (
            ORGANISER,
            |plan| plan.commit_by = Instant(0),
            DrawRefusal::Deadlines.into(),
        ),
        (
            ORGANISER,
            |plan| plan.reveal_by = plan.commit_by,
            DrawRefusal::Deadlines.into(),
        ),
        (
            ORGANISER,
            |plan| plan.kinds = Vec::new(),
            DrawRefusal::Kinds.into(),
        ),
        (
            ORGANISER,
            |plan| plan.kinds = vec![BodyKind::Department],
            DrawRefusal::Kinds.into(),
        ),
        (
            ORGANISER,
            |plan| plan.kinds = vec![BodyKind::ElderCare, BodyKind::ChildWelfare],
            DrawRefusal::Rules(RuleFault::EmptyStratum(Stratum {
                district: None,
                kind: Some(BodyKind::ChildWelfare),
            }))
            .into(),
        ),
        (
            ORGANISER,
            |plan| plan.districts = vec![DistrictCode("999999".into())],
            DrawRefusal::DistrictUnknown(code()).into(),
        ),
        (
            ORGANISER,
            |plan| plan.quota = Quota::Ratio(0),
            DrawRefusal::Rules(RuleFault::Ratio).into(),
        ),
        (
            ORGANISER,
            |plan| plan.quota = Quota::Ratio(10_001),
            DrawRefusal::Rules(RuleFault::Ratio).into(),
        ),
        (
            ORGANISER,
            |plan| plan.reserves = 51,
            DrawRefusal::TooLarge.into(),
        ),
        (
            ORGANISER,
            |plan| {
                plan.focus = Some(Focus {
                    district: DistrictCode("999999".into()),
                    factor: 2,
                });
            },
            DrawRefusal::Rules(RuleFault::Focus).into(),
        ),
        (
            ORGANISER,
            |plan| {
                plan.exclusions = vec![Exclusion {
                    institution: BUREAU,
                    reason: "?".into(),
                }];
            },
            DrawRefusal::NotOnRoster(BUREAU).into(),
        ),
        (
            ORGANISER,
            |plan| {
                plan.exclusions = vec![Exclusion {
                    institution: HOME,
                    reason: String::new(),
                }];
            },
            DrawRefusal::Reason(WordingRefusal::Empty).into(),
        ),
        (
            ORGANISER,
            |plan| {
                plan.weights.insert(GROUP, 2);
            },
            DrawRefusal::NotOnRoster(GROUP).into(),
        ),
        (
            ORGANISER,
            |plan| plan.teams = TeamRule::Groups(vec![GroupId(Uuid::from_u128(1))]),
            DrawRefusal::GroupUnknown.into(),
        ),
        (
            ORGANISER,
            |plan| {
                plan.teams = TeamRule::Drawn {
                    inspectors: vec![LEADER, HOME_OFFICER],
                    leaders: vec![LEADER],
                    teams: 1,
                    size: 2,
                };
            },
            DrawRefusal::NotAnInspector(vec![HOME_OFFICER]).into(),
        ),
    ];
    for (actor, change, refusal) in cases {
        let world = campaign();
        let mut rules = plan(&world);
        change(&mut rules);
        let answer = world.ask(actor, &publish(rules));
        assert_eq!(answer.err().as_ref(), Some(&refusal));
        for language in Language::ALL {
            assert!(!refusal.text(language).is_empty());
        }
    }
}

#[test]
fn what_may_not_be_done_with_a_draw_is_refused() {
    type Given = fn() -> World;
    type Asked = fn(&World) -> (PersonId, DrawCommand);
    let cases: Vec<(&str, Given, Asked, DrawRefusal)> = vec![
        (
            "twice published",
            || published(|_| {}),
            |world| (ORGANISER, DrawCommand::Publish(Box::new(plan(world)))),
            DrawRefusal::AlreadyPublished,
        ),
        (
            "never published",
            campaign,
            |_| {
                (
                    ORGANISER,
                    DrawCommand::Commit {
                        commitment: Hash::ZERO,
                    },
                )
            },
            DrawRefusal::Unknown,
        ),
        (
            "committed by somebody else",
            || published(|_| {}),
            |_| {
                (
                    LEADER,
                    DrawCommand::Commit {
                        commitment: Hash::ZERO,
                    },
                )
            },
            DrawRefusal::NotAParty,
        ),
        (
            "committed twice",
            one_committed,
            |_| {
                (
                    ORGANISER,
                    DrawCommand::Commit {
                        commitment: Hash::ZERO,
                    },
                )
            },
            DrawRefusal::AlreadyCommitted,
        ),
        (
            "another's commitment",
            one_committed,
            |world| {
                let commitment = state(world).round().unwrap().commitments[&ORGANISER].0;
                (OVERSEER, DrawCommand::Commit { commitment })
            },
            DrawRefusal::DuplicateCommitment,
        ),
        (
            "committed late",
            || later(one_committed(), 2),
            |_| {
                (
                    OVERSEER,
                    DrawCommand::Commit {
                        commitment: Hash::ZERO,
                    },
                )
            },
            DrawRefusal::TooLate,
        ),
        (
            "revealed before all committed",
            one_committed,
            |_| {
                (
                    ORGANISER,
                    DrawCommand::Reveal {
                        seed: seed_of(ORGANISER),
                    },
                )
            },
            DrawRefusal::NotAllCommitted,
        ),
        (
            "revealed by somebody else",
            both_committed,
            |_| (LEADER, DrawCommand::Reveal { seed: Hash::ZERO }),
            DrawRefusal::NotAParty,
        ),
        (
            "another seed",
            both_committed,
            |_| (ORGANISER, DrawCommand::Reveal { seed: Hash::ZERO }),
            DrawRefusal::RevealDiffers,
        ),
        (
            "revealed twice",
            one_revealed,
            |_| {
                (
                    ORGANISER,
                    DrawCommand::Reveal {
                        seed: seed_of(ORGANISER),
                    },
                )
            },
            DrawRefusal::AlreadyRevealed,
        ),
        (
            "committed after all",
            || drawn(|_| {}),
            |_| {
                (
                    ORGANISER,
                    DrawCommand::Commit {
                        commitment: Hash::ZERO,
                    },
                )
            },
            DrawRefusal::AlreadyDrawn,
        ),
        (
            "withheld before its time",
            one_revealed,
            |world| withheld(world, &[ORGANISER, CENTRE_OVERSEER]),
            DrawRefusal::NothingWithheld,
        ),
        (
            "withheld though drawn",
            || later(drawn(|_| {}), 5),
            |world| withheld(world, &[ORGANISER, CENTRE_OVERSEER]),
            DrawRefusal::NothingWithheld,
        ),
        (
            "a new round of one",
            || later(one_revealed(), 5),
            |world| withheld(world, &[ORGANISER]),
            DrawRefusal::TooFewParties,
        ),
        (
            "drawn again before it was drawn",
            both_committed,
            |world| {
                let (reason, next) = ("?".into(), next(world, &[ORGANISER, OVERSEER]));
                (ORGANISER, DrawCommand::Redraw { reason, next })
            },
            DrawRefusal::NotDrawn,
        ),
        (
            "drawn again without a reason",
            || drawn(|_| {}),
            |world| {
                let (reason, next) = (String::new(), next(world, &[ORGANISER, OVERSEER]));
                (ORGANISER, DrawCommand::Redraw { reason, next })
            },
            DrawRefusal::Reason(WordingRefusal::Empty),
        ),
        (
            "a reserve before it was drawn",
            both_committed,
            |_| reserve(HOME),
            DrawRefusal::NotDrawn,
        ),
        (
            "a reserve for what was not drawn",
            || drawn(|_| {}),
            |_| reserve(BUREAU),
            DrawRefusal::NotDrawnInstitution,
        ),
        (
            "a reserve where there is none",
            || drawn(|plan| plan.reserves = 0),
            |world| reserve(first_visit(world)),
            DrawRefusal::NoReserveLeft,
        ),
        (
            "disclosed though public",
            || drawn(|_| {}),
            |_| {
                (
                    ORGANISER,
                    DrawCommand::Disclose {
                        campaign: CAMPAIGN,
                        visits: Vec::new(),
                    },
                )
            },
            DrawRefusal::NotSealed,
        ),
        (
            "disclosed before it was drawn",
            || published(|plan| plan.sealed = true),
            |_| {
                (
                    ORGANISER,
                    DrawCommand::Disclose {
                        campaign: CAMPAIGN,
                        visits: Vec::new(),
                    },
                )
            },
            DrawRefusal::NotDrawn,
        ),
        (
            "disclosed with other visits",
            || drawn(|plan| plan.sealed = true),
            |_| {
                (
                    ORGANISER,
                    DrawCommand::Disclose {
                        campaign: CAMPAIGN,
                        visits: Vec::new(),
                    },
                )
            },
            DrawRefusal::VisitsDiffer,
        ),
        (
            "disclosed before its visits are released",
            || drawn(|plan| plan.sealed = true),
            |world| {
                let seed = state(world).round().unwrap().drawn.as_ref().unwrap().0.seed;
                let visits = vec![assignment_of(seed, first_visit(world))];
                (
                    ORGANISER,
                    DrawCommand::Disclose {
                        campaign: CAMPAIGN,
                        visits,
                    },
                )
            },
            DrawRefusal::StillSealed { visits: 1 },
        ),
        (
            "anything after it was abandoned",
            || {
                let mut world = one_committed();
                let reason = "?".into();
                world
                    .does(ORGANISER, &draw(DrawCommand::Abandon { reason }))
                    .unwrap();
                world
            },
            |world| match committing(world, OVERSEER) {
                Command::Draw { command, .. } => (OVERSEER, command),
                _ => unreachable!(),
            },
            DrawRefusal::Abandoned,
        ),
    ];
    for (what, given, asked, refusal) in cases {
        let world = given();
        let (actor, command) = asked(&world);
        let answer = world.ask(actor, &draw(command));
        assert_eq!(answer.err(), Some(refusal.clone().into()), "{what}");
        for language in Language::ALL {
            assert!(!refusal.text(language).is_empty());
        }
    }
    // Only the organiser withholds, draws again, calls, discloses, abandons.
    let world = later(one_revealed(), 5);
    for command in [
        withheld(&world, &[ORGANISER, CENTRE_OVERSEER]).1,
        DrawCommand::Redraw {
            reason: "?".into(),
            next: next(&world, &[ORGANISER, OVERSEER]),
        },
        reserve(HOME).1,
        DrawCommand::Disclose {
            campaign: CAMPAIGN,
            visits: Vec::new(),
        },
        DrawCommand::Abandon { reason: "?".into() },
    ] {
        let answer = world.ask(OVERSEER, &draw(command));
        assert!(matches!(answer, Err(Refusal::Permission(_))), "{answer:?}");
    }
}

fn one_committed() -> World {
    let mut world = published(|_| {});
    let command = committing(&world, ORGANISER);
    world.does(ORGANISER, &command).unwrap();
    world
}

fn both_committed() -> World {
    let mut world = one_committed();
    let command = committing(&world, OVERSEER);
    world.does(OVERSEER, &command).unwrap();
    world
}

fn one_revealed() -> World {
    let mut world = both_committed();
    world.does(ORGANISER, &revealing(ORGANISER)).unwrap();
    world
}

fn later(mut world: World, hours: i64) -> World {
    world.now = world.now.plus_hours(hours);
    world
}

fn withheld(world: &World, parties: &[PersonId]) -> (PersonId, DrawCommand) {
    let (reason, next) = ("Nothing came".into(), next(world, parties));
    (ORGANISER, DrawCommand::RecordWithheld { reason, next })
}

fn reserve(instead_of: BodyId) -> (PersonId, DrawCommand) {
    let reason = "closed".into();
    (ORGANISER, DrawCommand::CallReserve { instead_of, reason })
}

fn first_visit(world: &World) -> BodyId {
    state(world).round().unwrap().visits()[0].0
}

#[test]
fn a_withheld_reveal_stays_visible_and_a_new_round_goes_on_without() {
    // given that one party does not reveal in time
    let mut world = later(one_revealed(), 3);
    // when that is recorded, and the round goes on with another
    let (actor, command) = withheld(&world, &[ORGANISER, CENTRE_OVERSEER]);
    world.does(actor, &draw(command)).unwrap();
    assert_eq!(state(&world).phase(), Phase::Committing);
    // then the commitment of the round before opens nothing in this one
    let old = one_committed();
    let Command::Draw { command, .. } = committing(&old, ORGANISER) else {
        unreachable!()
    };
    world.does(ORGANISER, &draw(command)).unwrap();
    let command = committing(&world, CENTRE_OVERSEER);
    world.does(CENTRE_OVERSEER, &command).unwrap();
    let answer = world.ask(ORGANISER, &revealing(ORGANISER));
    assert_eq!(answer.err(), Some(DrawRefusal::RevealDiffers.into()));
    // and with commitments of its own it comes to a result
    let mut world = later(one_revealed(), 3);
    let (actor, command) = withheld(&world, &[ORGANISER, CENTRE_OVERSEER]);
    world.does(actor, &draw(command)).unwrap();
    finish_round(&mut world, &[ORGANISER, CENTRE_OVERSEER]);
    let record = record_of(&world, false);
    assert_eq!(record.rounds.len(), 2);
    assert_eq!(record.rounds[0].revealed.len(), 1);
    let verified = verify(&record).unwrap();
    assert_eq!((verified.rounds, verified.repeated), (2, 1));
    // and nobody can say that somebody else withheld
    let mut forged = record;
    if let Some(domain::draw::RoundEnd::Withheld { missing, .. }) = &mut forged.rounds[0].end {
        *missing = vec![ORGANISER];
    }
    assert_eq!(verify(&forged), Err(RecordFault::Withheld { round: 1 }));
}

#[test]
fn a_redraw_leaves_what_was_drawn_before_for_all_to_see() {
    let mut world = drawn(|_| {});
    let (reason, next) = (
        "A mistake in the plan".into(),
        next(&world, &[OVERSEER, ORGANISER]),
    );
    world
        .does(ORGANISER, &draw(DrawCommand::Redraw { reason, next }))
        .unwrap();
    finish_round(&mut world, &[OVERSEER, ORGANISER]);
    let record = record_of(&world, false);
    assert!(record.rounds[0].drawn.as_ref().unwrap().result.is_some());
    assert_eq!(verify(&record).unwrap().repeated, 2);
    assert_ne!(
        record.rounds[0].drawn.as_ref().unwrap().seed,
        record.rounds[1].drawn.as_ref().unwrap().seed
    );
}

#[test]
fn a_reserve_stands_in_for_what_cannot_be_visited() {
    let mut world = drawn(|_| {});
    let first = first_visit(&world);
    let (actor, command) = reserve(first);
    world.does(actor, &draw(command)).unwrap();
    let second = first_visit(&world);
    assert_ne!(first, second);
    assert!(verify(&record_of(&world, false)).is_ok());
    let (actor, command) = reserve(second);
    let answer = world.ask(actor, &draw(command));
    assert_eq!(answer.err(), Some(DrawRefusal::NoReserveLeft.into()));
    let (actor, command) = reserve(first);
    let answer = world.ask(actor, &draw(command));
    assert_eq!(answer.err(), Some(DrawRefusal::NotDrawnInstitution.into()));
}

#[test]
fn declared_interests_never_come_out() {
    let mut world = campaign();
    // given that someone of the only group has to do with one home
    let declare = |body| Command::Campaign {
        id: CAMPAIGN,
        command: CampaignCommand::DeclareInterest {
            person: INSPECTOR,
            body,
            note: "A relative lives there".into(),
        },
    };
    world.does(INSPECTOR, &declare(HOME)).unwrap();
    // when one home of two is drawn for that group
    let rules = plan(&world);
    let answer = world.ask(ORGANISER, &publish(rules.clone()));
    // then the rules are refused: that home might come
    assert_eq!(
        answer.err(),
        Some(DrawRefusal::Rules(RuleFault::Unpairable).into())
    );
    // and with the home excluded they are not
    let rules = DrawPlan {
        exclusions: vec![Exclusion {
            institution: HOME,
            reason: "recusal".into(),
        }],
        ..rules
    };
    world.does(ORGANISER, &publish(rules)).unwrap();
    finish_round(&mut world, &[ORGANISER, OVERSEER]);
    assert_eq!(first_visit(&world), OTHER_HOME);
}

/// Two of the department that answers for both homes, in a group of their own.
const OF_REGULATOR: [PersonId; 2] = [
    PersonId(Uuid::from_u128(501)),
    PersonId(Uuid::from_u128(502)),
];
const REGULATORS_GROUP: GroupId = GroupId(Uuid::from_u128(503));

fn with_regulators_group(subjects: Subjects) -> World {
    let mut world = campaign_on(subjects);
    for (person, name) in OF_REGULATOR
        .into_iter()
        .zip(["of-regulator-1", "of-regulator-2"])
    {
        let grants = [Role::GroupLeader, Role::Inspector].map(|role| (role, Scope::Jurisdiction));
        world.registered(person, name, CENTRE, grants.to_vec());
    }
    let command = CampaignCommand::FormGroup {
        id: REGULATORS_GROUP,
        group: Group {
            name: texts("Regulator"),
            leader: OF_REGULATOR[0],
            members: OF_REGULATOR.to_vec(),
        },
    };
    let command = Command::Campaign {
        id: CAMPAIGN,
        command,
    };
    world.does(ORGANISER, &command).unwrap();
    world
}

#[test]
fn a_regulators_own_people_never_come_out_where_it_is_inspected_too() {
    // given a campaign that inspects the regulators, too, and a group of the regulator's people
    let mut world = with_regulators_group(Subjects::Both);
    let alone = DrawPlan {
        teams: TeamRule::Groups(vec![REGULATORS_GROUP]),
        ..plan(&world)
    };
    // when they alone would be drawn, then the rules are refused
    let answer = world.ask(ORGANISER, &publish(alone.clone()));
    let unpairable = DrawRefusal::Rules(RuleFault::Unpairable);
    assert_eq!(answer.err(), Some(unpairable.into()));
    // when they are drawn among others, then the others come out, and the record says why
    let rules = DrawPlan {
        teams: TeamRule::Groups(vec![TEAM, REGULATORS_GROUP]),
        ..plan(&world)
    };
    world.does(ORGANISER, &publish(rules)).unwrap();
    finish_round(&mut world, &[ORGANISER, OVERSEER]);
    let record = record_of(&world, false);
    let result = record.rounds[0].drawn.as_ref().unwrap().result.as_ref();
    let teams = &result.unwrap().teams;
    for visit in &result.unwrap().visits {
        assert_eq!(teams[visit.team as usize].group, Some(TEAM));
    }
    assert_eq!(
        record.roster.regulators,
        [RosterRegulator {
            id: CENTRE,
            name: texts("centre"),
            institutions: vec![HOME, OTHER_HOME],
            members: OF_REGULATOR.to_vec(),
        }]
    );
    let pairs = OF_REGULATOR.map(|inspector| {
        [HOME, OTHER_HOME].map(|institution| Recusal {
            inspector,
            institution,
            reason: RecusalReason::Regulator,
        })
    });
    assert_eq!(record.roster.recusals, pairs.concat());
    assert!(verify(&record).is_ok());

    // where only institutions are inspected, the regulator may inspect its own
    let mut world = with_regulators_group(Subjects::Institutions);
    world.does(ORGANISER, &publish(alone)).unwrap();
    finish_round(&mut world, &[ORGANISER, OVERSEER]);
    let record = record_of(&world, false);
    assert!(record.roster.regulators.is_empty() && record.roster.recusals.is_empty());
    assert!(verify(&record).is_ok());
}

#[test]
fn a_record_that_lets_the_regulators_people_in_is_not_sound() {
    let mut world = with_regulators_group(Subjects::Both);
    let rules = DrawPlan {
        teams: TeamRule::Groups(vec![TEAM, REGULATORS_GROUP]),
        ..plan(&world)
    };
    world.does(ORGANISER, &publish(rules)).unwrap();
    let sound = record_of(&world, false);
    type Forge = fn(&mut DrawRecord);
    let cases: [(Forge, RecordFault); 4] = [
        (
            |record| record.roster.recusals.clear(),
            RecordFault::RegulatorNotRecused {
                inspector: OF_REGULATOR[0],
                institution: HOME,
            },
        ),
        (
            // Whose unit the regulator is, is one of its people, whatever it says.
            |record| {
                record.roster.regulators[0].members.remove(1);
                record.roster.recusals.truncate(3);
            },
            RecordFault::RegulatorNotRecused {
                inspector: OF_REGULATOR[1],
                institution: OTHER_HOME,
            },
        ),
        (
            |record| {
                record.roster.recusals.insert(
                    0,
                    Recusal {
                        inspector: LEADER,
                        institution: HOME,
                        reason: RecusalReason::Regulator,
                    },
                );
            },
            RecordFault::RegulatorUnknown {
                inspector: LEADER,
                institution: HOME,
            },
        ),
        (
            |record| record.roster.regulators[0].institutions.reverse(),
            RecordFault::RosterOrder("regulators"),
        ),
    ];
    for (forge, fault) in cases {
        let mut forged = sound.clone();
        forge(&mut forged);
        // Forged through and through: with the hash of what it says.
        let (draw, authority) = (forged.draw, forged.authority.id);
        forged.rules_hash = rules_hash(draw, authority, &forged.plan, &forged.roster);
        assert_eq!(verify(&forged), Err(fault.clone()));
        for language in Language::ALL {
            assert!(!fault.text(language).is_empty());
        }
    }
    // The hash covers the regulators.
    let mut forged = sound.clone();
    forged.roster.regulators.clear();
    assert!(matches!(
        verify(&forged),
        Err(RecordFault::RulesHash { .. })
    ));
}

#[test]
fn a_sealed_result_is_public_once_its_visits_are_known() {
    // given a sealed draw, drawn
    let mut world = drawn(|plan| plan.sealed = true);
    let record = record_of(&world, false);
    let round = &record.rounds[0];
    // then everyone sees the hash and who revealed, and nothing else
    assert!(record.sealed && round.drawn.as_ref().unwrap().result.is_none());
    assert!(round.revealed.iter().all(|reveal| reveal.seed.is_none()));
    let json = serde_json::to_string(&record).unwrap();
    let seed = state(&world)
        .round()
        .unwrap()
        .drawn
        .as_ref()
        .unwrap()
        .0
        .seed;
    for secret in [seed, seed_of(ORGANISER), seed_of(OVERSEER)] {
        assert!(!json.contains(&secret.to_string()));
    }
    assert_eq!(verify(&record).unwrap().sealed, 1);
    let hash = round.drawn.as_ref().unwrap().result_hash;
    // and when its visit, which is unannounced, is assigned, released and begun, it can be disclosed, and is what its hash said
    let target = first_visit(&world);
    let id = assignment_of(seed, target);
    let order = AssignmentOrder {
        campaign: CAMPAIGN,
        target,
        group: Some(TEAM),
        leader: LEADER,
        team: vec![LEADER, INSPECTOR],
        visit_on: "2022-03-14".parse().unwrap(),
        mode: VisitMode::OnSite,
        sealed: true,
        checklist: CHECKLIST,
        checklist_version: "1".into(),
        release: ReleaseRule::ByOrganiser,
        draw: None,
    };
    let disclose = draw(DrawCommand::Disclose {
        campaign: CAMPAIGN,
        visits: vec![id],
    });
    for command in [AssignmentCommand::Create(order), AssignmentCommand::Release] {
        let refused = world.ask(ORGANISER, &disclose).err();
        assert_eq!(refused, Some(DrawRefusal::StillSealed { visits: 1 }.into()));
        let command = Command::Assignment {
            id,
            campaign: CAMPAIGN,
            command,
        };
        world.does(ORGANISER, &command).unwrap();
    }
    let refused = world.ask(ORGANISER, &disclose).err();
    assert_eq!(refused, Some(DrawRefusal::StillSealed { visits: 1 }.into()));
    world.does(LEADER, &start(id, target)).unwrap();
    let of_another = draw(DrawCommand::Disclose {
        campaign: CampaignId(Uuid::from_u128(499)),
        visits: vec![id],
    });
    let refused = world.ask(ORGANISER, &of_another).err();
    assert_eq!(refused, Some(DrawRefusal::VisitsDiffer.into()));
    world.does(ORGANISER, &disclose).unwrap();
    let record = record_of(&world, false);
    assert_eq!(record.rounds[0].drawn.as_ref().unwrap().result_hash, hash);
    assert_eq!(verify(&record).unwrap().repeated, 1);
    // and stays as it is: what followed would be public before its visits are
    let (reason, next) = ("again".into(), next(&world, &[OVERSEER, ORGANISER]));
    let redraw = DrawCommand::Redraw { reason, next };
    let (_, call) = reserve(target);
    for command in [redraw, call] {
        let refused = world.ask(ORGANISER, &draw(command)).err();
        assert_eq!(refused, Some(DrawRefusal::DisclosedAlready.into()));
    }
}

fn start(visit: AssignmentId, target: BodyId) -> Command {
    Command::Inspection {
        id: InspectionId::of(visit),
        command: InspectionCommand::Start { target },
    }
}

#[test]
fn a_sealed_visit_of_an_earlier_round_keeps_the_result_sealed() {
    // given a sealed draw whose first round was assigned, and that was drawn anew
    let mut world = drawn(|plan| plan.sealed = true);
    let target = first_visit(&world);
    let seed = state(&world)
        .round()
        .unwrap()
        .drawn
        .as_ref()
        .unwrap()
        .0
        .seed;
    let earlier = assignment_of(seed, target);
    let assignment = |id, command| Command::Assignment {
        id,
        campaign: CAMPAIGN,
        command,
    };
    let order = |target| AssignmentOrder {
        campaign: CAMPAIGN,
        target,
        group: Some(TEAM),
        leader: LEADER,
        team: vec![LEADER, INSPECTOR],
        visit_on: "2022-03-14".parse().unwrap(),
        mode: VisitMode::OnSite,
        sealed: true,
        checklist: CHECKLIST,
        checklist_version: "1".into(),
        release: ReleaseRule::ByOrganiser,
        draw: None,
    };
    let create = AssignmentCommand::Create(order(target));
    world.does(ORGANISER, &assignment(earlier, create)).unwrap();
    let (reason, next) = ("again".into(), next(&world, &[OVERSEER, ORGANISER]));
    let redraw = DrawCommand::Redraw { reason, next };
    world.does(ORGANISER, &draw(redraw)).unwrap();
    finish_round(&mut world, &[OVERSEER, ORGANISER]);
    // when the visit of the second round is released, and begins
    let target = first_visit(&world);
    let visits = state(&world).assignments();
    for command in [
        AssignmentCommand::Create(order(target)),
        AssignmentCommand::Release,
    ] {
        world
            .does(ORGANISER, &assignment(visits[0], command))
            .unwrap();
    }
    world.does(LEADER, &start(visits[0], target)).unwrap();
    // then the first round's holds the result back, until it is cancelled
    let disclose = draw(DrawCommand::Disclose {
        campaign: CAMPAIGN,
        visits: visits.clone(),
    });
    assert!(visits.contains(&earlier) && visits[0] != earlier);
    let refused = world.ask(ORGANISER, &disclose).err();
    assert_eq!(refused, Some(DrawRefusal::StillSealed { visits: 1 }.into()));
    let reason = "drawn anew".into();
    let cancel = AssignmentCommand::Cancel { reason };
    world.does(ORGANISER, &assignment(earlier, cancel)).unwrap();
    world.does(ORGANISER, &disclose).unwrap();
}

#[test]
fn a_seed_is_shown_when_the_round_is_over() {
    // given an open draw in which one of two has revealed
    let world = one_revealed();
    // then nobody reads the seed with which the other could work the result out, whoever asks
    for whole in [false, true] {
        let record = record_of(&world, whole);
        assert_eq!(record.rounds[0].revealed.len(), 1);
        assert!(record.rounds[0].revealed[0].seed.is_none());
        assert!(verify(&record).is_ok());
    }
    // and both when it is drawn
    let record = record_of(&drawn(|_| {}), false);
    assert!(
        record.rounds[0]
            .revealed
            .iter()
            .all(|one| one.seed.is_some())
    );
}

#[test]
fn an_open_draw_holds_nothing_back() {
    let mut record = record_of(&drawn(|_| {}), false);
    record.sealed = true;
    for reveal in &mut record.rounds[0].revealed {
        reveal.seed = None;
    }
    let drawn = record.rounds[0].drawn.as_mut().unwrap();
    (drawn.seed, drawn.result) = (None, None);
    assert_eq!(verify(&record), Err(RecordFault::HeldBack { round: 1 }));
}

/// As whoever changed the rules would.
fn hash_anew(record: &mut DrawRecord) {
    let DrawRecord {
        draw,
        authority,
        plan,
        roster,
        ..
    } = &*record;
    record.rules_hash = rules_hash(*draw, authority.id, plan, roster);
}

#[test]
fn the_first_thing_that_is_wrong_with_a_record_is_named() {
    let world = drawn(|_| {});
    let sound = record_of(&world, false);
    assert!(verify(&sound).is_ok());
    type Forge = fn(&mut DrawRecord);
    let cases: Vec<(Forge, fn(&RecordFault) -> bool)> = vec![
        (
            |record| record.format = "other".into(),
            |fault| matches!(fault, RecordFault::Format(_)),
        ),
        (
            |record| record.roster.institutions.reverse(),
            |fault| matches!(fault, RecordFault::RosterOrder("institutions")),
        ),
        (
            |record| {
                record.roster.institutions.pop();
            },
            |fault| matches!(fault, RecordFault::RulesHash { .. }),
        ),
        (
            |record| record.roster.institutions[0].weight = 7,
            |fault| matches!(fault, RecordFault::RulesHash { .. }),
        ),
        (
            |record| record.plan.fallback.push('!'),
            |fault| matches!(fault, RecordFault::RulesHash { .. }),
        ),
        (
            |record| record.draw = DrawId(Uuid::from_u128(1)),
            |fault| matches!(fault, RecordFault::RulesHash { .. }),
        ),
        (
            |record| record.rounds.clear(),
            |fault| matches!(fault, RecordFault::NoRound),
        ),
        (
            |record| record.rounds[0].parties.reverse(),
            |fault| matches!(fault, RecordFault::FirstRound),
        ),
        (
            |record| record.rounds[0].commitments[1].party = STRANGER,
            |fault| matches!(fault, RecordFault::Commitments { round: 1 }),
        ),
        (
            |record| {
                record.rounds[0].commitments[1].commitment =
                    record.rounds[0].commitments[0].commitment;
            },
            |fault| matches!(fault, RecordFault::DuplicateCommitment { round: 1 }),
        ),
        (
            |record| record.rounds[0].commitments[1].at = Instant(i64::MAX),
            |fault| {
                matches!(
                    fault,
                    RecordFault::CommittedLate {
                        round: 1,
                        party: OVERSEER
                    }
                )
            },
        ),
        (
            |record| record.rounds[0].revealed[1].party = STRANGER,
            |fault| matches!(fault, RecordFault::Reveals { round: 1 }),
        ),
        (
            |record| record.rounds[0].revealed[1].at = Instant(0),
            |fault| matches!(fault, RecordFault::Reveals { round: 1 }),
        ),
        (
            |record| record.rounds[0].revealed[1].seed = Some(Hash::ZERO),
            |fault| {
                matches!(
                    fault,
                    RecordFault::RevealDiffers {
                        round: 1,
                        party: OVERSEER
                    }
                )
            },
        ),
        (
            |record| record.rounds[0].revealed[1].seed = None,
            |fault| matches!(fault, RecordFault::HeldBack { round: 1 }),
        ),
        (
            |record| {
                record.rounds[0].revealed.pop();
            },
            |fault| matches!(fault, RecordFault::Seeds { round: 1 }),
        ),
        (
            |record| record.rounds[0].drawn = None,
            |fault| matches!(fault, RecordFault::Seeds { round: 1 }),
        ),
        (
            |record| record.rounds[0].drawn.as_mut().unwrap().seed = Some(Hash::ZERO),
            |fault| matches!(fault, RecordFault::Seed { round: 1, .. }),
        ),
        (
            |record| {
                let result = record.rounds[0]
                    .drawn
                    .as_mut()
                    .unwrap()
                    .result
                    .as_mut()
                    .unwrap();
                std::mem::swap(
                    &mut result.reserves[0].institution,
                    &mut result.visits[0].institution,
                );
            },
            |fault| {
                matches!(
                    fault,
                    RecordFault::Result {
                        round: 1,
                        place: Some(1)
                    }
                )
            },
        ),
        (
            |record| record.rounds[0].drawn.as_mut().unwrap().result_hash = Hash::ZERO,
            |fault| matches!(fault, RecordFault::ResultHash { round: 1, .. }),
        ),
        (
            |record| record.rounds.push(record.rounds[0].clone()),
            |fault| matches!(fault, RecordFault::RoundEnd { round: 1 }),
        ),
        (
            |record| {
                record.plan.quota = Quota::Ratio(0);
                hash_anew(record);
            },
            |fault| matches!(fault, RecordFault::Rules(RuleFault::Ratio)),
        ),
        (
            |record| {
                record.plan.parties.truncate(1);
                record.rounds[0].parties.truncate(1);
                hash_anew(record);
            },
            |fault| matches!(fault, RecordFault::Parties { round: 1 }),
        ),
        (
            |record| {
                let drawn = record.rounds[0].drawn.as_ref().unwrap();
                let visit = &drawn.result.as_ref().unwrap().visits[0];
                let call = ReserveCall {
                    instead_of: visit.institution,
                    institution: visit.institution,
                    team: visit.team,
                    reason: "Closed".into(),
                };
                record.rounds[0].calls.push(call);
            },
            |fault| matches!(fault, RecordFault::ReserveCall { round: 1, call: 1 }),
        ),
    ];
    for (number, (forge, expected)) in cases.into_iter().enumerate() {
        let mut forged = sound.clone();
        forge(&mut forged);
        let fault = verify(&forged).expect_err("forged");
        assert!(expected(&fault), "case {number}: {fault:?}");
        for language in Language::ALL {
            assert!(!fault.text(language).is_empty());
        }
    }
    for bytes in [&b""[..], b"{", b"[]", b"\xff\xfe", b"{\"format\":1}"] {
        assert!(matches!(
            verify_bytes(bytes),
            Err(RecordFault::Unreadable(_))
        ));
    }
    let too_large = verify_bytes(&vec![b' '; RECORD_BYTE_LIMIT + 1]).unwrap_err();
    assert_eq!(too_large, RecordFault::TooLarge);
    for language in Language::ALL {
        assert!(!too_large.text(language).is_empty());
    }
}

#[test]
pub fn every_refusal_of_draws_is_met() {
    assert_every_refusal!(
        Draw, DrawRefusal by [ crate::campaign::a_campaign_goes_to_its_subjects, crate::campaign::a_focus_district_is_drawn_for_a_joint_group_alone,
            a_draw_runs_from_its_rules_to_a_result_anyone_can_repeat, rules_that_may_not_be_published_are_refused, what_may_not_be_done_with_a_draw_is_refused, a_withheld_reveal_stays_visible_and_a_new_round_goes_on_without, a_redraw_leaves_what_was_drawn_before_for_all_to_see, a_reserve_stands_in_for_what_cannot_be_visited, declared_interests_never_come_out, a_regulators_own_people_never_come_out_where_it_is_inspected_too, a_record_that_lets_the_regulators_people_in_is_not_sound, a_sealed_result_is_public_once_its_visits_are_known, a_sealed_visit_of_an_earlier_round_keeps_the_result_sealed, a_seed_is_shown_when_the_round_is_over, an_open_draw_holds_nothing_back, the_first_thing_that_is_wrong_with_a_record_is_named,
        ]:
        AlreadyPublished, Unknown, CampaignUnknown, Name, Fallback, Reason, Kinds, DistrictUnknown, NotOnRoster, GroupUnknown, NotAnInspector, Rules, TooLarge, TooFewParties, TooManyParties, PartyTwice, PartyUnknown, PartiesOfOneUnit, PartyMayBeDrawn, Deadlines, NotAParty, AlreadyCommitted, DuplicateCommitment, TooLate, NotAllCommitted, AlreadyRevealed, RevealDiffers, AlreadyDrawn, NotDrawn, NothingWithheld, Abandoned, NotDrawnInstitution, NoReserveLeft, NotSealed, DisclosedAlready, VisitsDiffer, StillSealed, NotSubjects, NotJoint,
    );
}
