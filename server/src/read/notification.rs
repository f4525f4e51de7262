//! What somebody is told of, and who: one rule an event.
//!
//! # Design
//! - What there is to tell follows from the log alone ([`of`]), so the table `notification` is a read model like the others.
//! - Whom it concerns follows from who may do what now: a row names an audience and a body, and a person only where the event itself does,
//!   as a draw names its parties. Who gets a role later sees what waits in it; who loses it sees it no more. One condition says it
//!   ([`Reader::concerning`](super::Reader)), for the inbox, for mail and for the live stream.
//! - Who has read what is no fact of supervision and never enters the log: the table `notification_seen` has one row a person, up to
//!   which position everything counts as read, and `notification_read` has what was read beyond it. Reading all moves the first and
//!   empties the second, so neither grows with the log.
//! - Of an assignment its team is told that it is released, and if it is cancelled or moved to another day after that. Before its release nobody is told
//!   anything: a sealed one could be told by a message, or by its time. Of a draw nothing is told but what is public, and its result to
//!   those who organise it.

use domain::Language;
use domain::arrangement::ArrangementEvent;
use domain::assignment::AssignmentEvent;
use domain::body::BodyKind;
use domain::campaign::CampaignEvent;
use domain::draw::DrawEvent;
use domain::event::Event;
use domain::finding::FindingEvent;
use domain::held::HeldEvent;
use domain::id::{BodyId, PersonId};
use domain::inspection::{InspectionEvent, Outcome, Submission};
use domain::look_back::LookBackEvent;
use domain::material::MaterialEvent;
use domain::notice::{AddresseeRule, NoticeEvent};
use domain::permission::Act;
use domain::person::PersonEvent;
use domain::record::{Stream, StreamKind};
use domain::regulator_file::RegulatorFileEvent;
use domain::rule_pack::RulePackEvent;
use domain::situation::SituationEvent;
use domain::talk::TalkEvent;
use form::Texts;

/// Whom something concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// Those who speak for the bodies it is addressed to.
    Receivers,
    /// Those who speak for departments that answer for an institution it is addressed to, and are not addressed themselves.
    Regulators,
    /// Those who put right what was found in the body; in a department, its own officers.
    Rectifiers,
    /// Those who verify it.
    Verifiers,
    /// Those who judge plans and answer disputes.
    Orderers,
    /// Those who give the support that the body owes.
    Supporters,
    /// Those who work for the body and report its day.
    Reporters,
    /// Those who ask for reports.
    Chasers,
    /// Those who settle held records.
    Settlers,
    /// The person whose roles or account it is about.
    Oneself,
    /// Those who organise in the name of the authority that asked for it, drafted it or draws; not who did it.
    Organisers,
    /// Who wrote the draft that it is about.
    Drafter,
    /// The people it names.
    Named,
    /// The parties of a draw's round, when it is the last commitment of that round.
    Revealers,
    /// Those who re-verify what a look-back drew; not who drew it.
    Lookers,
    /// Who drew the look-back in which a finding was looked at again; not who looked.
    Drawer,
    /// Those who speak for the regulator that a file judges and see the visit it belongs to.
    Judged,
    /// The team of an assignment, from its release on.
    Team,
    /// Those who speak for bodies that a level governs, or for departments that answer for such; of a guide, that a level in force names.
    Governed,
    /// Those who assign their own people where an authority calls institutions of some kinds to inspect themselves.
    SelfInspectors,
    /// Those who may write the regulator's file of a visit; not who handed it in.
    Assessors,
    /// Those who may sign a regulator's file; not who wrote it.
    Signers,
}

