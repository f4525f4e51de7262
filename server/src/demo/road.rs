//! The road of a finding to its closure: what is done on it, by whose command, with what papers and evidence.

use domain::finding::{
    Evidence, FindingCommand, Letter, Photo, Plan, RectificationNotice, SupportOwed,
};
use domain::id::{BodyId, FindingId, PersonId};
use domain::instant::{Day, Instant};
use domain::{Command, working_day};

use super::picture::picture;
use super::{DemoStep, moment};

/// What is done on the road; days are counted from 1 March 2022.
#[derive(Clone, Copy)]
pub enum Act {
    Notify { plan_by: i64, complete_by: i64 },
    Dispute(&'static str),
    Uphold { plan_by: i64, reason: &'static str },
    Withdraw(&'static str),
    Plan { complete_by: i64 },
    Accept,
    Return { plan_by: i64, opinion: &'static str },
    AskExtension { until: i64 },
    Grant { until: i64 },
    Refuse(&'static str),
    Claim,
    Pass,
    Fail(&'static str),
    Reopen(&'static str),
    Escalate { answer_by: i64 },
    Owe { due: i64 },
    Provide,
    Confirm,
}

const MARCH: Day = Day {
    year: 2022,
    month: 3,
    day: 1,
};

/// A day by its number, counted from 1 March 2022.
pub fn day(number: i64) -> Day {
    working_day::plus_days(MARCH, number - 1)
}

/// The day until which something found wanting at a moment is rectified again.
pub fn again_by(at: Instant) -> Day {
    const HOURS: i64 = 3_600_000;
    let since = at.millis() - moment(1, 0, 0).millis();
    working_day::after(day(since.div_euclid(24 * HOURS) + 1), 15)
}

/// The number of a day, counted from 1 March 2022.
pub fn number(day: Day) -> i64 {
    working_day::days_between(MARCH, day) + 1
}

/// Who has which part in a finding.
pub struct Parts {
    /// Who rectifies.
    pub officer: PersonId,
    /// Who orders the rectification and judges plans.
    pub ordering: PersonId,
    /// Who re-verifies.
    pub verifying: PersonId,
    pub escalating: PersonId,
    /// The regulator that owes support, and who provides it.
    pub owing: BodyId,
    pub supporting: PersonId,
}

/// A finding on its road.
pub struct Case<'a> {
    pub finding: FindingId,
    /// Of its papers.
    pub number: i64,
    pub note: &'a str,
    /// What it takes of the regulator.
    pub support: &'a str,
    /// How the names of its pictures begin.
    pub name: String,
    pub parts: Parts,
    /// Plans submitted so far.
    plans: u32,
}

impl<'a> Case<'a> {
    pub fn new(
        finding: FindingId,
        number: i64,
        note: &'a str,
        support: &'a str,
        name: String,
        parts: Parts,
    ) -> Case<'a> {
        Case {
            finding,
            number,
            note,
            support,
            name,
            parts,
            plans: 0,
        }
    }

    /// The next step on the road. The pictures it names are added to those there are.
    pub fn step(&mut self, act: Act, at: Instant, pictures: &mut Vec<Vec<u8>>) -> DemoStep {
        if let Act::Plan { .. } = act {
            self.plans += 1;
        }
        let plan = self.plans;
        let number = self.number;
        let mut evidence = |what: &str, account: &str| {
            // What is claimed again has pictures of its own.
            let name = match plan {
                0 | 1 => format!("{}/{what}", self.name),
                _ => format!("{}/{what}/{plan}", self.name),
            };
            Evidence {
                account: account.to_owned(),
                photos: vec![photo(&name, at, pictures)],
            }
        };
        let Parts {
            officer,
            ordering,
            verifying,
            escalating,
            owing,
            supporting,
        } = self.parts;
        let (actor, command) = match act {
            Act::Notify {
                plan_by,
                complete_by,
            } => (
                ordering,
                FindingCommand::Notify(RectificationNotice {
                    number: format!("示例整改〔2022〕{number}号"),
                    basis: "一级响应期间福利机构封闭管理要求（示例）".to_owned(),
                    facts: self.note.to_owned(),
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
            Act::Uphold { plan_by, reason } => (
                ordering,
                FindingCommand::Uphold {
                    reason: reason.to_owned(),
                    plan_by: day(plan_by),
                },
            ),
            Act::Withdraw(reason) => (
                ordering,
                FindingCommand::Withdraw {
                    reason: reason.to_owned(),
                },
            ),
            Act::Plan { complete_by } => {
                (officer, FindingCommand::SubmitPlan(five_parts(complete_by)))
            }
            Act::Accept => (
                ordering,
                FindingCommand::AcceptPlan {
                    plan,
                    opinion: String::new(),
                },
            ),
            Act::Return { plan_by, opinion } => (
                ordering,
                FindingCommand::ReturnPlan {
                    plan,
                    opinion: opinion.to_owned(),
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
                ordering,
                FindingCommand::GrantExtension {
                    until: day(until),
                    opinion: "同意，期间采取替代措施。".to_owned(),
                },
            ),
            Act::Refuse(opinion) => (
                ordering,
                FindingCommand::RefuseExtension {
                    opinion: opinion.to_owned(),
                },
            ),
            Act::Claim => {
                let claimed = evidence("claim", "已按计划整改完毕，随附现场照片。");
                (officer, FindingCommand::ClaimRectified(claimed))
            }
            Act::Pass => {
                let passed = evidence("pass", "现场查看，整改到位。");
                (verifying, FindingCommand::Pass(passed))
            }
            Act::Fail(account) => (
                verifying,
                FindingCommand::Fail {
                    evidence: evidence("fail", account),
                    complete_by: again_by(at),
                },
            ),
            Act::Reopen(reason) => (
                verifying,
                FindingCommand::Reopen {
                    reason: reason.to_owned(),
                    complete_by: again_by(at),
                },
            ),
            Act::Escalate { answer_by } => (
                escalating,
                FindingCommand::Escalate(Letter {
                    number: format!("示例督办〔2022〕{number}号"),
                    demand: "三日内报送整改计划，说明逾期原因。".to_owned(),
                    answer_by: day(answer_by),
                }),
            ),
            Act::Owe { due } => (
                ordering,
                FindingCommand::OweSupport(SupportOwed {
                    by: owing,
                    what: self.support.to_owned(),
                    due: day(due),
                }),
            ),
            Act::Provide => (
                supporting,
                FindingCommand::ProvideSupport {
                    support: 1,
                    account: "已协调到位。".to_owned(),
                },
            ),
            Act::Confirm => (officer, FindingCommand::ConfirmSupport { support: 1 }),
        };
        DemoStep {
            actor,
            at,
            command: Command::Finding {
                id: self.finding,
                command,
            },
        }
    }
}

/// A picture of this name, added to those there are, as a photo.
pub fn photo(name: &str, taken_at: Instant, pictures: &mut Vec<Vec<u8>>) -> Photo {
    let (hash, bytes) = picture(name);
    pictures.push(bytes);
    Photo { hash, taken_at }
}

fn five_parts(complete_by: i64) -> Plan {
    Plan {
        affected: "核实受影响人员，逐一告知并补做应做事项。".to_owned(),
        at_risk: "排查同类岗位和区域，当日完成。".to_owned(),
        system_change: "修订操作规程，明确双人复核。".to_owned(),
        monitoring: "院纪检小组每日抽查，每周通报。".to_owned(),
        complete_by: day(complete_by),
    }
}
