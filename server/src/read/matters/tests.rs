mod told;

use std::collections::BTreeSet;

use app::api::view::FindingFilter;
use app::list::Asked;
use domain::Command;
use domain::arrangement::{ArrangementCommand, ArrangementContent};
use domain::assignment::{AssignmentCommand, AssignmentOrder, ReleaseRule};
use domain::attachment::{Attachment, FileKind};
use domain::body::BodyKind;
use domain::campaign::{CampaignCommand, CampaignPlan};
use domain::draw::canonical::commitment;
use domain::draw::plan::DrawPlan;
use domain::draw::{DrawCommand, NextRound};
use domain::finding::{Evidence, FindingCommand, Photo, PhotoHash, Stage, SupportOwed};
use domain::id::{
    ArrangementId, AssignmentId, BodyId, CampaignId, DrawId, FindingId, LookBackId, MaterialId,
    NoticeId, PersonId, ResponseLevelId,
};
use domain::instant::Instant;
use domain::jurisdiction::DistrictCode;
use domain::look_back::LookBackCommand;
use domain::material::{Handed, MaterialCommand, MaterialItem, MaterialRequest};
use domain::notice::{NoticeCommand, NoticeContent};
use domain::permission::{Grant, Role, Scope};
use domain::person::PersonCommand;
use domain::record::Hash;
use domain::regulator_file::{Assessment, RegulatorFileCommand};
use domain::response_level::{Area, Extension, LevelCommand, LevelOrder, ResponseLevel};
use domain::talk::{Consequence, Requirement, TalkCommand};
use domain::working_day::{on_or_after, plus_days};
use uuid::Uuid;

use self::told::{is_told, told_by};
use super::*;
use crate::demo::id;
use crate::http::fixture::{Fixture, LAST_DAY};
use crate::read::list::whole;
use crate::server::now;
use crate::store::contract::fresh_postgres_url;

/// What waits, by sign-in name, as the demo city stands.
async fn waiting(fixture: &Fixture, name: &str) -> Vec<Matter> {
    let reader = fixture
        .server
        .reader(fixture.city.jurisdiction, fixture.person(name));
    reader.matters(reader.calendar_day()).await.unwrap().0
}

#[tokio::test]
async fn each_is_told_what_waits_for_them_and_nobody_what_waits_for_others() {
    // given the demo city as it stands
    let fixture = Fixture::new().await;
    // then what is due stands first, and what somebody else does is nowhere
    let kinds = |matters: &[Matter]| -> Vec<(MatterKind, bool)> {
        matters.iter().map(|one| (one.kind, one.late)).collect()
    };
    let committee = waiting(&fixture, "committee").await;
    assert_eq!(
        kinds(&committee),
        [
            (MatterKind::HandInMaterials, true),
            (MatterKind::AcknowledgeRequirement, false),
            (MatterKind::AssessRegulators { visits: 1 }, false),
            (MatterKind::LookBack { findings: 2 }, false),
        ]
    );
    let organiser = waiting(&fixture, "organiser").await;
    assert_eq!(
        kinds(&organiser),
        [
            (MatterKind::RemindOfNotice { bodies: 15 }, true),
            (MatterKind::ChaseMaterials { bodies: 2 }, true),
            (MatterKind::ReviewMaterials, false),
            (MatterKind::AssessRegulators { visits: 1 }, false),
        ]
    );
    let regulator = waiting(&fixture, "child-welfare-officer").await;
    assert_eq!(
        kinds(&regulator),
        [
            (MatterKind::ProvideSupport, true),
            (MatterKind::AssessRegulators { visits: 1 }, false),
        ]
    );
    let home = waiting(&fixture, "welfare-home-1").await;
    assert_eq!(kinds(&home), [(MatterKind::SelfInspection, true)]);
    assert_eq!(waiting(&fixture, "administrator").await, []);
    // Whoever goes out has their visits, and nothing else.
    let visits = kinds(&waiting(&fixture, "inspector-01").await);
    assert!(
        visits
            .iter()
            .all(|(kind, _)| *kind == MatterKind::Visit { by_own: false })
    );

    // when the committee acknowledges
    let (talk, number) = committee[1]
        .address
        .strip_prefix("/talks/")
        .and_then(|address| address.split_once("#requirement-"))
        .unwrap();
    let acknowledge = Command::Talk {
        id: talk.parse().unwrap(),
        command: TalkCommand::Acknowledge {
            requirement: number.parse().unwrap(),
            body: committee[1].body.as_ref().unwrap().id,
        },
    };
    let actor = fixture.person("committee");
    fixture
        .server
        .ingest
        .command(actor, &acknowledge, now())
        .await
        .unwrap();
    // then that waits no more
    let left = waiting(&fixture, "committee").await;
    assert_eq!(left.len(), 3);
    assert!(!kinds(&left).contains(&(MatterKind::AcknowledgeRequirement, false)));
}

/// People of every role whose matters are looked at: who has to act is among them, and who has not.
const PEOPLE: [&str; 13] = [
    "administrator",
    "child-welfare-officer",
    "children-home",
    "committee",
    "deputy-organiser",
    "elder-care-officer",
    "fengtai-officer",
    "inspector-01",
    "organiser",
    "oversight",
    "welfare-centre",
    "welfare-home-1",
    "welfare-home-1-discipline",
];
const ORGANISERS: &[&str] = &["deputy-organiser", "organiser"];
/// Who speaks for a department that answers for [`HOME`], or for the homes of Fengtai, and issues no notices.
const ANSWERING: &[&str] = &["fengtai-officer", "welfare-centre"];
const HOME: &[&str] = &["welfare-home-1", "welfare-home-1-discipline"];

