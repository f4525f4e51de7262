//! Everything that can have happened. In the log an event is a kind (`finding.raised`) and a body in JSON
//! (`{"raised":{…}}`); here it is a value of one of the concepts' enums.

use crate::arrangement::ArrangementEvent;
use crate::assignment::AssignmentEvent;
use crate::body::BodyEvent;
use crate::campaign::CampaignEvent;
use crate::checklist::ChecklistEvent;
use crate::clearance::ClearanceEvent;
use crate::command::{self, Command};
use crate::device::{BatchEvent, DeviceEvent};
use crate::draw::DrawEvent;
use crate::facts::Context;
use crate::finding::{FindingCommand, FindingEvent};
use crate::held::HeldEvent;
use crate::id::{FindingId, InspectionId};
use crate::inspection::{InspectionCommand, InspectionEvent};
use crate::jurisdiction::JurisdictionEvent;
use crate::look_back::LookBackEvent;
use crate::material::MaterialEvent;
use crate::notice::NoticeEvent;
use crate::person::PersonEvent;
use crate::record::{Stream, StreamKind};
use crate::regulator_file::RegulatorFileEvent;
use crate::response_level::LevelEvent;
use crate::rule_pack::RulePackEvent;
use crate::situation::SituationEvent;
use crate::talk::TalkEvent;
use crate::{Language, Refusal, say};

/// An event and the stream it goes to.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEvent {
    pub stream: Stream,
    pub event: Event,
}

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DecodeError {
    #[error("unknown kind of event: {0}")]
    UnknownKind(String),
    #[error("the body of {kind} cannot be read: {error}")]
    Body { kind: String, error: String },
}

impl DecodeError {
    pub(crate) fn unreadable(kind: &str, error: &dyn std::fmt::Display) -> DecodeError {
        DecodeError::Body {
            kind: kind.to_owned(),
            error: error.to_string(),
        }
    }

    pub fn text(&self, language: Language) -> String {
        match self {
            DecodeError::UnknownKind(kind) => {
                say!(
                    language,
                    "本服务器尚不认识事件类型“{kind}”，记录已保留",
                    "This server does not know events of kind “{kind}” yet; the record is kept"
                )
            }
            DecodeError::Body { kind, error } => {
                say!(
                    language,
                    "事件“{kind}”的内容无法读取（{error}），记录已保留",
                    "The content of “{kind}” cannot be read ({error}); the record is kept"
                )
            }
        }
    }
}

macro_rules! events {
    ($($concept:ident($type:ident) = $prefix:literal { $($pattern:pat => $name:literal),+ $(,)? })+) => {
        #[derive(Clone, Debug, PartialEq)]
        pub enum Event {
            $($concept($type)),+
        }

        /// Every kind there is.
        pub const KINDS: &[&str] = &[$($(concat!($prefix, ".", $name)),+),+];

        impl Event {
            pub fn kind(&self) -> &'static str {
                match self {
                    $(Event::$concept(event) => match event { $($pattern => concat!($prefix, ".", $name)),+ }),+
                }
            }

            pub fn stream_kind(&self) -> StreamKind {
                match self {
                    $(Event::$concept(_) => StreamKind::$concept),+
                }
            }

            /// The body as it stands in the log.
            pub fn body(&self) -> String {
                let body = match self {
                    $(Event::$concept(event) => serde_json::to_string(event)),+
                };
                // Maps with keys of text and finite numbers: nothing in an event can fail to become JSON.
                body.unwrap_or_default()
            }

            pub fn decode(kind: &str, body: &str) -> Result<Event, DecodeError> {
                if !KINDS.contains(&kind) {
                    return Err(DecodeError::UnknownKind(kind.to_owned()));
                }
                let unreadable = |error: serde_json::Error| DecodeError::unreadable(kind, &error);
                let event = match kind.split('.').next().unwrap_or_default() {
                    $($prefix => Event::$concept(serde_json::from_str(body).map_err(unreadable)?),)+
                    _ => return Err(DecodeError::UnknownKind(kind.to_owned())),
                };
                event.of_kind(kind)
            }

            /// The event, if its kind is the one its envelope names.
            pub(crate) fn of_kind(self, kind: &str) -> Result<Event, DecodeError> {
                if self.kind() == kind {
                    Ok(self)
                } else {
                    Err(DecodeError::Body { kind: kind.to_owned(), error: format!("it is a {}", self.kind()) })
                }
            }
        }
    };
}

