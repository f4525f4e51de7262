//! Campaigns: the list, and one with its groups.

use std::collections::BTreeMap;

use app::api::view::{AmendedPlan, AssignmentState, CampaignRow, CampaignView, Page};
use app::list::Asked;
use domain::campaign::{
    CampaignCommand, CampaignEvent, CampaignKind, CampaignPlan, NoticeMode, inspects,
};
use domain::id::{CampaignId, ChecklistId, PersonId};
use domain::permission::{Act, Place};
use domain::record::{Recorded, Stream, StreamKind};
use domain::{Command, Event, Facts, command};
use sync::scope::WITHHELD;

use super::list::{Join, Select, Wanted, each, name_suffix, whole};
use super::today::{OPEN, TO_RELEASE};
use super::{PAGE_SIZE, Reader, both, parsed, small};
use crate::on_database;
use crate::store::StoreError;
use crate::world::fold;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    name_zh: String,
    name_en: String,
    kind: String,
    notice_mode: String,
    authority: String,
    first_day: String,
    last_day: String,
    assignments: i64,
    inspected: i64,
    findings: i64,
}

const CAMPAIGN: &str =
    "c.id, c.name_zh, c.name_en, c.kind, c.notice_mode, c.authority, c.first_day, c.last_day";
const INSPECTED: &str = "(select count(*) from assignment a join inspection i on i.jurisdiction = a.jurisdiction and i.id = a.id \
     where a.jurisdiction = c.jurisdiction and a.campaign = c.id)";
const FINDINGS: &str = "(select count(*) from assignment a join finding f on f.jurisdiction = a.jurisdiction and f.inspection = a.id \
     where a.jurisdiction = c.jurisdiction and a.campaign = c.id)";
const JOINS: &[Join] = &[Join {
    alias: "b",
    sql: "left join body b on b.jurisdiction = c.jurisdiction and b.id = c.authority",
}];

/// Of the declarations `n` those that stand: the last word of a person about a body in a campaign.
pub(crate) const INTEREST_STANDS: &str = "n.withdrawn = 0 and not exists (select 1 from interest l where l.jurisdiction = n.jurisdiction \
     and l.campaign = n.campaign and l.person = n.person and l.body = n.body and l.version > n.version)";

impl Reader {
    /// Campaigns are known to whoever sees the whole jurisdiction; an institution does not learn of visits to come.
    pub(crate) fn sees_campaigns(&self) -> bool {
        self.may(Act::See, &Place::Jurisdiction) || self.may(Act::Organise, &Place::Anywhere)
    }

    /// Whether the viewer organises a campaign.
    pub(crate) async fn organises(&self, id: CampaignId) -> Result<bool, StoreError> {
        const AUTHORITY: &str =
            "select authority from campaign where jurisdiction = $1 and id = $2";
        let authority: Option<String> = on_database!(&self.database, pool => sqlx::query_scalar(AUTHORITY)
            .bind(self.own()).bind(id.to_string()).fetch_optional(pool).await?);
        let Some(authority) = authority else {
            return Ok(false);
        };
        let authority = parsed("body id", &authority, authority.parse().ok())?;
        Ok(self.may(Act::Organise, &Place::Body(authority)))
    }

    /// Newest first, unless asked otherwise.
    pub async fn list_campaigns(
        &self,
        wanted: Wanted<'_>,
    ) -> Result<Page<CampaignRow>, StoreError> {
        if !self.sees_campaigns() {
            return Ok(Page {
                rows: Vec::new(),
                total: 0,
                page: 1,
                page_size: PAGE_SIZE,
            });
        }
        let (asked, language) = (wanted.asked, name_suffix(wanted.language));
        let mut select = Select::new(self, "", "campaign c", JOINS)
            .is("c.kind", asked.filter("kind"))
            .holds(
                &["c.name_zh", "c.name_en", "b.name_zh", "b.name_en"],
                &asked.search,
            );
        let organised = self.visible(Act::Organise);
        let parameter = select.with(organised.parameter());
        let organised = organised.condition(&self.database, "c.authority", &parameter);
        let waiting = match asked.filter("assignments") {
            filter if filter == AssignmentState::Sealed.code() => Some(TO_RELEASE),
            AssignmentState::UNDER_WAY => Some(OPEN),
            _ => None,
        };
        if let Some(state) = waiting {
            select = select.and(&format!(
                "{organised} and exists (select 1 from assignment a where a.jurisdiction = c.jurisdiction and a.campaign = c.id and {state})"
            ));
        }
        let kept = select.with(self.kept_from().await?);
        let is_kept = self.database.is_one_of("a.id", &kept);
        let assignments = format!(
            "(select count(*) from assignment a where a.jurisdiction = c.jurisdiction and a.campaign = c.id \
             and (a.released_position is not null and not {is_kept} or {organised}))"
        );
        let columns = format!(
            "{CAMPAIGN}, {INSPECTED} as inspected, {FINDINGS} as findings, {assignments} as assignments"
        );
        let (name, authority) = (
            format!("c.name_{language}"),
            format!("coalesce(b.name_{language}, '')"),
        );
        let by = [
            ("name", name.as_str()),
            ("kind", "c.kind"),
            ("notice", "c.notice_mode"),
            ("authority", &authority),
            ("from", "c.first_day"),
            ("to", "c.last_day"),
            ("assignments", &assignments),
            ("inspected", INSPECTED),
            ("findings", FINDINGS),
        ];
        let own = "c.created_at desc, c.id desc";
        let page: Page<Row> = select
            .columns(columns)
            .page(&self.database, wanted, &by, own, "c.id")
            .await?;
        each(page, |row| self.campaign_row(row))
    }

