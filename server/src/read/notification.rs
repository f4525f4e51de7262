//! What somebody is told of, and who: one rule an event.
//!
//! # Design
//! - What there is to tell follows from the log alone ([`of`]), so the table `notification` is a read model like the others.
//! - Whom it concerns follows from who may do what now ([`concerns`]): a row names an audience and a body, never a person but the one whose
//!   own stream it is in. Who gets a
//!   role later sees what waits in it; who loses it sees it no more.
//! - Who has read what is no fact of supervision and never enters the log: the table `notification_seen` has one row a person, up to
//!   which position everything counts as read, and `notification_read` has what was read beyond it. Reading all moves the first and
//!   empties the second, so neither grows with the log.
//! - Nothing is told of assignments: a sealed one could be told by a message, or by its time.

use domain::event::Event;
use domain::finding::{FindingEvent, permit_rectify};
use domain::held::HeldEvent;
use domain::id::{BodyId, PersonId};
use domain::inspection::InspectionEvent;
use domain::material::MaterialEvent;
use domain::notice::{AddresseeRule, NoticeEvent, speaks_for};
use domain::permission::{Act, Place, permit};
use domain::person::PersonEvent;
use domain::projection::directory::Directory;
use domain::record::{Stream, StreamKind};
use domain::situation::SituationEvent;
use domain::talk::TalkEvent;
use form::Texts;

/// Whom something concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// Those who speak for the bodies it is addressed to.
    Receivers,
    /// Those who put right what was found in the body; in a department, its own officers.
    Rectifiers,
    /// Those who verify it.
    Verifiers,
    /// Those who judge plans and answer disputes.
    Orderers,
    /// Those who work for the body and report its day.
    Reporters,
    /// Those who ask for reports.
    Chasers,
    /// Those who settle held records.
    Settlers,
    /// The person whose roles or account it is about.
    Oneself,
}

impl Audience {
    pub const ALL: [Audience; 8] = [
        Audience::Receivers,
        Audience::Rectifiers,
        Audience::Verifiers,
        Audience::Orderers,
        Audience::Reporters,
        Audience::Chasers,
        Audience::Settlers,
        Audience::Oneself,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Audience::Receivers => "receivers",
            Audience::Rectifiers => "rectifiers",
            Audience::Verifiers => "verifiers",
            Audience::Orderers => "orderers",
            Audience::Reporters => "reporters",
            Audience::Chasers => "chasers",
            Audience::Settlers => "settlers",
            Audience::Oneself => "oneself",
        }
    }

    pub fn from_code(code: &str) -> Option<Audience> {
        Audience::ALL
            .into_iter()
            .find(|audience| audience.code() == code)
    }

    /// What those it concerns may do; None where that is not what decides.
    pub const fn act(self) -> Option<Act> {
        Some(match self {
            Audience::Rectifiers => Act::Rectify,
            Audience::Verifiers => Act::ReVerify,
            Audience::Orderers => Act::OrderRectification,
            Audience::Reporters => Act::ReportSituation,
            Audience::Chasers => Act::ChaseReports,
            Audience::Settlers => Act::SettleHeld,
            Audience::Receivers | Audience::Oneself => return None,
        })
    }

    /// Whether only those count who work for the body: a regulator who may report for five hundred is not reminded of each.
    pub const fn is_own(self) -> bool {
        matches!(self, Audience::Reporters)
    }
}

/// Something to tell.
#[derive(Clone, Debug, PartialEq)]
pub struct Notification {
    pub audience: Audience,
    /// None for the whole jurisdiction.
    pub body: Option<BodyId>,
    /// The bodies of [`Audience::Receivers`].
    pub to: AddresseeRule,
    /// What it is about, where its kind does not say all.
    pub about: Texts,
}

impl Notification {
    fn new(audience: Audience, body: BodyId, about: Texts) -> Notification {
        Notification {
            audience,
            body: Some(body),
            to: AddresseeRule::default(),
            about,
        }
    }
}