impl Audience {
    pub const ALL: [Audience; 22] = [
        Audience::Receivers,
        Audience::Regulators,
        Audience::Rectifiers,
        Audience::Verifiers,
        Audience::Orderers,
        Audience::Supporters,
        Audience::Reporters,
        Audience::Chasers,
        Audience::Settlers,
        Audience::Oneself,
        Audience::Organisers,
        Audience::Drafter,
        Audience::Named,
        Audience::Revealers,
        Audience::Lookers,
        Audience::Drawer,
        Audience::Judged,
        Audience::Team,
        Audience::Governed,
        Audience::SelfInspectors,
        Audience::Assessors,
        Audience::Signers,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Audience::Receivers => "receivers",
            Audience::Regulators => "regulators",
            Audience::Rectifiers => "rectifiers",
            Audience::Verifiers => "verifiers",
            Audience::Orderers => "orderers",
            Audience::Supporters => "supporters",
            Audience::Reporters => "reporters",
            Audience::Chasers => "chasers",
            Audience::Settlers => "settlers",
            Audience::Oneself => "oneself",
            Audience::Organisers => "organisers",
            Audience::Drafter => "drafter",
            Audience::Named => "named",
            Audience::Revealers => "revealers",
            Audience::Lookers => "lookers",
            Audience::Drawer => "drawer",
            Audience::Judged => "judged",
            Audience::Team => "team",
            Audience::Governed => "governed",
            Audience::SelfInspectors => "selfInspectors",
            Audience::Assessors => "assessors",
            Audience::Signers => "signers",
        }
    }

    /// What those it concerns may do in the body it is about; None where that is not what decides.
    pub const fn act(self) -> Option<Act> {
        Some(match self {
            Audience::Rectifiers => Act::Rectify,
            Audience::Verifiers => Act::ReVerify,
            Audience::Orderers => Act::OrderRectification,
            Audience::Supporters => Act::GiveSupport,
            Audience::Reporters => Act::ReportSituation,
            Audience::Chasers => Act::ChaseReports,
            Audience::Settlers => Act::SettleHeld,
            Audience::Receivers
            | Audience::Regulators
            | Audience::Oneself
            | Audience::Organisers
            | Audience::Drafter
            | Audience::Named
            | Audience::Revealers
            | Audience::Lookers
            | Audience::Drawer
            | Audience::Judged
            | Audience::Team
            | Audience::Governed
            | Audience::SelfInspectors
            | Audience::Assessors
            | Audience::Signers => return None,
        })
    }

    /// Whether only those count who work for the body: a regulator who may report for five hundred is not reminded of each.
    pub const fn is_own(self) -> bool {
        matches!(self, Audience::Reporters)
    }
}

/// To whom something is addressed that says so itself.
#[derive(Clone, Debug, PartialEq)]
pub enum Addressees {
    Nobody,
    /// The bodies of [`Audience::Receivers`], those that [`Audience::Regulators`] answer for, or the kinds that are called to inspect
    /// themselves.
    Bodies(AddresseeRule),
    /// The people of [`Audience::Named`].
    People(Vec<PersonId>),
}

impl Addressees {
    /// As the row has it.
    pub fn json(&self) -> String {
        match self {
            Addressees::Nobody => Ok("[]".to_owned()),
            Addressees::Bodies(rule) => serde_json::to_string(rule),
            Addressees::People(people) => serde_json::to_string(people),
        }
        .unwrap_or_default()
    }
}

/// Something to tell.
#[derive(Clone, Debug, PartialEq)]
pub struct Notification {
    pub audience: Audience,
    /// None for the whole jurisdiction.
    pub body: Option<BodyId>,
    pub to: Addressees,
    /// What it is about, where its kind does not say all.
    pub about: Texts,
}

impl Notification {
    fn to(audience: Audience) -> Notification {
        Notification {
            audience,
            body: None,
            to: Addressees::Nobody,
            about: Texts::default(),
        }
    }

    fn of(self, body: BodyId) -> Notification {
        Notification {
            body: Some(body),
            ..self
        }
    }

    fn about(self, about: Texts) -> Notification {
        Notification { about, ..self }
    }
}

/// To the departments that answer for institutions which a notice reached.
fn regulators(reached: AddresseeRule, title: &Texts) -> Notification {
    let [zh, en] = Language::ALL.map(|language| title.get(language.tag()));
    let below = Texts::both(
        format!("发给所辖机构：{zh}"),
        format!("To institutions you answer for: {en}"),
    );
    Notification {
        to: Addressees::Bodies(reached),
        ..Notification::to(Audience::Regulators).about(below)
    }
}

