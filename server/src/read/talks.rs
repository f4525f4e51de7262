//! Talks: the list, one talk with its reports and requirements, and what a requirement can be linked to.

use std::collections::BTreeSet;

use app::api::view::{
    ConsequenceShown, ConsequenceView, ItemChoice, LinkChoices, LinkedNotice, Named, Page,
    ReportView, RequirementBody, RequirementView, TalkMoved, TalkRow, TalkView, WithdrawalView,
};
use app::list::Asked;
use domain::id::{BodyId, CampaignId, ChecklistId, FindingId, NoticeId, TalkId};
use domain::instant::Instant;
use domain::notice::Done;
use domain::permission::{Act, Place};
use domain::record::{Recorded, Stream, StreamKind};
use domain::talk::{Consequence, Talk, TalkEvent, TalkPlan};
use domain::{Event, Facts};
use form::Texts;

use super::list::{Join, Select, Wanted, each, name_suffix, whole};
use super::{Reader, Visible, both, parsed, small};
use crate::on_database;
use crate::server::now;
use crate::store::StoreError;
use crate::store::database::list;
use crate::world::fold;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    title_zh: String,
    title_en: String,
    at: i64,
    content: String,
    cancelled: Option<String>,
    notice: Option<String>,
    number: Option<String>,
    notice_zh: Option<String>,
    notice_en: Option<String>,
    notice_withdrawn: i64,
    requirements: i64,
    awaited: i64,
}

const TALK: &str = "t.id, t.title_zh, t.title_en, t.at, t.content, t.cancelled, t.notice, n.number, n.title_zh as notice_zh, n.title_en as notice_en, \
     cast(case when n.withdrawn is null then 0 else 1 end as bigint) as notice_withdrawn";
const ATTENDEES: &str = "(select count(*) from talk_body p where p.jurisdiction = t.jurisdiction and p.talk = t.id and p.part = 'attendee')";
const REQUIREMENTS: &str = "(select count(*) from talk_requirement r where r.jurisdiction = t.jurisdiction and r.talk = t.id)";
/// Acknowledgements still waited for, over all requirements that stand and their bodies.
const AWAITED: &str = "((select cast(coalesce(sum(r.asked), 0) as bigint) from talk_requirement r \
        where r.jurisdiction = t.jurisdiction and r.talk = t.id and r.withdrawn = 0) \
     - (select count(*) from talk_acknowledgement a \
        join talk_requirement r on r.jurisdiction = a.jurisdiction and r.talk = a.talk and r.number = a.number \
        where a.jurisdiction = t.jurisdiction and a.talk = t.id and r.withdrawn = 0))";
const JOINS: &[Join] = &[
    Join {
        alias: "n",
        sql: "left join notice n on n.jurisdiction = t.jurisdiction and n.id = t.notice",
    },
    Join {
        alias: "c",
        sql: "left join talk_body c on c.jurisdiction = t.jurisdiction and c.talk = t.id and c.part = 'convener'",
    },
    Join {
        alias: "b",
        sql: "left join body b on b.jurisdiction = c.jurisdiction and b.id = c.body",
    },
];

const NOTICE: &str =
    "select number, title_zh, title_en, withdrawn from notice where jurisdiction = $1 and id = $2";

const fn stream(id: TalkId) -> Stream {
    Stream {
        kind: StreamKind::Talk,
        id: id.0,
    }
}

impl Reader {
    /// Whether a talk is the viewer's business: they see everything, organise, or see one of the bodies in the room.
    fn sees_talk(&self, plan: &TalkPlan) -> bool {
        self.may(Act::See, &Place::Jurisdiction)
            || self.holds_talk(plan)
            || plan
                .attendees
                .iter()
                .chain(&plan.conveners)
                .any(|body| self.may(Act::See, &Place::Body(*body)))
            || self
                .own_bodies()
                .iter()
                .any(|body| plan.attendees.contains(body))
    }