    /// All of them, newest first.
    pub async fn campaigns(&self) -> Result<Vec<CampaignRow>, StoreError> {
        Ok(self.list_campaigns(whole(&Asked::default())).await?.rows)
    }

    fn campaign_row(&self, row: Row) -> Result<CampaignRow, StoreError> {
        Ok(CampaignRow {
            id: parsed("campaign id", &row.id, row.id.parse().ok())?,
            name: both(row.name_zh, row.name_en),
            kind: parsed(
                "campaign kind",
                &row.kind,
                CampaignKind::from_code(&row.kind),
            )?,
            notice_mode: parsed(
                "notice mode",
                &row.notice_mode,
                NoticeMode::from_code(&row.notice_mode),
            )?,
            authority: self.named_body(parsed(
                "body id",
                &row.authority,
                row.authority.parse().ok(),
            )?),
            from: parsed("day", &row.first_day, row.first_day.parse().ok())?,
            to: parsed("day", &row.last_day, row.last_day.parse().ok())?,
            assignments: small(row.assignments),
            inspected: small(row.inspected),
            findings: small(row.findings),
        })
    }

    pub async fn campaign(&self, id: CampaignId) -> Result<Option<CampaignView>, StoreError> {
        if !self.sees_campaigns() {
            return Ok(None);
        }
        let events = self
            .stream(
                Stream {
                    kind: StreamKind::Campaign,
                    id: id.0,
                }
                .to_string(),
            )
            .await?;
        let mut facts = Facts::default();
        fold(&mut facts, &events);
        let Some(plan) = facts.campaign(id).plan.clone() else {
            return Ok(None);
        };
        let amended = self.amended(id, &plan, &mut facts).await?;
        let arrangement_withdrawn = plan
            .terms
            .arrangement
            .filter(|_| self.may(Act::Organise, &Place::Body(plan.authority)))
            .and_then(|id| facts.arrangement(id).withdrawn.clone());
        let campaign = facts.campaign(id);
        let organises = i64::from(self.may(Act::Organise, &Place::Body(plan.authority)));
        // What is withheld from the viewer is not to be counted either.
        let is_told = |recorded: &&Recorded| {
            organises > 0 || !WITHHELD.contains(&recorded.authored.kind.as_str())
        };
        let last = events.iter().rfind(is_told);
        let version = last.map_or(0, |recorded| recorded.version);
        let kept = self.kept_from().await?;
        let last_visit = format!(
            "select max(a.visit_on) from assignment a where a.jurisdiction = $1 and a.campaign = $2 \
             and (a.released_position is not null or $3 = 1) and not {}",
            self.database.is_one_of("a.id", "$4")
        );
        let last_visit_on: Option<String> = on_database!(&self.database, pool => sqlx::query_scalar(sqlx::AssertSqlSafe(last_visit.as_str()))
            .bind(self.own()).bind(id.to_string()).bind(organises).bind(&kept).fetch_one(pool).await?);
        let last_visit_on = last_visit_on
            .map(|day| parsed("day", &day, day.parse().ok()))
            .transpose()?;
        let mut other_checklists = Vec::new();
        for one in &plan.terms.checklists {
            let title = self.title_of(one.checklist, &one.version).await?;
            other_checklists.push((one.clone(), title));
        }
        let partners = plan.terms.partners.iter();
        let mut people: BTreeMap<PersonId, form::Texts> = BTreeMap::new();
        for member in campaign.groups.values().flat_map(|group| &group.members) {
            people
                .entry(*member)
                .or_insert_with(|| self.person_name(*member));
        }
        let (dissolved, groups) = campaign
            .groups
            .clone()
            .into_iter()
            .partition(|(group, _)| campaign.dissolved.contains(group));
        Ok(Some(CampaignView {
            arrangement_withdrawn,
            id,
            version,
            authority: self.linked_body(plan.authority),
            checklist_title: self.checklist_title(&plan).await?,
            other_checklists,
            partners: partners.map(|body| self.linked_body(*body)).collect(),
            groups,
            dissolved,
            people,
            last_visit_on,
            interests: campaign
                .interests
                .iter()
                .filter(|(person, _)| organises > 0 || **person == self.viewer)
                .flat_map(|(person, bodies)| bodies.iter().map(|body| (*person, *body)))
                .map(|(person, body)| (self.named_person(person), self.named_body(body)))
                .collect(),
            organised: organises > 0,
            declares: inspects(plan.kind, self.viewer, &self.known.directory, self.now),
            plan,
            amended,
        }))
    }

