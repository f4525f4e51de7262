//! Response levels and guides: what is refused, and what applies to a body at a moment, and why.

use crate::world::*;
use domain::body::{Amendment, BodyEvent, BodyKind, Particulars};
use domain::id::{BodyId, NoticeId, PersonId, ResponseLevelId, RulePackId};
use domain::instant::Instant;
use domain::jurisdiction::{District, DistrictCode, JurisdictionEvent};
use domain::permission::{Act, PermissionRefusal};
use domain::projection::body_periods::{Period, period_at, periods};
use domain::projection::rules::{Rules, Standing};
use domain::record::{Stream, StreamKind};
use domain::response_level::{
    Area, Extension, LevelCommand, LevelEnd, LevelOrder, LevelRefusal, ResponseLevel,
};
use domain::rule_pack::{
    Edition, Measure, MeasureUnit, Obligation, RulePackCommand, RulePackRefusal,
};
use domain::{Command, Event, Language, Refusal};
use form::Line;
use uuid::Uuid;

/// 2022-03-13T08:00+08:00
const EIGHT: Instant = Instant(1_647_129_600_000);
const SEVEN_FIFTY_NINE: Instant = Instant(EIGHT.0 - 60_000);
const NOTICE: NoticeId = NoticeId(Uuid::from_u128(501));
const NOTICE_II: NoticeId = NoticeId(Uuid::from_u128(502));
const GUIDE: RulePackId = RulePackId(Uuid::from_u128(511));

fn hours(number: i64) -> Instant {
    EIGHT.plus_hours(number)
}

fn level_id(number: u128) -> ResponseLevelId {
    ResponseLevelId(Uuid::from_u128(520 + number))
}

/// The evening before: two notices are out, and the guide in its second edition.
fn evening_before() -> World {
    let mut world = World::new();
    world.now = hours(-12);
    for (id, level) in [(NOTICE, "I"), (NOTICE_II, "II")] {
        let body = format!(
            r#"{{"issued":{{"number":"1","title":{{"en":"x"}},"text":{{"en":"x"}},"level":"{level}","effectiveFrom":{},
            "addressees":["elderCare"],"acknowledgeBy":{}}}}}"#,
            EIGHT.0,
            hours(4).0
        );
        let event = Event::decode("notice.issued", &body).unwrap();
        world.happened(
            Stream {
                kind: StreamKind::Notice,
                id: id.0,
            },
            &event,
        );
    }
    world.does(ADMINISTRATOR, &publish(edition(1))).unwrap();
    world
}

fn obligation(code: &str, levels: &[ResponseLevel], items: &[&str]) -> Obligation {
    Obligation {
        code: code.into(),
        text: texts(code),
        line: Line::Main,
        levels: levels.to_vec(),
        kinds: Vec::new(),
        measure: None,
        items: items.iter().map(|item| (*item).to_owned()).collect(),
    }
}

fn edition(number: u32) -> Edition {
    Edition {
        guide: texts("Guide"),
        number,
        name: texts("Edition"),
        adapted: true,
        from: hours(-48),
        obligations: vec![
            obligation("B1", &[ResponseLevel::I], &["B1", "B2"]),
            Obligation {
                measure: Some(Measure {
                    amount: 2,
                    unit: MeasureUnit::TimesAWeek,
                }),
                ..obligation("E1", &ResponseLevel::ALL, &["E1"])
            },
            Obligation {
                kinds: vec![BodyKind::ChildWelfare],
                ..obligation("L1", &[ResponseLevel::I], &["L1"])
            },
            Obligation {
                line: Line::Regulatory,
                ..obligation("M1", &[ResponseLevel::I], &["M1"])
            },
            Obligation {
                line: Line::Oversight,
                ..obligation("N1", &[ResponseLevel::I], &["N1"])
            },
        ],
    }
}

fn publish(edition: Edition) -> Command {
    Command::RulePack {
        id: GUIDE,
        command: RulePackCommand::PublishEdition(Box::new(edition)),
    }
}

fn order() -> LevelOrder {
    LevelOrder {
        level: ResponseLevel::I,
        area: Area::Jurisdiction,
        kinds: vec![
            BodyKind::ElderCare,
            BodyKind::ChildWelfare,
            BodyKind::DisabilityService,
        ],
        from: EIGHT,
        until: None,
        notice: NOTICE,
        guides: vec![GUIDE],
    }
}

fn level_ii() -> LevelOrder {
    LevelOrder {
        level: ResponseLevel::Ii,
        notice: NOTICE_II,
        ..order()
    }
}

fn of_district(order: LevelOrder) -> LevelOrder {
    LevelOrder {
        area: Area::District(DistrictCode(DISTRICT.into())),
        ..order
    }
}

