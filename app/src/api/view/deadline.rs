//! What of that which waits for somebody is late or due soon, counted: for the navigation, and for the digest that comes by mail.

use domain::Text;
use domain::instant::{Day, Instant};
use domain::working_day;
use serde::{Deserialize, Serialize};

use super::{BEING_RECTIFIED, Due, FindingRow, MatterKind, PLANS_DUE, Page, Part, Today};
use crate::clock::wall_time;

/// When the digest is sent: the hour on the jurisdiction's clock, on working days.
pub const DIGEST_HOUR: u8 = 8;

/// So much of one kind is late or due soon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    pub kind: DeadlineKind,
    /// Due before now.
    pub late: u64,
    /// Due until the end of the next working day.
    pub soon: u64,
    /// The page where it is done: of one its own, of several one that leads to each.
    pub address: String,
}

/// What is to be done in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeadlineKind {
    AcknowledgeNotice,
    /// To press by letter for what others are late with.
    Press,
    SubmitPlan,
    Rectify,
    ReportSituation,
    Matter(MatterKind),
}

impl DeadlineKind {
    /// As a heading over any number of them.
    pub const fn title(self) -> Text {
        match self {
            DeadlineKind::AcknowledgeNotice => Text::new("待签收的通知", "Notices to acknowledge"),
            DeadlineKind::Press => Text::new("逾期待督办的问题", "Late findings to press for"),
            DeadlineKind::SubmitPlan => Text::new("待报送的整改计划", "Plans to submit"),
            DeadlineKind::Rectify => Text::new("整改中的问题", "Findings being rectified"),
            DeadlineKind::ReportSituation => Text::new("每日情况报送", "Situation reports"),
            DeadlineKind::Matter(kind) => match kind {
                MatterKind::AcknowledgeRequirement => {
                    Text::new("待确认的约谈要求", "Requirements to acknowledge")
                }
                MatterKind::CarryOutRequirement => {
                    Text::new("待落实的约谈要求", "Requirements to carry out")
                }
                MatterKind::LookIntoRequirement => Text::new(
                    "到期待核查的约谈要求",
                    "Requirements past their day to look into",
                ),
                MatterKind::RemindOfNotice { .. } => {
                    Text::new("逾期未签收的通知", "Notices with overdue receipts")
                }
                MatterKind::AwaitReceipts { .. } => Text::new(
                    "所辖机构未签收的通知",
                    "Notices that institutions below have not acknowledged",
                ),
                MatterKind::ChaseMaterials { .. } => {
                    Text::new("逾期未报送的材料", "Materials that others owe")
                }
                MatterKind::LevelEnds { .. } => {
                    Text::new("即将到期的响应等级", "Response levels about to end")
                }
                MatterKind::GrantsEnd { .. } => {
                    Text::new("即将到期的人员权限", "Roles about to end")
                }
                MatterKind::HandInMaterials => Text::new("待报送的材料", "Materials to hand in"),
                MatterKind::ReviewMaterials => Text::new("待审核的材料", "Materials to review"),
                MatterKind::ApproveArrangement => {
                    Text::new("待审批的工作安排", "Arrangements to approve")
                }
                MatterKind::IssueArrangement => {
                    Text::new("待印发的工作安排", "Arrangements to issue")
                }
                MatterKind::CommitToDraw => Text::new("待提交的抽取承诺", "Commitments to draws"),
                MatterKind::RevealForDraw => Text::new("待揭示的种子", "Seeds to reveal"),
                MatterKind::RecordWithheld => {
                    Text::new("待记录的逾期未履行", "Withheld seeds to record")
                }
                MatterKind::AssignDrawn => {
                    Text::new("待按抽取结果建立的任务", "Drawn visits to assign")
                }
                MatterKind::DiscloseDraw => Text::new("待公开的抽取结果", "Draws to disclose"),
                MatterKind::ProvideSupport => Text::new("待落实的支持", "Support to provide"),
                MatterKind::ConfirmSupport => Text::new("待确认的支持", "Support to confirm"),
                MatterKind::AssessRegulators { .. } => {
                    Text::new("待评价的监管部门", "Regulators to assess")
                }
                MatterKind::SignRegulatorFile => {
                    Text::new("待签署的监管档案", "Regulators’ files to sign")
                }
                MatterKind::LookBack { .. } => {
                    Text::new("待回头看的问题", "Findings to look back at")
                }
                MatterKind::SelfInspection => {
                    Text::new("待组织的自查", "Self-inspections to assign")
                }
                MatterKind::ReplaceRecused => Text::new(
                    "有人须回避的任务",
                    "Visits with somebody who must keep away",
                ),
                MatterKind::Visit { by_own: false } => Text::new("待到访的检查", "Visits to make"),
                MatterKind::Visit { by_own: true } => {
                    Text::new("待完成的自查", "Self-inspections to make")
                }
            },
        }
    }
}

