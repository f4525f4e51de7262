//! Who is visited when, and by whom: a home by itself, the six municipal institutions unannounced, the sealed visits of the first draw, and half of all
//! that are left by a second draw, sealed until the morning of each visit.

use std::collections::BTreeMap;

use domain::assignment::{AssignmentCommand, AssignmentOrder, ReleaseRule};
use domain::body::BodyKind;
use domain::campaign::{
    CampaignCommand, CampaignKind, CampaignPlan, CampaignTerms, Group, NoticeMode, Subjects,
};
use domain::draw::canonical::assignment_of;
use domain::draw::plan::{DrawPlan, Exclusion, Pairing, Quota, Strata, TeamRule};
use domain::draw::{DrawCommand, Round};
use domain::id::{AssignmentId, BodyId, CampaignId, DrawId, GroupId, PersonId};
use domain::instant::{Day, Instant};
use domain::record::Hash;
use domain::visit_mode::VisitMode;
use domain::{Command, working_day};
use form::Texts;

use super::LAST_DAY;
use crate::demo::bodies::NAMED_INSTITUTIONS;
use crate::demo::draw::Deciding;
use crate::demo::people::{self, GROUP_SIZE, GROUPS};
use crate::demo::road::{day, number};
use crate::demo::{DemoStep, bodies, campaign, checklist, draw, identity, moment};

/// A visit that was ordered, and its hours.
pub struct Planned {
    pub assignment: AssignmentId,
    pub target: BodyId,
    pub team: Vec<PersonId>,
    pub on: Day,
    pub begun: Instant,
    pub left: Instant,
    /// Whether the regulator is looked at, too.
    pub both: bool,
}

/// The day from which visits of the second draw are made, and how many a group makes a day.
const SECOND_FROM: Day = Day {
    year: 2022,
    month: 3,
    day: 16,
};
const A_DAY: usize = 2;
/// Of what the first draw left, in ten-thousandths.
const SECOND_SHARE: u32 = 5_000;
/// The day on which one of the visits turns out to be impossible, and a reserve is called.
const CALLED: i64 = 21;

struct Order {
    id: AssignmentId,
    order: AssignmentOrder,
}

fn orders<'a>(steps: impl IntoIterator<Item = &'a DemoStep>, of: CampaignId) -> Vec<Order> {
    steps
        .into_iter()
        .filter_map(|step| match &step.command {
            Command::Assignment {
                id,
                campaign,
                command: AssignmentCommand::Create(order),
            } if *campaign == of => Some(Order {
                id: *id,
                order: order.clone(),
            }),
            _ => None,
        })
        .collect()
}

fn planned(order: &Order, begins: (i64, i64), minutes: i64, both: bool) -> Planned {
    let begun = moment(number(order.order.visit_on), begins.0, begins.1);
    Planned {
        assignment: order.id,
        target: order.order.target,
        team: order.order.team.clone(),
        on: order.order.visit_on,
        begun,
        left: Instant(begun.millis() + minutes * 60_000),
        both,
    }
}

/// The six unannounced visits of 14 March, all in one morning: a step that orders the last of them, and the visits.
pub fn six(city: &[DemoStep]) -> (Vec<DemoStep>, Vec<Planned>) {
    let step = DemoStep {
        actor: people::person("organiser"),
        at: moment(13, 7, 30),
        command: campaign::last_visit(),
    };
    let orders = orders(city.iter().chain([&step]), campaign::campaign());
    let visits = orders
        .iter()
        .zip(0..)
        .map(|(order, place)| planned(order, (9, 7 * place), 150, false))
        .collect();
    (vec![step], visits)
}

/// The first home inspects itself on the afternoon of the day it is called to: its officer assigns its own two people.
pub fn own_inspection() -> (DemoStep, Planned) {
    let home = &NAMED_INSTITUTIONS[0];
    let officer = people::person(home.key);
    let order = Order {
        id: AssignmentId(identity::id("assignment", &format!("own/{}", home.key))),
        order: AssignmentOrder {
            campaign: campaign::own(),
            target: home.id(),
            group: None,
            leader: officer,
            team: vec![officer, people::person("welfare-home-1-discipline")],
            visit_on: day(13),
            mode: VisitMode::OnSite,
            sealed: false,
            checklist: checklist::id(),
            checklist_version: checklist::VERSION.to_owned(),
            release: ReleaseRule::ByOrganiser,
            draw: None,
        },
    };
    let step = DemoStep {
        actor: officer,
        ..create(&order, moment(13, 13, 30))
    };
    let visit = planned(&order, (14, 0), 120, false);
    (step, visit)
}

