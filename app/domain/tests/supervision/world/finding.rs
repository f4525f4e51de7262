//! A finding on its way: an inspection of the home that raised it, and the acts that bring it to each stage.

use std::collections::BTreeMap;

use domain::Command;
use domain::assignment::{AssignmentCommand, AssignmentOrder, ReleaseRule};
use domain::campaign::{CampaignCommand, CampaignKind, CampaignPlan, CampaignTerms, NoticeMode};
use domain::finding::{
    Evidence, Extent, FindingCommand, Letter, Photo, PhotoHash, Plan, Raised, RectificationNotice,
    Stage, Step, SupportOwed,
};
use domain::id::{AssignmentId, CampaignId, FindingId, InspectionId, LookBackId, PersonId};
use domain::inspection::{InspectionCommand, Outcome, ScoreShown, Submission};
use domain::instant::{Day, Instant};
use domain::look_back::LookBackCommand;
use domain::visit_mode::VisitMode;
use form::{Answers, InstanceCounts, Line, Session, Severity, TimeZone};
use uuid::Uuid;

use super::*;

pub const LOOK_BACK: LookBackId = LookBackId(Uuid::from_u128(404));

pub const CAMPAIGN: CampaignId = CampaignId(Uuid::from_u128(401));
pub const ASSIGNMENT: AssignmentId = AssignmentId(Uuid::from_u128(402));
pub const FINDING: FindingId = FindingId(Uuid::from_u128(403));

pub fn campaign() -> Command {
    Command::Campaign {
        id: CAMPAIGN,
        command: CampaignCommand::Create(CampaignPlan {
            name: texts("Visits"),
            kind: CampaignKind::UnannouncedVisit,
            notice_mode: NoticeMode::Unannounced,
            authority: GROUP,
            checklist: CHECKLIST,
            checklist_version: "1".into(),
            from: "2022-03-13".parse().unwrap(),
            to: "2022-03-31".parse().unwrap(),
            terms: CampaignTerms::default(),
        }),
    }
}

pub fn order() -> AssignmentOrder {
    AssignmentOrder {
        campaign: CAMPAIGN,
        target: HOME,
        group: None,
        leader: LEADER,
        team: vec![LEADER, INSPECTOR],
        visit_on: "2022-03-14".parse().unwrap(),
        mode: VisitMode::OnSite,
        sealed: false,
        checklist: CHECKLIST,
        checklist_version: "1".into(),
        release: ReleaseRule::ByOrganiser,
        draw: None,
    }
}

pub fn assign(order: AssignmentOrder) -> Command {
    Command::Assignment {
        id: ASSIGNMENT,
        campaign: CAMPAIGN,
        command: AssignmentCommand::Create(order),
    }
}

pub fn submission() -> Submission {
    Submission {
        target: HOME,
        outcome: Outcome::Completed,
        mode: VisitMode::OnSite,
        started_at: Instant(1_647_129_600_000),
        clock_offset: domain::clock_offset::ClockOffset::default(),
        arrival: None,
        entrance: None,
        present: vec![LEADER, INSPECTOR],
        checklist: CHECKLIST,
        checklist_version: "1".into(),
        session: Session {
            now: 1_647_219_600_000,
            time_zone: TimeZone {
                offset_minutes: 480,
                transitions: Vec::new(),
            },
            ..Session::default()
        },
        answers: Answers(BTreeMap::from([
            ("a1".into(), "pass".into()),
            ("a2".into(), "fail".into()),
        ])),
        score: ScoreShown {
            earned: 5.0,
            possible: 10.0,
        },
        findings: BTreeMap::from([("a2".into(), FINDING)]),
        raised: None,
        remarks: BTreeMap::new(),
        account: String::new(),
        account_photos: Vec::new(),
        instances: InstanceCounts::default(),
        signatures: None,
    }
}

/// Of a team that was not let in.
pub fn turned_away() -> Submission {
    Submission {
        outcome: Outcome::RefusedEntry,
        answers: Answers::default(),
        score: ScoreShown::default(),
        findings: BTreeMap::new(),
        account: "门卫未准入内".into(),
        ..submission()
    }
}

pub fn submit(submission: Submission) -> Command {
    Command::Inspection {
        id: InspectionId::of(ASSIGNMENT),
        command: InspectionCommand::Submit(Box::new(submission)),
    }
}