events! {
    Jurisdiction(JurisdictionEvent) = "jurisdiction" {
        JurisdictionEvent::Founded(_) => "founded",
        JurisdictionEvent::DistrictsAdded(_) => "districtsAdded",
        JurisdictionEvent::DistrictRenamed { .. } => "districtRenamed",
    }
    Body(BodyEvent) = "body" {
        BodyEvent::Registered(_) => "registered",
        BodyEvent::Amended(_) => "amended",
        BodyEvent::Moved { .. } => "moved",
        BodyEvent::Merged { .. } => "merged",
        BodyEvent::Absorbed { .. } => "absorbed",
        BodyEvent::Closed { .. } => "closed",
        BodyEvent::EntranceCodeSet { .. } => "entranceCodeSet",
    }
    Person(PersonEvent) = "person" {
        PersonEvent::Registered(_) => "registered",
        PersonEvent::Amended(_) => "amended",
        PersonEvent::Deactivated => "deactivated",
        PersonEvent::Reactivated => "reactivated",
        PersonEvent::Granted(_) => "granted",
        PersonEvent::Revoked(_) => "revoked",
        PersonEvent::InitialPasswordSet => "initialPasswordSet",
    }
    Notice(NoticeEvent) = "notice" {
        NoticeEvent::Issued(_) => "issued",
        NoticeEvent::Acknowledged { .. } => "acknowledged",
        NoticeEvent::PassedOn { .. } => "passedOn",
        NoticeEvent::Reminded { .. } => "reminded",
        NoticeEvent::Corrected { .. } => "corrected",
        NoticeEvent::Withdrawn { .. } => "withdrawn",
    }
    Checklist(ChecklistEvent) = "checklist" { ChecklistEvent::Published(_) => "published" }
    Campaign(CampaignEvent) = "campaign" {
        CampaignEvent::Created(_) => "created",
        CampaignEvent::GroupFormed { .. } => "groupFormed",
        CampaignEvent::InterestDeclared { .. } => "interestDeclared",
        CampaignEvent::PlanAmended(_) => "planAmended",
        CampaignEvent::GroupChanged { .. } => "groupChanged",
        CampaignEvent::GroupDissolved { .. } => "groupDissolved",
        CampaignEvent::InterestWithdrawn { .. } => "interestWithdrawn",
    }
    Assignment(AssignmentEvent) = "assignment" {
        AssignmentEvent::Created(_) => "created",
        AssignmentEvent::Released => "released",
        AssignmentEvent::Cancelled { .. } => "cancelled",
        AssignmentEvent::ReleasedUnder { .. } => "releasedUnder",
        AssignmentEvent::Rescheduled { .. } => "rescheduled",
    }
    Inspection(InspectionEvent) = "inspection" {
        InspectionEvent::Started { .. } => "started",
        InspectionEvent::Submitted(_) => "submitted",
        InspectionEvent::SignedAfterwards(_) => "signedAfterwards",
    }
    Finding(FindingEvent) = "finding" {
        FindingEvent::Raised(_) => "raised",
        FindingEvent::PlanSubmitted(_) => "planSubmitted",
        FindingEvent::RectificationClaimed(_) => "rectificationClaimed",
        FindingEvent::ReVerificationPassed(_) => "reVerificationPassed",
        FindingEvent::ReVerificationFailed { .. } => "reVerificationFailed",
        FindingEvent::Notified { .. } => "notified",
        FindingEvent::Disputed { .. } => "disputed",
        FindingEvent::Upheld { .. } => "upheld",
        FindingEvent::Withdrawn { .. } => "withdrawn",
        FindingEvent::PlanAccepted { .. } => "planAccepted",
        FindingEvent::PlanReturned { .. } => "planReturned",
        FindingEvent::ExtensionAsked { .. } => "extensionAsked",
        FindingEvent::ExtensionGranted { .. } => "extensionGranted",
        FindingEvent::ExtensionRefused { .. } => "extensionRefused",
        FindingEvent::Escalated(_) => "escalated",
        FindingEvent::LetterAnswered { .. } => "letterAnswered",
        FindingEvent::Reopened { .. } => "reopened",
        FindingEvent::LookBackPassed { .. } => "lookBackPassed",
        FindingEvent::LookBackFailed { .. } => "lookBackFailed",
        FindingEvent::SupportOwed { .. } => "supportOwed",
        FindingEvent::SupportProvided { .. } => "supportProvided",
        FindingEvent::SupportConfirmed { .. } => "supportConfirmed",
        FindingEvent::DeadlineMoved { .. } => "deadlineMoved",
    }
    Held(HeldEvent) = "held" {
        HeldEvent::Kept(_) => "kept",
        HeldEvent::Settled { .. } => "settled",
    }
    Draw(DrawEvent) = "draw" {
        DrawEvent::Published(_) => "published",
        DrawEvent::Committed { .. } => "committed",
        DrawEvent::Revealed { .. } => "revealed",
        DrawEvent::Drawn(_) => "drawn",
        DrawEvent::Withheld { .. } => "withheld",
        DrawEvent::Redrawn { .. } => "redrawn",
        DrawEvent::ReserveCalled(_) => "reserveCalled",
        DrawEvent::Disclosed => "disclosed",
        DrawEvent::Abandoned { .. } => "abandoned",
    }
    Arrangement(ArrangementEvent) = "arrangement" {
        ArrangementEvent::Drafted(_) => "drafted",
        ArrangementEvent::AmendmentDrafted { .. } => "amendmentDrafted",
        ArrangementEvent::Approved => "approved",
        ArrangementEvent::Returned { .. } => "returned",
        ArrangementEvent::Issued => "issued",
        ArrangementEvent::Withdrawn { .. } => "withdrawn",
    }
    Talk(TalkEvent) = "talk" {
        TalkEvent::Convened(_) => "convened",
        TalkEvent::BasedOn { .. } => "basedOn",
        TalkEvent::ReportHeard(_) => "reportHeard",
        TalkEvent::RequirementSet { .. } => "requirementSet",
        TalkEvent::RequirementAcknowledged { .. } => "requirementAcknowledged",
        TalkEvent::Linked { .. } => "linked",
        TalkEvent::Unlinked { .. } => "unlinked",
        TalkEvent::RequirementMoved { .. } => "requirementMoved",
        TalkEvent::RequirementWithdrawn { .. } => "requirementWithdrawn",
        TalkEvent::Moved { .. } => "moved",
        TalkEvent::Cancelled { .. } => "cancelled",
    }
    Material(MaterialEvent) = "material" {
        MaterialEvent::Requested(_) => "requested",
        MaterialEvent::Submitted { .. } => "submitted",
        MaterialEvent::Received { .. } => "received",
        MaterialEvent::Accepted { .. } => "accepted",
        MaterialEvent::Returned { .. } => "returned",
        MaterialEvent::Extended { .. } => "extended",
        MaterialEvent::Withdrawn { .. } => "withdrawn",
    }
    Situation(SituationEvent) = "situation" {
        SituationEvent::Reported { .. } => "reported",
        SituationEvent::Corrected { .. } => "corrected",
        SituationEvent::Reminded { .. } => "reminded",
    }
    LookBack(LookBackEvent) = "lookBack" { LookBackEvent::Drawn(_) => "drawn" }
    RegulatorFile(RegulatorFileEvent) = "regulatorFile" {
        RegulatorFileEvent::Assessed(_) => "assessed",
        RegulatorFileEvent::Signed => "signed",
    }
    Clearance(ClearanceEvent) = "clearance" { ClearanceEvent::Recorded(_) => "recorded" }
    ResponseLevel(LevelEvent) = "responseLevel" {
        LevelEvent::Set(_) => "set",
        LevelEvent::Extended(_) => "extended",
        LevelEvent::Ended(_) => "ended",
    }
    RulePack(RulePackEvent) = "rulePack" { RulePackEvent::EditionPublished(_) => "editionPublished" }
    Device(DeviceEvent) = "device" {
        DeviceEvent::Enrolled { .. } => "enrolled",
        DeviceEvent::Revoked { .. } => "revoked",
        DeviceEvent::Readmitted { .. } => "readmitted",
    }
    Batch(BatchEvent) = "batch" { BatchEvent::Signed { .. } => "signed" }
}

