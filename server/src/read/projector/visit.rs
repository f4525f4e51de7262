//! What a visit leaves beside its inspection: who was where when, what it says of the regulator; and inspectors' clearance.

use domain::clearance::ClearanceEvent;
use domain::inspection::Submission;
use domain::regulator_file::RegulatorFileEvent;

use super::{Projection, id, put};
use crate::read::table;
use crate::store::change::{Change, Value};

impl Projection<'_> {
    pub(super) fn visit(&self, submission: &Submission) -> Change {
        let ended_at = self.recorded.authored.occurred_at.millis();
        put(
            &table::VISIT,
            vec![
                id(self.jurisdiction),
                self.own.clone().into(),
                submission.target.to_string().into(),
                serde_json::to_string(&submission.present)
                    .unwrap_or_default()
                    .into(),
                submission.outcome.code().into(),
                // A clock put right in between does not make a visit end before it began.
                submission.started_at.millis().min(ended_at).into(),
                ended_at.into(),
                submission.mode.code().into(),
            ],
        )
    }

    /// Who was there of the team, and who of them has signed.
    pub(super) fn present<'a>(
        &'a self,
        submission: &'a Submission,
    ) -> impl Iterator<Item = Change> + 'a {
        let signatures = submission.signatures.as_ref();
        submission.present.iter().map(move |person| {
            let signed = signatures.is_some_and(|all| all.inspectors.contains_key(person));
            put(
                &table::INSPECTOR_PRESENT,
                vec![
                    id(self.jurisdiction),
                    self.own.clone().into(),
                    person.to_string().into(),
                    self.recorded.position.into(),
                    signed.into(),
                ],
            )
        })
    }

    /// Whoever was there has signed afterwards.
    pub(super) fn has_signed(&self) -> Change {
        let key = vec![
            id(self.jurisdiction),
            self.own.clone().into(),
            self.recorded.authored.actor.to_string().into(),
        ];
        Self::set_at(&table::INSPECTOR_PRESENT, key, &[("signed", true.into())])
    }

    pub(super) fn regulator_file(&self, event: &RegulatorFileEvent) -> Change {
        let authored = &self.recorded.authored;
        let (actor, at) = (
            Value::from(authored.actor.to_string()),
            Value::from(authored.occurred_at.millis()),
        );
        match event {
            RegulatorFileEvent::Assessed(assessment) => put(
                &table::REGULATOR_FILE,
                vec![
                    id(self.jurisdiction),
                    self.own.clone().into(),
                    assessment.regulator.to_string().into(),
                    assessment.knew.into(),
                    assessment.acted.into(),
                    assessment.account.clone().into(),
                    actor,
                    at,
                    Value::Null,
                    Value::Null,
                ],
            ),
            RegulatorFileEvent::Signed => self.set(
                &table::REGULATOR_FILE,
                &[("signed_by", actor), ("signed_at", at)],
            ),
        }
    }

    pub(super) fn clearance(&self, event: &ClearanceEvent) -> [Change; 2] {
        let ClearanceEvent::Recorded(cleared) = event;
        let authored = &self.recorded.authored;
        let latest = put(
            &table::CLEARANCE,
            vec![
                id(self.jurisdiction),
                self.own.clone().into(),
                cleared.tested_at.millis().into(),
                cleared.negative.into(),
                u32::from(cleared.doses).into(),
                cleared.last_dose_on.map(|day| day.to_string()).into(),
                authored.occurred_at.millis().into(),
                authored.actor.to_string().into(),
            ],
        );
        let test = put(
            &table::CLEARANCE_TEST,
            vec![
                id(self.jurisdiction),
                self.own.clone().into(),
                cleared.tested_at.millis().into(),
                cleared.negative.into(),
            ],
        );
        [latest, test]
    }
}
