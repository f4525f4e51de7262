//! The spot check, drawn: sixteen groups for sixteen districts, sealed; and a draw anyone can look at whole, with a round in which a
//! party withheld its seed. The seeds are made of names, so the results are the same every time.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::arrangement::{ArrangementCommand, ArrangementContent};
use domain::assignment::{AssignmentCommand, AssignmentOrder, ReleaseRule};
use domain::body::BodyKind;
use domain::campaign::{
    CampaignCommand, CampaignKind, CampaignPlan, CampaignTerms, ChecklistUse, Group, NoticeMode,
    Subjects,
};
use domain::command::decide;
use domain::draw::canonical::{assignment_of, commitment};
use domain::draw::plan::{DrawPlan, Exclusion, Focus, Pairing, Quota, Strata, TeamRule};
use domain::draw::{DrawCommand, NextRound};
use domain::facts::{Authorship, Forms};
use domain::id::{ArrangementId, CampaignId, ChecklistId, DrawId, GroupId, PersonId};
use domain::instant::{Day, Instant};
use domain::projection::directory::Directory;
use domain::record::Hash;
use domain::visit_mode::VisitMode;
use domain::{Command, Context, Facts};
use form::{Form, Texts};

use super::districts::{DISTRICTS, DemoDistrict};
use super::people::{self, GROUP_SIZE};
use super::{DemoStep, bodies, checklist, identity, moment};

const FIRST_DAY: Day = Day {
    year: 2022,
    month: 3,
    day: 13,
};
const LAST_DAY: Day = Day {
    year: 2022,
    month: 4,
    day: 30,
};
const VISITS: Day = Day {
    year: 2022,
    month: 3,
    day: 15,
};

pub fn campaign() -> CampaignId {
    CampaignId(identity::id("campaign", "spot-check"))
}

fn group(index: usize) -> GroupId {
    GroupId(identity::id("group", &format!("spot-check/{index}")))
}

fn arrangement() -> ArrangementId {
    ArrangementId(identity::id("arrangement", "spot-check"))
}

fn arranged() -> ArrangementContent {
    ArrangementContent {
        number: "示例〔2022〕2号".to_owned(),
        title: Texts::both(
            "养老机构疫情防控抽查工作安排",
            "Arrangement of the spot check of elder-care institutions",
        ),
        text: Texts::both(
            "为督促一级响应各项措施落到实处，成立16个检查组，对16个区的养老机构开展抽查。\n既查机构是否落实封闭管理，也查监管部门是否履职。丰台区为重点区，与养老工作处联合检查。\n检查对象和检查组由双随机抽取产生，规则和名录事先公布。",
            "To see that the measures of the level-1 response are carried out, 16 groups spot-check elder-care institutions in 16 districts.\nThey look at both: did the institution carry closed management out, and did its regulator regulate? Fengtai is the focus and is inspected jointly with the elder-care division.\nInstitutions and groups are drawn double at random; rules and roster are published first.",
        ),
        kind: CampaignKind::SpotCheck,
        notice_mode: NoticeMode::Unannounced,
        authority: bodies::bureau(),
        subjects: Subjects::Both,
        checklists: vec![ChecklistUse {
            checklist: checklist::id(),
            version: checklist::VERSION.to_owned(),
        }],
        from: FIRST_DAY,
        to: LAST_DAY,
        focus: Some(Focus {
            district: FOCUS.code(),
            factor: 2,
        }),
        partners: vec![bodies::elder_care_division()],
    }
}

/// Drafted by one organiser, approved by another, issued.
pub fn arrangement_steps() -> [(PersonId, Command); 3] {
    let command = |command| Command::Arrangement {
        id: arrangement(),
        command,
    };
    let organiser = people::person("organiser");
    [
        (
            organiser,
            command(ArrangementCommand::Draft(Box::new(arranged()))),
        ),
        (
            people::person("deputy-organiser"),
            command(ArrangementCommand::Approve),
        ),
        (organiser, command(ArrangementCommand::Issue)),
    ]
}