pub fn photo(number: u8, taken_at: i64) -> Photo {
    Photo {
        hash: PhotoHash(format!("{number:064x}")),
        taken_at: Instant(taken_at),
    }
}

pub fn raise() -> FindingCommand {
    FindingCommand::Raise(Box::new(Raised {
        inspection: InspectionId::of(ASSIGNMENT),
        body: HOME,
        item: Some("a2".into()),
        code: "A2".into(),
        title: texts("a2"),
        clause: String::new(),
        line: Line::Main,
        severity: Severity::Key,
        extent: Extent::Pattern,
        note: "登记不全".into(),
        photos: vec![photo(1, 0), photo(8, 0)],
        fixed_on_the_spot: false,
        photos_fixed: Vec::new(),
        help_given: "示范".into(),
        support_owed: String::new(),
    }))
}

pub fn plan() -> FindingCommand {
    FindingCommand::SubmitPlan(Plan {
        affected: "a".into(),
        at_risk: "b".into(),
        system_change: "c".into(),
        monitoring: "d".into(),
        complete_by: "2022-03-20".parse().unwrap(),
    })
}

pub fn evidence(number: u8, taken_at: i64) -> Evidence {
    Evidence {
        account: "已整改".into(),
        photos: vec![photo(number, taken_at)],
    }
}

pub fn on_finding(command: FindingCommand) -> Command {
    Command::Finding {
        id: FINDING,
        command,
    }
}

/// A city in which an inspection of the home was submitted.
pub fn inspected() -> World {
    let mut world = World::new();
    world.does(ORGANISER, &campaign()).unwrap();
    world.does(ORGANISER, &assign(order())).unwrap();
    world.does(LEADER, &submit(submission())).unwrap();
    world
}

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// The world lives from Sunday, 13 March 2022, 08:00 on.
pub fn notice() -> FindingCommand {
    FindingCommand::Notify(RectificationNotice {
        number: "示例整改〔2022〕1号".into(),
        basis: "指南第3条".into(),
        facts: "登记不全".into(),
        requirement: "双岗值守".into(),
        plan_by: day("2022-03-18"),
        complete_by: day("2022-03-25"),
    })
}

pub fn owed() -> SupportOwed {
    SupportOwed {
        by: BUREAU,
        what: "两名护理员".into(),
        due: day("2022-03-16"),
    }
}

/// A command for each step, sound in itself.
pub fn command_of(step: Step, world: &World) -> FindingCommand {
    let later = world.now.0 + 10;
    let (draw, evidence) = (LOOK_BACK, evidence(9, later));
    let (reason, opinion) = (String::from("理由"), String::from("意见"));
    match step {
        Step::Notify => notice(),
        Step::Dispute => FindingCommand::Dispute { grounds: reason },
        Step::Uphold => FindingCommand::Uphold {
            reason,
            plan_by: day("2022-03-18"),
        },
        Step::Withdraw => FindingCommand::Withdraw { reason },
        Step::SubmitPlan => plan(),
        Step::AcceptPlan => FindingCommand::AcceptPlan { plan: 1, opinion },
        Step::ReturnPlan => FindingCommand::ReturnPlan {
            plan: 1,
            opinion,
            plan_by: day("2022-03-18"),
        },
        Step::AskExtension => FindingCommand::AskExtension {
            until: day("2022-03-30"),
            reason,
        },
        Step::GrantExtension => FindingCommand::GrantExtension {
            until: day("2022-03-30"),
            opinion,
        },
        Step::RefuseExtension => FindingCommand::RefuseExtension { opinion },
        Step::ClaimRectified => FindingCommand::ClaimRectified(evidence),
        Step::Pass => FindingCommand::Pass(evidence),
        Step::Fail => FindingCommand::Fail {
            evidence,
            complete_by: day("2022-04-01"),
        },
        Step::Escalate => FindingCommand::Escalate(Letter {
            number: "示例督办〔2022〕1号".into(),
            demand: "限期整改".into(),
            answer_by: day("2022-03-31"),
        }),
        Step::AnswerLetter => FindingCommand::AnswerLetter { account: reason },
        Step::Reopen => FindingCommand::Reopen {
            reason,
            complete_by: day("2022-04-01"),
        },
        Step::LookBackPass => FindingCommand::LookBackPass { draw, evidence },
        Step::LookBackFail => FindingCommand::LookBackFail {
            draw,
            evidence,
            complete_by: day("2022-04-01"),
        },
        Step::OweSupport => FindingCommand::OweSupport(owed()),
        Step::ProvideSupport => FindingCommand::ProvideSupport {
            support: 1,
            account: "已派出".into(),
        },
        Step::ConfirmSupport => FindingCommand::ConfirmSupport { support: 1 },
    }
}