/// The sealed visits of the first draw, on 15 March from noon on: their release, the visits, and the disclosure of what was drawn.
pub fn first_draw(city: &[DemoStep]) -> (Vec<DemoStep>, Vec<Planned>) {
    let organiser = people::person("organiser");
    let orders = orders(city, draw::campaign());
    let mut steps: Vec<DemoStep> = orders
        .iter()
        .map(|order| DemoStep {
            actor: organiser,
            at: moment(number(order.order.visit_on), 11, 30),
            command: Command::Assignment {
                id: order.id,
                campaign: order.order.campaign,
                command: AssignmentCommand::Release,
            },
        })
        .collect();
    let disclose = DrawCommand::Disclose {
        campaign: draw::campaign(),
        visits: orders.iter().map(|order| order.id).collect(),
    };
    steps.push(DemoStep {
        actor: organiser,
        at: moment(15, 20, 30),
        command: Command::Draw {
            id: draw::id(),
            command: disclose,
        },
    });
    let mut made: BTreeMap<PersonId, i64> = BTreeMap::new();
    let visits = orders
        .iter()
        .map(|order| {
            let place = made.entry(order.order.leader).or_default();
            let begins = (12 + 2 * *place, 0);
            *place += 1;
            planned(order, begins, 100, true)
        })
        .collect();
    (steps, visits)
}

pub fn second_campaign() -> CampaignId {
    CampaignId(identity::id("campaign", "second-round"))
}

fn group(index: usize) -> GroupId {
    GroupId(identity::id("group", &format!("second-round/{index}")))
}

fn second_draw() -> DrawId {
    DrawId(identity::id("draw", "second-round"))
}

fn creation() -> Command {
    let plan = CampaignPlan {
        name: Texts::both(
            "福利机构疫情防控抽查（第二轮）",
            "Spot check of welfare institutions, second round",
        ),
        kind: CampaignKind::SpotCheck,
        notice_mode: NoticeMode::Unannounced,
        authority: bodies::bureau(),
        checklist: checklist::id(),
        checklist_version: checklist::VERSION.to_owned(),
        from: day(15),
        to: day(LAST_DAY),
        terms: CampaignTerms {
            subjects: Subjects::Both,
            ..CampaignTerms::default()
        },
    };
    Command::Campaign {
        id: second_campaign(),
        command: CampaignCommand::Create(plan),
    }
}

fn groups() -> impl Iterator<Item = Command> {
    (0..GROUPS).map(|index| {
        let number = index + 1;
        let members = (1..=GROUP_SIZE).map(|place| people::inspector(index * GROUP_SIZE + place));
        let formed = Group {
            name: Texts::both(
                format!("第二轮抽查{number}组"),
                format!("Second-round group {number}"),
            ),
            leader: people::inspector(index * GROUP_SIZE + 1),
            members: members.collect(),
        };
        Command::Campaign {
            id: second_campaign(),
            command: CampaignCommand::FormGroup {
                id: group(index),
                group: formed,
            },
        }
    })
}

fn plan(visited: &[BodyId]) -> DrawPlan {
    DrawPlan {
        campaign: second_campaign(),
        name: Texts::both(
            "第二轮抽查：16组对16区，各区一半",
            "Second round: 16 groups for 16 districts, half of each",
        ),
        kinds: vec![
            BodyKind::ElderCare,
            BodyKind::ChildWelfare,
            BodyKind::DisabilityService,
        ],
        districts: Vec::new(),
        strata: Strata {
            by_district: true,
            by_kind: false,
        },
        quota: Quota::Ratio(SECOND_SHARE),
        quotas: Vec::new(),
        reserves: 2,
        focus: None,
        weights: BTreeMap::new(),
        exclusions: NAMED_INSTITUTIONS
            .iter()
            .map(|named| (named.id(), "已列入本轮其他检查安排"))
            .chain(visited.iter().map(|visited| (*visited, "首轮抽查已检查")))
            .map(|(institution, reason)| Exclusion {
                institution,
                reason: reason.to_owned(),
            })
            .collect(),
        teams: TeamRule::Groups((0..GROUPS).map(group).collect()),
        pairing: Pairing::Districts,
        visits_per_team: 1,
        parties: ["organiser", "oversight", "committee"]
            .map(people::person)
            .to_vec(),
        commit_by: moment(15, 22, 0),
        reveal_by: moment(15, 23, 0),
        fallback: "记录未履行的一方，由其余各方重新承诺，另起一轮；原记录永久公开。".to_owned(),
        sealed: true,
    }
}