pub fn creation() -> Command {
    let plan = CampaignPlan {
        name: Texts::both(
            "养老机构疫情防控抽查",
            "Spot check of elder-care institutions",
        ),
        kind: CampaignKind::SpotCheck,
        notice_mode: NoticeMode::Unannounced,
        authority: bodies::bureau(),
        checklist: checklist::id(),
        checklist_version: checklist::VERSION.to_owned(),
        from: FIRST_DAY,
        to: LAST_DAY,
        terms: CampaignTerms {
            subjects: Subjects::Both,
            arrangement: Some(arrangement()),
            focus: Some(Focus {
                district: FOCUS.code(),
                factor: 2,
            }),
            partners: vec![bodies::elder_care_division()],
            ..CampaignTerms::default()
        },
    };
    Command::Campaign {
        id: campaign(),
        command: CampaignCommand::Create(plan),
    }
}

pub fn groups() -> impl Iterator<Item = Command> {
    (0..people::GROUPS).map(|index| {
        let number = index + 1;
        let members = (1..=GROUP_SIZE).map(|place| people::inspector(index * GROUP_SIZE + place));
        let formed = Group {
            name: Texts::both(
                format!("抽查{number}组"),
                format!("Spot-check group {number}"),
            ),
            leader: people::inspector(index * GROUP_SIZE + 1),
            members: members.collect(),
        };
        Command::Campaign {
            id: campaign(),
            command: CampaignCommand::FormGroup {
                id: group(index),
                group: formed,
            },
        }
    })
}

pub fn id() -> DrawId {
    DrawId(identity::id("draw", "spot-check"))
}

pub fn spot_check() -> (DrawId, DrawPlan) {
    let plan = DrawPlan {
        campaign: campaign(),
        name: Texts::both(
            "养老机构抽查：16组对16区",
            "Spot check: 16 groups for 16 districts",
        ),
        kinds: vec![BodyKind::ElderCare],
        districts: Vec::new(),
        strata: Strata {
            by_district: true,
            by_kind: false,
        },
        quota: Quota::Fixed(2),
        quotas: Vec::new(),
        reserves: 2,
        focus: Some(Focus {
            district: FOCUS.code(),
            factor: 2,
        }),
        weights: BTreeMap::new(),
        exclusions: bodies::NAMED_INSTITUTIONS
            .iter()
            .filter(|one| one.kind == BodyKind::ElderCare)
            .map(|one| Exclusion {
                institution: one.id(),
                reason: "已列入本轮其他检查安排".to_owned(),
            })
            .collect(),
        teams: TeamRule::Groups((0..people::GROUPS).map(group).collect()),
        pairing: Pairing::Districts,
        visits_per_team: 1,
        parties: ["organiser", "oversight", "committee"]
            .map(people::person)
            .to_vec(),
        commit_by: moment(12, 22, 0),
        reveal_by: moment(12, 23, 0),
        fallback: "记录未履行的一方，由其余各方重新承诺，另起一轮；原记录永久公开。".to_owned(),
        sealed: true,
    };
    (id(), plan)
}

/// The district that is looked at harder, jointly with the elder-care division: Fengtai.
const FOCUS: &DemoDistrict = &DISTRICTS[3];

/// Teams formed by chance for institutions of child welfare; the focus district takes a joint team, which chance does not see to.
fn child_welfare() -> (DrawId, DrawPlan) {
    let (_, plan) = spot_check();
    let plan = DrawPlan {
        name: Texts::both(
            "儿童福利机构双随机抽取",
            "Double random: child-welfare institutions",
        ),
        kinds: vec![BodyKind::ChildWelfare, BodyKind::DisabilityService],
        districts: DISTRICTS
            .iter()
            .map(DemoDistrict::code)
            .filter(|code| *code != FOCUS.code())
            .collect(),
        strata: Strata {
            by_district: false,
            by_kind: true,
        },
        quota: Quota::Ratio(2_000),
        focus: None,
        exclusions: Vec::new(),
        teams: TeamRule::Drawn {
            inspectors: (1..=people::GROUPS * GROUP_SIZE)
                .map(people::inspector)
                .collect(),
            leaders: (0..people::GROUPS)
                .map(|index| people::inspector(index * GROUP_SIZE + 1))
                .collect(),
            teams: 4,
            size: 3,
        },
        pairing: Pairing::Institutions,
        visits_per_team: 6,
        parties: ["oversight", "committee"].map(people::person).to_vec(),
        sealed: false,
        ..plan
    };
    (DrawId(identity::id("draw", "child-welfare")), plan)
}

