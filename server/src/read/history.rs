//! The events of a stream as people read them.

use std::collections::BTreeSet;
use std::ops::Range;

use app::api::view::{
    AssessmentSaid, DeadlineMoved, HistoryDetail, HistoryEntry, NoticeCorrected, Page,
    PersonParticulars, PlanSaid, RequirementMoved, RequirementSaid, TalkMoved,
};
use domain::Event;
use domain::arrangement::ArrangementEvent;
use domain::assignment::{Assignment, AssignmentEvent};
use domain::body::{self, Body, BodyEvent};
use domain::campaign::{Campaign, CampaignEvent, CampaignPlan};
use domain::clearance::ClearanceEvent;
use domain::device::DeviceEvent;
use domain::draw::DrawEvent;
use domain::held::HeldEvent;
use domain::id::{
    AssignmentId, BodyId, CampaignId, DeviceId, DrawId, InspectionId, LookBackId, MaterialId,
    NoticeId, TalkId,
};
use domain::jurisdiction::{District, JurisdictionEvent};
use domain::material::{Material, MaterialEvent};
use domain::notice::{Notice, NoticeEvent};
use domain::permission::{Act, Place};
use domain::person::{Person, PersonEvent};
use domain::record::{Recorded, Stream, StreamKind};
use domain::regulator_file::{Assessment, Conduct, RegulatorFile, RegulatorFileEvent};
use domain::talk::{Consequence, Talk, TalkEvent};

use sync::scope::WITHHELD;

use super::people::scopes;
use super::{Reader, count};
use crate::on_database;
use crate::store::StoreError;

/// Events on one page of a history: a notice to six hundred bodies has as many receipts.
const PART: u32 = 100;

/// In the stream of a draw.
const RESERVE_CALLED: &str = "draw.reserveCalled";

/// What is told to everybody whom the first event of its stream was told to.
const TOLD_ANEW: [&str; 5] = [
    "notice.corrected",
    "notice.withdrawn",
    "material.withdrawn",
    "talk.moved",
    "talk.cancelled",
];

/// Kinds whose events have more to tell than their titles.
const fn has_details(kind: StreamKind) -> bool {
    matches!(
        kind,
        StreamKind::Arrangement
            | StreamKind::Assignment
            | StreamKind::Body
            | StreamKind::Campaign
            | StreamKind::Clearance
            | StreamKind::Device
            | StreamKind::Draw
            | StreamKind::Held
            | StreamKind::Jurisdiction
            | StreamKind::Material
            | StreamKind::Notice
            | StreamKind::Person
            | StreamKind::RegulatorFile
            | StreamKind::Talk
    )
}

/// Whether a stream is of one body, and the page of it tells its whole story to whoever may open it.
const fn is_of_one_body(kind: StreamKind) -> bool {
    matches!(
        kind,
        StreamKind::Finding
            | StreamKind::Inspection
            | StreamKind::RegulatorFile
            | StreamKind::Situation
    )
}

/// What was known of what a stream is about, before an event of it.
#[derive(Default)]
struct Before {
    assignment: Assignment,
    body: Body,
    campaign: Campaign,
    /// The authority of the last draft of an arrangement.
    drafted_for: Option<BodyId>,
    material: Material,
    notice: Notice,
    person: Person,
    regulator_file: RegulatorFile,
    talk: Talk,
}

/// Which page of so many events it is, counted from the latest back (the one with the first event where fewer exist), and which of
/// them are on it.
fn part(total: usize, page: u32) -> (u32, Range<usize>) {
    let size = PART as usize;
    let last = u32::try_from(total.div_ceil(size)).unwrap_or(u32::MAX);
    let page = page.clamp(1, last.max(1));
    let end = total.saturating_sub((page as usize - 1).saturating_mul(size));
    (page, end.saturating_sub(size)..end)
}

impl Reader {
    /// The events of one stream, oldest first.
    pub async fn stream(&self, stream: String) -> Result<Vec<Recorded>, StoreError> {
        self.log.streams(self.jurisdiction, &[stream]).await
    }

    /// How many events a stream has, for a page that says which version of it was read; asked for before what the page shows, so that it
    /// is never of more than the reader saw.
    pub(super) async fn version_of(&self, stream: Stream) -> Result<u64, StoreError> {
        const VERSION: &str =
            "select coalesce(max(version), 0) from event where jurisdiction = $1 and stream = $2";
        let version: i64 = on_database!(&self.database, pool => sqlx::query_scalar(VERSION)
            .bind(self.own()).bind(stream.to_string()).fetch_one(pool).await?);
        Ok(count(version))
    }

    /// Whether no event is hidden from the viewer. Sealed assignments are known to organisers alone, and a place in the whole
    /// log tells how much else was recorded meanwhile; others are told the place in the stream.
    pub fn sees_every_event(&self) -> bool {
        self.may(Act::Organise, &Place::Jurisdiction) && self.may(Act::See, &Place::Jurisdiction)
    }

