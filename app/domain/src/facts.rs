//! What a rule may look at: the streams a command reads, folded to their states, and the world around them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use form::Form;

use crate::assignment::{Assignment, AssignmentEvent};
use crate::body::Body;
use crate::campaign::Campaign;
use crate::checklist::Checklist;
use crate::clearance::Clearance;
use crate::device::Device;
use crate::event::Event;
use crate::finding::{Finding, FindingEvent, PhotoHash};
use crate::foreknowledge;
use crate::held::Held;
use crate::id::{
    AssignmentId, BodyId, CampaignId, ChecklistId, DeviceId, FindingId, InspectionId, LookBackId,
    NoticeId, PersonId, ResponseLevelId, RulePackId,
};
use crate::inspection::Inspection;
use crate::instant::{Day, Instant};
use crate::jurisdiction::Jurisdiction;
use crate::look_back::LookBack;
use crate::material::Material;
use crate::notice::{Notice, NoticeEvent, number_key};
use crate::permission::{Act, PermissionRefusal, Place, permit};
use crate::person::Person;
use crate::projection::directory::Directory;
use crate::record::{Stream, StreamKind};
use crate::regulator_file::RegulatorFile;
use crate::response_level::LevelDecision;
use crate::rule_pack::RulePack;
use crate::situation::{Situation, SituationId};
use crate::talk::Talk;

/// Published checklists, compiled.
pub trait Forms {
    fn form(&self, checklist: ChecklistId, version: &str) -> Option<Arc<Form>>;
}

/// Everything a decision may depend on.
pub struct Context<'a> {
    pub actor: PersonId,
    pub now: Instant,
    /// The day on the jurisdiction's calendar.
    pub today: Day,
    pub directory: &'a Directory,
    pub facts: &'a Facts,
    pub forms: &'a dyn Forms,
}

impl Context<'_> {
    pub fn permit(&self, act: Act, place: &Place) -> Result<(), PermissionRefusal> {
        permit(self.directory, self.actor, act, place, self.now)
    }
}

/// Who made an event, on what, when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Authorship {
    pub actor: PersonId,
    pub device: Option<DeviceId>,
    pub at: Instant,
}

/// A visit that is assigned for a day, and not cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandingVisit {
    pub assignment: AssignmentId,
    /// In whose name its campaign is: who organises for it may know of the visit before anybody else.
    pub authority: BodyId,
    /// Whether others may know of it, as [`foreknowledge::is_open`] has it.
    pub open: bool,
    /// Of a self-inspection the campaign: no visit, and keeps none away.
    pub own: Option<CampaignId>,
}

/// The states of the streams loaded for a decision. A stream without events has its concept's empty state.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    streams: BTreeMap<Stream, State>,
    photos_seen: BTreeSet<PhotoHash>,
    /// By the numbers of notices, as [`crate::notice::number_key`] writes them, who has which.
    notice_numbers: BTreeMap<String, NoticeId>,
    /// By the numbers of rectification notices, written the same way, the finding that each orders to be put right.
    rectification_numbers: BTreeMap<String, FindingId>,
    /// The decisions on levels that each notice puts in force or prolongs, of those whose streams are loaded.
    levels: BTreeMap<NoticeId, BTreeSet<ResponseLevelId>>,
    /// What is assigned already, by body and day.
    visits: BTreeMap<(BodyId, Day), Vec<StandingVisit>>,
    /// Who has sent something with each tablet, of those a decision asks for.
    device_users: BTreeMap<DeviceId, BTreeSet<PersonId>>,
    /// On which day of the jurisdiction's calendar an instant lies, of those that a decision asks for.
    days: BTreeMap<Instant, Day>,
}

macro_rules! states {
    ($($kind:ident($state:ty) $get:ident($id:ty)),+ $(,)?) => {
        #[derive(Clone, Debug)]
        enum State {
            $($kind(Arc<$state>)),+
        }

        impl State {
            fn empty(kind: StreamKind) -> State {
                match kind {
                    $(StreamKind::$kind => State::$kind(Arc::default())),+
                }
            }
        }

        impl Facts {
            $(pub fn $get(&self, id: $id) -> &$state {
                static EMPTY: std::sync::LazyLock<$state> = std::sync::LazyLock::new(Default::default);
                match self.streams.get(&Stream { kind: StreamKind::$kind, id: id.0 }) {
                    Some(State::$kind(state)) => state,
                    _ => &EMPTY,
                }
            })+
        }
    };
}