/// The kinds one after the other, so that none is left out: a new one has no place here until it is given one.
fn after(kind: MatterKind) -> Option<MatterKind> {
    Some(match kind {
        MatterKind::AcknowledgeRequirement => MatterKind::CarryOutRequirement,
        MatterKind::CarryOutRequirement => MatterKind::LookIntoRequirement,
        MatterKind::LookIntoRequirement => MatterKind::RemindOfNotice { bodies: 1 },
        MatterKind::RemindOfNotice { .. } => MatterKind::AwaitReceipts { bodies: 1 },
        MatterKind::AwaitReceipts { .. } => MatterKind::HandInMaterials,
        MatterKind::HandInMaterials => MatterKind::ChaseMaterials { bodies: 1 },
        MatterKind::ChaseMaterials { .. } => MatterKind::ReviewMaterials,
        MatterKind::ReviewMaterials => MatterKind::ApproveArrangement,
        MatterKind::ApproveArrangement => MatterKind::IssueArrangement,
        MatterKind::IssueArrangement => MatterKind::CommitToDraw,
        MatterKind::CommitToDraw => MatterKind::RevealForDraw,
        MatterKind::RevealForDraw => MatterKind::AssignDrawn,
        MatterKind::AssignDrawn => MatterKind::DiscloseDraw,
        MatterKind::DiscloseDraw => MatterKind::RecordWithheld,
        MatterKind::RecordWithheld => MatterKind::ProvideSupport,
        MatterKind::ProvideSupport => MatterKind::ConfirmSupport,
        MatterKind::ConfirmSupport => MatterKind::AssessRegulators { visits: 1 },
        MatterKind::AssessRegulators { .. } => MatterKind::SignRegulatorFile,
        MatterKind::SignRegulatorFile => MatterKind::LookBack { findings: 1 },
        MatterKind::LookBack { .. } => MatterKind::SelfInspection,
        MatterKind::SelfInspection => MatterKind::LevelEnds {
            level: ResponseLevel::I,
        },
        MatterKind::LevelEnds { .. } => MatterKind::GrantsEnd { people: 1 },
        MatterKind::GrantsEnd { .. } => MatterKind::ReplaceRecused,
        MatterKind::ReplaceRecused => MatterKind::Visit { by_own: false },
        MatterKind::Visit { .. } => return None,
    })
}

/// A city in which one thing after the other waits, and is done.
struct Walk {
    fixture: Fixture,
    /// Kinds that were seen to come and to go.
    seen: Vec<MatterKind>,
    /// What was not as it should be.
    wrong: Vec<String>,
}

impl Walk {
    async fn does(&self, who: &str, command: Command) {
        self.does_at(who, command, now()).await;
    }

    async fn does_at(&self, who: &str, command: Command, at: Instant) {
        let actor = self.fixture.person(who);
        let ingest = &self.fixture.server.ingest;
        if let Err(error) = ingest.command(actor, &command, at).await {
            panic!("{who}: {error:?} {command:?}");
        }
    }

    fn reader(&self, name: &str) -> Reader {
        let person = self.fixture.person(name);
        (self.fixture.server).reader(self.fixture.city.jurisdiction, person)
    }

    fn body_of(&self, name: &str) -> BodyId {
        self.fixture.unit_of(self.fixture.person(name)).unwrap()
    }

    /// Matters of a kind that are done on a page: those for whom it waits, and until when.
    async fn waits(&self, kind: MatterKind, address: &str) -> Vec<(&'static str, Option<Due>)> {
        let mut waits = Vec::new();
        for name in PEOPLE {
            let matters = waiting(&self.fixture, name).await;
            let here = matters
                .iter()
                .filter(|one| one.kind == kind && one.address == address);
            waits.extend(here.map(|one| (name, one.due)));
        }
        waits
    }

    /// It waits for these, until then, and for nobody else.
    async fn waits_for(&mut self, kind: MatterKind, address: &str, who: &[&str], due: Option<Due>) {
        let expected: Vec<(&str, Option<Due>)> = who.iter().map(|name| (*name, due)).collect();
        let waits = self.waits(kind, address).await;
        if waits != expected {
            self.wrong.push(format!(
                "{kind:?} waits for {waits:?}, not for {expected:?}"
            ));
        }
        let told = told_by(kind);
        let on_page = match kind {
            // Whom to replace is done on the visit's page, and told of the campaign.
            MatterKind::ReplaceRecused => self.campaign_of(address).await,
            _ => address.to_owned(),
        };
        for (name, _) in waits {
            if !told.is_empty() && !is_told(&self.fixture, name, told, &on_page).await {
                self.wrong
                    .push(format!("{kind:?} waits for {name}, who is not told"));
            }
        }
    }

    async fn campaign_of(&self, assignment: &str) -> String {
        let (_, id) = assignment.rsplit_once('/').unwrap();
        let sql = "select campaign from assignment where id = $1";
        let campaign: String = on_database!(&self.fixture.server.database, pool => sqlx::query_scalar(sql)
            .bind(id).fetch_one(pool).await.unwrap());
        format!("/campaigns/{campaign}")
    }

    /// It waits for nobody any more.
    async fn is_done(&mut self, kind: MatterKind, address: &str) {
        self.waits_for(kind, address, &[], None).await;
        self.seen.push(kind);
    }