    /// The events of a thing that the viewer may open the page of, oldest first, on pages counted from the latest events back; None of
    /// others. Those whose pages show their events by themselves (a finding's story, an inspection's record) are not asked for here.
    pub async fn history_of(
        &self,
        stream: Stream,
        page: u32,
    ) -> Result<Option<Page<HistoryEntry>>, StoreError> {
        let is_open = match stream.kind {
            StreamKind::Notice => self.notice(NoticeId(stream.id)).await?.is_some(),
            StreamKind::Talk => self.talk(TalkId(stream.id)).await?.is_some(),
            StreamKind::Material => self.material(MaterialId(stream.id)).await?.is_some(),
            StreamKind::Campaign => self.campaign(CampaignId(stream.id)).await?.is_some(),
            StreamKind::Checklist => self.may(Act::See, &Place::Anywhere),
            StreamKind::Draw => self
                .draw_state(DrawId(stream.id))
                .await?
                .published
                .is_some(),
            StreamKind::LookBack => self.look_back(LookBackId(stream.id)).await?.is_some(),
            StreamKind::RegulatorFile => self.inspection(InspectionId(stream.id)).await?.is_some(),
            StreamKind::Assignment => self.sees_acts_of(AssignmentId(stream.id)).await?,
            StreamKind::Clearance => self.may_trace(),
            StreamKind::Jurisdiction => self.may(Act::ManageBodies, &Place::Jurisdiction),
            StreamKind::Held => self.may(Act::SettleHeld, &Place::Jurisdiction),
            StreamKind::Device => self.device(DeviceId(stream.id)).await?.is_some(),
            _ => false,
        };
        if !is_open {
            return Ok(None);
        }
        let events = self.stream(stream.to_string()).await?;
        let mut told = events.clone();
        match stream.kind {
            // Who may read of them at all may read all of it: their pages tell as much.
            StreamKind::LookBack
            | StreamKind::RegulatorFile
            | StreamKind::Assignment
            | StreamKind::Clearance
            | StreamKind::Jurisdiction
            | StreamKind::Device
            | StreamKind::Held => {}
            StreamKind::Draw => {
                // Who was called from the reserve is part of the result, and as secret as it.
                // A number left out would tell of it, so nothing after it is told either.
                let called = |event: &Recorded| event.authored.kind == RESERVE_CALLED;
                if let Some(first) = told.iter().position(called)
                    && !self.sees_result_of(DrawId(stream.id)).await?
                {
                    told.truncate(first);
                }
            }
            _ => told = self.told(told).await?,
        }
        let (page, part) = part(told.len(), page);
        let shown: BTreeSet<u64> = told[part].iter().map(|event| event.version).collect();
        // What an event changed is told by what was before it, on whichever page that is.
        let mut rows = self.history(&events);
        rows.retain(|entry| shown.contains(&entry.version));
        Ok(Some(Page {
            rows,
            total: told.len() as u64,
            page,
            page_size: PART,
        }))
    }

    /// Those of a stream's events that the viewer is told of, whether they ask for its history or are told what changed meanwhile.
    pub async fn told(&self, mut events: Vec<Recorded>) -> Result<Vec<Recorded>, StoreError> {
        let Some(stream) = events.first().and_then(|event| event.authored.stream()) else {
            return Ok(Vec::new());
        };
        // What is done with an assignment is told to nobody but who may read of it on its own page.
        if stream.kind == StreamKind::Assignment
            && !self.sees_acts_of(AssignmentId(stream.id)).await?
        {
            return Ok(Vec::new());
        }
        // Of what goes to many each sees how it began, how it was changed, and what they did themselves; what others did with it is those
        // others'.
        if !is_of_one_body(stream.kind) && !self.may(Act::See, &Place::Jurisdiction) {
            let is_anew = |event: &Recorded| TOLD_ANEW.contains(&event.authored.kind.as_str());
            events.retain(|event| {
                event.version == 1
                    || is_anew(event)
                    || event.authored.actor == self.viewer
                    || self.is_of_own_requirement(event)
            });
        }
        // Who is kept from where for an interest is known to who sends people there: to tablets as little.
        let declares = |event: &Recorded| WITHHELD.contains(&event.authored.kind.as_str());
        if events.iter().any(declares) && !self.organises(CampaignId(stream.id)).await? {
            events.retain(|event| !declares(event) || event.authored.actor == self.viewer);
        }
        Ok(events)
    }

    pub fn history(&self, events: &[Recorded]) -> Vec<HistoryEntry> {
        let mut before = Before::default();
        let entry = |event| HistoryEntry {
            detail: self.detail(event, &mut before),
            ..self.history_entry(event)
        };
        events.iter().map(entry).collect()
    }

