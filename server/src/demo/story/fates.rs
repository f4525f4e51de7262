//! What becomes of a finding: how far it comes, in working days after the visit.

use domain::instant::Day;
use domain::working_day;

use crate::demo::identity;
use crate::demo::road::{Act, number};

/// How far a finding comes, and by which road.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Closed,
    /// Closed, and open again after a complaint.
    Complained,
    /// The notice is not written yet.
    Waiting,
    /// No plan comes, and a letter goes out.
    Silent,
    /// The letter brings the plan.
    Woken,
    Disputed,
    Withdrawn,
    Upheld,
    PlanToReview,
    PlanReturned,
    /// Returned, handed in again, closed.
    Improved,
    UnderWay,
    /// Not put right in time, and a letter goes out.
    Late,
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
    ToReVerify,
    Failed,
    /// Failed, planned again, closed.
    SecondTime,
    Supported,
    /// Support came late and moved the deadline.
    SupportedLate,
    /// Support is late still: the institution's clock stands.
    WaitsForSupport,
}

/// Of a thousand findings that take the whole road.
const OF_THOUSAND: [(u64, Fate); 22] = [
    (550, Fate::Closed),
    (10, Fate::Complained),
    (12, Fate::Waiting),
    (18, Fate::Silent),
    (15, Fate::Woken),
    (12, Fate::Disputed),
    (25, Fate::Withdrawn),
    (20, Fate::Upheld),
    (18, Fate::PlanToReview),
    (14, Fate::PlanReturned),
    (40, Fate::Improved),
    (45, Fate::UnderWay),
    (15, Fate::Late),
    (14, Fate::ExtensionAsked),
    (35, Fate::ExtensionGranted),
    (12, Fate::ExtensionRefused),
    (45, Fate::ToReVerify),
    (22, Fate::Failed),
    (25, Fate::SecondTime),
    (30, Fate::Supported),
    (13, Fate::SupportedLate),
    (10, Fate::WaitsForSupport),
];

/// The fate of the finding with a name.
pub fn fate(name: &str) -> Fate {
    let mut left = identity::spread("fate", name, 1_000);
    for (share, fate) in OF_THOUSAND {
        if left < share {
            return fate;
        }
        left -= share;
    }
    Fate::Closed
}