/// The rules decide along with the city: what a draw comes to depends on who is on its roster.
pub struct Deciding {
    directory: Directory,
    pub facts: Facts,
    forms: OneForm,
    pub steps: Vec<DemoStep>,
    /// What tells the seeds of one draw from those of another.
    occasion: &'static str,
}

struct OneForm(Option<Arc<Form>>);

impl Forms for OneForm {
    fn form(&self, id: ChecklistId, version: &str) -> Option<Arc<Form>> {
        let ours = id == checklist::id() && version == checklist::VERSION;
        self.0.clone().filter(|_| ours)
    }
}

impl Deciding {
    /// After some steps.
    pub fn after<'a>(
        so_far: impl IntoIterator<Item = &'a DemoStep>,
        occasion: &'static str,
    ) -> Deciding {
        let mut deciding = Deciding {
            directory: Directory::default(),
            facts: Facts::default(),
            forms: OneForm(
                Form::compile(checklist::published().definition)
                    .ok()
                    .map(Arc::new),
            ),
            steps: Vec::new(),
            occasion,
        };
        let administrator = people::administrator();
        let stream = domain::record::Stream {
            kind: domain::record::StreamKind::Person,
            id: administrator.0.0,
        };
        let registered = domain::person::PersonEvent::Registered(administrator.1);
        deciding
            .directory
            .evolve(stream, &domain::Event::Person(registered));
        deciding.directory.evolve(
            domain::record::Stream {
                kind: domain::record::StreamKind::Jurisdiction,
                id: identity::id("jurisdiction", "beijing"),
            },
            &domain::Event::Jurisdiction(domain::jurisdiction::JurisdictionEvent::DistrictsAdded(
                super::districts::districts(),
            )),
        );
        for step in so_far {
            deciding.follow(step);
        }
        deciding
    }

    fn follow(&mut self, step: &DemoStep) {
        let day = |at| crate::world::day_at(at, "Asia/Shanghai");
        if let Some(at) = step.command.dated(&self.facts) {
            self.facts.mark_day(at, day(at));
        }
        let context = Context {
            actor: step.actor,
            now: step.at,
            today: day(step.at),
            directory: &self.directory,
            facts: &self.facts,
            forms: &self.forms,
        };
        // What is refused here is refused when the city is loaded, too, which says so.
        for decided in decide(&step.command, &context).unwrap_or_default() {
            let authorship = Authorship {
                actor: step.actor,
                device: None,
                at: step.at,
            };
            self.facts
                .evolve(decided.stream, &decided.event, authorship);
            self.directory.evolve(decided.stream, &decided.event);
        }
    }

    pub fn step(&mut self, actor: PersonId, at: Instant, command: Command) {
        let step = DemoStep { actor, at, command };
        self.follow(&step);
        self.steps.push(step);
    }

    pub fn draw(&mut self, who: &str, at: Instant, id: DrawId, command: DrawCommand) {
        self.step(people::person(who), at, Command::Draw { id, command });
    }

    pub fn commit(&mut self, who: &str, at: Instant, id: DrawId) {
        let draw = self.facts.draw(id);
        let Some((published, _)) = &draw.published else {
            return;
        };
        let (rules, round) = (published.rules_hash, draw.number());
        let seed = seed(who, self.occasion);
        let commitment = commitment(rules, round, people::person(who), seed);
        self.draw(who, at, id, DrawCommand::Commit { commitment });
    }

    pub fn reveal(&mut self, who: &str, at: Instant, id: DrawId) {
        let seed = seed(who, self.occasion);
        self.draw(who, at, id, DrawCommand::Reveal { seed });
    }
}

