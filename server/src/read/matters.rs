//! What waits for the viewer beside notices and findings: requirements of talks, materials, arrangements, draws, support, files of
//! regulators, look-backs, and the viewer's own visits; what others are late with; and what runs out soon.

use std::collections::{BTreeMap, BTreeSet};

use app::api::view::{Due, Matter, MatterKind, Named};
use domain::campaign::CampaignKind;
use domain::id::{BodyId, LookBackId, MaterialId, TalkId};
use domain::instant::{Day, Instant};
use domain::material::MaterialStage;
use domain::permission::{Act, Place};
use domain::talk::{Requirement, TalkPlan};
use form::Texts;

use super::campaigns::INTEREST_STANDS;
use super::today::{OPEN, TO_RELEASE};
use super::{Reader, Visible, both, count, parsed};
use crate::on_database;
use crate::store::StoreError;
use crate::store::database::list;

/// Lines shown at most.
pub(super) const LONGEST: usize = 50;

/// What runs out within so many hours is told to who can prolong it: a weekend and a day.
pub(super) const RUNS_OUT_WITHIN_HOURS: i64 = 72;

const REQUIREMENTS: &str = "select r.talk, r.number, r.content from talk_requirement r where r.jurisdiction = $1 and r.withdrawn = 0 \
     and r.asked > (select count(*) from talk_acknowledgement a \
        where a.jurisdiction = r.jurisdiction and a.talk = r.talk and a.number = r.number)";
const ACKNOWLEDGED: &str =
    "select talk, number, body from talk_acknowledgement where jurisdiction = $1 and ";
/// Those with a day, and whether something looked into what became of them: what is over and looked into has no part in anybody's day.
const DATED_REQUIREMENTS: &str = "select talk, number, content, plan, looked_into from (\
         select r.talk, r.number, r.content, r.due, t.content as plan, \
            (select count(*) from talk_link l where l.jurisdiction = r.jurisdiction and l.talk = r.talk \
                and l.number = r.number and l.removed = 0) as looked_into \
         from talk_requirement r join talk t on t.jurisdiction = r.jurisdiction and t.id = r.talk \
         where r.jurisdiction = $1 and r.due is not null and r.withdrawn = 0) dated where due >= $2 or looked_into = 0";
const MATERIALS: &str = "select s.material, s.body, s.stage, s.due, m.authority, m.title_zh, m.title_en from material_standing s \
     join material m on m.jurisdiction = s.jurisdiction and m.id = s.material \
     where s.jurisdiction = $1 and s.stage <> 'accepted' and m.withdrawn is null";

impl Reader {
    /// What is late or due first at the head, then what has no due time; and how much there is.
    pub(super) async fn matters(&self, today: Day) -> Result<(Vec<Matter>, u64), StoreError> {
        let own = self.own_bodies();
        let mut matters = Vec::new();
        if !own.is_empty() {
            self.requirements_to_acknowledge(&own, &mut matters).await?;
        }
        self.requirements_to_carry_out(&own, &mut matters).await?;
        self.receipts_to_chase(&own, &mut matters).await?;
        self.receipts_awaited_below(&own, &mut matters).await?;
        self.materials_waiting(&own, &mut matters).await?;
        self.arrangements_waiting(&mut matters).await?;
        self.draws_waiting(&mut matters).await?;
        self.support_to_provide(&mut matters).await?;
        self.support_to_confirm(&mut matters).await?;
        self.regulator_files_waiting(&mut matters).await?;
        self.look_backs_waiting(&mut matters).await?;
        self.self_inspections_waiting(today, &mut matters).await?;
        self.recused_visits(&mut matters).await?;
        self.visits_to_make(&mut matters).await?;
        self.levels_that_end(&mut matters);
        self.grants_that_end(&mut matters);
        for matter in &mut matters {
            matter.late = match matter.due {
                Some(Due::At(at)) => at < self.now,
                Some(Due::On(day)) => day < today,
                None => false,
            };
        }
        // A day ends after every moment in it.
        matters.sort_by_key(|matter| match matter.due {
            Some(Due::At(at)) => (false, self.known.day(at), Some(at)),
            Some(Due::On(day)) => (false, day, Some(Instant(i64::MAX))),
            None => (true, today, None),
        });
        let total = matters.len() as u64;
        Ok((matters, total))
    }

