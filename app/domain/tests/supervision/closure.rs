//! From the rectification notice to the closure and beyond: every cell of role, stage and step, and every refusal.

use crate::world::finding::*;
use crate::world::*;
use domain::finding::{
    Finding, FindingCommand, FindingEvent, FindingRefusal, Letter, LetterState, PHOTO_LIMIT, Photo,
    PlanField, RectificationNotice, Stage, Standing, Step, SupportOwed, next,
};
use domain::id::{FindingId, PersonId};
use domain::instant::Instant;
use domain::look_back::{LookBackCommand, LookBackRefusal};
use domain::permission::{Act, PermissionRefusal, Role, Scope};
use domain::wording::{ACCOUNT_LIMIT, NAME_LIMIT, WordingRefusal};
use domain::{Command, Event, Language, Refusal};
use form::{Severity, Texts};
use uuid::Uuid;

/// One person of each role, and those who stand across: of the home with two roles, of the centre above it, of nowhere.
const PEOPLE: [PersonId; 10] = [
    ADMINISTRATOR,
    ORGANISER,
    LEADER,
    INSPECTOR,
    DEPARTMENT,
    HOME_OFFICER,
    OVERSEER,
    HOME_BOTH,
    CENTRE_OVERSEER,
    STRANGER,
];

/// Who may take a step where the table has it. Written down apart from the table of permissions, which it checks.
fn permitted(step: Step) -> &'static [PersonId] {
    match step {
        Step::Notify
        | Step::Uphold
        | Step::Withdraw
        | Step::AcceptPlan
        | Step::ReturnPlan
        | Step::GrantExtension
        | Step::RefuseExtension
        | Step::OweSupport => &[ORGANISER, DEPARTMENT, GIVER, BOTH_SIDES],
        Step::Dispute
        | Step::SubmitPlan
        | Step::AskExtension
        | Step::ClaimRectified
        | Step::AnswerLetter
        | Step::ConfirmSupport => &[HOME_OFFICER, HOME_BOTH],
        Step::Pass | Step::Fail | Step::LookBackPass | Step::LookBackFail => {
            &[OVERSEER, BOTH_SIDES]
        }
        Step::Escalate | Step::Reopen => &[OVERSEER, HOME_BOTH, CENTRE_OVERSEER, BOTH_SIDES],
        Step::ProvideSupport => &[GIVER],
    }
}

/// What a step presupposes, so that nothing but role and stage decides.
fn prepared(stage: Stage, step: Step) -> World {
    let mut world = if (stage, step) == (Stage::Reopened, Step::Notify) {
        reopened_without_notice()
    } else {
        at(stage)
    };
    match step {
        Step::ProvideSupport | Step::ConfirmSupport if stage != Stage::Withdrawn => {
            // Owed before the road was walked: the state is what counts here.
            let owed = FindingEvent::SupportOwed {
                support: 1,
                owed: owed(),
            };
            world.happened(on_finding(notice()).stream(), &Event::Finding(owed));
            if step == Step::ConfirmSupport {
                let provided = FindingEvent::SupportProvided {
                    support: 1,
                    account: "已派出".into(),
                    on: world.today(),
                    late: 0,
                };
                world.happened(on_finding(notice()).stream(), &Event::Finding(provided));
            }
        }
        Step::LookBackPass | Step::LookBackFail if stage == Stage::Closed => world.draw().unwrap(),
        Step::AnswerLetter if !matches!(stage, Stage::Raised | Stage::Withdrawn) => {
            let FindingCommand::Escalate(letter) = command_of(Step::Escalate, &world) else {
                unreachable!()
            };
            let escalated = FindingEvent::Escalated(letter);
            world.happened(on_finding(notice()).stream(), &Event::Finding(escalated));
        }
        Step::Escalate => {
            world.now = Instant(world.now.0 + 60 * 86_400_000);
        }
        _ => {}
    }
    world
}

/// Every person × every stage × every step: done exactly where the table of transitions and the roles say so, and it leads where
/// the table says.
#[test]
fn every_cell_of_role_stage_and_step() {
    let mut cells = 0;
    for stage in Stage::ALL {
        for step in Step::ALL {
            let world = prepared(stage, step);
            let mut command = command_of(step, &world);
            if let FindingCommand::Escalate(letter) = &mut command {
                letter.answer_by = domain::working_day::after(world.today(), 3);
            }
            for person in PEOPLE.into_iter().chain([GIVER, BOTH_SIDES]) {
                cells += 1;
                let led_to = next(step, stage);
                let expected = permitted(step).contains(&person) && led_to.is_some();
                let answer = world.ask(person, &on_finding(command.clone()));
                assert_eq!(
                    answer.is_ok(),
                    expected,
                    "{stage:?} {step:?} {person}: {answer:?}"
                );
                if expected {
                    let mut world = prepared(stage, step);
                    world.must(person, command.clone());
                    assert_eq!(Some(world.stage()), led_to, "{stage:?} {step:?}");
                } else if permitted(step).contains(&person) && stage != Stage::Withdrawn {
                    assert!(
                        matches!(&answer, Err(Refusal::Finding(FindingRefusal::NotNow { stage: now, .. })) if *now == stage),
                        "{stage:?} {step:?} {person}: {answer:?}"
                    );
                }
            }
        }
    }
    assert_eq!(
        cells,
        Stage::ALL.len() * Step::ALL.len() * (PEOPLE.len() + 2)
    );
}

#[test]
fn nothing_can_be_done_with_a_finding_that_was_never_raised() {
    let world = inspected();
    for step in Step::ALL {
        let command = on_finding(command_of(step, &world));
        for person in PEOPLE {
            assert_eq!(
                world.ask(person, &command).map(|_| ()),
                Err(FindingRefusal::Unknown.into()),
                "{step:?}"
            );
        }
    }
}

fn refused(world: &World, person: PersonId, command: FindingCommand, refusal: FindingRefusal) {
    let answer = world.ask(person, &on_finding(command.clone()));
    assert_eq!(answer, Err(Refusal::Finding(refusal)), "{command:?}");
}

fn notice_with(change: impl Fn(&mut RectificationNotice)) -> FindingCommand {
    let FindingCommand::Notify(mut content) = notice() else {
        unreachable!()
    };
    change(&mut content);
    FindingCommand::Notify(content)
}