    /// What an event was about. `known` is what was known of what the stream is about before it, and then after it.
    fn detail(&self, event: &Recorded, known: &mut Before) -> Option<HistoryDetail> {
        let Before { body, person, .. } = known;
        let stream = event.authored.stream()?;
        if !has_details(stream.kind) {
            return None;
        }
        let (actor, at) = (event.authored.actor, event.authored.occurred_at);
        match Event::decode(&event.authored.kind, &event.authored.body).ok()? {
            Event::Body(event) => {
                let state = |body: &Body| {
                    let particulars = body.particulars.as_ref();
                    particulars.map(|known| Box::new(known.amendable()))
                };
                let before = state(body);
                body::evolve(body, &event);
                let after = state(body);
                match event {
                    BodyEvent::Amended(_) => Some(HistoryDetail::Amended(before?, after?)),
                    BodyEvent::Moved { parent } => {
                        let parent = parent.map(|parent| self.linked_body(parent));
                        Some(HistoryDetail::Body(parent))
                    }
                    BodyEvent::Merged { into: other } | BodyEvent::Absorbed { from: other } => {
                        Some(HistoryDetail::Body(Some(self.linked_body(other))))
                    }
                    BodyEvent::Closed { reason } => Some(HistoryDetail::Reason(reason)),
                    BodyEvent::Registered(_) | BodyEvent::EntranceCodeSet { .. } => None,
                }
            }
            Event::Person(event) => {
                let state = |person: &Person| {
                    let registration = person.registration.as_ref()?;
                    Some(PersonParticulars {
                        name: registration.name.clone(),
                        unit: registration.unit.map(|unit| self.named_body(unit)),
                    })
                };
                let before = state(person);
                person.evolve(&event);
                match event {
                    PersonEvent::Amended(_) => {
                        Some(HistoryDetail::PersonAmended(before?, state(person)?))
                    }
                    PersonEvent::Granted(grant) | PersonEvent::Revoked(grant) => {
                        let names = scopes(&self.known.directory, std::slice::from_ref(&grant));
                        Some(HistoryDetail::Grant(grant, names))
                    }
                    PersonEvent::Registered(_)
                    | PersonEvent::Deactivated
                    | PersonEvent::Reactivated
                    | PersonEvent::InitialPasswordSet => None,
                }
            }
            Event::Campaign(event) => {
                let before = known.campaign.clone();
                known.campaign.evolve(&event);
                self.campaign_detail(event, &before)
            }
            Event::RegulatorFile(event) => {
                let before = known.regulator_file.assessment.clone();
                known.regulator_file.evolve(&event, actor);
                match event {
                    RegulatorFileEvent::Assessed(after) => {
                        let said = |assessment| Box::new(self.assessment_said(assessment));
                        Some(HistoryDetail::Assessed(before.map(said), said(after)))
                    }
                    RegulatorFileEvent::Signed => None,
                }
            }
            Event::Material(event) => {
                let detail = self.material_detail(&event, &known.material);
                known.material.evolve(&event, actor, at);
                detail
            }
            Event::Notice(event) => {
                let before = known.notice.content.clone();
                known.notice.evolve(&event, actor, at);
                match event {
                    NoticeEvent::Issued(_) => None,
                    NoticeEvent::Reminded { bodies } => {
                        let bodies = bodies.into_iter().map(|body| self.linked_body(body));
                        Some(HistoryDetail::Bodies(bodies.collect()))
                    }
                    NoticeEvent::Acknowledged { body }
                    | NoticeEvent::PassedOn { from: body, .. } => {
                        Some(HistoryDetail::Body(Some(self.linked_body(body))))
                    }
                    NoticeEvent::Corrected {
                        content,
                        reason,
                        again,
                        ..
                    } => Some(HistoryDetail::NoticeCorrected(Box::new(NoticeCorrected {
                        before: before?,
                        after: *content,
                        reason,
                        again,
                    }))),
                    NoticeEvent::Withdrawn { reason, .. } => Some(HistoryDetail::Reason(reason)),
                }
            }
            Event::Talk(event) => {
                let detail = self.talk_detail(&event, &known.talk);
                known.talk.evolve(&event, actor, at);
                detail
            }
            Event::Arrangement(event) => {
                if let ArrangementEvent::Drafted(content)
                | ArrangementEvent::AmendmentDrafted { content, .. } = &event
                {
                    known.drafted_for = Some(content.authority);
                }
                // Drafts, and what is said of them, are for the organisers of the authority they are of.
                let authority = Place::Body(known.drafted_for?);
                if !self.may(Act::Organise, &authority) {
                    return None;
                }
                match event {
                    ArrangementEvent::Drafted(content) => Some(HistoryDetail::Draft(content, None)),
                    ArrangementEvent::AmendmentDrafted { content, reason } => {
                        Some(HistoryDetail::Draft(content, Some(reason)))
                    }
                    ArrangementEvent::Returned { reason }
                    | ArrangementEvent::Withdrawn { reason } => Some(HistoryDetail::Reason(reason)),
                    ArrangementEvent::Approved | ArrangementEvent::Issued => None,
                }
            }
            Event::Assignment(event) => {
                // What is released waits for nothing, whatever its order says; and of one whose first events are not at hand nobody knows.
                let is_sealed = known.assignment.order.is_some() && !known.assignment.released;
                known.assignment.evolve(&event);
                match event {
                    AssignmentEvent::Rescheduled { order, reason } => {
                        let release = is_sealed.then_some(order.release);
                        Some(HistoryDetail::Rescheduled(order.visit_on, release, reason))
                    }
                    AssignmentEvent::ReleasedUnder { rule } => Some(HistoryDetail::Released(rule)),
                    AssignmentEvent::Cancelled { reason } => Some(HistoryDetail::Reason(reason)),
                    AssignmentEvent::Created(_) | AssignmentEvent::Released => None,
                }
            }
            Event::Draw(
                DrawEvent::Withheld { reason, .. }
                | DrawEvent::Redrawn { reason, .. }
                | DrawEvent::Abandoned { reason },
            )
            | Event::Device(DeviceEvent::Revoked { reason } | DeviceEvent::Readmitted { reason })
            | Event::Held(HeldEvent::Settled { decision: reason }) => {
                Some(HistoryDetail::Reason(reason))
            }
            Event::Jurisdiction(JurisdictionEvent::DistrictsAdded(districts)) => {
                Some(HistoryDetail::Districts(districts))
            }
            Event::Jurisdiction(JurisdictionEvent::DistrictRenamed { code, name }) => {
                Some(HistoryDetail::Districts(vec![District { code, name }]))
            }
            Event::Clearance(ClearanceEvent::Recorded(cleared)) => {
                Some(HistoryDetail::Cleared(cleared))
            }
            _ => None,
        }
    }

    /// `before` is the campaign until then.
    fn campaign_detail(&self, event: CampaignEvent, before: &Campaign) -> Option<HistoryDetail> {
        match event {
            CampaignEvent::PlanAmended(after) => {
                let said = |plan| Box::new(self.plan_said(plan));
                let before = before.plan.as_ref()?;
                Some(HistoryDetail::PlanAmended(said(before), said(&after)))
            }
            CampaignEvent::GroupFormed { group, .. }
            | CampaignEvent::GroupChanged { group, .. } => {
                let members = group.members.iter();
                let members = members.map(|member| self.named_person(*member));
                let leader = self.named_person(group.leader);
                Some(HistoryDetail::Group(group.name, leader, members.collect()))
            }
            CampaignEvent::GroupDissolved { id, reason } => {
                let name = before.groups.get(&id).map(|group| group.name.clone());
                Some(HistoryDetail::Dissolved(name.unwrap_or_default(), reason))
            }
            CampaignEvent::InterestDeclared { person, body, note }
            | CampaignEvent::InterestWithdrawn { person, body, note } => {
                let (person, body) = (self.named_person(person), self.linked_body(body));
                Some(HistoryDetail::Interest(person, body, note))
            }
            CampaignEvent::Created(_) => None,
        }
    }

    /// `before` is how it stood until then.
    fn talk_detail(&self, event: &TalkEvent, before: &Talk) -> Option<HistoryDetail> {
        let of = |number: &u32| RequirementSaid {
            number: *number,
            to: None,
            body: None,
            reason: None,
        };
        let to = |to: &Consequence| match to {
            Consequence::Campaign(_) if !self.sees_campaigns() => None,
            to => Some(to.clone()),
        };
        let said = match event {
            TalkEvent::RequirementSet { number, .. } => of(number),
            TalkEvent::RequirementAcknowledged { number, body } => RequirementSaid {
                body: Some(self.linked_body(*body)),
                ..of(number)
            },
            TalkEvent::Linked { number, to: linked } => RequirementSaid {
                to: to(linked),
                ..of(number)
            },
            TalkEvent::Unlinked {
                number,
                to: linked,
                reason,
            } => RequirementSaid {
                to: to(linked),
                reason: Some(reason.clone()),
                ..of(number)
            },
            TalkEvent::RequirementWithdrawn { number, reason, .. } => RequirementSaid {
                reason: Some(reason.clone()),
                ..of(number)
            },
            _ => return self.talk_said(event, before),
        };
        Some(HistoryDetail::Requirement(Box::new(said)))
    }

