//! The guide for high-risk areas in two editions, and the decision that puts the level-I response in force.
//!
//! Restated from public guidance and adapted, not an official text. What an edition measures (how often, how soon) is an example.

use domain::body::BodyKind;
use domain::id::{NoticeId, ResponseLevelId, RulePackId};
use domain::response_level::{Area, LevelCommand, LevelOrder, ResponseLevel};
use domain::rule_pack::{Edition, Measure, MeasureUnit, Obligation, RulePackCommand};
use domain::{Command, Text};
use form::Line;

use super::{both, identity, moment};

pub fn guide() -> RulePackId {
    RulePackId(identity::id("rule pack", "high-risk-areas"))
}

pub fn level_1() -> ResponseLevelId {
    ResponseLevelId(identity::id("response level", "level-1"))
}

/// The first edition asks less and tests less often.
pub fn publish_first_edition() -> Command {
    let kept = ["B1", "C1", "C5", "E1", "E2", "F1", "G1", "H1", "I2", "M1"];
    let obligations = obligations()
        .into_iter()
        .filter(|obligation| kept.contains(&obligation.code.as_str()))
        .map(|obligation| match obligation.code.as_str() {
            "E1" => Obligation {
                measure: Some(times_a_week(2)),
                ..obligation
            },
            "I2" => Obligation {
                measure: Some(Measure {
                    amount: 30,
                    unit: MeasureUnit::Minutes,
                }),
                ..obligation
            },
            _ => obligation,
        });
    publish(Edition {
        guide: both(NAME),
        number: 1,
        name: both(Text::new("第一版", "First edition")),
        adapted: true,
        from: moment(1, 0, 0),
        obligations: obligations.collect(),
    })
}

pub fn publish_second_edition() -> Command {
    publish(Edition {
        guide: both(NAME),
        number: 2,
        name: both(Text::new("第二版", "Second edition")),
        adapted: true,
        from: moment(10, 0, 0),
        obligations: obligations(),
    })
}

pub fn set_level_1(notice: NoticeId) -> Command {
    Command::ResponseLevel {
        id: level_1(),
        command: LevelCommand::Set(LevelOrder {
            level: ResponseLevel::I,
            area: Area::Jurisdiction,
            kinds: vec![
                BodyKind::ElderCare,
                BodyKind::ChildWelfare,
                BodyKind::DisabilityService,
            ],
            from: moment(13, 8, 0),
            until: None,
            notice,
            guides: vec![guide()],
        }),
    }
}

const NAME: Text = Text::new(
    "高风险地区福利机构防控指南（示例改编）",
    "Guide for welfare institutions in high-risk areas (adapted sample)",
);

fn publish(edition: Edition) -> Command {
    Command::RulePack {
        id: guide(),
        command: RulePackCommand::PublishEdition(Box::new(edition)),
    }
}

const fn times_a_week(amount: u32) -> Measure {
    Measure {
        amount,
        unit: MeasureUnit::TimesAWeek,
    }
}