/// Texts that are empty, too long or hide what is read, and days that are over or out of reach, wherever one is entered.
#[test]
fn every_field_is_looked_at() {
    type Write = fn(&str, &World) -> FindingCommand;
    let stages: [(Stage, PersonId, PlanField, bool, Write); 13] = [
        (
            Stage::Raised,
            ORGANISER,
            PlanField::Basis,
            true,
            |text, _| notice_with(|n| n.basis = text.into()),
        ),
        (
            Stage::Raised,
            ORGANISER,
            PlanField::Facts,
            true,
            |text, _| notice_with(|n| n.facts = text.into()),
        ),
        (
            Stage::Raised,
            ORGANISER,
            PlanField::Requirement,
            true,
            |text, _| notice_with(|n| n.requirement = text.into()),
        ),
        (
            Stage::Notified,
            HOME_OFFICER,
            PlanField::Grounds,
            true,
            |text, _| FindingCommand::Dispute {
                grounds: text.into(),
            },
        ),
        (
            Stage::Disputed,
            ORGANISER,
            PlanField::Reason,
            true,
            |text, _| FindingCommand::Withdraw {
                reason: text.into(),
            },
        ),
        (
            Stage::Disputed,
            ORGANISER,
            PlanField::Reason,
            true,
            |text, _| FindingCommand::Uphold {
                reason: text.into(),
                plan_by: day("2022-03-18"),
            },
        ),
        (
            Stage::PlanSubmitted,
            ORGANISER,
            PlanField::Opinion,
            false,
            |text, _| FindingCommand::AcceptPlan {
                plan: 1,
                opinion: text.into(),
            },
        ),
        (
            Stage::PlanSubmitted,
            ORGANISER,
            PlanField::Opinion,
            true,
            |text, _| FindingCommand::ReturnPlan {
                plan: 1,
                opinion: text.into(),
                plan_by: day("2022-03-18"),
            },
        ),
        (
            Stage::Planned,
            HOME_OFFICER,
            PlanField::Reason,
            true,
            |text, _| FindingCommand::AskExtension {
                until: day("2022-03-30"),
                reason: text.into(),
            },
        ),
        (
            Stage::ExtensionAsked,
            ORGANISER,
            PlanField::Opinion,
            true,
            |text, _| FindingCommand::RefuseExtension {
                opinion: text.into(),
            },
        ),
        (
            Stage::Closed,
            OVERSEER,
            PlanField::Reason,
            true,
            |text, _| FindingCommand::Reopen {
                reason: text.into(),
                complete_by: day("2022-04-01"),
            },
        ),
        (
            Stage::Raised,
            ORGANISER,
            PlanField::Support,
            true,
            |text, _| {
                FindingCommand::OweSupport(SupportOwed {
                    what: text.into(),
                    ..owed()
                })
            },
        ),
        (
            Stage::Rectified,
            OVERSEER,
            PlanField::Account,
            true,
            |text, world| {
                let mut evidence = evidence(9, world.now.0 + 10);
                evidence.account = text.into();
                FindingCommand::Pass(evidence)
            },
        ),
    ];
    let long = "字".repeat(10_000);
    for (stage, person, field, required, write) in stages {
        let world = at(stage);
        for (text, why) in [
            (
                long.as_str(),
                WordingRefusal::TooLong {
                    limit: ACCOUNT_LIMIT,
                },
            ),
            ("门\u{202E}岗", WordingRefusal::Unprintable { code: 0x202E }),
            ("门\u{200B}岗", WordingRefusal::Unprintable { code: 0x200B }),
        ] {
            refused(
                &world,
                person,
                write(text, &world),
                FindingRefusal::Field(field, why),
            );
        }
        if required {
            let empty = FindingRefusal::Field(field, WordingRefusal::Empty);
            refused(&world, person, write(" ", &world), empty);
        }
    }
    let numbered = |number: String| notice_with(|notice| notice.number.clone_from(&number));
    let world = at(Stage::Raised);
    for (number, why) in [
        (String::new(), WordingRefusal::Empty),
        (
            "1".repeat(10_000),
            WordingRefusal::TooLong { limit: NAME_LIMIT },
        ),
    ] {
        let refusal = FindingRefusal::Field(PlanField::Number, why);
        refused(&world, ORGANISER, numbered(number), refusal);
    }
}

#[test]
fn a_deadline_lies_ahead_and_within_reach() {
    type Write = fn(&str) -> FindingCommand;
    let cases: [(Stage, PersonId, PlanField, Write); 7] = [
        (Stage::Raised, ORGANISER, PlanField::PlanBy, |text| {
            notice_with(|n| n.plan_by = day(text))
        }),
        (Stage::Raised, ORGANISER, PlanField::CompleteBy, |text| {
            notice_with(|n| n.complete_by = day(text))
        }),
        (Stage::Disputed, ORGANISER, PlanField::PlanBy, |text| {
            FindingCommand::Uphold {
                reason: "r".into(),
                plan_by: day(text),
            }
        }),
        (
            Stage::Notified,
            HOME_OFFICER,
            PlanField::PlannedFor,
            |text| {
                let FindingCommand::SubmitPlan(mut content) = plan() else {
                    unreachable!()
                };
                content.complete_by = day(text);
                FindingCommand::SubmitPlan(content)
            },
        ),
        (Stage::Planned, HOME_OFFICER, PlanField::Until, |text| {
            FindingCommand::AskExtension {
                until: day(text),
                reason: "r".into(),
            }
        }),
        (Stage::ExtensionAsked, ORGANISER, PlanField::Until, |text| {
            FindingCommand::GrantExtension {
                until: day(text),
                opinion: String::new(),
            }
        }),
        (Stage::Raised, ORGANISER, PlanField::SupportDue, |text| {
            FindingCommand::OweSupport(SupportOwed {
                due: day(text),
                ..owed()
            })
        }),
    ];
    for (stage, person, field, write) in cases {
        let world = at(stage);
        refused(
            &world,
            person,
            write("2022-03-12"),
            FindingRefusal::DeadlinePast(field),
        );
        refused(
            &world,
            person,
            write("2023-03-15"),
            FindingRefusal::DeadlineTooFar(field),
        );
    }
    let world = at(Stage::Raised);
    let reversed = notice_with(|notice| notice.plan_by = day("2022-03-28"));
    refused(
        &world,
        ORGANISER,
        reversed,
        FindingRefusal::PlanAfterCompletion,
    );
    // A plan keeps to the deadline of the notice, and is not bound once that is over.
    let promising = |text: &str| {
        let FindingCommand::SubmitPlan(mut content) = plan() else {
            unreachable!()
        };
        content.complete_by = day(text);
        FindingCommand::SubmitPlan(content)
    };
    let mut world = at(Stage::Notified);
    let limit = day("2022-03-25");
    refused(
        &world,
        HOME_OFFICER,
        promising("2022-03-26"),
        FindingRefusal::AfterDeadline { limit },
    );
    assert!(
        world
            .ask(HOME_OFFICER, &on_finding(promising("2022-03-25")))
            .is_ok()
    );
    world.wait_until("2022-03-28");
    assert!(
        world
            .ask(HOME_OFFICER, &on_finding(promising("2022-04-02")))
            .is_ok()
    );
    // An extension is longer than what it extends.
    let world = at(Stage::Planned);
    let ask = FindingCommand::AskExtension {
        until: day("2022-03-20"),
        reason: "r".into(),
    };
    // The 20th is a Sunday: what is due then ends with the Monday.
    let than = day("2022-03-21");
    refused(
        &world,
        HOME_OFFICER,
        ask,
        FindingRefusal::ExtensionNotLater { than },
    );
}

#[test]
fn what_is_late_is_escalated_once_until_its_answer_is_due() {
    let numbered = |number: &str, answer_by: &str| {
        FindingCommand::Escalate(Letter {
            number: number.into(),
            demand: "限期整改".into(),
            answer_by: day(answer_by),
        })
    };
    let letter = |answer_by: &str| numbered("示例督办〔2022〕1号", answer_by);
    // given a plan due on Friday, 18 March
    let mut world = at(Stage::Notified);
    world.wait_until("2022-03-18");
    refused(
        &world,
        OVERSEER,
        letter("2022-03-22"),
        FindingRefusal::NotLate,
    );
    // when Saturday comes, then it is late
    world.wait_until("2022-03-19");
    assert_eq!(
        world.facts.finding(FINDING).standing(world.today()),
        Standing::Late {
            due: day("2022-03-18"),
            by: 0
        }
    );
    let past = FindingRefusal::DeadlinePast(PlanField::AnswerBy);
    refused(&world, OVERSEER, letter("2022-03-18"), past);
    world.must(OVERSEER, letter("2022-03-22"));
    // and another letter waits for the answer to the first
    let stands = FindingRefusal::LetterStands {
        until: day("2022-03-22"),
    };
    refused(&world, OVERSEER, letter("2022-03-25"), stands);
    world.wait_until("2022-03-23");
    // The second bears a number of its own; spaces make none.
    let taken = numbered("示例督办〔2022〕 1号", "2022-03-25");
    let number = "示例督办〔2022〕 1号".to_owned();
    refused(
        &world,
        OVERSEER,
        taken,
        FindingRefusal::LetterNumberTaken(number),
    );
    world.must(OVERSEER, numbered("示例督办〔2022〕2号", "2022-03-25"));
    assert_eq!(world.facts.finding(FINDING).letters.len(), 2);
    assert_eq!(world.stage(), Stage::Notified, "a letter changes no stage");
}