    /// Whether it changes what is demanded of a body that is the viewer's business.
    pub(super) fn is_of_own_requirement(&self, event: &Recorded) -> bool {
        // Most events of a long record are receipts.
        if !event.authored.kind.starts_with("talk.requirement") {
            return false;
        }
        let bodies = match Event::decode(&event.authored.kind, &event.authored.body) {
            Ok(Event::Talk(TalkEvent::RequirementMoved { requirement, .. })) => requirement.bodies,
            Ok(Event::Talk(TalkEvent::RequirementWithdrawn { bodies, .. })) => bodies,
            _ => return false,
        };
        let own = self.own_bodies();
        let is_own = |body: &BodyId| own.contains(body) || self.may(Act::See, &Place::Body(*body));
        bodies.iter().any(is_own)
    }

    pub(super) fn holds_talk(&self, plan: &TalkPlan) -> bool {
        plan.conveners
            .first()
            .is_some_and(|convener| self.may(Act::Organise, &Place::Body(*convener)))
    }

    /// Only the talks that [`Reader::sees_talk`] lets the viewer see.
    fn seen_talks(&self, select: Select) -> Select {
        let (see, organise) = (self.visible(Act::See), self.visible(Act::Organise));
        if matches!(see, Visible::All) {
            return select;
        }
        let mut select = select;
        let own = list(self.own_bodies().iter().map(ToString::to_string));
        let [see_ids, organise_ids, own] =
            [see.parameter(), organise.parameter(), &own].map(|ids| select.bind(ids));
        let holds = format!(
            "(p.part = 'convener' and {})",
            organise.condition(&self.database, "p.body", &organise_ids)
        );
        let room = format!(
            "(p.part in ('convener', 'coConvener', 'attendee') and {})",
            see.condition(&self.database, "p.body", &see_ids)
        );
        let attends = format!(
            "(p.part = 'attendee' and {})",
            self.database.is_one_of("p.body", &own)
        );
        select.and(&format!(
            "exists (select 1 from talk_body p where p.jurisdiction = t.jurisdiction and p.talk = t.id and ({holds} or {room} or {attends}))"
        ))
    }

    /// Latest first, unless asked otherwise.
    pub async fn list_talks(&self, wanted: Wanted<'_>) -> Result<Page<TalkRow>, StoreError> {
        let (asked, language) = (wanted.asked, name_suffix(wanted.language));
        let mut select = Select::new(self, "", "talk t", JOINS).holds(
            &[
                "t.title_zh",
                "t.title_en",
                "n.number",
                "b.name_zh",
                "b.name_en",
            ],
            &asked.search,
        );
        select = self.seen_talks(select);
        if asked.filter("awaited") == "yes" {
            select = select.and(&format!("{AWAITED} > 0"));
        }
        let (title, convener) = (
            format!("t.title_{language}"),
            format!("coalesce(b.name_{language}, '')"),
        );
        let by = [
            ("title", title.as_str()),
            ("at", "t.at"),
            ("convener", &convener),
            ("notice", "coalesce(n.number, '')"),
            ("attendees", ATTENDEES),
            ("requirements", REQUIREMENTS),
            ("awaited", AWAITED),
        ];
        let own = "t.at desc, t.id desc";
        let columns = format!("{TALK}, {REQUIREMENTS} as requirements, {AWAITED} as awaited");
        let page: Page<Row> = select
            .columns(columns)
            .page(&self.database, wanted, &by, own, "t.id")
            .await?;
        each(page, |row| self.talk_row(row))
    }

    /// All that the viewer sees, latest first.
    pub async fn talks(&self) -> Result<Vec<TalkRow>, StoreError> {
        Ok(self.list_talks(whole(&Asked::default())).await?.rows)
    }

    fn talk_row(&self, row: Row) -> Result<TalkRow, StoreError> {
        let plan = read_plan(&row.content)?;
        // Not the plan's: it may have been named later.
        let notice = row
            .notice
            .map(|notice| parsed("notice id", &notice, notice.parse().ok()));
        let notice = notice
            .transpose()?
            .zip(row.number)
            .map(|(id, number)| LinkedNotice {
                id,
                number,
                title: both(
                    row.notice_zh.unwrap_or_default(),
                    row.notice_en.unwrap_or_default(),
                ),
                withdrawn: row.notice_withdrawn != 0,
            });
        Ok(TalkRow {
            id: parsed("talk id", &row.id, row.id.parse().ok())?,
            title: both(row.title_zh, row.title_en),
            at: Instant(row.at),
            notice,
            convener: plan.conveners.first().map(|body| self.named_body(*body)),
            attendees: u32::try_from(plan.attendees.len()).unwrap_or(u32::MAX),
            requirements: small(row.requirements),
            awaited: small(row.awaited),
            cancelled: row.cancelled.is_some(),
            may_cancel: row.cancelled.is_none() && plan.at > self.now && self.holds_talk(&plan),
        })
    }