states! {
    Jurisdiction(Jurisdiction) jurisdiction(crate::id::JurisdictionId),
    Body(Body) body(BodyId),
    Person(Person) person(PersonId),
    Notice(Notice) notice(NoticeId),
    Checklist(Checklist) checklist(ChecklistId),
    Campaign(Campaign) campaign(CampaignId),
    Assignment(Assignment) assignment(AssignmentId),
    Inspection(Inspection) inspection(InspectionId),
    Finding(Finding) finding(FindingId),
    Held(Held) held(crate::id::EventId),
    Draw(crate::draw::Draw) draw(crate::id::DrawId),
    Arrangement(crate::arrangement::Arrangement) arrangement(crate::id::ArrangementId),
    Talk(Talk) talk(crate::id::TalkId),
    Material(Material) material(crate::id::MaterialId),
    Situation(Situation) situation(SituationId),
    LookBack(LookBack) look_back(LookBackId),
    RegulatorFile(RegulatorFile) regulator_file(InspectionId),
    Clearance(Clearance) clearance(PersonId),
    ResponseLevel(LevelDecision) response_level(ResponseLevelId),
    RulePack(RulePack) rule_pack(RulePackId),
    Device(Device) device(DeviceId),
    Batch(()) batch(DeviceId),
}

impl Facts {
    /// Takes in the next event of a stream.
    pub fn evolve(&mut self, stream: Stream, event: &Event, authorship: Authorship) {
        if Self::is_folded_on_tablet(stream.kind) {
            self.evolve_on_tablet(stream, event, authorship);
            if let Event::Assignment(event) = event {
                self.stands(AssignmentId(stream.id), event);
            }
            return;
        }
        let Authorship { actor, at, .. } = authorship;
        let state = self
            .streams
            .entry(stream)
            .or_insert_with(|| State::empty(stream.kind));
        match (state, event) {
            (State::Jurisdiction(state), Event::Jurisdiction(event)) => {
                Arc::make_mut(state).evolve(event)
            }
            (State::Body(state), Event::Body(event)) => {
                crate::body::evolve(Arc::make_mut(state), event)
            }
            (State::Person(state), Event::Person(event)) => Arc::make_mut(state).evolve(event),
            (State::Notice(state), Event::Notice(event)) => {
                if let NoticeEvent::Issued(content) = event {
                    let key = number_key(&content.number);
                    self.notice_numbers.insert(key, NoticeId(stream.id));
                }
                Arc::make_mut(state).evolve(event, actor, at)
            }
            (State::Held(state), Event::Held(event)) => Arc::make_mut(state).evolve(event, at),
            (State::Draw(state), Event::Draw(event)) => {
                Arc::make_mut(state).evolve(event, actor, at)
            }
            (State::Arrangement(state), Event::Arrangement(event)) => {
                Arc::make_mut(state).evolve(event, actor, at)
            }
            (State::Talk(state), Event::Talk(event)) => {
                Arc::make_mut(state).evolve(event, actor, at)
            }
            (State::Material(state), Event::Material(event)) => {
                Arc::make_mut(state).evolve(event, actor, at)
            }
            (State::Situation(state), Event::Situation(event)) => {
                Arc::make_mut(state).evolve(event, at)
            }
            (State::LookBack(state), Event::LookBack(event)) => {
                Arc::make_mut(state).evolve(event, at)
            }
            (State::RegulatorFile(state), Event::RegulatorFile(event)) => {
                Arc::make_mut(state).evolve(event, actor)
            }
            (State::Clearance(state), Event::Clearance(event)) => {
                Arc::make_mut(state).evolve(event)
            }
            (State::ResponseLevel(state), Event::ResponseLevel(event)) => {
                if let Some(notice) = event.puts_in_force() {
                    let level = ResponseLevelId(stream.id);
                    self.levels.entry(notice).or_default().insert(level);
                }
                Arc::make_mut(state).evolve(event)
            }
            (State::RulePack(state), Event::RulePack(event)) => Arc::make_mut(state).evolve(event),
            (State::Device(state), Event::Device(event)) => Arc::make_mut(state).evolve(event),
            // An event in a stream of another concept was refused before it was appended.
            _ => {}
        }
    }

    /// [`Facts::evolve`] for the concepts that a tablet folds. Its bundle holds no code of the others.
    pub fn evolve_on_tablet(&mut self, stream: Stream, event: &Event, authorship: Authorship) {
        let Authorship { actor, device, at } = authorship;
        let empty: fn() -> State = match stream.kind {
            StreamKind::Checklist => || State::Checklist(Arc::default()),
            StreamKind::Campaign => || State::Campaign(Arc::default()),
            StreamKind::Assignment => || State::Assignment(Arc::default()),
            StreamKind::Inspection => || State::Inspection(Arc::default()),
            StreamKind::Finding => || State::Finding(Arc::default()),
            StreamKind::Clearance => || State::Clearance(Arc::default()),
            _ => return,
        };
        let state = self.streams.entry(stream).or_insert_with(empty);
        match (state, event) {
            (State::Clearance(state), Event::Clearance(event)) => {
                Arc::make_mut(state).evolve(event)
            }
            (State::Checklist(state), Event::Checklist(event)) => {
                Arc::make_mut(state).evolve(event)
            }
            (State::Campaign(state), Event::Campaign(event)) => Arc::make_mut(state).evolve(event),
            (State::Assignment(state), Event::Assignment(event)) => {
                Arc::make_mut(state).evolve(event)
            }
            (State::Inspection(state), Event::Inspection(event)) => {
                Arc::make_mut(state).evolve(event, actor, device, at)
            }
            (State::Finding(state), Event::Finding(event)) => {
                if let FindingEvent::Notified { notice, .. } = event {
                    let key = number_key(&notice.number);
                    self.rectification_numbers.insert(key, FindingId(stream.id));
                }
                Arc::make_mut(state).evolve(event, actor, at)
            }
            _ => {}
        }
        if let Event::Finding(event) = event {
            self.photos_seen
                .extend(event.photos().map(|photo| photo.hash.clone()));
        }
    }

