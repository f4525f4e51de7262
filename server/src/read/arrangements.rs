//! Arrangements: the list, and one with its versions and the campaigns that carry it out.

use std::collections::BTreeMap;

use app::api::view::{ArrangementRow, ArrangementView, Named, Page, PendingView, VersionView};
use domain::Facts;
use domain::arrangement::{Arrangement, ArrangementContent, Pending, Version};
use domain::id::{ArrangementId, BodyId};
use domain::permission::{Act, Place};
use domain::record::{Stream, StreamKind};
use form::Texts;

use super::list::{Wanted, found_in, holds};
use super::{Reader, both, parsed};
use crate::on_database;
use crate::store::StoreError;
use crate::world::fold;

fn stream(id: ArrangementId) -> String {
    Stream {
        kind: StreamKind::Arrangement,
        id: id.0,
    }
    .to_string()
}

impl Reader {
    /// As they stand, those changed last first, whoever may see them.
    pub(super) async fn latest_arrangements(
        &self,
        only_pending: bool,
    ) -> Result<Vec<(ArrangementId, Arrangement)>, StoreError> {
        let pending = if only_pending { " and pending = 1" } else { "" };
        let sql = format!(
            "select id from arrangement where jurisdiction = $1{pending} order by changed_at desc, id desc"
        );
        let ids: Vec<String> = on_database!(&self.database, pool => sqlx::query_scalar(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).fetch_all(pool).await?);
        let ids: Vec<ArrangementId> = ids
            .iter()
            .map(|id| parsed("arrangement id", id, id.parse().ok()))
            .collect::<Result<_, _>>()?;
        let streams: Vec<String> = ids.iter().map(|id| stream(*id)).collect();
        let mut facts = Facts::default();
        fold(
            &mut facts,
            &self.log.streams(self.jurisdiction, &streams).await?,
        );
        Ok(ids
            .into_iter()
            .map(|id| (id, facts.arrangement(id).clone()))
            .collect())
    }

    /// Those changed last come first; they are known to whoever sees campaigns.
    pub async fn arrangements(&self) -> Result<Vec<ArrangementRow>, StoreError> {
        if !self.sees_campaigns() {
            return Ok(Vec::new());
        }
        let latest = self.latest_arrangements(false).await?;
        let row = |(id, state): &(ArrangementId, Arrangement)| {
            let content = state.content()?;
            self.sees_arrangement(state).then(|| ArrangementRow {
                id: *id,
                number: content.number.clone(),
                title: content.title.clone(),
                kind: content.kind,
                authority: self.named_body(content.authority),
                from: content.from,
                to: content.to,
                stage: state.stage(),
                versions: u32::try_from(state.versions.len()).unwrap_or(u32::MAX),
                amending: !state.versions.is_empty() && state.pending.is_some(),
            })
        };
        Ok(latest.iter().filter_map(row).collect())
    }

    pub async fn list_arrangements(
        &self,
        wanted: Wanted<'_>,
    ) -> Result<Page<ArrangementRow>, StoreError> {
        let asked = wanted.asked;
        let (kind, stage) = (asked.filter("kind"), asked.filter("stage"));
        let mut rows = self.arrangements().await?;
        rows.retain(|row| {
            (kind.is_empty() || row.kind.code() == kind)
                && (stage.is_empty() || row.stage.code() == stage)
                && (holds(&[&row.number], &asked.search)
                    || found_in([&row.title, &row.authority.name], &asked.search))
        });
        Ok(self.page_of(rows, wanted))
    }

    /// Drafts are for the organisers of their authority; what was issued is for whoever sees campaigns.
    fn sees_arrangement(&self, state: &Arrangement) -> bool {
        let authority = state.content().map(|content| content.authority);
        let organises = authority.is_some_and(|body| self.may(Act::Organise, &Place::Body(body)));
        organises || !state.versions.is_empty()
    }

    pub async fn arrangement(
        &self,
        id: ArrangementId,
    ) -> Result<Option<ArrangementView>, StoreError> {
        if !self.sees_campaigns() {
            return Ok(None);
        }
        let events = self.stream(stream(id)).await?;
        let mut facts = Facts::default();
        fold(&mut facts, &events);
        let state = facts.arrangement(id);
        let Some(content) = state.content() else {
            return Ok(None);
        };
        if !self.sees_arrangement(state) {
            return Ok(None);
        }
        let organises = self.may(Act::Organise, &Place::Body(content.authority));
        let pending = state.pending.as_ref().filter(|_| organises);
        let said = state
            .versions
            .iter()
            .map(|version| &version.content)
            .chain(pending.map(|pending| &pending.content));
        let mut bodies: BTreeMap<BodyId, Texts> = BTreeMap::new();
        for body in said.flat_map(named) {
            bodies.insert(body, self.body_name(body));
        }
        let rows: Vec<(String, String, String)> = on_database!(&self.database, pool => sqlx::query_as(
            "select id || '/' || version, title_zh, title_en from checklist where jurisdiction = $1")
            .bind(self.own()).fetch_all(pool).await?);
        Ok(Some(ArrangementView {
            id,
            stage: state.stage(),
            withdrawn: state.withdrawn.clone(),
            versions: state
                .versions
                .iter()
                .map(|version| self.arrangement_version(version))
                .collect(),
            pending: pending.map(|pending| self.arrangement_pending(pending)),
            bodies,
            checklists: rows
                .into_iter()
                .map(|(key, chinese, english)| (key, both(chinese, english)))
                .collect(),
            campaigns: self.carrying_out(id).await?,
            // What is pending is the organisers' own business until it is issued.
            history: if organises {
                self.history(&events)
            } else {
                Vec::new()
            },
            organises,
        }))
    }

    fn arrangement_version(&self, version: &Version) -> VersionView {
        VersionView {
            content: version.content.clone(),
            drafted_by: self.person_name(version.drafted_by),
            approved_by: self.person_name(version.approved_by),
            issued_at: version.issued_at,
            reason: version.reason.clone(),
        }
    }

    fn arrangement_pending(&self, pending: &Pending) -> PendingView {
        PendingView {
            content: pending.content.clone(),
            drafted_by: self.named_person(pending.drafted_by),
            reason: pending.reason.clone(),
            approved_by: pending.approved_by.map(|person| self.person_name(person)),
            returned: pending.returned.clone(),
        }
    }

    async fn carrying_out(
        &self,
        id: ArrangementId,
    ) -> Result<Vec<Named<domain::id::CampaignId>>, StoreError> {
        let rows: Vec<(String, String, String)> = on_database!(&self.database, pool => sqlx::query_as(
            "select id, name_zh, name_en from campaign where jurisdiction = $1 order by created_at desc, id desc")
            .bind(self.own()).fetch_all(pool).await?);
        let mut carrying = Vec::new();
        let streams: Vec<String> = rows
            .iter()
            .map(|(id, _, _)| format!("campaign/{id}"))
            .collect();
        let mut facts = Facts::default();
        fold(
            &mut facts,
            &self.log.streams(self.jurisdiction, &streams).await?,
        );
        for (campaign, chinese, english) in rows {
            let campaign = parsed("campaign id", &campaign, campaign.parse().ok())?;
            let plan = &facts.campaign(campaign).plan;
            if plan
                .as_ref()
                .is_some_and(|plan| plan.terms.arrangement == Some(id))
            {
                carrying.push(Named {
                    id: campaign,
                    name: both(chinese, english),
                });
            }
        }
        Ok(carrying)
    }
}

fn named(content: &ArrangementContent) -> impl Iterator<Item = BodyId> {
    std::iter::once(content.authority).chain(content.partners.iter().copied())
}
