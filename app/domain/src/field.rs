//! The part of the domain a tablet carries: the events it is sent, the two kinds of command it decides, and why these may be refused.
//!
//! All of it is what [`crate::event`], [`crate::command`] and [`crate::refusal`] say, for fewer concepts. The bundle a tablet fetches
//! over a phone's network holds what its code can reach; through these doors it reaches none of the office's concepts.

use json::FromJson;
use serde::Serialize;

use crate::event::{DecodeError, Event, NewEvent};
use crate::facts::Context;
use crate::finding::{FindingCommand, FindingEvent, Raised};
use crate::permission::PermissionRefusal;
use crate::record::Authored;
use crate::{Command, Language, Refusal, finding, inspection};

/// Of a finding's events tablets keep how it was raised: what they made themselves, and what somebody else made whose record is theirs to sign.
#[derive(FromJson, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OwnFinding {
    raised: Box<Raised>,
}

/// Reads an event that a tablet was sent or made itself; events of other concepts are of an unknown kind here.
pub fn event(authored: &Authored) -> Result<Event, DecodeError> {
    let (kind, body) = (authored.kind.as_str(), authored.body.as_str());
    macro_rules! read {
        ($concept:ident) => {
            json::read(body).map(Event::$concept)
        };
    }
    let event = match kind.split('.').next().unwrap_or_default() {
        "jurisdiction" => read!(Jurisdiction),
        "body" => read!(Body),
        "person" => read!(Person),
        "clearance" => read!(Clearance),
        "checklist" => read!(Checklist),
        "campaign" => read!(Campaign),
        "assignment" => read!(Assignment),
        "inspection" => read!(Inspection),
        "finding" if kind == "finding.raised" => {
            json::read(body).map(|own: OwnFinding| Event::Finding(FindingEvent::Raised(own.raised)))
        }
        _ => return Err(DecodeError::UnknownKind(kind.to_owned())),
    };
    event
        .map_err(|error| DecodeError::unreadable(kind, &error))?
        .of_kind(kind)
}

/// The body of an event decided here, as it goes to the log; None for one of the office's.
pub fn body(event: &Event) -> Option<String> {
    match event {
        Event::Inspection(event) => serde_json::to_string(event).ok(),
        Event::Finding(FindingEvent::Raised(raised)) => serde_json::to_string(&OwnFinding {
            raised: raised.clone(),
        })
        .ok(),
        _ => None,
    }
}

/// What follows from a command of a visit, or why nothing does. The office's commands are refused.
pub fn decide(command: &Command, context: &Context<'_>) -> Result<Vec<NewEvent>, Refusal> {
    let facts = context.facts;
    let events: Vec<Event> = match command {
        Command::Inspection { id, command } => {
            inspection::decide(*id, facts.inspection(*id), command, context)?
                .into_iter()
                .map(Event::Inspection)
                .collect()
        }
        Command::Finding {
            id,
            command: FindingCommand::Raise(raised),
        } => finding::raise(*id, facts.finding(*id), raised, context)?
            .into_iter()
            .map(Event::Finding)
            .collect(),
        _ => return Err(PermissionRefusal::NotOnTablets.into()),
    };
    let stream = command.stream();
    Ok(events
        .into_iter()
        .map(|event| NewEvent { stream, event })
        .collect())
}

/// What a person reads of a refusal by [`decide`].
pub fn refusal_text(refusal: &Refusal, language: Language) -> String {
    match refusal {
        Refusal::Permission(refusal) => refusal.text(language),
        Refusal::Inspection(refusal) => refusal.text(language),
        Refusal::Finding(refusal) => refusal.text(language),
        _ => PermissionRefusal::NotOnTablets.text(language),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::InspectionId;
    use crate::inspection::InspectionEvent;

    #[test]
    fn what_a_tablet_writes_is_what_the_log_reads() {
        let started = Event::Inspection(InspectionEvent::Started {
            target: crate::id::BodyId(uuid::Uuid::from_u128(7)),
        });
        assert_eq!(body(&started), Some(started.body()));
        let raised: Box<Raised> = serde_json::from_value(serde_json::json!({
            "inspection": InspectionId(uuid::Uuid::from_u128(1)),
            "body": uuid::Uuid::from_u128(7),
            "title": {"zh": "消毒", "en": "Disinfection"},
            "line": "main",
            "severity": "general",
            "extent": "isolated",
            "note": "",
            "photos": [],
            "fixedOnTheSpot": false,
        }))
        .unwrap();
        let raised = Event::Finding(FindingEvent::Raised(raised));
        assert_eq!(body(&raised), Some(raised.body()));
        assert_eq!(Event::decode(raised.kind(), &raised.body()), Ok(raised));
    }
}