    fn is_folded_on_tablet(kind: StreamKind) -> bool {
        matches!(
            kind,
            StreamKind::Checklist
                | StreamKind::Campaign
                | StreamKind::Assignment
                | StreamKind::Inspection
                | StreamKind::Finding
                | StreamKind::Clearance
        )
    }

    /// Notes that a photo is evidence already, in whatever stream.
    pub fn mark_photo_seen(&mut self, photo: PhotoHash) {
        self.photos_seen.insert(photo);
    }

    pub fn photo_seen(&self, photo: &PhotoHash) -> bool {
        self.photos_seen.contains(photo)
    }

    /// Notes that the rectification notice of a finding has a number, whether or not its stream is loaded.
    pub fn mark_rectification_number_used(&mut self, number: &str, finding: FindingId) {
        self.rectification_numbers
            .insert(number_key(number), finding);
    }

    /// The finding whose rectification was ordered under a number.
    pub fn rectification_numbered(&self, number: &str) -> Option<FindingId> {
        self.rectification_numbers.get(&number_key(number)).copied()
    }

    /// Notes that a notice has a number, whether or not its stream is loaded.
    pub fn mark_number_used(&mut self, number: &str, notice: NoticeId) {
        self.notice_numbers.insert(number_key(number), notice);
    }

    /// How many of the decisions on levels that rest on a notice hold, or are to.
    pub fn levels_standing(&self, notice: NoticeId, now: Instant) -> usize {
        let levels = self.levels.get(&notice).into_iter().flatten();
        levels
            .filter(|level| self.response_level(**level).stands(now))
            .count()
    }

    fn stands(&mut self, assignment: AssignmentId, event: &AssignmentEvent) {
        let state = self.assignment(assignment);
        let Some(order) = &state.order else { return };
        let (target, day) = (order.target, order.visit_on);
        let plan = self.campaign(order.campaign).plan.as_ref();
        let inspection = self.inspection(InspectionId::of(assignment));
        let visit = plan.map(|plan| StandingVisit {
            assignment,
            authority: plan.authority,
            open: foreknowledge::is_open(state, plan, inspection),
            own: plan.is_by_own().then_some(order.campaign),
        });
        match (event, visit) {
            (AssignmentEvent::Cancelled { .. }, _) => {
                let visits = self.visits.entry((target, day)).or_default();
                visits.retain(|visit| visit.assignment != assignment);
            }
            (AssignmentEvent::Rescheduled { .. }, Some(visit)) => {
                let of_target = self.visits.iter_mut();
                for (_, visits) in of_target.filter(|((body, _), _)| *body == target) {
                    visits.retain(|visit| visit.assignment != assignment);
                }
                self.mark_visit(target, day, visit);
            }
            (AssignmentEvent::Created(_) | AssignmentEvent::Released, Some(visit)) => {
                self.mark_visit(target, day, visit);
            }
            _ => {}
        }
    }

    /// Notes that a body is to be visited on a day, whether or not the assignment's stream is loaded.
    pub fn mark_visit(&mut self, body: BodyId, day: Day, visit: StandingVisit) {
        let visits = self.visits.entry((body, day)).or_default();
        visits.retain(|known| known.assignment != visit.assignment);
        visits.push(visit);
    }

    /// The visits of a body that are assigned for a day and stand, and its self-inspections.
    pub fn visits(&self, body: BodyId, day: Day) -> &[StandingVisit] {
        self.visits.get(&(body, day)).map_or(&[], Vec::as_slice)
    }

    /// Notes who has sent something with a tablet.
    pub fn mark_device_users(&mut self, device: DeviceId, users: BTreeSet<PersonId>) {
        self.device_users.insert(device, users);
    }

    /// Who has sent something with a tablet, as far as it was asked for.
    pub fn device_users(&self, device: DeviceId) -> impl Iterator<Item = PersonId> {
        self.device_users
            .get(&device)
            .into_iter()
            .flatten()
            .copied()
    }

    /// Notes on which day of the jurisdiction's calendar an instant lies.
    pub fn mark_day(&mut self, at: Instant, day: Day) {
        self.days.insert(at, day);
    }

    /// The day of an instant that was noted.
    pub fn day(&self, at: Instant) -> Option<Day> {
        self.days.get(&at).copied()
    }

    /// The notice that has a number.
    pub fn notice_numbered(&self, number: &str) -> Option<NoticeId> {
        self.notice_numbers.get(&number_key(number)).copied()
    }
}