/// Given a letter that nobody answered, when the finding is closed, then it presses no more, and not when the finding is opened again.
#[test]
fn a_letter_ends_with_the_finding_it_pressed_for() {
    let mut world = prepared(Stage::Rectified, Step::AnswerLetter);
    assert!(world.facts.finding(FINDING).unanswered_letter().is_some());
    for step in [Step::Pass, Step::Reopen] {
        let command = command_of(step, &world);
        world.must(OVERSEER, command);
        assert_eq!(world.facts.finding(FINDING).letter, LetterState::Ended);
    }
    let answer = FindingCommand::AnswerLetter {
        account: "已整改".into(),
    };
    refused(
        &world,
        HOME_OFFICER,
        answer.clone(),
        FindingRefusal::NoLetterToAnswer,
    );
    // One that was answered stays so.
    let mut world = prepared(Stage::Rectified, Step::AnswerLetter);
    world.must(HOME_OFFICER, answer);
    let pass = command_of(Step::Pass, &world);
    world.must(OVERSEER, pass);
    assert_eq!(world.facts.finding(FINDING).letter, LetterState::Answered);
}

/// Given a letter, then whoever rectifies answers it once, wherever the finding stands by then; another letter asks for another answer, and
/// an answer in time lets no other letter out before the day.
#[test]
fn a_letter_is_answered_once() {
    let letter = |number: &str, answer_by: &str| {
        FindingCommand::Escalate(Letter {
            number: number.into(),
            demand: "限期整改".into(),
            answer_by: day(answer_by),
        })
    };
    let answer = || FindingCommand::AnswerLetter {
        account: "已报送计划".into(),
    };
    let mut world = at(Stage::Notified);
    world.wait_until("2022-03-21");
    refused(
        &world,
        HOME_OFFICER,
        answer(),
        FindingRefusal::NoLetterToAnswer,
    );
    world.must(OVERSEER, letter("1", "2022-03-24"));
    let unanswered = |world: &World| {
        let letter = world.facts.finding(FINDING).unanswered_letter();
        letter.map(|letter| letter.number.clone())
    };
    assert_eq!(unanswered(&world).as_deref(), Some("1"));
    let empty = FindingCommand::AnswerLetter {
        account: " ".into(),
    };
    let refusal = FindingRefusal::Field(PlanField::Account, WordingRefusal::Empty);
    refused(&world, HOME_OFFICER, empty, refusal);
    // when the plan comes first, then the letter still waits
    let mut planned = plan();
    if let FindingCommand::SubmitPlan(plan) = &mut planned {
        plan.complete_by = day("2022-03-25");
    }
    world.must(HOME_OFFICER, planned);
    world.must(HOME_OFFICER, answer());
    assert_eq!(world.stage(), Stage::PlanSubmitted);
    assert_eq!(unanswered(&world), None);
    refused(
        &world,
        HOME_OFFICER,
        answer(),
        FindingRefusal::NoLetterToAnswer,
    );
    // when it is returned for a plan that comes late again, then the day of the first letter is waited for
    world.must(
        ORGANISER,
        FindingCommand::ReturnPlan {
            plan: 1,
            opinion: "缺监测".into(),
            plan_by: day("2022-03-22"),
        },
    );
    world.wait_until("2022-03-24");
    let until = day("2022-03-24");
    let second = letter("2", "2022-03-29");
    refused(
        &world,
        OVERSEER,
        second.clone(),
        FindingRefusal::LetterStands { until },
    );
    world.wait_until("2022-03-25");
    world.must(OVERSEER, second);
    assert_eq!(unanswered(&world).as_deref(), Some("2"));
    world.must(HOME_OFFICER, answer());
    assert_eq!(unanswered(&world), None);
}

/// Given a deadline, when something is handed in after it, then it is told how late by what was due just before, though nothing is due
/// any more once it is there.
#[test]
fn what_was_handed_in_late_stays_late() {
    let late = |world: &World, command: FindingCommand| {
        let answer = world.ask(HOME_OFFICER, &on_finding(command)).unwrap();
        let [new] = answer.as_slice() else {
            panic!("{answer:?}");
        };
        let Event::Finding(event) = &new.event else {
            panic!("{new:?}");
        };
        let finding = world.facts.finding(FINDING);
        finding
            .handed_in_late(event, world.today())
            .map(|late| (late.due, late.by))
    };
    let claim = |world: &World| FindingCommand::ClaimRectified(evidence(2, world.now.0 + 1));
    // The plan is due on Friday, 18 March, the rectification on Monday, 21 March.
    let cases: [(
        Stage,
        &str,
        fn(&World) -> FindingCommand,
        Option<(&str, u32)>,
    ); 8] = [
        (Stage::Notified, "2022-03-18", |_| plan(), None),
        (Stage::Planned, "2022-03-21", claim, None),
        (Stage::Planned, "2022-03-22", claim, Some(("2022-03-21", 1))),
        (
            Stage::ExtensionAsked,
            "2022-03-25",
            claim,
            Some(("2022-03-21", 4)),
        ),
        (
            Stage::Planned,
            "2022-03-23",
            |_| FindingCommand::AskExtension {
                until: day("2022-03-30"),
                reason: "r".into(),
            },
            Some(("2022-03-21", 2)),
        ),
        (Stage::PlanSubmitted, "2022-03-20", |_| plan(), None),
        (
            Stage::Notified,
            "2022-03-19",
            |_| plan(),
            Some(("2022-03-18", 0)),
        ),
        (
            Stage::Reopened,
            "2022-04-06",
            |_| {
                let FindingCommand::SubmitPlan(mut plan) = plan() else {
                    unreachable!()
                };
                plan.complete_by = day("2022-04-08");
                FindingCommand::SubmitPlan(plan)
            },
            // The Saturday was worked, for the holiday that followed.
            Some(("2022-04-01", 2)),
        ),
    ];
    for (stage, today, command, expected) in cases {
        let mut world = at(stage);
        world.wait_until(today);
        let expected = expected.map(|(due, by)| (day(due), by));
        let command = command(&world);
        assert_eq!(late(&world, command), expected, "{stage:?} {today}");
    }
    // Whoever waited for late support is not late; who answers a letter waits for none.
    let mut world = at(Stage::Planned);
    world.must(ORGANISER, FindingCommand::OweSupport(owed()));
    world.wait_until("2022-03-25");
    let command = claim(&world);
    assert_eq!(late(&world, command), None);
    let FindingCommand::Escalate(mut letter) = command_of(Step::Escalate, &world) else {
        unreachable!()
    };
    letter.answer_by = day("2022-03-23");
    let escalated = Event::Finding(FindingEvent::Escalated(letter));
    world.happened(on_finding(notice()).stream(), &escalated);
    let answer = FindingCommand::AnswerLetter {
        account: "已办理".into(),
    };
    assert_eq!(late(&world, answer), Some((day("2022-03-23"), 2)));
}