/// The last day that counts as soon: the next working day.
pub fn soon(today: Day) -> Day {
    working_day::after(today, 1)
}

/// What of Today is late or due soon, in the order Today has it. What somebody else is to do in time, and the viewer only judges, is
/// theirs; a report of today is everyday's and counts once it is late.
pub fn deadlines(today: &Today, now: Instant, time_zone: &str) -> Vec<Deadline> {
    let day = |at: Instant| wall_time(at, time_zone).day;
    let mut counted = Counted {
        soon: soon(day(now)),
        deadlines: Vec::new(),
    };
    for notice in &today.notices_to_acknowledge {
        let (at, address) = (notice.acknowledge_by, format!("/notices/{}", notice.id));
        let kind = DeadlineKind::AcknowledgeNotice;
        counted.count(kind, at < now, day(at), (&address, "/"));
    }
    if let Some(first) = today.late.rows.first() {
        let all = Part::Presses.address(&[]);
        counted.deadlines.push(Deadline {
            kind: DeadlineKind::Press,
            late: today.late.total,
            soon: 0,
            address: match today.late.total {
                1 => format!("/findings/{}", first.id),
                _ => all,
            },
        });
    }
    let plans = Part::Rectifies.address(&PLANS_DUE);
    counted.findings(DeadlineKind::SubmitPlan, &today.plans_due, &plans);
    let rectified = Part::Rectifies.address(&BEING_RECTIFIED);
    counted.findings(DeadlineKind::Rectify, &today.being_rectified, &rectified);
    for report in today.reports_owed.iter().filter(|report| report.late) {
        let address = format!("/situation/{}/{}", report.body.id, report.day);
        let kind = DeadlineKind::ReportSituation;
        counted.count(kind, true, report.day, (&address, "/"));
    }
    for matter in &today.matters {
        let due = match matter.due {
            Some(Due::At(at)) => day(at),
            Some(Due::On(day)) => day,
            None => continue,
        };
        let kind = DeadlineKind::Matter(matter.kind);
        counted.count(kind, matter.late, due, (&matter.address, "/"));
    }
    counted.deadlines
}

struct Counted {
    soon: Day,
    deadlines: Vec<Deadline>,
}

impl Counted {
    /// One more, unless it has time: its own page, and the page of several.
    fn count(&mut self, kind: DeadlineKind, late: bool, due: Day, (own, all): (&str, &str)) {
        if !late && due > self.soon {
            return;
        }
        let (late, soon) = (u64::from(late), u64::from(!late));
        // How much of one kind is asked for is part of it, and makes no kind of its own.
        let mut known = self.deadlines.iter_mut();
        let known = known.find(|known| known.kind.title() == kind.title());
        match known {
            Some(known) => {
                known.late += late;
                known.soon += soon;
                if known.address != own {
                    all.clone_into(&mut known.address);
                }
            }
            None => self.deadlines.push(Deadline {
                kind,
                late,
                soon,
                address: own.to_owned(),
            }),
        }
    }

