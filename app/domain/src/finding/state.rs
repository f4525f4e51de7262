//! What is known of a finding, as its events tell.

use serde::{Deserialize, Serialize};

use super::deadline::{Standing, Wait};
use super::event::FindingEvent;
use super::papers::{Letter, Plan, RectificationNotice, SupportOwed};
use super::photo::PhotoHash;
use super::raised::Raised;
use super::stage::Stage;
use crate::id::{LookBackId, PersonId};
use crate::instant::{Day, Instant};

/// Kinds of the events whose actors become [`Finding::rectifiers`].
pub const RECTIFYING: [&str; 2] = ["finding.planSubmitted", "finding.rectificationClaimed"];

/// Kinds of the events whose actors become [`Finding::approvers`].
pub const APPROVING: [&str; 1] = ["finding.planAccepted"];

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Finding {
    pub raised: Option<Raised>,
    pub stage: Option<Stage>,
    /// Everyone who planned or claimed, with the unit they did it for: none of them may re-verify.
    pub rectifiers: Vec<PersonId>,
    /// Everyone who accepted a plan: none of them may re-verify either.
    pub approvers: Vec<PersonId>,
    /// Everyone who disputed it or asked for time: none of them decides on it.
    pub askers: Vec<PersonId>,
    /// When the fault was last seen: found, or found again.
    pub seen_at: Option<Instant>,
    /// When the notice went out that orders its rectification.
    pub notified_at: Option<Instant>,
    pub claimed_at: Option<Instant>,
    /// Every photo used so far.
    pub photos: Vec<PhotoHash>,
    pub notice: Option<RectificationNotice>,
    /// Plans submitted so far.
    pub plans: u32,
    /// The latest.
    pub plan: Option<Plan>,
    /// By when a plan is due; as every deadline here, its last day.
    pub plan_by: Option<Day>,
    /// By when the fault is to be put right: of the notice, then of the plan, then of what moved it or opened the finding again.
    pub complete_by: Option<Day>,
    /// By when the latest plan means to have it rectified; it binds once the plan is accepted.
    pub promised: Option<Day>,
    /// The latest day a plan may promise: of the notice, then of what moved it or opened the finding again.
    pub limit: Option<Day>,
    /// A dispute was answered: there is no second.
    pub dispute_answered: bool,
    /// Until when, of the extension asked for.
    pub extension: Option<Day>,
    pub supports: Vec<Support>,
    pub letters: Vec<Letter>,
    /// Of the last of the letters.
    pub letter: LetterState,
    /// Look-backs in which it was looked at again.
    pub looked_back: Vec<LookBackId>,
    /// Who did something last.
    pub last_by: Option<PersonId>,
}

/// What became of a letter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LetterState {
    #[default]
    Waiting,
    Answered,
    /// The finding it pressed for was closed or withdrawn before it was answered.
    Ended,
}

/// Support owed by the regulator, and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Support {
    pub owed: SupportOwed,
    pub provided: Option<Day>,
    pub confirmed: bool,
}