/// What the server says to an event made elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub enum Admission {
    Accepted,
    /// Kept for a person to settle.
    Conflicting(Refusal),
    /// Tablets do not make events of this kind.
    NotFromTheField,
}

/// The command an event made on a tablet answers to; None for kinds that tablets do not make.
pub fn field_command(stream: Stream, event: &Event) -> Option<Command> {
    match event {
        Event::Inspection(event) if stream.kind == StreamKind::Inspection => {
            let command = match event {
                InspectionEvent::Started { target } => InspectionCommand::Start { target: *target },
                InspectionEvent::Submitted(submission) => {
                    InspectionCommand::Submit(submission.clone())
                }
                InspectionEvent::SignedAfterwards(signature) => {
                    InspectionCommand::SignAfterwards(signature.clone())
                }
            };
            Some(Command::Inspection {
                id: InspectionId(stream.id),
                command,
            })
        }
        Event::Finding(FindingEvent::Raised(raised)) if stream.kind == StreamKind::Finding => {
            Some(Command::Finding {
                id: FindingId(stream.id),
                command: FindingCommand::Raise(raised.clone()),
            })
        }
        _ => None,
    }
}

/// Judges an event that was decided elsewhere by the rules that hold here: it is accepted if its command, decided now, has
/// the same outcome.
pub fn admit(stream: Stream, event: &Event, context: &Context<'_>) -> Admission {
    let Some(command) = field_command(stream, event) else {
        return Admission::NotFromTheField;
    };
    match command::decide(&command, context) {
        Ok(events) if events.len() == 1 && events[0].event == *event => Admission::Accepted,
        Ok(_) => Admission::NotFromTheField,
        Err(refusal) => Admission::Conflicting(refusal),
    }
}