    /// Of a sealed visit its team is told once it is released, and no more once it is cancelled.
    async fn visit(&mut self) {
        let (id, order) = (
            AssignmentId(Uuid::now_v7()),
            self.fixture.visit_with_one_item().await.1,
        );
        let order = AssignmentOrder {
            visit_on: LAST_DAY,
            sealed: true,
            ..order
        };
        let (campaign, address) = (order.campaign, format!("/assignments/{id}"));
        let of_team = |name: &&str| order.team.contains(&self.fixture.person(name));
        let team: Vec<&str> = PEOPLE.into_iter().filter(of_team).collect();
        assert!(!team.is_empty(), "somebody of the team is looked at");
        let on_it = |command| Command::Assignment {
            id,
            campaign,
            command,
        };
        let create = on_it(AssignmentCommand::Create(order.clone()));
        self.does("organiser", create).await;
        let kind = MatterKind::Visit { by_own: false };
        self.waits_for(kind, &address, &[], None).await;
        self.does("organiser", on_it(AssignmentCommand::Release))
            .await;
        let due = Some(Due::On(LAST_DAY));
        self.waits_for(kind, &address, &team, due).await;
        // Who declares an interest in what is above the body keeps away from it as well.
        let recused = MatterKind::ReplaceRecused;
        self.waits_for(recused, &address, &[], None).await;
        let above = self.body_of("organiser");
        let directory = &self.reader("organiser").known.directory;
        let above = directory.path(order.target).last().unwrap_or(above);
        let declare = |person| Command::Campaign {
            id: campaign,
            command: CampaignCommand::DeclareInterest {
                person,
                body: above,
                note: "亲属在该系统任职".into(),
            },
        };
        self.does("organiser", declare(order.team[1])).await;
        self.waits_for(recused, &address, ORGANISERS, due).await;
        let cancel = on_it(AssignmentCommand::Cancel {
            reason: "改期".into(),
        });
        self.does("organiser", cancel).await;
        self.is_done(recused, &address).await;
        self.is_done(kind, &address).await;
    }

    /// The welfare centre called its institutions to inspect themselves: it waits for each until people are assigned to it in time, or it
    /// is handed in.
    async fn self_inspection(&mut self) {
        let campaign = CampaignId(id("campaign", "self-inspection"));
        let (kind, address) = (
            MatterKind::SelfInspection,
            format!("/self-inspections/{campaign}"),
        );
        let organiser = self.reader("organiser");
        let plan = organiser.campaign(campaign).await.unwrap().unwrap().plan;
        let due = Some(Due::On(plan.to));
        let all = ["children-home", HOME[0], HOME[1]];
        self.waits_for(kind, &address, &all, due).await;
        let (_, order) = self.fixture.visit_with_one_item().await;
        let assign = |target, team: Vec<PersonId>| Command::Assignment {
            id: AssignmentId(Uuid::now_v7()),
            campaign,
            command: AssignmentCommand::Create(AssignmentOrder {
                campaign,
                target,
                group: None,
                leader: team[0],
                team,
                visit_on: plan.from,
                sealed: false,
                checklist: plan.checklist,
                checklist_version: plan.checklist_version.clone(),
                ..order.clone()
            }),
        };
        let own = HOME.iter().map(|name| self.fixture.person(name));
        let of_home = assign(self.body_of(HOME[0]), own.collect());
        self.does(HOME[0], of_home).await;
        // Those who fill it in have it among their visits.
        self.waits_for(kind, &address, &["children-home"], due)
            .await;
        // Who has nobody but themself is helped out by the organiser. The time for it is over: it waits until it is handed in, and no longer
        // where there is time again.
        let of_children = assign(self.body_of("children-home"), order.team.clone());
        self.does("organiser", of_children).await;
        self.waits_for(kind, &address, &["children-home"], due)
            .await;
        let to = plus_days(organiser.calendar_day(), 7);
        let longer = Command::Campaign {
            id: campaign,
            command: CampaignCommand::Amend(CampaignPlan { to, ..plan.clone() }),
        };
        self.does("organiser", longer).await;
        self.is_done(kind, &address).await;
    }

    async fn requirement(&mut self) {
        let talk = self.fixture.directive().1;
        let on_talk = |command| Command::Talk { id: talk, command };
        let due = now().plus_hours(20);
        let body = self.body_of("welfare-centre");
        let requirement = Requirement {
            text: Texts::both("每日核对返岗人员", "Check who returns to work every day"),
            line: None,
            bodies: vec![body],
            due: Some(due),
        };
        self.does(
            "organiser",
            on_talk(TalkCommand::SetRequirement(requirement)),
        )
        .await;
        let view = self.reader("organiser").talk(talk).await.unwrap().unwrap();
        let number = u32::try_from(view.requirements.len()).unwrap();
        let address = format!("/talks/{talk}#requirement-{number}");
        let kind = MatterKind::AcknowledgeRequirement;
        self.waits_for(kind, &address, &["welfare-centre"], Some(Due::At(due)))
            .await;
        let acknowledge = TalkCommand::Acknowledge {
            requirement: number,
            body,
        };
        self.does("welfare-centre", on_talk(acknowledge)).await;
        self.is_done(kind, &address).await;
        // From then on it is to be carried out until its day, whatever looks into it: of that the body is told nothing.
        let (carry_out, due) = (MatterKind::CarryOutRequirement, Some(Due::At(due)));
        self.waits_for(carry_out, &address, &["welfare-centre"], due)
            .await;
        let before = waiting(&self.fixture, "welfare-centre").await;
        let link = TalkCommand::Link {
            requirement: number,
            to: Consequence::Campaign(CampaignId(id("campaign", "self-inspection"))),
        };
        self.does("organiser", on_talk(link)).await;
        assert_eq!(waiting(&self.fixture, "welfare-centre").await, before);
        // With another day it waits until then; withdrawn, it waits no more.
        let later = now().plus_hours(40);
        let moved = TalkCommand::MoveRequirement {
            requirement: number,
            due: later,
            reason: "人手不足".into(),
        };
        self.does("organiser", on_talk(moved)).await;
        let due = Some(Due::At(later));
        self.waits_for(carry_out, &address, &["welfare-centre"], due)
            .await;
        let withdraw = TalkCommand::WithdrawRequirement {
            requirement: number,
            reason: "要求重复".into(),
        };
        self.does("organiser", on_talk(withdraw)).await;
        self.is_done(carry_out, &address).await;
    }

