//! What somebody is told of, and who: one rule an event.
//!
//! # Design
//! - What there is to tell follows from the log alone ([`of`]), so the table `notification` is a read model like the others.
//! - Whom it concerns follows from who may do what now ([`concerns`]): a row names an audience and a body, never a person. Who gets a
//!   role later sees what waits in it; who loses it sees it no more.
//! - Who has read what is no fact of supervision and never enters the log: the table `notification_seen` has one row a person, up to
//!   which position everything counts as read, and `notification_read` has what was read beyond it. Reading all moves the first and
//!   empties the second, so neither grows with the log.
//! - Nothing is told of assignments: a sealed one could be told by a message, or by its time.

use domain::body::BodyKind;
use domain::event::Event;
use domain::finding::FindingEvent;
use domain::held::HeldEvent;
use domain::id::{BodyId, PersonId};
use domain::inspection::InspectionEvent;
use domain::notice::NoticeEvent;
use domain::permission::{Act, Place, permit};
use domain::projection::directory::Directory;
use domain::situation::SituationEvent;
use form::Texts;

/// Whom something concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// Those who acknowledge for bodies of these kinds.
    Receivers,
    /// Those who put right what was found in the body.
    Rectifiers,
    /// Those who verify it.
    Verifiers,
    /// Those who work for the body and report its day.
    Reporters,
    /// Those who ask for reports.
    Chasers,
    /// Those who settle held records.
    Settlers,
}

impl Audience {
    pub const ALL: [Audience; 6] = [
        Audience::Receivers,
        Audience::Rectifiers,
        Audience::Verifiers,
        Audience::Reporters,
        Audience::Chasers,
        Audience::Settlers,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Audience::Receivers => "receivers",
            Audience::Rectifiers => "rectifiers",
            Audience::Verifiers => "verifiers",
            Audience::Reporters => "reporters",
            Audience::Chasers => "chasers",
            Audience::Settlers => "settlers",
        }
    }

    pub fn from_code(code: &str) -> Option<Audience> {
        Audience::ALL
            .into_iter()
            .find(|audience| audience.code() == code)
    }

    pub const fn act(self) -> Act {
        match self {
            Audience::Receivers => Act::ReceiveNotices,
            Audience::Rectifiers => Act::Rectify,
            Audience::Verifiers => Act::ReVerify,
            Audience::Reporters => Act::ReportSituation,
            Audience::Chasers => Act::ChaseReports,
            Audience::Settlers => Act::SettleHeld,
        }
    }

    /// Whether only those count who work for the body: a regulator who may report for five hundred is not reminded of each.
    pub const fn is_own(self) -> bool {
        matches!(self, Audience::Receivers | Audience::Reporters)
    }
}

/// Something to tell.
#[derive(Clone, Debug, PartialEq)]
pub struct Notification {
    pub audience: Audience,
    /// None for the whole jurisdiction.
    pub body: Option<BodyId>,
    /// For [`Audience::Receivers`].
    pub kinds: Vec<BodyKind>,
    /// What it is about, where its kind does not say all.
    pub about: Texts,
}

impl Notification {
    fn new(audience: Audience, body: BodyId, about: Texts) -> Notification {
        Notification {
            audience,
            body: Some(body),
            kinds: Vec::new(),
            about,
        }
    }
}

/// What an event tells, by itself. Events about a finding name the body only when it is raised: those after it take the body from the
/// finding's row when they are read.
pub fn of(event: &Event) -> Option<Notification> {
    Some(match event {
        Event::Notice(NoticeEvent::Issued(content)) => Notification {
            audience: Audience::Receivers,
            body: None,
            kinds: content.addressees.clone(),
            about: content.title.clone(),
        },
        Event::Inspection(InspectionEvent::Submitted(submission)) => {
            Notification::new(Audience::Rectifiers, submission.target, Texts::default())
        }
        Event::Finding(FindingEvent::Raised(raised)) => {
            Notification::new(Audience::Rectifiers, raised.body, raised.title.clone())
        }
        Event::Finding(FindingEvent::RectificationClaimed(_)) => of_finding(Audience::Verifiers),
        Event::Finding(
            FindingEvent::ReVerificationPassed(_) | FindingEvent::ReVerificationFailed(_),
        ) => of_finding(Audience::Rectifiers),
        Event::Held(HeldEvent::Kept(kept)) => Notification {
            audience: Audience::Settlers,
            body: None,
            kinds: Vec::new(),
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

fn of_finding(audience: Audience) -> Notification {
    Notification {
        audience,
        body: None,
        kinds: Vec::new(),
        about: Texts::default(),
    }
}

/// Whether it concerns a person, given the body it is about.
pub fn concerns(
    directory: &Directory,
    person: PersonId,
    notification: &Notification,
    body: Option<BodyId>,
) -> bool {
    let act = notification.audience.act();
    let now = crate::server::now();
    let may = |place: &Place| permit(directory, person, act, place, now).is_ok();
    if notification.audience == Audience::Settlers {
        return may(&Place::Jurisdiction);
    }
    let unit = directory
        .active_person(person)
        .and_then(|registration| registration.unit);
    if notification.audience == Audience::Receivers {
        // For the body one works in, if it is addressed.
        return unit.is_some_and(|unit| {
            let addressed = directory
                .body(unit)
                .is_some_and(|body| notification.kinds.contains(&body.kind));
            addressed && may(&Place::Body(unit))
        });
    }
    let Some(body) = body.or(notification.body) else {
        return false;
    };
    let works_there = unit.is_some_and(|unit| directory.is_within(unit, body));
    (works_there || !notification.audience.is_own()) && may(&Place::Body(body))
}