    /// A talk as its events have it.
    async fn talk_state(&self, id: TalkId) -> Result<Talk, StoreError> {
        let events = self.stream(stream(id).to_string()).await?;
        let mut facts = Facts::default();
        fold(&mut facts, &events);
        Ok(facts.talk(id).clone())
    }

    /// Whether a talk is the viewer's business.
    pub(crate) async fn sees_talk_of(&self, id: TalkId) -> Result<bool, StoreError> {
        let talk = self.talk_state(id).await?;
        Ok(talk.plan.is_some_and(|plan| self.sees_talk(&plan)))
    }

    /// Whether the viewer hears what a body reported in a talk.
    pub(crate) async fn hears(&self, id: TalkId, body: BodyId) -> Result<bool, StoreError> {
        let seen = self.sees_talk_of(id).await?;
        Ok(seen && (self.sees_campaigns() || self.may(Act::See, &Place::Body(body))))
    }

    pub(crate) async fn linked_notice(
        &self,
        id: Option<NoticeId>,
    ) -> Result<Option<LinkedNotice>, StoreError> {
        let Some(id) = id else { return Ok(None) };
        let row: Option<(String, String, String, Option<String>)> = on_database!(&self.database, pool => sqlx::query_as(NOTICE)
            .bind(self.own()).bind(id.to_string()).fetch_optional(pool).await?);
        Ok(
            row.map(|(number, title_zh, title_en, withdrawn)| LinkedNotice {
                id,
                number,
                title: both(title_zh, title_en),
                withdrawn: withdrawn.is_some(),
            }),
        )
    }

    /// None when there is none, or it is not the viewer's business.
    pub async fn talk(&self, id: TalkId) -> Result<Option<TalkView>, StoreError> {
        let version = self.version_of(stream(id)).await?;
        let talk = self.talk_state(id).await?;
        let Some(plan) = talk.plan.clone().filter(|plan| self.sees_talk(plan)) else {
            return Ok(None);
        };
        let linked = |bodies: &[BodyId]| {
            bodies
                .iter()
                .map(|body| self.linked_body(*body))
                .collect::<Vec<_>>()
        };
        let heard: BTreeSet<BodyId> = talk.reports.iter().map(|(report, _)| report.body).collect();
        let unheard: Vec<BodyId> = plan
            .attendees
            .iter()
            .copied()
            .filter(|body| !heard.contains(body))
            .collect();
        // Who sees one body of several hears what that body reported, and what is asked of it.
        let hears_all = self.sees_campaigns();
        let own = self.own_bodies();
        let hears = |body: &BodyId| {
            hears_all || own.contains(body) || self.may(Act::See, &Place::Body(*body))
        };
        let reports = talk
            .reports
            .iter()
            .filter(|(report, _)| hears_all || self.may(Act::See, &Place::Body(report.body)))
            .map(|(report, done)| ReportView {
                body: self.linked_body(report.body),
                account: report.account.clone(),
                attachments: report.attachments.clone(),
                recorded_by: self.named_person(done.by),
                at: done.at,
            })
            .collect();
        let mut requirements = Vec::with_capacity(talk.requirements.len());
        for (number, set) in &talk.requirements {
            let (found, closed) = if hears_all {
                self.found(&set.consequences).await?
            } else {
                (0, 0)
            };
            let mut requirement = set.requirement.clone();
            requirement.bodies.retain(hears);
            let bodies = requirement.bodies.iter().map(|body| {
                let acknowledged = set.acknowledged.get(body);
                RequirementBody {
                    body: self.linked_body(*body),
                    acknowledged: acknowledged.map(|done| (self.named_person(done.by), done.at)),
                    outdated: acknowledged
                        .zip(set.moved)
                        .is_some_and(|(acknowledged, moved)| acknowledged.at < moved.at),
                    may_acknowledge: acknowledged.is_none()
                        && set.withdrawn.is_none()
                        && self.may_confirm(*body),
                }
            });
            requirements.push(RequirementView {
                number: *number,
                set_at: set.set.at,
                bodies: bodies.collect(),
                requirement,
                withdrawn: self.withdrawal(set.withdrawn.as_ref()),
                consequences: self.shown(&set.consequences).await?,
                found,
                closed,
            });
        }
        Ok(Some(TalkView {
            id,
            version,
            notice: self.linked_notice(plan.notice).await?,
            conveners: linked(&plan.conveners),
            present: linked(&plan.present),
            attendees: linked(&plan.attendees),
            convened_by: talk.convened.map(|done| self.named_person(done.by)),
            reports,
            unheard: linked(&unheard),
            requirements,
            materials: self.materials_of(Some(id)).await?,
            cancelled: self.withdrawal(talk.cancelled.as_ref()),
            moved: talk.moves.last().map(|last| TalkMoved {
                before: (last.at, last.place.clone()),
                after: (plan.at, plan.place.clone()),
                reason: last.reason.clone(),
            }),
            may_change: talk.reports.is_empty() && talk.requirements.is_empty(),
            may_hold: talk.cancelled.is_none() && self.holds_talk(&plan),
            has_begun: now() >= plan.at,
            plan,
        }))
    }

