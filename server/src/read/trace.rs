//! The trace: directive → talk → body → check → finding → closure, and whatever has no link to what stands before or after it.
//!
//! # Which findings come of a requirement
//! Those linked to it one by one; and those raised in a campaign linked to it, for an item linked to it. Where only campaigns are
//! linked, every finding of theirs; where only items are, every finding for them, in whatever campaign.

use std::collections::{BTreeMap, BTreeSet};

use app::api::view::{
    FindingRow, LinkedNotice, Named, NoticeRow, Orphan, OrphanGroup, OrphanStep, TraceDirective,
    TraceRequirement, TraceTalk, TraceView,
};
use domain::Facts;
use domain::finding::Stage;
use domain::id::{CampaignId, NoticeId, TalkId};
use domain::permission::Act;
use domain::record::{Stream, StreamKind};
use domain::talk::{Consequence, Talk};

use super::{Reader, both, count, parsed, small};
use crate::on_database;
use crate::store::StoreError;
use crate::store::database::{Database, list};
use crate::world::fold;

/// Rows shown of each kind of orphan.
const SHOWN: usize = 20;

/// What findings come of some consequences, as lists to bind.
#[derive(Default)]
struct Reach {
    findings: Vec<String>,
    /// Campaigns every finding of which counts.
    campaigns: Vec<String>,
    /// `checklist/code`: items that count in every campaign.
    items: Vec<String>,
    /// `campaign/checklist/code`.
    pairs: Vec<String>,
}