/// Given a deadline that is over, when a plan means to be carried out after it, then handing it in and accepting it both tell the deadline
/// it goes beyond, and an extension until that day leaves nothing to tell.
#[test]
fn a_plan_beyond_the_deadline_that_was_ordered_tells_it() {
    let mut world = at(Stage::Notified);
    let beyond = |world: &World, person, command: FindingCommand| {
        let answer = world.ask(person, &on_finding(command)).unwrap();
        let Event::Finding(event) = &answer[0].event else {
            panic!("{answer:?}");
        };
        world.facts.finding(FINDING).beyond_the_limit(event)
    };
    assert_eq!(beyond(&world, HOME_OFFICER, plan()), None);
    world.wait_until("2022-03-28");
    let later = || {
        let FindingCommand::SubmitPlan(mut plan) = plan() else {
            unreachable!()
        };
        plan.complete_by = day("2022-04-08");
        FindingCommand::SubmitPlan(plan)
    };
    let limit = Some(day("2022-03-25"));
    assert_eq!(beyond(&world, HOME_OFFICER, later()), limit);
    world.must(HOME_OFFICER, later());
    let accept = FindingCommand::AcceptPlan {
        plan: 1,
        opinion: String::new(),
    };
    assert_eq!(beyond(&world, ORGANISER, accept.clone()), limit);
    world.must(ORGANISER, accept);
    assert_eq!(world.facts.finding(FINDING).limit, limit);
    world.must(
        HOME_OFFICER,
        FindingCommand::AskExtension {
            until: day("2022-04-15"),
            reason: "r".into(),
        },
    );
    world.must(
        ORGANISER,
        FindingCommand::GrantExtension {
            until: day("2022-04-15"),
            opinion: String::new(),
        },
    );
    assert_eq!(beyond(&world, HOME_OFFICER, later()), None);
}

#[test]
fn a_dispute_is_answered_once() {
    let mut world = at(Stage::Disputed);
    let uphold = command_of(Step::Uphold, &world);
    world.must(ORGANISER, uphold);
    let again = command_of(Step::Dispute, &world);
    refused(&world, HOME_OFFICER, again, FindingRefusal::DisputeAnswered);
    assert!(world.ask(HOME_OFFICER, &on_finding(plan())).is_ok());
}

#[test]
fn what_was_read_is_what_is_accepted() {
    // given a plan that its reviewer has before them, when another replaces it, then the first can be neither accepted nor returned
    let notified = at(Stage::Notified).facts.finding(FINDING).complete_by;
    let mut world = at(Stage::PlanSubmitted);
    world.must(HOME_OFFICER, plan());
    // Until a plan is accepted the notice's day counts.
    assert!(notified.is_some());
    assert_eq!(world.facts.finding(FINDING).complete_by, notified);
    for step in [Step::AcceptPlan, Step::ReturnPlan] {
        let command = command_of(step, &world);
        refused(
            &world,
            ORGANISER,
            command,
            FindingRefusal::PlanReplaced { latest: 2 },
        );
    }
    world.must(
        ORGANISER,
        FindingCommand::AcceptPlan {
            plan: 2,
            opinion: String::new(),
        },
    );
    let finding = world.facts.finding(FINDING);
    assert_eq!(finding.complete_by, Some(day("2022-03-21")));
}

#[test]
fn of_two_people_closing_one_finding_the_second_is_told_who_was_first() {
    let mut world = at(Stage::Rectified);
    let later = world.now.0 + 10;
    world.must(OVERSEER, FindingCommand::Pass(evidence(9, later)));
    let second = FindingCommand::Pass(evidence(10, later));
    let stage = Stage::Closed;
    let by = texts("overseer");
    refused(
        &world,
        OVERSEER,
        second,
        FindingRefusal::NotNow {
            stage,
            by: by.clone(),
        },
    );
    let refusal = FindingRefusal::NotNow { stage, by };
    assert!(
        refusal
            .text(Language::Chinese)
            .contains("overseer办理，现为“已销号”")
    );
    assert!(
        refusal
            .text(Language::English)
            .contains("what you entered is still here")
    );
}

#[test]
fn who_accepted_the_plan_does_not_re_verify() {
    // given an overseer of another unit who also organises, and accepted the plan
    let mut world = at(Stage::PlanSubmitted);
    world.must(
        BOTH_SIDES,
        FindingCommand::AcceptPlan {
            plan: 1,
            opinion: String::new(),
        },
    );
    let seen = world.now.0 + 1;
    world.must(
        HOME_OFFICER,
        FindingCommand::ClaimRectified(evidence(2, seen)),
    );
    let pass = FindingCommand::Pass(evidence(9, world.now.0 + 10));
    refused(
        &world,
        BOTH_SIDES,
        pass.clone(),
        FindingRefusal::ApprovedItOneself,
    );
    assert!(world.ask(OVERSEER, &on_finding(pass)).is_ok());
}

#[test]
fn nobody_orders_in_the_matters_of_their_own_body() {
    // given a home's own person with an organiser's role everywhere
    for (stage, step) in [
        (Stage::Raised, Step::Notify),
        (Stage::Disputed, Step::Withdraw),
        (Stage::PlanSubmitted, Step::AcceptPlan),
        (Stage::ExtensionAsked, Step::GrantExtension),
        (Stage::Planned, Step::OweSupport),
    ] {
        let world = at(stage);
        let command = command_of(step, &world);
        refused(&world, HOME_ORGANISER, command, FindingRefusal::OwnBody);
    }
}

/// Given a finding about a department, then its own officers rectify it: nobody from above it, who orders there, and nobody by an
/// institution's role; and they neither order in it nor verify it.
#[test]
fn what_was_found_in_a_department_is_rectified_by_its_own_officers() {
    use PermissionRefusal::{NoSuchRole, OutOfScope, UnknownPerson};
    let FindingCommand::Raise(mut raised) = raise() else {
        unreachable!()
    };
    raised.body = CENTRE;
    let mut world = inspected();
    let stream = on_finding(notice()).stream();
    world.happened(stream, &Event::Finding(FindingEvent::Raised(raised)));
    let no_role = Refusal::from(NoSuchRole(Act::RectifyDepartment));
    let others = |world: &World, step: Step| {
        let command = on_finding(command_of(step, world));
        for (person, refusal) in [
            (ADMINISTRATOR, no_role.clone()),
            (ORGANISER, no_role.clone()),
            (LEADER, no_role.clone()),
            (INSPECTOR, no_role.clone()),
            (HOME_OFFICER, no_role.clone()),
            (HOME_BOTH, no_role.clone()),
            (OVERSEER, no_role.clone()),
            (CENTRE_OVERSEER, no_role.clone()),
            // Of the bureau above the centre: it orders there.
            (GIVER, FindingRefusal::NotOfDepartment.into()),
            // A district's officer, and the centre lies in none.
            (DEPARTMENT, OutOfScope(Act::RectifyDepartment).into()),
            (STRANGER, UnknownPerson.into()),
        ] {
            let answer = world.ask(person, &command);
            assert_eq!(answer, Err(refusal), "{step:?} {person}");
        }
    };
    for (person, step) in [
        (ORGANISER, Step::Notify),
        (CENTRE_DEPARTMENT, Step::Dispute),
        (GIVER, Step::Uphold),
        (CENTRE_DEPARTMENT, Step::SubmitPlan),
        (GIVER, Step::AcceptPlan),
        (CENTRE_DEPARTMENT, Step::AskExtension),
        (ORGANISER, Step::RefuseExtension),
        (CENTRE_DEPARTMENT, Step::ClaimRectified),
        (OVERSEER, Step::Pass),
    ] {
        let mut command = command_of(step, &world);
        if let FindingCommand::Pass(shown) = &mut command {
            // Another photo than the claim's.
            *shown = evidence(10, world.now.0 + 10);
        }
        if step.transition().by == Act::Rectify {
            others(&world, step);
        } else if step.transition().by == Act::OrderRectification {
            let own = FindingRefusal::OwnBody;
            refused(&world, CENTRE_DEPARTMENT, command.clone(), own);
        } else {
            let unit = FindingRefusal::SameUnit;
            refused(&world, CENTRE_OVERSEER, command.clone(), unit);
        }
        world.must(person, command);
    }
    assert_eq!(world.stage(), Stage::Closed);
    // In the home the centre's officers rectify nothing.
    let world = at(Stage::Planned);
    let claim = on_finding(command_of(Step::ClaimRectified, &world));
    assert_eq!(
        world.ask(CENTRE_DEPARTMENT, &claim),
        Err(NoSuchRole(Act::Rectify).into())
    );
}

