//! Spot checks whose findings stand at every stage of the road to closure, by the public commands of those whose turn it was.

use std::sync::Arc;

use domain::Command;
use domain::assignment::{AssignmentCommand, AssignmentOrder, ReleaseRule};
use domain::campaign::{CampaignCommand, CampaignKind, CampaignPlan, CampaignTerms, NoticeMode};
use domain::clearance::{ClearanceCommand, Cleared};
use domain::finding::{Evidence, Extent, FindingCommand};
use domain::id::{AssignmentId, CampaignId, FindingId, InspectionId, LookBackId, PersonId};
use domain::instant::Instant;
use domain::look_back::LookBackCommand;
use domain::regulator_file::{Assessment, RegulatorFileCommand};
use domain::visit_mode::VisitMode;
use form::{Form, Texts};

use super::bodies::{self, NAMED_INSTITUTIONS, NamedInstitution};
use super::handed_in::{self, Fault, Visit};
use super::people::{self, GROUP_SIZE};
use super::road::{Act, Case, Parts, again_by, day, photo};
use super::{DemoStep, checklist, entrance, identity, moment};

/// What a visit found, and what became of it.
struct Found {
    /// Of the institution, among the named ones.
    institution: usize,
    /// The item's code.
    code: &'static str,
    note: &'static str,
    help: &'static str,
    /// Wished for at the inspection.
    support: &'static str,
    fixed_on_the_spot: bool,
    /// In the order of the days, counted from 1 March 2022.
    road: &'static [(i64, Act)],
}

const NOTIFIED: (i64, Act) = (
    16,
    Act::Notify {
        plan_by: 23,
        complete_by: 39,
    },
);
const PLANNED: (i64, Act) = (22, Act::Plan { complete_by: 38 });
const ACCEPTED: (i64, Act) = (24, Act::Accept);

const FINDINGS: [Found; 17] = [
    found(2, "A2", "防控小组分工表没有联系电话。", &[]),
    Found {
        fixed_on_the_spot: true,
        help: "现场协助调整值班表并张贴电话。",
        ..found(2, "A3", "值班电话无人接听，当场调整了值班。", &[])
    },
    found(
        2,
        "D1",
        "三名老人上周的测温记录缺失。",
        &[NOTIFIED, (28, Act::Escalate { answer_by: 31 })],
    ),
    found(
        2,
        "E2",
        "两名老人的核酸检测超过规定间隔。",
        &[NOTIFIED, PLANNED],
    ),
    found(
        3,
        "A5",
        "抽问三名员工，一人不知晓应急电话。",
        &[
            NOTIFIED,
            (
                18,
                Act::Dispute("该员工为当日入职的见习人员，不在岗位编制内。"),
            ),
        ],
    ),
    found(
        3,
        "B3",
        "登记簿有一名三月十二日入住儿童。",
        &[
            NOTIFIED,
            (
                17,
                Act::Dispute("该儿童系公安机关移送，属应当接收情形，附移送文书。"),
            ),
            (
                21,
                Act::Withdraw("经核对移送文书，属应当接收情形，问题不成立。"),
            ),
        ],
    ),
    found(
        3,
        "F3",
        "两间寝室当日没有通风记录。",
        &[
            NOTIFIED,
            PLANNED,
            (
                24,
                Act::Return {
                    plan_by: 29,
                    opinion: "未写明由谁查看通风记录，请补充。",
                },
            ),
        ],
    ),
    Found {
        support: "请主管处室协调两名儿科护理员。",
        ..found(
            3,
            "C9",
            "两个班组共用一名护理员，交叉服务。",
            &[NOTIFIED, (17, Act::Owe { due: 25 }), PLANNED, ACCEPTED],
        )
    },
    found(
        4,
        "J2",
        "药品储备不足七日。",
        &[
            NOTIFIED,
            (17, Act::Dispute("本院药品由总院统一配送。")),
            (
                18,
                Act::Uphold {
                    plan_by: 25,
                    reason: "检查时现场库存不足，配送计划不能代替储备。",
                },
            ),
            (24, Act::Plan { complete_by: 38 }),
            (25, Act::Accept),
            (37, Act::AskExtension { until: 47 }),
        ],
    ),
    Found {
        support: "请主管处室协调移动检测车。",
        ..found(
            4,
            "E3",
            "没有出现阳性后的全员检测安排。",
            &[
                NOTIFIED,
                (17, Act::Owe { due: 25 }),
                PLANNED,
                ACCEPTED,
                (31, Act::Provide),
                (32, Act::Confirm),
            ],
        )
    },
    found(
        4,
        "G1",
        "外卖员进入门厅交接。",
        &[NOTIFIED, PLANNED, ACCEPTED, (30, Act::Claim)],
    ),
    found(
        4,
        "D3",
        "一次外出就医返院后没有隔离观察。",
        &[
            NOTIFIED,
            PLANNED,
            ACCEPTED,
            (29, Act::Claim),
            (31, Act::Pass),
        ],
    ),
    found(
        5,
        "A5",
        "两名员工答不出上报时限。",
        &[
            NOTIFIED,
            PLANNED,
            ACCEPTED,
            (29, Act::Claim),
            (31, Act::Fail("现场再抽问两人，一人仍答不出。")),
        ],
    ),
    found(
        5,
        "J3",
        "血氧仪电池耗尽，无备用。",
        &[
            NOTIFIED,
            PLANNED,
            ACCEPTED,
            (28, Act::Claim),
            (30, Act::Pass),
        ],
    ),
    found(
        5,
        "C8",
        "采购人员进入厨房交接。",
        &[
            NOTIFIED,
            PLANNED,
            ACCEPTED,
            (28, Act::Claim),
            (30, Act::Pass),
        ],
    ),
    found(
        5,
        "F6",
        "医疗废物与生活垃圾混放。",
        &[
            NOTIFIED,
            PLANNED,
            ACCEPTED,
            (36, Act::AskExtension { until: 45 }),
            (37, Act::Grant { until: 44 }),
            (43, Act::Claim),
            (44, Act::Pass),
        ],
    ),
    found(5, "D2", "仍安排集体用餐。", &[NOTIFIED, PLANNED, ACCEPTED]),
];