    /// What was taken back, by whom, when and why.
    pub(super) fn withdrawal(&self, taken: Option<&(String, Done)>) -> Option<WithdrawalView> {
        taken.map(|(reason, done)| WithdrawalView {
            reason: reason.clone(),
            by: self.named_person(done.by),
            at: done.at,
        })
    }

    /// What a requirement was linked to, as far as the viewer may know.
    async fn shown(
        &self,
        consequences: &[Consequence],
    ) -> Result<Vec<ConsequenceView>, StoreError> {
        let findings: Vec<FindingId> = consequences
            .iter()
            .filter_map(|to| match to {
                Consequence::Finding(id) => Some(*id),
                _ => None,
            })
            .collect();
        let findings = self.findings_named(&findings).await?;
        let mut shown = Vec::with_capacity(consequences.len());
        for to in consequences {
            let view = match to {
                Consequence::Campaign(_) if !self.sees_campaigns() => continue,
                Consequence::Campaign(id) => self
                    .name_of_campaign(*id)
                    .await?
                    .map(|name| ConsequenceShown::Campaign { id: *id, name }),
                Consequence::Item {
                    checklist,
                    version,
                    item,
                    ..
                } => self
                    .item_title(*checklist, version, item)
                    .map(|title| ConsequenceShown::Item { title }),
                Consequence::Finding(id) => findings
                    .iter()
                    .find(|row| row.id == *id)
                    .map(|row| ConsequenceShown::Finding(Box::new(row.clone()))),
            };
            shown.push(ConsequenceView {
                to: view.is_some().then(|| to.clone()),
                shown: view.unwrap_or(ConsequenceShown::Hidden),
            });
        }
        Ok(shown)
    }

    async fn name_of_campaign(&self, id: CampaignId) -> Result<Option<Texts>, StoreError> {
        const NAME: &str =
            "select name_zh, name_en from campaign where jurisdiction = $1 and id = $2";
        let row: Option<(String, String)> = on_database!(&self.database, pool => sqlx::query_as(NAME)
            .bind(self.own()).bind(id.to_string()).fetch_optional(pool).await?);
        Ok(row.map(|(chinese, english)| both(chinese, english)))
    }

    fn item_title(&self, checklist: ChecklistId, version: &str, item: &str) -> Option<Texts> {
        use domain::facts::Forms as _;
        let form = self.known.form(checklist, version)?;
        let question = form.find(item).and_then(|def| form.question(def))?;
        Some(question.label.clone())
    }

    /// What a requirement can be linked to, for who organises.
    pub async fn link_choices(&self) -> Result<LinkChoices, StoreError> {
        if !self.may(Act::Organise, &Place::Anywhere) {
            return Ok(LinkChoices::default());
        }
        let campaigns = self
            .campaigns()
            .await?
            .into_iter()
            .map(|row| Named {
                id: row.id,
                name: row.name,
            })
            .collect();
        let mut items = Vec::new();
        let mut latest = BTreeSet::new();
        for checklist in self.checklists().await? {
            // Newest first: of each checklist the version in use.
            if !latest.insert(checklist.id) {
                continue;
            }
            items.extend(self.items_of(checklist.id, &checklist.version));
        }
        Ok(LinkChoices {
            campaigns,
            items,
            findings: self.findings_without_requirement(50).await?.1,
        })
    }

