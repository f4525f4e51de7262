//! The trace: directive → talk → body → check → finding → closure, and whatever has no link to what stands before or after it.
//!
//! # Which findings come of a requirement
//! Those linked to it one by one; and those raised in a campaign linked to it, for an item linked to it. Where only campaigns are
//! linked, every finding of theirs; where only items are, every finding for them, in whatever campaign.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use app::api::view::{
    FindingRow, LinkedNotice, Named, NoticeRow, Orphan, OrphanGroup, OrphanStep, Page,
    RequirementChoice, RequirementFilter, TraceDirective, TraceRequirement, TraceTalk, TraceView,
};
use domain::Facts;
use domain::finding::Stage;
use domain::id::{CampaignId, NoticeId, TalkId};
use domain::permission::{Act, Place};
use domain::record::{Stream, StreamKind};
use domain::talk::{Consequence, Talk};

use super::list::{Select, Wanted, found_in};
use super::projector::number_text;
use super::{Reader, Visible, both, count, parsed, small};
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

    /// A condition on a finding `f` of an assignment `a`; where its [`Reach::parameters`] are bound.
    fn condition(database: &Database, parameters: [&str; 4]) -> String {
        let [findings, campaigns, items, pairs] = parameters;
        let [finding, campaign, item, pair] = [
            database.is_one_of("f.id", findings),
            database.is_one_of("coalesce(a.campaign, '')", campaigns),
            database.is_one_of("coalesce(a.checklist, '') || '/' || f.code", items),
            database.is_one_of(
                "coalesce(a.campaign, '') || '/' || coalesce(a.checklist, '') || '/' || f.code",
                pairs,
            ),
        ];
        format!("({finding} or {campaign} or {item} or {pair})")
    }

    fn parameters(&self) -> [String; 4] {
        [&self.findings, &self.campaigns, &self.items, &self.pairs]
            .map(|texts| list(texts.iter().cloned()))
    }
}

/// Where the parameters of [`Reach::condition`] stand in the statements of this file.
const REACH: [&str; 4] = ["$2", "$3", "$4", "$5"];
const FINDINGS: &str = "from finding f left join assignment a on a.jurisdiction = f.jurisdiction and a.id = f.inspection \
     where f.jurisdiction = $1";
const INSPECTED: &str = "select a.campaign, count(*) from assignment a \
     join inspection i on i.jurisdiction = a.jurisdiction and i.id = a.id where a.jurisdiction = $1";
const TALKS: &str = "select id from talk where jurisdiction = $1 order by at desc, id desc";
const LINKS: &str =
    "select talk, number, content from talk_link where jurisdiction = $1 and removed = 0";
const LINKS_OF_ONE: &str = "select content from talk_link where jurisdiction = $1 and talk = $2 and number = $3 and removed = 0";