    /// What would be taken over from the campaign's arrangement, if anything; `facts` gets to know the arrangement.
    async fn amended(
        &self,
        id: CampaignId,
        plan: &CampaignPlan,
        facts: &mut Facts,
    ) -> Result<Option<AmendedPlan>, StoreError> {
        let Some(arrangement) = plan.terms.arrangement else {
            return Ok(None);
        };
        // Nobody else is told of what is in force there, and most visitors need no look.
        if !self.may(Act::Organise, &Place::Body(plan.authority)) {
            return Ok(None);
        }
        let stream = Stream {
            kind: StreamKind::Arrangement,
            id: arrangement.0,
        };
        fold(facts, &self.stream(stream.to_string()).await?);
        let follow = Command::Campaign {
            id,
            command: CampaignCommand::Follow { arrangement },
        };
        let decided = command::decide(&follow, &self.context(facts)).unwrap_or_default();
        let amended = decided.into_iter().find_map(|decided| match decided.event {
            Event::Campaign(CampaignEvent::PlanAmended(plan)) => Some(plan),
            _ => None,
        });
        let Some(plan) = amended else { return Ok(None) };
        Ok(Some(AmendedPlan {
            authority: self.linked_body(plan.authority),
            checklist_title: self.checklist_title(&plan).await?,
            plan,
        }))
    }

    async fn checklist_title(
        &self,
        plan: &domain::campaign::CampaignPlan,
    ) -> Result<form::Texts, StoreError> {
        self.title_of(plan.checklist, &plan.checklist_version).await
    }

    pub(super) async fn title_of(
        &self,
        checklist: ChecklistId,
        version: &str,
    ) -> Result<form::Texts, StoreError> {
        let stream = Stream {
            kind: StreamKind::Checklist,
            id: checklist.0,
        };
        let events = self.stream(stream.to_string()).await?;
        Ok(events
            .iter()
            .filter_map(|recorded| match recorded.authored.event() {
                Ok(Event::Checklist(domain::checklist::ChecklistEvent::Published(published))) => {
                    Some(published.definition)
                }
                _ => None,
            })
            .find(|definition| definition.version == version)
            .map(|definition| definition.title)
            .unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::fixture::Fixture;
    use crate::server::now;
    use domain::arrangement::{ArrangementCommand, ArrangementContent};
    use domain::working_day::plus_days;

    /// Given a campaign whose arrangement was amended, then whoever organises it is offered what the arrangement says now, and nobody
    /// else; once it is taken over there is nothing to offer.
    #[tokio::test]
    async fn an_amended_arrangement_is_offered_to_who_organises() {
        let fixture = Fixture::new().await;
        let reader = |name| {
            let person = fixture.person(name);
            fixture.server.reader(fixture.city.jurisdiction, person)
        };
        let organiser = reader("organiser");
        let mut carried_out = None;
        for row in organiser.campaigns().await.unwrap() {
            let view = organiser.campaign(row.id).await.unwrap().unwrap();
            if let Some(arrangement) = view.plan.terms.arrangement {
                assert_eq!(view.amended, None);
                carried_out = Some((view, arrangement));
            }
        }
        let (before, arrangement) = carried_out.unwrap();
        let issued = organiser.arrangement(arrangement).await.unwrap().unwrap();
        let content = issued.versions.last().unwrap().content.clone();
        let longer = ArrangementContent {
            to: plus_days(content.to, 7),
            ..content
        };
        let arranged = |command| Command::Arrangement {
            id: arrangement,
            command,
        };
        let amend = ArrangementCommand::Amend {
            content: Box::new(longer.clone()),
            reason: "延长一周".into(),
        };
        for (name, command) in [
            ("organiser", arranged(amend)),
            ("deputy-organiser", arranged(ArrangementCommand::Approve)),
            ("organiser", arranged(ArrangementCommand::Issue)),
        ] {
            let offered = organiser.campaign(before.id).await.unwrap().unwrap();
            assert_eq!(offered.amended, None, "not before it is issued");
            let ingest = &fixture.server.ingest;
            let done = ingest.command(fixture.person(name), &command, now());
            done.await.unwrap();
        }
        let offered = organiser.campaign(before.id).await.unwrap().unwrap();
        let plan = offered.amended.unwrap().plan;
        assert_eq!((plan.to, &plan.name), (longer.to, &before.plan.name));
        let seen = reader("oversight").campaign(before.id).await.unwrap();
        assert_eq!(seen.unwrap().amended, None);
        let follow = Command::Campaign {
            id: before.id,
            command: CampaignCommand::Follow { arrangement },
        };
        let person = fixture.person("organiser");
        let done = fixture.server.ingest.command(person, &follow, now());
        done.await.unwrap();
        let after = organiser.campaign(before.id).await.unwrap().unwrap();
        assert_eq!((after.amended, after.plan), (None, plan));
    }
}