    /// What was to be done by an hour ago waits for the body no more, and for who held the talk until something looks into it.
    async fn requirement_past_its_day(&mut self) {
        let talk = self.fixture.directive().1;
        let on_talk = |command| Command::Talk { id: talk, command };
        let (due, body) = (now().plus_hours(-1), self.body_of("welfare-centre"));
        let requirement = Requirement {
            text: Texts::both("补齐防护物资", "Complete the protective stock"),
            line: None,
            bodies: vec![body],
            due: Some(due),
        };
        let set = on_talk(TalkCommand::SetRequirement(requirement));
        self.does_at("organiser", set, now().plus_hours(-3)).await;
        let view = self.reader("organiser").talk(talk).await.unwrap().unwrap();
        let number = u32::try_from(view.requirements.len()).unwrap();
        let acknowledge = on_talk(TalkCommand::Acknowledge {
            requirement: number,
            body,
        });
        self.does_at("welfare-centre", acknowledge, now().plus_hours(-2))
            .await;
        let (address, due) = (
            format!("/talks/{talk}#requirement-{number}"),
            Some(Due::At(due)),
        );
        let (carry_out, look_into) = (
            MatterKind::CarryOutRequirement,
            MatterKind::LookIntoRequirement,
        );
        self.is_done(carry_out, &address).await;
        self.waits_for(look_into, &address, ORGANISERS, due).await;
        let before = waiting(&self.fixture, "welfare-centre").await;
        let to = Consequence::Campaign(CampaignId(id("campaign", "self-inspection")));
        let link = |to| TalkCommand::Link {
            requirement: number,
            to,
        };
        self.does("organiser", on_talk(link(to.clone()))).await;
        self.is_done(look_into, &address).await;
        assert_eq!(waiting(&self.fixture, "welfare-centre").await, before);
        // A link that was a mistake looked into nothing.
        let unlink = TalkCommand::Unlink {
            requirement: number,
            to: to.clone(),
            reason: "关联有误".into(),
        };
        self.does("organiser", on_talk(unlink)).await;
        self.waits_for(look_into, &address, ORGANISERS, due).await;
        // Into what was withdrawn nobody looks.
        let withdraw = TalkCommand::WithdrawRequirement {
            requirement: number,
            reason: "要求重复".into(),
        };
        self.does("organiser", on_talk(withdraw)).await;
        self.is_done(look_into, &address).await;
    }

    /// Of bodies that had until an hour ago one has acknowledged: who issued the notice, and who passed it on, is told of the others.
    async fn receipts(&mut self) {
        let notice = NoticeId(Uuid::now_v7());
        let on_notice = |command| Command::Notice {
            id: notice,
            command,
        };
        let by = now().plus_hours(-1);
        let bodies = [HOME[0], "children-home"].map(|name| self.body_of(name));
        let above = self.body_of("welfare-centre");
        let content = NoticeContent {
            number: "示例〔2026〕9号".into(),
            title: Texts::both("关于防寒的通知", "Notice on the cold"),
            text: Texts::both("做好防寒。", "Prepare for the cold."),
            level: None,
            effective_from: by,
            addressees: Vec::new(),
            districts: Vec::new(),
            bodies: vec![bodies[0], bodies[1], above],
            attachments: Vec::new(),
            acknowledge_by: by,
        };
        let issue = on_notice(NoticeCommand::Issue(content));
        self.does_at("organiser", issue, now().plus_hours(-5)).await;
        let address = format!("/notices/overdue?notice={notice}&remind=mine");
        let remind = |bodies| MatterKind::RemindOfNotice { bodies };
        let due = Some(Due::At(by));
        self.waits_for(remind(3), &address, ORGANISERS, due).await;
        let acknowledge = |body| on_notice(NoticeCommand::Acknowledge { body });
        // The department above one of them, which it was passed on by, presses for that one.
        let from = above;
        self.does("welfare-centre", acknowledge(from)).await;
        let pass_on = NoticeCommand::PassOn {
            from,
            to: vec![bodies[0]],
        };
        self.does("welfare-centre", on_notice(pass_on)).await;
        let kind = remind(1);
        let centre = [("welfare-centre", due)];
        if self.waits(kind, &address).await != centre {
            self.wrong.push("who passed it on is not told".into());
        }
        self.does("children-home", acknowledge(bodies[1])).await;
        let pressing = ["deputy-organiser", "organiser", "welfare-centre"];
        self.waits_for(remind(1), &address, &pressing, due).await;
        // Of one that was withdrawn nobody is reminded.
        let withdraw = NoticeCommand::Withdraw {
            reason: "重复发文".into(),
        };
        self.does("organiser", on_notice(withdraw)).await;
        self.is_done(remind(1), &address).await;
    }

