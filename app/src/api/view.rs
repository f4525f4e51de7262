//! Read models as pages see them. Ids are typed, names come in both languages, instants are formatted by the page.

mod arrangement;
mod bodies;
mod closure;
mod deadline;
mod device;
mod draw;
mod entrance;
mod inbox;
mod material;
mod matter;
mod notice;
mod people_file;
mod rules;
mod self_inspection;
mod situation;
mod talk;
mod visits;

use std::collections::BTreeMap;

use domain::arrangement::ArrangementContent;
use domain::assignment::{AssignmentOrder, ReleaseRule, ReleasedBy};
use domain::body::{Amendment, BodyKind, Location, Particulars, RiskGrade};
use domain::campaign::{CampaignKind, CampaignPlan, ChecklistUse, Group, NoticeMode, Subjects};
use domain::clearance::Cleared;
use domain::finding::{
    Extent, FindingEvent, HandedInLate, Letter, LetterState, Raised, Stage, Standing, Step,
};
use domain::id::{
    AssignmentId, BodyId, CampaignId, ChecklistId, DeviceId, EventId, FindingId, GroupId,
    InspectionId, JurisdictionId, LookBackId, PersonId,
};
use domain::inspection::{Outcome, Submission};
use domain::instant::{Day, Instant};
use domain::jurisdiction::{District, DistrictCode};
use domain::notice::NoticeContent;
use domain::permission::{Act, Grant};
use domain::regulator_file::Conduct;
use domain::signature::Signed;
use domain::talk::Consequence;
use domain::visit_mode::VisitMode;
use form::{FormDefinition, Line, Severity, Texts};
use serde::{Deserialize, Serialize};

pub use arrangement::*;
pub use bodies::*;
pub use closure::*;
pub use deadline::*;
pub use device::*;
pub use draw::*;
pub use entrance::*;
pub use inbox::*;
pub use material::*;
pub use matter::*;
pub use notice::*;
pub use people_file::*;
pub use rules::*;
pub use self_inspection::*;
pub use situation::*;
pub use talk::*;
pub use visits::*;

/// Who looks at the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Viewer {
    pub person: PersonId,
    pub name: Texts,
    pub sign_in_name: String,
    pub unit: Option<BodyId>,
    pub grants: Vec<Grant>,
    /// The bodies that grants hold for.
    pub scopes: Vec<Named<BodyId>>,
    /// Every act some grant gives somewhere: what the navigation offers.
    pub acts: Vec<Act>,
}

/// What every page's frame shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// None on an empty server: set-up comes first.
    pub jurisdiction: Option<JurisdictionView>,
    /// None when signed out.
    pub viewer: Option<Viewer>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JurisdictionView {
    pub id: JurisdictionId,
    pub name: Texts,
    pub time_zone: String,
    pub sample: bool,
    pub districts: Vec<District>,
    /// How many events its stream had when it was read.
    pub version: u64,
}

/// One page of a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// Of all pages.
    pub total: u64,
    /// From 1.
    pub page: u32,
    pub page_size: u32,
}

/// A body's name where only that is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Named<I> {
    pub id: I,
    pub name: Texts,
}