/// What the chain is made of, as far as the viewer sees it.
struct Chain {
    notices: Vec<NoticeRow>,
    talks: Vec<(TalkId, Talk)>,
    campaigns: BTreeMap<CampaignId, form::Texts>,
}

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
            Reach::condition(&self.database, REACH),
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
            Reach::condition(&self.database, REACH),
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

    /// Of the findings `f` of assignments `a` those that a filter by requirement asks for; none for who does not see campaigns.
    pub(crate) async fn of_requirement(
        &self,
        mut select: Select,
        asked: &str,
    ) -> Result<Select, StoreError> {
        if asked.is_empty() {
            return Ok(select);
        }
        let asked = RequirementFilter::from_code(asked);
        let reach = match asked {
            Some(RequirementFilter::None) if self.sees_campaigns() => self.reach_of_all().await?,
            Some(RequirementFilter::Of { talk, number }) => {
                let mut reach = Reach::default();
                reach.add(&self.consequences(talk, number).await?);
                reach
            }
            Some(RequirementFilter::None) | None => return Ok(select.and("1 = 0")),
        };
        let parameters = reach.parameters().map(|list| select.bind(list));
        let condition =
            Reach::condition(&self.database, std::array::from_fn(|one| &*parameters[one]));
        let not = if asked == Some(RequirementFilter::None) {
            "not "
        } else {
            ""
        };
        Ok(select.and(&format!("{not}{condition}")))
    }

    /// The campaigns that look into the requirement a filter asks for, as their ids.
    pub(crate) async fn campaigns_of_requirement(
        &self,
        asked: &str,
    ) -> Result<Vec<String>, StoreError> {
        let Some(RequirementFilter::Of { talk, number }) = RequirementFilter::from_code(asked)
        else {
            return Ok(Vec::new());
        };
        let consequences = self.consequences(talk, number).await?;
        Ok(consequences
            .iter()
            .filter_map(|to| match to {
                Consequence::Campaign(id) => Some(id.to_string()),
                _ => None,
            })
            .collect())
    }

    /// What a requirement of a talk leads to; nothing where the talk is not the viewer's business, or they see no campaigns.
    async fn consequences(
        &self,
        talk: TalkId,
        number: u32,
    ) -> Result<Vec<Consequence>, StoreError> {
        if !self.sees_campaigns() || !self.sees_talk_of(talk).await? {
            return Ok(Vec::new());
        }
        let rows: Vec<String> = on_database!(&self.database, pool => sqlx::query_scalar(LINKS_OF_ONE)
            .bind(self.own()).bind(talk.to_string()).bind(number_text(number)).fetch_all(pool).await?);
        let read = |content: &String| {
            serde_json::from_str(content)
                .map_err(|error| StoreError::corrupt("link of a requirement", error))
        };
        rows.iter().map(read).collect()
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

    async fn whole_chain(&self) -> Result<Chain, StoreError> {
        let notices = self.seen_notices().await?;
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
        Ok(Chain {
            notices,
            talks,
            campaigns,
        })
    }

    /// The requirements of the talks that the viewer holds, of the latest talk first.
    pub async fn requirement_choices(&self) -> Result<Vec<RequirementChoice>, StoreError> {
        if !self.may(Act::Organise, &Place::Anywhere) {
            return Ok(Vec::new());
        }
        let mut talks = self.all_talks().await?;
        talks.retain(|(_, talk)| {
            let is_held = talk.plan.as_ref().is_some_and(|plan| self.holds_talk(plan));
            is_held && talk.cancelled.is_none()
        });
        talks.sort_by_key(|(id, talk)| Reverse((talk.plan.as_ref().map(|plan| plan.at), *id)));
        let choices = talks.iter().flat_map(|(id, talk)| {
            let title = talk.plan.as_ref().map(|plan| plan.title.clone());
            let title = title.unwrap_or_default();
            talk.requirements
                .iter()
                .filter(|(_, set)| set.withdrawn.is_none())
                .map(move |(number, set)| RequirementChoice {
                    talk: *id,
                    number: *number,
                    title: title.clone(),
                    text: set.requirement.text.clone(),
                })
        });
        Ok(choices.collect())
    }

    /// None for those who do not see campaigns: they learn of no check to come.
    pub async fn trace(&self) -> Result<Option<TraceView>, StoreError> {
        if !self.sees_campaigns() {
            return Ok(None);
        }
        let chain = self.whole_chain().await?;
        let Chain {
            notices,
            talks,
            campaigns,
        } = &chain;
        let inspected: BTreeMap<CampaignId, u32> = self.inspected(&self.visible(Act::See)).await?;
        let mut directives: Vec<TraceDirective> = Vec::new();
        for (id, talk) in talks {
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
                    withdrawn: set.withdrawn.is_some(),
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
                cancelled: talk.cancelled.is_some(),
                requirements,
            };
            let same = |directive: &&mut TraceDirective| {
                directive.notice.as_ref().map(|notice| notice.id) == plan.notice
            };
            match directives.iter_mut().find(same) {
                Some(directive) => directive.talks.push(shown),
                None => directives.push(directive(plan.notice, notices, shown)),
            }
        }
        let mut orphans: Vec<OrphanGroup> = Vec::new();
        for orphan in self.orphans(&chain).await? {
            match orphans.last_mut().filter(|group| group.step == orphan.step) {
                Some(group) => {
                    group.total += 1;
                    if group.shown.len() < SHOWN {
                        group.shown.push(orphan);
                    }
                }
                None => orphans.push(OrphanGroup {
                    step: orphan.step,
                    total: 1,
                    shown: vec![orphan],
                }),
            }
        }
        orphans.extend(self.orphan_findings().await?);
        Ok(Some(TraceView {
            directives,
            orphans,
        }))
    }

    /// What lacks a link in the chain, but for findings, which have their own list.
    pub async fn list_orphans(&self, wanted: Wanted<'_>) -> Result<Page<Orphan>, StoreError> {
        let mut orphans = if self.sees_campaigns() {
            self.orphans(&self.whole_chain().await?).await?
        } else {
            Vec::new()
        };
        let (step, search) = (wanted.asked.filter("step"), &wanted.asked.search);
        orphans.retain(|orphan| {
            (step.is_empty() || orphan.step.code() == step) && found_in([&orphan.title], search)
        });
        Ok(self.page_of(orphans, wanted))
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

    /// How many inspections of some bodies each campaign has.
    async fn inspected(&self, bodies: &Visible) -> Result<BTreeMap<CampaignId, u32>, StoreError> {
        let sql = format!(
            "{INSPECTED} and {} group by a.campaign",
            bodies.condition(&self.database, "i.target", "$2")
        );
        let rows: Vec<(String, i64)> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(bodies.parameter()).fetch_all(pool).await?);
        rows.into_iter()
            .map(|(campaign, number)| {
                let id = parsed("campaign id", &campaign, campaign.parse().ok())?;
                Ok((id, small(number)))
            })
            .collect()
    }

    /// In the order of the steps.
    async fn orphans(&self, chain: &Chain) -> Result<Vec<Orphan>, StoreError> {
        let Chain {
            notices,
            talks,
            campaigns,
        } = chain;
        // A campaign with inspections that the viewer does not see has inspections.
        let inspected = self.inspected(&Visible::All).await?;
        let mut found: BTreeMap<OrphanStep, Vec<(form::Texts, String)>> = BTreeMap::new();
        let mut orphan = |step: OrphanStep, title: form::Texts, address: String| {
            found.entry(step).or_default().push((title, address));
        };
        // One that was called off presses nothing, and lacks nothing.
        let held = || talks.iter().filter(|(_, talk)| talk.cancelled.is_none());
        let pressed: BTreeSet<NoticeId> = held()
            .filter_map(|(_, talk)| talk.plan.as_ref()?.notice)
            .collect();
        for notice in notices
            .iter()
            .filter(|notice| !notice.withdrawn && !pressed.contains(&notice.id))
        {
            orphan(
                OrphanStep::DirectiveWithoutTalk,
                notice.title.clone(),
                format!("/notices/{}", notice.id),
            );
        }
        let mut checking: BTreeSet<CampaignId> = BTreeSet::new();
        for (id, talk) in held() {
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
                // Of one that was withdrawn nothing is missing.
                let stands = set.withdrawn.is_none();
                for body in &set.requirement.bodies {
                    if stands && !set.acknowledged.contains_key(body) {
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
                if stands && !checks {
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
        let ordered = found
            .into_iter()
            .flat_map(|(step, all)| all.into_iter().map(move |one| (step, one)));
        Ok((0..)
            .zip(ordered)
            .map(|(index, (step, (title, address)))| Orphan {
                step,
                index,
                title,
                address,
            })
            .collect())
    }

    /// None where there is none.
    async fn orphan_findings(&self) -> Result<Option<OrphanGroup>, StoreError> {
        let step = OrphanStep::FindingWithoutRequirement;
        let (total, newest) = self
            .findings_without_requirement(u32::try_from(SHOWN).unwrap_or(u32::MAX))
            .await?;
        let shown = (0..).zip(newest).map(|(index, finding)| {
            let (body, title) = (&finding.body.name, &finding.title);
            Orphan {
                step,
                index,
                title: both(
                    format!("{}：{}", body.get("zh-Hans"), title.get("zh-Hans")),
                    format!("{}: {}", body.get("en"), title.get("en")),
                ),
                address: format!("/findings/{}", finding.id),
            }
        });
        let shown = shown.collect();
        Ok((total > 0).then_some(OrphanGroup { step, total, shown }))
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
            withdrawn: row.withdrawn,
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
    use crate::read::list::whole;
    use crate::server::now;
    use crate::store::contract::fresh_postgres_url;
    use app::api::view::RequirementView;
    use app::list::Asked;
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

    #[tokio::test]
    async fn in_sqlite_every_count_opens_a_list() {
        every_count_opens_a_list_as_long_as_it_says(Fixture::new().await).await;
    }

    #[tokio::test]
    async fn in_postgres_every_count_opens_a_list() {
        let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
        every_count_opens_a_list_as_long_as_it_says(fixture).await;
    }

    /// Given the demo city and a talk without a notice, when somebody follows any count of the trace, then the list it opens has as many
    /// rows; and when the talk's notice is named, then it stands under it and is a gap no longer.
    async fn every_count_opens_a_list_as_long_as_it_says(fixture: Fixture) {
        let organiser = fixture.person("organiser");
        let (notice, held, _) = fixture.directive();
        let known = fixture.server.reader(fixture.city.jurisdiction, organiser);
        let view = known.talk(held).await.unwrap().unwrap();
        let id = TalkId(Uuid::now_v7());
        let tell = async |command: TalkCommand| {
            let command = Command::Talk { id, command };
            let done = fixture.server.ingest.command(organiser, &command, now());
            done.await.unwrap();
        };
        tell(TalkCommand::Convene(domain::talk::TalkPlan {
            notice: None,
            at: now(),
            ..view.plan
        }))
        .await;
        let (visit, order) = fixture.visit_with_one_item().await;
        let cookie = fixture.sign_in(&fixture.name_of(order.leader)).await;
        let finding = FindingId(Uuid::now_v7());
        let photos = json!([{ "hash": "7".repeat(64), "takenAt": now() }]);
        let events = vec![
            fixture.not_met(visit, &order, finding, device(1), 1),
            fixture.raised(visit, &order, finding, device(1), 2, ("门未关", &photos)),
        ];
        fixture.push(&cookie, device(1), events).await;
        let mut unlinked = BTreeMap::new();
        for (name, linked) in [
            ("organiser", false),
            ("oversight", false),
            ("organiser", true),
            ("oversight", true),
        ] {
            if linked && name == "organiser" {
                let link = Command::Talk {
                    id: held,
                    command: TalkCommand::Link {
                        requirement: 5,
                        to: Consequence::Finding(finding),
                    },
                };
                let done = fixture.server.ingest.command(organiser, &link, now());
                done.await.unwrap();
            }
            let person = fixture.person(name);
            let reader = fixture.server.reader(fixture.city.jurisdiction, person);
            let trace = reader.trace().await.unwrap().unwrap();
            let length = async |list: &str, asked: &Asked| {
                let page = reader.list(list.trim_start_matches('/'), whole(asked));
                page.await.unwrap().unwrap().total
            };
            let steps: BTreeSet<OrphanStep> =
                trace.orphans.iter().map(|group| group.step).collect();
            assert!(
                steps.contains(&OrphanStep::TalkWithoutDirective),
                "{steps:?}"
            );
            let loose = trace.orphans.iter();
            let loose = loose.filter(|group| group.step == OrphanStep::FindingWithoutRequirement);
            let loose: u64 = loose.map(|group| group.total).sum();
            let before = unlinked.insert(name, loose);
            // What is linked is loose no longer.
            assert_eq!(before.map(|before| before - 1), linked.then_some(loose));
            for group in &trace.orphans {
                let (path, asked) = group.step.list();
                let list = path.rsplit('/').next().unwrap_or(path);
                assert_eq!(
                    length(list, &asked).await,
                    group.total,
                    "{name}: {:?}",
                    group.step
                );
            }
            let mut counted = (0, 0, 0);
            for talk in trace
                .directives
                .iter()
                .flat_map(|directive| &directive.talks)
            {
                for one in &talk.requirements {
                    let requirement = RequirementFilter::Of {
                        talk: talk.id,
                        number: one.number,
                    };
                    let asked = Asked::of([("requirement", requirement.code())]);
                    let closed = Asked::of([
                        ("requirement", requirement.code()),
                        ("stage", Stage::Closed.code().to_owned()),
                    ]);
                    for (list, asked, number) in [
                        ("inspections", &asked, one.inspections),
                        ("findings", &asked, one.found),
                        ("findings", &closed, one.closed),
                    ] {
                        let total = length(list, asked).await;
                        assert_eq!(total, u64::from(number), "{name}: {list} {asked:?}");
                    }
                    counted.0 += one.inspections;
                    counted.1 += one.found;
                    counted.2 += one.closed;
                }
            }
            assert!(counted.0 > 0, "{counted:?}");
            assert_eq!(counted.1 > 0, linked, "{counted:?}");
        }
        // Who sees no campaign learns nothing by asking for a requirement.
        let officer = fixture.person("fengtai-officer");
        let reader = fixture.server.reader(fixture.city.jurisdiction, officer);
        for requirement in [
            RequirementFilter::None,
            RequirementFilter::Of {
                talk: held,
                number: 1,
            },
        ] {
            let asked = Asked::of([("requirement", requirement.code())]);
            for list in ["findings", "inspections"] {
                let page = reader.list(list, whole(&asked)).await.unwrap().unwrap();
                assert_eq!(page.total, 0, "{list} {requirement:?}");
            }
        }

        tell(TalkCommand::BaseOn { notice }).await;
        let reader = fixture.server.reader(fixture.city.jurisdiction, organiser);
        let trace = reader.trace().await.unwrap().unwrap();
        assert_eq!(total(&trace, OrphanStep::TalkWithoutDirective), 0);
        assert_eq!(trace.directives.len(), 1);
        assert_eq!(trace.directives[0].talks.len(), 2);
        let rows = reader.talks().await.unwrap();
        let numbers: BTreeSet<_> = rows
            .iter()
            .map(|talk| talk.notice.as_ref().map(|notice| notice.id))
            .collect();
        assert_eq!(numbers, BTreeSet::from([Some(notice)]));
        let shown = reader.talk(id).await.unwrap().unwrap();
        assert_eq!(shown.notice.map(|shown| shown.id), Some(notice));
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
        let record = reader.history_of(stream, 1).await.unwrap().unwrap();
        assert_eq!(record.rows[0].version, 1);
        let by_others = record.rows[1..]
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

    /// Given a demand made in a talk, then it is offered to be linked to by who holds the talk, and to nobody else.
    #[tokio::test]
    async fn a_requirement_is_offered_to_who_holds_its_talk() {
        let fixture = Fixture::new().await;
        let offered = async |name: &str| {
            let person = fixture.person(name);
            let reader = fixture.server.reader(fixture.city.jurisdiction, person);
            reader.requirement_choices().await.unwrap()
        };
        let choices = offered("organiser").await;
        assert!(!choices.is_empty());
        assert!(choices.iter().all(|choice| !choice.text.is_empty()));
        for other in [
            "oversight",
            "fengtai-officer",
            "inspector-01",
            "welfare-home-1",
        ] {
            assert_eq!(offered(other).await, [], "{other}");
        }
    }
}