    /// Of a notice to two homes alone, the departments that answer for one are told until it is acknowledged, here and in the inbox; they
    /// owe no receipt.
    async fn receipts_below(&mut self) {
        let notice = NoticeId(Uuid::now_v7());
        let on_notice = |command| Command::Notice {
            id: notice,
            command,
        };
        let (by, home) = (now().plus_hours(24), self.body_of(HOME[0]));
        let fengtai = DistrictCode("110106".into());
        let known = self.reader("organiser").known;
        let mut bodies = known.directory.active_bodies();
        let of_fengtai = bodies.find(|(_, body)| {
            body.kind == BodyKind::ElderCare
                && body.sample
                && body.district.as_ref() == Some(&fengtai)
        });
        let of_fengtai = of_fengtai.expect("a home of the district").0;
        let content = NoticeContent {
            number: "示例〔2026〕10号".into(),
            title: Texts::both("关于供暖的通知", "Notice on heating"),
            text: Texts::both("检查供暖。", "Check the heating."),
            level: None,
            effective_from: by,
            addressees: Vec::new(),
            districts: Vec::new(),
            bodies: vec![home, of_fengtai],
            attachments: Vec::new(),
            acknowledge_by: by,
        };
        self.does("organiser", on_notice(NoticeCommand::Issue(content)))
            .await;
        let address = format!("/notices/{notice}/receipts?state=awaited");
        let (kind, due) = (MatterKind::AwaitReceipts { bodies: 1 }, Some(Due::At(by)));
        self.waits_for(kind, &address, ANSWERING, due).await;
        let below = format!("notice/{notice}/1/2");
        for name in PEOPLE {
            let reader = self.reader(name);
            let told = reader.told_between(0, i64::MAX).await.unwrap();
            let is_told = told.iter().any(|(row, _)| *row == below);
            let answers = ANSWERING.contains(&name);
            if is_told != answers {
                self.wrong.push(format!("{name} is told: {is_told}"));
            }
            let owed = reader.notices_to_acknowledge().await.unwrap();
            if answers && owed.iter().any(|owed| owed.id == notice) {
                self.wrong.push(format!("{name} owes a receipt"));
            }
            if answers && reader.notice(notice).await.unwrap().is_none() {
                self.wrong.push(format!("{name} may not read it"));
            }
        }
        let acknowledge = NoticeCommand::Acknowledge { body: home };
        self.does(HOME[0], on_notice(acknowledge)).await;
        self.waits_for(kind, &address, &["fengtai-officer"], due)
            .await;
        self.seen.push(kind);
    }

    /// What was due an hour ago is late for who asked for it, until it comes or there is more time.
    async fn late_materials(&mut self) {
        let material = MaterialId(Uuid::now_v7());
        let on_material = |command| Command::Material {
            id: material,
            command,
        };
        let due = now().plus_hours(-1);
        let bodies = [HOME[0], "children-home"].map(|name| self.body_of(name));
        let request = MaterialRequest {
            title: Texts::both("消毒记录", "Disinfection records"),
            authority: self.body_of("oversight"),
            notice: None,
            talk: None,
            bodies: bodies.to_vec(),
            items: vec![MaterialItem {
                name: Texts::both("记录", "Records"),
                required: false,
            }],
            due,
            note: String::new(),
        };
        let request = on_material(MaterialCommand::Request(request));
        self.does_at("organiser", request, now().plus_hours(-5))
            .await;
        let address = format!("/talks/materials/{material}");
        let chase = |bodies| MatterKind::ChaseMaterials { bodies };
        let late = Some(Due::At(due));
        self.waits_for(chase(2), &address, ORGANISERS, late).await;
        let extend = MaterialCommand::Extend {
            body: bodies[1],
            due: now().plus_hours(24),
            reason: "人手不足".into(),
        };
        self.does("organiser", on_material(extend)).await;
        self.waits_for(chase(1), &address, ORGANISERS, late).await;
        // What was withdrawn is handed in by nobody.
        let hand_in = MatterKind::HandInMaterials;
        let left = self.waits(hand_in, &address).await;
        if left.is_empty() {
            self.wrong.push("what is to be handed in waits".into());
        }
        let withdraw = MaterialCommand::Withdraw {
            reason: "重复调阅".into(),
        };
        self.does("organiser", on_material(withdraw)).await;
        self.is_done(hand_in, &address).await;
        self.is_done(chase(1), &address).await;
    }

    /// A level that ends the day after tomorrow waits for who sets levels, until its term is longer or another follows it.
    async fn level(&mut self) {
        let minute = Instant(now().millis() - now().millis() % 60_000);
        let (notice, until) = (self.fixture.directive().0, minute.plus_hours(48));
        let order = |district: &str, from, until| LevelOrder {
            level: ResponseLevel::I,
            area: Area::District(DistrictCode(district.into())),
            kinds: vec![BodyKind::DisabilityService],
            from,
            until,
            notice,
            guides: Vec::new(),
        };
        let set = |order| Command::ResponseLevel {
            id: ResponseLevelId(Uuid::now_v7()),
            command: LevelCommand::Set(order),
        };
        let kind = MatterKind::LevelEnds {
            level: ResponseLevel::I,
        };
        for is_extended in [true, false] {
            let district = if is_extended { "110106" } else { "110105" };
            let level = set(order(district, minute, Some(until)));
            let Command::ResponseLevel { id, .. } = level else {
                unreachable!()
            };
            let address = format!("/levels/{id}");
            self.does("administrator", level).await;
            self.waits_for(kind, &address, &["administrator"], Some(Due::At(until)))
                .await;
            // What is over before it ends follows nothing.
            let short = order(district, minute.plus_hours(1), Some(minute.plus_hours(2)));
            let next = if is_extended {
                Command::ResponseLevel {
                    id,
                    command: LevelCommand::Extend(Extension {
                        until: Some(minute.plus_hours(24 * 30)),
                        notice,
                    }),
                }
            } else {
                self.does("administrator", set(short)).await;
                self.waits_for(kind, &address, &["administrator"], Some(Due::At(until)))
                    .await;
                set(order(district, until, None))
            };
            self.does("administrator", next).await;
            self.is_done(kind, &address).await;
        }
    }