impl Reach {
    /// Takes in one requirement's.
    fn add(&mut self, consequences: &[Consequence]) {
        let (mut campaigns, mut items) = (Vec::new(), Vec::new());
        for to in consequences {
            match to {
                Consequence::Campaign(id) => campaigns.push(id.to_string()),
                Consequence::Finding(id) => self.findings.push(id.to_string()),
                Consequence::Item {
                    checklist, code, ..
                } => items.push(format!("{checklist}/{code}")),
            }
        }
        if items.is_empty() {
            self.campaigns.extend(campaigns);
        } else if campaigns.is_empty() {
            self.items.extend(items);
        } else {
            for campaign in &campaigns {
                self.pairs
                    .extend(items.iter().map(|item| format!("{campaign}/{item}")));
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.findings.is_empty()
            && self.campaigns.is_empty()
            && self.items.is_empty()
            && self.pairs.is_empty()
    }

    /// A condition on a finding `f` of an assignment `a`; its parameters are `$2` to `$5`.
    fn condition(database: &Database) -> String {
        let [finding, campaign, item, pair] = [
            database.is_one_of("f.id", "$2"),
            database.is_one_of("coalesce(a.campaign, '')", "$3"),
            database.is_one_of("coalesce(a.checklist, '') || '/' || f.code", "$4"),
            database.is_one_of(
                "coalesce(a.campaign, '') || '/' || coalesce(a.checklist, '') || '/' || f.code",
                "$5",
            ),
        ];
        format!("({finding} or {campaign} or {item} or {pair})")
    }

    fn parameters(&self) -> [String; 4] {
        [&self.findings, &self.campaigns, &self.items, &self.pairs]
            .map(|texts| list(texts.iter().cloned()))
    }
}

const FINDINGS: &str = "from finding f left join assignment a on a.jurisdiction = f.jurisdiction and a.id = f.inspection \
     where f.jurisdiction = $1";
const INSPECTED: &str = "select a.campaign, count(*) from assignment a \
     join inspection i on i.jurisdiction = a.jurisdiction and i.id = a.id where a.jurisdiction = $1 group by a.campaign";
const TALKS: &str =
    "select id from talk where jurisdiction = $1 order by at desc, id desc limit 500";
const LINKS: &str =
    "select talk, number, content from talk_link where jurisdiction = $1 and removed = 0";

impl Reader {
    /// How many findings in the viewer's scope come of some consequences, and how many of them are closed.
    pub(crate) async fn found(
        &self,
        consequences: &[Consequence],
    ) -> Result<(u32, u32), StoreError> {
        let mut reach = Reach::default();
        reach.add(consequences);
        if reach.is_empty() {
            return Ok((0, 0));
        }
        let visible = self.visible(Act::See);
        let sql = format!(
            "select f.stage, count(*) {FINDINGS} and {} and {} group by f.stage",
            Reach::condition(&self.database),
            visible.condition(&self.database, "f.body", "$6")
        );
        let [findings, campaigns, items, pairs] = reach.parameters();
        let rows: Vec<(String, i64)> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(findings).bind(campaigns).bind(items).bind(pairs)
            .bind(visible.parameter()).fetch_all(pool).await?);
        let closed = rows
            .iter()
            .filter(|(stage, _)| stage == Stage::Closed.code())
            .map(|(_, number)| number)
            .sum();
        Ok((
            small(rows.iter().map(|(_, number)| number).sum()),
            small(closed),
        ))
    }

    /// Findings in the viewer's scope that no requirement leads to: all there are, and the newest of them.
    pub(crate) async fn findings_without_requirement(
        &self,
        longest: u32,
    ) -> Result<(u64, Vec<FindingRow>), StoreError> {
        let reach = self.reach_of_all().await?;
        let visible = self.visible(Act::See);
        let rest = format!(
            "{FINDINGS} and not {} and {}",
            Reach::condition(&self.database),
            visible.condition(&self.database, "f.body", "$6")
        );
        let [findings, campaigns, items, pairs] = reach.parameters();
        let all = format!("select count(*) {rest}");
        let total: i64 = on_database!(&self.database, pool => sqlx::query_scalar(sqlx::AssertSqlSafe(all.as_str()))
            .bind(self.own()).bind(&findings).bind(&campaigns).bind(&items).bind(&pairs)
            .bind(visible.parameter()).fetch_one(pool).await?);
        let newest = format!("select f.id {rest} order by f.raised_at desc, f.id desc limit $7");
        let ids: Vec<String> = on_database!(&self.database, pool => sqlx::query_scalar(sqlx::AssertSqlSafe(newest.as_str()))
            .bind(self.own()).bind(&findings).bind(&campaigns).bind(&items).bind(&pairs)
            .bind(visible.parameter()).bind(i64::from(longest)).fetch_all(pool).await?);
        let ids = ids
            .iter()
            .map(|id| parsed("finding id", id, id.parse().ok()))
            .collect::<Result<Vec<_>, _>>()?;
        Ok((count(total), self.findings_named(&ids).await?))
    }

    async fn reach_of_all(&self) -> Result<Reach, StoreError> {
        let rows: Vec<(String, String, String)> = on_database!(&self.database, pool => sqlx::query_as(LINKS)
            .bind(self.own()).fetch_all(pool).await?);
        let mut requirements: BTreeMap<(String, String), Vec<Consequence>> = BTreeMap::new();
        for (talk, number, content) in rows {
            let to = serde_json::from_str(&content)
                .map_err(|error| StoreError::corrupt("link of a requirement", error))?;
            requirements.entry((talk, number)).or_default().push(to);
        }
        let mut reach = Reach::default();
        for consequences in requirements.values() {
            reach.add(consequences);
        }
        Ok(reach)
    }

    /// None for those who do not see campaigns: they learn of no check to come.
    pub async fn trace(&self) -> Result<Option<TraceView>, StoreError> {
        if !self.sees_campaigns() {
            return Ok(None);
        }
        let notices = self.notices().await?;
        let seen: BTreeSet<TalkId> = self.talks().await?.iter().map(|talk| talk.id).collect();
        let talks: Vec<(TalkId, Talk)> = self
            .all_talks()
            .await?
            .into_iter()
            .filter(|(id, _)| seen.contains(id))
            .collect();
        let campaigns: BTreeMap<CampaignId, form::Texts> = self
            .campaigns()
            .await?
            .into_iter()
            .map(|row| (row.id, row.name))
            .collect();
        let inspected: BTreeMap<CampaignId, u32> = self.inspected().await?;
        let mut directives: Vec<TraceDirective> = Vec::new();
        for (id, talk) in &talks {
            let Some(plan) = &talk.plan else { continue };
            let mut requirements = Vec::with_capacity(talk.requirements.len());
            for (number, set) in &talk.requirements {
                let (found, closed) = self.found(&set.consequences).await?;
                let of_requirement: Vec<CampaignId> = set
                    .consequences
                    .iter()
                    .filter_map(|to| match to {
                        Consequence::Campaign(id) => Some(*id),
                        _ => None,
                    })
                    .collect();
                let items = set.consequences.iter().filter_map(|to| match to {
                    Consequence::Item { code, .. } => Some(code.clone()),
                    _ => None,
                });
                requirements.push(TraceRequirement {
                    number: *number,
                    text: set.requirement.text.clone(),
                    bodies: set
                        .requirement
                        .bodies
                        .iter()
                        .map(|body| {
                            let acknowledged = set.acknowledged.contains_key(body);
                            (self.linked_body(*body), acknowledged)
                        })
                        .collect(),
                    inspections: of_requirement
                        .iter()
                        .filter_map(|id| inspected.get(id))
                        .sum(),
                    campaigns: of_requirement
                        .into_iter()
                        .filter_map(|id| {
                            let name = campaigns.get(&id)?.clone();
                            Some(Named { id, name })
                        })
                        .collect(),
                    items: items.collect(),
                    found,
                    closed,
                });
            }
            let shown = TraceTalk {
                id: *id,
                title: plan.title.clone(),
                at: plan.at,
                requirements,
            };
            let same = |directive: &&mut TraceDirective| {
                directive.notice.as_ref().map(|notice| notice.id) == plan.notice
            };
            match directives.iter_mut().find(same) {
                Some(directive) => directive.talks.push(shown),
                None => directives.push(directive(plan.notice, &notices, shown)),
            }
        }
        let orphans = self
            .orphans(&notices, &talks, &campaigns, &inspected)
            .await?;
        Ok(Some(TraceView {
            directives,
            orphans,
        }))
    }

    async fn all_talks(&self) -> Result<Vec<(TalkId, Talk)>, StoreError> {
        let ids: Vec<String> = on_database!(&self.database, pool => sqlx::query_scalar(TALKS)
            .bind(self.own()).fetch_all(pool).await?);
        let ids = ids
            .iter()
            .map(|id| parsed("talk id", id, id.parse().ok().map(TalkId)))
            .collect::<Result<Vec<_>, _>>()?;
        let streams: Vec<String> = ids
            .iter()
            .map(|id| {
                Stream {
                    kind: StreamKind::Talk,
                    id: id.0,
                }
                .to_string()
            })
            .collect();
        let events = self.log.streams(self.jurisdiction, &streams).await?;
        let mut facts = Facts::default();
        fold(&mut facts, &events);
        Ok(ids
            .into_iter()
            .map(|id| (id, facts.talk(id).clone()))
            .collect())
    }

    async fn inspected(&self) -> Result<BTreeMap<CampaignId, u32>, StoreError> {
        let rows: Vec<(String, i64)> = on_database!(&self.database, pool => sqlx::query_as(INSPECTED)
            .bind(self.own()).fetch_all(pool).await?);
        rows.into_iter()
            .map(|(campaign, number)| {
                let id = parsed("campaign id", &campaign, campaign.parse().ok())?;
                Ok((id, small(number)))
            })
            .collect()
    }

    async fn orphans(
        &self,
        notices: &[NoticeRow],
        talks: &[(TalkId, Talk)],
        campaigns: &BTreeMap<CampaignId, form::Texts>,
        inspected: &BTreeMap<CampaignId, u32>,
    ) -> Result<Vec<OrphanGroup>, StoreError> {
        let mut found: BTreeMap<OrphanStep, Vec<Orphan>> = BTreeMap::new();
        let mut orphan = |step: OrphanStep, title: form::Texts, address: String| {
            found
                .entry(step)
                .or_default()
                .push(Orphan { title, address });
        };
        let pressed: BTreeSet<NoticeId> = talks
            .iter()
            .filter_map(|(_, talk)| talk.plan.as_ref()?.notice)
            .collect();
        for notice in notices
            .iter()
            .filter(|notice| !pressed.contains(&notice.id))
        {
            orphan(
                OrphanStep::DirectiveWithoutTalk,
                notice.title.clone(),
                format!("/notices/{}", notice.id),
            );
        }
        let mut checking: BTreeSet<CampaignId> = BTreeSet::new();
        for (id, talk) in talks {
            let Some(plan) = &talk.plan else { continue };
            let address = format!("/talks/{id}");
            if plan.notice.is_none() {
                orphan(
                    OrphanStep::TalkWithoutDirective,
                    plan.title.clone(),
                    address.clone(),
                );
            }
            if talk.requirements.is_empty() {
                orphan(
                    OrphanStep::TalkWithoutRequirement,
                    plan.title.clone(),
                    address.clone(),
                );
            }
            for body in &plan.attendees {
                let name = self.body_name(*body);
                if !talk.reports.iter().any(|(report, _)| report.body == *body) {
                    orphan(OrphanStep::BodyNotHeard, name.clone(), address.clone());
                }
                let asked = talk
                    .requirements
                    .values()
                    .any(|set| set.requirement.bodies.contains(body));
                if !asked {
                    orphan(OrphanStep::BodyWithoutRequirement, name, address.clone());
                }
            }
            for (number, set) in &talk.requirements {
                let numbered = |chinese: &str, english: &str| {
                    both(
                        format!("第{number}项：{chinese}"),
                        format!("Requirement {number}: {english}"),
                    )
                };
                let address = format!("{address}#requirement-{number}");
                for body in &set.requirement.bodies {
                    if !set.acknowledged.contains_key(body) {
                        let name = self.body_name(*body);
                        orphan(
                            OrphanStep::RequirementNotAcknowledged,
                            numbered(name.get("zh-Hans"), name.get("en")),
                            address.clone(),
                        );
                    }
                }
                let mut checks = false;
                for to in &set.consequences {
                    match to {
                        Consequence::Campaign(id) => {
                            checking.insert(*id);
                            checks = true;
                        }
                        Consequence::Item { .. } => checks = true,
                        Consequence::Finding(_) => {}
                    }
                }
                if !checks {
                    let text = &set.requirement.text;
                    orphan(
                        OrphanStep::RequirementWithoutCheck,
                        numbered(text.get("zh-Hans"), text.get("en")),
                        address,
                    );
                }
            }
        }
        for (id, name) in campaigns {
            let address = format!("/campaigns/{id}");
            if !checking.contains(id) {
                orphan(
                    OrphanStep::CheckWithoutRequirement,
                    name.clone(),
                    address.clone(),
                );
            }
            if inspected.get(id).copied().unwrap_or(0) == 0 {
                orphan(OrphanStep::CheckWithoutInspection, name.clone(), address);
            }
        }
        let (findings, newest) = self
            .findings_without_requirement(u32::try_from(SHOWN).unwrap_or(u32::MAX))
            .await?;
        for finding in newest {
            let (body, title) = (&finding.body.name, &finding.title);
            let title = both(
                format!("{}：{}", body.get("zh-Hans"), title.get("zh-Hans")),
                format!("{}: {}", body.get("en"), title.get("en")),
            );
            orphan(
                OrphanStep::FindingWithoutRequirement,
                title,
                format!("/findings/{}", finding.id),
            );
        }
        Ok(found
            .into_iter()
            .map(|(step, mut shown)| {
                let total = if step == OrphanStep::FindingWithoutRequirement {
                    findings
                } else {
                    shown.len() as u64
                };
                shown.truncate(SHOWN);
                OrphanGroup { step, total, shown }
            })
            .collect())
    }
}

/// A directive with the first of its talks.
fn directive(notice: Option<NoticeId>, notices: &[NoticeRow], talk: TraceTalk) -> TraceDirective {
    let row = notices.iter().find(|row| Some(row.id) == notice);
    TraceDirective {
        notice: row.map(|row| LinkedNotice {
            id: row.id,
            number: row.number.clone(),
            title: row.title.clone(),
        }),
        receipts: row.map_or(0, |row| row.receipts),
        addressees: row.map_or(0, |row| row.addressees),
        talks: vec![talk],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::fixture::{Fixture, device};
    use crate::server::now;
    use app::api::view::RequirementView;
    use domain::Command;
    use domain::id::FindingId;
    use domain::talk::TalkCommand;
    use serde_json::json;
    use uuid::Uuid;

    async fn requirement(fixture: &Fixture, reader: &Reader, number: u32) -> RequirementView {
        let (_, talk, _) = fixture.directive();
        let view = reader.talk(talk).await.unwrap().unwrap();
        let mut all = view.requirements.into_iter();
        all.find(|one| one.number == number).unwrap()
    }

    fn total(view: &TraceView, step: OrphanStep) -> u64 {
        let mut groups = view.orphans.iter();
        groups
            .find(|group| group.step == step)
            .map_or(0, |group| group.total)
    }

    /// Given the demo city's talk and a finding that nothing it demands leads to, when the finding is linked, then it stands in the
    /// chain and is no orphan.
    #[tokio::test]
    async fn a_finding_is_an_orphan_until_a_requirement_leads_to_it() {
        let fixture = Fixture::new().await;
        let (_, talk, _) = fixture.directive();
        let reader = || {
            let organiser = fixture.person("organiser");
            fixture.server.reader(fixture.city.jurisdiction, organiser)
        };
        let before = reader().trace().await.unwrap().unwrap();
        assert_eq!(before.directives.len(), 1);
        assert_eq!(before.directives[0].talks[0].requirements.len(), 5);
        assert_eq!(total(&before, OrphanStep::RequirementWithoutCheck), 1);
        assert_eq!(total(&before, OrphanStep::RequirementNotAcknowledged), 1);
        assert_eq!(total(&before, OrphanStep::BodyNotHeard), 0);
        let already = total(&before, OrphanStep::FindingWithoutRequirement);
        // A finding of the campaign comes of the demands that the campaign looks into, for whatever item …
        let (id, order) = fixture.visit_with_one_item().await;
        let cookie = fixture.sign_in(&fixture.name_of(order.leader)).await;
        let finding = FindingId(Uuid::now_v7());
        let photos = json!([{ "hash": "7".repeat(64), "takenAt": now() }]);
        let events = vec![
            fixture.not_met(id, &order, finding, device(1), 1),
            fixture.raised(id, &order, finding, device(1), 2, ("门未关", &photos)),
        ];
        fixture.push(&cookie, device(1), events).await;
        let third = requirement(&fixture, &reader(), 3).await;
        let of_campaign = third.found;
        let orphans = |view: &TraceView| total(view, OrphanStep::FindingWithoutRequirement);
        let view = reader().trace().await.unwrap().unwrap();
        assert_eq!(orphans(&view) - already + u64::from(of_campaign), 1);
        // … and one that is linked by itself comes of that demand, too
        let command = Command::Talk {
            id: talk,
            command: TalkCommand::Link {
                requirement: 5,
                to: Consequence::Finding(finding),
            },
        };
        let organiser = fixture.person("organiser");
        let done = fixture.server.ingest.command(organiser, &command, now());
        done.await.unwrap();
        assert_eq!(requirement(&fixture, &reader(), 5).await.found, 1);
        let view = reader().trace().await.unwrap().unwrap();
        assert_eq!(orphans(&view), already);
        let last = &view.directives[0].talks[0].requirements[4];
        assert_eq!((last.found, last.closed), (1, 0));
    }

    /// Given the demo city, when people of parts of it ask, then each sees the talk and the materials that concern them.
    #[tokio::test]
    async fn talks_and_materials_are_for_those_they_concern() {
        let fixture = Fixture::new().await;
        let (_, talk, material) = fixture.directive();
        for (name, talks, standings, traces) in [
            ("organiser", true, 4, true),
            ("oversight", true, 4, true),
            ("committee", true, 4, false),
            ("welfare-centre", true, 1, false),
            ("welfare-home-1", false, 0, false),
            ("fengtai-officer", false, 0, false),
            ("inspector-01", false, 0, false),
        ] {
            let person = fixture.person(name);
            let reader = fixture.server.reader(fixture.city.jurisdiction, person);
            let seen = reader.talk(talk).await.unwrap();
            assert_eq!(seen.is_some(), talks, "{name}");
            assert_eq!(reader.talks().await.unwrap().len(), usize::from(talks));
            let view = reader.material(material).await.unwrap();
            let count = view.map_or(0, |view| view.standings.len());
            assert_eq!(count, standings, "{name}");
            let rows = reader.materials().await.unwrap();
            assert_eq!(rows.len(), usize::from(standings > 0), "{name}");
            assert_eq!(reader.trace().await.unwrap().is_some(), traces, "{name}");
        }
        // The centre reads what it reported and what was said of its materials, and no campaign it is looked into by.
        let centre = fixture.person("welfare-centre");
        let reader = fixture.server.reader(fixture.city.jurisdiction, centre);
        let view = reader.talk(talk).await.unwrap().unwrap();
        assert_eq!(view.reports.len(), 1);
        let stream = Stream {
            kind: StreamKind::Talk,
            id: talk.0,
        };
        let record = reader.history_of(stream).await.unwrap().unwrap();
        assert_eq!(record[0].version, 1);
        let by_others = record[1..]
            .iter()
            .filter(|entry| entry.actor.as_ref().is_none_or(|actor| actor.id != centre));
        assert_eq!(by_others.count(), 0);
        let second = &view.requirements[1];
        assert!(
            second
                .consequences
                .iter()
                .all(|one| matches!(one.to, Some(Consequence::Item { .. }))),
            "{second:?}"
        );
    }
}