    /// Of what is about no requirement but its day.
    fn talk_said(&self, event: &TalkEvent, before: &Talk) -> Option<HistoryDetail> {
        match event {
            TalkEvent::ReportHeard(report) => {
                Some(HistoryDetail::Body(Some(self.linked_body(report.body))))
            }
            TalkEvent::RequirementMoved {
                number,
                requirement,
                reason,
            } => {
                let set = before.requirements.get(number);
                Some(HistoryDetail::RequirementMoved(RequirementMoved {
                    number: *number,
                    before: set.and_then(|set| set.requirement.due),
                    after: requirement.due,
                    reason: reason.clone(),
                }))
            }
            TalkEvent::Moved { plan, reason } => {
                let before = before.plan.as_ref()?;
                Some(HistoryDetail::TalkMoved(TalkMoved {
                    before: (before.at, before.place.clone()),
                    after: (plan.at, plan.place.clone()),
                    reason: reason.clone(),
                }))
            }
            TalkEvent::Cancelled { reason, .. } => Some(HistoryDetail::Reason(reason.clone())),
            // The others are told by [`Reader::talk_detail`], or their title says all.
            TalkEvent::Convened(_)
            | TalkEvent::BasedOn { .. }
            | TalkEvent::RequirementSet { .. }
            | TalkEvent::RequirementAcknowledged { .. }
            | TalkEvent::RequirementWithdrawn { .. }
            | TalkEvent::Linked { .. }
            | TalkEvent::Unlinked { .. } => None,
        }
    }

    /// `before` is how it stood until then.
    fn material_detail(&self, event: &MaterialEvent, before: &Material) -> Option<HistoryDetail> {
        match event {
            MaterialEvent::Withdrawn { reason, .. } => Some(HistoryDetail::Reason(reason.clone())),
            MaterialEvent::Returned {
                body,
                due,
                opinion: reason,
            }
            | MaterialEvent::Extended { body, due, reason } => {
                let standing = before.standings.get(body);
                Some(HistoryDetail::Deadline(Box::new(DeadlineMoved {
                    body: self.linked_body(*body),
                    before: standing.map(|standing| standing.due),
                    after: *due,
                    reason: reason.clone(),
                })))
            }
            MaterialEvent::Submitted { body, .. }
            | MaterialEvent::Received { body }
            | MaterialEvent::Accepted { body, .. } => {
                Some(HistoryDetail::Body(Some(self.linked_body(*body))))
            }
            MaterialEvent::Requested(_) => None,
        }
    }

    fn assessment_said(&self, assessment: Assessment) -> AssessmentSaid {
        AssessmentSaid {
            regulator: self.named_body(assessment.regulator),
            conduct: Conduct::of(assessment.knew, assessment.acted),
            account: assessment.account,
        }
    }

    fn plan_said(&self, plan: &CampaignPlan) -> PlanSaid {
        let partners = plan.terms.partners.iter();
        PlanSaid {
            plan: plan.clone(),
            authority: self.named_body(plan.authority),
            partners: partners.map(|body| self.named_body(*body)).collect(),
        }
    }