    fn findings(&mut self, kind: DeadlineKind, findings: &Page<FindingRow>, all: &str) {
        for finding in &findings.rows {
            let standing = finding.standing;
            // Who waits for late support is not late, and has time.
            let waits = matches!(standing, domain::finding::Standing::Suspended { .. });
            if let Some(due) = standing.due().filter(|_| !waits) {
                let own = format!("/findings/{}", finding.id);
                self.count(kind, standing.is_late(), due, (&own, all));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::view::{AssignmentsWaiting, Figures, Matter, Named, NoticeWaiting, OwedReport};
    use domain::finding::{Extent, Stage, Standing};
    use domain::id::{BodyId, FindingId, NoticeId};
    use form::{Line, Severity, Texts};
    use uuid::Uuid;

    const ZONE: &str = "Asia/Shanghai";

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn at(text: &str) -> Instant {
        crate::clock::instant_of(text, ZONE).unwrap()
    }

    fn body() -> Named<BodyId> {
        Named {
            id: BodyId(Uuid::from_u128(7)),
            name: Texts::default(),
        }
    }

    fn matter(kind: MatterKind, due: Option<Due>, late: bool, address: &str) -> Matter {
        Matter {
            kind,
            title: Texts::default(),
            body: None,
            due,
            late,
            address: address.to_owned(),
        }
    }

    fn finding(number: u128, standing: Standing) -> FindingRow {
        FindingRow {
            id: FindingId(Uuid::from_u128(number)),
            code: String::new(),
            title: Texts::default(),
            note: String::new(),
            body: body(),
            district: None,
            severity: Severity::General,
            extent: Extent::ALL[0],
            line: Line::Main,
            stage: Stage::Notified,
            raised_at: Instant::default(),
            complete_by: None,
            standing,
            escalated: false,
            plan: None,
            may: Vec::new(),
        }
    }

    fn nothing() -> Today {
        let page = || page(Vec::new());
        let assignments = AssignmentsWaiting {
            count: 0,
            campaign: None,
            days: None,
        };
        Today {
            notices_to_acknowledge: Vec::new(),
            notices_to_pass_on: Vec::new(),
            assignments_to_release: assignments,
            assignments_open: assignments,
            plans_due: page(),
            being_rectified: page(),
            to_re_verify: page(),
            to_order: page(),
            late: page(),
            to_decide: page(),
            matters: Vec::new(),
            matters_total: 0,
            held: 0,
            reports_owed: Vec::new(),
            reports_to_chase: None,
            figures: Figures::default(),
        }
    }

    fn page(rows: Vec<FindingRow>) -> Page<FindingRow> {
        Page {
            total: rows.len() as u64,
            rows,
            page: 1,
            page_size: 10,
        }
    }

    /// Given a Friday, then what is due until Monday is soon, what is due on Tuesday has time, and what has no day counts nowhere.
    #[test]
    fn what_is_due_until_the_next_working_day_is_soon() {
        let now = at("2022-03-11T08:00");
        for (due, late, expected) in [
            (Some(Due::At(at("2022-03-11T07:59"))), true, Some((1, 0))),
            (Some(Due::On(day("2022-03-10"))), true, Some((1, 0))),
            (Some(Due::On(day("2022-03-11"))), false, Some((0, 1))),
            (Some(Due::On(day("2022-03-14"))), false, Some((0, 1))),
            (Some(Due::At(at("2022-03-14T23:59"))), false, Some((0, 1))),
            (Some(Due::At(at("2022-03-15T00:00"))), false, None),
            (Some(Due::On(day("2022-03-15"))), false, None),
            (None, false, None),
        ] {
            let matters = vec![matter(
                MatterKind::Visit { by_own: false },
                due,
                late,
                "/assignments/1",
            )];
            let today = Today {
                matters,
                ..nothing()
            };
            let counted = deadlines(&today, now, ZONE);
            let counts = counted.first().map(|one| (one.late, one.soon));
            assert_eq!(counts, expected, "{due:?}");
        }
        // Before 清明 the next working day is after the holidays: Saturday 2 April is worked, 3 to 5 April are off.
        assert_eq!(soon(day("2022-04-02")), day("2022-04-06"));
    }

    /// Given something of everything, then each kind is counted once, and leads to its one page or to all of them.
    #[test]
    fn each_kind_is_counted_once() {
        let now = at("2022-03-14T08:00");
        let notice = |number: u128, by: &str| NoticeWaiting {
            id: NoticeId(Uuid::from_u128(number)),
            number: String::new(),
            title: Texts::default(),
            acknowledge_by: at(by),
        };
        let late = |by| Standing::Late {
            due: day("2022-03-11"),
            by,
        };
        let running = |due: &str, left| Standing::Running {
            due: day(due),
            left,
        };
        let suspended = Standing::Suspended {
            due: day("2022-03-11"),
            support_due: day("2022-03-10"),
        };
        let report = |number: u128, late| OwedReport {
            body: Named {
                id: BodyId(Uuid::from_u128(number)),
                name: Texts::default(),
            },
            day: day("2022-03-14"),
            reported: false,
            late,
            reminded_at: None,
        };
        let requirement = MatterKind::AcknowledgeRequirement;
        let today = Today {
            notices_to_acknowledge: vec![
                notice(1, "2022-03-14T07:00"),
                notice(2, "2022-03-15T18:00"),
                notice(3, "2022-03-16T18:00"),
            ],
            plans_due: page(vec![
                finding(1, late(1)),
                finding(2, running("2022-03-15", 1)),
                finding(3, running("2022-03-16", 2)),
                finding(4, suspended),
                finding(5, Standing::None),
            ]),
            being_rectified: page(vec![finding(6, late(1))]),
            late: Page {
                total: 31,
                ..page(vec![finding(7, late(1))])
            },
            reports_owed: vec![report(8, true), report(9, false)],
            matters: vec![
                matter(
                    requirement,
                    Some(Due::At(at("2022-03-13T08:00"))),
                    true,
                    "/talks/1#requirement-1",
                ),
                matter(
                    requirement,
                    Some(Due::At(at("2022-03-14T20:00"))),
                    false,
                    "/talks/1#requirement-2",
                ),
                matter(
                    MatterKind::RemindOfNotice { bodies: 15 },
                    Some(Due::At(at("2022-03-13T08:00"))),
                    true,
                    "/notices/1/receipts",
                ),
                matter(
                    MatterKind::RemindOfNotice { bodies: 2 },
                    Some(Due::At(at("2022-03-13T08:00"))),
                    true,
                    "/notices/2/receipts",
                ),
                matter(
                    MatterKind::ReviewMaterials,
                    None,
                    false,
                    "/talks/materials/1",
                ),
                matter(
                    MatterKind::Visit { by_own: false },
                    Some(Due::On(day("2022-03-14"))),
                    false,
                    "/assignments/1",
                ),
            ],
            ..nothing()
        };
        let counted = deadlines(&today, now, ZONE);
        let lines: Vec<(DeadlineKind, u64, u64, &str)> = counted
            .iter()
            .map(|one| (one.kind, one.late, one.soon, one.address.as_str()))
            .collect();
        let [one, report] = [6, 8].map(Uuid::from_u128);
        let (one, report) = (
            format!("/findings/{one}"),
            format!("/situation/{report}/2022-03-14"),
        );
        let plans = Part::Rectifies.address(&PLANS_DUE);
        assert_eq!(
            lines,
            [
                (DeadlineKind::AcknowledgeNotice, 1, 1, "/"),
                (DeadlineKind::Press, 31, 0, "/findings?mine=press"),
                (DeadlineKind::SubmitPlan, 1, 1, plans.as_str()),
                (DeadlineKind::Rectify, 1, 0, one.as_str()),
                (DeadlineKind::ReportSituation, 1, 0, report.as_str()),
                (DeadlineKind::Matter(requirement), 1, 1, "/"),
                (
                    DeadlineKind::Matter(MatterKind::RemindOfNotice { bodies: 15 }),
                    2,
                    0,
                    "/"
                ),
                (
                    DeadlineKind::Matter(MatterKind::Visit { by_own: false }),
                    0,
                    1,
                    "/assignments/1"
                ),
            ]
        );
        assert_eq!(deadlines(&nothing(), now, ZONE), []);
    }
}