/// The second draw, on the evening of 15 March: its steps, from its campaign to the disclosure, and the visits. `visited` are those the
/// first draw sent somebody to.
pub fn second_round(city: &[DemoStep], visited: &[BodyId]) -> (Vec<DemoStep>, Vec<Planned>) {
    // Whom a draw can fall on depends on these alone.
    let told = city.iter().filter(|step| {
        matches!(
            step.command,
            Command::Jurisdiction { .. }
                | Command::Body { .. }
                | Command::Person { .. }
                | Command::Checklist { .. }
        )
    });
    let mut deciding = Deciding::after(told, " in the second round");
    let organiser = people::person("organiser");
    deciding.step(organiser, moment(15, 20, 34), creation());
    for group in groups() {
        deciding.step(organiser, moment(15, 20, 36), group);
    }
    let id = second_draw();
    let publish = DrawCommand::Publish(Box::new(plan(visited)));
    deciding.draw("organiser", moment(15, 20, 40), id, publish);
    let parties = ["organiser", "oversight", "committee"];
    for (who, minute) in parties.into_iter().zip([50, 52, 54]) {
        deciding.commit(who, moment(15, 20, minute), id);
    }
    for (who, minute) in parties.into_iter().zip([10, 12, 14]) {
        deciding.reveal(who, moment(15, 21, minute), id);
    }
    let mut orders = sealed(&deciding);
    let mut steps: Vec<DemoStep> = orders
        .iter()
        .map(|order| create(order, moment(15, 21, 40)))
        .collect();
    if let Some(called) = call_reserve(&mut deciding, &mut orders) {
        steps.extend(called);
    }
    for order in &orders {
        if let ReleaseRule::At(at) = order.order.release {
            steps.push(DemoStep {
                actor: organiser,
                at,
                command: Command::Assignment {
                    id: order.id,
                    campaign: second_campaign(),
                    command: AssignmentCommand::ReleaseDue,
                },
            });
        }
    }
    let last = orders
        .iter()
        .map(|order| order.order.visit_on)
        .max()
        .unwrap_or(SECOND_FROM);
    let ids = deciding.facts.draw(id).assignments();
    deciding.draw(
        "organiser",
        moment(number(last), 20, 0),
        id,
        DrawCommand::Disclose {
            campaign: second_campaign(),
            visits: ids,
        },
    );
    steps.append(&mut deciding.steps);
    let mut made: BTreeMap<(PersonId, Day), i64> = BTreeMap::new();
    let visits = orders
        .iter()
        .map(|order| {
            let key = (order.order.leader, order.order.visit_on);
            let place = made.entry(key).or_default();
            let begins = (9 + 4 * *place, 0);
            *place += 1;
            planned(order, begins, 150, true)
        })
        .collect();
    (steps, visits)
}

fn round(deciding: &Deciding) -> Option<(&Round, Hash)> {
    let round = deciding.facts.draw(second_draw()).round()?;
    let (drawn, _) = round.drawn.as_ref()?;
    Some((round, drawn.seed))
}

/// A sealed order for each visit that was drawn: each group makes its own, so many a working day.
fn sealed(deciding: &Deciding) -> Vec<Order> {
    let Some((round, _)) = round(deciding) else {
        return Vec::new();
    };
    let mut given: BTreeMap<u32, usize> = BTreeMap::new();
    round
        .visits()
        .into_iter()
        .filter_map(|(target, team)| {
            let place = given.entry(team).or_default();
            let days = u32::try_from(*place / A_DAY).unwrap_or_default();
            *place += 1;
            let visit_on = working_day::after(working_day::on_or_after(SECOND_FROM), days);
            order(deciding, target, team, visit_on)
        })
        .collect()
}

fn order(deciding: &Deciding, target: BodyId, team: u32, visit_on: Day) -> Option<Order> {
    let (round, seed) = round(deciding)?;
    let (drawn, _) = round.drawn.as_ref()?;
    let team = drawn.result.teams.get(team as usize)?;
    Some(Order {
        id: assignment_of(seed, target),
        order: AssignmentOrder {
            campaign: second_campaign(),
            target,
            group: team.group,
            leader: team.leader,
            team: team.members.clone(),
            visit_on,
            mode: VisitMode::OnSite,
            sealed: true,
            checklist: checklist::id(),
            checklist_version: checklist::VERSION.to_owned(),
            release: ReleaseRule::At(moment(number(visit_on), 7, 30)),
            draw: Some(second_draw()),
        },
    })
}

fn create(order: &Order, at: Instant) -> DemoStep {
    DemoStep {
        actor: people::person("organiser"),
        at,
        command: Command::Assignment {
            id: order.id,
            campaign: order.order.campaign,
            command: AssignmentCommand::Create(order.order.clone()),
        },
    }
}

/// The first visit of a later day cannot be made: it is cancelled, and the reserve that the draw has for it takes its place.
fn call_reserve(deciding: &mut Deciding, orders: &mut [Order]) -> Option<Vec<DemoStep>> {
    let organiser = people::person("organiser");
    let place = orders
        .iter()
        .position(|order| number(order.order.visit_on) > CALLED)?;
    let impossible = &orders[place];
    let reason = "该机构所在街道临时管控，人员不得进出，由候补机构替换。".to_owned();
    let cancel = DemoStep {
        actor: organiser,
        at: moment(CALLED, 17, 30),
        command: Command::Assignment {
            id: impossible.id,
            campaign: second_campaign(),
            command: AssignmentCommand::Cancel {
                reason: reason.clone(),
            },
        },
    };
    let instead_of = impossible.order.target;
    let visit_on = impossible.order.visit_on;
    let call = DrawCommand::CallReserve { instead_of, reason };
    deciding.draw("organiser", moment(CALLED, 17, 35), second_draw(), call);
    let (round, _) = round(deciding)?;
    let call = round
        .calls
        .iter()
        .find(|call| call.instead_of == instead_of)?;
    let reserve = order(deciding, call.institution, call.team, visit_on)?;
    let created = create(&reserve, moment(CALLED, 17, 40));
    orders[place] = reserve;
    Some(vec![cancel, created])
}
