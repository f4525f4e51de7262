//! What is done at desks meanwhile: what the demo city leaves open is finished, tests are recorded, regulators' files written and signed,
//! requirements linked to what looks into them and to what came of them, and closed findings looked at again.

use std::collections::BTreeMap;

use domain::Command;
use domain::clearance::{ClearanceCommand, Cleared};
use domain::finding::{Evidence, FindingCommand};
use domain::id::{FindingId, InspectionId, LookBackId};
use domain::instant::Day;
use domain::look_back::{LookBackCommand, sample};
use domain::notice::NoticeCommand;
use domain::regulator_file::{Assessment, RegulatorFileCommand};
use domain::talk::{Consequence, TalkCommand};
use domain::working_day;
use form::Severity;

use super::homes::Home;
use super::visits::{Planned, second_campaign};
use crate::demo::bodies::NAMED_INSTITUTIONS;
use crate::demo::people::{self, GROUP_SIZE, GROUPS};
use crate::demo::road::{again_by, day, number, photo};
use crate::demo::{DemoStep, campaign, closure, draw, identity, moment, notice, talk};

/// The first home acknowledges the notice late, and the last papers come in.
pub fn finished() -> Vec<DemoStep> {
    let home = &NAMED_INSTITUTIONS[0];
    let mut steps = vec![DemoStep {
        actor: people::person(home.key),
        at: moment(13, 12, 50),
        command: Command::Notice {
            id: notice::id(),
            command: NoticeCommand::Acknowledge { body: home.id() },
        },
    }];
    steps.extend(talk::finished());
    steps
}

/// Every second morning, for everybody who inspects, as long as visits are made: the sample was taken the evening before.
pub fn tests(last: Day) -> Vec<DemoStep> {
    let mut steps = Vec::new();
    for on in (14..=number(last)).step_by(2) {
        for inspector in 1..=GROUPS * GROUP_SIZE {
            let cleared = Cleared {
                tested_at: moment(on - 1, 20, 30),
                negative: true,
                doses: 3,
                last_dose_on: Some(day(-50)),
            };
            steps.push(DemoStep {
                actor: people::person("organiser"),
                at: moment(on, 6, 30),
                command: Command::Clearance {
                    id: people::inspector(inspector),
                    command: ClearanceCommand::Record(cleared),
                },
            });
        }
    }
    steps
}

/// What a completed visit says of the regulator: written by one the next working day, signed by another the day after.
pub fn regulator_file(visit: &Planned, home: &Home) -> [DemoStep; 2] {
    let id = InspectionId::of(visit.assignment);
    let after = |days| number(working_day::after(visit.on, days));
    let (knew, acted, account) =
        match identity::spread("regulator", &visit.assignment.to_string(), 100) {
            0..55 => (true, true, "查阅巡查台账：已发现并责令整改，留有记录。"),
            55..80 => (true, false, "台账有记录，未见跟进处置。"),
            _ => (false, false, "台账无记录，经办人称不掌握该院情况。"),
        };
    let assessment = Assessment {
        regulator: home.regulator,
        knew,
        acted,
        account: account.to_owned(),
    };
    let step = |who: &str, at, command| DemoStep {
        actor: people::person(who),
        at,
        command: Command::RegulatorFile { id, command },
    };
    [
        step(
            "organiser",
            moment(after(1), 16, 20),
            RegulatorFileCommand::Assess(assessment),
        ),
        step(
            "oversight",
            moment(after(2), 16, 40),
            RegulatorFileCommand::Sign,
        ),
    ]
}

/// Each campaign is linked to the demand that it looks into when it is there: the spot checks, which look at institution and regulator, to
/// that every institution is supervised on record, and the joint ones to that forces are combined; the homes' own inspections to that
/// they look at themselves. What is found there comes of these.
pub fn looked_into() -> Vec<DemoStep> {
    let joint = draw::campaign();
    [
        (2, campaign::own(), moment(13, 11, 25)),
        (3, closure::campaign(), moment(13, 11, 25)),
        (3, joint, moment(13, 11, 25)),
        (5, joint, moment(13, 11, 25)),
        (3, second_campaign(), moment(15, 20, 38)),
    ]
    .map(|(requirement, campaign, at)| DemoStep {
        actor: people::person("organiser"),
        at,
        command: Command::Talk {
            id: talk::id(),
            command: TalkCommand::Link {
                requirement,
                to: Consequence::Campaign(campaign),
            },
        },
    })
    .to_vec()
}

/// What the talk demanded, linked to a finding that shows whether it was done: closed management to the first demand, everyday
/// measures to the second.
pub fn link(finding: FindingId, code: &str, on: Day) -> Option<DemoStep> {
    let requirement = match code.chars().next()? {
        'A' | 'B' => 1,
        'C' | 'D' | 'E' | 'F' => 2,
        _ => return None,
    };
    Some(DemoStep {
        actor: people::person("organiser"),
        at: moment(number(working_day::after(on, 1)), 17, 0),
        command: Command::Talk {
            id: talk::id(),
            command: TalkCommand::Link {
                requirement,
                to: Consequence::Finding(finding),
            },
        },
    })
}

/// The day on which closed findings are drawn to be looked at again; they were closed a week before at the latest.
const LOOK_BACK: i64 = 46;
/// Per cent.
const SHARE: u8 = 10;
const SEED: &str = "2022年4月中旬回头看";

/// The last day on which a finding may be closed to be among those drawn from.
pub fn closed_until() -> Day {
    day(LOOK_BACK - 7)
}

/// A tenth of the findings closed, looked at again: most are in order still.
pub fn look_back(
    closed: &BTreeMap<FindingId, Severity>,
    pictures: &mut Vec<Vec<u8>>,
) -> Vec<DemoStep> {
    let oversight = people::person("oversight");
    let draw = LookBackId(identity::id("look-back", "story/2022-04"));
    let mut steps = vec![DemoStep {
        actor: oversight,
        at: moment(LOOK_BACK, 9, 0),
        command: Command::LookBack {
            id: draw,
            command: LookBackCommand::Draw {
                seed: SEED.to_owned(),
                share: SHARE,
                closed: closed.keys().copied().collect(),
            },
        },
    }];
    let at = moment(LOOK_BACK + 3, 9, 30);
    for finding in sample(SEED, SHARE, closed) {
        let in_order = identity::spread("look-back", &finding.to_string(), 100) < 88;
        let evidence = Evidence {
            account: if in_order {
                "现场查看，措施保持到位。"
            } else {
                "现场查看，措施未能保持。"
            }
            .to_owned(),
            photos: vec![photo(&format!("look-back/{finding}"), at, pictures)],
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
        steps.push(DemoStep {
            actor: oversight,
            at,
            command: Command::Finding {
                id: finding,
                command,
            },
        });
    }
    steps
}