    /// A role that ends tomorrow waits for who manages people, until it is given for longer or taken away.
    async fn grants(&mut self) {
        let person = self.fixture.person("inspector-01");
        let on_person = |command| Command::Person {
            id: person,
            command,
        };
        let until = now().plus_hours(24);
        let grant = Grant {
            until: Some(until),
            ..Grant::new(Role::Inspector, Scope::Body(self.body_of(HOME[0])))
        };
        self.does(
            "administrator",
            on_person(PersonCommand::Grant(grant.clone())),
        )
        .await;
        let (kind, address) = (
            MatterKind::GrantsEnd { people: 1 },
            format!("/administration/people/{person}"),
        );
        self.waits_for(kind, &address, &["administrator"], Some(Due::At(until)))
            .await;
        let asked = Asked::of([("state", "ending".to_owned())]);
        let ending = self
            .reader("administrator")
            .list_people(whole(&asked))
            .await;
        let ending: Vec<PersonId> = ending.unwrap().rows.iter().map(|row| row.id).collect();
        assert_eq!(ending, [person]);
        let longer = Grant {
            until: Some(until.plus_hours(24 * 30)),
            ..grant.clone()
        };
        self.does(
            "administrator",
            on_person(PersonCommand::Grant(longer.clone())),
        )
        .await;
        self.is_done(kind, &address).await;
        self.does("administrator", on_person(PersonCommand::Revoke(longer)))
            .await;
        self.waits_for(kind, &address, &["administrator"], Some(Due::At(until)))
            .await;
        self.does("administrator", on_person(PersonCommand::Revoke(grant)))
            .await;
        self.is_done(kind, &address).await;
    }

    async fn materials(&mut self) {
        let material = MaterialId(Uuid::now_v7());
        let on_material = |command| Command::Material {
            id: material,
            command,
        };
        let (due, body) = (now().plus_hours(30), self.body_of("welfare-home-1"));
        let request = MaterialRequest {
            title: Texts::both("值班安排", "Duty roster"),
            authority: self.body_of("oversight"),
            notice: None,
            talk: None,
            bodies: vec![body],
            items: vec![MaterialItem {
                name: Texts::both("值班表", "Roster"),
                required: true,
            }],
            due,
            note: String::new(),
        };
        self.does("organiser", on_material(MaterialCommand::Request(request)))
            .await;
        let address = format!("/talks/materials/{material}");
        let hand_in = MatterKind::HandInMaterials;
        self.waits_for(hand_in, &address, HOME, Some(Due::At(due)))
            .await;
        let submit = MaterialCommand::Submit {
            body,
            handed: vec![Handed {
                item: 1,
                files: vec![Attachment {
                    hash: Hash([7; 32]),
                    name: "值班表.pdf".into(),
                    kind: FileKind::Pdf,
                    bytes: 1_000,
                }],
            }],
            note: String::new(),
        };
        self.does("welfare-home-1", on_material(submit)).await;
        self.is_done(hand_in, &address).await;
        let review = MatterKind::ReviewMaterials;
        self.waits_for(review, &address, ORGANISERS, None).await;
        self.does("organiser", on_material(MaterialCommand::Receive { body }))
            .await;
        self.waits_for(review, &address, ORGANISERS, None).await;
        let accept = MaterialCommand::Accept {
            body,
            returns: 0,
            opinion: "齐全".into(),
        };
        self.does("deputy-organiser", on_material(accept)).await;
        self.is_done(review, &address).await;
    }

    async fn arrangement(&mut self) {
        let arrangement = ArrangementId(Uuid::now_v7());
        let on_arrangement = |command| Command::Arrangement {
            id: arrangement,
            command,
        };
        let known = ArrangementId(id("arrangement", "spot-check"));
        let known = self
            .reader("organiser")
            .arrangement(known)
            .await
            .unwrap()
            .unwrap();
        let content: ArrangementContent = known.versions.last().unwrap().content.clone();
        let draft = ArrangementCommand::Draft(Box::new(content));
        self.does("organiser", on_arrangement(draft.clone())).await;
        // However many were written since.
        for _ in 0..50 {
            let id = ArrangementId(Uuid::now_v7());
            let reason = "重复拟稿".to_owned();
            for command in [draft.clone(), ArrangementCommand::Withdraw { reason }] {
                self.does("organiser", Command::Arrangement { id, command })
                    .await;
            }
        }
        let address = format!("/arrangements/{arrangement}");
        let approve = MatterKind::ApproveArrangement;
        self.waits_for(approve, &address, &["deputy-organiser"], None)
            .await;
        self.does(
            "deputy-organiser",
            on_arrangement(ArrangementCommand::Approve),
        )
        .await;
        self.is_done(approve, &address).await;
        let issue = MatterKind::IssueArrangement;
        self.waits_for(issue, &address, ORGANISERS, None).await;
        self.does("organiser", on_arrangement(ArrangementCommand::Issue))
            .await;
        self.is_done(issue, &address).await;
    }