fn set(number: u128, order: LevelOrder) -> Command {
    Command::ResponseLevel {
        id: level_id(number),
        command: LevelCommand::Set(order),
    }
}

fn extend(number: u128, until: Option<Instant>) -> Command {
    Command::ResponseLevel {
        id: level_id(number),
        command: LevelCommand::Extend(Extension {
            until,
            notice: NOTICE,
        }),
    }
}

fn end(number: u128, at: Instant) -> Command {
    Command::ResponseLevel {
        id: level_id(number),
        command: LevelCommand::End(LevelEnd { at, notice: NOTICE }),
    }
}

/// The rules that follow from commands of the administrator, each given at its own time.
fn rules(world: &mut World, commands: &[(Instant, Command)]) -> Rules {
    let mut rules = Rules::default();
    let decide = |world: &mut World, rules: &mut Rules, command: &Command| {
        for decided in world.ask(ADMINISTRATOR, command).unwrap() {
            rules.evolve(decided.stream, &decided.event);
            world.happened(decided.stream, &decided.event);
        }
    };
    // The guide that is out already, as the rules know it.
    let stream = Stream {
        kind: StreamKind::RulePack,
        id: GUIDE.0,
    };
    for edition in world.facts.rule_pack(GUIDE).editions.clone() {
        let event = domain::rule_pack::RulePackEvent::EditionPublished(Box::new(edition));
        rules.evolve(stream, &Event::RulePack(event));
    }
    for (at, command) in commands {
        world.now = *at;
        decide(world, &mut rules, command);
    }
    rules
}

fn body(world: &World, id: BodyId) -> Particulars {
    world.directory.body(id).unwrap().clone()
}

#[test]
fn seven_fifty_nine_and_eight_differ() {
    // given the level-1 response from 08:00 of 13 March 2022
    let mut world = evening_before();
    let rules = rules(&mut world, &[(hours(-10), set(1, order()))]);
    let home = body(&world, HOME);
    // when asked about 07:59, then no level applies and nothing is asked
    let before = rules.applies(&home, SEVEN_FIFTY_NINE);
    assert_eq!(before.governing, None);
    assert_eq!(before.considered[0].standing, Standing::NotYet);
    assert!(before.followed.is_empty() && before.items().is_empty());
    // when asked about 08:00, then it governs, and says on what it rests and what it activates
    let after = rules.applies(&home, EIGHT);
    let governing = after.governing.unwrap();
    assert_eq!(governing.id, level_id(1));
    assert_eq!(governing.order.level, ResponseLevel::I);
    assert_eq!(governing.order.notice, NOTICE);
    assert_eq!(after.considered[0].standing, Standing::Governs);
    let codes: Vec<&str> = after.followed[0]
        .obligations
        .iter()
        .map(|obligation| obligation.code.as_str())
        .collect();
    assert_eq!(codes, ["B1", "E1", "M1", "N1"]);
    assert_eq!(
        Vec::from_iter(after.items()),
        ["B1", "B2", "E1", "M1", "N1"]
    );
    // and the moments of change are that of the level and that of the edition
    let always = Period {
        from: Instant(0),
        particulars: home,
    };
    assert_eq!(rules.changes(&[always]), [hours(-48), EIGHT]);
}