impl World {
    /// Does it, or says who was refused what.
    pub fn must(&mut self, person: PersonId, command: FindingCommand) {
        if let Err(refusal) = self.does(person, &on_finding(command.clone())) {
            panic!("{person} {command:?}: {refusal}");
        }
    }

    pub fn stage(&self) -> Stage {
        self.facts.finding(FINDING).stage.unwrap()
    }

    pub fn wait_until(&mut self, day: &str) {
        let from = self.today();
        let days = domain::working_day::days_between(from, day.parse().unwrap());
        self.now = Instant(self.now.0 + days * 86_400_000);
    }

    /// Draws every closed finding, or the finding itself.
    pub fn draw(&mut self) -> Result<(), domain::Refusal> {
        let command = LookBackCommand::Draw {
            seed: "2022".into(),
            share: 100,
            closed: vec![FINDING],
        };
        self.does(
            OVERSEER,
            &Command::LookBack {
                id: LOOK_BACK,
                command,
            },
        )
    }
}

/// A city in which the finding was told as fixed on the spot, was never notified of, and is open again.
pub fn reopened_without_notice() -> World {
    let mut world = inspected();
    let FindingCommand::Raise(mut raised) = raise() else {
        unreachable!()
    };
    (raised.severity, raised.fixed_on_the_spot) = (Severity::General, true);
    world.must(LEADER, FindingCommand::Raise(raised));
    let fail = command_of(Step::Fail, &world);
    world.must(OVERSEER, fail);
    assert_eq!(world.stage(), Stage::Reopened);
    world
}

/// A city in which the finding stands at a stage, reached by the acts of the road.
pub fn at(stage: Stage) -> World {
    let mut world = inspected();
    world.must(LEADER, raise());
    let road: &[(PersonId, Step)] = match stage {
        Stage::Raised => &[],
        Stage::Notified => &[(ORGANISER, Step::Notify)],
        Stage::Disputed => &[(ORGANISER, Step::Notify), (HOME_OFFICER, Step::Dispute)],
        Stage::Withdrawn => &[
            (ORGANISER, Step::Notify),
            (HOME_OFFICER, Step::Dispute),
            (ORGANISER, Step::Withdraw),
        ],
        Stage::PlanSubmitted => &[(ORGANISER, Step::Notify), (HOME_OFFICER, Step::SubmitPlan)],
        Stage::PlanReturned => &[
            (ORGANISER, Step::Notify),
            (HOME_OFFICER, Step::SubmitPlan),
            (ORGANISER, Step::ReturnPlan),
        ],
        Stage::Planned
        | Stage::ExtensionAsked
        | Stage::Rectified
        | Stage::Closed
        | Stage::Reopened => &[
            (ORGANISER, Step::Notify),
            (HOME_OFFICER, Step::SubmitPlan),
            (ORGANISER, Step::AcceptPlan),
        ],
    };
    for (person, step) in road {
        let command = command_of(*step, &world);
        world.must(*person, command);
    }
    if stage == Stage::ExtensionAsked {
        let command = command_of(Step::AskExtension, &world);
        world.must(HOME_OFFICER, command);
    }
    if matches!(stage, Stage::Rectified | Stage::Closed | Stage::Reopened) {
        world.now = Instant(world.now.0 + 1_000);
        let seen = world.now.0 + 1;
        world.must(
            HOME_OFFICER,
            FindingCommand::ClaimRectified(evidence(2, seen)),
        );
    }
    let later = world.now.0 + 1;
    match stage {
        Stage::Closed => world.must(OVERSEER, FindingCommand::Pass(evidence(3, later))),
        Stage::Reopened => world.must(
            OVERSEER,
            FindingCommand::Fail {
                evidence: evidence(3, later),
                complete_by: day("2022-04-01"),
            },
        ),
        _ => {}
    }
    assert_eq!(world.stage(), stage);
    world
}