#[test]
fn nobody_decides_on_what_they_asked_for_or_planned_themselves() {
    // given somebody who works for the home and orders for its regulator, too
    for (asked_at, ask, decides) in [
        (
            Stage::Notified,
            Step::Dispute,
            vec![Step::Withdraw, Step::Uphold],
        ),
        (
            Stage::Notified,
            Step::SubmitPlan,
            vec![Step::AcceptPlan, Step::ReturnPlan],
        ),
        (
            Stage::Planned,
            Step::AskExtension,
            vec![Step::GrantExtension, Step::RefuseExtension],
        ),
    ] {
        let mut world = at(asked_at);
        let both = PersonId(Uuid::from_u128(950));
        let grants = vec![
            (Role::InstitutionOfficer, Scope::Body(HOME)),
            (Role::DepartmentOfficer, Scope::Body(CENTRE)),
        ];
        world.registered(both, "two-hats", CENTRE, grants);
        let command = command_of(ask, &world);
        world.must(both, command);
        for step in decides {
            let command = command_of(step, &world);
            refused(&world, both, command.clone(), FindingRefusal::OwnRequest);
            assert!(
                world.ask(ORGANISER, &on_finding(command)).is_ok(),
                "{step:?}"
            );
        }
    }
}

#[test]
fn support_that_came_late_moves_whatever_is_owed_then() {
    // given a plan due on Friday 18 March, support due on the 16th
    let mut world = at(Stage::Notified);
    let plan_by = world.facts.finding(FINDING).plan_by.unwrap();
    world.must(ORGANISER, FindingCommand::OweSupport(owed()));
    // when it comes on the 22nd, four working days late
    world.wait_until("2022-03-22");
    let provide = command_of(Step::ProvideSupport, &world);
    world.must(GIVER, provide);
    // then the plan's day has moved by as many, and the plan is not late
    let late = domain::working_day::between(day("2022-03-16"), day("2022-03-22"));
    let moved = domain::working_day::after(
        domain::working_day::on_or_after(plan_by),
        u32::try_from(late).unwrap(),
    );
    assert_eq!(world.facts.finding(FINDING).plan_by, Some(moved));
    let standing = world.facts.finding(FINDING).standing(world.today());
    assert!(!standing.is_late(), "{standing:?}");

    // given a plan handed in while support is late
    let mut world = at(Stage::PlanSubmitted);
    world.must(ORGANISER, FindingCommand::OweSupport(owed()));
    let finding = world.facts.finding(FINDING);
    let (notified, promised) = (finding.complete_by.unwrap(), finding.promised.unwrap());
    world.wait_until("2022-03-18");
    let provide = command_of(Step::ProvideSupport, &world);
    world.must(GIVER, provide);
    let finding = world.facts.finding(FINDING);
    let moved = finding.promised.unwrap();
    assert!(promised < moved && Some(notified) < finding.complete_by);
    // when it is accepted, then the day it moved to counts
    let accept = command_of(Step::AcceptPlan, &world);
    world.must(ORGANISER, accept);
    assert_eq!(world.facts.finding(FINDING).complete_by, Some(moved));
}

#[test]
fn a_look_back_is_proved_by_what_was_taken_after_it_was_drawn() {
    let mut world = at(Stage::Closed);
    world.wait_until("2022-06-01");
    world.draw().unwrap();
    let drawn = world.now.0;
    let (draw, early) = (LOOK_BACK, evidence(41, drawn));
    let pass = FindingCommand::LookBackPass {
        draw,
        evidence: early,
    };
    refused(&world, OVERSEER, pass, FindingRefusal::PhotoBeforeClaim);
    let evidence = evidence(41, drawn + 1);
    world.must(OVERSEER, FindingCommand::LookBackPass { draw, evidence });
}

/// A picture from before the fault was found, or found again, proves nothing, and none that is older than the notice shows that it was
/// carried out.
#[test]
fn a_rectification_is_proved_by_what_was_taken_after_the_fault_was_seen_and_ordered_to_be_put_right()
 {
    for stage in [Stage::Planned, Stage::Reopened] {
        let mut world = at(stage);
        if stage == Stage::Reopened {
            // Only what was planned again is claimed again.
            world.must(HOME_OFFICER, plan());
            let plan = world.facts.finding(FINDING).plans;
            let opinion = String::new();
            world.must(ORGANISER, FindingCommand::AcceptPlan { plan, opinion });
        }
        let seen = world.facts.finding(FINDING).seen_at.unwrap().0;
        let claim = |at| FindingCommand::ClaimRectified(evidence(7, at));
        let notified = world.facts.finding(FINDING).notified_at.unwrap().0;
        // The later of the two is told, so that a picture taken anew is late enough for both.
        let (latest, early) = match stage {
            Stage::Planned => (notified, FindingRefusal::PhotoBeforeNotice),
            _ => (seen, FindingRefusal::PhotoBeforeFinding),
        };
        assert!(latest == seen.max(notified) && seen != notified);
        refused(
            &world,
            HOME_OFFICER,
            claim(seen.min(notified)),
            early.clone(),
        );
        refused(&world, HOME_OFFICER, claim(latest), early);
        world.must(HOME_OFFICER, claim(seen.max(notified) + 1));
    }
}

/// Given a fault that was fixed on the spot, then it is shown fixed by photos of its own, taken after those of the fault.
#[test]
fn a_fault_fixed_on_the_spot_is_shown_before_and_after() {
    let raised = |fixed: bool, after: &[Photo]| {
        let FindingCommand::Raise(mut raised) = raise() else {
            unreachable!()
        };
        (raised.severity, raised.fixed_on_the_spot) = (Severity::General, fixed);
        raised.photos_fixed = after.to_vec();
        FindingCommand::Raise(raised)
    };
    for (fixed, after, refusal) in [
        (
            false,
            vec![photo(20, 5)],
            FindingRefusal::ShownFixedButNotFixed,
        ),
        // As old as the picture of the fault.
        (true, vec![photo(20, 0)], FindingRefusal::PhotoBeforeFinding),
        (
            true,
            vec![photo(20, 5), photo(1, 5)],
            FindingRefusal::PhotoSeenBefore(photo(1, 5).hash),
        ),
        (
            true,
            (20..=50).map(|number| photo(number, 5)).collect(),
            FindingRefusal::TooManyPhotos { limit: PHOTO_LIMIT },
        ),
    ] {
        refused(&inspected(), LEADER, raised(fixed, &after), refusal);
    }
    let mut world = inspected();
    world.must(LEADER, raised(true, &[photo(20, 5)]));
    // and what showed it fixed proves nothing else
    let later = world.now.0 + 1;
    let reused = FindingCommand::Pass(evidence(20, later));
    let seen = FindingRefusal::PhotoSeenBefore(photo(20, later).hash);
    refused(&world, OVERSEER, reused, seen);
    world.must(OVERSEER, FindingCommand::Pass(evidence(21, later)));
}

#[test]
fn a_general_fault_fixed_on_the_spot_waits_for_re_verification_a_key_one_for_its_notice() {
    for (severity, fixed, stage) in [
        (Severity::General, true, Stage::Rectified),
        (Severity::General, false, Stage::Raised),
        (Severity::Key, true, Stage::Raised),
    ] {
        let mut world = inspected();
        let FindingCommand::Raise(mut raised) = raise() else {
            unreachable!()
        };
        (raised.severity, raised.fixed_on_the_spot) = (severity, fixed);
        world.must(LEADER, FindingCommand::Raise(raised));
        assert_eq!(world.stage(), stage, "{severity:?} {fixed}");
        if stage == Stage::Rectified {
            let early = FindingCommand::Pass(evidence(9, world.now.0));
            refused(&world, OVERSEER, early, FindingRefusal::PhotoBeforeClaim);
            let later = world.now.0 + 1;
            world.must(OVERSEER, FindingCommand::Pass(evidence(9, later)));
        }
    }
}