/// The demo's seeds are no secret, as nothing in it is.
fn seed(who: &str, occasion: &str) -> Hash {
    Hash::of(format!("dubang demo seed of {who}{occasion}").as_bytes())
}

/// What the draws come to.
pub struct Outcome {
    /// Both draws, from their rules to their results.
    pub steps: Vec<DemoStep>,
    /// A sealed assignment for each visit of the spot check.
    pub visits: Vec<Command>,
}

/// Both draws, decided after the steps so far.
pub fn outcome(so_far: &[DemoStep]) -> Outcome {
    let mut deciding = Deciding::after(so_far, "");
    spot_check_steps(&mut deciding);
    child_welfare_steps(&mut deciding);
    Outcome {
        visits: sealed_visits(&deciding.facts),
        steps: deciding.steps,
    }
}

fn spot_check_steps(deciding: &mut Deciding) {
    let (id, plan) = spot_check();
    deciding.draw(
        "organiser",
        moment(12, 21, 0),
        id,
        DrawCommand::Publish(Box::new(plan)),
    );
    let parties = ["organiser", "oversight", "committee"];
    for (who, minute) in parties.into_iter().zip([20, 25, 30]) {
        deciding.commit(who, moment(12, 21, minute), id);
    }
    for (who, minute) in parties.into_iter().zip([35, 40, 45]) {
        deciding.reveal(who, moment(12, 21, minute), id);
    }
}

fn child_welfare_steps(deciding: &mut Deciding) {
    let (id, plan) = child_welfare();
    let publish = DrawCommand::Publish(Box::new(plan));
    deciding.draw("organiser", moment(12, 21, 50), id, publish);
    deciding.commit("oversight", moment(12, 21, 51), id);
    deciding.commit("committee", moment(12, 21, 52), id);
    deciding.reveal("oversight", moment(12, 22, 10), id);
    let next = NextRound {
        parties: ["oversight", "elder-care-officer"]
            .map(people::person)
            .to_vec(),
        commit_by: moment(13, 1, 0),
        reveal_by: moment(13, 2, 0),
    };
    let reason = "机关纪委监督员临时外出，未在截止时间前揭示种子。".to_owned();
    let withheld = DrawCommand::RecordWithheld { reason, next };
    deciding.draw("organiser", moment(12, 23, 5), id, withheld);
    deciding.commit("oversight", moment(12, 23, 10), id);
    deciding.commit("elder-care-officer", moment(12, 23, 12), id);
    deciding.reveal("elder-care-officer", moment(12, 23, 20), id);
    deciding.reveal("oversight", moment(12, 23, 25), id);
}

/// A sealed assignment for each visit of the spot check; the organisers release them.
fn sealed_visits(facts: &Facts) -> Vec<Command> {
    let (id, _) = spot_check();
    let Some(round) = facts.draw(id).round() else {
        return Vec::new();
    };
    let Some((drawn, _)) = &round.drawn else {
        return Vec::new();
    };
    let command = |(target, team): (domain::id::BodyId, u32)| {
        let team = drawn.result.teams.get(team as usize)?;
        let order = AssignmentOrder {
            campaign: campaign(),
            target,
            group: team.group,
            leader: team.leader,
            team: team.members.clone(),
            visit_on: VISITS,
            mode: VisitMode::OnSite,
            sealed: true,
            checklist: checklist::id(),
            checklist_version: checklist::VERSION.to_owned(),
            release: ReleaseRule::ByOrganiser,
            draw: Some(id),
        };
        Some(Command::Assignment {
            id: assignment_of(drawn.seed, target),
            campaign: campaign(),
            command: AssignmentCommand::Create(order),
        })
    };
    round.visits().into_iter().filter_map(command).collect()
}