    /// A sealed draw of the campaign that goes on until the end of the century, by two parties.
    fn plan(&self, campaign: domain::id::CampaignId, begins: Instant) -> DrawPlan {
        let open = DrawId(id("draw", "child-welfare"));
        let published = self
            .fixture
            .city
            .commands
            .iter()
            .find_map(|step| match &step.command {
                Command::Draw {
                    id,
                    command: DrawCommand::Publish(plan),
                } if *id == open => Some((**plan).clone()),
                _ => None,
            });
        DrawPlan {
            campaign,
            commit_by: begins.plus_hours(1),
            reveal_by: begins.plus_hours(2),
            sealed: true,
            ..published.unwrap()
        }
    }

    async fn draw(&mut self) {
        let campaign = self.fixture.visit_with_one_item().await.1.campaign;
        let draw = DrawId(Uuid::now_v7());
        let on_draw = |command| Command::Draw { id: draw, command };
        let plan = self.plan(campaign, now());
        let (commit_by, reveal_by) = (Due::At(plan.commit_by), Due::At(plan.reveal_by));
        self.does("organiser", on_draw(DrawCommand::Publish(Box::new(plan))))
            .await;
        let address = format!("/draws/{draw}");
        let parties = ["committee", "oversight"];
        let state = self.reader("organiser").draw_state(draw).await.unwrap();
        let rules = state.published.as_ref().unwrap().0.rules_hash;
        let seed = |name: &str| Hash::of(name.as_bytes());
        let (commit, reveal) = (MatterKind::CommitToDraw, MatterKind::RevealForDraw);
        for (number, name) in parties.into_iter().enumerate() {
            self.waits_for(commit, &address, &parties[number..], Some(commit_by))
                .await;
            self.waits_for(reveal, &address, &[], None).await;
            let commitment = commitment(rules, 1, self.fixture.person(name), seed(name));
            self.does(name, on_draw(DrawCommand::Commit { commitment }))
                .await;
        }
        self.is_done(commit, &address).await;
        for (number, name) in parties.into_iter().enumerate() {
            self.waits_for(reveal, &address, &parties[number..], Some(reveal_by))
                .await;
            self.does(name, on_draw(DrawCommand::Reveal { seed: seed(name) }))
                .await;
        }
        self.is_done(reveal, &address).await;
        let (assign, disclose) = (MatterKind::AssignDrawn, MatterKind::DiscloseDraw);
        self.waits_for(assign, &address, ORGANISERS, None).await;
        self.waits_for(disclose, &address, &[], None).await;
        let organiser = self.reader("organiser");
        let rule = ReleaseRule::ByOrganiser;
        let visits = organiser.drawn_visits(draw, LAST_DAY, true, rule).await;
        let visits = visits.unwrap().unwrap();
        let person = self.fixture.person("organiser");
        let ingest = &self.fixture.server.ingest;
        ingest.commands(person, &visits, now()).await.unwrap();
        self.is_done(assign, &address).await;
        // While one of them is sealed there is nothing to make public.
        for visit in &visits {
            self.waits_for(disclose, &address, &[], None).await;
            let Command::Assignment { id, campaign, .. } = visit else {
                panic!("{visit:?}");
            };
            let cancel = Command::Assignment {
                id: *id,
                campaign: *campaign,
                command: AssignmentCommand::Cancel {
                    reason: "改期".into(),
                },
            };
            self.does("organiser", cancel).await;
        }
        self.waits_for(disclose, &address, ORGANISERS, None).await;
        let disclosure = organiser.disclosure(draw).await.unwrap().unwrap();
        self.does("organiser", disclosure).await;
        self.is_done(disclose, &address).await;
    }

    /// A draw that ran out of its time: nobody committed.
    async fn withheld(&mut self) {
        let campaign = self.fixture.visit_with_one_item().await.1.campaign;
        let draw = DrawId(Uuid::now_v7());
        let on_draw = |command| Command::Draw { id: draw, command };
        let begun = now().plus_hours(-5);
        let plan = self.plan(campaign, begun);
        let next = NextRound {
            parties: plan.parties.clone(),
            commit_by: now().plus_hours(1),
            reveal_by: now().plus_hours(2),
        };
        let publish = on_draw(DrawCommand::Publish(Box::new(plan)));
        self.does_at("organiser", publish, begun).await;
        let (kind, address) = (MatterKind::RecordWithheld, format!("/draws/{draw}"));
        self.waits_for(kind, &address, ORGANISERS, None).await;
        // What is too late is no party's to do.
        self.waits_for(MatterKind::CommitToDraw, &address, &[], None)
            .await;
        let reason = "各方均未按时承诺".into();
        self.does(
            "organiser",
            on_draw(DrawCommand::RecordWithheld { reason, next }),
        )
        .await;
        self.is_done(kind, &address).await;
    }