#[test]
fn late_support_is_never_the_institutions_delay() {
    // given support due on Wednesday 16 March, a rectification due on Sunday the 20th, which is Monday the 21st
    let mut world = at(Stage::Planned);
    world.must(ORGANISER, FindingCommand::OweSupport(owed()));
    let standing = |world: &World| world.facts.finding(FINDING).standing(world.today());
    world.wait_until("2022-03-16");
    assert_eq!(
        standing(&world),
        Standing::Running {
            due: day("2022-03-21"),
            left: 3
        }
    );
    // when the support does not come, then the clock stands still for as long as that lasts
    for today in ["2022-03-17", "2022-03-22", "2022-04-11"] {
        world.wait_until(today);
        let (due, support_due) = (day("2022-03-21"), day("2022-03-16"));
        assert_eq!(
            standing(&world),
            Standing::Suspended { due, support_due },
            "{today}"
        );
        let letter = command_of(Step::Escalate, &world);
        refused(&world, OVERSEER, letter, FindingRefusal::WaitsForSupport);
    }
    // when it comes on 11 April, 18 working days late, then the deadline moves by as many
    let answer = world
        .ask(GIVER, &on_finding(command_of(Step::ProvideSupport, &world)))
        .unwrap();
    let kinds: Vec<&str> = answer.iter().map(|new| new.event.kind()).collect();
    assert_eq!(kinds, ["finding.supportProvided", "finding.deadlineMoved"]);
    let provide = command_of(Step::ProvideSupport, &world);
    world.must(GIVER, provide);
    let late = domain::working_day::between(day("2022-03-16"), day("2022-04-11"));
    let due = domain::working_day::after(day("2022-03-21"), u32::try_from(late).unwrap());
    assert_eq!(standing(&world), Standing::Running { due, left: 3 });
    assert_eq!(world.facts.finding(FINDING).complete_by, Some(due));
    // and it is provided once, confirmed once, after it was provided
    let again = command_of(Step::ProvideSupport, &world);
    refused(&world, GIVER, again, FindingRefusal::SupportProvidedAlready);
    world.must(HOME_OFFICER, FindingCommand::ConfirmSupport { support: 1 });
    let again = FindingCommand::ConfirmSupport { support: 1 };
    refused(
        &world,
        HOME_OFFICER,
        again,
        FindingRefusal::SupportConfirmedAlready,
    );
    world.must(
        ORGANISER,
        FindingCommand::OweSupport(SupportOwed {
            due: day("2022-04-20"),
            ..owed()
        }),
    );
    let early = FindingCommand::ConfirmSupport { support: 2 };
    refused(
        &world,
        HOME_OFFICER,
        early,
        FindingRefusal::SupportNotProvided,
    );
    for support in [0, 3, u32::MAX] {
        let unknown = FindingCommand::ConfirmSupport { support };
        refused(
            &world,
            HOME_OFFICER,
            unknown,
            FindingRefusal::SupportUnknown,
        );
        let account = "a".into();
        let unknown = FindingCommand::ProvideSupport { support, account };
        refused(&world, GIVER, unknown, FindingRefusal::SupportUnknown);
    }
}

#[test]
fn support_is_owed_by_a_department_and_not_without_end() {
    let mut world = at(Stage::Planned);
    for by in [HOME, GROUP] {
        let command = FindingCommand::OweSupport(SupportOwed { by, ..owed() });
        refused(&world, ORGANISER, command, FindingRefusal::NotARegulator);
    }
    for _ in 0..domain::finding::SUPPORT_LIMIT {
        world.must(ORGANISER, FindingCommand::OweSupport(owed()));
    }
    let limit = domain::finding::SUPPORT_LIMIT;
    let more = FindingCommand::OweSupport(owed());
    refused(
        &world,
        ORGANISER,
        more,
        FindingRefusal::TooManySupports { limit },
    );
    // The officer of a district gives no support of the bureau's.
    let provide = command_of(Step::ProvideSupport, &world);
    assert_eq!(
        world.ask(DEPARTMENT, &on_finding(provide)).map(|_| ()),
        Err(PermissionRefusal::OutOfScope(Act::GiveSupport).into())
    );
    // Nor does one of another department, wherever they may act.
    let other = PersonId(Uuid::from_u128(191));
    let grants = vec![(Role::DepartmentOfficer, Scope::Jurisdiction)];
    world.registered(other, "other-department", GROUP, grants);
    let provide = command_of(Step::ProvideSupport, &world);
    refused(&world, other, provide, FindingRefusal::SupportOfAnother);
}

#[test]
fn a_look_back_is_drawn_from_what_is_closed_and_looked_at_once() {
    let draw = |closed: Vec<FindingId>, share, seed: &str| {
        let seed = seed.into();
        let command = LookBackCommand::Draw {
            seed,
            share,
            closed,
        };
        Command::LookBack {
            id: LOOK_BACK,
            command,
        }
    };
    let world = at(Stage::Closed);
    let unknown = FindingId(Uuid::from_u128(999));
    for (closed, share, seed, refusal) in [
        (vec![], 10, "2022", LookBackRefusal::NothingClosed),
        (vec![FINDING], 0, "2022", LookBackRefusal::Share),
        (vec![FINDING], 101, "2022", LookBackRefusal::Share),
        (
            vec![FINDING],
            10,
            " ",
            LookBackRefusal::Seed(WordingRefusal::Empty),
        ),
        (
            vec![FINDING, unknown],
            10,
            "2022",
            LookBackRefusal::NotClosed(unknown),
        ),
        (
            vec![FINDING; 5_001],
            10,
            "2022",
            LookBackRefusal::TooMany { limit: 5_000 },
        ),
    ] {
        let answer = world.ask(OVERSEER, &draw(closed, share, seed));
        assert_eq!(answer, Err(Refusal::LookBack(refusal)));
    }
    let answer = at(Stage::Planned).ask(OVERSEER, &draw(vec![FINDING], 10, "2022"));
    assert_eq!(answer, Err(LookBackRefusal::NotClosed(FINDING).into()));
    assert_eq!(
        world
            .ask(ORGANISER, &draw(vec![FINDING], 10, "2022"))
            .map(|_| ()),
        Err(PermissionRefusal::NoSuchRole(Act::ReVerify).into())
    );
    // Not drawn, not looked at.
    let mut world = at(Stage::Closed);
    let look = command_of(Step::LookBackPass, &world);
    refused(&world, OVERSEER, look.clone(), FindingRefusal::NotDrawn);
    world.draw().unwrap();
    assert_eq!(world.draw(), Err(LookBackRefusal::AlreadyDrawn.into()));
    // Independence holds for it as for the re-verification.
    refused(&world, HOME_BOTH, look.clone(), FindingRefusal::SameUnit);
    world.must(OVERSEER, look);
    let FindingCommand::LookBackFail {
        draw, complete_by, ..
    } = command_of(Step::LookBackFail, &world)
    else {
        unreachable!()
    };
    let again = FindingCommand::LookBackFail {
        draw,
        evidence: evidence(12, world.now.0 + 10),
        complete_by,
    };
    refused(&world, OVERSEER, again, FindingRefusal::LookedBackAlready);
}