const fn found(
    institution: usize,
    code: &'static str,
    note: &'static str,
    road: &'static [(i64, Act)],
) -> Found {
    Found {
        institution,
        code,
        note,
        help: "",
        support: "",
        fixed_on_the_spot: false,
        road,
    }
}

/// The visits at which the team read the code at the entrance, by the institution's place among the named ones.
const READ_THE_CODE: [usize; 2] = [2, 4];
const VISITED: i64 = 15;
const LOOKED_BACK: i64 = 56;

pub fn campaign() -> CampaignId {
    CampaignId(identity::id("campaign", "spot-checks"))
}

fn assignment(institution: &NamedInstitution) -> AssignmentId {
    AssignmentId(identity::id(
        "assignment",
        &format!("spot-check/{}", institution.key),
    ))
}

fn finding(found: &Found) -> FindingId {
    let key = NAMED_INSTITUTIONS[found.institution].key;
    FindingId(identity::id("finding", &format!("{key}/{}", found.code)))
}

/// Groups that make no other visit.
fn team(institution: usize) -> Vec<PersonId> {
    (1..=GROUP_SIZE)
        .map(|place| people::inspector((9 + institution) * GROUP_SIZE + place))
        .collect()
}

/// The steps, by time; and the pictures they name.
pub fn closure() -> (Vec<DemoStep>, Vec<Vec<u8>>) {
    let mut story = Story {
        steps: Vec::new(),
        pictures: Vec::new(),
    };
    let organiser = people::person("organiser");
    story.step(organiser, moment(12, 21, 0), creation());
    let form = Form::compile(checklist::published().definition).map(Arc::new);
    for (number, institution) in NAMED_INSTITUTIONS.iter().enumerate() {
        let here: Vec<&Found> = FINDINGS
            .iter()
            .filter(|found| found.institution == number)
            .collect();
        // The checklist compiled when it was published.
        if let (Ok(form), false) = (&form, here.is_empty()) {
            story.visit(number, institution, &here, form);
        }
    }
    story.regulators();
    for (number, found) in (1..).zip(&FINDINGS) {
        story.road(found, number);
    }
    story.look_back();
    story.steps.sort_by_key(|step| step.at);
    (story.steps, story.pictures)
}

fn creation() -> Command {
    let plan = CampaignPlan {
        name: Texts::both("养老和儿童福利机构抽查", "Spot checks of institutions"),
        kind: CampaignKind::SpotCheck,
        notice_mode: NoticeMode::Announced,
        authority: bodies::bureau(),
        checklist: checklist::id(),
        checklist_version: checklist::VERSION.to_owned(),
        from: day(13),
        to: day(92),
        terms: CampaignTerms::default(),
    };
    Command::Campaign {
        id: campaign(),
        command: CampaignCommand::Create(plan),
    }
}

struct Story {
    steps: Vec<DemoStep>,
    pictures: Vec<Vec<u8>>,
}

impl Story {
    fn step(&mut self, actor: PersonId, at: Instant, command: Command) {
        self.steps.push(DemoStep { actor, at, command });
    }