fn obligations() -> Vec<Obligation> {
    use BodyKind::ElderCare;
    use Line::{Main, Oversight, Regulatory};
    use MeasureUnit::{Days, Hours, Minutes, TimesADay};
    use ResponseLevel::{I, Ii, Iii};

    const HIGH: &[ResponseLevel] = &[I, Ii];
    const ALL: &[ResponseLevel] = &[I, Ii, Iii];
    let of = |code: &str, text: Text, line, levels: &[ResponseLevel], items: &[&str]| Obligation {
        code: code.to_owned(),
        text: both(text),
        line,
        levels: levels.to_vec(),
        kinds: Vec::new(),
        measure: None,
        items: items.iter().map(|item| (*item).to_owned()).collect(),
    };
    let measured = |amount, unit, obligation: Obligation| Obligation {
        measure: Some(Measure { amount, unit }),
        ..obligation
    };
    vec![
        of(
            "A1",
            Text::new(
                "持有并传达现行响应等级通知，成立防控小组，24小时值班，完成自查并培训员工",
                "Hold and pass on the notice in force; a control team, a duty roster round the clock, a self-inspection, trained staff",
            ),
            Main,
            ALL,
            &["A1", "A2", "A3", "A4", "A5"],
        ),
        of(
            "B1",
            Text::new(
                "暂停探视、除就医以外的外出、新入住和外来人员入院服务",
                "Visits, outings other than medical, new admissions and on-site services by outsiders are suspended",
            ),
            Main,
            &[I],
            &["B1", "B2", "B3", "B4"],
        ),
        measured(
            48,
            Hours,
            of(
                "B7",
                Text::new(
                    "出入口单一并有人值守，非专用车辆禁入；必要入院人员持有效核酸阴性证明，登记并全程陪同，检查人员同样遵守",
                    "One entrance, manned, other vehicles kept out; whoever must enter brings a valid negative test, is registered and escorted; inspectors too",
                ),
                Main,
                HIGH,
                &["B7", "B8", "B9", "B10"],
            ),
        ),
        of(
            "C1",
            Text::new(
                "在院人员不通勤，在外人员不进院；住宿分散，专车转运，返岗前观察和检测",
                "Those inside do not commute, those outside do not enter; dispersed rooms, own transport, observation and test before return",
            ),
            Main,
            &[I],
            &["C1", "C2", "C3", "C4", "C9"],
        ),
        measured(
            2,
            TimesADay,
            of(
                "C5",
                Text::new(
                    "员工每日健康监测并登记，有症状者立即离岗报告，外勤人员不入院",
                    "Staff health is watched daily and logged; the symptomatic leave at once and report; outside logistics staff stay out",
                ),
                Main,
                ALL,
                &["C5", "C6", "C7", "C8"],
            ),
        ),
        measured(
            2,
            TimesADay,
            of(
                "D1",
                Text::new(
                    "被服务对象测温、问询并记录；暂停集体活动和集体用餐；就医有方案；心理慰藉",
                    "Residents’ temperature and symptoms logged; no group meals or activities; plans for medical trips; psychological support",
                ),
                Main,
                HIGH,
                &["D1", "D2", "D3", "D4", "D5"],
            ),
        ),
        measured(
            1,
            TimesADay,
            of(
                "E1",
                Text::new("工作人员核酸检测", "Nucleic-acid testing of staff"),
                Main,
                &[I],
                &["E1", "E4"],
            ),
        ),
        Obligation {
            measure: Some(times_a_week(2)),
            ..of(
                "E2",
                Text::new(
                    "在院人员核酸或抗原检测，与工作人员隔日交替",
                    "Testing of residents, on other days than staff",
                ),
                Main,
                HIGH,
                &["E2", "E3"],
            )
        },
        Obligation {
            kinds: vec![ElderCare],
            ..of(
                "E5",
                Text::new(
                    "老年人和工作人员疫苗接种，建立未接种原因和禁忌台账",
                    "Vaccination of older people and staff; ledgers of reasons and contraindications",
                ),
                Main,
                ALL,
                &["E5", "E6"],
            )
        },
        measured(
            2,
            TimesADay,
            of(
                "F1",
                Text::new(
                    "日常消毒和开窗通风，消毒剂现配现用，餐饮具、织物、垃圾分类处置，避免过度消毒",
                    "Daily disinfection and airing; fresh agents; tableware, linen and waste apart; no over-disinfection",
                ),
                Main,
                ALL,
                &["F1", "F2", "F3", "F4", "F5", "F6", "F7"],
            ),
        ),
        of(
            "G1",
            Text::new(
                "快递、外卖、送药人员不入内；院外接收、登记，外包装消毒后转交",
                "Couriers stay out; parcels are received outside, logged and disinfected before handover",
            ),
            Main,
            HIGH,
            &["G1", "G2", "G3", "G4", "G5"],
        ),
        of(
            "H1",
            Text::new(
                "设临时隔离区，三区两通道，专人负责",
                "An isolation area, three zones and two routes, with named staff",
            ),
            Main,
            HIGH,
            &["H1", "H2", "H3", "H4"],
        ),
        measured(
            10,
            Minutes,
            of(
                "I2",
                Text::new(
                    "接到确诊、疑似通知后报告属地；预案、演练、绿色通道和人力预案齐备",
                    "A confirmed or suspected case is reported to the locality; plan, drill, green channel and staffing fallback are ready",
                ),
                Main,
                ALL,
                &["I1", "I2", "I5", "I6"],
            ),
        ),
        measured(
            14,
            Days,
            of(
                "J1",
                Text::new(
                    "防护物资、食品药品、血氧仪和吸氧设备的储备",
                    "Stocks of protective equipment, food and medicine, oximeters and oxygen",
                ),
                Main,
                HIGH,
                &["J1", "J2", "J3"],
            ),
        ),
        measured(
            30,
            Minutes,
            of(
                "M1",
                Text::new(
                    "监管部门即时转发通知，组成督查组，掌握并督办已知问题，书面报告市级",
                    "The department passes the notice on at once, forms an inspection group, chases known problems, reports to the city in writing",
                ),
                Regulatory,
                HIGH,
                &["I3", "M1", "M2", "M3", "M4"],
            ),
        ),
        of(
            "N1",
            Text::new(
                "监督机构跟进部署，记录约谈，独立复核整改",
                "The oversight body follows the directive up, records talks, re-verifies independently",
            ),
            Oversight,
            HIGH,
            &["N1", "N2", "N4"],
        ),
    ]
}