/// What an event tells, by itself. Events about a finding name the body only when it is raised: those after it take the body from the
/// finding's row when they are read.
pub fn of(event: &Event) -> Option<Notification> {
    Some(match event {
        Event::Notice(NoticeEvent::Issued(content)) => {
            receivers(content.rule(), content.title.clone())
        }
        Event::Notice(NoticeEvent::PassedOn { to, .. }) => receivers(these(to), Texts::default()),
        Event::Notice(NoticeEvent::Reminded { bodies }) => {
            receivers(these(bodies), Texts::default())
        }
        Event::Talk(TalkEvent::Convened(plan)) => {
            receivers(these(&plan.attendees), plan.title.clone())
        }
        Event::Talk(TalkEvent::RequirementSet { requirement, .. }) => {
            receivers(these(&requirement.bodies), requirement.text.clone())
        }
        Event::Material(MaterialEvent::Requested(request)) => {
            receivers(these(&request.bodies), request.title.clone())
        }
        Event::Material(
            MaterialEvent::Returned { body, .. } | MaterialEvent::Extended { body, .. },
        ) => receivers(these(&[*body]), Texts::default()),
        Event::Inspection(InspectionEvent::Submitted(submission)) => {
            Notification::new(Audience::Rectifiers, submission.target, Texts::default())
        }
        Event::Finding(FindingEvent::Raised(raised)) => {
            Notification::new(Audience::Rectifiers, raised.body, raised.title.clone())
        }
        // A letter is answered to who pressed, which those who verify do.
        Event::Finding(
            FindingEvent::RectificationClaimed(_) | FindingEvent::LetterAnswered { .. },
        ) => of_finding(Audience::Verifiers),
        Event::Finding(
            FindingEvent::PlanSubmitted(_)
            | FindingEvent::Disputed { .. }
            | FindingEvent::ExtensionAsked { .. },
        ) => of_finding(Audience::Orderers),
        Event::Finding(
            FindingEvent::Notified(_)
            | FindingEvent::Upheld { .. }
            | FindingEvent::Withdrawn { .. }
            | FindingEvent::PlanAccepted { .. }
            | FindingEvent::PlanReturned { .. }
            | FindingEvent::ExtensionGranted { .. }
            | FindingEvent::ExtensionRefused { .. }
            | FindingEvent::Escalated(_)
            | FindingEvent::Reopened { .. }
            | FindingEvent::LookBackFailed { .. }
            | FindingEvent::ReVerificationPassed(_)
            | FindingEvent::ReVerificationFailed { .. }
            | FindingEvent::SupportProvided { .. },
        ) => of_finding(Audience::Rectifiers),
        // Told to the department that owes it, which works elsewhere.
        Event::Finding(FindingEvent::SupportOwed { owed, .. }) => {
            receivers(these(&[owed.by]), Texts::default())
        }
        Event::Person(
            PersonEvent::Granted(_) | PersonEvent::Revoked(_) | PersonEvent::InitialPasswordSet,
        ) => Notification {
            audience: Audience::Oneself,
            body: None,
            to: AddresseeRule::default(),
            about: Texts::default(),
        },
        Event::Held(HeldEvent::Kept(kept)) => Notification {
            audience: Audience::Settlers,
            body: None,
            to: AddresseeRule::default(),
            about: kept.reason.clone(),
        },
        Event::Situation(SituationEvent::Reminded { body, .. }) => {
            Notification::new(Audience::Reporters, *body, Texts::default())
        }
        Event::Situation(
            SituationEvent::Reported { body, report, .. }
            | SituationEvent::Corrected { body, report, .. },
        ) if report.infections > 0 => {
            let infections = report.infections;
            let about = Texts::both(
                format!("新增感染 {infections}"),
                format!("{infections} new infections"),
            );
            Notification::new(Audience::Chasers, *body, about)
        }
        _ => return None,
    })
}

fn these(bodies: &[BodyId]) -> AddresseeRule {
    AddresseeRule {
        bodies: bodies.to_vec(),
        ..AddresseeRule::default()
    }
}

fn receivers(to: AddresseeRule, about: Texts) -> Notification {
    Notification {
        audience: Audience::Receivers,
        body: None,
        to,
        about,
    }
}

fn of_finding(audience: Audience) -> Notification {
    Notification {
        audience,
        body: None,
        to: AddresseeRule::default(),
        about: Texts::default(),
    }
}

/// The stream of what was done about a person.
pub fn own_stream(person: PersonId) -> String {
    Stream {
        kind: StreamKind::Person,
        id: person.0,
    }
    .to_string()
}

/// Whether it concerns a person, given the stream it was told in and the body it is about.
pub fn concerns(
    directory: &Directory,
    person: PersonId,
    notification: &Notification,
    stream: &str,
    body: Option<BodyId>,
) -> bool {
    let now = crate::server::now();
    if notification.audience == Audience::Receivers {
        let mut own = speaks_for(directory, person, now).into_iter();
        let addressed = |own: BodyId| {
            let body = directory.body(own);
            body.is_some_and(|body| notification.to.covers(own, body))
        };
        return own.any(addressed);
    }
    let Some(act) = notification.audience.act() else {
        return stream == own_stream(person);
    };
    let may = |place: &Place| permit(directory, person, act, place, now).is_ok();
    if notification.audience == Audience::Settlers {
        return may(&Place::Jurisdiction);
    }
    let unit = directory
        .active_person(person)
        .and_then(|registration| registration.unit);
    let Some(body) = body.or(notification.body) else {
        return false;
    };
    if notification.audience == Audience::Rectifiers {
        return permit_rectify(directory, person, body, now).is_ok();
    }
    let works_there = unit.is_some_and(|unit| directory.is_within(unit, body));
    (works_there || !notification.audience.is_own()) && may(&Place::Body(body))
}
