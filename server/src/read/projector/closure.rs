//! What the events of findings and look-backs do to their rows. Deadlines are kept as the day they end with.

use domain::finding::{APPROVING, FindingEvent, RECTIFYING, Raised, Stage};
use domain::id::{BodyId, LookBackId};
use domain::instant::Day;
use domain::look_back::{Drawn, LookBackEvent};
use domain::notice::number_key;

use super::{Projection, en, id, put, zh};
use crate::read::{line_code, severity_code, table};
use crate::store::change::{Change, Value};

fn stage(stage: Stage) -> (&'static str, Value) {
    ("stage", Value::from(stage.code()))
}

/// Open again, until the last day of another deadline where one was set.
fn reopened(complete_by: Option<Value>) -> Vec<(&'static str, Value)> {
    let mut values = vec![
        stage(Stage::Reopened),
        ("claimed_at", Value::Null),
        ("closed_at", Value::Null),
    ];
    values.extend(complete_by.map(|day| ("complete_by", day)));
    values
}

impl Projection<'_> {
    pub(super) fn finding(&self, event: &FindingEvent, changes: &mut Vec<Change>) {
        changes.extend(event.photos().map(|photo| self.evidence(&photo.hash.0)));
        for (kinds, part) in [(&RECTIFYING[..], "rectified"), (&APPROVING[..], "approved")] {
            if kinds.contains(&self.recorded.authored.kind.as_str()) {
                changes.push(self.finding_actor(part));
            }
        }
        let set = |values: &[(&str, Value)]| self.set(&table::FINDING, values);
        let at = || Value::from(self.recorded.authored.occurred_at.millis());
        let due = |day: Day| Value::from(day.to_string());
        let change = match event {
            FindingEvent::Raised(raised) => self.raised(raised),
            FindingEvent::Notified { notice, unit } => {
                changes.push(self.rectification_number(&notice.number, *unit));
                set(&[
                    stage(Stage::Notified),
                    ("plan_by", due(notice.plan_by)),
                    ("complete_by", due(notice.complete_by)),
                ])
            }
            FindingEvent::Disputed { .. } => set(&[stage(Stage::Disputed)]),
            FindingEvent::Upheld { plan_by, .. } => {
                set(&[stage(Stage::Notified), ("plan_by", due(*plan_by))])
            }
            FindingEvent::Withdrawn { .. } => set(&[stage(Stage::Withdrawn)]),
            FindingEvent::PlanSubmitted(_) => set(&[stage(Stage::PlanSubmitted)]),
            FindingEvent::PlanAccepted { complete_by, .. } => {
                set(&[stage(Stage::Planned), ("complete_by", due(*complete_by))])
            }
            FindingEvent::PlanReturned { plan_by, .. } => {
                set(&[stage(Stage::PlanReturned), ("plan_by", due(*plan_by))])
            }
            FindingEvent::ExtensionAsked { .. } => set(&[stage(Stage::ExtensionAsked)]),
            FindingEvent::ExtensionGranted { until, .. } => {
                set(&[stage(Stage::Planned), ("complete_by", due(*until))])
            }
            FindingEvent::ExtensionRefused { .. } => set(&[stage(Stage::Planned)]),
            FindingEvent::RectificationClaimed(_) => {
                set(&[stage(Stage::Rectified), ("claimed_at", at())])
            }
            FindingEvent::ReVerificationPassed(_) => {
                set(&[stage(Stage::Closed), ("closed_at", at())])
            }
            FindingEvent::ReVerificationFailed { complete_by, .. }
            | FindingEvent::Reopened { complete_by, .. } => set(&reopened(complete_by.map(due))),
            FindingEvent::LookBackPassed { draw, .. } => self.looked_back(*draw, "pass"),
            FindingEvent::LookBackFailed {
                draw, complete_by, ..
            } => {
                changes.push(self.looked_back(*draw, "fail"));
                set(&reopened(complete_by.map(due)))
            }
            FindingEvent::Escalated(letter) => {
                set(&[("escalated_at", at()), ("answer_by", due(letter.answer_by))])
            }
            // No row says it: until its day the letter keeps others back, answered or not.
            FindingEvent::LetterAnswered { .. } => return,
            FindingEvent::SupportOwed { support, owed } => put(
                &table::SUPPORT,
                vec![
                    id(self.jurisdiction),
                    self.own.clone().into(),
                    support.to_string().into(),
                    owed.by.to_string().into(),
                    owed.what.clone().into(),
                    due(owed.due),
                    at(),
                    Value::Null,
                    Value::Null,
                    Value::Null,
                    Value::Null,
                    Value::Null,
                ],
            ),
            FindingEvent::SupportProvided {
                support,
                account,
                on,
                late,
            } => self.support(
                *support,
                &[
                    ("provided", on.to_string().into()),
                    ("late", (*late).into()),
                    ("account", account.clone().into()),
                ],
            ),
            FindingEvent::SupportConfirmed { support } => {
                self.support(*support, &[("confirmed_at", at())])
            }
            FindingEvent::DeadlineMoved {
                support,
                complete_by,
                plan_by,
                ..
            } => {
                if let Some(moved_to) = complete_by.or(*plan_by) {
                    changes.push(self.support(*support, &[("moved_to", due(moved_to))]));
                }
                let moved: Vec<(&'static str, Value)> =
                    [("plan_by", plan_by), ("complete_by", complete_by)]
                        .into_iter()
                        .filter_map(|(column, day)| Some((column, due((*day)?))))
                        .collect();
                set(&moved)
            }
        };
        changes.push(change);
    }

    fn raised(&self, raised: &Raised) -> Change {
        let occurred_at = self.recorded.authored.occurred_at.millis();
        let claimed_at = raised.skips_the_plan().then_some(occurred_at);
        put(
            &table::FINDING,
            vec![
                id(self.jurisdiction),
                self.own.clone().into(),
                raised.inspection.to_string().into(),
                raised.body.to_string().into(),
                raised.code.clone().into(),
                zh(&raised.title),
                en(&raised.title),
                raised.note.clone().into(),
                severity_code(raised.severity).into(),
                raised.extent.code().into(),
                line_code(raised.line).into(),
                raised.first_stage().code().into(),
                occurred_at.into(),
                Value::Null,
                Value::Null,
                claimed_at.into(),
                Value::Null,
                Value::Null,
                Value::Null,
            ],
        )
    }

    fn rectification_number(&self, number: &str, unit: Option<BodyId>) -> Change {
        put(
            &table::RECTIFICATION_NUMBER,
            vec![
                id(self.jurisdiction),
                number_key(number).into(),
                number.into(),
                self.own.clone().into(),
                unit.map(|unit| unit.to_string()).unwrap_or_default().into(),
                self.recorded.authored.actor.to_string().into(),
                self.recorded.authored.occurred_at.millis().into(),
            ],
        )
    }

    fn finding_actor(&self, part: &str) -> Change {
        put(
            &table::FINDING_ACTOR,
            vec![
                id(self.jurisdiction),
                self.own.clone().into(),
                self.recorded.authored.actor.to_string().into(),
                part.into(),
            ],
        )
    }

    fn support(&self, number: u32, values: &[(&str, Value)]) -> Change {
        let key = vec![
            id(self.jurisdiction),
            self.own.clone().into(),
            number.to_string().into(),
        ];
        Self::set_at(&table::SUPPORT, key, values)
    }

    fn looked_back(&self, draw: LookBackId, outcome: &str) -> Change {
        let key = vec![
            id(self.jurisdiction),
            draw.to_string().into(),
            self.own.clone().into(),
        ];
        let at = self.recorded.authored.occurred_at.millis();
        let values = [("outcome", outcome.into()), ("looked_at", at.into())];
        Self::set_at(&table::LOOK_BACK_FINDING, key, &values)
    }

    pub(super) fn look_back(&self, event: &LookBackEvent, changes: &mut Vec<Change>) {
        let LookBackEvent::Drawn(Drawn {
            seed,
            share,
            closed,
            chosen,
        }) = event;
        let length = |ids: &[_]| Value::from(u64::try_from(ids.len()).unwrap_or(u64::MAX));
        changes.push(put(
            &table::LOOK_BACK,
            vec![
                id(self.jurisdiction),
                self.own.clone().into(),
                seed.clone().into(),
                u32::from(*share).into(),
                length(closed),
                length(chosen),
                self.recorded.authored.occurred_at.millis().into(),
                self.recorded.authored.actor.to_string().into(),
            ],
        ));
        for finding in chosen {
            changes.push(put(
                &table::LOOK_BACK_FINDING,
                vec![
                    id(self.jurisdiction),
                    self.own.clone().into(),
                    finding.to_string().into(),
                    Value::Null,
                    Value::Null,
                ],
            ));
        }
    }
}