    /// A visit at which everything is met but what was found.
    fn visit(
        &mut self,
        number: usize,
        institution: &NamedInstitution,
        here: &[&Found],
        form: &Arc<Form>,
    ) {
        let id = assignment(institution);
        let team = team(number);
        let order = AssignmentOrder {
            campaign: campaign(),
            target: institution.id(),
            group: None,
            leader: team[0],
            team: team.clone(),
            visit_on: day(VISITED),
            mode: VisitMode::OnSite,
            sealed: false,
            checklist: checklist::id(),
            checklist_version: checklist::VERSION.to_owned(),
            release: ReleaseRule::ByOrganiser,
            draw: None,
        };
        self.step(
            people::person("organiser"),
            moment(14, 9, 30),
            Command::Assignment {
                id,
                campaign: campaign(),
                command: AssignmentCommand::Create(order),
            },
        );
        let hour = i64::try_from(number).unwrap_or_default();
        let begun = moment(VISITED, 8, hour);
        let left = moment(VISITED, 11, hour);
        let visit = Visit {
            assignment: id,
            target: institution.id(),
            on: day(VISITED),
            begun,
            entrance: READ_THE_CODE
                .contains(&number)
                .then(|| entrance::read(institution.id(), id, begun)),
            team: &team,
            capacity: institution.capacity,
            residents: institution.residents,
            staff: institution.staff,
            answers: Vec::new(),
        };
        let faults: Vec<Fault<'_>> = here
            .iter()
            .map(|found| Fault {
                finding: finding(found),
                code: found.code,
                note: found.note,
                help: found.help,
                support: found.support,
                extent: Extent::Isolated,
                fixed_on_the_spot: found.fixed_on_the_spot,
            })
            .collect();
        let pictures = &mut self.pictures;
        let commands = handed_in::completed(&visit, &faults, form, |fault, number| {
            let name = format!("{}/{}/{number}", institution.key, fault.code);
            photo(&name, begun, pictures)
        });
        for command in commands {
            self.step(team[0], left, command);
        }
    }

    /// What three of the visits say of the regulator, each signed by somebody else; and the inspectors' tests before them.
    fn regulators(&mut self) {
        let (organiser, oversight) = (people::person("organiser"), people::person("oversight"));
        for (number, knew, acted, account) in [
            (2, true, true, "查阅巡查台账：三月十日已发现并责令整改。"),
            (3, true, false, "三月九日接到家属反映，没有到场核实。"),
            (4, false, false, "台账无记录，经办人称不掌握该院情况。"),
        ] {
            let id = InspectionId::of(assignment(&NAMED_INSTITUTIONS[number]));
            let minute = i64::try_from(number).unwrap_or_default();
            let assessment = Assessment {
                regulator: bodies::welfare_centre(),
                knew,
                acted,
                account: account.to_owned(),
            };
            for (actor, at, command) in [
                (
                    organiser,
                    moment(16, 15, minute),
                    RegulatorFileCommand::Assess(assessment),
                ),
                (
                    oversight,
                    moment(17, 15, minute),
                    RegulatorFileCommand::Sign,
                ),
            ] {
                self.step(actor, at, Command::RegulatorFile { id, command });
            }
        }
        for person in (2..=5).flat_map(team) {
            let cleared = Cleared {
                tested_at: moment(14, 18, 0),
                negative: true,
                doses: 3,
                last_dose_on: Some(day(-50)),
            };
            self.step(
                organiser,
                moment(14, 20, 0),
                Command::Clearance {
                    id: person,
                    command: ClearanceCommand::Record(cleared),
                },
            );
        }
    }

    fn road(&mut self, found: &Found, number: i64) {
        let institution = &NAMED_INSTITUTIONS[found.institution];
        let (organiser, oversight) = (people::person("organiser"), people::person("oversight"));
        let parts = Parts {
            officer: people::person(institution.key),
            ordering: organiser,
            verifying: oversight,
            escalating: oversight,
            owing: bodies::child_welfare_division(),
            supporting: people::person("child-welfare-officer"),
        };
        let name = format!("{}/{}", institution.key, found.code);
        let mut case = Case::new(
            finding(found),
            number,
            found.note,
            found.support,
            name,
            parts,
        );
        for (place, (on, act)) in (0..).zip(found.road) {
            // Acts of one day follow one another; findings do, too.
            let at = moment(*on, 9 + place, number);
            let step = case.step(*act, at, &mut self.pictures);
            self.steps.push(step);
        }
    }

    /// All that was closed is drawn; one is looked at and in order, one is not any more.
    fn look_back(&mut self) {
        let oversight = people::person("oversight");
        let draw = LookBackId(identity::id("look-back", "2022-04"));
        let closed: Vec<&Found> = FINDINGS
            .iter()
            .filter(|found| matches!(found.road.last(), Some((_, Act::Pass))))
            .collect();
        self.step(
            oversight,
            moment(LOOKED_BACK, 9, 0),
            Command::LookBack {
                id: draw,
                command: LookBackCommand::Draw {
                    seed: "2022年4月回头看".to_owned(),
                    share: 100,
                    closed: closed.iter().map(|found| finding(found)).collect(),
                },
            },
        );
        for (hour, (code, in_order)) in (10..).zip([("J3", true), ("C8", false)]) {
            let Some(found) = closed.iter().find(|found| found.code == code) else {
                continue;
            };
            let at = moment(LOOKED_BACK + 1, hour, 0);
            let account = if in_order {
                "血氧仪两台，电池充足，另有备用。"
            } else {
                "采购人员又在厨房内交接。"
            };
            let evidence = Evidence {
                account: account.to_owned(),
                photos: vec![photo(&format!("look-back/{code}"), at, &mut self.pictures)],
            };
            let command = if in_order {
                FindingCommand::LookBackPass { draw, evidence }
            } else {
                FindingCommand::LookBackFail {
                    draw,
                    evidence,
                    complete_by: again_by(at),
                }
            };
            let id = finding(found);
            self.step(oversight, at, Command::Finding { id, command });
        }
    }
}
