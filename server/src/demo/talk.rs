//! The talk of 13 March with the four bodies, what was demanded of them, and the materials called in.

use domain::id::{BodyId, CampaignId, MaterialId, TalkId};
use domain::instant::Instant;
use domain::material::{Handed, MaterialCommand, MaterialItem, MaterialRequest};
use domain::talk::{Consequence, Report, Requirement, TalkCommand, TalkPlan};
use domain::{Command, Text};
use form::{Line, Texts};

use super::files::{self, DemoFile};
use super::{DemoStep, bodies, both, checklist, closure, identity, moment, notice, people};

const PLACE: &str = "市民政局会议室（示例）";

pub fn id() -> TalkId {
    TalkId(identity::id("talk", "2022-03-13"))
}

fn material() -> MaterialId {
    MaterialId(identity::id("material", "2022-03-13"))
}

fn campaign() -> CampaignId {
    CampaignId(identity::id("campaign", "unannounced-visits"))
}

fn centre() -> BodyId {
    bodies::body("welfare-centre")
}

/// Each of the four bodies with who answers for it.
fn four() -> [(&'static str, BodyId); 4] {
    [
        ("committee", bodies::discipline_committee()),
        ("elder-care-officer", bodies::elder_care_division()),
        ("child-welfare-officer", bodies::child_welfare_division()),
        ("welfare-centre", centre()),
    ]
}

fn all() -> Vec<BodyId> {
    four().map(|(_, body)| body).to_vec()
}

/// Talk and materials, in any order.
pub fn steps() -> Vec<DemoStep> {
    let mut steps = Vec::new();
    talk(&mut |actor, at, command| {
        steps.push(step(actor, at, Command::Talk { id: id(), command }));
    });
    materials(&mut |actor, at, command| {
        let command = Command::Material {
            id: material(),
            command,
        };
        steps.push(step(actor, at, command));
    });
    steps
}

fn step(actor: &str, at: Instant, command: Command) -> DemoStep {
    DemoStep {
        actor: people::person(actor),
        at,
        command,
    }
}

fn talk(act: &mut dyn FnMut(&str, Instant, TalkCommand)) {
    let begins = moment(13, 10, 0);
    let plan = TalkPlan {
        title: both(Text::new(
            "一级响应落实情况集体约谈",
            "Collective talk on the execution of the level-I response",
        )),
        notice: Some(notice::id()),
        at: begins,
        place: PLACE.to_owned(),
        conveners: vec![bodies::resident_group()],
        present: vec![bodies::body("supervision-office")],
        attendees: all(),
    };
    act("organiser", moment(13, 8, 30), TalkCommand::Convene(plan));
    let accounts = [
        "已向机关各党支部传达通知，抽调人员参加检查组，对各处室落实监管责任情况开展监督。",
        "已通知全市养老机构执行一级响应，建立日报告制度，正在逐区核对封闭管理情况。",
        "已通知全市儿童福利机构执行一级响应，重点核查返岗人员的闭环管理和儿童就医外出审批。",
        "已对所属六家机构逐家部署，每日检查消毒、通勤返岗、核酸检测和疫苗接种，发现问题当日整改。",
    ];
    for (minute, ((_, body), account)) in (0..).zip(four().into_iter().zip(accounts)) {
        let report = Report {
            body,
            account: account.to_owned(),
            attachments: Vec::new(),
        };
        let at = moment(13, 10, 5 + 10 * minute);
        act("organiser", at, TalkCommand::HearReport(report));
    }
    let demands = demands();
    for (_, requirement) in &demands {
        let set = TalkCommand::SetRequirement(requirement.clone());
        act("organiser", moment(13, 10, 50), set);
    }
    for (number, (links, _)) in (1..).zip(&demands) {
        for to in links {
            let to = to.clone();
            let link = TalkCommand::Link {
                requirement: number,
                to,
            };
            act("organiser", moment(13, 11, 20), link);
        }
        for (who, body) in four() {
            let asked = demands[number as usize - 1].1.bodies.contains(&body);
            // The last demand of all is left to the committee's overseer to acknowledge.
            let left = number == 5 && who == "committee";
            if asked && !left {
                let acknowledge = TalkCommand::Acknowledge {
                    requirement: number,
                    body,
                };
                act(who, moment(13, 13, 30), acknowledge);
            }
        }
    }
}

fn item(code: &str) -> Consequence {
    Consequence::Item {
        checklist: checklist::id(),
        version: checklist::VERSION.to_owned(),
        item: code.to_lowercase(),
        code: code.to_owned(),
    }
}

/// The five demands, each with what looks into it. The last is linked to nothing yet: the trace says so.
fn demands() -> Vec<(Vec<Consequence>, Requirement)> {
    let demand = |chinese: &str, english: &str, line, bodies| Requirement {
        text: Texts::both(chinese, english),
        line,
        bodies,
        due: None,
    };
    vec![
        (
            vec![
                item("B1"),
                item("B8"),
                Consequence::Campaign(campaign()),
                Consequence::Campaign(closure::campaign()),
            ],
            demand(
                "思想上不松懈：对封闭管理再认识、再部署、再抓实，出入口措施逐项落到人。",
                "No slackness: understand closed management again, deploy it again, act harder; every measure at the gate has its person.",
                None,
                all(),
            ),
        ),
        (
            vec![item("C1"), item("F1"), Consequence::Campaign(campaign())],
            demand(
                "扛起主体责任：所属机构每日自查消毒、通勤返岗、检测和接种，问题当日清零。",
                "Take up the unit’s own responsibility: disinfection, staff commuting, testing and vaccination are inspected daily, faults put right the same day.",
                Some(Line::Main),
                vec![centre()],
            ),
        ),
        (
            vec![Consequence::Campaign(campaign())],
            demand(
                "扛起监管责任：对每一家机构督导到位并留痕，查机构也查自己是否履职。",
                "Take up the regulatory responsibility: every institution is supervised on record; whoever inspects asks whether they regulated.",
                Some(Line::Regulatory),
                vec![
                    bodies::elder_care_division(),
                    bodies::child_welfare_division(),
                ],
            ),
        ),
        (
            vec![Consequence::Campaign(campaign())],
            demand(
                "扛起监督责任：对重点问题和整改情况逐一复核，不以报代查。",
                "Take up the oversight responsibility: key problems and their rectification are re-verified one by one, not taken from reports.",
                Some(Line::Oversight),
                vec![bodies::discipline_committee()],
            ),
        ),
        (
            Vec::new(),
            demand(
                "统筹协调、整合资源：人员、物资和检测力量统一调度，重点区联合检查。",
                "Coordinate and combine resources: people, supplies and testing are dispatched together; the focus district is inspected jointly.",
                None,
                all(),
            ),
        ),
    ]
}

const WHOLE: [&DemoFile; 3] = [&files::DEPLOYMENT, &files::DUTIES, &files::INSPECTIONS];

fn submit(body: BodyId, of: &[&DemoFile], note: &str) -> MaterialCommand {
    MaterialCommand::Submit {
        body,
        handed: (1..)
            .zip(of)
            .map(|(item, file)| Handed {
                item,
                files: vec![file.attachment()],
            })
            .collect(),
        note: note.to_owned(),
    }
}

/// What is left open above, done by the next day: the last demand acknowledged, the last materials handed in and accepted.
pub fn finished() -> Vec<DemoStep> {
    let acknowledge = TalkCommand::Acknowledge {
        requirement: 5,
        body: bodies::discipline_committee(),
    };
    let mut steps = vec![step(
        "committee",
        moment(13, 17, 20),
        Command::Talk {
            id: id(),
            command: acknowledge,
        },
    )];
    let mut act = |actor: &str, at, command| {
        let command = Command::Material {
            id: material(),
            command,
        };
        steps.push(step(actor, at, command));
    };
    let [committee, (elder_officer, elder), (_, child), _] = four();
    act(
        elder_officer,
        moment(14, 10, 30),
        submit(elder, &WHOLE, "已补充各区联系人。"),
    );
    act(
        committee.0,
        moment(14, 10, 50),
        submit(committee.1, &WHOLE, ""),
    );
    let read = [elder, child, committee.1];
    for body in read {
        act(
            "organiser",
            moment(14, 14, 0),
            MaterialCommand::Receive { body },
        );
    }
    for body in read {
        act(
            "organiser",
            moment(14, 14, 30),
            MaterialCommand::Accept {
                body,
                // One of them was returned before.
                returns: u32::from(body == elder),
                opinion: "材料齐全，责任到人。".to_owned(),
            },
        );
    }
    steps
}

fn materials(act: &mut dyn FnMut(&str, Instant, MaterialCommand)) {
    let wanted = |chinese: &str, english: &str, required| MaterialItem {
        name: Texts::both(chinese, english),
        required,
    };
    let request = MaterialRequest {
        title: both(Text::new(
            "一级响应部署落实材料",
            "Materials on the deployment of the level-I response",
        )),
        authority: bodies::resident_group(),
        notice: Some(notice::id()),
        talk: Some(id()),
        bodies: all(),
        items: vec![
            wanted("部署和传达情况", "How it was deployed and passed on", true),
            wanted("责任清单", "List of responsibilities", true),
            wanted(
                "近三日检查记录",
                "Inspections of the last three days",
                false,
            ),
        ],
        due: moment(14, 9, 0),
        note: String::new(),
    };
    act(
        "organiser",
        moment(13, 11, 30),
        MaterialCommand::Request(request),
    );
    let whole = WHOLE;
    act(
        "welfare-centre",
        moment(13, 16, 0),
        submit(centre(), &whole, "六家机构的记录合并为一份。"),
    );
    let elder = bodies::elder_care_division();
    act(
        "elder-care-officer",
        moment(13, 16, 40),
        submit(elder, &whole[..2], ""),
    );
    for body in [centre(), elder] {
        act(
            "organiser",
            moment(13, 17, 30),
            MaterialCommand::Receive { body },
        );
    }
    act(
        "organiser",
        moment(13, 19, 0),
        MaterialCommand::Accept {
            body: centre(),
            returns: 0,
            opinion: "材料齐全，责任到人；检查记录与部署一致。".to_owned(),
        },
    );
    act(
        "organiser",
        moment(13, 19, 0),
        MaterialCommand::Return {
            body: elder,
            returns: 0,
            opinion: "责任清单缺少各区联系人，请补充后重新报送。".to_owned(),
            due: moment(14, 12, 0),
        },
    );
    act(
        "child-welfare-officer",
        moment(14, 8, 30),
        submit(bodies::child_welfare_division(), &whole[..2], ""),
    );
}