/// What is done after a visit, by the numbers of the days. `pace` is what this institution takes longer than the quickest.
pub fn road(fate: Fate, visited: Day, pace: u32) -> Vec<(i64, Act)> {
    let after = |days: u32| number(working_day::after(visited, days));
    let notify = Act::Notify {
        plan_by: after(5),
        complete_by: after(15),
    };
    let plan = Act::Plan {
        complete_by: after(14),
    };
    let owe = Act::Owe { due: after(5) };
    let dispute = Act::Dispute("检查当日情况特殊，已附当日记录，请予核实。");
    let begun = [(1, notify), (3, plan), (4, Act::Accept)];
    let then = |more: &[(u32, Act)]| [&begun, more].concat();
    let road: Vec<(u32, Act)> = match fate {
        Fate::Waiting => Vec::new(),
        Fate::Closed => then(&[(8 + pace, Act::Claim), (10 + pace, Act::Pass)]),
        Fate::Complained => then(&[
            (8 + pace, Act::Claim),
            (10 + pace, Act::Pass),
            (12 + pace, Act::Reopen("家属来电反映同一问题再次出现。")),
        ]),
        Fate::Silent => vec![
            (1, notify),
            (
                7,
                Act::Escalate {
                    answer_by: after(10),
                },
            ),
        ],
        Fate::Woken => vec![
            (1, notify),
            (
                7,
                Act::Escalate {
                    answer_by: after(10),
                },
            ),
            (8, plan),
            (9, Act::Accept),
            (11 + pace, Act::Claim),
            (13 + pace, Act::Pass),
        ],
        Fate::Disputed => vec![(1, notify), (2, dispute)],
        Fate::Withdrawn => vec![
            (1, notify),
            (2, dispute),
            (4, Act::Withdraw("经核对当日记录，问题不成立。")),
        ],
        Fate::Upheld => vec![
            (1, notify),
            (2, dispute),
            (
                3,
                Act::Uphold {
                    plan_by: after(7),
                    reason: "所附记录为事后补记，问题成立。",
                },
            ),
            (5, plan),
            (6, Act::Accept),
            (9 + pace, Act::Claim),
            (11 + pace, Act::Pass),
        ],
        Fate::PlanToReview => vec![(1, notify), (3, plan)],
        Fate::PlanReturned | Fate::Improved => {
            let returned = Act::Return {
                plan_by: after(8),
                opinion: "未写明责任人和查看方式，请补充。",
            };
            let mut road = vec![(1, notify), (3, plan), (4, returned)];
            if fate == Fate::Improved {
                road.extend([
                    (6, plan),
                    (7, Act::Accept),
                    (10 + pace, Act::Claim),
                    (12 + pace, Act::Pass),
                ]);
            }
            road
        }
        Fate::UnderWay => begun.to_vec(),
        Fate::Late => vec![
            (
                1,
                Act::Notify {
                    plan_by: after(5),
                    complete_by: after(8),
                },
            ),
            (
                3,
                Act::Plan {
                    complete_by: after(8),
                },
            ),
            (4, Act::Accept),
            (
                10,
                Act::Escalate {
                    answer_by: after(13),
                },
            ),
        ],
        Fate::ExtensionAsked => then(&[(11, Act::AskExtension { until: after(19) })]),
        Fate::ExtensionGranted => then(&[
            (11, Act::AskExtension { until: after(19) }),
            (12, Act::Grant { until: after(17) }),
            (13 + pace, Act::Claim),
            (15 + pace, Act::Pass),
        ]),
        Fate::ExtensionRefused => then(&[
            (11, Act::AskExtension { until: after(19) }),
            (12, Act::Refuse("替代措施可行，按原期限完成。")),
            (13, Act::Claim),
            (15, Act::Pass),
        ]),
        Fate::ToReVerify => then(&[(8 + pace, Act::Claim)]),
        Fate::Failed => then(&[
            (8 + pace, Act::Claim),
            (10 + pace, Act::Fail("现场复核，措施未落实到夜班。")),
        ]),
        Fate::SecondTime => then(&[
            (8, Act::Claim),
            (10, Act::Fail("现场复核，记录仍有缺项。")),
            (
                11,
                Act::Plan {
                    complete_by: after(16),
                },
            ),
            (12, Act::Accept),
            (13, Act::Claim),
            (15, Act::Pass),
        ]),
        Fate::Supported => vec![
            (1, notify),
            (1, owe),
            (3, plan),
            (4, Act::Accept),
            (5, Act::Provide),
            (6, Act::Confirm),
            (8 + pace, Act::Claim),
            (10 + pace, Act::Pass),
        ],
        Fate::SupportedLate => vec![
            (1, notify),
            (1, owe),
            (3, plan),
            (4, Act::Accept),
            (8, Act::Provide),
            (9, Act::Confirm),
            (11 + pace, Act::Claim),
            (13 + pace, Act::Pass),
        ],
        Fate::WaitsForSupport => vec![(1, notify), (1, owe), (3, plan), (4, Act::Accept)],
    };
    road.into_iter()
        .map(|(days, act)| (after(days), act))
        .collect()
}

/// What is done about a general fault that was fixed before the inspectors' eyes: somebody independent looks at it, mostly.
pub fn road_on_the_spot(name: &str, visited: Day) -> Vec<(i64, Act)> {
    let after = |days: u32| number(working_day::after(visited, days));
    match identity::spread("on the spot", name, 100) {
        0..6 => Vec::new(),
        6..12 => vec![(after(2), Act::Fail("复核时问题又出现。"))],
        _ => vec![(after(2), Act::Pass)],
    }
}

/// The time of the day at which this is done: what depends on another of the same day comes after it, and what many do on one day
/// they do together.
pub const fn hour(act: Act) -> (i64, i64) {
    match act {
        Act::Notify { .. } => (10, 0),
        Act::Owe { .. } => (10, 10),
        Act::Accept => (10, 30),
        Act::Return { .. } => (10, 40),
        Act::Dispute(_) => (11, 0),
        Act::Grant { .. } => (11, 30),
        Act::Refuse(_) => (11, 40),
        Act::Provide => (13, 10),
        Act::Uphold { .. } => (14, 0),
        Act::Withdraw(_) => (14, 10),
        Act::Pass => (14, 30),
        Act::Fail(_) => (14, 40),
        Act::Claim => (15, 10),
        Act::Plan { .. } => (16, 10),
        Act::AskExtension { .. } => (16, 30),
        Act::Escalate { .. } => (17, 10),
        Act::Confirm => (17, 20),
        Act::Reopen(_) => (17, 40),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_make_a_thousand() {
        assert_eq!(
            OF_THOUSAND.iter().map(|(share, _)| share).sum::<u64>(),
            1_000
        );
    }

    #[test]
    fn no_road_goes_back_in_time() {
        for (_, fate) in OF_THOUSAND {
            for pace in 0..3 {
                let steps = road(fate, crate::demo::road::day(15), pace);
                let times: Vec<(i64, (i64, i64))> =
                    steps.iter().map(|(day, act)| (*day, hour(*act))).collect();
                assert!(
                    times.windows(2).all(|pair| pair[0] < pair[1]),
                    "{fate:?}: {times:?}"
                );
            }
        }
    }
}