/// Given a home that was registered on 12 March and came to another district on 20 March, when asked for 13 March, then the old
/// district's rules are told, and the new one's from 20 March on.
#[test]
fn a_body_that_moved_is_answered_for_where_it_was() {
    let mut world = evening_before();
    let other = DistrictCode("110101".into());
    let district = District {
        code: other.clone(),
        name: texts("Dongcheng"),
    };
    let stream = Stream {
        kind: StreamKind::Jurisdiction,
        id: Uuid::from_u128(9),
    };
    let added = JurisdictionEvent::DistrictsAdded(vec![district]);
    world.happened(stream, &Event::Jurisdiction(added));
    // The district it came from is at level I from 08:00 on, the one it came to at level II.
    let decisions = [
        (1, ResponseLevel::I, DistrictCode(DISTRICT.into()), NOTICE),
        (2, ResponseLevel::Ii, other, NOTICE_II),
    ]
    .map(|(number, level, area, notice)| {
        let order = LevelOrder {
            level,
            area: Area::District(area),
            notice,
            ..order()
        };
        (hours(-10), set(number, order))
    });
    let rules = rules(&mut world, &decisions);
    let home = body(&world, HOME);
    let amended = |change: fn(&mut Amendment)| {
        let mut amendment = home.amendable();
        change(&mut amendment);
        BodyEvent::Amended(Box::new(amendment))
    };
    let (registered, renamed, moved) = (hours(-20), hours(24), hours(7 * 24));
    let told = [
        (registered, BodyEvent::Registered(home.clone())),
        (renamed, amended(|home| home.name = texts("Renamed"))),
        (
            moved,
            amended(|home| home.district = Some(DistrictCode("110101".into()))),
        ),
    ];
    let periods = periods(told.iter().map(|(at, event)| (*at, event)));
    // A new name begins no period.
    let from: Vec<Instant> = periods.iter().map(|period| period.from).collect();
    assert_eq!(from, [registered, moved]);
    let minute_before = |at: Instant| Instant(at.0 - 60_000);
    for (at, level) in [
        (SEVEN_FIFTY_NINE, None),
        (EIGHT, Some(ResponseLevel::I)),
        (minute_before(moved), Some(ResponseLevel::I)),
        (moved, Some(ResponseLevel::Ii)),
    ] {
        let period = period_at(&periods, at).unwrap();
        let applies = rules.applies(&period.particulars, at);
        let governing = applies.governing.map(|one| one.order.level);
        assert_eq!(governing, level, "{at:?}");
    }
    assert_eq!(period_at(&periods, minute_before(registered)), None);
    // The edition was out before the home was registered; the level began, and then it moved.
    assert_eq!(rules.changes(&periods), [EIGHT, moved]);
    assert!(rules.changes(&[]).is_empty());
}

#[test]
fn of_several_decisions_one_governs_and_each_says_how_it_stands() {
    let governs = Standing::Governs;
    let over = |at| Standing::Over { at };
    let superseded = |number, at| Standing::Superseded {
        by: level_id(number),
        at,
    };
    let outranked = |number| Standing::Outranked {
        by: level_id(number),
    };
    let until = |order, at| LevelOrder {
        until: Some(at),
        ..order
    };
    let from = |order, at| LevelOrder { from: at, ..order };
    let now = hours(-10);
    type Case = (
        &'static str,
        Vec<(Instant, Command)>,
        BodyId,
        Instant,
        Option<u128>,
        Vec<Standing>,
    );
    let cases: Vec<Case> = vec![
        (
            "the last minute of a term",
            vec![(now, set(1, until(order(), hours(24))))],
            HOME,
            Instant(hours(24).0 - 1),
            Some(1),
            vec![governs],
        ),
        (
            "the end of a term",
            vec![(now, set(1, until(order(), hours(24))))],
            HOME,
            hours(24),
            None,
            vec![over(hours(24))],
        ),
        (
            "a term that was extended",
            vec![
                (now, set(1, until(order(), hours(24)))),
                (hours(20), extend(1, Some(hours(48)))),
            ],
            HOME,
            hours(47),
            Some(1),
            vec![governs],
        ),
        (
            "until further notice",
            vec![
                (now, set(1, until(order(), hours(24)))),
                (hours(20), extend(1, None)),
            ],
            HOME,
            hours(2_000),
            Some(1),
            vec![governs],
        ),
        (
            "ended before its term",
            vec![
                (now, set(1, until(order(), hours(24)))),
                (hours(2), end(1, hours(6))),
            ],
            HOME,
            hours(6),
            None,
            vec![over(hours(6))],
        ),
        (
            "the later of one area",
            vec![
                (now, set(1, order())),
                (hours(1), set(2, from(level_ii(), hours(5)))),
            ],
            HOME,
            hours(5),
            Some(2),
            vec![superseded(2, hours(5)), governs],
        ),
        (
            "the minute before the later takes effect",
            vec![
                (now, set(1, order())),
                (hours(1), set(2, from(level_ii(), hours(5)))),
            ],
            HOME,
            Instant(hours(5).0 - 60_000),
            Some(1),
            vec![governs, Standing::NotYet],
        ),
        (
            "one annulled before it took effect takes no other's place",
            vec![
                (now, set(1, order())),
                (hours(1), set(2, from(level_ii(), hours(5)))),
                (hours(2), end(2, hours(5))),
            ],
            HOME,
            hours(6),
            Some(1),
            vec![governs, over(hours(5))],
        ),
        (
            "one that is annulled is over before it would have begun",
            vec![
                (now, set(1, order())),
                (hours(1), set(2, from(level_ii(), hours(5)))),
                (hours(2), end(2, hours(5))),
            ],
            HOME,
            hours(3),
            Some(1),
            vec![governs, over(hours(5))],
        ),
        (
            "of two from one minute, the later recorded",
            vec![(now, set(1, order())), (now, set(2, level_ii()))],
            HOME,
            EIGHT,
            Some(2),
            vec![superseded(2, EIGHT), governs],
        ),
        (
            "what was superseded does not come back",
            vec![
                (now, set(1, order())),
                (
                    hours(1),
                    set(2, until(from(level_ii(), hours(5)), hours(9))),
                ),
            ],
            HOME,
            hours(9),
            None,
            vec![superseded(2, hours(5)), over(hours(9))],
        ),
        (
            "the district's, graver",
            vec![
                (now, set(1, level_ii())),
                (now, set(2, of_district(order()))),
            ],
            HOME,
            EIGHT,
            Some(2),
            vec![outranked(2), governs],
        ),
        (
            "the jurisdiction's, graver, though the district's is later",
            vec![
                (now, set(1, order())),
                (hours(1), set(2, of_district(from(level_ii(), hours(5))))),
            ],
            HOME,
            hours(6),
            Some(1),
            vec![governs, outranked(1)],
        ),
        (
            "both as grave: the jurisdiction's",
            vec![(now, set(1, of_district(order()))), (now, set(2, order()))],
            HOME,
            EIGHT,
            Some(2),
            vec![outranked(2), governs],
        ),
        (
            "another kind of institution",
            vec![(
                now,
                set(
                    1,
                    LevelOrder {
                        kinds: vec![BodyKind::ChildWelfare],
                        ..order()
                    },
                ),
            )],
            HOME,
            EIGHT,
            None,
            vec![],
        ),
        (
            "another district",
            vec![(now, set(1, of_district(order())))],
            CENTRE,
            EIGHT,
            None,
            vec![],
        ),
        (
            "a department: what governs any kind it may answer for",
            vec![
                (
                    now,
                    set(
                        1,
                        LevelOrder {
                            kinds: vec![BodyKind::ElderCare],
                            ..order()
                        },
                    ),
                ),
                (
                    now,
                    set(
                        2,
                        LevelOrder {
                            kinds: vec![BodyKind::ChildWelfare],
                            ..level_ii()
                        },
                    ),
                ),
            ],
            CENTRE,
            EIGHT,
            Some(1),
            vec![governs, outranked(1)],
        ),
    ];
    for (name, commands, id, at, governing, standings) in cases {
        let mut world = evening_before();
        let rules = rules(&mut world, &commands);
        let applies = rules.applies(&body(&world, id), at);
        assert_eq!(
            applies.governing.map(|one| one.id),
            governing.map(level_id),
            "{name}"
        );
        let found: Vec<Standing> = applies.considered.iter().map(|one| one.standing).collect();
        assert_eq!(found, standings, "{name}");
        // A district's decision says so of itself; the jurisdiction's governs elsewhere.
        for one in &applies.considered {
            let by = match (&one.order.area, one.standing) {
                (Area::District(_), Standing::Outranked { by }) => Some(by),
                _ => None,
            };
            assert_eq!(rules.outranked(one.id, at), by, "{name}");
        }
    }
}