/// The last day is fixed when the act is recorded: what sets a deadline for a day off is recorded with the next working day, and a day
/// that was a working day when it was recorded stays, though the calendar of today calls it a day off.
#[test]
fn a_deadline_already_given_is_moved_by_no_calendar() {
    // given deadlines set for a Sunday, when they are recorded, then the event has the Monday
    let mut world = at(Stage::Raised);
    let sunday = notice_with(|notice| {
        notice.plan_by = day("2022-03-20");
        notice.complete_by = day("2022-04-03");
    });
    let decided = world.ask(ORGANISER, &on_finding(sunday)).unwrap();
    let [recorded] = decided.as_slice() else {
        panic!("{decided:?}");
    };
    let Event::Finding(FindingEvent::Notified { notice, unit }) = &recorded.event else {
        panic!("{recorded:?}");
    };
    assert_eq!(
        (notice.plan_by, notice.complete_by),
        (day("2022-03-21"), day("2022-04-06"))
    );
    let support = SupportOwed {
        due: day("2022-03-19"),
        ..owed()
    };
    world.must(ORGANISER, FindingCommand::OweSupport(support));
    let due = world.facts.finding(FINDING).supports[0].owed.due;
    assert_eq!(due, day("2022-03-21"));

    // given events of a time when these weekends were worked, when they are read by a calendar that has them off
    let stream = on_finding(notice_with(|_| {})).stream();
    world.wait_until("2027-01-04");
    let (saturday, sunday) = (day("2027-01-09"), day("2027-01-10"));
    let notified = FindingEvent::Notified {
        notice: RectificationNotice {
            plan_by: saturday,
            complete_by: sunday,
            ..notice.clone()
        },
        unit: *unit,
    };
    world.happened(stream, &Event::Finding(notified));
    // then each is due as it was given, and late on the day after
    let finding = world.facts.finding(FINDING);
    assert_eq!(
        (finding.plan_by, finding.complete_by),
        (Some(saturday), Some(sunday))
    );
    let without_support = domain::finding::Finding {
        supports: Vec::new(),
        ..finding.clone()
    };
    assert_eq!(without_support.standing(saturday).due(), Some(saturday));
    assert!(!without_support.standing(saturday).is_late());
    assert!(without_support.standing(sunday).is_late());
}

/// A log written before the notice and its answer were known still folds to a state that goes on.
#[test]
fn a_finding_of_an_older_log_goes_on() {
    let older = [
        r#"{"planSubmitted":{"affected":"a","atRisk":"b","systemChange":"c","monitoring":"d","completeBy":"2022-03-20"}}"#,
        r#"{"rectificationClaimed":{"account":"已整改","photos":[{"hash":"2","takenAt":0}]}}"#,
        r#"{"reVerificationFailed":{"account":"未整改","photos":[]}}"#,
    ];
    let kinds = [
        "finding.planSubmitted",
        "finding.rectificationClaimed",
        "finding.reVerificationFailed",
    ];
    let mut world = inspected();
    world.must(LEADER, raise());
    for (kind, body) in kinds.into_iter().zip(older) {
        let event = Event::decode(kind, body).unwrap();
        assert_eq!(event.body(), body, "it is written as it was");
        world.happened(on_finding(plan()).stream(), &event);
    }
    assert_eq!(world.stage(), Stage::Reopened);
    let finding = world.facts.finding(FINDING);
    assert_eq!(
        (finding.promised, finding.complete_by),
        (Some(day("2022-03-20")), None)
    );
    let raised = r#"{"raised":{"inspection":"00000000-0000-0000-0000-000000000192","body":"00000000-0000-0000-0000-000000000003","title":{"en":"x"},"line":"main","severity":"general","extent":"isolated","note":"n","photos":[],"fixedOnTheSpot":false}}"#;
    assert!(Event::decode("finding.raised", raised).is_ok());
    world.must(HOME_OFFICER, plan());
    assert_eq!(world.stage(), Stage::PlanSubmitted);
}

#[test]
fn what_was_found_again_is_open_again() {
    let mut world = at(Stage::Closed);
    let reopen = command_of(Step::Reopen, &world);
    world.must(OVERSEER, reopen);
    assert_eq!(world.stage(), Stage::Reopened);
    // It is due by the new day, not by that of the rectification that did not hold.
    let finding: &Finding = world.facts.finding(FINDING);
    assert_eq!(
        finding.standing(day("2022-04-02")),
        Standing::Late {
            due: day("2022-04-01"),
            by: 1
        }
    );
}

/// Given something that is opened again, by whichever way, then it takes a day after today by which it is rectified again; late
/// comes after that day, and the next plan promises no later one.
#[test]
fn whatever_is_opened_again_is_rectified_by_another_day() {
    for (stage, step) in [
        (Stage::Rectified, Step::Fail),
        (Stage::Closed, Step::Reopen),
        (Stage::Closed, Step::LookBackFail),
    ] {
        let mut world = prepared(stage, step);
        // long after the notice's day
        world.wait_until("2022-05-05");
        let by = |complete_by, world: &World| {
            let mut command = command_of(step, world);
            match &mut command {
                FindingCommand::Fail {
                    complete_by: by, ..
                }
                | FindingCommand::Reopen {
                    complete_by: by, ..
                }
                | FindingCommand::LookBackFail {
                    complete_by: by, ..
                } => *by = day(complete_by),
                _ => unreachable!(),
            }
            command
        };
        let field = PlanField::CompleteBy;
        for (text, refusal) in [
            ("2022-05-04", FindingRefusal::DeadlinePast(field)),
            ("2022-05-05", FindingRefusal::DeadlineToday(field)),
            ("2023-06-01", FindingRefusal::DeadlineTooFar(field)),
        ] {
            refused(&world, OVERSEER, by(text, &world), refusal);
        }
        let tomorrow = by("2022-05-06", &world);
        assert!(world.ask(OVERSEER, &on_finding(tomorrow)).is_ok());
        let command = by("2022-05-20", &world);
        world.must(OVERSEER, command);
        assert_eq!(world.stage(), Stage::Reopened, "{step:?}");
        let finding = world.facts.finding(FINDING);
        assert_eq!(finding.due(), Some(day("2022-05-20")), "{step:?}");
        let promising = |text| {
            let FindingCommand::SubmitPlan(mut plan) = plan() else {
                unreachable!()
            };
            plan.complete_by = day(text);
            FindingCommand::SubmitPlan(plan)
        };
        let limit = day("2022-05-20");
        let after = FindingRefusal::AfterDeadline { limit };
        refused(&world, HOME_OFFICER, promising("2022-05-21"), after);
        world.must(HOME_OFFICER, promising("2022-05-20"));
    }
}

/// Given what was told as fixed and found wanting without ever having been notified of, then a notice can be issued for it, once;
/// what had its notice before it was reopened gets no other.
#[test]
fn what_was_reopened_without_a_notice_is_notified_of() {
    let mut world = reopened_without_notice();
    let due = world.facts.finding(FINDING).due();
    assert_eq!(due, Some(day("2022-04-01")));
    world.must(ORGANISER, notice());
    assert_eq!(world.stage(), Stage::Notified);
    assert_eq!(
        world.facts.finding(FINDING).limit,
        Some(day("2022-03-25")),
        "the notice's days bind"
    );
    let again = at(Stage::Reopened);
    refused(&again, ORGANISER, notice(), FindingRefusal::NotifiedAlready);
}

/// Given a number that another finding's notice has, when a notice is issued under it, then it is refused; with one of its own it names the
/// issuer's unit.
#[test]
fn the_number_of_a_rectification_notice_is_given_once() {
    let numbered = |number: &str| {
        let number = number.to_owned();
        notice_with(move |notice| notice.number = number.clone())
    };
    let mut world = at(Stage::Raised);
    let other = FindingId(Uuid::from_u128(77));
    world
        .facts
        .mark_rectification_number_used("示例整改〔2022〕8号", other);
    for taken in ["示例整改〔2022〕8号", "示例整改〔2022〕\u{3000}8 号"] {
        let refusal = FindingRefusal::NoticeNumberTaken(taken.to_owned());
        refused(&world, ORGANISER, numbered(taken), refusal);
    }
    let own = "示例整改〔2022〕9号";
    let decided = world.ask(ORGANISER, &on_finding(numbered(own))).unwrap();
    let unit = world.directory.person(ORGANISER).unwrap().registration.unit;
    assert!(unit.is_some());
    assert!(
        decided.iter().all(|decided| matches!(
            &decided.event,
            Event::Finding(FindingEvent::Notified { unit: of, .. }) if *of == unit
        )),
        "{decided:?}"
    );
    world.must(ORGANISER, numbered(own));
    assert_eq!(world.facts.rectification_numbered(own), Some(FINDING));
}