    fn items_of(&self, checklist: ChecklistId, version: &str) -> Vec<ItemChoice> {
        use domain::facts::Forms as _;
        let Some(form) = self.known.form(checklist, version) else {
            return Vec::new();
        };
        let choice = |def: &form::DefId| {
            let question = form.question(*def)?;
            let code = question.check.as_ref()?.code.clone();
            Some(ItemChoice {
                to: Consequence::Item {
                    checklist,
                    version: version.to_owned(),
                    item: question.name.clone(),
                    code: code.clone(),
                },
                code,
                title: question.label.clone(),
            })
        };
        form.items().iter().filter_map(choice).collect()
    }
}

pub(crate) fn read_plan(text: &str) -> Result<TalkPlan, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::corrupt("talk", error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::fixture::Fixture;
    use crate::ingest::IngestError;
    use app::api::view::OrphanStep;
    use domain::Command;
    use domain::record::Recorded;
    use domain::talk::{Report, TalkCommand};
    use uuid::Uuid;

    use crate::store::contract::fresh_postgres_url;

    /// What a requirement asks of others, and what came of it elsewhere, is not told to one of those it is put to.
    #[tokio::test]
    async fn a_body_is_told_what_is_asked_of_itself() {
        let fixture = Fixture::new().await;
        let (_, talk, material) = fixture.directive();
        let centre = fixture.unit_of(fixture.person("welfare-centre")).unwrap();
        for (name, sees_all) in [("organiser", true), ("welfare-centre", false)] {
            let person = fixture.person(name);
            let reader = fixture.server.reader(fixture.city.jurisdiction, person);
            let view = reader.talk(talk).await.unwrap().unwrap();
            let asked: Vec<usize> = view
                .requirements
                .iter()
                .map(|one| one.bodies.len())
                .collect();
            let expected = if sees_all {
                [4, 1, 2, 1, 4]
            } else {
                [1, 1, 0, 0, 1]
            };
            assert_eq!(asked, expected, "{name}");
            for one in &view.requirements {
                let named: Vec<BodyId> = one.bodies.iter().map(|asked| asked.body.id).collect();
                assert_eq!(named, one.requirement.bodies, "{name}");
                assert!(sees_all || named.iter().all(|body| *body == centre));
            }
            let view = reader.material(material).await.unwrap().unwrap();
            assert_eq!(view.request.bodies.len(), view.standings.len(), "{name}");
            // What is not theirs to see has no id either.
            let elsewhere = Consequence::Finding(FindingId(Uuid::now_v7()));
            let shown = reader.shown(&[elsewhere]).await.unwrap();
            assert_eq!(shown[0].shown, ConsequenceShown::Hidden);
            assert_eq!(shown[0].to, None);
        }
    }

    /// Given talks of different conveners with different bodies, then whoever asks is listed those that are their business, on pages in
    /// whatever order, and those with something awaited where that is asked.
    #[tokio::test]
    async fn the_list_has_the_talks_that_are_the_readers_business() {
        let fixture = Fixture::new().await;
        let [home, bureau, division, centre] = [
            "welfare-home-1",
            "organiser",
            "child-welfare-officer",
            "welfare-centre",
        ]
        .map(|name| fixture.unit_of(fixture.person(name)).unwrap());
        for (number, conveners, attendees) in [
            (1, vec![bureau], vec![home]),
            (2, vec![bureau, division], vec![centre]),
            (3, vec![division], vec![home, centre]),
        ] {
            let plan = TalkPlan {
                title: Texts::both(format!("约谈{number}"), format!("Talk {number}")),
                notice: None,
                at: now(),
                place: "会议室".into(),
                conveners,
                present: Vec::new(),
                attendees,
            };
            let command = domain::Command::Talk {
                id: TalkId(Uuid::now_v7()),
                command: domain::talk::TalkCommand::Convene(plan),
            };
            let organiser = fixture.person("organiser");
            let done = fixture.server.ingest.command(organiser, &command, now());
            done.await.unwrap();
        }
        let reader = |name| {
            let person = fixture.person(name);
            fixture.server.reader(fixture.city.jurisdiction, person)
        };
        let all = reader("organiser").talks().await.unwrap();
        assert_eq!(all.len(), 4);
        let mut listed = Vec::new();
        for name in [
            "organiser",
            "oversight",
            "committee",
            "welfare-home-1",
            "welfare-centre",
            "child-welfare-officer",
            "fengtai-officer",
            "inspector-01",
            "administrator",
        ] {
            let reader = reader(name);
            let mut expected = Vec::new();
            for talk in &all {
                if reader.sees_talk_of(talk.id).await.unwrap() {
                    expected.push(talk.clone());
                }
            }
            let talks = reader.talks().await.unwrap();
            assert_eq!(talks, expected, "{name}");
            listed.push(talks.len());
            for sort in [
                "title",
                "-at",
                "convener",
                "notice",
                "attendees",
                "-awaited",
            ] {
                let asked = Asked::of([("sort", sort.to_owned()), ("search", "Talk".to_owned())]);
                let page = reader.list_talks(whole(&asked)).await.unwrap();
                let named = expected
                    .iter()
                    .filter(|talk| talk.title.get("en").to_lowercase().contains("talk"));
                assert_eq!(page.total, named.count() as u64, "{name} {sort}");
            }
            let asked = Asked::of([("awaited", "yes".to_owned())]);
            let waited = reader.list_talks(whole(&asked)).await.unwrap().rows;
            expected.retain(|talk| talk.awaited > 0);
            assert_eq!(waited, expected, "{name}");
        }
        assert!(
            listed.contains(&0) && listed.contains(&2) && listed.contains(&4),
            "{listed:?}"
        );
    }

    /// Given a talk that two record, when one has written down what a body reported, then the other, who would write it down once more, is
    /// told so; what another body reported, or a body acknowledged, is nothing to them.
    #[tokio::test]
    async fn who_records_a_report_is_told_that_it_was_recorded() {
        let fixture = Fixture::new().await;
        let (_, id, _) = fixture.directive();
        let organiser = fixture.person("organiser");
        let reader = fixture.server.reader(fixture.city.jurisdiction, organiser);
        let view = reader.talk(id).await.unwrap().unwrap();
        let at = view.plan.at.plus_hours(1);
        let ingest = &fixture.server.ingest;
        let send = async |who, command, seen| {
            let command = Command::Talk { id, command };
            ingest.command_seen(who, &command, Some(seen), at).await
        };
        let hear = async |place: usize, seen| {
            let report = Report {
                body: view.attendees[place].id,
                account: "补充汇报。".into(),
                attachments: Vec::new(),
            };
            send(organiser, TalkCommand::HearReport(report), seen).await
        };
        let told = |answer: Result<Vec<Recorded>, IngestError>| match answer {
            Err(IngestError::Changed(since)) => {
                let kinds = since.iter().map(|event| event.authored.kind.clone());
                kinds.collect::<Vec<_>>()
            }
            other => panic!("{other:?}"),
        };
        hear(0, view.version).await.unwrap();
        assert_eq!(told(hear(0, view.version).await), ["talk.reportHeard"]);
        hear(1, view.version).await.unwrap();
        let now = reader.talk(id).await.unwrap().unwrap();
        assert_eq!(
            (now.version, now.reports.len()),
            (view.version + 2, view.reports.len() + 2)
        );
        // That bodies acknowledge what is asked of them changes nothing that is written here.
        let committee = fixture.person("committee");
        let acknowledge = TalkCommand::Acknowledge {
            requirement: 5,
            body: fixture.unit_of(committee).unwrap(),
        };
        send(committee, acknowledge, now.version).await.unwrap();
        hear(0, now.version).await.unwrap();
    }

    #[tokio::test]
    async fn in_sqlite_what_is_taken_back_lacks_nothing() {
        what_is_taken_back_lacks_nothing(Fixture::new().await).await;
    }

    #[tokio::test]
    async fn in_postgres_what_is_taken_back_lacks_nothing() {
        what_is_taken_back_lacks_nothing(Fixture::on(Some(fresh_postgres_url().await)).await).await;
    }

    /// Given a demand that is awaited and linked to nothing, and a talk in which nothing was said, when the one is withdrawn and the other
    /// called off, then nothing is awaited, neither lacks anything in the trace, and their pages say why.
    async fn what_is_taken_back_lacks_nothing(fixture: Fixture) {
        let (_, id, _) = fixture.directive();
        let organiser = fixture.person("organiser");
        let reader = |name| {
            let person = fixture.person(name);
            fixture.server.reader(fixture.city.jurisdiction, person)
        };
        let ingest = &fixture.server.ingest;
        let does = async |id, command| {
            let command = Command::Talk { id, command };
            ingest.command(organiser, &command, now()).await.unwrap();
        };
        let row = async |id| {
            let rows = reader("organiser").talks().await.unwrap();
            rows.into_iter().find(|row| row.id == id).unwrap()
        };
        let lacks = async |address: &str| {
            let trace = reader("organiser").trace().await.unwrap().unwrap();
            let orphans = trace.orphans.into_iter().flat_map(|group| group.shown);
            orphans
                .filter(|orphan| orphan.address == address)
                .map(|orphan| orphan.step)
                .collect::<Vec<OrphanStep>>()
        };
        let of_demand = format!("/talks/{id}#requirement-5");
        assert_eq!(row(id).await.awaited, 1);
        assert_eq!(
            lacks(&of_demand).await,
            [
                OrphanStep::RequirementNotAcknowledged,
                OrphanStep::RequirementWithoutCheck
            ]
        );
        let reason = || "要求重复".to_owned();
        let withdraw = TalkCommand::WithdrawRequirement {
            requirement: 5,
            reason: reason(),
        };
        does(id, withdraw).await;
        assert_eq!(row(id).await.awaited, 0);
        assert!(lacks(&of_demand).await.is_empty());
        for name in ["organiser", "committee"] {
            let view = reader(name).talk(id).await.unwrap().unwrap();
            let set = view.requirements.iter().find(|one| one.number == 5);
            let set = set.unwrap();
            assert_eq!(set.withdrawn.as_ref().unwrap().reason, "要求重复");
            assert!(
                set.bodies.iter().all(|body| !body.may_acknowledge),
                "{name}"
            );
        }
        let trace = reader("organiser").trace().await.unwrap().unwrap();
        let shown = &trace.directives[0].talks[0].requirements;
        let withdrawn: Vec<u32> = shown
            .iter()
            .filter(|one| one.withdrawn)
            .map(|one| one.number)
            .collect();
        assert_eq!(withdrawn, [5]);
        // Another talk, moved and called off.
        let talk = TalkId(Uuid::now_v7());
        let plan = TalkPlan {
            title: Texts::both("临时约谈", "A talk"),
            notice: None,
            at: now().plus_hours(24),
            place: "会议室".into(),
            conveners: vec![fixture.unit_of(organiser).unwrap()],
            present: Vec::new(),
            attendees: vec![fixture.unit_of(fixture.person("welfare-home-1")).unwrap()],
        };
        let at = now().plus_hours(48);
        does(talk, TalkCommand::Convene(plan.clone())).await;
        let moved = TalkCommand::Move {
            at,
            place: "二楼会议室".into(),
            reason: reason(),
        };
        does(talk, moved).await;
        let address = format!("/talks/{talk}");
        assert!(!lacks(&address).await.is_empty());
        assert_eq!(row(talk).await.at, at);
        for name in ["organiser", "welfare-home-1"] {
            let view = reader(name).talk(talk).await.unwrap().unwrap();
            assert_eq!((view.plan.at, view.plan.place.as_str()), (at, "二楼会议室"));
            assert_eq!(view.moved.unwrap().before, (plan.at, plan.place.clone()));
        }
        does(talk, TalkCommand::Cancel { reason: reason() }).await;
        assert!(lacks(&address).await.is_empty());
        assert!(row(talk).await.cancelled);
        for name in ["organiser", "welfare-home-1"] {
            let view = reader(name).talk(talk).await.unwrap().unwrap();
            assert!(!view.may_hold, "{name}");
            assert_eq!(view.cancelled.unwrap().reason, "要求重复");
            let record = reader(name).history_of(stream(talk), 1).await;
            let rows = record.unwrap().unwrap().rows;
            let kinds: Vec<&str> = rows.iter().map(|row| row.kind.as_str()).collect();
            assert_eq!(kinds, ["talk.convened", "talk.moved", "talk.cancelled"]);
        }
    }
}