/// A body that a page names and, where the viewer may go there, leads to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkedBody {
    pub id: BodyId,
    pub name: Texts,
    pub visible: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BodyFilter {
    pub kind: Option<BodyKind>,
    /// Those a campaign looks at.
    pub subjects: Option<Subjects>,
    pub district: Option<DistrictCode>,
    /// Part of the name, in either language.
    pub search: String,
    pub page: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BodyRow {
    pub id: BodyId,
    pub name: Texts,
    pub kind: BodyKind,
    pub district: Option<DistrictCode>,
    pub capacity: u32,
    pub residents: u32,
    pub staff: u32,
    pub sample: bool,
    pub open_findings: u32,
    pub parent: Option<Named<BodyId>>,
    pub risk: Option<RiskGrade>,
    /// What is known of it, for who may amend it.
    pub amendable: Option<Box<Amendment>>,
    /// How many events its stream had when it was read.
    pub version: u64,
}

impl BodyRow {
    /// The value of the filter by kind that takes institutions of every kind.
    pub const INSTITUTIONS: &'static str = "institution";
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BodyView {
    pub id: BodyId,
    pub particulars: Particulars,
    pub parent: Option<LinkedBody>,
    /// Those that are still there.
    pub children: Vec<LinkedBody>,
    pub gone: Option<GoneView>,
    /// The bodies that became part of this one.
    pub absorbed: Vec<LinkedBody>,
    /// Whether the viewer may change it.
    pub may_manage: bool,
    /// Whether it has an entrance whose code the viewer keeps.
    pub keeps_entrance: bool,
    pub findings: Vec<FindingRow>,
    pub inspections: Vec<InspectionRow>,
    pub history: Vec<HistoryEntry>,
}

/// One event of a stream: who did what and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// The place in the whole log; None for viewers from whom something in it is hidden, since its gaps would hint at that.
    pub position: Option<u64>,
    /// The place in the event's own stream, from 1.
    pub version: u64,
    pub kind: String,
    pub actor: Option<Named<PersonId>>,
    pub device: Option<DeviceId>,
    pub occurred_at: Instant,
    pub recorded_at: Instant,
    pub hash: String,
    /// What it was about, where its kind does not tell all.
    pub detail: Option<HistoryDetail>,
}

/// What of a person can be amended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonParticulars {
    pub name: Texts,
    pub unit: Option<Named<BodyId>>,
}

/// What an event changed, or whom it was about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum HistoryDetail {
    /// A body's particulars as they were and as they were then.
    Amended(Box<Amendment>, Box<Amendment>),
    /// A person's name and unit as they were and as they were then.
    PersonAmended(PersonParticulars, PersonParticulars),
    /// The other body of a move, a merger; None: to the top.
    Body(Option<LinkedBody>),
    /// Districts under the names they were given.
    Districts(Vec<District>),
    /// Words of whoever did it.
    Reason(String),
    /// What an inspector's test and vaccination record said.
    Cleared(Cleared),
    /// A role, and the names of the bodies it holds for.
    Grant(Grant, Vec<Named<BodyId>>),
    /// A regulator's file as it was assessed before, if it was, and as it was then.
    Assessed(Option<Box<AssessmentSaid>>, Box<AssessmentSaid>),
    /// By what rule an assignment was released.
    Released(ReleasedBy),
    /// The day to which a visit was moved, what it waits for from then on if it is known to wait, and why.
    Rescheduled(Day, Option<ReleaseRule>, String),
    /// Of a requirement of a talk.
    Requirement(Box<RequirementSaid>),
    /// An arrangement as it was drafted, and of an amendment why.
    Draft(Box<ArrangementContent>, Option<String>),
    /// The time a body has for its materials.
    Deadline(Box<DeadlineMoved>),
    /// Who keeps away from which body, and what they have to do with it.
    Interest(Named<PersonId>, LinkedBody, String),
    /// A group's name, its leader, and everyone in it.
    Group(Texts, Named<PersonId>, Vec<Named<PersonId>>),
    /// A group's name, and why it was dissolved.
    Dissolved(Texts, String),
    /// A campaign's plan as it was and as it was then.
    PlanAmended(Box<PlanSaid>, Box<PlanSaid>),
    /// To whom it went.
    Bodies(Vec<LinkedBody>),
    /// What a notice said until a correction, and from then on.
    NoticeCorrected(Box<NoticeCorrected>),
    RequirementMoved(RequirementMoved),
    TalkMoved(TalkMoved),
}

/// What was done about a requirement of a talk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequirementSaid {
    pub number: u32,
    /// What it was linked to, or is not any more; None where that is not for the reader to know.
    pub to: Option<Consequence>,
    /// Who acknowledged it.
    pub body: Option<LinkedBody>,
    pub reason: Option<String>,
}