#[test]
fn every_refusal_of_the_closure_reads_in_both_languages() {
    let day = day("2022-03-18");
    for refusal in [
        FindingRefusal::ApprovedItOneself,
        FindingRefusal::OwnBody,
        FindingRefusal::NotOfDepartment,
        FindingRefusal::SupportOfAnother,
        FindingRefusal::DeadlinePast(PlanField::Until),
        FindingRefusal::DeadlineToday(PlanField::Until),
        FindingRefusal::DeadlineTooFar(PlanField::Until),
        FindingRefusal::NotifiedAlready,
        FindingRefusal::PlanAfterCompletion,
        FindingRefusal::AfterDeadline { limit: day },
        FindingRefusal::DisputeAnswered,
        FindingRefusal::PlanReplaced { latest: 2 },
        FindingRefusal::ExtensionNotLater { than: day },
        FindingRefusal::NotLate,
        FindingRefusal::WaitsForSupport,
        FindingRefusal::LetterStands { until: day },
        FindingRefusal::NoticeNumberTaken("1".into()),
        FindingRefusal::LetterNumberTaken("1".into()),
        FindingRefusal::NoLetterToAnswer,
        FindingRefusal::NotDrawn,
        FindingRefusal::LookedBackAlready,
        FindingRefusal::NotARegulator,
        FindingRefusal::SupportUnknown,
        FindingRefusal::SupportProvidedAlready,
        FindingRefusal::SupportNotProvided,
        FindingRefusal::SupportConfirmedAlready,
        FindingRefusal::TooManySupports { limit: 10 },
        FindingRefusal::NotNow {
            stage: Stage::Closed,
            by: Texts::both("甲", "A"),
        },
    ] {
        let (chinese, english) = (
            refusal.text(Language::Chinese),
            refusal.text(Language::English),
        );
        assert!(
            chinese.chars().any(|letter| letter > '\u{3000}'),
            "{chinese}"
        );
        assert!(english.is_ascii() || english.contains('“'), "{english}");
        assert_ne!(chinese, english);
    }
}

#[test]
pub fn every_refusal_of_look_backs_is_met() {
    assert_every_refusal!(
        LookBack, LookBackRefusal by [
            every_cell_of_role_stage_and_step, nothing_can_be_done_with_a_finding_that_was_never_raised, every_field_is_looked_at, a_deadline_lies_ahead_and_within_reach, what_is_late_is_escalated_once_until_its_answer_is_due, a_letter_ends_with_the_finding_it_pressed_for, a_letter_is_answered_once, what_was_handed_in_late_stays_late, a_plan_beyond_the_deadline_that_was_ordered_tells_it, a_dispute_is_answered_once, what_was_read_is_what_is_accepted, of_two_people_closing_one_finding_the_second_is_told_who_was_first, who_accepted_the_plan_does_not_re_verify, nobody_orders_in_the_matters_of_their_own_body, what_was_found_in_a_department_is_rectified_by_its_own_officers, nobody_decides_on_what_they_asked_for_or_planned_themselves, support_that_came_late_moves_whatever_is_owed_then, a_look_back_is_proved_by_what_was_taken_after_it_was_drawn, a_rectification_is_proved_by_what_was_taken_after_the_fault_was_seen_and_ordered_to_be_put_right, a_fault_fixed_on_the_spot_is_shown_before_and_after, a_general_fault_fixed_on_the_spot_waits_for_re_verification_a_key_one_for_its_notice, late_support_is_never_the_institutions_delay, support_is_owed_by_a_department_and_not_without_end, a_look_back_is_drawn_from_what_is_closed_and_looked_at_once, a_deadline_already_given_is_moved_by_no_calendar, a_finding_of_an_older_log_goes_on, what_was_found_again_is_open_again, whatever_is_opened_again_is_rectified_by_another_day, what_was_reopened_without_a_notice_is_notified_of,
        ]:
        AlreadyDrawn, Seed, Share, NothingClosed, TooMany, NotClosed,
    );
}

#[test]
pub fn every_refusal_of_findings_is_met() {
    assert_every_refusal!(
        Finding, FindingRefusal by [ crate::finding::the_rectifying_kinds_are_those_whose_actors_may_not_re_verify, crate::finding::nobody_of_the_rectifying_unit_re_verifies, crate::finding::evidence_is_new_and_taken_after_the_claim, crate::finding::a_finding_is_raised_by_who_inspected_for_the_item_that_failed, crate::finding::a_finding_says_of_its_item_what_the_checklist_says, crate::finding::a_finding_is_raised_as_it_was_handed_in, crate::finding::a_finding_brings_the_evidence_its_item_asks_for, crate::finding::a_submission_is_judged_by_the_form_and_the_assignment, crate::finding::a_cancelled_visit_is_told_so_and_the_offices_acts_are_not_for_tablets, crate::finding::the_second_tablet_is_told_who_was_first, crate::finding::a_finding_is_raised_once_by_a_visit_that_was_handed_in, crate::finding::a_sealed_assignment_is_not_there_for_its_team_before_release,
            every_cell_of_role_stage_and_step, nothing_can_be_done_with_a_finding_that_was_never_raised, every_field_is_looked_at, a_deadline_lies_ahead_and_within_reach, what_is_late_is_escalated_once_until_its_answer_is_due, a_letter_ends_with_the_finding_it_pressed_for, a_letter_is_answered_once, what_was_handed_in_late_stays_late, a_plan_beyond_the_deadline_that_was_ordered_tells_it, a_dispute_is_answered_once, what_was_read_is_what_is_accepted, of_two_people_closing_one_finding_the_second_is_told_who_was_first, who_accepted_the_plan_does_not_re_verify, nobody_orders_in_the_matters_of_their_own_body, what_was_found_in_a_department_is_rectified_by_its_own_officers, nobody_decides_on_what_they_asked_for_or_planned_themselves, support_that_came_late_moves_whatever_is_owed_then, a_look_back_is_proved_by_what_was_taken_after_it_was_drawn, a_rectification_is_proved_by_what_was_taken_after_the_fault_was_seen_and_ordered_to_be_put_right, a_fault_fixed_on_the_spot_is_shown_before_and_after, a_general_fault_fixed_on_the_spot_waits_for_re_verification_a_key_one_for_its_notice, late_support_is_never_the_institutions_delay, support_is_owed_by_a_department_and_not_without_end, a_look_back_is_drawn_from_what_is_closed_and_looked_at_once, a_deadline_already_given_is_moved_by_no_calendar, a_finding_of_an_older_log_goes_on, what_was_found_again_is_open_again, whatever_is_opened_again_is_rectified_by_another_day, what_was_reopened_without_a_notice_is_notified_of, the_number_of_a_rectification_notice_is_given_once,
        ]:
        AlreadyRaised, Unknown, InspectionNotSubmitted, NotOfInspection, NotAsHandedIn, NotOfChecklist, NotNow, Field, PhotoMissing, EvidenceMissing, ShownFixedButNotFixed, TooManyPhotos, PhotoHashMalformed, PhotoSeenBefore, PhotoBeforeClaim, PhotoBeforeFinding, PhotoBeforeNotice, RectifiedItOneself, SameUnit, ApprovedItOneself, OwnBody, NotOfDepartment, SupportOfAnother, OwnRequest, DeadlinePast, DeadlineToday, DeadlineTooFar, NotifiedAlready, PlanAfterCompletion, AfterDeadline, DisputeAnswered, PlanReplaced, ExtensionNotLater, NotLate, WaitsForSupport, LetterStands, NoticeNumberTaken, LetterNumberTaken, NoLetterToAnswer, NotDrawn, LookedBackAlready, NotARegulator, SupportUnknown, SupportProvidedAlready, SupportNotProvided, SupportConfirmedAlready, TooManySupports,
    );
}