    async fn support(&mut self) {
        let home = self.body_of("children-home");
        let findings = self
            .reader("organiser")
            .findings(&FindingFilter::default())
            .await
            .unwrap();
        let open = findings.rows.iter().find(|row| {
            row.body.id == home && !matches!(row.stage, Stage::Closed | Stage::Withdrawn)
        });
        let finding = open.expect("the home has an open finding").id;
        let on_finding = |command| Command::Finding {
            id: finding,
            command,
        };
        // One that falls on a day off ends with the next working day.
        let due = on_or_after(plus_days(self.reader("organiser").calendar_day(), 5));
        let owed = SupportOwed {
            by: self.body_of("child-welfare-officer"),
            what: "调配血氧仪".into(),
            due,
        };
        self.does("organiser", on_finding(FindingCommand::OweSupport(owed)))
            .await;
        let organiser = self.reader("organiser");
        let view = organiser.finding(finding, domain::Language::English);
        let support = u32::try_from(view.await.unwrap().unwrap().supports.len()).unwrap();
        let address = format!("/findings/{finding}");
        let provide = MatterKind::ProvideSupport;
        self.waits_for(
            provide,
            &address,
            &["child-welfare-officer"],
            Some(Due::On(due)),
        )
        .await;
        let given = FindingCommand::ProvideSupport {
            support,
            account: "已送达".into(),
        };
        self.does("child-welfare-officer", on_finding(given)).await;
        self.is_done(provide, &address).await;
        let confirm = MatterKind::ConfirmSupport;
        self.waits_for(confirm, &address, &["children-home"], None)
            .await;
        let confirmed = FindingCommand::ConfirmSupport { support };
        self.does("children-home", on_finding(confirmed)).await;
        self.is_done(confirm, &address).await;
    }

    async fn regulator(&mut self) {
        let judges = [
            "child-welfare-officer",
            "committee",
            "deputy-organiser",
            "elder-care-officer",
            "organiser",
            "oversight",
        ];
        let assess = MatterKind::AssessRegulators { visits: 1 };
        let address = "/inspections/pairs?conduct=notAssessed";
        self.waits_for(assess, address, &judges, None).await;
        let asked = Asked::of([("conduct", "notAssessed".to_owned())]);
        let pairs = self.reader("organiser").list_pairs(whole(&asked)).await;
        let visit = pairs.unwrap().rows[0].inspection;
        let on_file = |command| Command::RegulatorFile { id: visit, command };
        let assessment = Assessment {
            regulator: self.body_of("welfare-centre"),
            knew: true,
            acted: false,
            account: "查阅台账".into(),
        };
        self.does(
            "organiser",
            on_file(RegulatorFileCommand::Assess(assessment)),
        )
        .await;
        self.is_done(assess, address).await;
        let (sign, address) = (
            MatterKind::SignRegulatorFile,
            format!("/inspections/{visit}"),
        );
        let others: Vec<&str> = judges
            .into_iter()
            .filter(|name| *name != "organiser")
            .collect();
        self.waits_for(sign, &address, &others, None).await;
        self.does("oversight", on_file(RegulatorFileCommand::Sign))
            .await;
        self.is_done(sign, &address).await;
    }

    async fn look_back(&mut self) {
        let known = LookBackId(id("look-back", "2022-04"));
        let known = self.reader("oversight").looked_back(known).await.unwrap();
        let closed = known.iter().find(|one| one.in_order == Some(true));
        let finding: FindingId = closed.unwrap().finding.id;
        let draw = LookBackId(Uuid::now_v7());
        let command = LookBackCommand::Draw {
            seed: "再看一次".into(),
            share: 100,
            closed: vec![finding],
        };
        self.does("oversight", Command::LookBack { id: draw, command })
            .await;
        let kind = MatterKind::LookBack { findings: 1 };
        let address = format!("/findings/look-backs/{draw}");
        self.waits_for(kind, &address, &["committee", "oversight"], None)
            .await;
        let evidence = Evidence {
            account: "仍然符合".into(),
            photos: vec![Photo {
                hash: PhotoHash("5".repeat(64)),
                taken_at: now(),
            }],
        };
        let command = FindingCommand::LookBackPass { draw, evidence };
        self.does(
            "committee",
            Command::Finding {
                id: finding,
                command,
            },
        )
        .await;
        self.is_done(kind, &address).await;
    }
}

#[tokio::test]
async fn in_sqlite_every_kind_waits_for_who_has_to_act_until_it_is_done() {
    every_kind_waits_for_who_has_to_act_until_it_is_done(Fixture::new().await).await;
}

#[tokio::test]
async fn in_postgres_every_kind_waits_for_who_has_to_act_until_it_is_done() {
    let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
    every_kind_waits_for_who_has_to_act_until_it_is_done(fixture).await;
}

/// Given the demo city, then each kind of matter waits for who has to act, with its due time, and for nobody else, and is gone once it is
/// done.
async fn every_kind_waits_for_who_has_to_act_until_it_is_done(fixture: Fixture) {
    let mut walk = Walk {
        fixture,
        seen: Vec::new(),
        wrong: Vec::new(),
    };
    walk.requirement().await;
    walk.requirement_past_its_day().await;
    walk.receipts().await;
    walk.receipts_below().await;
    walk.materials().await;
    walk.late_materials().await;
    walk.arrangement().await;
    walk.draw().await;
    walk.withheld().await;
    walk.support().await;
    walk.regulator().await;
    walk.look_back().await;
    walk.self_inspection().await;
    walk.level().await;
    walk.grants().await;
    walk.visit().await;
    assert_eq!(walk.wrong, Vec::<String>::new());
    let every = std::iter::successors(Some(MatterKind::AcknowledgeRequirement), |kind| {
        after(*kind)
    });
    let (every, seen): (BTreeSet<MatterKind>, BTreeSet<MatterKind>) =
        (every.collect(), walk.seen.into_iter().collect());
    assert_eq!(seen, every);
}