/// Given a district's decision for two kinds of institutions, when the city's graver one is for one of them, then it governs for the other.
#[test]
fn a_decision_is_outranked_once_it_governs_for_no_kind() {
    let now = hours(-10);
    let of_elder_care = LevelOrder {
        kinds: vec![BodyKind::ElderCare],
        ..order()
    };
    let mut commands = vec![
        (now, set(1, of_elder_care)),
        (now, set(2, of_district(level_ii()))),
    ];
    let mut world = evening_before();
    assert_eq!(
        rules(&mut world, &commands).outranked(level_id(2), EIGHT),
        None
    );
    commands.push((
        now,
        set(
            3,
            LevelOrder {
                kinds: vec![BodyKind::ChildWelfare, BodyKind::DisabilityService],
                ..order()
            },
        ),
    ));
    let mut world = evening_before();
    let rules = rules(&mut world, &commands);
    assert_eq!(rules.outranked(level_id(2), EIGHT), Some(level_id(3)));
    assert_eq!(
        rules.outranked(level_id(2), hours(-1)),
        None,
        "it is not in force yet"
    );
}

#[test]
fn obligations_are_those_of_the_level_the_kind_the_line_and_the_edition_of_the_moment() {
    let mut world = evening_before();
    let second = Edition {
        from: hours(3),
        obligations: vec![obligation("B9", &[ResponseLevel::I], &["B9"])],
        ..edition(2)
    };
    let rules = rules(
        &mut world,
        &[
            (hours(-10), set(1, order())),
            (hours(-10), publish(second)),
            (
                hours(-9),
                set(
                    2,
                    LevelOrder {
                        from: hours(6),
                        ..level_ii()
                    },
                ),
            ),
        ],
    );
    let mut child = body(&world, HOME);
    child.kind = BodyKind::ChildWelfare;
    for (name, body, at, expected) in [
        (
            "an elder-care home",
            body(&world, HOME),
            EIGHT,
            vec!["B1", "E1", "M1", "N1"],
        ),
        (
            "a children's home",
            child,
            EIGHT,
            vec!["B1", "E1", "L1", "M1", "N1"],
        ),
        ("a department", body(&world, CENTRE), EIGHT, vec!["M1"]),
        ("an oversight body", body(&world, GROUP), EIGHT, vec!["N1"]),
        ("the next edition", body(&world, HOME), hours(3), vec!["B9"]),
        (
            "a level it says nothing of",
            body(&world, HOME),
            hours(6),
            vec![],
        ),
    ] {
        let applies = rules.applies(&body, at);
        let codes: Vec<&str> = applies.followed[0]
            .obligations
            .iter()
            .map(|obligation| obligation.code.as_str())
            .collect();
        assert_eq!(codes, expected, "{name}");
    }
}

