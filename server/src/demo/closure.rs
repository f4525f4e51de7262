//! Spot checks whose findings stand at every stage of the road to closure, by the public commands of those whose turn it was.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::assignment::{AssignmentCommand, AssignmentOrder, ReleaseRule};
use domain::campaign::{CampaignCommand, CampaignKind, CampaignPlan, CampaignTerms, NoticeMode};
use domain::clearance::{ClearanceCommand, Cleared};
use domain::finding::{
    Evidence, Extent, FindingCommand, Letter, Photo, Plan, Raised, RectificationNotice, SupportOwed,
};
use domain::id::{AssignmentId, CampaignId, FindingId, InspectionId, LookBackId, PersonId};
use domain::inspection::{InspectionCommand, Outcome, ScoreShown, Submission};
use domain::instant::{Day, Instant};
use domain::look_back::LookBackCommand;
use domain::regulator_file::{Assessment, RegulatorFileCommand};
use domain::{Command, working_day};
use form::{Answers, Form, Instance, Session, Texts, TimeZone};

use super::bodies::{self, NAMED_INSTITUTIONS, NamedInstitution};
use super::people::{self, GROUP_SIZE};
use super::picture::picture;
use super::{DemoStep, checklist, identity, moment};

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

/// What is done on the road; deadlines are days counted from 1 March 2022.
#[derive(Clone, Copy)]
enum Act {
    Notify { plan_by: i64, complete_by: i64 },
    Dispute(&'static str),
    Uphold { plan_by: i64 },
    Withdraw(&'static str),
    Plan { complete_by: i64 },
    Accept,
    Return { plan_by: i64 },
    AskExtension { until: i64 },
    Grant { until: i64 },
    Claim,
    Pass,
    Fail(&'static str),
    Escalate { answer_by: i64 },
    Owe { due: i64 },
    Provide,
    Confirm,
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
        &[NOTIFIED, PLANNED, (24, Act::Return { plan_by: 29 })],
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
            (18, Act::Uphold { plan_by: 25 }),
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

const VISITED: i64 = 15;
const LOOKED_BACK: i64 = 56;

fn day(number: i64) -> Day {
    const MARCH: Day = Day {
        year: 2022,
        month: 3,
        day: 1,
    };
    working_day::plus_days(MARCH, number - 1)
}

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
        for (place, (day, act)) in (0..).zip(found.road) {
            story.act(found, number, (*day, place), *act);
        }
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

    fn photo(&mut self, name: &str, taken_at: Instant) -> Photo {
        let (hash, bytes) = picture(name);
        self.pictures.push(bytes);
        Photo { hash, taken_at }
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
        let (submission, raised) = handed_in(institution, here, &team, begun, form);
        let leader = team[0];
        self.step(
            leader,
            left,
            Command::Inspection {
                id: InspectionId::of(id),
                command: InspectionCommand::Submit(Box::new(submission)),
            },
        );
        for (found, mut raised) in here.iter().zip(raised) {
            let needed = form
                .find(&found.code.to_ascii_lowercase())
                .and_then(|item| form.check_item(item))
                .map_or(0, |check| check.evidence.photos_at_least);
            for picture in 0..needed {
                let name = format!("{}/{}/{picture}", institution.key, found.code);
                let photo = self.photo(&name, begun);
                raised.photos.push(photo);
            }
            self.step(
                leader,
                left,
                Command::Finding {
                    id: finding(found),
                    command: FindingCommand::Raise(Box::new(raised)),
                },
            );
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

    fn act(&mut self, found: &Found, number: i64, (on, place): (i64, i64), act: Act) {
        let institution = &NAMED_INSTITUTIONS[found.institution];
        let (organiser, oversight) = (people::person("organiser"), people::person("oversight"));
        let officer = people::person(institution.key);
        // Acts of one day follow one another; findings do, too.
        let at = moment(on, 9 + place, number);
        let evidence = |story: &mut Story, what: &str, account: &str| Evidence {
            account: account.to_owned(),
            photos: vec![story.photo(&format!("{}/{}/{what}", institution.key, found.code), at)],
        };
        let (actor, command) = match act {
            Act::Notify {
                plan_by,
                complete_by,
            } => (
                organiser,
                FindingCommand::Notify(RectificationNotice {
                    number: format!("示例整改〔2022〕{number}号"),
                    basis: "一级响应期间福利机构封闭管理要求（示例）".to_owned(),
                    facts: found.note.to_owned(),
                    requirement: "立即整改，查清原因，完善制度，防止再次发生。".to_owned(),
                    plan_by: day(plan_by),
                    complete_by: day(complete_by),
                }),
            ),
            Act::Dispute(grounds) => (
                officer,
                FindingCommand::Dispute {
                    grounds: grounds.to_owned(),
                },
            ),
            Act::Uphold { plan_by } => (
                organiser,
                FindingCommand::Uphold {
                    reason: "检查时现场库存不足，配送计划不能代替储备。".to_owned(),
                    plan_by: day(plan_by),
                },
            ),
            Act::Withdraw(reason) => (
                organiser,
                FindingCommand::Withdraw {
                    reason: reason.to_owned(),
                },
            ),
            Act::Plan { complete_by } => (officer, FindingCommand::SubmitPlan(plan(complete_by))),
            Act::Accept => (
                organiser,
                FindingCommand::AcceptPlan {
                    plan: 1,
                    opinion: String::new(),
                },
            ),
            Act::Return { plan_by } => (
                organiser,
                FindingCommand::ReturnPlan {
                    plan: 1,
                    opinion: "未写明由谁查看通风记录，请补充。".to_owned(),
                    plan_by: day(plan_by),
                },
            ),
            Act::AskExtension { until } => (
                officer,
                FindingCommand::AskExtension {
                    until: day(until),
                    reason: "供货单位所在区域封控，物资延后到货。".to_owned(),
                },
            ),
            Act::Grant { until } => (
                organiser,
                FindingCommand::GrantExtension {
                    until: day(until),
                    opinion: "同意，期间采取替代措施。".to_owned(),
                },
            ),
            Act::Claim => {
                let evidence = evidence(self, "claim", "已按计划整改完毕，随附现场照片。");
                (officer, FindingCommand::ClaimRectified(evidence))
            }
            Act::Pass => {
                let evidence = evidence(self, "pass", "现场查看，整改到位。");
                (oversight, FindingCommand::Pass(evidence))
            }
            Act::Fail(account) => {
                let evidence = evidence(self, "fail", account);
                (oversight, FindingCommand::Fail(evidence))
            }
            Act::Escalate { answer_by } => (
                oversight,
                FindingCommand::Escalate(Letter {
                    number: format!("示例督办〔2022〕{number}号"),
                    demand: "三日内报送整改计划，说明逾期原因。".to_owned(),
                    answer_by: day(answer_by),
                }),
            ),
            Act::Owe { due } => (
                organiser,
                FindingCommand::OweSupport(SupportOwed {
                    by: bodies::child_welfare_division(),
                    what: found.support.to_owned(),
                    due: day(due),
                }),
            ),
            Act::Provide => (
                people::person("child-welfare-officer"),
                FindingCommand::ProvideSupport {
                    support: 1,
                    account: "已协调到位。".to_owned(),
                },
            ),
            Act::Confirm => (officer, FindingCommand::ConfirmSupport { support: 1 }),
        };
        let id = finding(found);
        self.step(actor, at, Command::Finding { id, command });
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
                photos: vec![self.photo(&format!("look-back/{code}"), at)],
            };
            let command = if in_order {
                FindingCommand::LookBackPass { draw, evidence }
            } else {
                FindingCommand::LookBackFail { draw, evidence }
            };
            let id = finding(found);
            self.step(oversight, at, Command::Finding { id, command });
        }
    }
}

fn plan(complete_by: i64) -> Plan {
    Plan {
        affected: "核实受影响人员，逐一告知并补做应做事项。".to_owned(),
        at_risk: "排查同类岗位和区域，当日完成。".to_owned(),
        system_change: "修订操作规程，明确双人复核。".to_owned(),
        monitoring: "院纪检小组每日抽查，每周通报。".to_owned(),
        complete_by: day(complete_by),
    }
}

/// The submission, and what is raised with it, without photos.
fn handed_in(
    institution: &NamedInstitution,
    here: &[&Found],
    team: &[PersonId],
    begun: Instant,
    form: &Arc<Form>,
) -> (Submission, Vec<Raised>) {
    let session = Session {
        now: begun.millis(),
        time_zone: TimeZone {
            offset_minutes: 480,
            transitions: Vec::new(),
        },
        ..Session::default()
    };
    let mut answers = BTreeMap::from([
        ("visited_on".to_owned(), day(VISITED).to_string()),
        (
            "capacity".to_owned(),
            (institution.residents + 100).to_string(),
        ),
        (
            "residents_on_site".to_owned(),
            institution.residents.to_string(),
        ),
        ("staff_employed".to_owned(), institution.staff.to_string()),
        ("symptoms_present".to_owned(), "no".to_owned()),
        ("isolation_in_use".to_owned(), "no".to_owned()),
    ]);
    for item in form.items() {
        let name = form.name(*item).to_owned();
        let failed = here
            .iter()
            .any(|found| found.code.eq_ignore_ascii_case(&name));
        answers.insert(name, if failed { "fail" } else { "pass" }.to_owned());
    }
    let (instance, _) = Instance::resume(form.clone(), session.clone(), &Answers(answers));
    let score = instance.score();
    let named = |found: &Found| (found.code.to_ascii_lowercase(), finding(found));
    let submission = Submission {
        target: institution.id(),
        outcome: Outcome::Completed,
        started_at: begun,
        present: team.to_vec(),
        checklist: checklist::id(),
        checklist_version: checklist::VERSION.to_owned(),
        session,
        answers: instance.given(),
        score: ScoreShown {
            earned: score.earned,
            possible: score.possible,
        },
        findings: here.iter().map(|found| named(found)).collect(),
        account: String::new(),
    };
    let raised = here
        .iter()
        .filter_map(|found| {
            let item = found.code.to_ascii_lowercase();
            let question = form.question(form.find(&item)?)?;
            let check = question.check.as_ref()?;
            Some(Raised {
                inspection: InspectionId::of(assignment(institution)),
                body: institution.id(),
                code: check.code.clone(),
                title: question.label.clone(),
                clause: check.clause.clone(),
                line: check.line,
                severity: check.severity,
                extent: Extent::Isolated,
                note: found.note.to_owned(),
                photos: Vec::new(),
                fixed_on_the_spot: found.fixed_on_the_spot,
                help_given: found.help.to_owned(),
                support_owed: found.support.to_owned(),
                item: Some(item),
            })
        })
        .collect();
    (submission, raised)
}