    /// Visits of the viewer's campaigns that have not begun, with somebody in the team who has declared an interest in the body, or in one
    /// above it, since they were assigned.
    async fn recused_visits(&self, matters: &mut Vec<Matter>) -> Result<(), StoreError> {
        let organised = self.visible(Act::Organise);
        if organised.is_nowhere() {
            return Ok(());
        }
        let sql = format!(
            "select a.id, a.target, a.visit_on, n.body from interest n \
             join assignment_member m on m.jurisdiction = n.jurisdiction and m.person = n.person \
             join assignment a on a.jurisdiction = m.jurisdiction and a.id = m.assignment and a.campaign = n.campaign \
             join campaign c on c.jurisdiction = a.jurisdiction and c.id = a.campaign \
             where n.jurisdiction = $1 and {INTEREST_STANDS} and {} and a.begun = 0 and ({TO_RELEASE} or {OPEN})",
            organised.condition(&self.database, "c.authority", "$2")
        );
        let rows: Vec<(String, String, String, String)> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(organised.parameter()).fetch_all(pool).await?);
        let mut visits = BTreeMap::new();
        for (id, target, day, body) in rows {
            let target: BodyId = parsed("body id", &target, target.parse().ok())?;
            let body: BodyId = parsed("body id", &body, body.parse().ok())?;
            let day: Day = parsed("day", &day, day.parse().ok())?;
            if self.known.directory.is_within(target, body) {
                visits.insert(id, (target, day));
            }
        }
        matters.extend(visits.into_iter().map(|(id, (target, day))| {
            matter(
                MatterKind::ReplaceRecused,
                self.body_name(target),
                None,
                Some(Due::On(day)),
                format!("/assignments/{id}"),
            )
        }));
        Ok(())
    }

    /// The viewer's own visits. One that is sealed is none yet.
    async fn visits_to_make(&self, matters: &mut Vec<Matter>) -> Result<(), StoreError> {
        let sql = format!(
            "select a.id, a.target, a.visit_on, c.kind, n.body from assignment_member m \
             join assignment a on a.jurisdiction = m.jurisdiction and a.id = m.assignment \
             join campaign c on c.jurisdiction = a.jurisdiction and c.id = a.campaign \
             left join interest n on n.jurisdiction = a.jurisdiction and n.campaign = a.campaign and n.person = m.person and {INTEREST_STANDS} \
             where m.jurisdiction = $1 and m.person = $2 and {OPEN}"
        );
        let rows: Vec<(String, String, String, String, Option<String>)> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(self.viewer.to_string()).fetch_all(pool).await?);
        // One row for each interest that the viewer declared in the campaign.
        let directory = &self.known.directory;
        let mut visits: BTreeMap<String, (BodyId, Day, bool, bool)> = BTreeMap::new();
        for (id, target, day, kind, interest) in rows {
            let target: BodyId = parsed("body id", &target, target.parse().ok())?;
            let day: Day = parsed("day", &day, day.parse().ok())?;
            let interest = interest
                .map(|body| parsed("body id", &body, body.parse().ok()))
                .transpose()?;
            let keeps_away = interest.is_some_and(|body| directory.is_within(target, body));
            let by_own = CampaignKind::from_code(&kind) == Some(CampaignKind::SelfInspection);
            let visit = visits.entry(id).or_insert((target, day, by_own, false));
            visit.3 |= keeps_away;
        }
        let made = visits
            .into_iter()
            .filter(|(_, (.., keeps_away))| !keeps_away);
        matters.extend(made.map(|(id, (target, day, by_own, _))| {
            matter(
                MatterKind::Visit { by_own },
                self.body_name(target),
                None,
                Some(Due::On(day)),
                format!("/assignments/{id}"),
            )
        }));
        Ok(())
    }

    /// Talk, number and body of each requirement of some talks that one of some bodies acknowledged.
    async fn acknowledged_by(
        &self,
        own: &[BodyId],
        talks: impl Iterator<Item = &String>,
    ) -> Result<BTreeSet<(String, String, String)>, StoreError> {
        let sql = format!(
            "{ACKNOWLEDGED}{} and {}",
            self.database.is_one_of("talk", "$2"),
            self.database.is_one_of("body", "$3")
        );
        let (talks, own) = (
            list(talks.cloned()),
            list(own.iter().map(ToString::to_string)),
        );
        let rows: Vec<(String, String, String)> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(&talks).bind(&own).fetch_all(pool).await?);
        Ok(rows.into_iter().collect())
    }

    async fn requirements_to_acknowledge(
        &self,
        own: &[BodyId],
        matters: &mut Vec<Matter>,
    ) -> Result<(), StoreError> {
        let rows: Vec<(String, String, String)> = on_database!(&self.database, pool => sqlx::query_as(REQUIREMENTS)
            .bind(self.own()).fetch_all(pool).await?);
        let talks = rows.iter().map(|(talk, ..)| talk);
        let acknowledged = self.acknowledged_by(own, talks).await?;
        for (talk, number, content) in rows {
            let requirement: Requirement =
                parsed("requirement", &content, serde_json::from_str(&content).ok())?;
            let asked: Vec<BodyId> = own
                .iter()
                .copied()
                .filter(|body| requirement.bodies.contains(body))
                .collect();
            if asked.is_empty() {
                continue;
            }
            let lacks = |body: &BodyId| {
                !acknowledged.contains(&(talk.clone(), number.clone(), body.to_string()))
            };
            let asked: Vec<BodyId> = asked.into_iter().filter(lacks).collect();
            let talk: TalkId = parsed("talk id", &talk, talk.parse().ok())?;
            let number: u32 = parsed("number", &number, number.parse().ok())?;
            for body in asked {
                matters.push(matter(
                    MatterKind::AcknowledgeRequirement,
                    requirement.text.clone(),
                    Some(self.named_body(body)),
                    requirement.due.map(Due::At),
                    format!("/talks/{talk}#requirement-{number}"),
                ));
            }
        }
        Ok(())
    }

    /// What was demanded of the viewer's bodies by a day, from their acknowledgement on until that day; and what they were to have done
    /// by now that nobody has looked into, for who held the talk. What looks into it is no part of what bodies are told: they would
    /// learn from it that a campaign they know nothing of is coming.
    async fn requirements_to_carry_out(
        &self,
        own: &[BodyId],
        matters: &mut Vec<Matter>,
    ) -> Result<(), StoreError> {
        if own.is_empty() && !self.may(Act::Organise, &Place::Anywhere) {
            return Ok(());
        }
        let rows: Vec<(String, String, String, String, i64)> = on_database!(&self.database, pool => sqlx::query_as(DATED_REQUIREMENTS)
            .bind(self.own()).bind(self.now.millis()).fetch_all(pool).await?);
        let talks = rows.iter().map(|(talk, ..)| talk);
        let acknowledged = self.acknowledged_by(own, talks).await?;
        for (talk, number, content, plan, looked_into) in rows {
            let requirement: Requirement =
                parsed("requirement", &content, serde_json::from_str(&content).ok())?;
            let plan: TalkPlan = parsed("talk", &plan, serde_json::from_str(&plan).ok())?;
            let Some(due) = requirement.due else { continue };
            let shown: u32 = parsed("number", &number, number.parse().ok())?;
            let address = format!("/talks/{talk}#requirement-{shown}");
            if self.holds_talk(&plan) && due < self.now && looked_into == 0 {
                matters.push(matter(
                    MatterKind::LookIntoRequirement,
                    requirement.text.clone(),
                    None,
                    Some(Due::At(due)),
                    address.clone(),
                ));
            }
            let asked = own.iter().copied();
            let asked: Vec<BodyId> = asked
                .filter(|body| requirement.bodies.contains(body))
                .collect();
            if asked.is_empty() || due < self.now {
                continue;
            }
            for body in asked {
                if !acknowledged.contains(&(talk.clone(), number.clone(), body.to_string())) {
                    continue;
                }
                matters.push(matter(
                    MatterKind::CarryOutRequirement,
                    requirement.text.clone(),
                    Some(self.named_body(body)),
                    Some(Due::At(due)),
                    address.clone(),
                ));
            }
        }
        Ok(())
    }

    /// What the viewer's bodies have to hand in, what was handed in to those the viewer organises for, and what is late there.
    async fn materials_waiting(
        &self,
        own: &[BodyId],
        matters: &mut Vec<Matter>,
    ) -> Result<(), StoreError> {
        type Row = (String, String, String, i64, String, String, String);
        if own.is_empty() && !self.may(Act::Organise, &Place::Anywhere) {
            return Ok(());
        }
        let rows: Vec<Row> = on_database!(&self.database, pool => sqlx::query_as(MATERIALS)
            .bind(self.own()).fetch_all(pool).await?);
        let mut late: BTreeMap<MaterialId, (Texts, i64, u64)> = BTreeMap::new();
        for (id, body, stage, due, authority, title_zh, title_en) in rows {
            let id: MaterialId = parsed("material id", &id, id.parse().ok())?;
            let body: BodyId = parsed("body id", &body, body.parse().ok())?;
            let stage = parsed("stage", &stage, MaterialStage::from_code(&stage))?;
            let authority: BodyId = parsed("body id", &authority, authority.parse().ok())?;
            let is_owed = matches!(stage, MaterialStage::Due | MaterialStage::Returned);
            let organises = self.may(Act::Organise, &Place::Body(authority));
            let hands_in = own.contains(&body) && is_owed;
            let reviews = organises && !is_owed;
            if organises && is_owed && Instant(due) < self.now {
                let title = both(title_zh.clone(), title_en.clone());
                let (_, first, bodies) = late.entry(id).or_insert((title, due, 0));
                *first = due.min(*first);
                *bodies += 1;
            }
            let (kind, due) = if hands_in {
                (MatterKind::HandInMaterials, Some(Due::At(Instant(due))))
            } else if reviews {
                (MatterKind::ReviewMaterials, None)
            } else {
                continue;
            };
            matters.push(matter(
                kind,
                both(title_zh, title_en),
                Some(self.named_body(body)),
                due,
                format!("/talks/materials/{id}"),
            ));
        }
        for (id, (title, due, bodies)) in late {
            matters.push(matter(
                MatterKind::ChaseMaterials { bodies },
                title,
                None,
                Some(Due::At(Instant(due))),
                format!("/talks/materials/{id}"),
            ));
        }
        Ok(())
    }

    /// Levels in force that run out soon where the viewer sets them, with nothing decided on what follows.
    fn levels_that_end(&self, matters: &mut Vec<Matter>) {
        let rules = &self.known.rules;
        for (id, decision) in rules.decisions() {
            let (Some(order), Some(end)) = (&decision.order, decision.end()) else {
                continue;
            };
            let ends_soon = order.from <= self.now
                && self.now < end
                && end <= self.now.plus_hours(RUNS_OUT_WITHIN_HOURS);
            let is_decided = decision.ended.is_some()
                || rules.superseded(id, self.now).is_some()
                || rules.is_followed(id);
            if !ends_soon || is_decided || !self.may(Act::SetRules, &order.area.place()) {
                continue;
            }
            matters.push(matter(
                MatterKind::LevelEnds { level: order.level },
                self.area_name(&order.area),
                None,
                Some(Due::At(end)),
                format!("/levels/{id}"),
            ));
        }
    }

    /// People whom the viewer manages and whose roles end soon.
    fn grants_that_end(&self, matters: &mut Vec<Matter>) {
        let ending = self.people_ending();
        let (Some((first, _)), Some(due)) =
            (ending.first(), ending.iter().map(|(_, end)| *end).min())
        else {
            return;
        };
        let address = match ending.len() {
            1 => format!("/administration/people/{first}"),
            _ => "/administration?state=ending".to_owned(),
        };
        matters.push(matter(
            MatterKind::GrantsEnd {
                people: ending.len() as u64,
            },
            Texts::default(),
            None,
            Some(Due::At(due)),
            address,
        ));
    }

    /// Drafts of others to approve, and what is approved and not issued yet.
    async fn arrangements_waiting(&self, matters: &mut Vec<Matter>) -> Result<(), StoreError> {
        if !self.may(Act::Organise, &Place::Anywhere) {
            return Ok(());
        }
        for (id, state) in self.latest_arrangements(true).await? {
            let Some(pending) = state.pending.filter(|_| state.withdrawn.is_none()) else {
                continue;
            };
            let authority = pending.content.authority;
            let kind = if pending.approved_by.is_some() {
                MatterKind::IssueArrangement
            } else if pending.drafted_by == self.viewer || pending.returned.is_some() {
                continue;
            } else {
                MatterKind::ApproveArrangement
            };
            if !self.may(Act::Organise, &Place::Body(authority)) {
                continue;
            }
            matters.push(matter(
                kind,
                pending.content.title,
                Some(self.named_body(authority)),
                None,
                format!("/arrangements/{id}"),
            ));
        }
        Ok(())
    }

    async fn draws_waiting(&self, matters: &mut Vec<Matter>) -> Result<(), StoreError> {
        for draw in self.draws_in_progress().await? {
            let acts = draw.acts;
            let to_do = [
                (acts.commit, MatterKind::CommitToDraw, draw.due),
                (acts.reveal, MatterKind::RevealForDraw, draw.due),
                (acts.withhold, MatterKind::RecordWithheld, None),
                (acts.assign, MatterKind::AssignDrawn, None),
                (acts.disclose, MatterKind::DiscloseDraw, None),
            ];
            for (_, kind, due) in to_do.into_iter().filter(|(is_due, ..)| *is_due) {
                matters.push(matter(
                    kind,
                    draw.name.clone(),
                    Some(draw.authority.clone()),
                    due.map(Due::At),
                    format!("/draws/{}", draw.id),
                ));
            }
        }
        Ok(())
    }

    /// Support that the bodies owe for which the viewer gives it.
    async fn support_to_provide(&self, matters: &mut Vec<Matter>) -> Result<(), StoreError> {
        if !self.may(Act::GiveSupport, &Place::Anywhere) {
            return Ok(());
        }
        let gives = Visible::these(self.gives_support_for());
        let sql = format!(
            "select s.finding, s.owed_by, s.what, s.due from support s where s.jurisdiction = $1 and s.provided is null and {} \
             order by s.due, s.finding, s.number",
            gives.condition(&self.database, "s.owed_by", "$2")
        );
        let rows: Vec<(String, String, String, String)> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(gives.parameter()).fetch_all(pool).await?);
        for (finding, owed_by, what, due) in rows {
            let by: BodyId = parsed("body id", &owed_by, owed_by.parse().ok())?;
            let due: Day = parsed("day", &due, due.parse().ok())?;
            matters.push(matter(
                MatterKind::ProvideSupport,
                // Written by whoever recorded it, in the language they write.
                Texts::both(what.clone(), what),
                Some(self.named_body(by)),
                Some(Due::On(due)),
                format!("/findings/{finding}"),
            ));
        }
        Ok(())
    }

    /// Support that is said to have been given, to be confirmed where the viewer rectifies.
    async fn support_to_confirm(&self, matters: &mut Vec<Matter>) -> Result<(), StoreError> {
        let rectified = self.rectified();
        if rectified.is_nowhere() {
            return Ok(());
        }
        let sql = format!(
            "select s.finding, s.owed_by, s.what from support s \
             join finding f on f.jurisdiction = s.jurisdiction and f.id = s.finding \
             where s.jurisdiction = $1 and s.provided is not null and s.confirmed_at is null and f.stage <> 'withdrawn' and {} \
             order by s.provided, s.finding, s.number",
            rectified.condition(&self.database, "f.body", "$2")
        );
        let rows: Vec<(String, String, String)> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(rectified.parameter()).fetch_all(pool).await?);
        for (finding, owed_by, what) in rows {
            let by: BodyId = parsed("body id", &owed_by, owed_by.parse().ok())?;
            matters.push(matter(
                MatterKind::ConfirmSupport,
                Texts::both(what.clone(), what),
                Some(self.named_body(by)),
                None,
                format!("/findings/{finding}"),
            ));
        }
        Ok(())
    }

    /// Files of the regulator to write, and those that somebody else wrote to sign.
    async fn regulator_files_waiting(&self, matters: &mut Vec<Matter>) -> Result<(), StoreError> {
        if !self.may(Act::JudgeRegulators, &Place::Anywhere) {
            return Ok(());
        }
        let visits = self.visits_to_assess().await?;
        if visits > 0 {
            matters.push(matter(
                MatterKind::AssessRegulators { visits },
                Texts::default(),
                None,
                None,
                "/inspections/pairs?conduct=notAssessed".to_owned(),
            ));
        }
        for (inspection, target) in self.files_to_sign().await? {
            matters.push(matter(
                MatterKind::SignRegulatorFile,
                Texts::default(),
                Some(self.named_body(target)),
                None,
                format!("/inspections/{inspection}"),
            ));
        }
        Ok(())
    }

    /// Look-backs with findings that the viewer may look at again and nobody has.
    async fn look_backs_waiting(&self, matters: &mut Vec<Matter>) -> Result<(), StoreError> {
        if !self.may(Act::ReVerify, &Place::Anywhere) {
            return Ok(());
        }
        let verifies = self.visible(Act::ReVerify);
        let sql = format!(
            "select c.look_back, count(*) from look_back_finding c \
             join finding f on f.jurisdiction = c.jurisdiction and f.id = c.finding \
             where c.jurisdiction = $1 and c.outcome is null and {} group by c.look_back order by c.look_back",
            verifies.condition(&self.database, "f.body", "$2")
        );
        let rows: Vec<(String, i64)> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(verifies.parameter()).fetch_all(pool).await?);
        for (id, findings) in rows {
            let id: LookBackId = parsed("look-back id", &id, id.parse().ok())?;
            matters.push(matter(
                MatterKind::LookBack {
                    findings: count(findings),
                },
                Texts::default(),
                None,
                None,
                format!("/findings/look-backs/{id}"),
            ));
        }
        Ok(())
    }
}

pub(super) fn matter(
    kind: MatterKind,
    title: Texts,
    body: Option<Named<BodyId>>,
    due: Option<Due>,
    address: String,
) -> Matter {
    Matter {
        kind,
        title,
        body,
        due,
        late: false,
        address,
    }
}

#[cfg(test)]
mod tests;