/// What an event tells, by itself; of several audiences the first keeps its place. Events about a finding name the body
/// only when it is raised: those after it take the body from the finding's row when they are read.
pub fn of(event: &Event) -> Vec<Notification> {
    let to = Notification::to;
    vec![match event {
        Event::Notice(NoticeEvent::Issued(content)) => {
            return vec![
                receivers(content.rule()).about(content.title.clone()),
                regulators(content.rule(), &content.title),
            ];
        }
        Event::Notice(NoticeEvent::PassedOn { to, .. }) => receivers(these(to)),
        Event::Notice(NoticeEvent::Reminded { bodies })
        | Event::Talk(
            TalkEvent::RequirementWithdrawn { bodies, .. } | TalkEvent::Cancelled { bodies, .. },
        )
        | Event::Material(MaterialEvent::Withdrawn { bodies, .. }) => receivers(these(bodies)),
        Event::Notice(NoticeEvent::Corrected {
            content,
            reached,
            again,
            ..
        }) => {
            let title = &content.title;
            let [zh, en] = Language::ALL.map(|language| title.get(language.tag()));
            let to_acknowledge = if *again {
                Texts::both(
                    format!("请重新签收：{zh}"),
                    format!("Acknowledge it again: {en}"),
                )
            } else {
                title.clone()
            };
            return vec![
                receivers(reached.clone()).about(to_acknowledge),
                regulators(reached.clone(), &content.title),
            ];
        }
        Event::Notice(NoticeEvent::Withdrawn { reached, .. }) => {
            return vec![
                receivers(reached.clone()),
                Notification {
                    to: Addressees::Bodies(reached.clone()),
                    ..to(Audience::Regulators)
                },
            ];
        }
        Event::Talk(TalkEvent::Convened(plan)) => {
            receivers(these(&plan.attendees)).about(plan.title.clone())
        }
        Event::Talk(
            TalkEvent::RequirementSet { requirement, .. }
            | TalkEvent::RequirementMoved { requirement, .. },
        ) => receivers(these(&requirement.bodies)).about(requirement.text.clone()),
        Event::Talk(TalkEvent::Moved { plan, .. }) => {
            receivers(these(&plan.participants())).about(plan.title.clone())
        }
        Event::Material(MaterialEvent::Requested(request)) => {
            receivers(these(&request.bodies)).about(request.title.clone())
        }
        // To the authority that asked, by name of the body that handed in.
        Event::Material(MaterialEvent::Submitted { body, .. }) => {
            to(Audience::Organisers).of(*body)
        }
        Event::Material(
            MaterialEvent::Accepted { body, .. }
            | MaterialEvent::Returned { body, .. }
            | MaterialEvent::Extended { body, .. },
        ) => receivers(these(&[*body])),
        Event::Inspection(InspectionEvent::Submitted(submission)) => {
            return of_submission(submission);
        }
        Event::ResponseLevel(_) => to(Audience::Governed),
        Event::RulePack(RulePackEvent::EditionPublished(edition)) => {
            let [zh, en] = Language::ALL.map(|language| {
                let [guide, name] = [&edition.guide, &edition.name];
                [guide, name]
                    .map(|text| text.get(language.tag()).to_owned())
                    .join(" · ")
            });
            to(Audience::Governed).about(Texts::both(zh, en))
        }
        Event::Campaign(event) => return of_campaign(event).into_iter().collect(),
        Event::Finding(event) => return of_finding(event),
        Event::Person(
            PersonEvent::Granted(_) | PersonEvent::Revoked(_) | PersonEvent::InitialPasswordSet,
        ) => to(Audience::Oneself),
        Event::Held(HeldEvent::Kept(kept)) => to(Audience::Settlers).about(kept.reason.clone()),
        Event::Situation(SituationEvent::Reminded { body, .. }) => {
            to(Audience::Reporters).of(*body)
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
            to(Audience::Chasers).of(*body).about(about)
        }
        // Whoever organises in its name may approve it, but not who wrote it; and issue it, who wrote it too.
        Event::Arrangement(
            ArrangementEvent::Drafted(_)
            | ArrangementEvent::AmendmentDrafted { .. }
            | ArrangementEvent::Approved
            | ArrangementEvent::Issued,
        )
        | Event::Draw(DrawEvent::Drawn(_)) => to(Audience::Organisers),
        Event::Arrangement(ArrangementEvent::Returned { .. }) => to(Audience::Drafter),
        Event::Draw(DrawEvent::Published(published)) => people(&published.plan.parties),
        Event::Draw(DrawEvent::Withheld { next, .. } | DrawEvent::Redrawn { next, .. }) => {
            people(&next.parties)
        }
        Event::Draw(DrawEvent::Committed { .. }) => to(Audience::Revealers),
        Event::LookBack(LookBackEvent::Drawn(drawn)) => {
            let chosen = drawn.chosen.len();
            let about = Texts::both(
                format!("{chosen}个问题待回头看"),
                format!("findings to look at again: {chosen}"),
            );
            to(Audience::Lookers).about(about)
        }
        Event::RegulatorFile(RegulatorFileEvent::Assessed(_)) => to(Audience::Signers),
        Event::RegulatorFile(RegulatorFileEvent::Signed) => to(Audience::Judged),
        Event::Assignment(
            AssignmentEvent::Released
            | AssignmentEvent::Cancelled { .. }
            | AssignmentEvent::Rescheduled { .. },
        ) => to(Audience::Team),
        _ => return Vec::new(),
    }]
}

/// What came of a visit is told once to those who order rectification, however many findings it raised, and of how many also where none
/// needs an order; those who put them right are told of each by itself as well. One that was not completed has to be decided about.
fn of_submission(submission: &Submission) -> Vec<Notification> {
    let to = |audience| Notification::to(audience).of(submission.target);
    let mut told = vec![to(Audience::Rectifiers)];
    let findings = submission.findings.len();
    if findings > 0 {
        told.push(to(Audience::Orderers).about(Texts::both(
            format!("发现问题{findings}个"),
            match findings {
                1 => "1 finding".to_owned(),
                _ => format!("{findings} findings"),
            },
        )));
    }
    if submission.outcome == Outcome::Completed {
        told.push(to(Audience::Assessors).about(Texts::both(
            "待评价监管部门",
            "The regulator’s file is to be written",
        )));
    } else {
        let outcome = submission.outcome.title();
        let [zh, en] = Language::ALL.map(|language| outcome.get(language));
        told.push(to(Audience::Orderers).about(Texts::both(zh, en)));
    }
    told
}

