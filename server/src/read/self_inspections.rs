//! Calls to self-inspection: which of the viewer's institutions they call, and how far each of them got.

use app::api::view::{
    AssignmentRow, Due, Matter, MatterKind, Named, SelfInspecting, SelfInspectionView,
};
use domain::campaign::{CampaignPlan, ChecklistUse};
use domain::id::{BodyId, CampaignId, PersonId};
use domain::instant::{Day, Instant};
use domain::permission::{Act, Place};
use domain::recusal::is_of;

use super::matters::matter;
use super::{Reader, parsed};
use crate::on_database;
use crate::store::StoreError;

/// Those that have begun.
const CALLS: &str = "select id from campaign where jurisdiction = $1 and kind = 'selfInspection' and first_day <= $2";
/// What stands of them, of all of them in one: an institution has few. Once a call is over what was handed in.
const STANDING: &str = "select a.campaign, a.target from assignment a \
     join campaign c on c.jurisdiction = a.jurisdiction and c.id = a.campaign \
     where a.jurisdiction = $1 and c.kind = 'selfInspection' and a.cancelled = 0 and a.released_position is not null \
     and (c.last_day >= $2 or exists (select 1 from inspection i where i.jurisdiction = a.jurisdiction and i.id = a.id))";
/// What the viewer is to fill in themself.
const OWN: &str = "select a.campaign, a.target from assignment_member m \
     join assignment a on a.jurisdiction = m.jurisdiction and a.id = m.assignment \
     where m.jurisdiction = $1 and m.person = $2 and a.cancelled = 0 and a.released_position is not null";
const SINCE: &str = "select s.body, s.at from body_since s where s.jurisdiction = $1";

impl Reader {
    /// What the viewer's institutions are called to and have nobody assigned to yet, or have not handed in though the time for it is over.
    pub(super) async fn self_inspections_waiting(
        &self,
        today: Day,
        matters: &mut Vec<Matter>,
    ) -> Result<(), StoreError> {
        if !self.may(Act::SelfInspect, &Place::Anywhere) {
            return Ok(());
        }
        let calls: Vec<String> = on_database!(&self.database, pool => sqlx::query_scalar(CALLS)
            .bind(self.own()).bind(today.to_string()).fetch_all(pool).await?);
        if calls.is_empty() {
            return Ok(());
        }
        let own = self.visible(Act::SelfInspect);
        let since: Vec<(String, i64)> = {
            let sql = format!(
                "{SINCE} and {}",
                own.condition(&self.database, "s.body", "$2")
            );
            on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
                .bind(self.own()).bind(own.parameter()).fetch_all(pool).await?)
        };
        let standing: Vec<(String, String)> = {
            let sql = format!(
                "{STANDING} and {}",
                own.condition(&self.database, "a.target", "$3")
            );
            on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
                .bind(self.own()).bind(today.to_string()).bind(own.parameter()).fetch_all(pool).await?)
        };
        // Whoever fills it in finds that among their visits.
        let own: Vec<(String, String)> = on_database!(&self.database, pool => sqlx::query_as(OWN)
            .bind(self.own()).bind(self.viewer.to_string()).fetch_all(pool).await?);
        for call in calls {
            let id: CampaignId = parsed("campaign id", &call, call.parse().ok())?;
            let Some((plan, called)) = self.called(id).await? else {
                continue;
            };
            for body in called {
                let key = body.to_string();
                let stands = standing
                    .iter()
                    .chain(&own)
                    .any(|(campaign, target)| (campaign, target) == (&call, &key));
                // A call that was over before the body was there is none of its.
                let came = since.iter().find(|(since, _)| *since == key);
                let was_there = came.is_none_or(|(_, at)| self.known.day(Instant(*at)) <= plan.to);
                if stands || !was_there {
                    continue;
                }
                matters.push(matter(
                    MatterKind::SelfInspection,
                    plan.name.clone(),
                    Some(self.named_body(body)),
                    Some(Due::On(plan.to)),
                    format!("/self-inspections/{id}"),
                ));
            }
        }
        Ok(())
    }

    /// None where the campaign calls none of the viewer's institutions.
    pub async fn self_inspection(
        &self,
        campaign: CampaignId,
    ) -> Result<Option<SelfInspectionView>, StoreError> {
        if !self.may(Act::SelfInspect, &Place::Anywhere) {
            return Ok(None);
        }
        let Some((plan, called)) = self.called(campaign).await? else {
            return Ok(None);
        };
        let assigned = self.assignments_in(campaign).await?;
        let bodies = called.into_iter().map(|body| {
            let own = |row: &&AssignmentRow| row.target.id == body;
            SelfInspecting {
                body: self.named_body(body),
                people: self.own_inspectors(body, &plan),
                assigned: assigned.iter().filter(own).cloned().collect(),
            }
        });
        let bodies = bodies.collect();
        let own = ChecklistUse {
            checklist: plan.checklist,
            version: plan.checklist_version.clone(),
        };
        let mut checklists = Vec::new();
        for one in std::iter::once(own).chain(plan.terms.checklists.iter().cloned()) {
            let title = self.title_of(one.checklist, &one.version).await?;
            checklists.push((one, title));
        }
        Ok(Some(SelfInspectionView {
            campaign,
            authority: self.named_body(plan.authority),
            from: plan.from,
            to: plan.to,
            name: plan.name,
            checklists,
            bodies,
        }))
    }

    /// The plan of a campaign and which of the viewer's institutions it calls, by name; None where there is none.
    async fn called(
        &self,
        id: CampaignId,
    ) -> Result<Option<(CampaignPlan, Vec<BodyId>)>, StoreError> {
        let facts = self.campaign_facts(id).await?;
        let Some(plan) = facts.campaign(id).plan.clone() else {
            return Ok(None);
        };
        let bodies = self.known.directory.bodies().map(|(body, _)| body);
        let mut called: Vec<BodyId> = bodies
            .filter(|body| self.inspects_itself(*body, &plan))
            .collect();
        called.sort_by_cached_key(|id| self.body_name(*id).get(form::CHINESE).to_owned());
        Ok((!called.is_empty()).then_some((plan, called)))
    }

    /// Whether a plan calls a body to inspect itself and the viewer may assign its people to it.
    pub(super) fn inspects_itself(&self, body: BodyId, plan: &CampaignPlan) -> bool {
        plan.calls_to_inspect_itself(body, &self.known.directory)
            && self.may(Act::SelfInspect, &Place::Body(body))
    }

    /// The people of a body who inspect in such a campaign, by name.
    fn own_inspectors(&self, body: BodyId, plan: &CampaignPlan) -> Vec<Named<PersonId>> {
        let directory = &self.known.directory;
        let mut people: Vec<Named<PersonId>> = directory
            .people()
            .filter(|(id, known)| {
                let mut grants = known.registration.grants.iter();
                known.active
                    && is_of(*id, body, directory)
                    && grants.any(|grant| grant.holds_at(self.now) && plan.kind.is_by(grant.role))
            })
            .map(|(id, _)| self.named_person(id))
            .collect();
        people.sort_by_cached_key(|person| (person.name.get(form::CHINESE).to_owned(), person.id));
        people
    }
}