impl Finding {
    pub fn evolve(&mut self, event: &FindingEvent, actor: PersonId, at: Instant) {
        self.photos
            .extend(event.photos().map(|photo| photo.hash.clone()));
        self.last_by = Some(actor);
        let stage = match event {
            FindingEvent::Raised(raised) => {
                self.raised = Some((**raised).clone());
                // Its photos show it, and the visit is handed in later.
                let pictured = raised.photos.iter().map(|photo| photo.taken_at);
                self.seen_at = pictured.chain([at]).min();
                if raised.skips_the_plan() {
                    self.claimed_at = Some(at);
                }
                raised.first_stage()
            }
            FindingEvent::Notified { notice, .. } => {
                self.plan_by = Some(notice.plan_by);
                self.complete_by = Some(notice.complete_by);
                self.limit = self.complete_by;
                self.notice = Some(notice.clone());
                self.notified_at = Some(at);
                Stage::Notified
            }
            FindingEvent::Disputed { .. } => {
                self.askers.push(actor);
                Stage::Disputed
            }
            FindingEvent::Upheld { plan_by, .. } => {
                self.dispute_answered = true;
                self.plan_by = Some(*plan_by);
                Stage::Notified
            }
            FindingEvent::Withdrawn { .. } => {
                self.end_letter();
                Stage::Withdrawn
            }
            FindingEvent::PlanSubmitted(plan) => {
                self.rectifiers.push(actor);
                self.plans += 1;
                self.promised = Some(plan.complete_by);
                self.plan = Some(plan.clone());
                Stage::PlanSubmitted
            }
            FindingEvent::PlanAccepted { complete_by, .. } => {
                self.approvers.push(actor);
                self.complete_by = Some(*complete_by);
                Stage::Planned
            }
            FindingEvent::PlanReturned { plan_by, .. } => {
                self.plan_by = Some(*plan_by);
                Stage::PlanReturned
            }
            FindingEvent::ExtensionAsked { until, .. } => {
                self.askers.push(actor);
                self.extension = Some(*until);
                Stage::ExtensionAsked
            }
            FindingEvent::ExtensionGranted { until, .. } => {
                self.extension = None;
                self.complete_by = Some(*until);
                self.limit = self.limit.max(self.complete_by);
                Stage::Planned
            }
            FindingEvent::ExtensionRefused { .. } => {
                self.extension = None;
                Stage::Planned
            }
            FindingEvent::RectificationClaimed(_) => {
                self.rectifiers.push(actor);
                self.claimed_at = Some(at);
                self.extension = None;
                Stage::Rectified
            }
            FindingEvent::ReVerificationPassed(_) => {
                self.end_letter();
                Stage::Closed
            }
            FindingEvent::ReVerificationFailed { complete_by, .. }
            | FindingEvent::Reopened { complete_by, .. } => {
                self.seen_at = Some(at);
                self.rectify_again(*complete_by);
                Stage::Reopened
            }
            FindingEvent::LookBackPassed { draw, .. } => {
                self.looked_back.push(*draw);
                return;
            }
            FindingEvent::LookBackFailed {
                draw, complete_by, ..
            } => {
                self.looked_back.push(*draw);
                self.seen_at = Some(at);
                self.rectify_again(*complete_by);
                Stage::Reopened
            }
            FindingEvent::Escalated(letter) => {
                self.letters.push(letter.clone());
                self.letter = LetterState::Waiting;
                return;
            }
            FindingEvent::LetterAnswered { .. } => {
                self.askers.push(actor);
                self.letter = LetterState::Answered;
                return;
            }
            FindingEvent::SupportOwed { owed, .. } => {
                self.supports.push(Support {
                    owed: owed.clone(),
                    provided: None,
                    confirmed: false,
                });
                return;
            }
            FindingEvent::SupportProvided { support, on, .. } => {
                if let Some(support) = self.support_mut(*support) {
                    support.provided = Some(*on);
                }
                return;
            }
            FindingEvent::SupportConfirmed { support } => {
                if let Some(support) = self.support_mut(*support) {
                    support.confirmed = true;
                }
                return;
            }
            FindingEvent::DeadlineMoved {
                complete_by,
                plan_by,
                promised,
                ..
            } => {
                self.complete_by = complete_by.or(self.complete_by);
                self.promised = promised.or(self.promised);
                self.plan_by = plan_by.or(self.plan_by);
                self.limit = self.limit.max(self.complete_by);
                return;
            }
        };
        self.stage = Some(stage);
    }

    /// Open again: what bound the rectification that did not hold binds the next no more. Without a new day, as in older logs, the
    /// last is still shown.
    fn rectify_again(&mut self, complete_by: Option<Day>) {
        self.limit = complete_by;
        self.complete_by = complete_by.or(self.complete_by);
    }

    /// Counted from 1.
    pub fn support(&self, number: u32) -> Option<&Support> {
        self.supports
            .get(usize::try_from(number).ok()?.checked_sub(1)?)
    }

    fn support_mut(&mut self, number: u32) -> Option<&mut Support> {
        self.supports
            .get_mut(usize::try_from(number).ok()?.checked_sub(1)?)
    }

    /// The letter that waits for its answer.
    pub fn unanswered_letter(&self) -> Option<&Letter> {
        let last = self.letters.last();
        last.filter(|_| self.letter == LetterState::Waiting)
    }

    fn end_letter(&mut self) {
        if self.letter == LetterState::Waiting {
            self.letter = LetterState::Ended;
        }
    }

    /// What the institution has to do by when, at this stage.
    pub fn due(&self) -> Option<Day> {
        self.stage?.due(self.plan_by, self.complete_by)
    }

    /// How it stands with its deadline on a day.
    pub fn standing(&self, today: Day) -> Standing {
        let waiting = self
            .supports
            .iter()
            .filter(|support| support.provided.is_none())
            .map(|support| support.owed.due)
            .min();
        Standing::of(self.due(), waiting, today)
    }

    /// Support that came late so far.
    pub(super) fn waits(&self) -> Vec<Wait> {
        self.supports
            .iter()
            .filter_map(|support| {
                Some(Wait {
                    due: support.owed.due,
                    provided: support.provided?,
                })
            })
            .collect()
    }
}