/// Given more than one level in force for a body, then the guides of all of them count: a guide both name is followed once, at either
/// level; and an obligation about a kind of institution counts by a level that is in force for that kind alone.
#[test]
fn the_guides_of_every_level_in_force_count() {
    const OTHER: RulePackId = RulePackId(Uuid::from_u128(512));
    let at_ii = |code: &str, line| Obligation {
        line,
        ..obligation(code, &[ResponseLevel::Ii], &[code])
    };
    let other = Edition {
        guide: texts("Other guide"),
        obligations: vec![
            at_ii("D1", Line::Main),
            at_ii("D2", Line::Regulatory),
            Obligation {
                kinds: vec![BodyKind::ElderCare],
                ..at_ii("D3", Line::Regulatory)
            },
            Obligation {
                kinds: vec![BodyKind::ChildWelfare],
                ..at_ii("D4", Line::Regulatory)
            },
            at_ii("D5", Line::Oversight),
            obligation("D6", &[ResponseLevel::I], &["D6"]),
        ],
        ..edition(1)
    };
    let publish_other = Command::RulePack {
        id: OTHER,
        command: RulePackCommand::PublishEdition(Box::new(other)),
    };
    let now = hours(-10);
    let both = |order| LevelOrder {
        guides: vec![GUIDE, OTHER],
        ..order
    };
    let for_kind = |kind, order| LevelOrder {
        kinds: vec![kind],
        ..order
    };
    type Case = (
        &'static str,
        Vec<(Instant, Command)>,
        BodyId,
        Instant,
        Vec<(RulePackId, Vec<&'static str>)>,
    );
    let graver_district = vec![
        (now, publish_other.clone()),
        (now, set(1, both(level_ii()))),
        (now, set(2, of_district(order()))),
    ];
    let by_kind = vec![
        (now, publish_other.clone()),
        (now, set(1, for_kind(BodyKind::ChildWelfare, order()))),
        (now, set(2, both(for_kind(BodyKind::ElderCare, level_ii())))),
    ];
    let cases: Vec<Case> = vec![
        (
            "a home: its district's graver level, and the city's guide beside it",
            graver_district.clone(),
            HOME,
            EIGHT,
            vec![
                (GUIDE, vec!["B1", "E1", "M1", "N1"]),
                (OTHER, vec!["D1", "D2", "D3", "D5"]),
            ],
        ),
        (
            "a department in no district: the city's alone",
            graver_district,
            CENTRE,
            EIGHT,
            vec![(GUIDE, vec![]), (OTHER, vec!["D2", "D3", "D4"])],
        ),
        (
            "a department: of each kind it may answer for, by that kind's level",
            by_kind.clone(),
            CENTRE,
            EIGHT,
            vec![(GUIDE, vec!["M1"]), (OTHER, vec!["D2", "D3"])],
        ),
        (
            "an oversight body: the same, of its own line",
            by_kind.clone(),
            GROUP,
            EIGHT,
            vec![(GUIDE, vec!["N1"]), (OTHER, vec!["D5"])],
        ),
        (
            "a home: only its own kind's",
            by_kind,
            HOME,
            EIGHT,
            vec![(GUIDE, vec!["E1"]), (OTHER, vec!["D1", "D2", "D3", "D5"])],
        ),
    ];
    for (name, commands, id, at, expected) in cases {
        let mut world = evening_before();
        let rules = rules(&mut world, &commands);
        let applies = rules.applies(&body(&world, id), at);
        let followed: Vec<(RulePackId, Vec<&str>)> = applies
            .followed
            .iter()
            .map(|followed| {
                let obligations = &followed.obligations;
                let codes = obligations.iter().map(|one| one.code.as_str()).collect();
                (followed.guide, codes)
            })
            .collect();
        assert_eq!(followed, expected, "{name}");
    }
}

#[test]
fn decisions_on_levels_are_refused_with_the_reason() {
    let other = DistrictCode("110101".into());
    let minute = |at: Instant| Instant(at.0 + 1);
    let no_role = |act| Refusal::Permission(PermissionRefusal::NoSuchRole(act));
    let level = Refusal::ResponseLevel;
    let base = LevelOrder {
        until: Some(hours(24)),
        ..order()
    };
    type Case = (&'static str, PersonId, i64, Command, Refusal);
    let cases: Vec<Case> = vec![
        (
            "by an organiser",
            ORGANISER,
            -10,
            set(2, order()),
            no_role(Act::SetRules),
        ),
        (
            "twice",
            ADMINISTRATOR,
            -10,
            set(1, order()),
            level(LevelRefusal::AlreadySet),
        ),
        (
            "for nobody",
            ADMINISTRATOR,
            -10,
            set(
                2,
                LevelOrder {
                    kinds: vec![],
                    ..order()
                },
            ),
            level(LevelRefusal::NotInstitutions),
        ),
        (
            "for a department",
            ADMINISTRATOR,
            -10,
            set(
                2,
                LevelOrder {
                    kinds: vec![BodyKind::Department],
                    ..order()
                },
            ),
            level(LevelRefusal::NotInstitutions),
        ),
        (
            "for a kind twice",
            ADMINISTRATOR,
            -10,
            set(
                2,
                LevelOrder {
                    kinds: vec![BodyKind::ElderCare; 2],
                    ..order()
                },
            ),
            level(LevelRefusal::NotInstitutions),
        ),
        (
            "in no district",
            ADMINISTRATOR,
            -10,
            set(
                2,
                LevelOrder {
                    area: Area::District(other.clone()),
                    ..order()
                },
            ),
            level(LevelRefusal::DistrictUnknown(other)),
        ),
        (
            "not to the minute",
            ADMINISTRATOR,
            -10,
            set(
                2,
                LevelOrder {
                    from: minute(EIGHT),
                    ..order()
                },
            ),
            level(LevelRefusal::NotAMinute),
        ),
        (
            "in another century",
            ADMINISTRATOR,
            -10,
            set(
                2,
                LevelOrder {
                    from: hours(-24 * 400),
                    ..order()
                },
            ),
            level(LevelRefusal::TooFar),
        ),
        (
            "over before it begins",
            ADMINISTRATOR,
            -10,
            set(
                2,
                LevelOrder {
                    until: Some(EIGHT),
                    ..order()
                },
            ),
            level(LevelRefusal::EndBeforeStart),
        ),
        (
            "over already",
            ADMINISTRATOR,
            30,
            set(2, base.clone()),
            level(LevelRefusal::EndInThePast),
        ),
        (
            "on no notice",
            ADMINISTRATOR,
            -10,
            set(
                2,
                LevelOrder {
                    notice: NoticeId(Uuid::from_u128(599)),
                    ..order()
                },
            ),
            level(LevelRefusal::NoticeUnknown),
        ),
        (
            "on a notice of another level",
            ADMINISTRATOR,
            -10,
            set(
                2,
                LevelOrder {
                    notice: NOTICE_II,
                    ..order()
                },
            ),
            level(LevelRefusal::NoticeSaysOtherwise(ResponseLevel::Ii)),
        ),
        (
            "by an unknown guide",
            ADMINISTRATOR,
            -10,
            set(
                2,
                LevelOrder {
                    guides: vec![RulePackId(Uuid::from_u128(599))],
                    ..order()
                },
            ),
            level(LevelRefusal::GuideUnknown),
        ),
        (
            "extending nothing",
            ADMINISTRATOR,
            1,
            extend(9, None),
            level(LevelRefusal::NotSet),
        ),
        (
            "extending to less",
            ADMINISTRATOR,
            1,
            extend(1, Some(hours(20))),
            level(LevelRefusal::NotLonger),
        ),
        (
            "extending what is over",
            ADMINISTRATOR,
            24,
            extend(1, Some(hours(48))),
            level(LevelRefusal::Expired),
        ),
        (
            "ending before it began",
            ADMINISTRATOR,
            1,
            end(1, EIGHT),
            level(LevelRefusal::EndBeforeStart),
        ),
        (
            "ending as of the minute before",
            ADMINISTRATOR,
            2,
            end(1, Instant(hours(2).0 - 60_000)),
            level(LevelRefusal::EndInThePast),
        ),
        (
            "annulling what has taken effect",
            ADMINISTRATOR,
            0,
            end(1, EIGHT),
            level(LevelRefusal::EndBeforeStart),
        ),
        (
            "ending after its term",
            ADMINISTRATOR,
            1,
            end(1, hours(25)),
            level(LevelRefusal::EndAfterTerm),
        ),
    ];
    for (name, who, at, command, expected) in cases {
        let mut world = evening_before();
        world.does(ADMINISTRATOR, &set(1, base.clone())).unwrap();
        world.now = hours(at);
        let refusal = world.ask(who, &command).unwrap_err();
        assert_eq!(refusal, expected, "{name}");
        for language in Language::ALL {
            assert!(!refusal.text(language).is_empty(), "{name}");
        }
    }
    // what holds until further notice has no term to extend, and what was ended stays so
    let mut world = evening_before();
    world.does(ADMINISTRATOR, &set(1, order())).unwrap();
    world.now = hours(1);
    assert_eq!(
        world.ask(ADMINISTRATOR, &extend(1, None)),
        Err(level(LevelRefusal::NoEnd))
    );
    // The minute it is decided in is not past yet.
    assert!(world.ask(ADMINISTRATOR, &end(1, hours(1))).is_ok());
    world.does(ADMINISTRATOR, &end(1, hours(2))).unwrap();
    assert_eq!(
        world.ask(ADMINISTRATOR, &end(1, hours(3))),
        Err(level(LevelRefusal::AlreadyEnded))
    );
}

/// Given a notice that was withdrawn, then no level is set, extended or ended by it.
#[test]
fn nothing_rests_on_a_notice_that_was_withdrawn() {
    let mut world = evening_before();
    let until = LevelOrder {
        until: Some(hours(24)),
        ..order()
    };
    world.does(ADMINISTRATOR, &set(1, until)).unwrap();
    let withdrawn = domain::notice::NoticeEvent::Withdrawn {
        reason: "Issued twice".into(),
        reached: domain::notice::AddresseeRule::default(),
    };
    let stream = Stream {
        kind: StreamKind::Notice,
        id: NOTICE.0,
    };
    world.happened(stream, &Event::Notice(withdrawn));
    world.now = hours(1);
    for command in [
        set(2, order()),
        extend(1, Some(hours(48))),
        end(1, hours(2)),
    ] {
        assert_eq!(
            world.ask(ADMINISTRATOR, &command),
            Err(LevelRefusal::NoticeWithdrawn.into()),
            "{command:?}"
        );
    }
}

#[test]
fn an_administrator_of_a_district_sets_levels_there_alone() {
    use domain::permission::{Role, Scope};
    let mut world = evening_before();
    let grants = vec![(
        Role::Administrator,
        Scope::District(DistrictCode(DISTRICT.into())),
    )];
    let person = PersonId(Uuid::from_u128(190));
    world.registered(person, "district", CENTRE, grants);
    let district = District {
        code: DistrictCode("110101".into()),
        name: texts("Dongcheng"),
    };
    world.happened(
        Stream {
            kind: StreamKind::Jurisdiction,
            id: Uuid::from_u128(9),
        },
        &Event::Jurisdiction(JurisdictionEvent::DistrictsAdded(vec![district.clone()])),
    );
    let elsewhere = LevelOrder {
        area: Area::District(district.code),
        ..order()
    };
    assert!(world.ask(person, &set(1, of_district(order()))).is_ok());
    let out = Err(Refusal::Permission(PermissionRefusal::OutOfScope(
        Act::SetRules,
    )));
    for command in [set(1, order()), set(1, elsewhere), publish(edition(2))] {
        assert_eq!(world.ask(person, &command), out);
    }
}

#[test]
fn editions_are_refused_with_the_reason() {
    let one = |obligation| Edition {
        obligations: vec![obligation],
        ..edition(2)
    };
    let b1 = || obligation("B1", &[ResponseLevel::I], &["B1"]);
    let long = "x".repeat(10_000);
    let code = |code: &str| RulePackRefusal::Code(code.into());
    let cases: Vec<(&str, Edition, RulePackRefusal)> = vec![
        (
            "a guide without a name",
            Edition {
                guide: form::Texts::default(),
                ..edition(2)
            },
            RulePackRefusal::Guide(domain::wording::WordingRefusal::Empty),
        ),
        (
            "an edition with a name that cannot be read",
            Edition {
                name: texts(&long),
                ..edition(2)
            },
            RulePackRefusal::Name(domain::wording::WordingRefusal::TooLong { limit: 120 }),
        ),
        (
            "a number that was",
            edition(1),
            RulePackRefusal::Number { last: 1 },
        ),
        (
            "before the previous",
            Edition {
                from: hours(-49),
                ..edition(2)
            },
            RulePackRefusal::BeforeThePrevious,
        ),
        (
            "not to the minute",
            Edition {
                from: Instant(EIGHT.0 + 1),
                ..edition(2)
            },
            RulePackRefusal::Time(LevelRefusal::NotAMinute),
        ),
        (
            "nothing in it",
            Edition {
                obligations: vec![],
                ..edition(2)
            },
            RulePackRefusal::NoObligation,
        ),
        (
            "too much in it",
            Edition {
                obligations: (0..501)
                    .map(|number| Obligation {
                        code: number.to_string(),
                        ..b1()
                    })
                    .collect(),
                ..edition(2)
            },
            RulePackRefusal::TooManyObligations,
        ),
        (
            "a code twice",
            Edition {
                obligations: vec![b1(), b1()],
                ..edition(2)
            },
            code("B1"),
        ),
        (
            "no code",
            one(Obligation {
                code: "B 1".into(),
                ..b1()
            }),
            code("B 1"),
        ),
        (
            "a long code",
            one(Obligation {
                code: long.clone(),
                ..b1()
            }),
            code(&"x".repeat(20)),
        ),
        (
            "a long text",
            one(Obligation {
                text: texts(&long),
                ..b1()
            }),
            RulePackRefusal::Obligation {
                code: "B1".into(),
                why: domain::wording::WordingRefusal::TooLong { limit: 4_000 },
            },
        ),
        (
            "a text that runs the other way",
            one(Obligation {
                text: texts("\u{202E}x"),
                ..b1()
            }),
            RulePackRefusal::Obligation {
                code: "B1".into(),
                why: domain::wording::WordingRefusal::Unprintable { code: 0x202E },
            },
        ),
        (
            "no level",
            one(Obligation {
                levels: vec![],
                ..b1()
            }),
            RulePackRefusal::NoLevel { code: "B1".into() },
        ),
        (
            "about departments",
            one(Obligation {
                kinds: vec![BodyKind::Department],
                ..b1()
            }),
            RulePackRefusal::NotInstitutions { code: "B1".into() },
        ),
        (
            "an item that is none",
            one(Obligation {
                items: vec!["<b>".into()],
                ..b1()
            }),
            RulePackRefusal::Items { code: "B1".into() },
        ),
    ];
    let world = evening_before();
    for (name, edition, expected) in cases {
        let refusal = world.ask(ADMINISTRATOR, &publish(edition)).unwrap_err();
        assert_eq!(refusal, Refusal::RulePack(expected), "{name}");
        for language in Language::ALL {
            assert!(!refusal.text(language).is_empty(), "{name}");
        }
    }
    assert!(world.ask(ADMINISTRATOR, &publish(edition(2))).is_ok());
}

#[test]
pub fn every_refusal_of_guides_is_met() {
    assert_every_refusal!(
        RulePack, RulePackRefusal by [
            seven_fifty_nine_and_eight_differ, a_body_that_moved_is_answered_for_where_it_was, of_several_decisions_one_governs_and_each_says_how_it_stands, obligations_are_those_of_the_level_the_kind_the_line_and_the_edition_of_the_moment, the_guides_of_every_level_in_force_count, decisions_on_levels_are_refused_with_the_reason, an_administrator_of_a_district_sets_levels_there_alone, editions_are_refused_with_the_reason,
        ]:
        Guide, Name, Number, BeforeThePrevious, Time, NoObligation, TooManyObligations, Code, Obligation, NoLevel, NotInstitutions, Items,
    );
}

#[test]
pub fn every_refusal_of_levels_is_met() {
    assert_every_refusal!(
        ResponseLevel, LevelRefusal by [
            seven_fifty_nine_and_eight_differ, a_body_that_moved_is_answered_for_where_it_was, of_several_decisions_one_governs_and_each_says_how_it_stands, obligations_are_those_of_the_level_the_kind_the_line_and_the_edition_of_the_moment, the_guides_of_every_level_in_force_count, decisions_on_levels_are_refused_with_the_reason, an_administrator_of_a_district_sets_levels_there_alone, editions_are_refused_with_the_reason, nothing_rests_on_a_notice_that_was_withdrawn,
        ]:
        AlreadySet, NotSet, NotInstitutions, DistrictUnknown, NoticeUnknown, NoticeWithdrawn, NoticeSaysOtherwise, GuideUnknown, NotAMinute, TooFar, EndBeforeStart, EndInThePast, NotLonger, NoEnd, AlreadyEnded, Expired, EndAfterTerm,
    );
}