/// A call to self-inspection, and who keeps away from where.
fn of_campaign(event: &CampaignEvent) -> Option<Notification> {
    match event {
        CampaignEvent::Created(plan) | CampaignEvent::PlanAmended(plan) => {
            plan.is_by_own().then(|| Notification {
                to: Addressees::Bodies(AddresseeRule {
                    kinds: BodyKind::ALL
                        .into_iter()
                        .filter(|kind| plan.terms.subjects.include(*kind))
                        .collect(),
                    ..AddresseeRule::default()
                }),
                ..Notification::to(Audience::SelfInspectors)
                    .of(plan.authority)
                    .about(plan.name.clone())
            })
        }
        CampaignEvent::InterestDeclared { body, .. }
        | CampaignEvent::InterestWithdrawn { body, .. } => {
            Some(Notification::to(Audience::Organisers).of(*body))
        }
        CampaignEvent::GroupFormed { .. }
        | CampaignEvent::GroupChanged { .. }
        | CampaignEvent::GroupDissolved { .. } => None,
    }
}

fn of_finding(event: &FindingEvent) -> Vec<Notification> {
    let to = Notification::to;
    vec![match event {
        FindingEvent::Raised(raised) => {
            let told = |audience| to(audience).of(raised.body).about(raised.title.clone());
            let mut audiences = vec![told(Audience::Rectifiers)];
            // What was fixed on the spot may wait for re-verification at once.
            audiences.extend(raised.skips_the_plan().then(|| told(Audience::Verifiers)));
            return audiences;
        }
        // A letter is answered to who pressed, which those who verify do.
        FindingEvent::RectificationClaimed(_) | FindingEvent::LetterAnswered { .. } => {
            to(Audience::Verifiers)
        }
        FindingEvent::PlanSubmitted(_)
        | FindingEvent::Disputed { .. }
        | FindingEvent::ExtensionAsked { .. } => to(Audience::Orderers),
        FindingEvent::Notified { .. }
        | FindingEvent::Upheld { .. }
        | FindingEvent::Withdrawn { .. }
        | FindingEvent::PlanAccepted { .. }
        | FindingEvent::PlanReturned { .. }
        | FindingEvent::ExtensionGranted { .. }
        | FindingEvent::ExtensionRefused { .. }
        | FindingEvent::Escalated(_)
        | FindingEvent::Reopened { .. }
        | FindingEvent::ReVerificationPassed(_)
        | FindingEvent::ReVerificationFailed { .. }
        | FindingEvent::SupportProvided { .. } => to(Audience::Rectifiers),
        FindingEvent::LookBackFailed { .. } => {
            return vec![to(Audience::Rectifiers), to(Audience::Drawer)];
        }
        FindingEvent::LookBackPassed { .. } => to(Audience::Drawer),
        // Told to those who give it, who work elsewhere.
        FindingEvent::SupportOwed { owed, .. } => to(Audience::Supporters).of(owed.by),
        FindingEvent::SupportConfirmed { .. } | FindingEvent::DeadlineMoved { .. } => {
            return Vec::new();
        }
    }]
}

fn these(bodies: &[BodyId]) -> AddresseeRule {
    AddresseeRule {
        bodies: bodies.to_vec(),
        ..AddresseeRule::default()
    }
}

fn receivers(to: AddresseeRule) -> Notification {
    Notification {
        to: Addressees::Bodies(to),
        ..Notification::to(Audience::Receivers)
    }
}

fn people(named: &[PersonId]) -> Notification {
    Notification {
        to: Addressees::People(named.to_vec()),
        ..Notification::to(Audience::Named)
    }
}

/// The rows that an event's notifications have, as [`of`] gives them: `finding/…/7`, then `finding/…/7/2`; the same wherever the log is
/// computed from.
pub fn row_ids(stream: &str, version: u64) -> impl Iterator<Item = String> {
    let first = format!("{stream}/{version}");
    std::iter::successors(Some((first.clone(), 2_u32)), move |(_, next)| {
        Some((format!("{first}/{next}"), next + 1))
    })
    .map(|(id, _)| id)
}

/// The stream of what was done about a person.
pub fn own_stream(person: PersonId) -> String {
    Stream {
        kind: StreamKind::Person,
        id: person.0,
    }
    .to_string()
}

#[cfg(test)]
mod tests;