    pub fn history_entry(&self, event: &Recorded) -> HistoryEntry {
        HistoryEntry {
            position: self.sees_every_event().then_some(event.position),
            version: event.version,
            kind: event.authored.kind.clone(),
            actor: Some(self.named_person(event.authored.actor)),
            device: event.authored.device,
            occurred_at: event.authored.occurred_at,
            recorded_at: event.recorded_at,
            hash: event.hash.to_string(),
            detail: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::fixture::{Fixture, LAST_DAY, post};
    use crate::read::list::whole;
    use crate::server::now;
    use app::list::Asked;
    use axum::http::{HeaderValue, StatusCode, header};
    use domain::Command;
    use domain::arrangement::{ArrangementCommand, ArrangementContent, ArrangementStage};
    use domain::assignment::{AssignmentCommand, AssignmentOrder, ReleaseRule, ReleasedBy};
    use domain::body::{Amendment, BodyCommand};
    use domain::campaign::{CampaignCommand, Group};
    use domain::id::{ArrangementId, BodyId, GroupId};
    use domain::jurisdiction::{DistrictCode, JurisdictionCommand};
    use domain::notice::{NoticeCommand, NoticeContent};
    use domain::permission::{Grant, Role, Scope};
    use domain::person::{self, PersonCommand};
    use domain::working_day::plus_days;
    use form::Texts;
    use serde_json::json;
    use uuid::Uuid;

    /// Given an arrangement that was drafted, returned with a reason and drafted anew, then its organisers read each draft and the reason in
    /// its record, and others neither.
    #[tokio::test]
    async fn drafts_and_why_they_were_returned_stay_on_record() {
        let fixture = Fixture::new().await;
        let reader = |name| {
            let person = fixture.person(name);
            fixture.server.reader(fixture.city.jurisdiction, person)
        };
        let stream = Stream {
            kind: StreamKind::Arrangement,
            id: crate::demo::id("arrangement", "spot-check"),
        };
        let events = reader("organiser").stream(stream.to_string()).await;
        let first = events.unwrap().remove(0);
        let Ok(Event::Arrangement(ArrangementEvent::Drafted(draft))) = first.authored.event()
        else {
            panic!("{first:?}");
        };
        let mut again = draft.clone();
        again.number = "示例〔2096〕7号".into();
        let reason = "期限过短".to_owned();
        let recorded = |event: ArrangementEvent| {
            let event = Event::Arrangement(event);
            let mut recorded = first.clone();
            recorded.authored.kind = event.kind().to_owned();
            recorded.authored.body = event.body();
            recorded
        };
        let returned = ArrangementEvent::Returned {
            reason: reason.clone(),
        };
        let next = ArrangementEvent::Drafted(again.clone());
        let all = [first.clone(), recorded(returned), recorded(next)];
        let told = |name| {
            let entries = reader(name).history(&all).into_iter();
            entries.map(|entry| entry.detail).collect::<Vec<_>>()
        };
        assert_eq!(
            told("organiser"),
            [
                Some(HistoryDetail::Draft(draft, None)),
                Some(HistoryDetail::Reason(reason)),
                Some(HistoryDetail::Draft(again, None)),
            ]
        );
        assert_eq!(told("oversight"), [None, None, None]);
    }

    /// Given a district that was added and renamed, then pages name it so, its record says what it was called, and only who may
    /// change districts reads that.
    #[tokio::test]
    async fn a_district_is_renamed_on_record() {
        let fixture = Fixture::new().await;
        let id = fixture.city.jurisdiction;
        let code = DistrictCode("110199".into());
        let named = |chinese: &str, english: &str| District {
            code: code.clone(),
            name: Texts::both(chinese, english),
        };
        let (before, after) = (
            named("新区", "New district"),
            named("东区", "East district"),
        );
        let added = JurisdictionCommand::AddDistricts(vec![before.clone()]);
        let renamed = JurisdictionCommand::RenameDistrict {
            code: code.clone(),
            name: after.name.clone(),
        };
        for command in [added, renamed] {
            let command = Command::Jurisdiction { id, command };
            fixture.does("administrator", &command).await;
        }
        let reader = |name| fixture.server.reader(id, fixture.person(name));
        let administrator = reader("administrator");
        let site = administrator.site(domain::Language::English).unwrap();
        assert!(site.jurisdiction.districts.contains(&after));
        let stream = Stream {
            kind: StreamKind::Jurisdiction,
            id: id.0,
        };
        let record = administrator.history_of(stream, 1).await.unwrap().unwrap();
        let told: Vec<_> = record
            .rows
            .into_iter()
            .filter_map(|entry| entry.detail)
            .collect();
        let last = told.len() - 2;
        let expected = [before, after].map(|one| HistoryDetail::Districts(vec![one]));
        assert_eq!(told[last..], expected);
        for name in ["organiser", "oversight", "fengtai-officer"] {
            let record = reader(name).history_of(stream, 1).await.unwrap();
            assert_eq!(record, None, "{name}");
        }
    }

    /// Given a body that was amended, moved and closed, and a person who was given a role, then their records say what changed.
    #[tokio::test]
    async fn the_record_says_what_changed() {
        let fixture = Fixture::new().await;
        let organiser = fixture.person("organiser");
        let reader = || fixture.server.reader(fixture.city.jurisdiction, organiser);
        let id = fixture.unit_of(fixture.person("sos-village")).unwrap();
        let before = reader().known.directory.body(id).unwrap().amendable();
        let after = Amendment {
            capacity: before.capacity + 7,
            ..before.clone()
        };
        let amend = BodyCommand::Amend {
            before: Box::new(before.clone()),
            after: Box::new(after.clone()),
        };
        let close = BodyCommand::Close {
            reason: "停办".into(),
        };
        for command in [amend, BodyCommand::Move { parent: None }, close] {
            fixture
                .does("administrator", &Command::Body { id, command })
                .await;
        }
        let view = reader().body(id).await.unwrap().unwrap();
        let details: Vec<_> = view.history.into_iter().map(|entry| entry.detail).collect();
        let [.., amended, moved, closed] = details.as_slice() else {
            panic!("{details:?}");
        };
        let said = |detail: &Option<HistoryDetail>| detail.clone().unwrap();
        assert_eq!(
            said(amended),
            HistoryDetail::Amended(Box::new(before.clone()), Box::new(after.clone()))
        );
        assert_eq!(before.differences(&after), [body::Field::Capacity]);
        assert_eq!(said(moved), HistoryDetail::Body(None));
        assert_eq!(said(closed), HistoryDetail::Reason("停办".into()));
        let person = fixture.person("inspector-01");
        let grant = Grant::new(Role::Organiser, Scope::Jurisdiction);
        let command = PersonCommand::Grant(grant.clone());
        fixture
            .does(
                "administrator",
                &Command::Person {
                    id: person,
                    command,
                },
            )
            .await;
        let administrator = fixture.person("administrator");
        let reader = fixture
            .server
            .reader(fixture.city.jurisdiction, administrator);
        let view = reader.person(person).await.unwrap().unwrap();
        let last = view.history.last().unwrap();
        assert_eq!(said(&last.detail), HistoryDetail::Grant(grant, Vec::new()));
    }

    /// Given what was done to campaigns, assignments, notices, talks, materials and regulators' files, then their records say what
    /// changed, why, and to whom it went.
    #[tokio::test]
    async fn the_record_of_matters_says_what_changed_and_why() {
        let fixture = Fixture::new().await;
        let organiser = fixture.person("organiser");
        let reader = || fixture.server.reader(fixture.city.jurisdiction, organiser);
        let told = async |kind, id, event: &str| {
            let stream = Stream { kind, id }.to_string();
            let events = reader().stream(stream).await.unwrap();
            let mut entries = reader().history(&events).into_iter().rev();
            let entry = entries.find(|entry| entry.kind == event);
            entry.and_then(|entry| entry.detail).unwrap()
        };
        // A team arrived, a group was formed and an interest was declared.
        let (_, order) = fixture.assignment();
        let sealed = AssignmentId(Uuid::now_v7());
        let create = AssignmentCommand::Create(AssignmentOrder {
            visit_on: plus_days(order.visit_on, 20),
            sealed: true,
            release: ReleaseRule::OnArrival,
            ..order.clone()
        });
        let account = "组长已在门口来电".to_owned();
        let arrived = AssignmentCommand::ConfirmArrival {
            account: account.clone(),
        };
        for command in [create, arrived] {
            let command = Command::Assignment {
                id: sealed,
                campaign: order.campaign,
                command,
            };
            fixture.does("organiser", &command).await;
        }
        assert_eq!(
            told(StreamKind::Assignment, sealed.0, "assignment.releasedUnder").await,
            HistoryDetail::Released(ReleasedBy::Arrival { account })
        );
        // Visits were moved, of which one waits for its time and another was released before it came.
        let (_, visit) = fixture.visit_with_one_item().await;
        let at = now().plus_hours(1);
        for (days, release) in [(-9, None), (-5, Some(AssignmentCommand::Release))] {
            let visit_on = plus_days(LAST_DAY, days);
            let next = plus_days(visit_on, 1);
            let moved = AssignmentCommand::Reschedule {
                visit_on: next,
                target: visit.target,
                team: visit.team.clone(),
                reason: "该院消毒".into(),
            };
            let id = AssignmentId(Uuid::now_v7());
            let create = AssignmentCommand::Create(AssignmentOrder {
                visit_on,
                sealed: true,
                release: ReleaseRule::At(at),
                ..visit.clone()
            });
            let waits = release.is_none();
            for command in [create].into_iter().chain(release).chain([moved]) {
                let campaign = visit.campaign;
                let command = Command::Assignment {
                    id,
                    campaign,
                    command,
                };
                fixture.does("organiser", &command).await;
            }
            let said = HistoryDetail::Rescheduled(
                next,
                waits.then(|| ReleaseRule::At(at.plus_hours(24))),
                "该院消毒".into(),
            );
            assert_eq!(
                told(StreamKind::Assignment, id.0, "assignment.rescheduled").await,
                said
            );
            // Of one whose first events are not at hand, nothing is said of its release.
            let stream = Stream {
                kind: StreamKind::Assignment,
                id: id.0,
            };
            let events = reader().stream(stream.to_string()).await.unwrap();
            let last = reader().history(&events[events.len() - 1..]).pop().unwrap();
            assert!(
                matches!(last.detail, Some(HistoryDetail::Rescheduled(_, None, _))),
                "{last:?}"
            );
        }
        let (person, home) = (
            fixture.person("inspector-01"),
            fixture.unit_of(fixture.person("welfare-home-1")).unwrap(),
        );
        let group = Group {
            name: Texts::both("补充检查组", "Another group"),
            leader: order.leader,
            members: order.team.clone(),
        };
        let note = "亲属在该院工作".to_owned();
        for command in [
            CampaignCommand::FormGroup {
                id: GroupId(Uuid::now_v7()),
                group: group.clone(),
            },
            CampaignCommand::DeclareInterest {
                person,
                body: home,
                note: note.clone(),
            },
        ] {
            let id = order.campaign;
            fixture
                .does("organiser", &Command::Campaign { id, command })
                .await;
        }
        let campaign = order.campaign.0;
        let members = group.members.iter();
        let members = members.map(|member| reader().named_person(*member));
        assert_eq!(
            told(StreamKind::Campaign, campaign, "campaign.groupFormed").await,
            HistoryDetail::Group(
                group.name.clone(),
                reader().named_person(group.leader),
                members.collect()
            )
        );
        assert_eq!(
            told(StreamKind::Campaign, campaign, WITHHELD[0]).await,
            HistoryDetail::Interest(
                reader().named_person(person),
                reader().linked_body(home),
                note
            )
        );
        // Some were reminded of a notice.
        let (notice, reminded) = fixture
            .city
            .commands
            .iter()
            .find_map(|step| match &step.command {
                Command::Notice {
                    id,
                    command: NoticeCommand::Remind { bodies },
                } => Some((*id, bodies)),
                _ => None,
            })
            .unwrap();
        let HistoryDetail::Bodies(bodies) =
            told(StreamKind::Notice, notice.0, "notice.reminded").await
        else {
            panic!("whom the reminder went to is not told");
        };
        let told_of: BTreeSet<BodyId> = bodies.iter().map(|body| body.id).collect();
        assert_eq!(told_of, reminded.iter().copied().collect());
        // What follows another event of its stream tells what was before.
        let first = async |kind, id| {
            let stream = Stream { kind, id }.to_string();
            reader().stream(stream).await.unwrap().remove(0)
        };
        let after = |first: &Recorded, events: &[Event]| {
            let as_recorded = |event: &Event| {
                let mut recorded = first.clone();
                let stream = Stream {
                    kind: event.stream_kind(),
                    id: campaign,
                };
                recorded.authored.stream = stream.to_string();
                recorded.authored.kind = event.kind().to_owned();
                recorded.authored.body = event.body();
                recorded
            };
            let mut all = vec![first.clone()];
            all.extend(events.iter().map(as_recorded));
            reader().history(&all).pop().unwrap().detail
        };
        let created = first(StreamKind::Campaign, campaign).await;
        let Ok(Event::Campaign(CampaignEvent::Created(plan))) = created.authored.event() else {
            panic!("{created:?}");
        };
        let mut amended = plan.clone();
        amended.to = amended.from;
        amended.terms.partners = vec![home];
        let event = Event::Campaign(CampaignEvent::PlanAmended(amended.clone()));
        let said = |plan: &CampaignPlan| Box::new(reader().plan_said(plan));
        assert_eq!(
            after(&created, &[event]),
            Some(HistoryDetail::PlanAmended(said(&plan), said(&amended)))
        );
        let unlinked = Event::Talk(TalkEvent::Unlinked {
            number: 2,
            to: Consequence::Campaign(order.campaign),
            reason: "选错了督查".into(),
        });
        let said = RequirementSaid {
            number: 2,
            to: Some(Consequence::Campaign(order.campaign)),
            body: None,
            reason: Some("选错了督查".into()),
        };
        assert_eq!(
            after(&created, &[unlinked]),
            Some(HistoryDetail::Requirement(Box::new(said)))
        );
        let regulator = order.target;
        let assessed = |knew, account: &str| {
            Event::RegulatorFile(RegulatorFileEvent::Assessed(Assessment {
                regulator,
                knew,
                acted: false,
                account: account.into(),
            }))
        };
        let said = |conduct, account: &str| {
            Box::new(AssessmentSaid {
                regulator: reader().named_body(regulator),
                conduct,
                account: account.into(),
            })
        };
        let events = [
            assessed(false, "未见台账"),
            assessed(true, "补交的台账有记录"),
        ];
        assert_eq!(
            after(&created, &events),
            Some(HistoryDetail::Assessed(
                Some(said(Conduct::DidNotKnow, "未见台账")),
                said(Conduct::KnewAndDidNotAct, "补交的台账有记录")
            ))
        );
        let material = reader().materials().await.unwrap()[0].id;
        let requested = first(StreamKind::Material, material.0).await;
        let Ok(Event::Material(MaterialEvent::Requested(request))) = requested.authored.event()
        else {
            panic!("{requested:?}");
        };
        let body = request.bodies[0];
        let due = request.due.plus_hours(24);
        let reason = "系统故障".to_owned();
        let extended = MaterialEvent::Extended {
            body,
            due,
            reason: reason.clone(),
        };
        let moved = DeadlineMoved {
            body: reader().linked_body(body),
            before: Some(request.due),
            after: due,
            reason,
        };
        assert_eq!(
            after(&requested, &[Event::Material(extended)]),
            Some(HistoryDetail::Deadline(Box::new(moved)))
        );
    }

    /// Given a person of the resident group, when an administrator transfers them to a home over HTTP, then they are of it for every
    /// rule and every page, and the record says from where to where; nobody else transfers anybody, and nobody themselves.
    #[tokio::test]
    async fn a_person_is_transferred_and_the_record_says_from_where() {
        let fixture = Fixture::new().await;
        let person = fixture.person("inspector-01");
        let (from, to) = (
            fixture.unit_of(person),
            fixture.unit_of(fixture.person("sos-village")),
        );
        let administrator = fixture.person("administrator");
        let reader = || {
            fixture
                .server
                .reader(fixture.city.jurisdiction, administrator)
        };
        let amend = |id, unit| {
            let known = reader().known.directory.person(id).cloned().unwrap();
            let before = known.registration.amendable();
            let after = person::Amendment {
                unit,
                ..before.clone()
            };
            let command = PersonCommand::Amend { before, after };
            json!({ "command": Command::Person { id, command } })
        };
        let transfers = amend(person, to);
        for (name, body, status) in [
            ("organiser", &transfers, StatusCode::UNPROCESSABLE_ENTITY),
            (
                "administrator",
                &amend(administrator, to),
                StatusCode::UNPROCESSABLE_ENTITY,
            ),
            ("administrator", &transfers, StatusCode::OK),
        ] {
            let cookie = fixture.sign_in(name).await;
            let mut request = post("/api/send", &cookie, body.to_string());
            let kind = HeaderValue::from_static("application/json");
            request.headers_mut().insert(header::CONTENT_TYPE, kind);
            let (answered, _, answer) = fixture.send(request).await;
            assert_eq!(answered, status, "{name}: {answer}");
        }
        assert_eq!(fixture.unit_of(person), to);
        let view = reader().person(person).await.unwrap().unwrap();
        assert_eq!(view.unit.map(|unit| unit.id), to);
        let last = view.history.last().unwrap();
        assert_eq!(last.kind, "person.amended");
        let Some(HistoryDetail::PersonAmended(was, is)) = &last.detail else {
            panic!("{last:?}");
        };
        let units = [was, is].map(|of| of.unit.as_ref().map(|unit| unit.id));
        assert_eq!(units, [from, to]);
        assert_eq!(was.name, is.name);
    }

    /// Given a notice to two homes that one has acknowledged, when the other acknowledges it as they saw it, then they are told that it
    /// moved, and not what the first did.
    #[tokio::test]
    async fn who_came_too_late_is_told_no_more_than_the_history_tells() {
        let fixture = Fixture::new().await;
        let unit = |name| fixture.unit_of(fixture.person(name)).unwrap();
        let bodies: Vec<BodyId> = ["welfare-home-1", "sos-village"].map(unit).to_vec();
        let id = NoticeId(Uuid::now_v7());
        let notice = |command| Command::Notice { id, command };
        let content = NoticeContent {
            number: "示例〔2022〕3号".into(),
            title: Texts::both("补充通知", "More"),
            text: Texts::both("请确认", "Acknowledge it"),
            level: None,
            effective_from: now(),
            addressees: Vec::new(),
            districts: Vec::new(),
            bodies: bodies.clone(),
            attachments: Vec::new(),
            acknowledge_by: now().plus_hours(4),
        };
        let acknowledges = |body| notice(NoticeCommand::Acknowledge { body });
        fixture
            .does("organiser", &notice(NoticeCommand::Issue(content)))
            .await;
        // Its department records the receipt of the home.
        fixture
            .does("welfare-centre", &acknowledges(bodies[0]))
            .await;
        let cookie = fixture.sign_in("welfare-home-1").await;
        let body = json!({ "command": acknowledges(bodies[0]), "version": 1 });
        let mut request = post("/api/send-seen", &cookie, body.to_string());
        let kind = HeaderValue::from_static("application/json");
        request.headers_mut().insert(header::CONTENT_TYPE, kind);
        let (status, _, answer) = fixture.send(request).await;
        assert_eq!(status, StatusCode::CONFLICT, "{answer}");
        assert_eq!(
            answer,
            json!({ "is": "changed", "version": 2, "since": [] })
        );
        // and whoever sees everything is told of it
        let stream = format!("notice/{id}");
        for (name, expected) in [
            ("organiser", 2),
            ("welfare-home-1", 1),
            ("welfare-centre", 2),
        ] {
            let person = fixture.person(name);
            let reader = fixture.server.reader(fixture.city.jurisdiction, person);
            let events = reader.stream(stream.clone()).await.unwrap();
            assert_eq!(reader.told(events).await.unwrap().len(), expected, "{name}");
        }
    }

    /// Given a notice that hundreds acknowledged, when its history is asked for page by page, then the latest events come first, each is
    /// told once, and the last page has the first event; so has one that is asked for beyond it.
    #[tokio::test]
    async fn the_first_event_of_a_long_history_is_reached() {
        let fixture = Fixture::new().await;
        let organiser = fixture.person("organiser");
        let reader = fixture.server.reader(fixture.city.jurisdiction, organiser);
        let notices = reader.notices().await.unwrap();
        let notice = notices.iter().max_by_key(|notice| notice.receipts).unwrap();
        assert!(notice.receipts > 2 * PART, "{}", notice.receipts);
        let stream = Stream {
            kind: StreamKind::Notice,
            id: notice.id.0,
        };
        let recorded = reader.stream(stream.to_string()).await.unwrap();
        let total = recorded.len() as u64;
        let pages = u32::try_from(total.div_ceil(PART.into())).unwrap();
        let mut told = Vec::new();
        for page in (1..=pages).rev() {
            let part = reader.history_of(stream, page).await.unwrap().unwrap();
            assert_eq!((part.page, part.total), (page, total));
            told.extend(part.rows.iter().map(|entry| entry.version));
        }
        assert_eq!(told, (1..=total).collect::<Vec<u64>>());
        for (asked, page, has, version) in [(0, 1, "last", total), (u32::MAX, pages, "first", 1)] {
            let part = reader.history_of(stream, asked).await.unwrap().unwrap();
            assert_eq!(part.page, page);
            let entry = match has {
                "first" => part.rows.first(),
                _ => part.rows.last(),
            };
            assert_eq!(entry.unwrap().version, version, "{asked}");
        }
        let part = reader.history_of(stream, pages).await.unwrap().unwrap();
        assert_eq!(part.rows[0].kind, "notice.issued");
    }

    /// Given a draft that its author wrote anew after somebody else read it, when they approve what they read, then nothing is approved
    /// and they are told; without saying what they read they approve nothing at all; and what they read again they approve.
    #[tokio::test]
    async fn what_is_approved_is_what_was_read() {
        let fixture = Fixture::new().await;
        let organiser = fixture.person("organiser");
        let reader = fixture.server.reader(fixture.city.jurisdiction, organiser);
        let known = reader.arrangements().await.unwrap()[0].id;
        let issued = reader.arrangement(known).await.unwrap().unwrap();
        let content = issued.versions.last().unwrap().content.clone();
        let id = ArrangementId(Uuid::now_v7());
        let arranged = |command| Command::Arrangement { id, command };
        for number in ["示例〔2022〕31号", "示例〔2022〕32号"] {
            let content = Box::new(ArrangementContent {
                number: number.into(),
                ..content.clone()
            });
            let draft = arranged(ArrangementCommand::Draft(content));
            fixture.does("organiser", &draft).await;
        }
        let cookie = fixture.sign_in("deputy-organiser").await;
        let approve = arranged(ArrangementCommand::Approve);
        let send = |path: &str, body: serde_json::Value| {
            let mut request = post(path, &cookie, body.to_string());
            let kind = HeaderValue::from_static("application/json");
            request.headers_mut().insert(header::CONTENT_TYPE, kind);
            fixture.send(request)
        };
        let stage = async || reader.arrangement(id).await.unwrap().unwrap().stage;
        let unread = send("/api/send", json!({ "command": approve })).await;
        assert_eq!(unread.0, StatusCode::UNPROCESSABLE_ENTITY, "{}", unread.2);
        let seen = |version: u64| json!({ "command": approve, "version": version });
        let (status, _, answer) = send("/api/send-seen", seen(1)).await;
        assert_eq!(status, StatusCode::CONFLICT, "{answer}");
        assert_eq!(answer["version"], 2);
        assert_eq!(answer["since"][0]["kind"], "arrangement.drafted");
        assert_eq!(stage().await, ArrangementStage::Draft);
        let (status, _, answer) = send("/api/send-seen", seen(2)).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        assert_eq!(stage().await, ArrangementStage::Approved);
    }

    /// Given an interest that was declared, when the campaign's history is read, then it is there for who organises it alone.
    #[tokio::test]
    async fn an_interest_is_known_to_who_organises() {
        let fixture = Fixture::new().await;
        let (_, order) = fixture.assignment();
        let declare = Command::Campaign {
            id: order.campaign,
            command: CampaignCommand::DeclareInterest {
                person: fixture.person("inspector-01"),
                body: fixture.unit_of(fixture.person("sos-village")).unwrap(),
                note: "亲属在该院工作".into(),
            },
        };
        let withdraw = Command::Campaign {
            id: order.campaign,
            command: CampaignCommand::WithdrawInterest {
                person: fixture.person("inspector-01"),
                body: fixture.unit_of(fixture.person("sos-village")).unwrap(),
                note: "亲属已离职".into(),
            },
        };
        for command in [declare, withdraw] {
            fixture.does("organiser", &command).await;
        }
        let stream = Stream {
            kind: StreamKind::Campaign,
            id: order.campaign.0,
        };
        for (name, expected) in [("organiser", true), ("oversight", false)] {
            let person = fixture.person(name);
            let reader = fixture.server.reader(fixture.city.jurisdiction, person);
            let history = reader.history_of(stream, 1).await.unwrap().unwrap();
            for kind in WITHHELD {
                let told = history.rows.iter().any(|entry| entry.kind == kind);
                assert_eq!(told, expected, "{name} {kind}");
            }
        }
    }

    /// Given what was done in the demo city, when the history of a thing is asked for, then whoever may open its page is told all of it,
    /// and nobody else anything.
    #[tokio::test]
    async fn a_history_is_for_who_may_open_the_page() {
        let fixture = Fixture::new().await;
        let reader = |name| {
            let person = fixture.person(name);
            fixture.server.reader(fixture.city.jurisdiction, person)
        };
        let tested = reader("organiser").clearances().await.unwrap();
        let tested = tested.iter().find(|row| row.latest.is_some()).unwrap();
        let drawn = reader("oversight").look_backs().await.unwrap()[0].id;
        let asked = Asked::default();
        let pairs = reader("organiser").list_pairs(whole(&asked)).await;
        let signed = pairs.unwrap().rows.into_iter().find(|row| row.signed);
        let signed = signed.unwrap().inspection;
        let draw = crate::demo::id("draw", "spot-check");
        for (kind, id, name, expected) in [
            (StreamKind::Draw, draw, "organiser", true),
            (StreamKind::Draw, draw, "oversight", true),
            (StreamKind::Draw, Uuid::nil(), "organiser", false),
            (StreamKind::LookBack, drawn.0, "oversight", true),
            (StreamKind::LookBack, drawn.0, "welfare-home-1", false),
            (StreamKind::Clearance, tested.person.id.0, "organiser", true),
            (
                StreamKind::Clearance,
                tested.person.id.0,
                "oversight",
                false,
            ),
            (StreamKind::RegulatorFile, signed.0, "oversight", true),
            (
                StreamKind::RegulatorFile,
                signed.0,
                "fengtai-officer",
                false,
            ),
        ] {
            let history = reader(name)
                .history_of(Stream { kind, id }, 1)
                .await
                .unwrap();
            assert_eq!(history.is_some(), expected, "{kind:?} {name}");
            if let Some(entries) = history {
                assert_eq!(entries.rows[0].version, 1, "{kind:?} {name}");
            }
        }
        // The record of a test says what it came to, and the inspection's record has the regulator's file.
        let stream = Stream {
            kind: StreamKind::Clearance,
            id: tested.person.id.0,
        };
        let history = reader("organiser")
            .history_of(stream, 1)
            .await
            .unwrap()
            .unwrap();
        let last = history.rows.last().unwrap().detail.clone();
        assert_eq!(
            last,
            tested.latest.clone().map(HistoryDetail::Cleared),
            "{history:?}"
        );
        let view = reader("oversight")
            .inspection(signed)
            .await
            .unwrap()
            .unwrap();
        let kinds: Vec<&str> = view
            .history
            .iter()
            .map(|entry| entry.kind.as_str())
            .collect();
        assert!(kinds.contains(&"regulatorFile.signed"), "{kinds:?}");
    }
}