/// By when a requirement of a talk is carried out, since it was moved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequirementMoved {
    pub number: u32,
    /// None where there was no such time.
    pub before: Option<Instant>,
    pub after: Option<Instant>,
    pub reason: String,
}

/// When and where a talk was to be held, and is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TalkMoved {
    pub before: (Instant, String),
    pub after: (Instant, String),
    pub reason: String,
}

/// A correction of a notice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoticeCorrected {
    pub before: NoticeContent,
    pub after: NoticeContent,
    pub reason: String,
    /// Whether who had acknowledged it acknowledges it again.
    pub again: bool,
}

/// What an assessment of a regulator said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AssessmentSaid {
    pub regulator: Named<BodyId>,
    pub conduct: Conduct,
    /// What it rests on.
    pub account: String,
}

/// By when a body hands in its materials, since it was returned to or given more time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeadlineMoved {
    pub body: LinkedBody,
    /// None where what was before is not told.
    pub before: Option<Instant>,
    pub after: Instant,
    pub reason: String,
}

/// A campaign's plan with the names of the bodies in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanSaid {
    pub plan: CampaignPlan,
    pub authority: Named<BodyId>,
    pub partners: Vec<Named<BodyId>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChecklistRow {
    pub id: ChecklistId,
    pub version: String,
    pub title: Texts,
    pub items: u32,
    pub adapted: bool,
    pub published_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChecklistView {
    pub id: ChecklistId,
    pub definition: FormDefinition,
    pub adapted: bool,
    pub published_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CampaignRow {
    pub id: CampaignId,
    pub name: Texts,
    pub kind: CampaignKind,
    pub notice_mode: NoticeMode,
    pub authority: Named<BodyId>,
    pub from: Day,
    pub to: Day,
    pub assignments: u32,
    pub inspected: u32,
    pub findings: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CampaignView {
    pub id: CampaignId,
    /// How many events its stream had when it was read.
    pub version: u64,
    pub plan: CampaignPlan,
    pub authority: LinkedBody,
    pub checklist_title: Texts,
    /// The other checklists of the plan, with their titles.
    pub other_checklists: Vec<(ChecklistUse, Texts)>,
    pub partners: Vec<LinkedBody>,
    /// Those that were not dissolved.
    pub groups: BTreeMap<GroupId, Group>,
    /// What they visited is theirs still.
    pub dissolved: BTreeMap<GroupId, Group>,
    /// Names of everyone in a group.
    pub people: BTreeMap<PersonId, Texts>,
    /// The last day for which the viewer knows of a visit.
    pub last_visit_on: Option<Day>,
    /// Who keeps away from which body; of organisers everybody, of others the viewer alone.
    pub interests: Vec<(Named<PersonId>, Named<BodyId>)>,
    /// Whether the viewer organises it.
    pub organised: bool,
    /// Whether the viewer inspects in such campaigns, and may say for themself where they keep away.
    pub declares: bool,
    /// What its arrangement says since it was amended, for whoever may take it over.
    pub amended: Option<AmendedPlan>,
    /// Why its arrangement was withdrawn, for whoever organises it.
    pub arrangement_withdrawn: Option<String>,
}

/// What a draw comes to before it is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawSizes {
    /// On the roster, and of these not to be drawn.
    pub institutions: usize,
    pub excluded: usize,
    pub strata: usize,
    /// Institutions that come out.
    pub drawn: usize,
    pub inspectors: usize,
}

/// The plan of a campaign as its arrangement in force has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AmendedPlan {
    pub plan: CampaignPlan,
    pub authority: LinkedBody,
    pub checklist_title: Texts,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AssignmentRow {
    pub id: AssignmentId,
    pub campaign: CampaignId,
    pub target: LinkedBody,
    pub group: Option<Named<GroupId>>,
    pub team: Vec<Named<PersonId>>,
    pub visit_on: Day,
    pub sealed: bool,
    /// What it waits for while it is sealed.
    pub release: ReleaseRule,
    pub state: AssignmentState,
    /// Why it was cancelled; for the organisers of its campaign, and for its team where they had learnt of it.
    pub reason: Option<String>,
    /// Whether the viewer organises its campaign.
    pub organised: bool,
    /// Of its team, those who declared an interest in the body since, as long as the visit is ahead: for the organisers of its campaign all,
    /// for others the viewer alone.
    pub interested: Vec<Named<PersonId>>,
    /// Of its team, those whose tests do not let them in as of now, while it is sealed; empty for one made from afar, and for who may not know.
    pub uncleared: Vec<MemberClearance>,
    /// How many events its stream had when it was read.
    pub version: u64,
}

/// One assignment and what it is part of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AssignmentView {
    pub row: AssignmentRow,
    /// Of its team.
    pub leader: Named<PersonId>,
    pub campaign_name: Texts,
    /// Whether the viewer may open the page of its campaign.
    pub campaign_visible: bool,
    pub mode: VisitMode,
    /// Whether the team may enter, as of now; empty once the visit was made, for one made from afar, and for who may not know.
    pub cleared: Vec<MemberClearance>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AssignmentState {
    Sealed,
    Released,
    Started,
    Submitted,
    Cancelled,
}

impl AssignmentState {
    pub const ALL: [AssignmentState; 5] = [
        AssignmentState::Sealed,
        AssignmentState::Released,
        AssignmentState::Started,
        AssignmentState::Submitted,
        AssignmentState::Cancelled,
    ];

    /// Whether nobody has begun it yet.
    pub const fn is_ahead(self) -> bool {
        matches!(self, AssignmentState::Sealed | AssignmentState::Released)
    }

    /// Whether nothing more comes of it.
    pub const fn is_over(self) -> bool {
        matches!(
            self,
            AssignmentState::Submitted | AssignmentState::Cancelled
        )
    }

    /// What a list is filtered by for all that are under way: released, and no inspection submitted yet.
    pub const UNDER_WAY: &str = "underWay";

    /// Whether it is what a list is filtered by: a state, or what is under way.
    pub fn fits(self, filter: &str) -> bool {
        match self {
            AssignmentState::Released | AssignmentState::Started
                if filter == AssignmentState::UNDER_WAY =>
            {
                true
            }
            _ => self.code() == filter,
        }
    }

    /// Its name in an address.
    pub const fn code(self) -> &'static str {
        match self {
            AssignmentState::Sealed => "sealed",
            AssignmentState::Released => "released",
            AssignmentState::Started => "started",
            AssignmentState::Submitted => "submitted",
            AssignmentState::Cancelled => "cancelled",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InspectionRow {
    pub id: InspectionId,
    pub target: Named<BodyId>,
    pub campaign: Named<CampaignId>,
    pub outcome: Outcome,
    pub submitted_at: Instant,
    pub submitted_by: Named<PersonId>,
    pub earned: f64,
    pub possible: f64,
    pub findings: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InspectionView {
    pub row: InspectionRow,
    pub order: AssignmentOrder,
    pub submission: Submission,
    /// Where the body is, as far as that is registered.
    pub location: Option<Location>,
    /// The code that the team read at the entrance; None where it read none.
    pub entrance: Option<EntranceRead>,
    pub present: Vec<Named<PersonId>>,
    /// Of those present, who signed after it was handed in.
    pub signed_afterwards: BTreeMap<PersonId, Signed>,
    /// Of those present, who had declared an interest in the body before the visit began, by the tablet's clock, that stood at that time;
    /// for the organisers of its campaign.
    pub recused: Vec<Named<PersonId>>,
    /// Whether those present were cleared when the visit began, by what is known today of samples taken before; empty for one made from afar, and for who may not know.
    pub cleared: Vec<MemberClearance>,
    /// The checklist as it was used.
    pub definition: FormDefinition,
    pub findings: Vec<FindingRow>,
    /// What the visit says of the regulator; None where it opened no such file.
    pub regulator_file: Option<RegulatorFileView>,
    /// Photos that have arrived; the others are still on the tablet.
    pub photos_here: Vec<String>,
    pub history: Vec<HistoryEntry>,
}

/// Which stages a list of findings shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StageFilter {
    /// Every stage at which something is left to do.
    Open,
    Among(Vec<Stage>),
}

impl StageFilter {
    /// As addresses write it: the stages' own codes between commas, or `open`.
    pub fn code(&self) -> String {
        match self {
            StageFilter::Open => "open".to_owned(),
            StageFilter::Among(stages) => {
                let codes: Vec<&str> = stages.iter().map(|stage| stage.code()).collect();
                codes.join(",")
            }
        }
    }

    /// None where any of it is no stage.
    pub fn from_code(code: &str) -> Option<StageFilter> {
        if code == StageFilter::Open.code() {
            return Some(StageFilter::Open);
        }
        let stages = code.split(',').map(Stage::from_code);
        stages
            .collect::<Option<Vec<Stage>>>()
            .map(StageFilter::Among)
    }
}

/// Stages at which a plan is the institution's to write.
pub const PLANS_DUE: [Stage; 3] = [Stage::Notified, Stage::PlanReturned, Stage::Reopened];

/// Stages at which a plan is carried out.
pub const BEING_RECTIFIED: [Stage; 2] = [Stage::Planned, Stage::ExtensionAsked];

/// Stages at which a rectification waits to be ordered.
pub const TO_ORDER: [Stage; 1] = [Stage::Raised];

/// Stages at which whoever ordered the rectification is asked.
pub const TO_DECIDE: [Stage; 3] = [Stage::Disputed, Stage::PlanSubmitted, Stage::ExtensionAsked];

/// The reader's own part in findings: a list can show only those.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// In bodies where the reader rectifies.
    Rectifies,
    /// In bodies where the reader orders rectifications and decides.
    Orders,
    /// What the reader may re-verify now.
    Verifies,
    /// Late, in bodies where the reader presses for it by letter.
    Presses,
}

impl Part {
    pub const ALL: [Part; 4] = [Part::Rectifies, Part::Orders, Part::Verifies, Part::Presses];

    pub const fn code(self) -> &'static str {
        match self {
            Part::Rectifies => "rectify",
            Part::Orders => "order",
            Part::Verifies => "verify",
            Part::Presses => "press",
        }
    }

    pub fn from_code(code: &str) -> Option<Part> {
        Part::ALL.into_iter().find(|part| part.code() == code)
    }

    pub const fn title(self) -> domain::Text {
        match self {
            Part::Rectifies => domain::Text::new("由我整改", "I rectify"),
            Part::Orders => domain::Text::new("由我裁定", "I decide"),
            Part::Verifies => domain::Text::new("由我复核", "I re-verify"),
            Part::Presses => domain::Text::new("逾期由我督办", "Late, I press for it"),
        }
    }

    /// Where all of these are listed; at whatever stage where none is named.
    pub fn address(self, stages: &[Stage]) -> String {
        let own = self.code();
        if stages.is_empty() {
            return format!("/findings?mine={own}");
        }
        let stages = StageFilter::Among(stages.to_vec()).code();
        format!("/findings?mine={own}&stage={stages}")
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FindingFilter {
    pub stage: Option<StageFilter>,
    pub severity: Option<Severity>,
    pub district: Option<DistrictCode>,
    pub body: Option<BodyId>,
    /// Part of the title, the note or the body's name.
    pub search: String,
    pub page: u32,
    /// Only what its institution is late with.
    #[serde(default)]
    pub overdue: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindingRow {
    pub id: FindingId,
    pub code: String,
    pub title: Texts,
    pub note: String,
    pub body: Named<BodyId>,
    pub district: Option<DistrictCode>,
    pub severity: Severity,
    pub extent: Extent,
    pub line: Line,
    pub stage: Stage,
    pub raised_at: Instant,
    /// By when it is to be put right, where that is known.
    pub complete_by: Option<Day>,
    /// How it stands with what is due of the institution now.
    pub standing: Standing,
    /// A letter went out because it was late.
    pub escalated: bool,
    /// On its list, for who may accept it there: the number of the plan before its reviewer, where it keeps to the deadline that was
    /// ordered. One that goes beyond is read and accepted by itself.
    pub plan: Option<u32>,
    /// On its list: of ordering and pressing what the viewer may do to it now, as to others with it.
    pub may: Vec<Step>,
}

impl FindingRow {
    pub fn may(&self, step: Step) -> bool {
        self.may.contains(&step)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindingView {
    pub row: FindingRow,
    pub raised: Raised,
    pub inspection: InspectionId,
    /// From the answer that raised it to the proof that closed it.
    pub timeline: Vec<FindingEntry>,
    /// What the viewer may do now, support and look-backs apart.
    pub may: Vec<Step>,
    /// Look-backs that drew it and wait for the viewer.
    pub look_backs: Vec<LookBackId>,
    pub supports: Vec<SupportView>,
    /// The letter that went out last, and what became of it.
    pub letter: Option<(Letter, LetterState)>,
    /// Plans submitted so far.
    pub plans: u32,
    /// By when a plan is due, or was.
    pub plan_by: Option<Day>,
    /// The latest day a plan may promise: that which was ordered, with extensions and what waited for late support.
    pub limit: Option<Day>,
    /// By when the latest plan means to be carried out.
    pub promised: Option<Day>,
    /// Until when, of the extension asked for.
    pub extension: Option<Day>,
    /// The day on the jurisdiction's calendar.
    pub today: Day,
    /// Why the viewer may not re-verify, when a claim waits for it.
    pub re_verify_refusal: Option<String>,
    /// For the notice that the viewer may issue now.
    pub proposed: Option<ProposedNotice>,
    pub photos_here: Vec<String>,
}

/// What a rectification notice begins with; whoever issues it may write something else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProposedNotice {
    pub number: String,
    /// Empty where neither the checklist nor a guide says it.
    pub basis: String,
}

impl FindingView {
    /// The deadline that was ordered, where the plan before its reviewer goes beyond it.
    pub fn beyond_the_limit(&self) -> Option<Day> {
        let promised = self
            .promised
            .filter(|_| self.row.stage == Stage::PlanSubmitted)?;
        self.limit.filter(|limit| *limit < promised)
    }

    pub fn may(&self, step: Step) -> bool {
        self.may.contains(&step)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindingEntry {
    pub entry: HistoryEntry,
    pub event: FindingEvent,
    pub actor_unit: Option<Named<BodyId>>,
    /// How late it came, by what was due just before.
    pub late: Option<HandedInLate>,
    /// Of a plan that goes beyond the deadline that was ordered: that deadline.
    pub beyond: Option<Day>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonRow {
    pub id: PersonId,
    pub name: Texts,
    pub sign_in_name: String,
    pub unit: Option<Named<BodyId>>,
    /// Whether the unit is an institution or a part of one.
    pub of_institution: bool,
    pub grants: Vec<Grant>,
    /// The bodies that grants hold for.
    pub scopes: Vec<Named<BodyId>>,
    pub active: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeldRow {
    pub id: EventId,
    pub kind: String,
    pub stream: String,
    /// Whether there is a page of what the stream is about: what is held may be the very event it would begin with.
    pub has_page: bool,
    pub actor: Option<Named<PersonId>>,
    pub occurred_at: Instant,
    pub kept_at: Instant,
    pub reason: Texts,
    /// What was sent, as indented JSON.
    pub content: String,
    pub decision: Option<String>,
}

/// Assignments that wait for who organises their campaigns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignmentsWaiting {
    pub count: u64,
    /// Where all of them are of one campaign.
    pub campaign: Option<CampaignId>,
    /// The first and the last day of their visits; None where there are none.
    pub days: Option<(Day, Day)>,
}

/// What waits for the viewer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Today {
    pub notices_to_acknowledge: Vec<NoticeWaiting>,
    /// Acknowledged, and owed to bodies below.
    pub notices_to_pass_on: Vec<NoticeWaiting>,
    pub assignments_to_release: AssignmentsWaiting,
    pub assignments_open: AssignmentsWaiting,
    pub plans_due: Page<FindingRow>,
    pub being_rectified: Page<FindingRow>,
    pub to_re_verify: Page<FindingRow>,
    /// Raised, and no notice of rectification yet.
    pub to_order: Page<FindingRow>,
    /// Late: a letter may press for them.
    pub late: Page<FindingRow>,
    /// Disputes, plans and requests for more time that wait for the viewer's word.
    pub to_decide: Page<FindingRow>,
    /// The first of what else waits, what is due first at the head, and how much that is in all.
    pub matters: Vec<Matter>,
    pub matters_total: u64,
    pub held: u64,
    /// Today's situation reports of the institutions the viewer works for.
    pub reports_owed: Vec<OwedReport>,
    /// How many of today's reports are missing; None for who asks for none.
    pub reports_to_chase: Option<u64>,
    pub figures: Figures,
}

/// Counts over the viewer's scope; every one opens the list it counts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    pub institutions: u64,
    pub residents: u64,
    pub staff: u64,
    pub inspections: u64,
    pub findings_by_stage: Vec<(Stage, u64)>,
    pub key_findings_open: u64,
}

/// The record and what it adds up to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordView {
    /// For organisers alone: the log's length would tell others of a sealed assignment.
    pub head: Option<RecordHead>,
    pub figures: Figures,
}

/// Where the log ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordHead {
    pub position: u64,
    pub hash: String,
}

/// One event of the whole record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordedRow {
    /// Its place in the log.
    pub position: u64,
    /// What it is about, as `finding/…`.
    pub stream: String,
    /// The same by name; empty where it has none.
    pub thing: Texts,
    pub kind: String,
    pub actor: Named<PersonId>,
    pub on_tablet: bool,
    pub occurred_at: Instant,
    pub recorded_at: Instant,
    pub hash: String,
}

impl RecordedRow {
    /// The list's filters: by the code of what it is about, and by the days on which it was recorded.
    pub const ABOUT: &'static str = "about";
    pub const FROM: &'static str = "from";
    pub const TO: &'static str = "to";

    /// The code of what it is about.
    pub fn about(&self) -> &str {
        self.stream.split('/').next().unwrap_or_default()
    }
}

/// What a district adds up to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DistrictRow {
    pub district: District,
    pub institutions: u64,
    pub residents: u64,
    pub staff: u64,
    pub inspections: u64,
    pub findings: u64,
    pub closed: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_filter_is_read_as_it_is_written() {
        let one = Stage::ALL.into_iter().map(|stage| vec![stage]);
        let several = [PLANS_DUE.to_vec(), TO_DECIDE.to_vec(), Stage::ALL.to_vec()];
        let among = one.chain(several).map(StageFilter::Among);
        for filter in among.chain([StageFilter::Open]) {
            assert_eq!(StageFilter::from_code(&filter.code()), Some(filter));
        }
        assert_eq!(StageFilter::from_code("raised,nonsense"), None);
        for part in Part::ALL {
            assert_eq!(Part::from_code(part.code()), Some(part));
        }
        assert_eq!(StageFilter::from_code(""), None);
        assert_eq!(StageFilter::from_code("nonsense"), None);
    }
}
